"""How much of the region an available ambulance can reach in time, right now."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour.chain.questions.distances import Distances, Point
from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.policy import loss_of_leaving
from goldenhour.dispatch.state import Unit
from goldenhour.geo.region.bundle import Region
from goldenhour.kernel.levels import Mode

MOST_POINTS: Final = 600
"""Addresses looked at; evenly spread through the region's list, enough for a share to the percent."""

MOST_REMEMBERED: Final = 4_000
"""Places of units whose reach is kept at hand before all are forgotten; units stand at few places for long."""

Reach = NDArray[np.bool_]
"""Which of the points are reached in time, bool[points]."""


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """What each unit would leave uncovered, f64[n] in the order of the units, 0 for one that is not an available
    ambulance: `expected` cover lost, others being busy a share q of their time, which the decision weighs; and `alone`,
    the share (0 to 1) of addresses that nobody else covers, which people are told."""

    expected: NDArray[np.float64]
    alone: NDArray[np.float64]


class Coverage:
    """Covered share of the region's addresses; None without a region or roads."""

    def __init__(self, region: Region | None, distances: Distances) -> None:
        self._distances = distances
        self._points: list[Point] = []
        self._reach: dict[tuple[Point, float], Reach] = {}
        if region is not None:
            stored = region.geocoder.tables.stored
            step = max(1, len(stored["address_lon"]) // MOST_POINTS)
            self._points = list(
                zip(stored["address_lon"][::step].tolist(), stored["address_lat"][::step].tolist(), strict=True)
            )

    def share(self, units: list[Unit], *, within_s: float) -> float | None:
        """Share (0 to 1) of addresses that an available ambulance reaches by road, lights and siren, in the time."""
        covered = self._covered(units, within_s)
        return None if covered is None else float(covered.any(axis=0).mean()) if len(covered) else 0.0

    def loss(self, units: list[Unit], *, within_s: float, q: float) -> Loss:
        """What is lost when a unit leaves (`loss_of_leaving`, every address weighing the same)."""
        expected, alone = np.zeros(len(units)), np.zeros(len(units))
        covered = self._covered(units, within_s)
        if covered is not None and len(covered):
            covers = np.ascontiguousarray(covered.T, np.float64)
            count = covered.sum(axis=0, dtype=np.int32)
            demand = np.full(len(count), 1.0 / len(count))
            free = self._free(units)
            alone[free] = covered[:, count == 1].sum(axis=1) / len(count)
            for place, unit in enumerate(free):
                expected[unit] = loss_of_leaving(count, covers, demand, place, q)
        return Loss(expected=expected, alone=alone)

    def _free(self, units: list[Unit]) -> list[int]:
        return [
            i
            for i, one in enumerate(units)
            if one.status == "available" and one.kind is UnitKind.AMBULANCE and self._distances.where(one) is not None
        ]

    def _covered(self, units: list[Unit], within_s: float) -> NDArray[np.bool_] | None:
        """bool[free units, points]: who reaches what in the time."""
        if not self._points or self._distances.travel is None:
            return None
        starts = [point for i in self._free(units) if (point := self._distances.where(units[i])) is not None]
        if not starts:
            return np.zeros((0, len(self._points)), np.bool_)
        self._remember({(point, within_s) for point in starts})
        return np.stack([self._reach[point, within_s] for point in starts])

    def _remember(self, wanted: set[tuple[Point, float]]) -> None:
        """Reckon what is reached from places that nobody asked for yet."""
        if len(self._reach) > MOST_REMEMBERED:
            self._reach.clear()
        missing = sorted(wanted - self._reach.keys())
        if missing:
            seconds = self._distances.matrix([point for point, _ in missing], self._points, mode=Mode.HOT)
            for key, row in zip(missing, seconds, strict=True):
                self._reach[key] = row <= key[1]
