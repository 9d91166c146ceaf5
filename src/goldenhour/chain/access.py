"""Who may do and see what: one table, default deny. A role that is not here may do nothing."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from goldenhour.call_taking import commands as call
from goldenhour.care import commands as care
from goldenhour.dispatch import commands as dispatch
from goldenhour.dispatch.state import Incident
from goldenhour.handoff import commands as handoff
from goldenhour.handoff.facts import Side
from goldenhour.kernel.commands import Command


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
_BOARD: Final = frozenset(
    {"calls", "incidents", "units", "positions", "facilities", "handovers", "records", "desk", "health"}
)
_MAP: Final = frozenset({"places", "region", "content", "route", "dictionary"})

GRANTS: Final[Mapping[Role, Grant]] = {
    Role.CALL_TAKER: Grant(
        commands=_CALLS | {dispatch.NoteIncident, dispatch.NoteHazard, dispatch.LinkCaller, dispatch.CountPatients},
        views=frozenset({"calls", "incidents", "units", "positions", "desk", "health"}),
        queries=_MAP | {"duplicates", "timeline"},
        sees_phi=True,
    ),
    Role.DISPATCHER: Grant(
        commands=_INCIDENTS | _UNITS | _ASSIGNMENT_TIMES | _CALLS,
        views=_BOARD,
        queries=_MAP | {"recommendation", "destinations", "duplicates", "timeline"},
        sees_phi=True,
    ),
    Role.CREW: Grant(
        commands=_CREW,
        views=frozenset({"incidents", "units", "positions", "facilities", "handovers", "records", "health"}),
        queries=_MAP | {"destinations", "timeline", "record"},
        sees_phi=True,
    ),
    Role.HOSPITAL: Grant(
        commands=_HOSPITAL,
        views=frozenset({"facilities", "handovers", "positions", "health"}),
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
        views=frozenset({"incidents", "units", "positions", "facilities", "desk", "health"}),
        queries=_MAP | {"planning"},
    ),
    Role.ADMIN: Grant(
        commands=frozenset({dispatch.RegisterUnit, handoff.RegisterFacility}),
        views=frozenset({"units", "positions", "facilities", "desk", "health"}),
        queries=_MAP | {"planning"},
    ),
}


Find = Callable[[str, str | None], Awaitable[Any]]
"""(kind, id) -> the entity's newest state, open or closed; None where there is none."""


async def may_command(person: Person, command: Command, find: Find) -> bool:
    """Whether this person may give this command, within their own unit or hospital."""
    if type(command) not in GRANTS[person.role].commands:
        return False
    if person.role is Role.CREW:
        return await _own_unit(person, command, find)
    if person.role is Role.HOSPITAL:
        return await _own_facility(person, command, find)
    return True


def was_sent(person: Person, incident: Incident, assignment: str | None = None) -> bool:
    """Whether the person's unit has (had) this assignment of the incident, or any when none is named."""
    parts = incident.assignments.values()
    return any(one.unit == person.unit for one in parts if assignment in (None, one.id))


async def _own_unit(person: Person, command: Command, find: Find) -> bool:
    """Whatever the command names must be the crew's own: unit, hand-over, record, and incidents it was sent to."""
    if isinstance(command, handoff.SignTransfer) and command.side is not Side.CREW:
        return False
    own: list[bool] = []
    if (unit := getattr(command, "unit", None)) is not None:
        own.append(unit == person.unit)
    owned = [await find(kind, getattr(command, kind, None)) for kind in ("handover", "record")]
    own += [one.unit == person.unit for one in owned if one is not None]
    if (name := getattr(command, "incident", None)) is not None:
        incident: Incident | None = await find("incident", name)
        own.append(incident is not None and was_sent(person, incident, getattr(command, "assignment", None)))
    return person.unit is not None and bool(own) and all(own)


async def _own_facility(person: Person, command: Command, find: Find) -> bool:
    if isinstance(command, handoff.SignTransfer) and command.side is not Side.HOSPITAL:
        return False
    facility = getattr(command, "facility", None)
    if facility is None:
        handover = await find("handover", getattr(command, "handover", None))
        facility = handover.facility if handover is not None else None
    return person.facility is not None and facility == person.facility


OWNED_VIEWS: Final = frozenset({"handovers", "records"})
"""Of these a crew sees the rows of its own unit and a hospital those of its own patients; the other roles see all."""


def owner_of(person: Person) -> str | None:
    """To whose rows of the owned views this person is held: "unit:m12", "facility:general", None for everybody's.

    A crew without a unit and a hospital's staff without a hospital own nothing ("unit:", "facility:").
    """
    if person.role is Role.CREW:
        return f"unit:{person.unit or ''}"
    return f"facility:{person.facility or ''}" if person.role is Role.HOSPITAL else None
