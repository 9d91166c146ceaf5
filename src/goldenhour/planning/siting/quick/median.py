"""Swap search for the p-median: open greedily, then swap one site for another while the total cost falls.

One pass weighs all swaps in one walk over the cost table, with the cheapest and second cheapest open site of each
point at hand (Whitaker 1983; Teitz & Bart 1968).
"""

import numpy as np
from numpy.typing import NDArray

from goldenhour.kernel.machine_code import njit
from goldenhour.planning.siting.cover import Floats, Ints

KICKS = 30
SEED = 1
NEGLIGIBLE = 1e-12  # of the total cost
UNSERVED = 1e3  # times the dearest finite cost: a point left unserved outweighs any saving


def median_swaps(cost: Floats, weights: Floats, units: int) -> Ints:
    """A good plan (sites,) 0/1 of `units` open sites; `cost` (demand, sites), inf where a site cannot serve."""
    dearest = float(cost[np.isfinite(cost)].max())
    bounded = np.where(np.isfinite(cost), cost, UNSERVED * (1.0 + dearest))
    open_at = np.zeros(cost.shape[1], dtype=np.bool_)
    cheapest = np.full(len(cost), 2 * UNSERVED * (1.0 + dearest))
    for _ in range(units):
        saved = weights @ np.maximum(cheapest[:, None] - bounded, 0.0)
        best = int(np.argmax(np.where(open_at, -1.0, saved)))
        open_at[best] = True
        cheapest = np.minimum(cheapest, bounded[:, best])
    return np.asarray(_search(bounded, weights, open_at, KICKS, SEED).astype(np.int64))


@njit(error_model="numpy", nogil=True)
def _search(
    cost: NDArray[np.float64], weights: NDArray[np.float64], plan: NDArray[np.bool_], kicks: int, seed: int
) -> NDArray[np.bool_]:
    """Climb, then kick the best plan with two random swaps and climb again. Seeded."""
    np.random.seed(seed)
    best, best_cost = plan.copy(), np.inf
    for kick in range(kicks + 1):
        trial = best.copy()
        if kick > 0:
            for _ in range(2):
                opened = np.flatnonzero(trial)
                out, into = opened[np.random.randint(len(opened))], np.random.randint(len(trial))
                if not trial[into]:
                    trial[out], trial[into] = False, True
        total = _climb(cost, weights, trial)
        if total < best_cost:
            best, best_cost = trial, total
    return best


@njit(error_model="numpy", nogil=True)
def _climb(cost: NDArray[np.float64], weights: NDArray[np.float64], plan: NDArray[np.bool_]) -> float:
    """Take the best swap until none saves; returns the cost. Changes `plan`."""
    points, sites = cost.shape
    units = plan.sum()
    while True:
        opened = np.flatnonzero(plan)
        saved, lost, spared = np.zeros(sites), np.zeros(units), np.zeros((sites, units))
        total = 0.0
        for i in range(points):
            first, second, nearest = np.inf, np.inf, 0
            for u in range(units):
                c = cost[i, opened[u]]
                if c < first:
                    first, second, nearest = c, first, u
                elif c < second:
                    second = c
            total += weights[i] * first
            if second < np.inf:
                lost[nearest] += weights[i] * (second - first)
            for site in range(sites):
                c = cost[i, site]
                if c < first:
                    saved[site] += weights[i] * (first - c)
                    if second < np.inf:
                        spared[site, nearest] += weights[i] * (second - first)
                    continue
                if second == np.inf:
                    spared[site, nearest] -= weights[i] * (c - first)
                elif c < second:
                    spared[site, nearest] += weights[i] * (second - c)
        best, into, out = NEGLIGIBLE * total, -1, -1
        for site in range(sites):
            if plan[site]:
                continue
            for u in range(units):
                change = saved[site] - lost[u] + spared[site, u]
                if change > best:
                    best, into, out = change, site, u
        if into < 0:
            return total
        plan[into], plan[opened[out]] = True, False
