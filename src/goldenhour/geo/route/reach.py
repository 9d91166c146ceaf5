"""The area within reach of a place in so many seconds, as a polygon for the map."""

from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from goldenhour.geo.collapse import Chains
from goldenhour.geo.dijkstra import Junctions, tree
from goldenhour.geo.roads import EARTH_M_PER_DEGREE, RoadGraph
from goldenhour.geo.snap import Place, Segments
from goldenhour.geo.spots import Spots

FINEST_M: Final = 40.0  # cells of the area are never smaller
CELLS_ACROSS: Final = 160


class Ranges(NamedTuple):
    """Parts of segments that are reached: segment i64[k], and from which to which fraction of its arc."""

    segment: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]


def node_seconds(onward: Junctions, nodes: Spots, start: Spots, limit_s: float) -> NDArray[np.float64]:
    """Seconds from one spot (an array of one) to every node of the graph; inf beyond the limit."""
    p = start[0]
    ends = [int(p["end_a"]) if p["out_a"] < np.inf else -1, int(p["end_b"]) if p["out_b"] < np.inf else -1]
    at_junction, _ = tree(onward, ends[0], float(p["out_a"]), ends[1], float(p["out_b"]), limit_s)
    times: NDArray[np.float64] = np.minimum(
        at_junction[nodes["end_a"]] + nodes["in_a"], at_junction[nodes["end_b"]] + nodes["in_b"]
    )
    if p["chain"] >= 0:
        same = np.flatnonzero(nodes["chain"] == p["chain"])
        for ahead in (nodes["in_a"][same] - p["in_a"], p["out_a"] - nodes["out_a"][same]):
            times[same] = np.where(ahead >= 0, np.minimum(times[same], ahead), times[same])
    times[times > limit_s] = np.inf
    return times


def reached_points(s: Segments, ranges: list[Ranges], step_m: float) -> NDArray[np.float64]:
    """Points f64[k, 2] (lon, lat) every step_m along what is reached of the streets' segments."""
    points = []
    for segment, begin, end in ranges:
        whole = np.maximum(s.end[segment] - s.begin[segment], 1e-12)
        east = (s.to_lon[segment] - s.from_lon[segment]) * np.cos(np.radians(s.from_lat[segment]))
        north = s.to_lat[segment] - s.from_lat[segment]
        run_m = EARTH_M_PER_DEGREE * np.hypot(east, north) * (end - begin) / whole
        count = np.maximum(2, np.ceil(run_m / step_m).astype(int) + 1)
        owner = np.repeat(np.arange(len(segment)), count)
        nth = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        at = begin[owner] + (end - begin)[owner] * nth / (count[owner] - 1)
        along = ((at - s.begin[segment][owner]) / whole[owner])[:, None]
        first = np.column_stack([s.from_lon[segment], s.from_lat[segment]])[owner]
        last = np.column_stack([s.to_lon[segment], s.to_lat[segment]])[owner]
        points.append(first + along * (last - first))
    return np.concatenate(points)


def reached_ranges(
    s: Segments, graph: RoadGraph, reverse: NDArray[np.int32], mode: int, at_node: NDArray[np.float64], limit_s: float
) -> list[Ranges]:
    """What is reached of each street from its tail, and from its head against the arc where that is allowed."""
    drive_s, home_s = _both_ways_s(graph, reverse, mode, s.arc)
    from_tail_s, from_head_s = (
        np.where(np.isfinite(at_node[end]), limit_s - at_node[end], -1.0)
        for end in (graph.tail[s.arc], graph.head[s.arc])
    )
    ahead = np.where(from_tail_s < 0, -np.inf, from_tail_s / drive_s)
    back = np.where(from_head_s < 0, np.inf, 1.0 - from_head_s / home_s)
    return [_cut(s, s.begin, np.minimum(s.end, ahead)), _cut(s, np.maximum(s.begin, back), s.end)]


def ranges_from(
    s: Segments, graph: RoadGraph, reverse: NDArray[np.int32], mode: int, start: Place, limit_s: float
) -> list[Ranges]:
    """What is reached of the start's own street directly."""
    arc, fraction = start.arc, start.fraction
    if not (s.arc == arc).any() and reverse[arc] >= 0:
        arc, fraction = int(reverse[arc]), 1.0 - fraction
    here = s.arc == arc
    drive_s, home_s = _both_ways_s(graph, reverse, mode, s.arc)
    begin = np.where(here, np.maximum(s.begin, fraction - limit_s / home_s), np.inf)
    end = np.where(here, np.minimum(s.end, fraction + limit_s / drive_s), -np.inf)
    return [_cut(s, begin, end)]


def _both_ways_s(
    graph: RoadGraph, reverse: NDArray[np.int32], mode: int, arc: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    drive_s = np.maximum(graph.seconds[mode, arc].astype(float), 1e-6)
    home_s = np.where(reverse[arc] >= 0, np.maximum(graph.seconds[mode, reverse[arc]], 1e-6), np.inf)
    return drive_s, home_s


def _cut(s: Segments, begin: NDArray[np.float64], end: NDArray[np.float64]) -> Ranges:
    some = np.flatnonzero(begin <= end)
    return Ranges(some, begin[some], end[some])


def outline(points: NDArray[np.float64], cell_m: float) -> shapely.Geometry:
    """The area of the square cells that hold the points or touch one that does; holes of one cell are closed."""
    shrink = float(np.cos(np.radians(points[:, 1].mean())))
    step = np.array([cell_m / EARTH_M_PER_DEGREE / shrink, cell_m / EARTH_M_PER_DEGREE])
    west_south = points.min(axis=0) - 2 * step
    column, row = ((points - west_south) / step).astype(int).T
    held = np.zeros((row.max() + 3, column.max() + 3), bool)
    held[row, column] = True
    wide = held.copy()
    for axis in (0, 1):
        for shift in (-1, 1):
            wide |= np.roll(held, shift, axis=axis)
    edge = np.diff(np.pad(wide, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, left = np.nonzero(edge == 1)
    _, right = np.nonzero(edge == -1)
    (west, south), (x, y) = west_south, step
    runs = shapely.box(west + left * x, south + rows * y, west + right * x, south + (rows + 1) * y)
    area = shapely.union_all(runs)
    rounded = area.buffer(x, quad_segs=2).buffer(-x, quad_segs=2).simplify(min(x, y) / 3)
    return rounded if rounded.is_valid and not rounded.is_empty else area


def reach(
    graph: RoadGraph, chains: Chains, streets: Segments, onward: Junctions, nodes: Spots, spot: Spots, *,
    start: Place, mode: int, limit_s: float,
) -> shapely.Geometry:  # fmt: skip
    """Polygon (or several) of what can be reached within limit_s of driving from `start` (whose spot is `spot`).

    Precise to about two cells of 1/160 of the area's width, at least 40 m. Empty when limit_s < 0.
    """
    if limit_s < 0:
        return shapely.Polygon()
    at_node = node_seconds(onward, nodes, spot, limit_s)
    ranges = reached_ranges(streets, graph, chains.reverse, mode, at_node, limit_s)
    ranges += ranges_from(streets, graph, chains.reverse, mode, start, limit_s)
    place = np.array([[start.road_lon, start.road_lat]])
    span = np.ptp(np.concatenate([place, reached_points(streets, ranges, np.inf)]), axis=0)
    cell_m = max(FINEST_M, float(span.max()) * EARTH_M_PER_DEGREE / CELLS_ACROSS)
    return outline(np.concatenate([place, reached_points(streets, ranges, cell_m / 2)]), cell_m)
