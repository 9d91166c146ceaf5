"""The board of units, and where they are."""

from collections.abc import Iterable

import msgspec

from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.dispatch.state import Unit, UnitAssignment
from goldenhour.kernel.ids import AssignmentId, FacilityId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Skill
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.positions import Position, Positions
from goldenhour.runtime.runtime import Change


class CommitmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of the unit's assignments, with what one needs to find the incident."""

    id: AssignmentId
    incident: IncidentId
    number: str
    status: Moment
    since: Instant
    level: Level | None
    label: Phi[str]
    facility: FacilityId | None


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as the desk knows it."""

    id: UnitId
    call_sign: str
    kind: UnitKind
    skill: Skill
    agency: str
    post: PostId
    post_name: str
    capabilities: tuple[str, ...]
    mutual_aid: bool
    status: str
    since: Instant
    on_duty: bool
    crew: tuple[CrewMember, ...]
    out_of_service: str
    out_until: Instant | None
    assignments: tuple[CommitmentRow, ...]


class UnitsView:
    """One row per unit."""

    name = "units"

    def __init__(self, post_names: dict[str, str]) -> None:
        self._post_names = post_names

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        if change.kind == "unit":
            return (change.id,)
        if change.kind == "incident":
            return tuple(one.unit for one in change.state.active)
        return ()

    def row(self, key: str, now: Open) -> UnitRow | None:
        unit: Unit | None = now.get("unit", key)
        if unit is None:
            return None
        return UnitRow(
            id=unit.id,
            call_sign=unit.call_sign,
            kind=unit.kind,
            skill=unit.skill,
            agency=unit.agency,
            post=unit.post,
            post_name=self._post_names.get(unit.post, unit.post),
            capabilities=unit.capabilities,
            mutual_aid=unit.mutual_aid,
            status=unit.status,
            since=unit.since,
            on_duty=unit.on_duty,
            crew=unit.crew,
            out_of_service=unit.out_of_service,
            out_until=unit.out_until,
            assignments=tuple(_commitment(one, now) for one in unit.assignments),
        )


def _commitment(one: UnitAssignment, now: Open) -> CommitmentRow:
    incident = now.get("incident", one.incident)
    assignment = incident.assignments.get(one.id) if incident else None
    return CommitmentRow(
        id=one.id,
        incident=one.incident,
        number=incident.number if incident else "",
        status=one.status,
        since=one.since,
        level=incident.level if incident else None,
        label=incident.location.label if incident and incident.location else "",
        facility=assignment.facility if assignment else None,
    )


class PositionsView:
    """The newest reported position of each unit; remade when one is reported, not by the log."""

    name = "positions"

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        return (change.id,) if change.kind == "unit" and before is None else ()

    def row(self, key: str, now: Open) -> Position | None:
        return self._positions.newest.get(UnitId(key))
