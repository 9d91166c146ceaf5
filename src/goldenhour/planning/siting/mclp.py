"""MCLP: put p posts where they cover the most demand in time (Church & ReVelle 1974).

max sum_g w_g y_g;  y_g <= sum of open sites that cover g;  sum x = p;  x whole, y in 0..1.

A swap search finds a very good plan, Lagrangian prices rule most sites in or out, HiGHS proves the rest.
"""

import numpy as np
from scipy import sparse

from goldenhour.planning.siting.cover import BadSiting, Bools, Demand, Floats, Ints, group_cover, merge_equal
from goldenhour.planning.siting.mip import INFEASIBLE, OPTIMAL, Answer, Limits, Programme, Solved, solve
from goldenhour.planning.siting.quick.greedy import check_units, greedy_sites
from goldenhour.planning.siting.quick.interchange import iterated_swaps
from goldenhour.planning.siting.quick.thin import thin

DEFAULT_LIMITS = Limits()


def mclp(
    demand: Demand, units: int, *, target_s: float, fixed: Ints | None = None, limits: Limits = DEFAULT_LIMITS
) -> Answer:
    """Sites for `units` posts, one each, `fixed` (sites,) 1 where one stands already and must stay."""
    groups = group_cover(demand, target_s)
    stay = np.zeros(demand.sites, dtype=np.int64) if fixed is None else fixed
    if stay.shape != (demand.sites,) or not np.isin(stay, (0, 1)).all():
        raise BadSiting(f"fixed posts are 0 or 1 for each of {demand.sites} sites")
    check_units(units, np.ones(demand.sites, dtype=np.int64))
    more = units - int(stay.sum())
    if more < 0:
        return Answer(
            model="mclp", status=INFEASIBLE, groups=groups.size, note=f"{stay.sum()} fixed posts for {units} units"
        )
    held = groups.covers @ stay > 0
    already = float(groups.weights[held].sum())
    free = np.flatnonzero(stay == 0)
    covers, weights = merge_equal(groups.covers[~held][:, free], groups.weights[~held])
    done = _most_cover(covers, weights, more, limits)
    if done.values is None:
        return Answer(model="mclp", status=done.status, groups=groups.size)
    units_at = stay.copy()
    units_at[free] = np.rint(done.values[: len(free)]).astype(np.int64)
    return Answer(
        model="mclp",
        status=done.status,
        units_at=units_at.tolist(),
        value=already + done.value,
        bound=already + done.bound,
        gap=(done.bound - done.value) / max(already + done.value, 1e-12),
        share=(already + done.value) / demand.total,
        groups=groups.size,
        note=f"{groups.beyond / demand.total:.1%} of demand is out of reach of every site" if groups.beyond else "",
    )


def _most_cover(covers: Bools, weights: Floats, units: int, limits: Limits) -> Solved:
    """The best `units` of the sites (columns); values are 0/1 per site."""
    plan = greedy_sites(covers, weights, units)
    if units == 0 or units == len(plan) or not len(weights):
        value = float(weights @ (covers @ plan > 0))
        return Solved(status=OPTIMAL, values=plan.astype(float), value=value, bound=value, gap=0.0)
    thinned = thin(covers, weights, iterated_swaps(covers, weights, plan))
    sites = np.flatnonzero(thinned.keep)
    left, left_weights = merge_equal(covers[:, sites], weights)
    start = thinned.plan[sites]
    done = solve(
        _programme(left, left_weights, units, thinned.must[sites]),
        limits,
        start=np.concatenate([start, left @ start > 0]).astype(float),
    )
    if done.values is None:
        return done
    values = np.zeros(len(plan))
    values[sites] = done.values[: len(sites)]
    return Solved(status=done.status, values=values, value=done.value, bound=done.bound, gap=done.gap)


def _programme(covers: Bools, weights: Floats, units: int, must: Bools) -> Programme:
    groups, sites = covers.shape
    link = sparse.hstack([sparse.csr_matrix(covers, dtype=float), -sparse.identity(groups)])
    total = sparse.csr_matrix(np.concatenate([np.ones(sites), np.zeros(groups)]))
    return Programme(
        gain=np.concatenate([np.zeros(sites), weights]),
        rows=sparse.vstack([link, total], format="csr"),
        rows_low=np.concatenate([np.zeros(groups), [units]]),
        rows_high=np.concatenate([np.full(groups, np.inf), [units]]),
        least=np.concatenate([must, np.zeros(groups)]).astype(float),
        most=np.ones(sites + groups),
        whole=np.arange(sites + groups) < sites,
    )
