"""The nearest road to a point: by node where a unit can stop, and by street for saying where something is."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from goldenhour.geo.metric import Frame
from goldenhour.geo.roads import RoadGraph


class RoadFinder:
    """Nearest-road questions about one road graph."""

    def __init__(self, roads: RoadGraph) -> None:
        self.roads = roads
        self.frame = Frame(float(roads.lon.mean()), float(roads.lat.mean()))
        self.xy: NDArray[np.float64] = self.frame.xy(roads.lon, roads.lat)

    @cached_property
    def _stops(self) -> Any:
        return cKDTree(self.xy[self.roads.off_road_access])

    @cached_property
    def _named(self) -> tuple[Any, NDArray[np.int64]]:
        """One tree over the middles of short pieces of named arcs, and the arc each belongs to."""
        named = np.flatnonzero(self.roads.name >= 0)
        pieces = np.maximum(1, np.ceil(self.roads.length_m[named] / 50.0)).astype(np.int64)
        owner = np.repeat(named, pieces)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = ((step + 0.5) / np.repeat(pieces, pieces))[:, None]
        start, end = self.xy[self.roads.tail[owner]], self.xy[self.roads.head[owner]]
        return cKDTree(start + share * (end - start)), owner

    def distance_to_stop_m(self, lon: float, lat: float) -> float:
        """Metres, as the crow flies, to the nearest road node where one can leave the road."""
        away, _ = self._stops.query(self.frame.xy(lon, lat))
        return float(away)

    def nearest_street(self, lon: float, lat: float) -> tuple[int, float, float, float] | None:
        """(arc, metres away, lon, lat of the nearest point on it) of the nearest named arc; None without names."""
        tree, owner = self._named
        if not len(owner):
            return None
        point = self.frame.xy(lon, lat)
        _, near = tree.query(point, k=min(12, len(owner)))
        arcs = np.unique(owner[np.atleast_1d(near)])
        start, end = self.xy[self.roads.tail[arcs]], self.xy[self.roads.head[arcs]]
        along = end - start
        share = np.clip(((point - start) * along).sum(1) / np.maximum((along**2).sum(1), 1e-9), 0, 1)
        foot = start + share[:, None] * along
        away = np.hypot(*(foot - point).T)
        best = int(away.argmin())
        spot = self.frame.lonlat(foot[best])
        return int(arcs[best]), float(away[best]), float(spot[0]), float(spot[1])
