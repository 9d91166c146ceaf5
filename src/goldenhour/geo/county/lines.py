"""Street lines before they are joined into a network, and the joining: lines that cross share a node there."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import STRtree

XY = NDArray[np.float64]
STUB_M: Final = 16.0  # a tail shorter than this beyond the last crossing was only there to make the crossing
MERGE_M: Final = 9.0  # crossings nearer than this to each other are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A line with what is known about it. `numbering`: "", "blocks", "simple" or "rural". mph: posted limit.

    joins: "all" meets everything it crosses; "ends" only what its two ends touch; "none" passes over.
    """

    line: Any
    name: str
    road_class: str
    mph: float
    town: str = ""
    ref: str = ""
    numbering: str = ""
    joins: str = "all"
    oneway: bool = False
    emergency_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The stretch of a street between two crossings. coordinates: f64[k, 2]; both ends lie on nodes."""

    street: int
    order: int
    coordinates: XY


def join(streets: list[Street]) -> list[list[Piece]]:
    """Cut every street where it meets others; pieces per street, in order along it."""
    lines = np.array([s.line for s in streets])
    cuts = _cuts(streets, lines)
    return [_pieces(i, streets[i], cuts[i]) for i in range(len(streets))]


def _cuts(streets: list[Street], lines: Any) -> list[list[tuple[float, float, float]]]:
    """Per street: (distance along, x, y) of each meeting."""
    a, b = STRtree(lines).query(lines, predicate="intersects")
    wanted = (a < b) & np.array(
        [_may_meet(streets[i], streets[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)]
    )
    a, b = a[wanted], b[wanted]
    points: list[tuple[float, float]] = []
    owners: list[tuple[int, int]] = []
    for i, j, met in zip(a.tolist(), b.tolist(), shapely.intersection(lines[a], lines[b]), strict=True):
        for x, y in shapely.get_coordinates(met)[:4].tolist():
            if _meets_here(streets[i], x, y) and _meets_here(streets[j], x, y):
                points.append((x, y))
                owners.append((i, j))
    spots = _merged(np.array(points).reshape(-1, 2))
    cuts: list[list[tuple[float, float, float]]] = [[] for _ in streets]
    for (i, j), (x, y) in zip(owners, spots.tolist(), strict=True):
        for k in (i, j):
            cuts[k].append((float(shapely.line_locate_point(lines[k], shapely.Point(x, y))), x, y))
    return cuts


def _may_meet(one: Street, other: Street) -> bool:
    if one.joins == "none" and other.joins == "none":
        return False
    return (one.joins == "ends" or other.joins == "ends") or "none" not in (one.joins, other.joins)


def _meets_here(street: Street, x: float, y: float) -> bool:
    if street.joins != "ends":
        return True
    ends = shapely.get_coordinates(street.line)[[0, -1]]
    return bool(np.hypot(*(ends - (x, y)).T).min() < STUB_M)


def _merged(points: XY) -> XY:
    """Each point moved to the first of its cluster, so that near crossings become one node."""
    out = points.copy()
    if len(points):
        for i, j in sorted(map(tuple, cKDTree(points).query_pairs(MERGE_M, output_type="ndarray").tolist())):
            out[j] = out[i]
    return out


def _pieces(index: int, street: Street, cuts: list[tuple[float, float, float]]) -> list[Piece]:
    coordinates = shapely.get_coordinates(street.line)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(coordinates, axis=0).T))])
    meets = sorted({(round(d, 3), x, y) for d, x, y in cuts})
    stops: list[tuple[float, float, float]] = []
    for stop in meets:
        if not stops or (stop[1], stop[2]) != stops[-1][1:]:
            stops.append(stop)
    if not stops or stops[0][0] > STUB_M:
        stops.insert(0, (0.0, *coordinates[0]))
    if along[-1] - stops[-1][0] > STUB_M:
        stops.append((float(along[-1]), *coordinates[-1]))
    pieces = []
    for order, (start, end) in enumerate(pairwise(stops)):
        between = coordinates[(along > start[0] + 3) & (along < end[0] - 3)]
        pieces.append(Piece(street=index, order=order, coordinates=np.vstack([start[1:], between, end[1:]])))
    return pieces


def relined(street: Street, line: Any) -> Street:
    """The same street along another line."""
    return replace(street, line=line)
