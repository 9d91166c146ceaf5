"""DDSM: where should the idle units stand now? Most demand covered twice, all of it reachable, little driving
(Gendreau, Laporte & Semet 2001).

max sum_i l_i y2_i - cost . driving - M (s1 + s2)
each unit one post;  y1 + y2 <= units within T1;  y2 <= y1;
covered within T1 + s1 >= alpha of all demand;  covered within T2 + s2 >= all demand.
"""

import msgspec
import numpy as np
from scipy import sparse

from goldenhour.planning.siting.cover import BadSiting, Demand, Floats, Ints, check_seconds, covers_within, group_cover
from goldenhour.planning.siting.mip import Answer, Limits, Programme, solve

DEFAULT_LIMITS = Limits(time_s=5.0, gap=1e-4)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of the standing plan. `alpha`: part of demand to be within `near_s`; all should be within `far_s`.

    `cost_per_s`: covered-twice demand (in units of the weights) given up to spare one second of driving;
    `shortfall_price` is M, per unit of demand that misses a rule: large, so that rules yield only where they must.
    """

    near_s: float
    far_s: float
    alpha: float
    cost_per_s: float = 0.0
    shortfall_price: float = 1e3

    def __post_init__(self) -> None:
        if not 0 < self.near_s <= self.far_s or not 0 <= self.alpha <= 1:
            raise BadSiting(
                f"near {self.near_s} s, far {self.far_s} s, alpha {self.alpha}: "
                "0 < near <= far and alpha from 0 to 1 are wanted"
            )
        if self.cost_per_s < 0 or self.shortfall_price <= 0:
            raise BadSiting("driving costs 0 or more, a shortfall more than 0")


class MoveUp(msgspec.Struct, frozen=True, kw_only=True):
    """`answer` over all, `post_of` the site of each unit, and what the plan leaves open, in units of the weights."""

    answer: Answer
    post_of: list[int] | None = None
    covered_once: float | None = None
    covered_twice: float | None = None
    short_of_alpha: float | None = None
    beyond_far: float | None = None
    driving_s: float | None = None


def ddsm(
    demand: Demand,
    unit_travel_s: Floats,
    *,
    rules: Standing,
    most_at: Ints | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> MoveUp:
    """A post for each idle unit; `unit_travel_s` (units, sites) from where it is, inf for a post it may not take."""
    check_seconds(unit_travel_s, "unit travel")
    units, sites = unit_travel_s.shape
    if sites != demand.sites:
        raise BadSiting(f"units have times to {sites} sites, demand to {demand.sites}")
    room = np.full(sites, units, dtype=np.int64) if most_at is None else most_at
    near = group_cover(demand, rules.near_s, rules.far_s)
    far = covers_within(demand, near, rules.far_s)
    may = np.argwhere(np.isfinite(unit_travel_s))
    programme = _programme(near.covers, far, near.weights, may, unit_travel_s, room, rules, demand.total)
    done = solve(programme, limits)
    if done.values is None:
        return MoveUp(answer=Answer(model="ddsm", status=done.status, groups=near.size))
    taken = may[done.values[: len(may)] > 0.5]
    post_of = np.full(units, -1)
    post_of[taken[:, 0]] = taken[:, 1]
    units_at = np.bincount(post_of, minlength=sites)
    once, twice = near.covers @ units_at >= 1, near.covers @ units_at >= 2
    covered_once, covered_twice = float(near.weights[once].sum()), float(near.weights[twice].sum())
    return MoveUp(
        answer=Answer(
            model="ddsm",
            status=done.status,
            units_at=units_at.tolist(),
            value=done.value,
            bound=done.bound,
            gap=done.gap,
            share=covered_twice / demand.total,
            groups=near.size,
        ),
        post_of=post_of.tolist(),
        covered_once=covered_once,
        covered_twice=covered_twice,
        short_of_alpha=max(0.0, rules.alpha * demand.total - covered_once),
        beyond_far=demand.total - float(near.weights[far @ units_at >= 1].sum()),
        driving_s=float(unit_travel_s[np.arange(units), post_of].sum()),
    )


def _programme(
    near: np.ndarray,
    far: np.ndarray,
    weights: Floats,
    may: Ints,
    unit_travel_s: Floats,
    room: Ints,
    rules: Standing,
    total: float,
) -> Programme:
    """Columns: a unit at a post, y1, y2 and v (within T2) per group, s1, s2."""
    (units, sites), groups, pairs = unit_travel_s.shape, len(weights), len(may)
    at_site = sparse.csr_matrix((np.ones(pairs), (may[:, 1], np.arange(pairs))), shape=(sites, pairs))
    of_unit = sparse.csr_matrix((np.ones(pairs), (may[:, 0], np.arange(pairs))), shape=(units, pairs))
    one = sparse.identity(groups)
    slack = [[1.0, 0.0]], [[0.0, 1.0]]
    by_weight = sparse.csr_matrix(weights)
    rows = sparse.bmat(
        [
            [of_unit, None, None, None, sparse.csr_matrix((units, 2))],
            [at_site, None, None, None, None],
            [sparse.csr_matrix(near, dtype=float) @ at_site, -one, -one, None, None],
            [None, one, -one, None, None],
            [sparse.csr_matrix(far, dtype=float) @ at_site, None, None, -one, None],
            [None, by_weight, None, None, sparse.csr_matrix(slack[0])],
            [None, None, None, by_weight, sparse.csr_matrix(slack[1])],
        ],
        format="csr",
    )
    unbounded = np.full(groups, np.inf)
    driving = unit_travel_s[may[:, 0], may[:, 1]]
    none = np.zeros(groups)
    price = [-rules.shortfall_price] * 2
    return Programme(
        gain=np.concatenate([-rules.cost_per_s * driving, none, weights, none, price]),
        rows=rows,
        rows_low=np.concatenate([np.ones(units), np.zeros(sites + 3 * groups), [rules.alpha * total, total]]),
        rows_high=np.concatenate([np.ones(units), room, unbounded, unbounded, unbounded, [np.inf] * 2]),
        least=np.zeros(pairs + 3 * groups + 2),
        most=np.concatenate([np.ones(pairs + 3 * groups), [np.inf] * 2]),
        whole=np.arange(pairs + 3 * groups + 2) < pairs + 2 * groups,
    )
