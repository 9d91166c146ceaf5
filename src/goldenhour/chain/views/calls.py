"""The call takers' board."""

from collections.abc import Iterable

import msgspec

from goldenhour.call_taking.facts import Said
from goldenhour.call_taking.state import CallHazard, CallNote, CallState
from goldenhour.chain.content import Content
from goldenhour.kernel.ids import CallId, IncidentId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.runtime import Change


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call that rings or is being taken."""

    id: CallId
    number: str
    line: str
    state: CallState
    rang_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    desk: str
    ani: Phi[str]
    callback: Phi[str]
    caller: Phi[str]
    location: Phi[Location | None]
    location_confirmed_at: Instant | None
    locations_offered: Phi[tuple[Location, ...]]
    complaint: str | None
    complaint_name: str
    words: Phi[str]
    awake: Said | None
    breathing: Said | None
    level: Level | None
    level_reason: str
    level_by_human: bool
    incident: IncidentId | None
    incident_number: str
    hazards: tuple[CallHazard, ...]
    notes: Phi[tuple[CallNote, ...]]


class CallsView:
    """One row per open call."""

    name = "calls"

    def __init__(self, content: Content) -> None:
        self._content = content

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        if change.kind == "call":
            return (change.id,)
        if change.kind == "incident" and before is None:
            return tuple(call for call in change.state.calls if now.get("call", call) is not None)
        return ()

    def row(self, key: str, now: Open) -> CallRow | None:
        call = now.get("call", key)
        if call is None:
            return None
        incident = now.get("incident", call.incident)
        return CallRow(
            id=call.id,
            number=call.number,
            line=call.line,
            state=call.state,
            rang_at=call.rang_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            desk=call.desk,
            ani=call.ani,
            callback=call.callback,
            caller=call.caller,
            location=call.location,
            location_confirmed_at=call.location_confirmed_at,
            locations_offered=call.locations_offered,
            complaint=call.complaint,
            complaint_name=self._content.complaint_name(call.complaint),
            words=call.words,
            awake=call.awake,
            breathing=call.breathing,
            level=call.level,
            level_reason=call.level_reason,
            level_by_human=call.level_by_human,
            incident=call.incident,
            incident_number=incident.number if incident else "",
            hazards=call.hazards,
            notes=call.notes,
        )
