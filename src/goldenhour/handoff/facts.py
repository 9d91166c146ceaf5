"""What happens between the crew and the hospital about one patient, and to the hospital's own status."""

from enum import StrEnum

from goldenhour.kernel.facts import Fact
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, Ref, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi


class FacilityStatus(StrEnum):
    OPEN = "open"
    LIMITED = "limited"
    DIVERSION = "diversion"


class Alert(StrEnum):
    """Why the hospital should gather a team before the patient is there; codes are eDisposition.24."""

    STEMI = "stemi"
    STROKE = "stroke"
    TRAUMA = "trauma"
    SEPSIS = "sepsis"
    ARREST = "arrest"
    PAEDIATRIC = "paediatric"
    OBSTETRIC = "obstetric"
    OTHER = "other"


class Side(StrEnum):
    """Who signs a transfer of care; it counts when both have."""

    CREW = "crew"
    HOSPITAL = "hospital"


class FacilityRegistered(Fact, frozen=True):
    """A hospital exists, with what it can do (`capabilities`) and how many places its emergency department has."""

    facility: FacilityId
    name: str
    lon: float
    lat: float
    capabilities: tuple[str, ...] = ()
    beds: int = 0


class FacilityStatusSet(Fact, frozen=True):
    """Open, limited in these services, or on diversion; a request to the crews, with reason and expiry."""

    facility: FacilityId
    status: FacilityStatus
    services: tuple[str, ...] = ()
    reason: str = ""
    expires_at: Instant | None = None


class PreAlerted(Fact, frozen=True):
    """The crew told the hospital who is coming. `words` is the crew's summary for the receiving team."""

    handover: HandoverId
    facility: Ref[FacilityId]
    incident: Ref[IncidentId]
    assignment: Ref[AssignmentId]
    unit: Ref[UnitId]
    level: Level
    alerts: tuple[Alert, ...] = ()
    complaint: str = ""
    age: str = ""
    sex: str = ""
    words: Phi[str] = ""
    eta_at: Instant | None = None


class ConditionUpdated(Fact, frozen=True):
    """The patient got better or worse, or more is known."""

    handover: HandoverId
    level: Level
    alerts: tuple[Alert, ...] = ()
    words: Phi[str] = ""
    eta_at: Instant | None = None


class PatientAccepted(Fact, frozen=True):
    handover: HandoverId
    note: str = ""


class HospitalAsked(Fact, frozen=True):
    handover: HandoverId
    question: Phi[str]


class CrewAnswered(Fact, frozen=True):
    handover: HandoverId
    answer: Phi[str]


class HandoverRedirected(Fact, frozen=True):
    """The patient goes to another hospital now."""

    handover: HandoverId
    facility: Ref[FacilityId]
    reason: str


class PatientArrived(Fact, frozen=True):
    """The ambulance stands at the hospital; the offload clock runs."""

    handover: HandoverId


class BedAssigned(Fact, frozen=True):
    handover: HandoverId
    bed: str


class TransferSigned(Fact, frozen=True):
    handover: HandoverId
    side: Side
    name: Phi[str]


class CareHandedOver(Fact, frozen=True):
    """Both have signed: the hospital has the patient (eTimes.12)."""

    handover: HandoverId
    incident: Ref[IncidentId]
    assignment: Ref[AssignmentId]
    unit: Ref[UnitId]
    facility: Ref[FacilityId]


class HandoverWithdrawn(Fact, frozen=True):
    """The patient will not come after all."""

    handover: HandoverId
    reason: str


FACTS: tuple[type[Fact], ...] = (
    FacilityRegistered,
    FacilityStatusSet,
    PreAlerted,
    ConditionUpdated,
    PatientAccepted,
    HospitalAsked,
    CrewAnswered,
    HandoverRedirected,
    PatientArrived,
    BedAssigned,
    TransferSigned,
    CareHandedOver,
    HandoverWithdrawn,
)
