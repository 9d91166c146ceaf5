"""What people ask of dispatch."""

import msgspec

from goldenhour.dispatch.facts import CrewMember, Moment, RequestState, UnitKind
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import AssignmentId, BookId, CallId, FacilityId, IncidentId, PlanId, PostId, Ref, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Mode, Skill
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi


class OpenIncident(Command, frozen=True):
    """Begins an incident. The day's `book` numbers it."""

    incident: IncidentId
    book: BookId
    call: Ref[CallId] | None = None
    location: Phi[Location] | None = None
    complaint: str | None = None
    level: Level | None = None
    scheduled_for: Instant | None = None


class LocateIncident(Command, frozen=True):
    """Says where it is. An unconfirmed place never replaces one that a human confirmed."""

    incident: IncidentId
    location: Phi[Location]
    confirmed: bool = False


class SetComplaint(Command, frozen=True):
    """What happened, as one of the complaint types."""

    incident: IncidentId
    complaint: str


class SetLevel(Command, frozen=True):
    """How urgent it is."""

    incident: IncidentId
    level: Level
    reason: str = ""


class NoteHazard(Command, frozen=True):
    """A danger for the crew; `hold` keeps units in staging."""

    incident: IncidentId
    text: str
    hold: bool = False


class NoteIncident(Command, frozen=True):
    """A free note."""

    incident: IncidentId
    text: Phi[str]


class LinkCaller(Command, frozen=True):
    """Another caller is talking about this incident."""

    incident: IncidentId
    call: Ref[CallId]


class LinkIncidents(Command, frozen=True):
    """Two incidents belong together; both stay open."""

    incident: IncidentId
    other: IncidentId


class RelateToIncident(Command, frozen=True):
    """Says that a handover or a record (its stream's name) is part of the incident; the chain gives this."""

    incident: IncidentId
    related: str


class CountPatients(Command, frozen=True):
    """How many patients there are."""

    incident: IncidentId
    count: int


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a unit was chosen: its slot in the plan, and what the desk knew then. `override` explains a human's own.

    `eta_s` until it is there, `turnout_s` of which pass before it rolls.
    """

    slot: str
    mode: Mode = Mode.HOT
    plan: PlanId | None = None
    eta_s: int | None = None
    turnout_s: int | None = None
    position_age_s: int | None = None
    reasons: tuple[str, ...] = ()
    override: str = ""
    begins_as: Moment = Moment.NOTIFIED


class AssignUnit(Command, frozen=True):
    """Gives a unit a part in an incident."""

    incident: IncidentId
    unit: UnitId
    choice: Choice


class SendPlan(Command, frozen=True):
    """Sends several units together: all of them, or none."""

    incident: IncidentId
    units: tuple[UnitId, ...]
    choices: tuple[Choice, ...]


class DivertUnit(Command, frozen=True):
    """Takes a unit from one incident to another that needs it more."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    to: IncidentId
    choice: Choice
    reason: str


class CancelAssignment(Command, frozen=True):
    """Stands a unit down, with the reason."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    reason: str


class ReportStatus(Command, frozen=True):
    """A time of an assignment, as it happens or late (`at`). `outcome` goes with back in service."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    status: Moment
    facility: Ref[FacilityId] | None = None
    outcome: str = ""


class ChangeDestination(Command, frozen=True):
    """Another hospital than the one the unit set off for."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    facility: Ref[FacilityId]
    reason: str = ""


class CorrectTime(Command, frozen=True):
    """Replaces a wrong time; the old one stays in the history."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    moment: Moment
    to: Instant
    reason: str


class WithdrawStatus(Command, frozen=True):
    """Undoes the last status: a slip of the thumb."""

    incident: IncidentId
    unit: UnitId
    assignment: AssignmentId
    moment: Moment
    reason: str = "entered by mistake"


class RequestAgency(Command, frozen=True):
    """Asks another agency for something; the client makes the request's id.

    Of an air ambulance: the landing zone, where the patient is handed over to it, which helicopter, and the seconds
    until it is there (the desk fills in the soonest where nobody says).
    """

    incident: IncidentId
    request: str
    agency: str
    wanted: str
    unit: Ref[UnitId] | None = None
    eta_s: int | None = None
    landing_zone: str = ""
    handover_point: str = ""


class MoveAgencyRequest(Command, frozen=True):
    """How far a request to another agency has come; what is left out stays as it was. `note`: why it is declined."""

    incident: IncidentId
    request: str
    state: RequestState
    note: str = ""
    eta_s: int | None = None
    landing_zone: str = ""
    handover_point: str = ""


class AcknowledgeAlarm(Command, frozen=True):
    """Somebody has seen that a clock of the desk ran out."""

    incident: IncidentId
    clock: str


class CloseIncident(Command, frozen=True):
    """It is over, with this outcome."""

    incident: IncidentId
    outcome: str


class ReopenIncident(Command, frozen=True):
    """It is not over after all."""

    incident: IncidentId
    reason: str


class RegisterUnit(Command, frozen=True):
    """Makes a unit known, or brings what is known up to date."""

    unit: UnitId
    call_sign: str
    kind: UnitKind
    skill: Skill
    agency: str
    post: PostId
    capabilities: tuple[str, ...] = ()
    mutual_aid: bool = False


class GoOnDuty(Command, frozen=True):
    """Signs a crew on to a unit."""

    unit: UnitId
    crew: tuple[CrewMember, ...]


class GoOffDuty(Command, frozen=True):
    """Signs a unit's crew off."""

    unit: UnitId


class TakeOutOfService(Command, frozen=True):
    """The unit cannot be sent, for this reason, until then if known."""

    unit: UnitId
    reason: str
    until: Instant | None = None


class ReturnToService(Command, frozen=True):
    """The unit can be sent again."""

    unit: UnitId


class PostUnit(Command, frozen=True):
    """Moves a unit's post (move-up)."""

    unit: UnitId
    post: PostId
