"""p-median: put p posts where the mean cost of reaching demand is least (Hakimi 1964).

The cost is any table: seconds for the mean response, 1 - survival for lives (Erkut 2008), 1 beyond a target for MCLP.
Each demand point pays by steps: D_1 if its cheapest site is open, a step more for each cheaper level with none open
(Cornuejols 1980; Elloumi 2010). Only the first few steps of each point are modelled; the optimum of that relaxation
is checked against the full cost and the steps it missed are added until both agree (Garcia, Labbe & Marin 2011).
A swap search and prices per point thin the sites first (`quick`).
"""

import msgspec
import numpy as np
from scipy import sparse

from goldenhour.planning.siting.cover import BadSiting, Bools, Floats, Ints
from goldenhour.planning.siting.mip import (
    INFEASIBLE,
    NO_ANSWER,
    TIME_LIMIT,
    Answer,
    Limits,
    Programme,
    Solved,
    solve,
    verdict,
)
from goldenhour.planning.siting.quick.greedy import check_units
from goldenhour.planning.siting.quick.median import median_swaps
from goldenhour.planning.siting.quick.median_thin import thin_median

DEFAULT_LIMITS = Limits()
FIRST_STEPS = 3  # beyond the steps that the swap plan itself needs


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """`answer.value` is the mean cost per unit of demand that any site can serve; `beyond` is the demand none can."""

    answer: Answer
    beyond: float


def pmedian(cost: Floats, weights: Floats, units: int, *, limits: Limits = DEFAULT_LIMITS) -> Served:
    """Sites for `units` posts; `cost` (demand, sites) from 0, inf where a site cannot serve; `weights` (demand,)."""
    if cost.ndim != 2 or np.isnan(cost).any() or (cost < 0).any() or weights.shape != (len(cost),):
        raise BadSiting("costs are a table of demand x sites from 0, with one weight per demand point")
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise BadSiting("weights are 0 or more: negative or missing ones are refused")
    check_units(units, np.ones(cost.shape[1], dtype=np.int64))
    use = np.isfinite(cost).any(axis=1) & (weights > 0)
    beyond = float(weights[~use].sum())
    if not use.any():
        raise BadSiting("no demand that a site can serve")
    plan = median_swaps(cost[use], weights[use], units)
    sites, must, floor = _thinned(cost[use], weights[use], plan)
    steps = _Steps(cost[np.ix_(use, sites)], weights[use], must[sites], floor)
    return Served(
        answer=_answer(_refine(steps, plan[sites], limits), sites, cost.shape[1], weights[use]), beyond=beyond
    )


def _thinned(cost: Floats, weights: Floats, plan: Ints) -> tuple[Ints, Bools, float]:
    """Sites that may be open, which of all must be, and a bound; all sites where no plan is known to serve all."""
    nearest = np.where(plan > 0, cost, np.inf).min(axis=1)
    known = float(weights @ nearest)
    if not np.isfinite(known):
        return np.arange(cost.shape[1]), np.zeros(cost.shape[1], dtype=bool), 0.0
    found = thin_median(cost, weights, plan, known)
    return np.flatnonzero(found.keep), found.must, max(0.0, found.bound)


class _Steps:
    """Each demand point's sites from cheap to dear, and how many of them the relaxation knows (`depth`)."""

    def __init__(self, cost: Floats, weights: Floats, must: Bools, floor: float) -> None:
        self.cost, self.weights, self.must, self.floor = cost, weights, must, floor
        self.order = np.argsort(cost, axis=1, kind="stable")
        self.ladder = np.take_along_axis(cost, self.order, axis=1)
        self.finite = np.isfinite(cost).sum(axis=1)
        self.depth = np.zeros(len(cost), dtype=np.int64)

    def rank(self, open_at: Ints) -> Ints:
        """Position of each point's cheapest open site in its order."""
        return np.asarray(np.argmax(open_at[self.order] > 0, axis=1))

    def true_cost(self, open_at: Ints) -> float:
        at = self.rank(open_at)
        return float(self.weights @ self.ladder[np.arange(len(at)), at])

    def columns(self) -> tuple[Ints, Ints]:
        """Point and step of each known step, point by point."""
        point = np.repeat(np.arange(len(self.depth)), self.depth)
        step = np.arange(len(point)) - np.repeat(np.cumsum(self.depth) - self.depth, self.depth)
        return point, step

    def deepen(self, rank: Ints) -> None:
        """Know at least the sites up to `rank`, and a few more."""
        self.depth = np.minimum(np.maximum(self.depth, rank + FIRST_STEPS), self.finite)


def _refine(steps: _Steps, plan: Ints, limits: Limits) -> Solved:
    """Solve, look at what the relaxation missed, deepen, until bound and true cost agree or time is up."""
    best, best_cost, bound, spent_s = plan, steps.true_cost(plan), steps.floor, 0.0
    steps.deepen(steps.rank(plan))
    while spent_s < limits.time_s:
        left = Limits(time_s=limits.time_s - spent_s, gap=limits.gap, threads=limits.threads)
        done = solve(_programme(steps, int(plan.sum())), left, start=_start(steps, best, best_cost))
        spent_s += done.run_s
        if done.status == INFEASIBLE:
            return done
        bound = max(bound, -done.bound)
        if done.values is None:
            break
        trial = np.rint(done.values[: len(plan)]).astype(np.int64)
        if steps.true_cost(trial) < best_cost:
            best, best_cost = trial, steps.true_cost(trial)
        missed = steps.rank(trial) > steps.depth
        proven = np.isfinite(best_cost) and best_cost - bound <= limits.gap * best_cost
        if proven or done.status == TIME_LIMIT or not missed.any():
            break
        steps.deepen(np.where(missed, steps.rank(trial), 0))
    if not np.isfinite(best_cost):
        return Solved(status=NO_ANSWER, values=None, value=best_cost, bound=bound, gap=np.inf)
    gap = max(0.0, best_cost - bound) / max(best_cost, 1e-12)
    return Solved(status=verdict(gap, limits), values=best.astype(float), value=best_cost, bound=bound, gap=gap)


def _start(steps: _Steps, plan: Ints, cost: float) -> Floats | None:
    """The plan as columns of the programme; None where it leaves a point unserved."""
    if not np.isfinite(cost):
        return None
    point, step = steps.columns()
    return np.concatenate([plan, steps.rank(plan)[point] > step]).astype(float)


def _programme(steps: _Steps, units: int) -> Programme:
    """Columns: x per site, z per known step: 1 while no site up to that step is open."""
    sites = steps.cost.shape[1]
    point, step = steps.columns()
    z = np.arange(len(point))
    last = step + 1 >= steps.finite[point]  # no dearer site to turn to: one of those before must be open
    dearer = np.where(last, step, step + 1)
    rise = steps.ladder[point, dearer] - steps.ladder[point, step]
    later = z[step > 0]
    rows = sparse.csr_matrix(
        (
            np.concatenate([np.ones(2 * len(z)), -np.ones(len(later))]),
            (
                np.concatenate([z, z, later]),
                np.concatenate([steps.order[point, step], sites + z, sites + later - 1]),
            ),
        ),
        shape=(len(z), sites + len(z)),
    )
    count = sparse.csr_matrix(np.concatenate([np.ones(sites), np.zeros(len(z))]))
    return Programme(
        gain=np.concatenate([np.zeros(sites), -steps.weights[point] * rise]),
        rows=sparse.vstack([rows, count], format="csr"),
        rows_low=np.concatenate([np.where(step == 0, 1.0, 0.0), [units]]),
        rows_high=np.concatenate([np.full(len(z), np.inf), [units]]),
        least=np.concatenate([steps.must, np.zeros(len(z))]).astype(float),
        most=np.concatenate([np.ones(sites), np.where(last, 0.0, 1.0)]),
        whole=np.arange(sites + len(z)) < sites,
        offset=-float(steps.weights @ steps.ladder[:, 0]),
    )


def _answer(done: Solved, sites: Ints, all_sites: int, weights: Floats) -> Answer:
    if done.values is None:
        return Answer(model="pmedian", status=done.status, groups=len(weights))
    units_at = np.zeros(all_sites, dtype=np.int64)
    units_at[sites] = done.values.astype(np.int64)
    served = float(weights.sum())
    return Answer(
        model="pmedian",
        status=done.status,
        units_at=units_at.tolist(),
        value=done.value / served,
        bound=done.bound / served,
        gap=done.gap,
        groups=len(weights),
    )
