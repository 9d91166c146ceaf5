"""What crews and hospitals ask of a handover."""

from goldenhour.handoff.facts import Alert, FacilityStatus, Side
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, Ref, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi


class RegisterFacility(Command, frozen=True):
    facility: FacilityId
    name: str
    lon: float
    lat: float
    capabilities: tuple[str, ...] = ()
    beds: int = 0


class SetFacilityStatus(Command, frozen=True):
    facility: FacilityId
    status: FacilityStatus
    services: tuple[str, ...] = ()
    reason: str = ""
    expires_at: Instant | None = None


class PreAlert(Command, frozen=True):
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
    handover: HandoverId
    level: Level
    alerts: tuple[Alert, ...] = ()
    words: Phi[str] = ""
    eta_at: Instant | None = None


class AcceptPatient(Command, frozen=True):
    handover: HandoverId
    note: str = ""


class AskCrew(Command, frozen=True):
    handover: HandoverId
    question: Phi[str]


class AnswerHospital(Command, frozen=True):
    handover: HandoverId
    answer: Phi[str]


class RedirectHandover(Command, frozen=True):
    handover: HandoverId
    facility: Ref[FacilityId]
    reason: str


class ArriveAtFacility(Command, frozen=True):
    handover: HandoverId


class AssignBed(Command, frozen=True):
    handover: HandoverId
    bed: str


class SignTransfer(Command, frozen=True):
    handover: HandoverId
    side: Side
    name: Phi[str]


class WithdrawHandover(Command, frozen=True):
    handover: HandoverId
    reason: str
