"""Objectives, compliance tables, DMEXCLP, and local search with common random numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import placements, town, towns

from goldenhour.planning.siting import (
    DE_MAIO,
    LARSEN,
    BadSiting,
    Demand,
    Effort,
    Objective,
    Plan,
    climb,
    compliance_table,
    dmexclp,
    expected_value,
    group_cover,
    local_search,
    moves,
    nested_table,
    paired,
    tune_q,
)
from goldenhour.planning.siting.objective import larsen_split
from goldenhour.planning.siting.search import FRESH

MIN = 60.0


def test_larsen_by_hand() -> None:
    """At 6 minutes for all three: 0.67 - 0.138 - 0.066 - 0.126 = 0.34; nobody comes back from an hour."""
    assert LARSEN.at(np.array([0.0, 6 * MIN, 60 * MIN, np.inf])) == pytest.approx([0.67, 0.34, 0, 0])
    split = larsen_split(np.array([2 * MIN]), np.array([5 * MIN]), np.array([9 * MIN]))
    assert split == pytest.approx([0.67 - 0.046 - 0.055 - 0.189])


def test_de_maio_falls_from_a_third() -> None:
    assert DE_MAIO.at(np.array([0.0, np.inf])) == pytest.approx([1 / (1 + np.exp(0.679)), 0])


@given(
    kind=st.sampled_from(["share", "mean", "survival"]),
    near_s=st.floats(0, 3000),
    later_s=st.floats(0, 3000),
)
def test_nearer_is_never_worse(kind: str, near_s: float, later_s: float) -> None:
    goal = Objective(kind=kind, target_s=480, delay_s=60)  # type: ignore[arg-type]
    near, far = goal.value(np.array([near_s, near_s + later_s]))
    assert near >= far


@settings(max_examples=40, deadline=None)
@given(demand=towns(most_sites=4), units=st.integers(1, 4), q=st.floats(0.05, 0.95), data=st.data())
def test_expected_value_is_the_sum_over_who_is_free(demand: Demand, units: int, q: float, data: st.DataObject) -> None:
    """Enumerate which units are busy; the nearest free one answers; given that one is free."""
    plan = data.draw(st.lists(st.integers(0, demand.sites - 1), min_size=units, max_size=units))
    to_unit = demand.travel_s[:, plan]
    total, some = 0.0, 0.0
    for busy in range(1 << units):
        free = [u for u in range(units) if not busy >> u & 1]
        if not free:
            continue
        chance = q ** (units - len(free)) * (1 - q) ** len(free)
        some += chance
        total += chance * float(demand.weights @ (to_unit[:, free].min(axis=1) <= 480)) / demand.total
    at = np.bincount(plan, minlength=demand.sites)
    value = expected_value(Objective(target_s=480), demand.travel_s, demand.weights, at, q=q)
    assert value == pytest.approx(total / some)


@settings(max_examples=40, deadline=None)
@given(demand=towns(most_sites=5), q=st.floats(0.05, 0.95), data=st.data())
def test_dmexclp_sends_the_freed_unit_where_it_adds_most(demand: Demand, q: float, data: st.DataObject) -> None:
    """Jagtenberg 2015: argmax_w sum_i d_i (1-q) q^k_i [tau_wi <= T], over posts the unit may take."""
    groups = group_cover(demand, 480)
    others = np.array(data.draw(st.lists(st.integers(0, 2), min_size=demand.sites, max_size=demand.sites)))
    times = st.lists(st.sampled_from([10.0, 50.0, np.inf]), min_size=demand.sites, max_size=demand.sites)
    travel_s = np.array(data.draw(times))
    within = demand.travel_s <= 480
    by_hand = (demand.weights * (1 - q) * q ** (within @ others)) @ within
    post, gain = dmexclp(groups, others, travel_s, q=q)
    assert gain == pytest.approx(by_hand)
    if np.isinf(travel_s).all():
        assert post == -1
    else:
        assert np.isfinite(travel_s[post])
        assert by_hand[post] == pytest.approx(by_hand[np.isfinite(travel_s)].max())


def test_compliance_table_is_the_best_at_every_level() -> None:
    demand, q = town(4, points=40, sites=5), 0.4
    table = compliance_table(demand, 4, target_s=300, q=q)
    for level in table:
        best = max(
            float(demand.weights @ (1 - q ** ((demand.travel_s <= 300) @ plan))) for plan in placements(5, level.free)
        )
        assert level.expected_share == pytest.approx(best / demand.total)
        assert sum(level.units_at) == level.free
    shares = [level.expected_share for level in table]
    assert shares == sorted(shares)


def test_nested_table_moves_nobody_and_covers_no_more() -> None:
    demand, q = town(4, points=40, sites=5), 0.4
    free = compliance_table(demand, 5, target_s=300, q=q)
    nested = nested_table(demand, 5, target_s=300, q=q)
    assert all(level.moves == 0 for level in nested)
    for one, other in zip(nested, free, strict=True):
        assert one.expected_share <= other.expected_share + 1e-9
    steps = np.diff([level.units_at for level in nested], axis=0)
    assert (steps >= 0).all()
    assert (steps.sum(axis=1) == 1).all()


def noisy_judge(worth: dict[Plan, float], *, common_noise: float, own_noise: float) -> object:
    """Days are good or bad for all plans alike (common numbers), with a little noise of each plan's own."""

    def judge(plan: Plan, replications: range) -> np.ndarray:
        day = np.array([np.random.default_rng([1, r]).normal(0, common_noise) for r in replications])
        own = np.array([np.random.default_rng([2, r, *plan]).normal(0, own_noise) for r in replications])
        return worth[plan] + day + own

    return judge


def test_finds_the_best_of_a_noisy_town_and_confirms_it_on_fresh_days() -> None:
    demand, q = town(9, points=60, sites=5), 0.3
    all_plans = {tuple(np.repeat(np.arange(5), at).tolist()): at for at in placements(5, 3)}
    worth = {
        plan: expected_value(Objective(target_s=300), demand.travel_s, demand.weights, at, q=q)
        for plan, at in all_plans.items()
    }
    judge = noisy_judge(worth, common_noise=0.2, own_noise=0.002)
    found = local_search(
        (0, 0, 0),
        lambda plan: [tuple(sorted(p)) for p in moves(plan, 5)],
        judge,  # type: ignore[arg-type]
        effort=Effort(first=4, most=32, evaluations=20_000),
    )
    assert found.ended == "local_optimum"
    best = max(worth.values())
    assert worth[found.best] == pytest.approx(best, abs=0.005)
    assert found.confirmed is not None
    gain = worth[found.best] - worth[0, 0, 0]
    assert found.confirmed.low - 0.002 <= gain <= found.confirmed.high + 0.002
    assert found.confirmed.high - found.confirmed.low < 0.01  # the noise of the days, 0.2, cancels


def test_takes_nothing_where_nothing_is_better() -> None:
    judge = noisy_judge({(0,): 1.0, (1,): 1.0, (2,): 0.9}, common_noise=1.0, own_noise=0.05)
    found = local_search((0,), lambda plan: moves(plan, 3), judge, effort=Effort(level=0.999))  # type: ignore[arg-type]
    assert found.best == (0,)
    assert found.confirmed is None
    assert found.ended == "local_optimum"


def test_stops_when_the_budget_is_spent() -> None:
    judge = noisy_judge({(s,): s / 100 for s in range(50)}, common_noise=1.0, own_noise=0.0)
    found = local_search(
        (0,),
        lambda plan: [(min(plan[0] + 1, 49),)],
        judge,  # type: ignore[arg-type]
        effort=Effort(first=2, most=4, evaluations=20),
    )
    assert found.ended == "budget"
    assert 20 <= found.evaluations <= 28
    assert found.best[0] > 0


def test_the_judge_sees_each_replication_of_a_plan_once_and_fresh_ones_at_the_end() -> None:
    asked: list[tuple[Plan, int]] = []

    def judge(plan: Plan, replications: range) -> np.ndarray:
        asked.extend((plan, r) for r in replications)
        return np.array([plan[0] + r % 3 * 0.5 for r in replications])

    local_search((0,), lambda plan: moves(plan, 3), judge, effort=Effort(first=2, most=8))
    assert len(asked) == len(set(asked))
    assert {r for _, r in asked if r >= FRESH} == set(range(FRESH, FRESH + 8))


def test_screen_orders_the_candidates() -> None:
    judged: list[Plan] = []

    def judge(plan: Plan, replications: range) -> np.ndarray:
        judged.append(plan)
        return np.array([float(plan[0])] * len(replications)) + np.arange(len(replications)) * 1e-9

    found = local_search((0,), lambda plan: moves(plan, 9), judge, screen=lambda plan: float(plan[0]), try_first=1)
    assert found.best == (8,)
    assert [step.plan for step in found.steps] == [(8,)]


def test_a_judge_that_answers_nonsense_is_refused() -> None:
    with pytest.raises(BadSiting, match="one finite number per replication"):
        local_search((0,), lambda plan: moves(plan, 2), lambda plan, days: np.array([np.nan] * len(days)))


def test_moves_count_alike_units_once_and_swap_unlike_ones() -> None:
    alike = moves((0, 0), 3)
    assert {tuple(sorted(plan)) for plan in alike} == {(0, 1), (0, 2)}
    assert len(alike) == 2
    mixed = moves((0, 1), 2, classes=np.array([0, 1]))
    assert (1, 0) in mixed
    full = moves((0, 1), 2, classes=np.array([0, 1]), most_at=np.array([1, 1]))
    assert full == [(1, 0)]


def test_paired_interval_by_hand() -> None:
    """Differences 1, 2, 3: mean 2, sd 1, t(0.975, 2) = 4.3027."""
    found = paired(np.array([2.0, 4, 6]), np.array([1.0, 2, 3]))
    assert found.mean == pytest.approx(2)
    assert found.high - found.mean == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)


@pytest.mark.parametrize("top", [0.25, 0.3, 0.65])
def test_tunes_q_to_its_top(top: float) -> None:
    def judge(q: float | None, days: range) -> np.ndarray:
        noise = np.array([np.random.default_rng(r).normal(0, 0.1) for r in days])
        return noise + (0.5 if q is None else 0.53 - (q - top) ** 2)

    tuned = tune_q(judge)
    assert tuned.best is not None
    assert abs(tuned.best.q - top) <= 0.05
    assert tuned.best.against_none.low > 0


def test_keeps_no_q_that_is_worse_than_none() -> None:
    def judge(q: float | None, days: range) -> np.ndarray:
        return np.array([np.random.default_rng(r).normal(0, 0.1) for r in days]) - (0 if q is None else 0.05)

    tuned = tune_q(judge)
    assert tuned.best is None
    assert all(one.against_none.high < 0 for one in tuned.tried)


def test_q_grid_outside_its_range_is_refused() -> None:
    with pytest.raises(BadSiting, match="more than 0 and less than 1"):
        tune_q(lambda q, days: np.zeros(len(days)), grid=(0.0, 0.5))


def test_climbs_to_a_local_optimum_and_stops() -> None:
    worth = {(0,): 1.0, (1,): 2.0, (2,): 1.5, (3,): 9.0}

    def beside(plan: Plan) -> list[Plan]:
        return [(s,) for s in (plan[0] - 1, plan[0] + 1) if (s,) in worth]

    assert climb((0,), beside, lambda plan: worth[plan]) == [(0,), (1,)]
    assert climb((2,), beside, lambda plan: worth[plan]) == [(2,), (3,)]
    assert climb((3,), lambda plan: [], lambda plan: worth[plan]) == [(3,)]
