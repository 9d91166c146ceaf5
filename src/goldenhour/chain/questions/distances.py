"""How far every unit is from a place, reckoned from what units reported: by road wherever there is one, by air for
helicopters."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.state import Unit
from goldenhour.geo.estimate import straight_line
from goldenhour.geo.roads import COLD, HOT
from goldenhour.geo.snap import OFF_THE_MAP, Place, Places
from goldenhour.geo.spots import Spots
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Mode
from goldenhour.kernel.places import crow_flies_m
from goldenhour.runtime.positions import Positions

ROAD_MODE: Final = {Mode.HOT: HOT, Mode.COLD: COLD}

NEAR_POST_M: Final = 150.0
"""A unit that reports itself this near its post waits there: GPS error, forecourt and kerb (our assumption)."""

MOST_REMEMBERED: Final = 20_000
"""Places on the road kept at hand before all are forgotten and found anew."""

Point = tuple[float, float]
Snap = Callable[[TravelTimes, list[float], list[float]], Places]


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """In the units' order: seconds (f64, inf: nowhere), whether estimated, position age in s (nan: none)."""

    travel_s: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    position_age_s: NDArray[np.float64]


class Distances:
    """Travel times from units' reported positions; a unit that never reported is taken to be at its post.

    `cruise_kmh` is how fast helicopters fly.
    """

    def __init__(
        self, travel: TravelTimes | None, positions: Positions, posts: Mapping[str, Point], *, cruise_kmh: float
    ) -> None:
        self.travel = travel
        self.cruise_kmh = cruise_kmh
        self._positions = positions
        self._posts = posts
        self._spots: dict[tuple[str, Point, Mode], Spots | None] = {}

    def where(self, unit: Unit) -> Point | None:
        """Where the unit is, as far as we know: as reported, else its post."""
        newest = self._positions.newest.get(unit.id)
        return (newest.lon, newest.lat) if newest is not None else self._posts.get(unit.post)

    def at_post(self, unit: Unit) -> bool:
        """Whether the unit stands at its post, as far as we know."""
        newest, post = self._positions.newest.get(unit.id), self._posts.get(unit.post)
        if newest is None:
            return True
        return post is not None and crow_flies_m(newest.lon, newest.lat, *post) <= NEAR_POST_M

    def to_place(self, units: Sequence[Unit], to: Point, *, mode: Mode, now: Instant) -> Reckoned:
        """Seconds from every unit to a place, once it has set off."""
        points = [self.where(unit) for unit in units]
        on_ground = [None if flies(unit) else point for unit, point in zip(units, points, strict=True)]
        seconds, estimated = self.seconds(on_ground, to, mode=mode)
        for i, (unit, point) in enumerate(zip(units, points, strict=True)):
            if flies(unit) and point is not None:
                seconds[i] = self.flight_s(point, to)
        ages = np.full(len(units), np.nan)
        for i, unit in enumerate(units):
            newest = self._positions.newest.get(unit.id)
            if newest is not None:
                ages[i] = max(0.0, (now - newest.at) / 1000)
        return Reckoned(travel_s=seconds, estimated=estimated, position_age_s=ages)

    def flight_s(self, start: Point, to: Point) -> float:
        """Seconds in the air, in a straight line."""
        return crow_flies_m(*start, *to) * 3.6 / self.cruise_kmh

    def of_unit(self, unit: Unit, start: Point | None, to: Point, *, mode: Mode) -> float:
        """Seconds that this unit needs from there once it has set off; inf where nobody knows where it is."""
        if flies(unit):
            return math.inf if start is None else self.flight_s(start, to)
        return float(self.seconds([start], to, mode=mode)[0][0])

    def seconds(
        self, starts: Sequence[Point | None], to: Point, *, mode: Mode
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(seconds by road, whether only estimated) from each start; a start nobody knows is inf."""
        seconds = np.full(len(starts), np.inf)
        estimated = np.zeros(len(starts), np.bool_)
        there = self._scene(to, mode)
        on_road = {} if there is None else self._on_road(starts, mode)
        by_road = list(on_road)
        if self.travel is not None and there is not None and by_road:
            spots = _joined(on_road.values())
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
        here = self._on_road(starts, mode)
        there = {i: spot for i, point in enumerate(tos) if (spot := self._scene(point, mode)) is not None}
        if self.travel is not None and here and there:
            found = self.travel.matrix(_joined(here.values()), _joined(there.values()), ROAD_MODE[mode])
            seconds[np.ix_(list(here), list(there))] = found
        return seconds

    def ends(self, start: Point, to: Point) -> tuple[Place, Place] | None:
        """A vehicle's place on the road and a scene's; None where one of them has none."""
        if self.travel is None:
            return None
        here = self.travel.snap_vehicles([start[0]], [start[1]])
        there = self.travel.snap_many([to[0]], [to[1]])
        return (here[0], there[0]) if here.arc[0] != OFF_THE_MAP and there.arc[0] != OFF_THE_MAP else None

    def _on_road(self, points: Sequence[Point | None], mode: Mode) -> dict[int, Spots]:
        spots = ((i, None if point is None else self._vehicle(point, mode)) for i, point in enumerate(points))
        return {i: spot for i, spot in spots if spot is not None}

    def _vehicle(self, point: Point, mode: Mode) -> Spots | None:
        """Where a vehicle is on the road, motorways included; None outside the region."""
        return self._remembered(("vehicle", point, mode), TravelTimes.snap_vehicles)

    def _scene(self, point: Point, mode: Mode) -> Spots | None:
        """Where one stops for an address, never on a motorway; None outside the region."""
        return self._remembered(("scene", point, mode), TravelTimes.snap_many)

    def _remembered(self, key: tuple[str, Point, Mode], snap: Snap) -> Spots | None:
        if self.travel is None:
            return None
        if key not in self._spots:
            if len(self._spots) >= MOST_REMEMBERED:
                self._spots.clear()
            _, (lon, lat), mode = key
            place = snap(self.travel, [lon], [lat])
            on_road = place.arc[0] != OFF_THE_MAP
            self._spots[key] = self.travel.spots(place, ROAD_MODE[mode]) if on_road else None
        return self._spots[key]


def flies(unit: Unit) -> bool:
    """Whether its way is through the air."""
    return unit.kind is UnitKind.HELICOPTER


def _joined(spots: Iterable[Spots]) -> Spots:
    """All as one array; by their bytes, for NumPy compares the fields of records anew for each array it joins."""
    several = list(spots)
    return np.frombuffer(b"".join([one.tobytes() for one in several]), several[0].dtype)
