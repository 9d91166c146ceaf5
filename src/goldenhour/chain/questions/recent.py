"""Incidents lately, open or closed, so that one finds the time line of what is over."""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec

from goldenhour.chain.content import Content
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.ids import IncidentId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.parts import Registry
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.runtime import Committed
from goldenhour.runtime.store import EntityDoc, Outage, Store

MOST_REMEMBERED: Final = 500
"""Closed incidents kept at hand, those that closed last."""

MOST_READ_BACK: Final = 100_000
"""Facts from the end of the log that are looked through for them after a start."""

AT_ONCE: Final = 1_000
PAUSE_S: Final = 5.0


class RecentIncident(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    id: IncidentId
    number: str
    opened_at: Instant
    closed_at: Instant | None
    level: Level | None
    complaint_name: str
    label: Phi[str]
    outcome: str


class Recent:
    """Remembers incidents as they close, and after a start those that the end of the log tells of."""

    def __init__(self, content: Content, open_entities: Open) -> None:
        self._content = content
        self._open = open_entities
        self._closed: dict[str, Incident] = {}

    def follow(self, committed: Committed) -> None:
        """Takes in what was committed."""
        for change in committed.changes:
            if change.kind == "incident" and change.state.closed_at is not None:
                self._closed.pop(change.id, None)
                self._closed[change.id] = change.state
                if len(self._closed) > MOST_REMEMBERED:
                    del self._closed[next(iter(self._closed))]

    async def read_back(self, store: Store, registry: Registry) -> None:
        """Reads the log from its end backwards until enough closed incidents are known; to be run beside the server."""
        head, _ = await store.head()
        earlier: dict[str, Incident] = {}
        after = head
        while after > max(0, head - MOST_READ_BACK) and len(earlier) + len(self._closed) < MOST_REMEMBERED:
            limit = min(AT_ONCE, after)
            after -= limit
            for doc in await _touched(store, after, limit):
                if doc.kind != "incident" or doc.is_open:
                    continue
                incident: Incident = registry.read_entity(doc.kind, doc.doc)
                if incident.id not in self._closed and incident.closed_at is not None:
                    earlier[incident.id] = incident
        known = {**earlier, **self._closed}
        newest = sorted(known.values(), key=lambda one: (one.closed_at or 0, one.number))[-MOST_REMEMBERED:]
        self._closed = {one.id: one for one in newest}

    def closed(self, incident: str) -> Incident | None:
        """One that closed lately; None for any other."""
        return self._closed.get(incident)

    def incidents(self, seen: Callable[[Incident], bool] = lambda _: True) -> list[RecentIncident]:
        """Open and lately closed ones, the newest first; with `seen`, only those it says yes to."""
        still_open = self._open.all("incident")
        found = [*still_open.values(), *(one for one in self._closed.values() if one.id not in still_open)]
        return [self._line(one) for one in sorted(filter(seen, found), key=lambda one: (-one.opened_at, one.number))]

    def _line(self, incident: Incident) -> RecentIncident:
        return RecentIncident(
            id=incident.id,
            number=incident.number,
            opened_at=incident.opened_at,
            closed_at=incident.closed_at,
            level=incident.level,
            complaint_name=self._content.complaint_name(incident.complaint),
            label=incident.location.label if incident.location else "",
            outcome=incident.outcome,
        )


async def _touched(store: Store, after: int, limit: int) -> tuple[EntityDoc, ...]:
    """What the facts after a place touched. A store that is away is waited for: the list can do without meanwhile."""
    while True:
        try:
            return (await store.changes(after, limit)).entities
        except Outage:
            await asyncio.sleep(PAUSE_S)
