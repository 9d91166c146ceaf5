"""Who may do and see what, and how far that reaches: one table, default deny. A role that is not here may do nothing.

An agency owns its units, and with them what they have (had) a part in: incidents, records, hand-overs. An incident that
no unit has a part in yet, and a call, are the dispatch centre's; hospitals are everybody's to know.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from goldenhour.call_taking import commands as call
from goldenhour.care import commands as care
from goldenhour.dispatch import commands as dispatch
from goldenhour.dispatch.state import Incident, Unit
from goldenhour.handoff import commands as handoff
from goldenhour.handoff.facts import Side
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import stream_fields


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


class Scope(StrEnum):
    """How far a role's grants reach: all agencies of the centre's region, or what belongs to the person's own agency,
    unit or hospital."""

    REGION = "region"
    AGENCY = "agency"
    UNIT = "unit"
    FACILITY = "facility"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a role may do within its scope: commands, views, queries; whether it sees what identifies patients."""

    scope: Scope
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
        scope=Scope.REGION,
        commands=_CALLS | {dispatch.NoteIncident, dispatch.NoteHazard, dispatch.LinkCaller, dispatch.CountPatients},
        views=frozenset({"calls", "incidents", "units", "positions", "desk", "health"}),
        queries=_MAP | {"duplicates", "timeline"},
        sees_phi=True,
    ),
    Role.DISPATCHER: Grant(
        scope=Scope.REGION,
        commands=_INCIDENTS | _UNITS | _ASSIGNMENT_TIMES | _CALLS,
        views=_BOARD,
        queries=_MAP | {"recommendation", "destinations", "duplicates", "timeline"},
        sees_phi=True,
    ),
    Role.CREW: Grant(
        scope=Scope.UNIT,
        commands=_CREW,
        views=frozenset({"incidents", "units", "positions", "facilities", "handovers", "records", "health"}),
        queries=_MAP | {"destinations", "timeline", "record"},
        sees_phi=True,
    ),
    Role.HOSPITAL: Grant(
        scope=Scope.FACILITY,
        commands=_HOSPITAL,
        views=frozenset({"facilities", "handovers", "positions", "health"}),
        queries=_MAP,
        sees_phi=True,
    ),
    Role.SUPERVISOR: Grant(
        scope=Scope.AGENCY,
        commands=_INCIDENTS | _UNITS | _ASSIGNMENT_TIMES,
        views=_BOARD,
        queries=_MAP | {"recommendation", "destinations", "timeline", "record", "planning"},
        sees_phi=True,
    ),
    Role.MEDICAL_DIRECTOR: Grant(
        scope=Scope.AGENCY,
        commands=frozenset(),
        views=_BOARD,
        queries=_MAP | {"timeline", "record"},
        sees_phi=True,
    ),
    Role.PLANNER: Grant(
        scope=Scope.AGENCY,
        commands=frozenset(),
        views=frozenset({"incidents", "units", "positions", "facilities", "desk", "health"}),
        queries=_MAP | {"planning"},
    ),
    Role.ADMIN: Grant(
        scope=Scope.AGENCY,
        commands=frozenset({dispatch.RegisterUnit, handoff.RegisterFacility}),
        views=frozenset({"units", "positions", "facilities", "desk", "health"}),
        queries=_MAP | {"planning"},
    ),
}


Find = Callable[[str, str | None], Awaitable[Any]]
"""(kind, id) -> the entity's newest state, open or closed; None where there is none."""


async def may_command(person: Person, command: Command, find: Find) -> bool:
    """Whether this person may give this command, about what it names."""
    grant = GRANTS[person.role]
    return type(command) in grant.commands and await _WITHIN[grant.scope](person, command, find)


def why_not(person: Person, command: type[Command]) -> str:
    """What a person is told whom `may_command` refuses."""
    grant, role = GRANTS[person.role], person.role.value.replace("_", " ")
    if command not in grant.commands:
        return f"A {role} may not do this."
    own = _OWN[grant.scope].format(own=getattr(person, grant.scope.value, None) or "nobody")
    return f"A {role} does this for {own} only; the dispatch centre does it for all."


_OWN: Final[Mapping[Scope, str]] = {
    Scope.REGION: "the region",
    Scope.AGENCY: "units of {own} and what one of them has a part in",
    Scope.UNIT: "{own} and the incidents it is sent to",
    Scope.FACILITY: "patients of {own}",
}


async def _anything(person: Person, command: Command, find: Find) -> bool:
    return True


async def _own_agency(person: Person, command: Command, find: Find) -> bool:
    """Whatever the command names must be the agency's own. A new unit must become one, a new incident may begin."""
    if not person.agency:
        return False
    if isinstance(command, dispatch.RegisterUnit):
        known: Unit | None = await find("unit", command.unit)
        return command.agency == person.agency and (known is None or known.agency == person.agency)
    if isinstance(command, handoff.RegisterFacility):
        return True
    begins = isinstance(command, dispatch.OpenIncident) and await find("incident", command.incident) is None
    own = [await _agency_owns(person, kind, name, find) for kind, name in _named(command, begins=begins)]
    return all(own) and (begins or bool(own))


def _named(command: Command, *, begins: bool) -> Iterator[tuple[str, str]]:
    """(kind, id) of everything a command is about, and of the call that it mentions; not of what belongs to nobody."""
    for field, kind, many in stream_fields(type(command)):
        value = getattr(command, field)
        if value is not None and kind not in ("book", "facility") and not (begins and field == "incident"):
            yield from ((kind, name) for name in (value if many else (value,)))
    if (call := getattr(command, "call", None)) is not None:
        yield "call", call


async def _agency_owns(person: Person, kind: str, name: str, find: Find) -> bool:
    known = await find(kind, name)
    if kind == "call":
        known, kind = await find("incident", known.incident if known is not None else None), "incident"
    if known is None:
        return False
    units = {unit: await find("unit", unit) for unit in units_in(kind, known)}
    return owner_of(person) in owners(kind, known, units.get)


def _was_sent(person: Person, incident: Incident, assignment: str | None) -> bool:
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
        own.append(incident is not None and _was_sent(person, incident, getattr(command, "assignment", None)))
    return person.unit is not None and bool(own) and all(own)


async def _own_facility(person: Person, command: Command, find: Find) -> bool:
    if isinstance(command, handoff.SignTransfer) and command.side is not Side.HOSPITAL:
        return False
    facility = getattr(command, "facility", None)
    if facility is None:
        handover = await find("handover", getattr(command, "handover", None))
        facility = handover.facility if handover is not None else None
    return person.facility is not None and facility == person.facility


_WITHIN: Final[Mapping[Scope, Callable[[Person, Command, Find], Awaitable[bool]]]] = {
    Scope.REGION: _anything,
    Scope.AGENCY: _own_agency,
    Scope.UNIT: _own_unit,
    Scope.FACILITY: _own_facility,
}

UnitOf = Callable[[str], Unit | None]
"""A unit by its id."""


def may_read(person: Person, kind: str, entity: Any, unit_of: UnitOf) -> bool:
    """Whether an incident, record, hand-over or unit is within what this person's role reaches."""
    owner = owner_of(person)
    return owner is None or owner in owners(kind, entity, unit_of)


def owner_of(person: Person) -> str | None:
    """To whose things this person is held: "agency:meridian-ems", "unit:m12", "facility:general"; None for everybody's.

    Who has no agency, unit or hospital owns nothing ("unit:").
    """
    scope = GRANTS[person.role].scope
    return None if scope is Scope.REGION else f"{scope.value}:{getattr(person, scope.value) or ''}"


def owners(kind: str, entity: Any, unit_of: UnitOf) -> frozenset[str]:
    """All whose thing this is, named as `owner_of` names them."""
    units = units_in(kind, entity)
    agencies = (known.agency for unit in units if (known := unit_of(unit)) is not None)
    facility = entity.facility if kind == "handover" else ""
    return _as_owners(unit=units, agency=agencies, facility=(facility,))


def units_in(kind: str, entity: Any) -> frozenset[str]:
    """The units that have (had) a part in an incident, record or hand-over, or are the unit itself."""
    if kind == "incident":
        return frozenset(one.unit for one in entity.assignments.values())
    return frozenset((entity.id if kind == "unit" else entity.unit,))


def owners_of_row(row: msgspec.Struct) -> frozenset[str]:
    """The same of a board's row, by what it says of itself: `unit`, `facility`, `agency` or `agencies`."""
    said = {kind: (getattr(row, kind, ""),) for kind in ("unit", "facility")}
    return _as_owners(agency=(getattr(row, "agency", ""), *getattr(row, "agencies", ())), **said)


def _as_owners(**named: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{kind}:{name}" for kind, names in named.items() for name in names if name)


class Sight(StrEnum):
    """What one sees of a row: all, all but what identifies patients, nothing."""

    ALL = "all"
    PLAIN = "plain"
    NOTHING = "nothing"


OWNED_VIEWS: Final = frozenset({"handovers", "records"})
"""Of these nobody sees rows that are another unit's, hospital's or agency's."""

_OTHERS: Final[Mapping[Scope, Mapping[str, Sight]]] = {
    Scope.AGENCY: dict.fromkeys(("calls", "incidents", "units"), Sight.PLAIN),
}
"""What a role sees of the rows of other views that are not its own, where that is less than all."""


def sight(owner: str | None, view: str, owned_by: frozenset[str]) -> Sight:
    """What somebody held to `owner` sees of a view's row that is owned by these."""
    if owner is None or owner in owned_by:
        return Sight.ALL
    if view in OWNED_VIEWS:
        return Sight.NOTHING
    return _OTHERS.get(Scope(owner.partition(":")[0]), {}).get(view, Sight.ALL)
