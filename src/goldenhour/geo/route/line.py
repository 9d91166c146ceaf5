"""A route: its line on the map with the seconds along it, where a unit is on it after a while, and the turns."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import RoadGraph
from goldenhour.geo.route.drive import Stretch
from goldenhour.geo.snap import Place


class Position(NamedTuple):
    """Where a unit is and which way it faces (degrees clockwise from north)."""

    lon: float
    lat: float
    heading_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What the crew is told: `act` ("depart", "left", "slight right", "continue", "turn back", "arrive"), the street
    it leads into ("" unnamed), where, and how long that street is then followed."""

    act: str
    street: str
    lon: float
    lat: float
    after_s: float
    seconds: float
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The line (lon, lat: f64[p]) from place to place, legs off the road included, and the seconds and metres from the
    start to each of its points (f64[p], rising). turns: for the crew, first "depart", last "arrive".
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    after_s: NDArray[np.float64]
    after_m: NDArray[np.float64]
    turns: tuple[Turn, ...]

    @property
    def seconds(self) -> float:
        return float(self.after_s[-1])

    @property
    def distance_m(self) -> float:
        return float(self.after_m[-1])

    def at(self, seconds: float) -> Position:
        """Where a unit is `seconds` after it left; before 0 at the start, later at the end."""
        i = int(np.clip(np.searchsorted(self.after_s, seconds, side="right"), 1, len(self.lon) - 1))
        step = float(self.after_s[i] - self.after_s[i - 1])
        part = min(1.0, max(0.0, (seconds - float(self.after_s[i - 1])) / step)) if step > 0 else 1.0
        lon = float(self.lon[i - 1] + part * (self.lon[i] - self.lon[i - 1]))
        lat = float(self.lat[i - 1] + part * (self.lat[i] - self.lat[i - 1]))
        return Position(lon, lat, heading_deg(self.lon[i - 1], self.lat[i - 1], self.lon[i], self.lat[i]))


def heading_deg(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Direction from a to b in degrees clockwise from north, 0 for no distance."""
    east = (lon_b - lon_a) * np.cos(np.radians((lat_a + lat_b) / 2))
    return float(np.degrees(np.arctan2(east, lat_b - lat_a)) % 360.0)


class Piece(NamedTuple):
    """A stretch with its line: points f64[2, k] (lon, lat) and the share of the stretch driven at each, 0..1."""

    stretch: Stretch
    points: NDArray[np.float64]
    share: NDArray[np.float64]
    length_m: float
    seconds: float


_ENDS: Final = np.array([0.0, 1.0])


def piece_of(graph: RoadGraph, stretch: Stretch, mode: int) -> Piece:
    """The line of a stretch; time runs evenly along its arc."""
    arc, begin, end = stretch
    inner = slice(graph.shape_start[arc], graph.shape_start[arc + 1])
    tail, head = graph.tail[arc], graph.head[arc]
    line = np.array(
        [
            [graph.lon[tail], *graph.shape_lon[inner], graph.lon[head]],
            [graph.lat[tail], *graph.shape_lat[inner], graph.lat[head]],
        ]
    )
    if begin == 0.0 and end == 1.0 and line.shape[1] == 2:
        return Piece(stretch, line, _ENDS, float(graph.length_m[arc]), float(graph.seconds[mode, arc]))
    run = np.hypot(np.diff(line[0]) * np.cos(np.radians(line[1, :-1])), np.diff(line[1]))
    along = np.concatenate([[0.0], np.cumsum(run)])
    if along[-1] > 0:
        at = np.unique(np.concatenate([[begin, end], (along / along[-1])]).clip(begin, end))
        points = np.array([np.interp(at, along / along[-1], axis) for axis in line])
    else:
        at, points = np.array([begin, end]), line[:, [0, -1]]
    part = end - begin
    return Piece(
        stretch,
        points,
        (at - begin) / part,
        float(graph.length_m[arc]) * part,
        float(graph.seconds[mode, arc]) * part,
    )


def join(
    pieces: list[Piece], start: Place, to: Place, turns: tuple[Turn, ...], *, off_s_per_m: float, factor: float
) -> Route:
    """One line from the asked start to the asked destination, its off-road legs straight."""
    whole = np.ones(1)
    off_s = off_s_per_m * factor
    legs = [
        (np.array([[start.lon], [start.lat]]), whole, 0.0, 0.0),
        (np.array([[start.road_lon], [start.road_lat]]), whole, start.off_road_m * off_s, start.off_road_m),
        *((piece.points[:, 1:], piece.share[1:], piece.seconds * factor, piece.length_m) for piece in pieces),
        (np.array([[to.road_lon], [to.road_lat]]), whole, 0.0, 0.0),
        (np.array([[to.lon], [to.lat]]), whole, to.off_road_m * off_s, to.off_road_m),
    ]
    line = np.concatenate([points for points, _, _, _ in legs], axis=1)
    share = np.concatenate([share for _, share, _, _ in legs])
    points_of_leg = [len(share) for _, share, _, _ in legs]
    after_s = _running(share, points_of_leg, [seconds for _, _, seconds, _ in legs])
    after_m = _running(share, points_of_leg, [length_m for _, _, _, length_m in legs])
    keep = np.concatenate([[True], (np.diff(line) != 0).any(axis=0) | (np.diff(after_s) > 0)])
    keep[[0, -1]] = True
    return Route(
        lon=line[0, keep],
        lat=line[1, keep],
        after_s=after_s[keep],
        after_m=after_m[keep],
        turns=turns,
    )


def _running(share: NDArray[np.float64], points_of_leg: list[int], of_leg: list[float]) -> NDArray[np.float64]:
    """The sum over the legs before a point, plus the point's share of its own leg."""
    before = np.concatenate([[0.0], np.cumsum(of_leg)[:-1]])
    sums: NDArray[np.float64] = np.repeat(before, points_of_leg) + share * np.repeat(of_leg, points_of_leg)
    return sums
