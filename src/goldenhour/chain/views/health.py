"""Whether what people enter is kept, and whether what they see follows: for the banner on every screen."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from goldenhour.kernel.instants import Instant, later
from goldenhour.runtime.boards import Open
from goldenhour.runtime.clocks import Clock
from goldenhour.runtime.health import Health
from goldenhour.runtime.runtime import Change

KEY: Final = "now"

LAG_S: Final = 5.0
"""Boards and reactions follow the log within milliseconds; so long behind, in real seconds, something is wrong."""


class HealthRow(msgspec.Struct, frozen=True, kw_only=True):
    """`trouble`: what keeps the log from answering, since when ("", None: nothing). `behind_since`: boards or what one
    part's facts ask of another have not followed the log since then (None: they do)."""

    trouble: str
    since: Instant | None
    behind_since: Instant | None


class HealthView:
    """One row, made anew when the log's health changes and every second."""

    name = "health"

    def __init__(self, health: Health, clock: Clock, *, head: Callable[[], int], followed: Callable[[], int]) -> None:
        """`head`: the log's last place. `followed`: how far everything that follows the log has come."""
        self._health = health
        self._clock = clock
        self._head = head
        self._followed = followed
        self._behind: tuple[int, Instant] | None = None
        """The place that is still to be reached, and since when."""

    def touched(self, change: Change, before: object, now: Open) -> Iterable[str]:
        return ()

    def row(self, key: str, now: Open) -> HealthRow:
        followed, at = self._followed(), self._clock.now()
        if self._behind is None or followed >= self._behind[0]:
            self._behind = (self._head(), at) if followed < self._head() else None
        lasts = self._behind is not None and at >= later(self._behind[1], LAG_S * max(1.0, self._clock.speed))
        return HealthRow(
            trouble=self._health.trouble or "",
            since=self._health.since,
            behind_since=self._behind[1] if self._behind is not None and lasts else None,
        )
