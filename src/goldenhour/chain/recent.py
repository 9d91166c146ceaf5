"""Incidents lately, open or closed, so that one finds the time line of what is over."""

from collections import deque
from typing import Final

import msgspec

from goldenhour.chain.content import Content
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.ids import IncidentId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.boards import Open
from goldenhour.runtime.runtime import Committed

MOST_REMEMBERED: Final = 500
"""Closed incidents kept at hand since this process began."""


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
    """Remembers incidents as they close. Those closed before the start are found by their number's time line only."""

    def __init__(self, content: Content, open_entities: Open) -> None:
        self._content = content
        self._open = open_entities
        self._closed: deque[Incident] = deque(maxlen=MOST_REMEMBERED)

    def follow(self, committed: Committed) -> None:
        """Takes in what was committed."""
        for change in committed.changes:
            if change.kind == "incident" and change.state.closed_at is not None:
                known = [one for one in self._closed if one.id != change.id]
                self._closed = deque([*known, change.state], maxlen=MOST_REMEMBERED)

    def incidents(self, *, sent: str | None = None) -> list[RecentIncident]:
        """Open and lately closed ones, the newest first; with `sent`, only those this unit was assigned to."""
        still_open = self._open.all("incident")
        found = [*still_open.values(), *(one for one in self._closed if one.id not in still_open)]
        if sent is not None:
            found = [one for one in found if any(part.unit == sent for part in one.assignments.values())]
        return [self._line(one) for one in sorted(found, key=lambda one: (-one.opened_at, one.number))]

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
