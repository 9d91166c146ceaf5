"""Where units stand as they come and go: compliance tables for k free units, and DMEXCLP for the one just freed.

The rule for the freed unit is the dispatch kernel's own (`dispatch.policy.choose_post`): planning only prepares its
arrays, so that a plan is drawn up with the very rule that will be followed.
"""

import msgspec
import numpy as np

from goldenhour.dispatch.policy import choose_post, marginal_demand
from goldenhour.planning.siting.cover import BadSiting, CoverGroups, Demand, Floats, Ints, group_cover
from goldenhour.planning.siting.mexclp import check_busy, place
from goldenhour.planning.siting.mip import Limits
from goldenhour.planning.siting.quick.greedy import check_units, expected_cover

DEFAULT_LIMITS = Limits(time_s=10.0)


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """With `free` units: how many at each site, the share of demand covered in expectation and at least once, how
    many of them move when one unit more or less is free, and how the solver ended."""

    free: int
    units_at: list[int]
    expected_share: float
    covered_share: float
    moves: int
    status: str


def compliance_table(
    demand: Demand,
    units: int,
    *,
    target_s: float,
    q: float,
    most_at: Ints | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Level]:
    """The best layout for every number of free units, each by MEXCLP on its own: most cover, more moves."""
    groups, room = _ready(demand, units, target_s, q, most_at)
    levels: list[Level] = []
    before = np.zeros(demand.sites, dtype=np.int64)
    for free in range(1, units + 1):
        answer = place(groups, free, q=q, most_at=room, limits=limits, total=demand.total)
        if answer.units_at is None:
            raise BadSiting(f"no layout for {free} free units: {answer.status}")
        now = np.array(answer.units_at)
        levels.append(_level(groups, before, now, q=q, total=demand.total, status=answer.status))
        before = now
    return levels


def nested_table(demand: Demand, units: int, *, target_s: float, q: float, most_at: Ints | None = None) -> list[Level]:
    """Each layout is the one before and one post more: a unit that goes out or comes back moves nobody else."""
    groups, room = _ready(demand, units, target_s, q, most_at)
    now = np.zeros(demand.sites, dtype=np.int64)
    levels: list[Level] = []
    for _ in range(units):
        before = now.copy()
        worth = _worth_of_one_more(groups, now, q)
        now[int(np.argmax(np.where(now < room, worth, -np.inf)))] += 1
        levels.append(_level(groups, before, now, q=q, total=demand.total, status="nested"))
    return levels


def dmexclp(groups: CoverGroups, others_at: Ints, travel_s: Floats, *, q: float) -> tuple[int, Floats]:
    """Post for a freed unit and what each post would add; `others_at` (sites,) counts the other free units at their
    destination, `travel_s` (sites,) from the freed unit, inf for a post it may not take; -1 when none is open."""
    check_busy(q)
    marginal = np.empty(groups.size)
    marginal_demand((groups.covers @ others_at).astype(np.int32), groups.weights, q, marginal)
    gain = np.empty(len(others_at))
    return int(choose_post(marginal, groups.covers.astype(np.float64), travel_s, gain)), gain


def _worth_of_one_more(groups: CoverGroups, now: Ints, q: float) -> Floats:
    return dmexclp(groups, now, np.zeros(len(now)), q=q)[1]


def _ready(demand: Demand, units: int, target_s: float, q: float, most_at: Ints | None) -> tuple[CoverGroups, Ints]:
    check_busy(q)
    room = np.full(demand.sites, units, dtype=np.int64) if most_at is None else most_at
    check_units(units, room)
    return group_cover(demand, target_s), room


def _level(groups: CoverGroups, before: Ints, now: Ints, *, q: float, total: float, status: str) -> Level:
    return Level(
        free=int(now.sum()),
        units_at=now.tolist(),
        expected_share=expected_cover(groups, now, q) / total,
        covered_share=expected_cover(groups, now, 0.0) / total,
        moves=int(np.maximum(before - now, 0).sum()),
        status=status,
    )
