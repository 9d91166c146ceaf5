"""What call takers (and the lines) ask of a call."""

from goldenhour.call_taking.facts import Said
from goldenhour.call_taking.policy import ComplaintRule
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import BookId, CallId, IncidentId, Ref
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi


class RingCall(Command, frozen=True):
    call: CallId
    book: BookId
    line: str = "911"
    ani: Phi[str] = ""
    location: Phi[Location] | None = None


class AnswerCall(Command, frozen=True):
    call: CallId
    desk: str


class OfferLocation(Command, frozen=True):
    """A place nobody has confirmed yet; it never replaces a confirmed one."""

    call: CallId
    location: Phi[Location]


class ConfirmLocation(Command, frozen=True):
    call: CallId
    location: Phi[Location]


class TakeCallback(Command, frozen=True):
    call: CallId
    callback: Phi[str]
    caller: Phi[str] = ""


class TakeComplaint(Command, frozen=True):
    """`rule` is what the content in force says of the complaint; the desk looks it up."""

    call: CallId
    complaint: str
    words: Phi[str] = ""
    rule: ComplaintRule | None = None


class AnswerLifeQuestions(Command, frozen=True):
    """`rule` is that of the call's complaint, looked up by the desk."""

    call: CallId
    awake: Said
    breathing: Said
    rule: ComplaintRule | None = None


class SetCallLevel(Command, frozen=True):
    call: CallId
    level: Level
    reason: str = ""


class NoteCall(Command, frozen=True):
    call: CallId
    text: Phi[str]


class NoteCallHazard(Command, frozen=True):
    call: CallId
    text: str
    hold: bool = False


class RequestHelp(Command, frozen=True):
    """Send now: begins an incident from what is known so far."""

    call: CallId
    incident: Ref[IncidentId]


class LinkCall(Command, frozen=True):
    call: CallId
    incident: Ref[IncidentId]


class TransferCall(Command, frozen=True):
    call: CallId
    to: str


class AbandonCall(Command, frozen=True):
    call: CallId


class EndCall(Command, frozen=True):
    call: CallId
