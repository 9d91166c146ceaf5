"""The dispatchers' board of incidents, each with its assignments, its plan and the clocks that run."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from goldenhour.chain.access import units_in
from goldenhour.chain.content import Content
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.plans import capabilities_of
from goldenhour.dispatch.state import AgencyRequest, Assignment, Hazard, Incident, Note, Unit, out_of_order
from goldenhour.kernel.ids import AssignmentId, CallId, FacilityId, IncidentId, UnitId
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.levels import Level, Mode
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.positions import Positions
from goldenhour.runtime.runtime import Change


class AssignmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's part, with every time it has."""

    id: AssignmentId
    unit: UnitId
    call_sign: str
    slot: str
    mode: Mode
    status: Moment
    since: Instant
    times: dict[Moment, Instant]
    eta_s: int | None
    eta_at: Instant | None
    position_age_s: int | None
    facility: FacilityId | None
    facility_name: str
    override: str
    reasons: tuple[str, ...]
    outcome: str
    active: bool
    out_of_order: tuple[Moment, ...]


class SlotRow(msgspec.Struct, frozen=True, kw_only=True):
    slot: str
    name: str
    filled_by: UnitId | None


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the response plan asks for and what it still lacks."""

    id: str
    name: str
    slots: tuple[SlotRow, ...]
    lacks: tuple[str, ...]


class RunningClock(msgspec.Struct, frozen=True, kw_only=True):
    """A clock that runs now: it warns and alarms so many seconds after `since`."""

    clock: str
    words: str
    since: Instant
    warn_s: int
    alarm_s: int
    unit: UnitId | None = None


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open incident."""

    id: IncidentId
    number: str
    opened_at: Instant
    complaint: str | None
    complaint_name: str
    level: Level | None
    level_reason: str
    location: Phi[Location | None]
    location_confirmed: bool
    location_offered: Phi[Location | None]
    hazards: tuple[Hazard, ...]
    patients: int
    calls: tuple[CallId, ...]
    links: tuple[IncidentId, ...]
    scheduled_for: Instant | None
    status: str
    waiting_since: Instant | None
    assignments: tuple[AssignmentRow, ...]
    requests: tuple[AgencyRequest, ...]
    notes: Phi[tuple[Note, ...]]
    acknowledged: dict[str, str]
    plan: PlanRow | None
    clocks: tuple[RunningClock, ...]
    agencies: tuple[str, ...]
    """Whose units have (had) a part in it."""


class IncidentsView:
    """One row per open incident."""

    name = "incidents"

    def __init__(self, content: Content, positions: Positions) -> None:
        self._content = content
        self._positions = positions

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        if change.kind == "incident":
            return (change.id,)
        if change.kind == "facility":
            return tuple(
                incident.id
                for incident in now.all("incident").values()
                if any(one.facility == change.id for one in incident.assignments.values())
            )
        if change.kind == "unit":
            if isinstance(before, Unit) and before.agency == change.state.agency:
                return tuple(one.incident for one in change.state.assignments)
            return tuple(one.id for one in now.all("incident").values() if change.id in units_in("incident", one))
        return ()

    def row(self, key: str, now: Open) -> IncidentRow | None:
        incident: Incident | None = now.get("incident", key)
        if incident is None:
            return None
        return IncidentRow(
            id=incident.id,
            number=incident.number,
            opened_at=incident.opened_at,
            complaint=incident.complaint,
            complaint_name=self._content.complaint_name(incident.complaint),
            level=incident.level,
            level_reason=incident.level_reason,
            location=incident.location,
            location_confirmed=incident.location_confirmed,
            location_offered=incident.location_offered,
            hazards=incident.hazards,
            patients=incident.patients,
            calls=incident.calls,
            links=incident.links,
            scheduled_for=incident.scheduled_for,
            status=incident_status(incident),
            waiting_since=waiting_since(incident),
            assignments=tuple(self._assignment(one, now) for one in in_order(incident)),
            requests=tuple(incident.requests.values()),
            notes=incident.notes,
            acknowledged=incident.acknowledged,
            plan=self._plan(incident, now),
            clocks=tuple(self._clocks(incident)),
            agencies=tuple(
                sorted({unit.agency for one in incident.assignments.values() if (unit := now.get("unit", one.unit))})
            ),
        )

    def _assignment(self, one: Assignment, now: Open) -> AssignmentRow:
        unit = now.get("unit", one.unit)
        facility = now.get("facility", one.facility)
        return AssignmentRow(
            id=one.id,
            unit=one.unit,
            call_sign=unit.call_sign if unit else one.unit,
            slot=one.slot,
            mode=one.mode,
            status=one.status,
            since=one.times[one.status],
            times=one.times,
            eta_s=one.eta_s,
            eta_at=self._eta_at(one),
            position_age_s=one.position_age_s,
            facility=one.facility,
            facility_name=facility.name if facility else "",
            override=one.override,
            reasons=one.reasons,
            outcome=one.outcome,
            active=one.is_active,
            out_of_order=out_of_order(one.times),
        )

    def _eta_at(self, one: Assignment) -> Instant | None:
        """When it will be there: by its newest position on the way, else by what was reckoned when it was chosen.

        A crew that has been told still turns out, and what its vehicle reports belongs to the way it was on before.
        Once it is en route its turnout lies behind it.
        """
        if one.status not in MOVING:
            return None
        newest = self._positions.newest.get(one.unit)
        rolls = one.status in (Moment.EN_ROUTE, Moment.LEFT_SCENE)
        if rolls and newest is not None and newest.eta_at is not None and newest.at >= one.times[one.status]:
            return newest.eta_at
        if one.status is Moment.LEFT_SCENE or one.eta_s is None:
            return None
        if one.status is Moment.EN_ROUTE:
            return later(one.times[Moment.EN_ROUTE], one.eta_s - (one.turnout_s or 0))
        return later(one.times.get(Moment.NOTIFIED, one.times[one.status]), one.eta_s)

    def _plan(self, incident: Incident, now: Open) -> PlanRow | None:
        if incident.level is None:
            return None
        plan = self._content.plan_for(incident.complaint, incident.level)
        free = [one for one in in_order(incident) if fills(one) and now.get("unit", one.unit) is not None]
        slots: list[SlotRow] = []
        lacks: list[str] = []
        for slot_id in plan.slots:
            slot = self._content.slot_by_id[slot_id]
            fits = [one for one in free if one.slot == slot_id]
            fits += [one for one in free if capabilities_of(now.get("unit", one.unit)) & slot.mask == slot.mask]
            if fits:
                free.remove(fits[0])
            elif not slot.optional and slot.sooner_s < 0:
                lacks.append(slot.name)
            slots.append(SlotRow(slot=slot_id, name=slot.name, filled_by=fits[0].unit if fits else None))
        return PlanRow(id=plan.id, name=plan.name, slots=tuple(slots), lacks=tuple(lacks))

    def _clocks(self, incident: Incident) -> Iterator[RunningClock]:
        clocks = self._content.clock_by_id
        since = waiting_since(incident)
        if since is not None and incident.level is not None:
            waiting = self._content.clocks.waiting
            warn_s, alarm_s = waiting.levels[incident.level]
            yield RunningClock(clock="waiting", words=waiting.words, since=since, warn_s=warn_s, alarm_s=alarm_s)
        if not incident.location_confirmed:
            yield _running(clocks["no_location"], incident.opened_at)
        for one in incident.active:
            running = _CLOCK_OF_STATUS.get(one.status)
            if running is not None:
                yield _running(clocks[running], one.times[one.status], one.unit)


def in_order(incident: Incident) -> list[Assignment]:
    """The assignments as they were made; a stored document may hold them in another order."""
    return sorted(incident.assignments.values(), key=lambda one: int(one.id.rpartition("/")[2]))


def fills(one: Assignment) -> bool:
    """Whether this assignment fills its place in the plan: it is under way, or it did its part on scene."""
    return one.is_active or Moment.ON_SCENE in one.times


MOVING = frozenset({Moment.NOTIFIED, Moment.ACKNOWLEDGED, Moment.EN_ROUTE, Moment.LEFT_SCENE})

_CLOCK_OF_STATUS = {
    Moment.NOTIFIED: "unacknowledged",
    Moment.ACKNOWLEDGED: "turnout",
    Moment.EN_ROUTE: "travel",
    Moment.ON_SCENE: "welfare",
    Moment.AT_PATIENT: "welfare",
    Moment.AT_DESTINATION: "offload",
}


def _running(clock: Any, since: Instant, unit: UnitId | None = None) -> RunningClock:
    name = clock.id if unit is None else f"{clock.id}:{unit}"
    return RunningClock(
        clock=name, words=clock.words, since=since, warn_s=clock.warn_s, alarm_s=clock.alarm_s, unit=unit
    )


def incident_status(incident: Incident) -> str:
    """`waiting`, `scheduled`, `assigned`, `on_scene`, `transporting` or `clearing`: the furthest any unit has come."""
    statuses = {one.status for one in incident.active}
    working = statuses - {Moment.RESERVED, Moment.SCHEDULED}
    if not working:
        if statuses or incident.scheduled_for is not None:
            return "scheduled"
        return "clearing" if waiting_since(incident) is None else "waiting"
    if statuses & {Moment.LEFT_SCENE}:
        return "transporting"
    if statuses & {Moment.AT_DESTINATION, Moment.CARE_TRANSFERRED}:
        return "clearing"
    return "on_scene" if statuses & {Moment.ON_SCENE, Moment.AT_PATIENT} else "assigned"


def waiting_since(incident: Incident) -> Instant | None:
    """Since when nobody is coming: from its opening, or from when the last unit was taken away before arriving."""
    if incident.active or incident.scheduled_for is not None:
        return None
    parts = incident.assignments.values()
    if any(Moment.ON_SCENE in one.times for one in parts):
        return None
    return max((one.times[one.status] for one in parts), default=incident.opened_at)
