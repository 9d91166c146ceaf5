"""How much of the region an available ambulance can reach in time, right now."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.chain.distances import Distances, Point
from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.state import Unit
from goldenhour.geo.region.bundle import Region
from goldenhour.kernel.levels import Mode

MOST_POINTS: Final = 600
"""Addresses looked at; evenly spread through the region's list, enough for a share to the percent."""


class Coverage:
    """Covered share of the region's addresses; None without a region or roads."""

    def __init__(self, region: Region | None, distances: Distances) -> None:
        self._distances = distances
        self._points: list[Point] = []
        if region is not None:
            stored = region.geocoder.tables.stored
            step = max(1, len(stored["address_lon"]) // MOST_POINTS)
            self._points = list(
                zip(stored["address_lon"][::step].tolist(), stored["address_lat"][::step].tolist(), strict=True)
            )

    def share(self, units: list[Unit], *, within_s: float) -> float | None:
        """Share (0 to 1) of addresses that an available ambulance reaches by road, lights and siren, in the time."""
        if not self._points or self._distances.travel is None:
            return None
        free = [one for one in units if one.status == "available" and one.kind is UnitKind.AMBULANCE]
        starts = [point for point in map(self._distances.where, free) if point is not None]
        if not starts:
            return 0.0
        seconds: NDArray[np.float64] = self._distances.matrix(starts, self._points, mode=Mode.HOT)
        return float((seconds.min(axis=0) <= within_s).mean())
