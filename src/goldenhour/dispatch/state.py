"""Incidents and units as their facts have made them. An assignment lives inside its incident; the unit points to it."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from goldenhour.dispatch import facts as f
from goldenhour.dispatch.facts import CrewMember, Moment, RequestState, UnitKind
from goldenhour.kernel.facts import Happened
from goldenhour.kernel.ids import AssignmentId, CallId, FacilityId, IncidentId, PlanId, PostId, UnitId
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.levels import Level, Mode, Skill
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi

ENDED: Final = frozenset({Moment.BACK_IN_SERVICE, Moment.HOME, Moment.CANCELLED, Moment.DIVERTED})
"""An assignment with one of these times binds the unit no more."""

_RANK: Final = {moment: rank for rank, moment in enumerate(Moment)}


class Assignment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One unit's part in one incident, with every time it has; `status` is the furthest of them (`status_of`)."""

    id: AssignmentId
    unit: UnitId
    slot: str
    mode: Mode
    times: dict[Moment, Instant]
    status: Moment
    plan: PlanId | None = None
    eta_s: int | None = None
    turnout_s: int | None = None
    position_age_s: int | None = None
    reasons: tuple[str, ...] = ()
    override: str = ""
    facility: FacilityId | None = None
    outcome: str = ""

    @property
    def is_active(self) -> bool:
        return self.status not in ENDED


class AgencyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What another agency was asked for, and how far that has come. `eta_at`: when a helicopter is expected."""

    id: str
    agency: str
    wanted: str
    state: RequestState
    since: Instant
    note: str = ""
    unit: UnitId | None = None
    eta_at: Instant | None = None
    landing_zone: str = ""
    handover_point: str = ""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    at: Instant
    by: str
    text: Phi[str]


class Hazard(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    hold: bool


class Incident(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to somebody, and what is being done about it."""

    id: IncidentId
    number: str
    opened_at: Instant
    calls: tuple[CallId, ...] = ()
    location: Phi[Location | None] = None
    location_confirmed: bool = False
    location_offered: Phi[Location | None] = None
    complaint: str | None = None
    level: Level | None = None
    level_reason: str = ""
    scheduled_for: Instant | None = None
    hazards: tuple[Hazard, ...] = ()
    notes: Phi[tuple[Note, ...]] = ()
    links: tuple[IncidentId, ...] = ()
    related: tuple[str, ...] = ()
    patients: int = 1
    assignments: dict[AssignmentId, Assignment] = {}
    requests: dict[str, AgencyRequest] = {}
    acknowledged: dict[str, str] = {}
    closed_at: Instant | None = None
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def active(self) -> tuple[Assignment, ...]:
        """Assignments that still bind a unit."""
        return tuple(one for one in self.assignments.values() if one.is_active)


class UnitAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """An active assignment as the unit sees it."""

    id: AssignmentId
    incident: IncidentId
    status: Moment
    since: Instant


class Unit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A staffed vehicle. What it is doing is derived from its assignments."""

    id: UnitId
    call_sign: str
    kind: UnitKind
    skill: Skill
    agency: str
    post: PostId
    capabilities: tuple[str, ...] = ()
    mutual_aid: bool = False
    on_duty: bool = False
    crew: tuple[CrewMember, ...] = ()
    out_of_service: str = ""
    out_until: Instant | None = None
    since: Instant = Instant(0)
    assignments: tuple[UnitAssignment, ...] = ()

    @property
    def is_open(self) -> bool:
        return True

    @property
    def status(self) -> str:
        """`available`, `off_duty`, `out_of_service`, or the status of its most advanced assignment."""
        if self.assignments:
            return max((one.status for one in self.assignments), key=_RANK.__getitem__)
        if self.out_of_service:
            return "out_of_service"
        return "available" if self.on_duty else "off_duty"


def status_of(times: dict[Moment, Instant]) -> Moment:
    """The furthest of the times entered, in the order of the day; a late entry of an earlier one changes nothing."""
    return max(times, key=_RANK.__getitem__)


def out_of_order(times: dict[Moment, Instant]) -> tuple[Moment, ...]:
    """Moments whose time lies before that of an earlier moment: flagged, not refused (domain/clinical.md section 6)."""
    flagged = []
    latest = Instant(0)
    for moment in sorted(times, key=_RANK.__getitem__):
        if times[moment] < latest:
            flagged.append(moment)
        latest = max(latest, times[moment])
    return tuple(flagged)


def incident_after(incident: Incident | None, happened: Happened) -> Incident:
    """The incident once this has happened too."""
    fact = happened.fact
    if isinstance(fact, f.IncidentOpened):
        return Incident(
            id=fact.incident,
            number=fact.number,
            opened_at=happened.occurred_at,
            calls=(fact.call,) if fact.call else (),
            location=fact.location,
            complaint=fact.complaint,
            level=fact.level,
            scheduled_for=fact.scheduled_for,
        )
    assert incident is not None, f"{type(fact).__name__} before the incident was opened"
    if isinstance(fact, f.AssignmentFact):
        return _with_assignment(incident, _assignment_after(incident.assignments[fact.assignment], happened))
    return _INCIDENT_FOLDS[type(fact)](incident, fact, happened)


def _assignment_after(assignment: Assignment, happened: Happened) -> Assignment:
    fact = happened.fact
    match fact:
        case f.TimeCorrected():
            return _with_times(assignment, {**assignment.times, fact.moment: fact.after})
        case f.TimeWithdrawn():
            rest = {moment: at for moment, at in assignment.times.items() if moment is not fact.moment}
            return _with_times(assignment, rest)
        case f.DestinationChanged():
            return replace(assignment, facility=fact.facility)
    moment = f.MOMENT_OF_FACT[type(fact)]
    assignment = _with_times(assignment, {**assignment.times, moment: happened.occurred_at})
    match fact:
        case f.UnitLeftScene() if fact.facility is not None:
            return replace(assignment, facility=fact.facility)
        case f.UnitBackInService():
            return replace(assignment, outcome=fact.outcome)
        case f.UnitCancelled() | f.UnitDiverted():
            return replace(assignment, outcome=fact.reason)
    return assignment


def _with_times(assignment: Assignment, times: dict[Moment, Instant]) -> Assignment:
    return replace(assignment, times=times, status=status_of(times))


def _with_assignment(incident: Incident, assignment: Assignment) -> Incident:
    return replace(incident, assignments={**incident.assignments, assignment.id: assignment})


def _assigned(incident: Incident, fact: f.UnitAssigned, happened: Happened) -> Incident:
    return _with_assignment(
        incident,
        Assignment(
            id=fact.assignment,
            unit=fact.unit,
            slot=fact.slot,
            mode=fact.mode,
            times={fact.begins_as: happened.occurred_at},
            status=fact.begins_as,
            plan=fact.plan,
            eta_s=fact.eta_s,
            turnout_s=fact.turnout_s,
            position_age_s=fact.position_age_s,
            reasons=fact.reasons,
            override=fact.override,
        ),
    )


def _located(incident: Incident, fact: f.IncidentLocated, _: Happened) -> Incident:
    return replace(incident, location=fact.location, location_confirmed=fact.confirmed, location_offered=None)


def _requested(incident: Incident, fact: f.AgencyRequested, happened: Happened) -> Incident:
    request = AgencyRequest(
        id=fact.request,
        agency=fact.agency,
        wanted=fact.wanted,
        state=RequestState.ASKED,
        since=happened.occurred_at,
        unit=fact.unit,
        eta_at=None if fact.eta_s is None else later(happened.occurred_at, fact.eta_s),
        landing_zone=fact.landing_zone,
        handover_point=fact.handover_point,
    )
    return replace(incident, requests={**incident.requests, fact.request: request})


def _request_moved(incident: Incident, fact: f.AgencyRequestMoved, happened: Happened) -> Incident:
    was = incident.requests[fact.request]
    moved = replace(
        was,
        state=fact.state,
        since=happened.occurred_at,
        note=fact.note,
        eta_at=was.eta_at if fact.eta_s is None else later(happened.occurred_at, fact.eta_s),
        landing_zone=fact.landing_zone or was.landing_zone,
        handover_point=fact.handover_point or was.handover_point,
    )
    return replace(incident, requests={**incident.requests, fact.request: moved})


def _noted(incident: Incident, fact: f.IncidentNoted, happened: Happened) -> Incident:
    note = Note(at=happened.occurred_at, by=happened.by.id, text=fact.text)
    return replace(incident, notes=(*incident.notes, note))


def _linked(incident: Incident, fact: f.IncidentsLinked, _: Happened) -> Incident:
    other = fact.other if incident.id == fact.incident else fact.incident
    return replace(incident, links=(*incident.links, other))


_INCIDENT_FOLDS: Final[dict[type, Callable[[Incident, Any, Happened], Incident]]] = {
    f.IncidentLocated: _located,
    f.IncidentLocationOffered: lambda i, fact, _: replace(i, location_offered=fact.location),
    f.IncidentComplaintSet: lambda i, fact, _: replace(i, complaint=fact.complaint),
    f.IncidentLevelSet: lambda i, fact, _: replace(i, level=fact.level, level_reason=fact.reason),
    f.HazardNoted: lambda i, fact, _: replace(i, hazards=(*i.hazards, Hazard(text=fact.text, hold=fact.hold))),
    f.IncidentNoted: _noted,
    f.CallerLinked: lambda i, fact, _: replace(i, calls=(*i.calls, fact.call)),
    f.IncidentsLinked: _linked,
    f.RelatedToIncident: lambda i, fact, _: replace(i, related=(*i.related, fact.related)),
    f.PatientsCounted: lambda i, fact, _: replace(i, patients=fact.count),
    f.AgencyRequested: _requested,
    f.AgencyRequestMoved: _request_moved,
    f.AlarmAcknowledged: lambda i, fact, h: replace(i, acknowledged={**i.acknowledged, fact.clock: h.by.id}),
    f.IncidentClosed: lambda i, fact, h: replace(i, closed_at=h.occurred_at, outcome=fact.outcome),
    f.IncidentReopened: lambda i, fact, _: replace(i, closed_at=None, outcome=""),
    f.UnitAssigned: _assigned,
}


def unit_after(unit: Unit | None, happened: Happened) -> Unit:
    """The unit once this has happened too."""
    fact = happened.fact
    if isinstance(fact, f.UnitRegistered):
        known = unit or Unit(
            id=fact.unit,
            call_sign=fact.call_sign,
            kind=fact.kind,
            skill=fact.skill,
            agency=fact.agency,
            post=fact.post,
        )
        return replace(
            known,
            call_sign=fact.call_sign,
            kind=fact.kind,
            skill=fact.skill,
            agency=fact.agency,
            post=fact.post,
            capabilities=fact.capabilities,
            mutual_aid=fact.mutual_aid,
        )
    assert unit is not None, f"{type(fact).__name__} before the unit was registered"
    if isinstance(fact, f.UnitAssigned | f.AssignmentFact):
        return _with_commitment(unit, happened)
    return _UNIT_FOLDS[type(fact)](unit, fact, happened)


def _with_commitment(unit: Unit, happened: Happened) -> Unit:
    fact = happened.fact
    others = tuple(one for one in unit.assignments if one.id != fact.assignment)
    mine = next((one for one in unit.assignments if one.id == fact.assignment), None)
    match fact:
        case f.UnitAssigned():
            status, since = fact.begins_as, happened.occurred_at
        case f.TimeWithdrawn(back_to=back_to):
            status, since = back_to, happened.occurred_at
        case f.TimeCorrected() | f.DestinationChanged():
            return unit
        case _:
            status, since = f.MOMENT_OF_FACT[type(fact)], happened.occurred_at
            if mine is None and status not in ENDED:
                return unit  # a late entry: that assignment is over, and the unit free of it
            if mine is not None and _RANK[status] < _RANK[mine.status]:
                return unit
    if status in ENDED:
        return replace(unit, assignments=others, since=since)
    now = UnitAssignment(id=fact.assignment, incident=fact.incident, status=status, since=since)
    return replace(unit, assignments=(*others, now), since=since)


_UNIT_FOLDS: Final[dict[type, Callable[[Unit, Any, Happened], Unit]]] = {
    f.UnitWentOnDuty: lambda u, fact, h: replace(
        u, on_duty=True, crew=fact.crew, skill=fact.skill, since=h.occurred_at
    ),
    f.UnitWentOffDuty: lambda u, fact, h: replace(u, on_duty=False, crew=(), since=h.occurred_at),
    f.UnitTakenOutOfService: lambda u, fact, h: replace(
        u, out_of_service=fact.reason, out_until=fact.until, since=h.occurred_at
    ),
    f.UnitReturnedToService: lambda u, fact, h: replace(u, out_of_service="", out_until=None, since=h.occurred_at),
    f.UnitPosted: lambda u, fact, h: replace(u, post=fact.post),
}
