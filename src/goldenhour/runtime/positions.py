"""Positions of units: telemetry, not facts. The newest per unit, and where each has been lately."""

from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from goldenhour.kernel.ids import UnitId
from goldenhour.kernel.instants import Instant

MOST_REMEMBERED: Final = 720
"""Points kept per unit: an hour at one every five seconds."""


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where a unit reported itself. `heading` in degrees from north, `eta_at` when it will be where it is going."""

    unit: UnitId
    lon: float
    lat: float
    at: Instant
    heading: float | None = None
    eta_at: Instant | None = None


class Positions:
    """The newest reported position of every unit, and its track."""

    def __init__(self) -> None:
        self.newest: dict[UnitId, Position] = {}
        self._tracks: dict[UnitId, deque[tuple[Instant, float, float]]] = {}
        self._listeners: list[Callable[[Position], None]] = []

    def listen(self, listener: Callable[[Position], None]) -> None:
        self._listeners.append(listener)

    def report(self, position: Position) -> None:
        """Takes a report; one older than what is known (a late packet) only joins the track."""
        track = self._tracks.setdefault(position.unit, deque(maxlen=MOST_REMEMBERED))
        track.append((position.at, position.lon, position.lat))
        known = self.newest.get(position.unit)
        if known is None or position.at >= known.at:
            self.newest[position.unit] = position
            for listener in self._listeners:
                listener(position)

    def track(self, unit: UnitId, since: Instant, until: Instant) -> list[tuple[Instant, float, float]]:
        """Where the unit was between two instants: (instant, lon, lat), in the order of time."""
        return sorted(point for point in self._tracks.get(unit, ()) if since <= point[0] <= until)
