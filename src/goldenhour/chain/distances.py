"""How far every unit is from a place, reckoned from what units reported, by road wherever there is one."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.state import Unit
from goldenhour.geo.estimate import straight_line
from goldenhour.geo.roads import COLD, HOT
from goldenhour.geo.snap import OFF_THE_MAP
from goldenhour.geo.spots import Spots
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Mode
from goldenhour.runtime.positions import Positions

ROAD_MODE: Final = {Mode.HOT: HOT, Mode.COLD: COLD}

Point = tuple[float, float]


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """In the units' order: seconds (f64, inf: nowhere), whether estimated, position age in s (nan: none)."""

    travel_s: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    position_age_s: NDArray[np.float64]


class Distances:
    """Travel times from units' reported positions; a unit that never reported is taken to be at its post."""

    def __init__(self, travel: TravelTimes | None, positions: Positions, posts: Mapping[str, Point]) -> None:
        self.travel = travel
        self._positions = positions
        self._posts = posts
        self._spots: dict[tuple[Point, Mode], Spots | None] = {}

    def where(self, unit: Unit) -> Point | None:
        """Where the unit is, as far as we know: as reported, else its post."""
        newest = self._positions.newest.get(unit.id)
        return (newest.lon, newest.lat) if newest is not None else self._posts.get(unit.post)

    def to_place(self, units: Sequence[Unit], to: Point, *, mode: Mode, now: Instant) -> Reckoned:
        """Seconds from every unit to a place."""
        points = [self.where(unit) for unit in units]
        seconds, estimated = self.seconds(points, to, mode=mode)
        ages = np.full(len(units), np.nan)
        for i, unit in enumerate(units):
            newest = self._positions.newest.get(unit.id)
            if newest is not None:
                ages[i] = max(0.0, (now - newest.at) / 1000)
        return Reckoned(travel_s=seconds, estimated=estimated, position_age_s=ages)

    def seconds(
        self, starts: Sequence[Point | None], to: Point, *, mode: Mode
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(seconds, whether only estimated) from each start; a start nobody knows is inf."""
        seconds = np.full(len(starts), np.inf)
        estimated = np.zeros(len(starts), np.bool_)
        there = self._spot(to, mode)
        on_road = {} if there is None else self._on_road(starts, mode)
        by_road = list(on_road)
        if self.travel is not None and there is not None and by_road:
            spots = np.concatenate(list(on_road.values()))
            seconds[by_road] = self.travel.matrix(spots, there, ROAD_MODE[mode])[:, 0]
        for i in set(range(len(starts))) - set(by_road):
            start = starts[i]
            if start is not None:
                seconds[i] = straight_line(*start, *to, mode=ROAD_MODE[mode]).seconds
                estimated[i] = True
        return seconds, estimated

    def matrix(self, starts: Sequence[Point], tos: Sequence[Point], *, mode: Mode) -> NDArray[np.float64]:
        """Seconds by road from each start to each destination, f64[n, m]; inf for a point that is not near a road."""
        seconds = np.full((len(starts), len(tos)), np.inf)
        here, there = self._on_road(starts, mode), self._on_road(tos, mode)
        if self.travel is not None and here and there:
            found = self.travel.matrix(
                np.concatenate(list(here.values())), np.concatenate(list(there.values())), ROAD_MODE[mode]
            )
            seconds[np.ix_(list(here), list(there))] = found
        return seconds

    def _on_road(self, points: Sequence[Point | None], mode: Mode) -> dict[int, Spots]:
        spots = ((i, None if point is None else self._spot(point, mode)) for i, point in enumerate(points))
        return {i: spot for i, spot in spots if spot is not None}

    def _spot(self, point: Point, mode: Mode) -> Spots | None:
        """The place on the road, remembered; None outside the region or without one."""
        key = point, mode
        if key not in self._spots:
            if self.travel is None:
                return None
            if len(self._spots) > 20_000:
                self._spots.clear()
            place = self.travel.snap_vehicles([point[0]], [point[1]])
            on_road = place.arc[0] != OFF_THE_MAP
            self._spots[key] = self.travel.spots(place, ROAD_MODE[mode]) if on_road else None
        return self._spots[key]
