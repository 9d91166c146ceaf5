"""Hospitals, and each patient's way into one."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from goldenhour.handoff import facts as f
from goldenhour.handoff.facts import Alert, FacilityStatus, Side
from goldenhour.kernel.facts import Happened
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi


class Facility(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A hospital. Its status is a request to the crews and ends by itself at `expires_at`."""

    id: FacilityId
    name: str
    lon: float
    lat: float
    capabilities: tuple[str, ...] = ()
    beds: int = 0
    status: FacilityStatus = FacilityStatus.OPEN
    services: tuple[str, ...] = ()
    reason: str = ""
    expires_at: Instant | None = None
    status_since: Instant = Instant(0)

    @property
    def is_open(self) -> bool:
        return True

    def status_at(self, now: Instant) -> FacilityStatus:
        """The status in force: a limit or diversion that has expired is over."""
        expired = self.expires_at is not None and self.expires_at <= now
        return FacilityStatus.OPEN if expired else self.status


class Message(msgspec.Struct, frozen=True, kw_only=True):
    at: Instant
    side: Side
    text: Phi[str]


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    at: Instant
    name: Phi[str]


class Handover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One patient on the way to, or at, one hospital."""

    id: HandoverId
    facility: FacilityId
    incident: IncidentId
    assignment: AssignmentId
    unit: UnitId
    level: Level
    alerted_at: Instant
    alerts: tuple[Alert, ...] = ()
    complaint: str = ""
    age: str = ""
    sex: str = ""
    words: Phi[str] = ""
    eta_at: Instant | None = None
    accepted_at: Instant | None = None
    messages: Phi[tuple[Message, ...]] = ()
    arrived_at: Instant | None = None
    bed: str = ""
    signatures: Phi[dict[Side, Signature]] = {}
    handed_over_at: Instant | None = None
    withdrawn_at: Instant | None = None

    @property
    def is_open(self) -> bool:
        return self.handed_over_at is None and self.withdrawn_at is None


def facility_after(facility: Facility | None, happened: Happened) -> Facility:
    """The hospital once this has happened too."""
    fact = happened.fact
    match fact:
        case f.FacilityRegistered():
            known = facility or Facility(id=fact.facility, name=fact.name, lon=fact.lon, lat=fact.lat)
            return replace(
                known,
                name=fact.name,
                lon=fact.lon,
                lat=fact.lat,
                capabilities=fact.capabilities,
                beds=fact.beds,
            )
        case f.FacilityStatusSet():
            assert facility is not None, "a status before the facility was registered"
            return replace(
                facility,
                status=fact.status,
                services=fact.services,
                reason=fact.reason,
                expires_at=fact.expires_at,
                status_since=happened.occurred_at,
            )
    raise AssertionError(f"{type(fact).__name__} does not happen to a facility")


def handover_after(handover: Handover | None, happened: Happened) -> Handover:
    """The handover once this has happened too."""
    fact = happened.fact
    if isinstance(fact, f.PreAlerted):
        return Handover(
            id=fact.handover,
            facility=fact.facility,
            incident=fact.incident,
            assignment=fact.assignment,
            unit=fact.unit,
            level=fact.level,
            alerted_at=happened.occurred_at,
            alerts=fact.alerts,
            complaint=fact.complaint,
            age=fact.age,
            sex=fact.sex,
            words=fact.words,
            eta_at=fact.eta_at,
        )
    assert handover is not None, f"{type(fact).__name__} before the pre-alert"
    return _FOLDS[type(fact)](handover, fact, happened)


def _condition(handover: Handover, fact: f.ConditionUpdated, _: Happened) -> Handover:
    return replace(
        handover,
        level=fact.level,
        alerts=fact.alerts,
        words=fact.words or handover.words,
        eta_at=fact.eta_at or handover.eta_at,
    )


def _message(side: Side, text: str, handover: Handover, happened: Happened) -> Handover:
    message = Message(at=happened.occurred_at, side=side, text=text)
    return replace(handover, messages=(*handover.messages, message))


def _signed(handover: Handover, fact: f.TransferSigned, happened: Happened) -> Handover:
    signature = Signature(at=happened.occurred_at, name=fact.name)
    return replace(handover, signatures={**handover.signatures, fact.side: signature})


_FOLDS: Final[dict[type, Callable[[Handover, Any, Happened], Handover]]] = {
    f.ConditionUpdated: _condition,
    f.PatientAccepted: lambda h, _, at: replace(h, accepted_at=at.occurred_at),
    f.HospitalAsked: lambda h, fact, at: _message(Side.HOSPITAL, fact.question, h, at),
    f.CrewAnswered: lambda h, fact, at: _message(Side.CREW, fact.answer, h, at),
    f.HandoverRedirected: lambda h, fact, _: replace(h, facility=fact.facility, accepted_at=None, bed=""),
    f.PatientArrived: lambda h, _, at: replace(h, arrived_at=at.occurred_at),
    f.BedAssigned: lambda h, fact, _: replace(h, bed=fact.bed),
    f.TransferSigned: _signed,
    f.CareHandedOver: lambda h, _, at: replace(h, handed_over_at=at.occurred_at),
    f.HandoverWithdrawn: lambda h, _, at: replace(h, withdrawn_at=at.occurred_at),
}
