"""The port for travel times: what every engine answers, ours from the road table or a routing server elsewhere."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from goldenhour.geo.route.line import Route
from goldenhour.geo.snap import Place, Places
from goldenhour.geo.when import WeekHour


class Travel(ABC):
    """Driving times between places, in seconds, inf where there is no way. Modes are roads.HOT and roads.COLD."""

    @abstractmethod
    def snap(self, lon: float, lat: float) -> Place:
        """The place on the road for an address or a call; raises OutsideRegion."""

    @abstractmethod
    def many_to_many(
        self,
        starts: Sequence[Place] | Places,
        tos: Sequence[Place] | Places,
        mode: int,
        *,
        when: WeekHour | None = None,
    ) -> NDArray[np.float32]:
        """Seconds from each start to each destination, f32[n, m]."""

    @abstractmethod
    def route(self, start: Place, to: Place, mode: int, *, when: WeekHour | None = None) -> Route:
        """The fastest way with its line, the seconds along it and the turns; raises NoWay."""

    @abstractmethod
    def reach(self, start: Place, mode: int, seconds: float, *, when: WeekHour | None = None) -> shapely.Geometry:
        """The area within so many seconds, a (multi)polygon in lon, lat."""

    def seconds(self, start: Place, to: Place, mode: int, *, when: WeekHour | None = None) -> float:
        """Seconds from one place to another."""
        return float(self.many_to_many([start], [to], mode, when=when)[0, 0])

    def many_to_one(
        self, starts: Sequence[Place] | Places, to: Place, mode: int, *, when: WeekHour | None = None
    ) -> NDArray[np.float32]:
        """Seconds from each start to one place, f32[n]: all units to a call."""
        return self.many_to_many(starts, [to], mode, when=when)[:, 0]

    def one_to_many(
        self, start: Place, tos: Sequence[Place] | Places, mode: int, *, when: WeekHour | None = None
    ) -> NDArray[np.float32]:
        """Seconds from one place to each of many, f32[n]: a scene to all hospitals."""
        return self.many_to_many([start], tos, mode, when=when)[0, :]

    def nearest(
        self,
        starts: Sequence[Place] | Places,
        to: Place,
        mode: int,
        *,
        when: WeekHour | None = None,
        first: int | None = None,
    ) -> list[tuple[int, float]]:
        """(index, seconds) of the starts that can reach the place, closest first, at most `first` of them.

        Equal times keep their order, so the answer never depends on chance.
        """
        times = self.many_to_one(starts, to, mode, when=when)
        order = np.argsort(times, kind="stable")[:first]
        return [(int(i), float(times[i])) for i in order if np.isfinite(times[i])]
