"""Demand, sites and the seconds between them; which site covers which demand in time, demand grouped.

Demand points that the same sites cover are one point to every coverage model, so they are added up first: 5,000
points become some 2,400 groups on a city grid, and the optimum stays the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class BadSiting(ValueError):
    """The input cannot be sited with; the text says what is wrong and what would be accepted."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """`travel_s` (demand, sites) in seconds, inf where no road leads; `weights` (demand,) calls or any share."""

    travel_s: Floats
    weights: Floats

    def __post_init__(self) -> None:
        check_seconds(self.travel_s, "travel")
        if self.weights.shape != (len(self.travel_s),):
            raise BadSiting(f"{self.weights.shape} weights for {len(self.travel_s)} demand points")
        if not np.isfinite(self.weights).all() or (self.weights < 0).any():
            raise BadSiting("weights are 0 or more: negative or missing ones are refused")
        if not self.weights.sum():
            raise BadSiting("no demand: all weights are 0")

    @property
    def sites(self) -> int:
        return int(self.travel_s.shape[1])

    @property
    def total(self) -> float:
        return float(self.weights.sum())


def check_seconds(travel_s: Floats, what: str) -> None:
    """Refuse a table of seconds that is empty, or has negative or missing times; inf is "cannot be reached"."""
    if travel_s.ndim != 2 or not travel_s.size:
        raise BadSiting(f"{what} times are a table of rows x sites with at least one of each, got {travel_s.shape}")
    wrong = np.isnan(travel_s) | (travel_s < 0)
    if wrong.any():
        row, site = np.argwhere(wrong)[0]
        raise BadSiting(
            f"{what} time of row {row} to site {site} is {travel_s[row, site]}: "
            "seconds from 0 are wanted, inf where no road leads"
        )


@dataclass(frozen=True, kw_only=True)
class CoverGroups:
    """`covers` (groups, sites), `weights` (groups,), `group_of` (demand,), -1 where no site is in time."""

    covers: Bools
    weights: Floats
    group_of: Ints
    beyond: float

    @property
    def size(self) -> int:
        return len(self.weights)


def group_cover(demand: Demand, target_s: float) -> CoverGroups:
    """Group demand by equal cover sets under a target; what no site reaches in time is `beyond` and left out."""
    if not target_s > 0:
        raise BadSiting(f"a target of {target_s} s: more than 0 is wanted")
    within = demand.travel_s <= target_s
    first, which = _equal_rows(within)
    reached = within[first].any(axis=1)
    number = np.where(reached, np.cumsum(reached) - 1, -1)
    weights = _summed(which, demand.weights, len(first))
    return CoverGroups(
        covers=within[first[reached]],
        weights=weights[reached],
        group_of=number[which],
        beyond=float(weights[~reached].sum()),
    )


def merge_equal(covers: Bools, weights: Floats) -> tuple[Bools, Floats]:
    """Groups with equal rows of a cover table (groups, sites) as one; those that no site covers are left out."""
    if not covers.size:
        return covers[:0], weights[:0]
    first, which = _equal_rows(covers)
    reached = covers[first].any(axis=1)
    return covers[first[reached]], _summed(which, weights, len(first))[reached]


def _equal_rows(table: Bools) -> tuple[Ints, Ints]:
    """The first row of each kind, and the kind of each row."""
    packed = np.ascontiguousarray(np.packbits(table, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    return first, which


def _summed(which: Ints, weights: Floats, kinds: int) -> Floats:
    return np.bincount(which, weights, kinds).astype(np.float64)
