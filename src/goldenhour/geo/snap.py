"""Snap any coordinate to the right street: which arc, how far along it, and the leg off the road."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from goldenhour.geo.roads import EARTH_M_PER_DEGREE, BadRoads, RoadGraph
from goldenhour.kernel.machine_code import njit

OFF_THE_MAP = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point on the road: `fraction` (0..1) along `arc`, `off_road_m` from the asked lon, lat (degrees WGS84)."""

    lon: float
    lat: float
    arc: int
    fraction: float
    off_road_m: float
    road_lon: float
    road_lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Many places as arrays of one length; arc is OFF_THE_MAP (-1) where no street is within reach."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    arc: NDArray[np.int32]
    fraction: NDArray[np.float64]
    off_road_m: NDArray[np.float64]
    road_lon: NDArray[np.float64]
    road_lat: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.arc)

    def __getitem__(self, i: int) -> Place:
        return Place(
            lon=float(self.lon[i]),
            lat=float(self.lat[i]),
            arc=int(self.arc[i]),
            fraction=float(self.fraction[i]),
            off_road_m=float(self.off_road_m[i]),
            road_lon=float(self.road_lon[i]),
            road_lat=float(self.road_lat[i]),
        )

    @classmethod
    def of(cls, places: list[Place] | tuple[Place, ...]) -> Self:
        return cls(
            lon=np.array([p.lon for p in places]),
            lat=np.array([p.lat for p in places]),
            arc=np.array([p.arc for p in places], np.int32),
            fraction=np.array([p.fraction for p in places]),
            off_road_m=np.array([p.off_road_m for p in places]),
            road_lon=np.array([p.road_lon for p in places]),
            road_lat=np.array([p.road_lat for p in places]),
        )


class Segments(NamedTuple):
    """The straight pieces of the streets in a grid: those of cell c are item[cell[c]:cell[c + 1]].

    from_*, to_*: ends in degrees; begin, end: fraction of the arc there. walkable: one can leave the road here.
    """

    arc: NDArray[np.int32]
    from_lon: NDArray[np.float64]
    from_lat: NDArray[np.float64]
    to_lon: NDArray[np.float64]
    to_lat: NDArray[np.float64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]
    walkable: NDArray[np.bool_]
    one_way: NDArray[np.bool_]
    cell: NDArray[np.int64]
    item: NDArray[np.int32]
    west: float
    south: float
    step_lon: float
    step_lat: float
    columns: int
    rows: int


def segments(graph: RoadGraph, reverse: NDArray[np.int32], usable: NDArray[np.bool_]) -> Segments:
    """Cut every street (one direction of it) between usable nodes into straight segments and lay a grid over them."""
    once = (reverse < 0) | (np.arange(graph.n_arcs) < reverse)
    arcs = np.flatnonzero(once & usable[graph.tail] & usable[graph.head]).astype(np.int32)
    if not len(arcs):
        raise BadRoads("no street of the road graph can be driven both to and from the rest of it")
    inner = np.diff(graph.shape_start)[arcs]
    first = np.concatenate([[0], np.cumsum(inner + 1)])
    owner = np.repeat(np.arange(len(arcs)), inner + 1)
    lon, lat = _points(graph, arcs, first[:-1] + np.arange(len(arcs)), inner)
    start = np.arange(len(owner)) + owner
    from_lon, from_lat, to_lon, to_lat = lon[start], lat[start], lon[start + 1], lat[start + 1]
    run = np.hypot((to_lon - from_lon) * np.cos(np.radians(from_lat)), to_lat - from_lat)
    total = np.bincount(owner, run, minlength=len(arcs))
    upto = np.cumsum(run)
    base = np.concatenate([[0.0], upto])[first[:-1]]
    whole = np.where(total > 0, total, 1.0)[owner]
    end = np.minimum((upto - base[owner]) / whole, 1.0)
    end[first[1:] - 1] = 1.0
    begin = np.concatenate([[0.0], end[:-1]])
    begin[first[:-1]] = 0.0
    walkable = graph.off_road_access[graph.tail[arcs]] & graph.off_road_access[graph.head[arcs]]
    west, east, south, north = lon.min(), lon.max(), lat.min(), lat.max()
    aspect = max(1e-9, (east - west) * np.cos(np.radians((south + north) / 2))) / max(1e-9, north - south)
    columns = int(np.clip(np.sqrt(len(owner) / 2 * aspect), 1, 4096))
    rows = int(np.clip(np.sqrt(len(owner) / 2 / aspect), 1, 4096))
    step_lon, step_lat = max(1e-9, east - west) / columns, max(1e-9, north - south) / rows
    box = (
        np.clip((np.minimum(from_lon, to_lon) - west) / step_lon, 0, columns - 1).astype(np.int32),
        np.clip((np.maximum(from_lon, to_lon) - west) / step_lon, 0, columns - 1).astype(np.int32),
        np.clip((np.minimum(from_lat, to_lat) - south) / step_lat, 0, rows - 1).astype(np.int32),
        np.clip((np.maximum(from_lat, to_lat) - south) / step_lat, 0, rows - 1).astype(np.int32),
    )
    cell, item = _grid(*box, columns, rows)
    return Segments(
        arcs[owner], from_lon, from_lat, to_lon, to_lat, begin, end, walkable[owner], reverse[arcs][owner] < 0,
        cell, item, float(west), float(south), float(step_lon), float(step_lat), columns, rows,
    )  # fmt: skip


def _points(
    graph: RoadGraph, arcs: NDArray[np.int32], first: NDArray[np.int64], inner: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The arcs' polylines end to end: tail, shape points, head of each; `first` is where each begins."""
    size = int(inner.sum()) + 2 * len(arcs)
    middle = np.arange(int(inner.sum()))
    owner = np.repeat(np.arange(len(arcs)), inner)
    within = middle - np.concatenate([[0], np.cumsum(inner)])[owner]
    result = []
    for node, shape in ((graph.lon, graph.shape_lon), (graph.lat, graph.shape_lat)):
        line = np.empty(size)
        line[first], line[first + inner + 1] = node[graph.tail[arcs]], node[graph.head[arcs]]
        line[first[owner] + 1 + within] = shape[graph.shape_start[arcs][owner] + within]
        result.append(line)
    return result[0], result[1]


@njit()
def _grid(left, right, bottom, top, columns, rows):  # type: ignore[no-untyped-def]
    cell = np.zeros(columns * rows + 1, np.int64)
    for i in range(len(left)):
        for y in range(bottom[i], top[i] + 1):
            for x in range(left[i], right[i] + 1):
                cell[y * columns + x + 1] += 1
    cell = np.cumsum(cell)
    item = np.empty(cell[-1], np.int32)
    fill = cell[:-1].copy()
    for i in range(len(left)):
        for y in range(bottom[i], top[i] + 1):
            for x in range(left[i], right[i] + 1):
                item[fill[y * columns + x]] = i
                fill[y * columns + x] += 1
    return cell, item


ANY_HEADING = np.nan
AGAINST_M = 25.0  # how much nearer a street must be to be taken though the vehicle's heading is across or against it


@njit(nogil=True)
def _measure(s, i, lon, lat, shrink, heading):  # type: ignore[no-untyped-def]
    """Cost in metres of taking segment i for a point, and the fraction along the segment (0..1)."""
    dx, dy = (s.to_lon[i] - s.from_lon[i]) * shrink, s.to_lat[i] - s.from_lat[i]
    px, py = (lon - s.from_lon[i]) * shrink, lat - s.from_lat[i]
    square = dx * dx + dy * dy
    f = min(1.0, max(0.0, (px * dx + py * dy) / square)) if square > 0 else 0.0
    cost = EARTH_M_PER_DEGREE * np.hypot(px - f * dx, py - f * dy)
    if not np.isnan(heading) and square > 0:
        along = (np.sin(np.radians(heading)) * dx + np.cos(np.radians(heading)) * dy) / np.sqrt(square)
        cost += AGAINST_M * (1.0 - (along if s.one_way[i] else abs(along)))
    return cost, f


@njit(nogil=True)
def nearest_segments(s, lon, lat, heading, walkable_only, within_m, segment, fraction):  # type: ignore[no-untyped-def]
    """The best segment (-1: none within within_m) of each point, by rings of cells until no better can follow."""
    for p in range(len(lon)):
        shrink = np.cos(np.radians(lat[p]))
        x = min(s.columns - 1, max(0, int(np.floor((lon[p] - s.west) / s.step_lon))))
        y = min(s.rows - 1, max(0, int(np.floor((lat[p] - s.south) / s.step_lat))))
        ring_m = EARTH_M_PER_DEGREE * min(s.step_lon * shrink, s.step_lat)
        best, best_cost, best_f = -1, within_m, 0.0
        for ring in range(max(s.columns, s.rows)):
            if (ring - 1) * ring_m > best_cost:
                break
            for cy in range(max(0, y - ring), min(s.rows - 1, y + ring) + 1):
                edge = cy == y - ring or cy == y + ring
                for cx in range(max(0, x - ring), min(s.columns - 1, x + ring) + 1):
                    if not edge and cx != x - ring and cx != x + ring:
                        continue
                    for k in range(s.cell[cy * s.columns + cx], s.cell[cy * s.columns + cx + 1]):
                        i = s.item[k]
                        if walkable_only and not s.walkable[i]:
                            continue
                        cost, f = _measure(s, i, lon[p], lat[p], shrink, heading[p])
                        if cost < best_cost:
                            best, best_cost, best_f = i, cost, f
        segment[p], fraction[p] = best, best_f


def snap_many(
    s: Segments,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    heading_deg: ArrayLike | None = None,
    walkable_only: bool,
    within_m: float,
) -> Places:
    """Snap points; a heading (degrees from north, NaN unknown) tells carriageways apart. Raises on NaN coordinates."""
    lon, lat = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
    if not (np.isfinite(lon).all() and np.isfinite(lat).all() and (np.abs(lat) <= 90).all()):
        raise ValueError("a coordinate is missing or impossible; give lon -180..180, lat -90..90 in degrees")
    heading = np.full(len(lon), ANY_HEADING)
    if heading_deg is not None:
        heading[:] = heading_deg
    segment, f = np.empty(len(lon), np.int32), np.empty(len(lon))
    nearest_segments(s, lon, lat, heading, walkable_only, within_m, segment, f)
    found = segment >= 0
    road_lon = s.from_lon[segment] + f * (s.to_lon[segment] - s.from_lon[segment])
    road_lat = s.from_lat[segment] + f * (s.to_lat[segment] - s.from_lat[segment])
    off = EARTH_M_PER_DEGREE * np.hypot((road_lon - lon) * np.cos(np.radians(lat)), road_lat - lat)
    return Places(
        lon=lon,
        lat=lat,
        arc=np.where(found, s.arc[segment], OFF_THE_MAP).astype(np.int32),
        fraction=s.begin[segment] + f * (s.end[segment] - s.begin[segment]),
        off_road_m=np.where(found, off, np.inf),
        road_lon=np.where(found, road_lon, lon),
        road_lat=np.where(found, road_lat, lat),
    )


class NodeIndex:
    """Nearest nodes of the graph where one can leave the road (the JEMSS way of placing calls and stations).

    km_per_degree: (east-west, north-south); by default from the middle latitude.
    """

    def __init__(
        self,
        graph: RoadGraph,
        *,
        usable: NDArray[np.bool_],
        km_per_degree: tuple[float, float] | None = None,
    ) -> None:
        usable = usable & graph.off_road_access
        if not usable.any():
            raise ValueError("no node of the road graph has off-road access, so nothing can be placed on it")
        if km_per_degree is None:
            north = EARTH_M_PER_DEGREE / 1000
            km_per_degree = (north * float(np.cos(np.radians(graph.lat.mean()))), north)
        self._scale = np.array(km_per_degree) * 1000.0
        self._node = np.flatnonzero(usable).astype(np.int32)
        self._tree = cKDTree(np.column_stack([graph.lon, graph.lat])[self._node] * self._scale)

    def nearest(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Node ids and metres to them."""
        metres, at = self._tree.query(np.column_stack([np.atleast_1d(lon), np.atleast_1d(lat)]) * self._scale)
        return self._node[at], np.asarray(metres)
