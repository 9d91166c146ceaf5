"""Which sites can still be part of the best p-median plan: the assignment relaxed at a price per demand point.

Dropping "each point goes to one site" at a price u_i leaves a problem that is solved by looking: open the p sites with
the most negative sum of min(0, w_i c_ij - u_i). Its value bounds every plan from below, mostly within a percent; sites
that would press it to the known plan or above are out (Cornuejols, Fisher & Nemhauser 1977; Beasley 1993).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goldenhour.kernel.machine_code import njit
from goldenhour.planning.siting.cover import Bools, Floats, Ints

ROUNDS = 600
PATIENCE = 12
FIRST_STEP = 1.5
LAST_STEP = 1e-3
SAFE = 1e-9  # rounding of the bound, as a part of the cost


@dataclass(frozen=True, kw_only=True)
class ThinnedMedian:
    """`keep` (sites,) may be open, `must` (sites,) are open in every better plan; no plan costs less than `bound`."""

    keep: Bools
    must: Bools
    bound: float


def thin_median(cost: Floats, weights: Floats, plan: Ints, plan_cost: float) -> ThinnedMedian:
    """Rule sites out or in, given a `plan` (sites,) 0/1 that serves every point at `plan_cost`."""
    units = int(plan.sum())
    paid = cost * weights[:, None]
    nearest = np.where(plan > 0, paid, np.inf).min(axis=1)
    bound, saving = _prices(np.ascontiguousarray(paid.T), nearest, units, plan_cost)
    order = np.argsort(saving, kind="stable")
    chosen = np.zeros(len(saving), dtype=bool)
    chosen[order[:units]] = True
    last_in = saving[order[units - 1]]
    first_out = saving[order[units]] if units < len(saving) else np.inf
    ceiling = plan_cost * (1 + SAFE)
    keep = chosen | (bound - last_in + saving < ceiling)
    must = chosen & (bound - saving + first_out > ceiling) & (plan > 0)
    return ThinnedMedian(keep=keep | (plan > 0), must=must, bound=float(bound))


@njit(error_model="numpy", nogil=True)
def _prices(
    paid: NDArray[np.float64], prices: NDArray[np.float64], units: int, known: float
) -> tuple[float, NDArray[np.float64]]:
    """Highest bound by subgradient steps and the savings of each site there; `paid` (sites, points)."""
    sites, points = paid.shape
    saving, best_saving = np.empty(sites), np.zeros(sites)
    best, step, waited = -np.inf, FIRST_STEP, 0
    served = np.empty(points)
    for _ in range(ROUNDS):
        for site in range(sites):
            total = 0.0
            for i in range(points):
                total += min(0.0, paid[site, i] - prices[i])
            saving[site] = total
        opened = np.argsort(saving)[:units]
        bound = prices.sum() + saving[opened].sum()
        served[:] = 0.0
        for site in opened:
            for i in range(points):
                if paid[site, i] < prices[i]:
                    served[i] += 1.0
        waited += 1
        if bound > best:
            if bound > best + 1e-6 * abs(best):
                waited = 0
            best = bound
            best_saving[:] = saving
        if waited >= PATIENCE:
            step *= 0.5
            waited = 0
        size = ((1.0 - served) ** 2).sum()
        if size == 0.0 or step < LAST_STEP or best >= known:
            break
        length = step * max(known - bound, 1e-9 * known) / size
        for i in range(points):
            prices[i] = max(0.0, prices[i] + length * (1.0 - served[i]))
    return best, best_saving
