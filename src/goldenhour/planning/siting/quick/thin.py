"""Which sites can still be part of the best MCLP plan: a Lagrangian bound thins them before the exact solver.

Relaxing "y_g <= open sites that cover g" with prices u_g in 0..w_g leaves a problem that is solved by looking: open
the p sites with the highest sum of prices. Its value bounds every plan from above; a site whose opening (or, for the
best p, whose closing) would press that bound to a known plan or below cannot lead to a better one (Fisher 1981;
Galvao & ReVelle 1996). Nothing is lost: the optimum of what remains is the optimum, or the known plan is it already.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from goldenhour.kernel.machine_code import njit
from goldenhour.planning.siting.cover import Bools, Floats, Ints

ROUNDS = 3000
PATIENCE = 30
FIRST_STEP = 1.5
LAST_STEP = 1e-3
SAFE = 1e-9  # rounding of the bound, as a part of all demand


@dataclass(frozen=True, kw_only=True)
class Thinned:
    """`keep` (sites,) may be open, `must` (sites,) are open in every better plan; `plan` (sites,) is worth `value`."""

    keep: Bools
    must: Bools
    plan: Ints
    value: float
    bound: float


def thin(covers: Bools, weights: Floats, plan: Ints) -> Thinned:
    """Rule sites out or in, starting from a known `plan` (sites,) 0/1; `covers` (groups, sites)."""
    table, units = sparse.csr_matrix(covers), int(plan.sum())
    value = float(weights @ (covers @ plan > 0))
    bound, prices, value, best = _prices(
        table.indptr.astype(np.int64), table.indices.astype(np.int64), weights, units, value, plan.astype(np.bool_)
    )
    worth = prices @ covers
    order = np.argsort(-worth, kind="stable")
    last_in = worth[order[units - 1]]
    first_out = worth[order[units]] if units < len(worth) else -np.inf
    chosen = np.zeros(len(worth), dtype=bool)
    chosen[order[:units]] = True
    floor = value - SAFE * float(weights.sum())
    keep = chosen | (bound - last_in + worth > floor)
    must = chosen & (bound - worth + first_out < floor)
    return Thinned(keep=keep | best, must=must & best, plan=best.astype(np.int64), value=value, bound=float(bound))


@njit(error_model="numpy", nogil=True)
def _prices(
    row: NDArray[np.int64],
    site_of: NDArray[np.int64],
    weights: NDArray[np.float64],
    units: int,
    value: float,
    best: NDArray[np.bool_],
) -> tuple[float, NDArray[np.float64], float, NDArray[np.bool_]]:
    """Lowest bound by subgradient steps, its prices, and the best plan met on the way with its value."""
    groups, sites = len(weights), len(best)
    prices = weights * 0.5
    worth = np.empty(sites)
    slope = np.empty(groups)
    best_bound, best_prices, best_plan = np.inf, prices.copy(), best.copy()
    step, waited = FIRST_STEP, 0
    for _ in range(ROUNDS):
        worth[:] = 0.0
        bound = 0.0
        for g in range(groups):
            bound += weights[g] - prices[g]
            for k in range(row[g], row[g + 1]):
                worth[site_of[k]] += prices[g]
        order = np.argsort(-worth)
        chosen = np.zeros(sites, dtype=np.bool_)
        for i in range(units):
            chosen[order[i]] = True
            bound += worth[order[i]]
        covered, size = 0.0, 0.0
        for g in range(groups):
            count = 0
            for k in range(row[g], row[g + 1]):
                count += chosen[site_of[k]]
            if count > 0:
                covered += weights[g]
            slope[g] = count - (1.0 if prices[g] < weights[g] else 0.0)
            if (slope[g] > 0 and prices[g] <= 0.0) or (slope[g] < 0 and prices[g] >= weights[g]):
                slope[g] = 0.0
            size += slope[g] * slope[g]
        if covered > value:
            value, best_plan = covered, chosen
        waited += 1
        if bound < best_bound:
            if bound < best_bound * (1 - 1e-5):
                waited = 0
            best_bound = bound
            best_prices[:] = prices
        if waited >= PATIENCE:
            step *= 0.5
            waited = 0
        if size == 0.0 or step < LAST_STEP or best_bound <= value * (1 + 1e-12):
            break
        length = step * (bound - value) / size
        for g in range(groups):
            prices[g] = min(max(prices[g] - length * slope[g], 0.0), weights[g])
    return best_bound, best_prices, value, best_plan
