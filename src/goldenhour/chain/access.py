"""Who may do and see what: one table, default deny. A role that is not here may do nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from goldenhour.call_taking import commands as call
from goldenhour.care import commands as care
from goldenhour.dispatch import commands as dispatch
from goldenhour.handoff import commands as handoff
from goldenhour.handoff.facts import Side
from goldenhour.kernel.commands import Command
from goldenhour.runtime.boards import Open


class Role(StrEnum):
    """What a person signs in as. `world` and `system` are the simulation and the program itself."""

    CALL_TAKER = "call_taker"
    DISPATCHER = "dispatcher"
    CREW = "crew"
    HOSPITAL = "hospital"
    SUPERVISOR = "supervisor"
    MEDICAL_DIRECTOR = "medical_director"
    PLANNER = "planner"
    ADMIN = "admin"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in user: who, in which role, for which agency; a crew's unit, a hospital's facility."""

    id: str
    name: str
    role: Role
    agency: str
    unit: str | None = None
    facility: str | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a role may do: commands, views, queries; whether it sees what identifies patients."""

    commands: frozenset[type[Command]]
    views: frozenset[str]
    queries: frozenset[str]
    sees_phi: bool = False


_CALLS: Final[frozenset[type[Command]]] = frozenset(
    {
        call.RingCall,
        call.AnswerCall,
        call.OfferLocation,
        call.ConfirmLocation,
        call.TakeCallback,
        call.TakeComplaint,
        call.AnswerLifeQuestions,
        call.SetCallLevel,
        call.NoteCall,
        call.NoteCallHazard,
        call.RequestHelp,
        call.LinkCall,
        call.TransferCall,
        call.AbandonCall,
        call.EndCall,
    }
)
_ASSIGNMENT_TIMES: Final[frozenset[type[Command]]] = frozenset(
    {dispatch.ReportStatus, dispatch.CorrectTime, dispatch.WithdrawStatus}
)
_INCIDENTS: Final[frozenset[type[Command]]] = frozenset(
    {
        dispatch.OpenIncident,
        dispatch.LocateIncident,
        dispatch.SetComplaint,
        dispatch.SetLevel,
        dispatch.NoteHazard,
        dispatch.NoteIncident,
        dispatch.LinkCaller,
        dispatch.LinkIncidents,
        dispatch.CountPatients,
        dispatch.RequestAgency,
        dispatch.MoveAgencyRequest,
        dispatch.AcknowledgeAlarm,
        dispatch.CloseIncident,
        dispatch.ReopenIncident,
    }
)
_UNITS: Final[frozenset[type[Command]]] = frozenset(
    {
        dispatch.AssignUnit,
        dispatch.SendPlan,
        dispatch.DivertUnit,
        dispatch.CancelAssignment,
        dispatch.ChangeDestination,
        dispatch.GoOnDuty,
        dispatch.GoOffDuty,
        dispatch.TakeOutOfService,
        dispatch.ReturnToService,
        dispatch.PostUnit,
    }
)
_CHARTING: Final[frozenset[type[Command]]] = frozenset(
    {
        care.OpenRecord,
        care.ChartElements,
        care.AddGroup,
        care.RemoveGroup,
        care.LockRecord,
        care.AmendRecord,
    }
)
_CREW: Final[frozenset[type[Command]]] = (_ASSIGNMENT_TIMES | _CHARTING) | {
    dispatch.ChangeDestination,
    dispatch.NoteIncident,
    dispatch.NoteHazard,
    dispatch.CountPatients,
    dispatch.GoOnDuty,
    dispatch.GoOffDuty,
    dispatch.TakeOutOfService,
    dispatch.ReturnToService,
    handoff.PreAlert,
    handoff.UpdateCondition,
    handoff.AnswerHospital,
    handoff.RedirectHandover,
    handoff.ArriveAtFacility,
    handoff.SignTransfer,
    handoff.WithdrawHandover,
}
_HOSPITAL: Final[frozenset[type[Command]]] = frozenset(
    {
        handoff.SetFacilityStatus,
        handoff.AcceptPatient,
        handoff.AskCrew,
        handoff.ArriveAtFacility,
        handoff.AssignBed,
        handoff.SignTransfer,
    }
)
_BOARD: Final = frozenset({"calls", "incidents", "units", "positions", "facilities", "handovers", "records", "desk"})
_MAP: Final = frozenset({"places", "region", "content", "route"})

GRANTS: Final[Mapping[Role, Grant]] = {
    Role.CALL_TAKER: Grant(
        commands=_CALLS | {dispatch.NoteIncident, dispatch.NoteHazard, dispatch.LinkCaller, dispatch.CountPatients},
        views=frozenset({"calls", "incidents", "units", "positions", "desk"}),
        queries=_MAP | {"duplicates", "timeline"},
        sees_phi=True,
    ),
    Role.DISPATCHER: Grant(
        commands=_INCIDENTS | _UNITS | _ASSIGNMENT_TIMES | {call.RingCall, call.AnswerCall},
        views=_BOARD,
        queries=_MAP | {"recommendation", "destinations", "duplicates", "timeline"},
        sees_phi=True,
    ),
    Role.CREW: Grant(
        commands=_CREW,
        views=frozenset({"incidents", "units", "positions", "facilities", "handovers", "records"}),
        queries=_MAP | {"destinations", "timeline", "record"},
        sees_phi=True,
    ),
    Role.HOSPITAL: Grant(
        commands=_HOSPITAL,
        views=frozenset({"facilities", "handovers", "positions"}),
        queries=_MAP,
        sees_phi=True,
    ),
    Role.SUPERVISOR: Grant(
        commands=_INCIDENTS | _UNITS | _ASSIGNMENT_TIMES,
        views=_BOARD,
        queries=_MAP | {"recommendation", "destinations", "duplicates", "timeline", "record", "planning"},
        sees_phi=True,
    ),
    Role.MEDICAL_DIRECTOR: Grant(
        commands=frozenset(), views=_BOARD, queries=_MAP | {"timeline", "record"}, sees_phi=True
    ),
    Role.PLANNER: Grant(
        commands=frozenset(),
        views=frozenset({"incidents", "units", "positions", "facilities", "desk"}),
        queries=_MAP | {"planning"},
    ),
    Role.ADMIN: Grant(
        commands=frozenset({dispatch.RegisterUnit, handoff.RegisterFacility}),
        views=frozenset({"units", "positions", "facilities", "desk"}),
        queries=_MAP | {"planning"},
    ),
}


def may_command(person: Person, command: Command, now: Open) -> bool:
    """Whether this person may give this command, within their own unit or hospital."""
    if type(command) not in GRANTS[person.role].commands:
        return False
    if person.role is Role.CREW:
        return _own_unit(person, command, now)
    if person.role is Role.HOSPITAL:
        return _own_facility(person, command, now)
    return True


def _own_unit(person: Person, command: Command, now: Open) -> bool:
    """A crew works on its own unit's assignments, handovers and records, and notes on incidents it is assigned to."""
    unit = getattr(command, "unit", None)
    if unit is None:
        owner = now.get("handover", getattr(command, "handover", None)) or now.get(
            "record", getattr(command, "record", None)
        )
        unit = owner.unit if owner is not None else None
    if unit is None:
        incident = now.get("incident", getattr(command, "incident", None))
        return incident is not None and any(one.unit == person.unit for one in incident.assignments.values())
    return person.unit is not None and unit == person.unit


def _own_facility(person: Person, command: Command, now: Open) -> bool:
    facility = getattr(command, "facility", None)
    if facility is None:
        handover = now.get("handover", getattr(command, "handover", None))
        facility = handover.facility if handover is not None else None
    if isinstance(command, handoff.SignTransfer) and command.side is not Side.HOSPITAL:
        return False
    return person.facility is not None and facility == person.facility
