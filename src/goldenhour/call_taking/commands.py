"""What call takers (and the lines) ask of a call."""

from goldenhour.call_taking.facts import Said
from goldenhour.call_taking.policy import ComplaintRule
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import BookId, CallId, IncidentId, Ref
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi


class RingCall(Command, frozen=True):
    """A call arrives on a line, with number and place if the network sent them."""

    call: CallId
    book: BookId
    line: str = "911"
    ani: Phi[str] = ""
    location: Phi[Location] | None = None


class AnswerCall(Command, frozen=True):
    """A call taker at this desk answers."""

    call: CallId
    desk: str


class OfferLocation(Command, frozen=True):
    """A place nobody has confirmed yet; it never replaces a confirmed one."""

    call: CallId
    location: Phi[Location]


class ConfirmLocation(Command, frozen=True):
    """The place has been checked with the caller."""

    call: CallId
    location: Phi[Location]


class TakeCallback(Command, frozen=True):
    """The number to call back, and the caller's name."""

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
    """The call taker's own judgement of urgency."""

    call: CallId
    level: Level
    reason: str = ""


class NoteCall(Command, frozen=True):
    """A free note."""

    call: CallId
    text: Phi[str]


class NoteCallHazard(Command, frozen=True):
    """A danger for the crew that the caller tells of."""

    call: CallId
    text: str
    hold: bool = False


class RequestHelp(Command, frozen=True):
    """Send now: begins an incident from what is known so far."""

    call: CallId
    incident: Ref[IncidentId]


class LinkCall(Command, frozen=True):
    """The call is about an incident that is known."""

    call: CallId
    incident: Ref[IncidentId]


class TransferCall(Command, frozen=True):
    """Hands the call on to somebody else."""

    call: CallId
    to: str


class AbandonCall(Command, frozen=True):
    """The caller hung up before anybody answered."""

    call: CallId


class EndCall(Command, frozen=True):
    """The conversation is over."""

    call: CallId
