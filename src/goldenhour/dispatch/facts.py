"""What happens to incidents, units and assignments. Times are named after NEMSIS eTimes."""

from enum import StrEnum

import msgspec

from goldenhour.kernel.facts import Fact
from goldenhour.kernel.ids import AssignmentId, BookId, CallId, FacilityId, IncidentId, PlanId, PostId, Ref, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Mode, Skill
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi


class Moment(StrEnum):
    """The times of an assignment in the order of a normal day, with their NEMSIS element."""

    RESERVED = "reserved"
    SCHEDULED = "scheduled"
    NOTIFIED = "notified"  # eTimes.03
    ACKNOWLEDGED = "acknowledged"  # eTimes.04
    EN_ROUTE = "en_route"  # eTimes.05
    STAGED = "staged"  # eTimes.17
    ON_SCENE = "on_scene"  # eTimes.06
    AT_PATIENT = "at_patient"  # eTimes.07
    LEFT_SCENE = "left_scene"  # eTimes.09
    AT_DESTINATION = "at_destination"  # eTimes.11
    CARE_TRANSFERRED = "care_transferred"  # eTimes.12
    BACK_IN_SERVICE = "back_in_service"  # eTimes.13
    HOME = "home"  # eTimes.15
    CANCELLED = "cancelled"  # eTimes.14
    DIVERTED = "diverted"


class RequestState(StrEnum):
    """How far a request to another agency has come."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    DONE = "done"


class UnitKind(StrEnum):
    """What a unit is sent as."""

    AMBULANCE = "ambulance"
    FIRST_RESPONDER = "first_responder"
    SUPERVISOR = "supervisor"
    HELICOPTER = "helicopter"


class CrewMember(msgspec.Struct, frozen=True, kw_only=True):
    """A person on a unit and the level at which they practise."""

    id: str
    name: str
    skill: Skill


class IncidentOpened(Fact, frozen=True):
    """An incident began: somebody needs help. `book` gave it its number, unique in the day."""

    incident: IncidentId
    book: BookId
    number: str
    call: Ref[CallId] | None = None
    location: Phi[Location] | None = None
    complaint: str | None = None
    level: Level | None = None
    scheduled_for: Instant | None = None


class IncidentLocated(Fact, frozen=True):
    """The place to send help to is this one; a human confirmed it, or it is the best we have."""

    incident: IncidentId
    location: Phi[Location]
    confirmed: bool


class IncidentLocationOffered(Fact, frozen=True):
    """A newer location arrived after a human confirmed another; it stands beside it until somebody decides."""

    incident: IncidentId
    location: Phi[Location]


class IncidentComplaintSet(Fact, frozen=True):
    incident: IncidentId
    complaint: str


class IncidentLevelSet(Fact, frozen=True):
    incident: IncidentId
    level: Level
    reason: str


class HazardNoted(Fact, frozen=True):
    """A danger for the crew; `hold` keeps units in staging until somebody clears it."""

    incident: IncidentId
    text: str
    hold: bool = False


class IncidentNoted(Fact, frozen=True):
    incident: IncidentId
    text: Phi[str]


class CallerLinked(Fact, frozen=True):
    """Another call is about this incident; both callers stay."""

    incident: IncidentId
    call: Ref[CallId]


class IncidentsLinked(Fact, frozen=True):
    incident: IncidentId
    other: IncidentId


class RelatedToIncident(Fact, frozen=True):
    """A handover or a patient care record is part of this incident; `related` is its stream."""

    incident: IncidentId
    related: str


class PatientsCounted(Fact, frozen=True):
    incident: IncidentId
    count: int


class AgencyRequested(Fact, frozen=True):
    """Another agency was asked for something: fire for extrication, police for scene safety, a helicopter.

    `unit` is the helicopter that would come soonest, `eta_s` after this it would be there.
    """

    incident: IncidentId
    request: str
    agency: str
    wanted: str
    unit: Ref[UnitId] | None = None
    eta_s: int | None = None
    landing_zone: str = ""
    handover_point: str = ""


class AgencyRequestMoved(Fact, frozen=True):
    """What came of a request; `eta_s` from now on, if it is told anew."""

    incident: IncidentId
    request: str
    state: RequestState
    note: str = ""
    eta_s: int | None = None
    landing_zone: str = ""
    handover_point: str = ""


class AlarmAcknowledged(Fact, frozen=True):
    """Somebody has seen that a clock of the desk ran out (`clock` names it, with the unit where it has one)."""

    incident: IncidentId
    clock: str


class IncidentClosed(Fact, frozen=True):
    incident: IncidentId
    outcome: str


class IncidentReopened(Fact, frozen=True):
    incident: IncidentId
    reason: str


class UnitAssigned(Fact, frozen=True):
    """A unit was given a part in an incident, for this slot of the response plan and for these reasons.

    `eta_s` until it is there, reckoned when it was chosen, `turnout_s` of which pass before it rolls; `position_age_s`
    the age of the position that was reckoned from; `override` why a human chose otherwise than recommended.
    """

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    slot: str
    mode: Mode
    begins_as: Moment
    plan: PlanId | None = None
    eta_s: int | None = None
    turnout_s: int | None = None
    position_age_s: int | None = None
    reasons: tuple[str, ...] = ()
    override: str = ""


class AssignmentFact(Fact, frozen=True):
    """Base of what happens within one assignment; it never touches another assignment of the same unit."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId


class UnitNotified(AssignmentFact, frozen=True):
    """eTimes.03"""


class UnitAcknowledged(AssignmentFact, frozen=True):
    """eTimes.04"""


class UnitEnRoute(AssignmentFact, frozen=True):
    """eTimes.05"""


class UnitStaged(AssignmentFact, frozen=True):
    """eTimes.17"""


class UnitArrivedOnScene(AssignmentFact, frozen=True):
    """eTimes.06"""


class UnitArrivedAtPatient(AssignmentFact, frozen=True):
    """eTimes.07"""


class UnitLeftScene(AssignmentFact, frozen=True):
    """eTimes.09, with the patient, to this facility."""

    facility: Ref[FacilityId] | None = None


class DestinationChanged(AssignmentFact, frozen=True):
    facility: Ref[FacilityId]
    reason: str


class PatientArrivedAtDestination(AssignmentFact, frozen=True):
    """eTimes.11"""


class CareTransferred(AssignmentFact, frozen=True):
    """eTimes.12"""


class UnitBackInService(AssignmentFact, frozen=True):
    """eTimes.13; `outcome` says how the assignment ended."""

    outcome: str


class UnitArrivedHome(AssignmentFact, frozen=True):
    """eTimes.15"""


class UnitCancelled(AssignmentFact, frozen=True):
    """eTimes.14"""

    reason: str


class UnitDiverted(AssignmentFact, frozen=True):
    """This assignment ended because the unit was needed more elsewhere."""

    to: Ref[IncidentId]
    reason: str


class TimeCorrected(AssignmentFact, frozen=True):
    """A time was wrong; both the old and the new stay visible."""

    moment: Moment
    before: Instant
    after: Instant
    reason: str


class TimeWithdrawn(AssignmentFact, frozen=True):
    """A status was reported by mistake (a slip of the thumb); the assignment is `back_to` where it stood before."""

    moment: Moment
    before: Instant
    back_to: Moment
    reason: str


class UnitRegistered(Fact, frozen=True):
    """A unit exists. `skill` is the level at which it is normally crewed, `capabilities` are the plan slots' words."""

    unit: UnitId
    call_sign: str
    kind: UnitKind
    skill: Skill
    agency: str
    post: PostId
    capabilities: tuple[str, ...] = ()
    mutual_aid: bool = False


class UnitWentOnDuty(Fact, frozen=True):
    unit: UnitId
    crew: tuple[CrewMember, ...]
    skill: Skill


class UnitWentOffDuty(Fact, frozen=True):
    unit: UnitId


class UnitTakenOutOfService(Fact, frozen=True):
    unit: UnitId
    reason: str
    until: Instant | None = None


class UnitReturnedToService(Fact, frozen=True):
    unit: UnitId


class UnitPosted(Fact, frozen=True):
    """The unit's post is now this one (move-up)."""

    unit: UnitId
    post: PostId


FACT_OF_MOMENT: dict[Moment, type[AssignmentFact]] = {
    Moment.NOTIFIED: UnitNotified,
    Moment.ACKNOWLEDGED: UnitAcknowledged,
    Moment.EN_ROUTE: UnitEnRoute,
    Moment.STAGED: UnitStaged,
    Moment.ON_SCENE: UnitArrivedOnScene,
    Moment.AT_PATIENT: UnitArrivedAtPatient,
    Moment.LEFT_SCENE: UnitLeftScene,
    Moment.AT_DESTINATION: PatientArrivedAtDestination,
    Moment.CARE_TRANSFERRED: CareTransferred,
    Moment.BACK_IN_SERVICE: UnitBackInService,
    Moment.HOME: UnitArrivedHome,
    Moment.CANCELLED: UnitCancelled,
    Moment.DIVERTED: UnitDiverted,
}
"""Which fact records which time. Reserved and scheduled begin with `UnitAssigned` itself."""

MOMENT_OF_FACT = {fact: moment for moment, fact in FACT_OF_MOMENT.items()}

FACTS: tuple[type[Fact], ...] = (
    IncidentOpened,
    IncidentLocated,
    IncidentLocationOffered,
    IncidentComplaintSet,
    IncidentLevelSet,
    HazardNoted,
    IncidentNoted,
    CallerLinked,
    IncidentsLinked,
    RelatedToIncident,
    PatientsCounted,
    AgencyRequested,
    AgencyRequestMoved,
    AlarmAcknowledged,
    IncidentClosed,
    IncidentReopened,
    UnitAssigned,
    *FACT_OF_MOMENT.values(),
    DestinationChanged,
    TimeCorrected,
    TimeWithdrawn,
    UnitRegistered,
    UnitWentOnDuty,
    UnitWentOffDuty,
    UnitTakenOutOfService,
    UnitReturnedToService,
    UnitPosted,
)
