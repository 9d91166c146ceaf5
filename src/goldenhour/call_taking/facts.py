"""What happens to a call: a contact about an incident, with a life of its own."""

from enum import StrEnum

from goldenhour.kernel.facts import Fact
from goldenhour.kernel.ids import BookId, CallId, IncidentId, Ref
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi


class Said(StrEnum):
    """A caller's answer to a life question. Unknown after one paraphrase counts as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class CallRang(Fact, frozen=True):
    """A call arrived on a line; `number` is its running number of the day, `ani` the caller's number if it came."""

    call: CallId
    book: BookId
    number: str
    line: str
    ani: Phi[str] = ""


class CallAnswered(Fact, frozen=True):
    call: CallId
    desk: str


class CallLocationOffered(Fact, frozen=True):
    """A place that nobody has confirmed: from the network, the device, or typed and not yet checked."""

    call: CallId
    location: Phi[Location]


class CallLocationConfirmed(Fact, frozen=True):
    """The call taker has checked the place with the caller."""

    call: CallId
    location: Phi[Location]


class CallbackTaken(Fact, frozen=True):
    call: CallId
    callback: Phi[str]
    caller: Phi[str] = ""


class ComplaintTaken(Fact, frozen=True):
    """What happened, as one of the complaint types, and in the caller's words."""

    call: CallId
    complaint: str
    words: Phi[str] = ""


class LifeQuestionsAnswered(Fact, frozen=True):
    """The two life questions: is the patient awake, is the patient breathing normally."""

    call: CallId
    awake: Said
    breathing: Said


class CallLevelSet(Fact, frozen=True):
    """The response level, by the rules in force or by the call taker's own judgement, with the reason."""

    call: CallId
    level: Level
    reason: str
    by_human: bool = False


class CallNoted(Fact, frozen=True):
    call: CallId
    text: Phi[str]


class CallHazardNoted(Fact, frozen=True):
    call: CallId
    text: str
    hold: bool = False


class HelpRequested(Fact, frozen=True):
    """The call taker asked dispatch to send: an incident begins with what is known so far."""

    call: CallId
    incident: Ref[IncidentId]


class CallLinked(Fact, frozen=True):
    """The call is about an incident that is known already."""

    call: CallId
    incident: Ref[IncidentId]


class CallTransferred(Fact, frozen=True):
    call: CallId
    to: str


class CallAbandoned(Fact, frozen=True):
    call: CallId


class CallEnded(Fact, frozen=True):
    call: CallId


FACTS: tuple[type[Fact], ...] = (
    CallRang,
    CallAnswered,
    CallLocationOffered,
    CallLocationConfirmed,
    CallbackTaken,
    ComplaintTaken,
    LifeQuestionsAnswered,
    CallLevelSet,
    CallNoted,
    CallHazardNoted,
    HelpRequested,
    CallLinked,
    CallTransferred,
    CallAbandoned,
    CallEnded,
)
