"""The hospitals' boards: their own status, and the patients on the way or waiting to be handed over."""

from collections.abc import Iterable

import msgspec

from goldenhour.care.state import Record
from goldenhour.chain.views.records import Vitals, last_vitals
from goldenhour.handoff.facts import Alert, FacilityStatus, Side
from goldenhour.handoff.state import Facility, Handover, Message, Signature
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.positions import Positions
from goldenhour.runtime.runtime import Change


class FacilityRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hospital; `status` is what was set, and ends at `expires_at`."""

    id: FacilityId
    name: str
    lon: float
    lat: float
    capabilities: tuple[str, ...]
    beds: int
    status: FacilityStatus
    services: tuple[str, ...]
    reason: str
    expires_at: Instant | None
    status_since: Instant
    coming: int
    offloading: int


class HandoverRow(msgspec.Struct, frozen=True, kw_only=True):
    """One patient on the way to a hospital, or waiting there."""

    id: HandoverId
    facility: FacilityId
    facility_name: str
    incident: IncidentId
    number: str
    assignment: AssignmentId
    unit: UnitId
    call_sign: str
    agency: str
    level: Level
    alerts: tuple[Alert, ...]
    complaint: str
    age: str
    sex: str
    words: Phi[str]
    eta_at: Instant | None
    alerted_at: Instant
    accepted_at: Instant | None
    messages: Phi[tuple[Message, ...]]
    arrived_at: Instant | None
    bed: str
    signatures: Phi[dict[Side, Signature]]
    record: RecordId | None
    vitals: Phi[tuple[Vitals, ...]]


class FacilitiesView:
    """One row per hospital."""

    name = "facilities"

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        if change.kind == "facility":
            return (change.id,)
        if change.kind == "handover":
            old = before.facility if isinstance(before, Handover) else change.state.facility
            return (change.state.facility, old)
        return ()

    def row(self, key: str, now: Open) -> FacilityRow | None:
        facility: Facility | None = now.get("facility", key)
        if facility is None:
            return None
        here = [one for one in now.all("handover").values() if one.facility == key]
        return FacilityRow(
            id=facility.id,
            name=facility.name,
            lon=facility.lon,
            lat=facility.lat,
            capabilities=facility.capabilities,
            beds=facility.beds,
            status=facility.status,
            services=facility.services,
            reason=facility.reason,
            expires_at=facility.expires_at,
            status_since=facility.status_since,
            coming=sum(one.arrived_at is None for one in here),
            offloading=sum(one.arrived_at is not None for one in here),
        )


class HandoversView:
    """One row per patient that a hospital knows of and does not have yet."""

    name = "handovers"

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        if change.kind == "handover":
            return (change.id,)
        if change.kind == "incident":
            return tuple(one.id for one in now.all("handover").values() if one.incident == change.id)
        if change.kind == "unit" and _renamed(before, change.state, "call_sign", "agency"):
            return tuple(one.id for one in now.all("handover").values() if one.unit == change.id)
        if change.kind == "facility" and _renamed(before, change.state, "name"):
            return tuple(one.id for one in now.all("handover").values() if one.facility == change.id)
        if change.kind == "record":
            assignment = change.state.assignment
            return tuple(one.id for one in now.all("handover").values() if one.assignment == assignment)
        return ()

    def row(self, key: str, now: Open) -> HandoverRow | None:
        handover: Handover | None = now.get("handover", key)
        if handover is None:
            return None
        incident = now.get("incident", handover.incident)
        unit = now.get("unit", handover.unit)
        facility = now.get("facility", handover.facility)
        charts = (one for one in now.all("record").values() if one.assignment == handover.assignment)
        record: Record | None = min(charts, key=lambda one: one.patient, default=None)
        return HandoverRow(
            id=handover.id,
            facility=handover.facility,
            facility_name=facility.name if facility else handover.facility,
            incident=handover.incident,
            number=incident.number if incident else "",
            assignment=handover.assignment,
            unit=handover.unit,
            call_sign=unit.call_sign if unit else handover.unit,
            agency=unit.agency if unit else "",
            level=handover.level,
            alerts=handover.alerts,
            complaint=handover.complaint,
            age=handover.age,
            sex=handover.sex,
            words=handover.words,
            eta_at=self._eta_at(handover),
            alerted_at=handover.alerted_at,
            accepted_at=handover.accepted_at,
            messages=handover.messages,
            arrived_at=handover.arrived_at,
            bed=handover.bed,
            signatures=handover.signatures,
            record=record.id if record else None,
            vitals=last_vitals(record.tree) if record else (),
        )

    def _eta_at(self, handover: Handover) -> Instant | None:
        newest = self._positions.newest.get(handover.unit)
        if newest is not None and newest.eta_at is not None and newest.at > handover.alerted_at:
            return newest.eta_at
        return handover.eta_at


def _renamed(before: object, after: object, *names: str) -> bool:
    """Whether what people call it changed, or whose it is; most changes of a unit or hospital concern no row here."""
    return before is None or any(getattr(before, name) != getattr(after, name) for name in names)
