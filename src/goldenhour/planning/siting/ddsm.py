"""DDSM: where should the idle units stand now? Most demand covered twice, all of it reachable, little driving
(Gendreau, Laporte & Semet 2001).

max sum_i l_i y2_i - cost . driving - M (s1 + s2)
each unit one post;  y1 + y2 <= units within T1;  y2 <= y1;
covered within T1 + s1 >= alpha of all demand;  covered within T2 + s2 >= all demand.
"""

import msgspec
import numpy as np
from scipy import sparse

from goldenhour.planning.siting.cover import BadSiting, CoverGroups, Demand, Floats, Ints, check_seconds, group_cover
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
    near, far = group_cover(demand, rules.near_s), group_cover(demand, rules.far_s)
    may = np.argwhere(np.isfinite(unit_travel_s))
    programme = _programme(near, far, may, unit_travel_s, room, rules, demand.total)
    done = solve(programme, limits)
    if done.values is None:
        return MoveUp(answer=Answer(model="ddsm", status=done.status, groups=near.size))
    units_at = np.rint(done.values[:sites]).astype(np.int64)
    post_of = _least_driving(unit_travel_s, units_at)
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
        beyond_far=demand.total - float(far.weights[far.covers @ units_at >= 1].sum()),
        driving_s=float(unit_travel_s[np.arange(units), post_of].sum()),
    )


def _least_driving(unit_travel_s: Floats, units_at: Ints) -> Ints:
    """Which unit takes which of the posts to be filled (Hungarian method); some way to do it exists."""
    post = np.repeat(np.arange(len(units_at)), units_at)
    seconds = unit_travel_s[:, post]
    never = 1e6 * (1.0 + seconds[np.isfinite(seconds)].max())
    from scipy.optimize import linear_sum_assignment  # half a second that a server's start can spare

    _, chosen = linear_sum_assignment(np.where(np.isfinite(seconds), seconds, never))
    return np.asarray(post[chosen])


def _programme(
    near: CoverGroups,
    far: CoverGroups,
    may: Ints,
    unit_travel_s: Floats,
    room: Ints,
    rules: Standing,
    total: float,
) -> Programme:
    """Columns: n per site, x per unit and post it may take, y1 and y2 per group (T1), v per group (T2), s1, s2.

    Only n and y1 need be whole: with n whole the driving is a transport problem, whose corners are whole, and with n
    and y1 whole so is y2 at its best.
    """
    (units, sites), pairs = unit_travel_s.shape, len(may)
    to_site = sparse.csr_matrix((np.ones(pairs), (may[:, 1], np.arange(pairs))), shape=(sites, pairs))
    of_unit = sparse.csr_matrix((np.ones(pairs), (may[:, 0], np.arange(pairs))), shape=(units, pairs))
    one, far_one = sparse.identity(near.size), sparse.identity(far.size)
    once, reached = sparse.csr_matrix(near.weights), sparse.csr_matrix(far.weights)
    rows = sparse.bmat(
        [
            [None, of_unit, None, None, None, sparse.csr_matrix((units, 2))],
            [-sparse.identity(sites), to_site, None, None, None, None],
            [sparse.csr_matrix(near.covers, dtype=float), None, -one, -one, None, None],
            [None, None, one, -one, None, None],
            [sparse.csr_matrix(far.covers, dtype=float), None, None, None, -far_one, None],
            [None, None, once, None, None, sparse.csr_matrix([[1.0, 0.0]])],
            [None, None, None, None, reached, sparse.csr_matrix([[0.0, 1.0]])],
        ],
        format="csr",
    )
    links = 2 * near.size + far.size
    columns = sites + pairs + links + 2
    whole = np.zeros(columns, dtype=bool)
    whole[:sites] = whole[sites + pairs : sites + pairs + near.size] = True
    driving = -rules.cost_per_s * unit_travel_s[may[:, 0], may[:, 1]]
    nothing, price = np.zeros(near.size), [-rules.shortfall_price] * 2
    return Programme(
        gain=np.concatenate([np.zeros(sites), driving, nothing, near.weights, np.zeros(far.size), price]),
        rows=rows,
        rows_low=np.concatenate([np.ones(units), np.zeros(sites + links), [rules.alpha * total, total]]),
        rows_high=np.concatenate([np.ones(units), np.zeros(sites), np.full(links, np.inf), [np.inf] * 2]),
        least=np.zeros(columns),
        most=np.concatenate([room, np.ones(pairs + links), [np.inf] * 2]),
        whole=whole,
    )
