"""The road graph, as plain arrays: what region building makes and what travel times are computed from."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from goldenhour.geo.metric import EARTH_RADIUS_M

HOT: Final = 0  # lights and siren
COLD: Final = 1  # normal driving
MODES: Final = ("hot", "cold")

EARTH_M_PER_DEGREE: Final = float(np.radians(EARTH_RADIUS_M))  # of latitude; of longitude at the equator


class BadRoads(ValueError):
    """The road data cannot be used: the text says which arc or node, and what would be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadGraph:
    """A directed road graph of n nodes and m arcs (a two-way street is two arcs).

    lon, lat: degrees WGS84, f64[n]. tail, head: i32[m]. length_m: f32[m]. seconds: f32[2, m], one row per mode
    (HOT, COLD); inf where the mode may not drive. off_road_access: bool[n], whether one can leave the road there
    (false on a motorway). road_class: u8[m], index into `classes`. name: i32[m], index into `names`, -1 unnamed.
    Geometry between tail and head, ends excluded: shape_lon/lat[shape_start[a]:shape_start[a + 1]] for arc a.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float32]
    seconds: NDArray[np.float32]
    off_road_access: NDArray[np.bool_]
    road_class: NDArray[np.uint8]
    classes: tuple[str, ...]
    name: NDArray[np.int32]
    names: tuple[str, ...]
    shape_start: NDArray[np.int32]
    shape_lon: NDArray[np.float64]
    shape_lat: NDArray[np.float64]

    @property
    def n_nodes(self) -> int:
        return len(self.lon)

    @property
    def n_arcs(self) -> int:
        return len(self.tail)


def require_sound(graph: RoadGraph) -> None:
    """Raise BadRoads, naming the first offender, unless every array fits and every number is possible."""
    n, m = graph.n_nodes, graph.n_arcs
    if n == 0 or m == 0:
        raise BadRoads(f"the road graph has {n} nodes and {m} arcs; at least one of each is needed")
    sizes = {
        "lat": (graph.lat.shape, (n,)),
        "head": (graph.head.shape, (m,)),
        "length_m": (graph.length_m.shape, (m,)),
        "seconds": (graph.seconds.shape, (len(MODES), m)),
        "off_road_access": (graph.off_road_access.shape, (n,)),
        "road_class": (graph.road_class.shape, (m,)),
        "name": (graph.name.shape, (m,)),
        "shape_start": (graph.shape_start.shape, (m + 1,)),
        "shape_lat": (graph.shape_lat.shape, graph.shape_lon.shape),
    }
    for field, (is_, should) in sizes.items():
        if is_ != should:
            raise BadRoads(f"{field} has shape {is_}, expected {should} for {n} nodes and {m} arcs")
    _none(~np.isfinite(graph.lon) | (np.abs(graph.lon) > 180), "node", "has a longitude outside -180..180")
    _none(~np.isfinite(graph.lat) | (np.abs(graph.lat) > 90), "node", "has a latitude outside -90..90")
    for end in (graph.tail, graph.head):
        _none((end < 0) | (end >= n), "arc", f"ends at a node outside 0..{n - 1}")
    for mode, seconds in zip(MODES, graph.seconds, strict=True):
        _none(np.isnan(seconds), "arc", f"has no {mode} travel time; give seconds >= 0, or inf where closed")
        _none(seconds < 0, "arc", f"has a negative {mode} travel time; give seconds >= 0")
    _none(~(graph.length_m >= 0), "arc", "has a missing or negative length")
    _none(graph.road_class >= max(1, len(graph.classes)), "arc", "has a road class that `classes` does not list")
    _none((graph.name < -1) | (graph.name >= len(graph.names)), "arc", "has a name that `names` does not list")
    if graph.shape_start[0] != 0 or graph.shape_start[-1] != len(graph.shape_lon):
        raise BadRoads("shape_start must begin at 0 and end at the number of shape points")
    _none(np.diff(graph.shape_start) < 0, "arc", "has a shape that ends before it starts")


def _none(wrong: NDArray[np.bool_], what: str, text: str) -> None:
    if wrong.any():
        first, more = int(np.flatnonzero(wrong)[0]), int(wrong.sum()) - 1
        raise BadRoads(f"{what} {first} {text}" + (f" (and {more} more)" if more else ""))


def pieces(graph: RoadGraph) -> NDArray[np.int32]:
    """Label each node with its piece, 0 the largest: within a piece every node reaches every other (either mode)."""
    open_ = np.isfinite(graph.seconds).any(axis=0)
    arcs = csr_matrix(
        (np.ones(int(open_.sum()), np.int8), (graph.tail[open_], graph.head[open_])),
        shape=(graph.n_nodes, graph.n_nodes),
    )
    count, label = connected_components(arcs, directed=True, connection="strong")
    by_size = np.argsort(-np.bincount(label, minlength=count), kind="stable")
    rank = np.empty(count, np.int32)
    rank[by_size] = np.arange(count, dtype=np.int32)
    result: NDArray[np.int32] = rank[label]
    return result
