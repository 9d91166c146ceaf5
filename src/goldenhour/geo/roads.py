"""The road graph, as plain arrays: what region building makes and what travel times are computed from."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

HOT: Final = 0  # lights and siren
COLD: Final = 1  # normal driving
MODES: Final = ("hot", "cold")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadGraph:
    """A directed road graph of n nodes and m arcs (a two-way street is two arcs).

    lon, lat: degrees WGS84, f64[n]. tail, head: i32[m]. length_m: f32[m]. seconds: f32[2, m], one row per mode
    (HOT, COLD). off_road_access: bool[n], whether one can leave the road there (false on a motorway).
    road_class: u8[m], index into `classes`. name: i32[m], index into `names`, -1 unnamed.
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
