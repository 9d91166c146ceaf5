"""A call as its facts have made it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from goldenhour.call_taking import facts as f
from goldenhour.call_taking.facts import Said
from goldenhour.kernel.facts import Happened
from goldenhour.kernel.ids import CallId, IncidentId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi


class CallState(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    ENDED = "ended"


class CallNote(msgspec.Struct, frozen=True, kw_only=True):
    at: Instant
    by: str
    text: Phi[str]


class CallHazard(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    hold: bool


class Call(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A contact about an incident: who rang, where from, what they said, how urgent it is."""

    id: CallId
    number: str
    line: str
    rang_at: Instant
    state: CallState = CallState.RINGING
    ani: Phi[str] = ""
    desk: str = ""
    answered_at: Instant | None = None
    ended_at: Instant | None = None
    location: Phi[Location | None] = None
    location_confirmed_at: Instant | None = None
    locations_offered: Phi[tuple[Location, ...]] = ()
    callback: Phi[str] = ""
    caller: Phi[str] = ""
    complaint: str | None = None
    words: Phi[str] = ""
    awake: Said | None = None
    breathing: Said | None = None
    level: Level | None = None
    level_reason: str = ""
    level_by_human: bool = False
    incident: IncidentId | None = None
    hazards: tuple[CallHazard, ...] = ()
    notes: Phi[tuple[CallNote, ...]] = ()
    transferred_to: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in (CallState.RINGING, CallState.ANSWERED)


def call_after(call: Call | None, happened: Happened) -> Call:
    """The call once this has happened too."""
    fact = happened.fact
    if isinstance(fact, f.CallRang):
        return Call(id=fact.call, number=fact.number, line=fact.line, ani=fact.ani, rang_at=happened.occurred_at)
    assert call is not None, f"{type(fact).__name__} before the call rang"
    return _FOLDS[type(fact)](call, fact, happened)


def _offered(call: Call, fact: f.CallLocationOffered, _: Happened) -> Call:
    offered = (*call.locations_offered, fact.location)
    if call.location_confirmed_at is None:
        return replace(call, location=fact.location, locations_offered=offered)
    return replace(call, locations_offered=offered)


def _level_set(call: Call, fact: f.CallLevelSet, _: Happened) -> Call:
    return replace(call, level=fact.level, level_reason=fact.reason, level_by_human=fact.by_human)


def _noted(call: Call, fact: f.CallNoted, happened: Happened) -> Call:
    note = CallNote(at=happened.occurred_at, by=happened.by.id, text=fact.text)
    return replace(call, notes=(*call.notes, note))


def _ended(state: CallState) -> Callable[[Call, Any, Happened], Call]:
    return lambda call, _, happened: replace(call, state=state, ended_at=happened.occurred_at)


_FOLDS: Final[dict[type, Callable[[Call, Any, Happened], Call]]] = {
    f.CallAnswered: lambda c, fact, h: replace(
        c, state=CallState.ANSWERED, desk=fact.desk, answered_at=c.answered_at or h.occurred_at
    ),
    f.CallLocationOffered: _offered,
    f.CallLocationConfirmed: lambda c, fact, h: replace(c, location=fact.location, location_confirmed_at=h.occurred_at),
    f.CallbackTaken: lambda c, fact, _: replace(c, callback=fact.callback, caller=fact.caller or c.caller),
    f.ComplaintTaken: lambda c, fact, _: replace(c, complaint=fact.complaint, words=fact.words or c.words),
    f.LifeQuestionsAnswered: lambda c, fact, _: replace(c, awake=fact.awake, breathing=fact.breathing),
    f.CallLevelSet: _level_set,
    f.CallNoted: _noted,
    f.CallHazardNoted: lambda c, fact, _: replace(c, hazards=(*c.hazards, CallHazard(text=fact.text, hold=fact.hold))),
    f.HelpRequested: lambda c, fact, _: replace(c, incident=fact.incident),
    f.CallLinked: lambda c, fact, _: replace(c, incident=fact.incident),
    f.CallTransferred: lambda c, fact, h: replace(
        c, state=CallState.TRANSFERRED, transferred_to=fact.to, ended_at=h.occurred_at
    ),
    f.CallAbandoned: _ended(CallState.ABANDONED),
    f.CallEnded: _ended(CallState.ENDED),
}
