"""What crews and hospitals ask of a handover."""

from goldenhour.handoff.facts import Alert, FacilityStatus, Side
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, Ref, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi


class RegisterFacility(Command, frozen=True):
    """Makes a hospital known, or brings what is known up to date."""

    facility: FacilityId
    name: str
    lon: float
    lat: float
    capabilities: tuple[str, ...] = ()
    beds: int = 0


class SetFacilityStatus(Command, frozen=True):
    """Open, limited in services, or on diversion until then."""

    facility: FacilityId
    status: FacilityStatus
    services: tuple[str, ...] = ()
    reason: str = ""
    expires_at: Instant | None = None


class PreAlert(Command, frozen=True):
    """Tells a hospital who is coming and how sick; the client makes the handover's id."""

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


class UpdateCondition(Command, frozen=True):
    """The patient got better or worse, or more is known."""

    handover: HandoverId
    level: Level
    alerts: tuple[Alert, ...] = ()
    words: Phi[str] = ""
    eta_at: Instant | None = None


class AcceptPatient(Command, frozen=True):
    """The hospital expects this patient."""

    handover: HandoverId
    note: str = ""


class AskCrew(Command, frozen=True):
    """The hospital asks the crew something."""

    handover: HandoverId
    question: Phi[str]


class AnswerHospital(Command, frozen=True):
    """The crew answers."""

    handover: HandoverId
    answer: Phi[str]


class RedirectHandover(Command, frozen=True):
    """The patient goes to another hospital now."""

    handover: HandoverId
    facility: Ref[FacilityId]
    reason: str


class ArriveAtFacility(Command, frozen=True):
    """The ambulance stands at the hospital."""

    handover: HandoverId


class AssignBed(Command, frozen=True):
    """Where the patient goes."""

    handover: HandoverId
    bed: str


class SignTransfer(Command, frozen=True):
    """One side signs the transfer of care; with the second signature it is done."""

    handover: HandoverId
    side: Side
    name: Phi[str]


class WithdrawHandover(Command, frozen=True):
    """The patient will not come after all."""

    handover: HandoverId
    reason: str
