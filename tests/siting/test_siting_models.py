"""The exact models find what trying every plan finds, and say so when they cannot."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import open_sites, placements, town, towns

from goldenhour.planning.siting import (
    LARSEN,
    BadSiting,
    Demand,
    Limits,
    Objective,
    Standing,
    ddsm,
    group_cover,
    mclp,
    mexclp,
    pmedian,
)
from goldenhour.planning.siting.quick.greedy import greedy_cover, greedy_sites
from goldenhour.planning.siting.quick.interchange import iterated_swaps
from goldenhour.planning.siting.quick.median import median_swaps
from goldenhour.planning.siting.quick.median_thin import thin_median
from goldenhour.planning.siting.quick.thin import thin

TARGET_S = 480.0


def covered(demand: Demand, units_at: np.ndarray, target_s: float = TARGET_S) -> float:
    return float(demand.weights @ ((demand.travel_s <= target_s) @ units_at > 0))


def expected(demand: Demand, units_at: np.ndarray, q: float) -> float:
    return float(demand.weights @ (1 - q ** ((demand.travel_s <= TARGET_S) @ units_at)))


@settings(max_examples=60, deadline=None)
@given(demand=towns(), data=st.data())
def test_mclp_is_the_best_of_all_plans(demand: Demand, data: st.DataObject) -> None:
    units = data.draw(st.integers(1, demand.sites))
    best = max(covered(demand, plan) for plan in open_sites(demand.sites, units))
    answer = mclp(demand, units, target_s=TARGET_S)
    assert answer.status == "optimal"
    assert answer.value == pytest.approx(best)
    plan = np.array(answer.units_at)
    assert plan.sum() == units
    assert plan.max() <= 1
    assert covered(demand, plan) == pytest.approx(best)


@settings(max_examples=30, deadline=None)
@given(demand=towns(), data=st.data())
def test_mclp_keeps_the_posts_that_must_stay(demand: Demand, data: st.DataObject) -> None:
    units = data.draw(st.integers(1, demand.sites))
    stay = np.zeros(demand.sites, dtype=np.int64)
    stay[data.draw(st.permutations(range(demand.sites)))[: data.draw(st.integers(0, units))]] = 1
    best = max(covered(demand, plan) for plan in open_sites(demand.sites, units) if (plan >= stay).all())
    answer = mclp(demand, units, target_s=TARGET_S, fixed=stay)
    assert answer.value == pytest.approx(best)
    assert (np.array(answer.units_at) >= stay).all()


@pytest.mark.parametrize("seed", range(6))
def test_mclp_of_a_larger_town_is_what_the_plain_model_finds(seed: int) -> None:
    """Swaps and prices must not cost the optimum: the plain programme over all sites is the judge."""
    from goldenhour.planning.siting.mclp import _programme
    from goldenhour.planning.siting.mip import solve

    demand = town(seed, points=400, sites=40)
    groups = group_cover(demand, 150.0)
    plain = solve(_programme(groups.covers, groups.weights, 6, np.zeros(40, dtype=bool)), Limits())
    answer = mclp(demand, 6, target_s=150.0)
    assert answer.status == "optimal"
    assert answer.value == pytest.approx(plain.value)
    assert covered(demand, np.array(answer.units_at), 150.0) == pytest.approx(plain.value)


@settings(max_examples=40, deadline=None)
@given(demand=towns(most_sites=6), data=st.data())
def test_prices_bound_the_best_and_lose_nothing(demand: Demand, data: st.DataObject) -> None:
    units = data.draw(st.integers(1, demand.sites))
    groups = group_cover(demand, TARGET_S)
    if not groups.size or units == demand.sites:
        return
    best = max(covered(demand, plan) for plan in open_sites(demand.sites, units))
    found = thin(groups.covers, groups.weights, greedy_sites(groups.covers, groups.weights, units))
    assert found.bound >= best - 1e-6
    assert found.value <= best + 1e-9
    within = [p for p in open_sites(demand.sites, units) if (p <= found.keep).all() and (p >= found.must).all()]
    assert max(covered(demand, plan) for plan in within) == pytest.approx(best)


@settings(max_examples=40, deadline=None)
@given(demand=towns(most_sites=6), data=st.data())
def test_median_prices_bound_the_best_and_lose_nothing(demand: Demand, data: st.DataObject) -> None:
    units = data.draw(st.integers(1, demand.sites))
    cost = np.where(np.isfinite(demand.travel_s), demand.travel_s, 5000.0)

    def total(plan: np.ndarray) -> float:
        return float(demand.weights @ np.where(plan > 0, cost, np.inf).min(axis=1))

    plan = median_swaps(cost, demand.weights, units)
    best = min(total(p) for p in open_sites(demand.sites, units))
    found = thin_median(cost, demand.weights, plan, total(plan))
    assert found.bound <= best + 1e-6
    within = [p for p in open_sites(demand.sites, units) if (p <= found.keep).all() and (p >= found.must).all()]
    assert min(total(p) for p in within) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_pmedian_of_a_larger_town_is_the_best_of_all_plans(seed: int) -> None:
    demand = town(seed, points=120, sites=16)
    best = min(float(demand.weights @ np.where(p > 0, demand.travel_s, np.inf).min(axis=1)) for p in open_sites(16, 4))
    answer = pmedian(demand.travel_s, demand.weights, 4).answer
    assert answer.status == "optimal"
    assert answer.value == pytest.approx(best / demand.total)


def test_swaps_never_lose_and_are_the_same_twice() -> None:
    groups = group_cover(town(3, points=300, sites=30), 150.0)
    greedy = greedy_sites(groups.covers, groups.weights, 5)
    swapped = iterated_swaps(groups.covers, groups.weights, greedy)
    assert groups.weights @ (groups.covers @ swapped > 0) >= groups.weights @ (groups.covers @ greedy > 0)
    assert np.array_equal(swapped, iterated_swaps(groups.covers, groups.weights, greedy))


@settings(max_examples=60, deadline=None)
@given(demand=towns(most_sites=5), units=st.integers(1, 4), q=st.floats(0.05, 0.95))
def test_mexclp_is_the_best_of_all_placements(demand: Demand, units: int, q: float) -> None:
    best = max(expected(demand, plan, q) for plan in placements(demand.sites, units))
    answer = mexclp(demand, units, target_s=TARGET_S, q=q)
    assert answer.status == "optimal"
    assert answer.value == pytest.approx(best, abs=1e-6)
    assert expected(demand, np.array(answer.units_at), q) == pytest.approx(best, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(demand=towns(most_sites=5), units=st.integers(1, 5), q=st.floats(0.0, 0.95))
def test_greedy_reaches_what_theory_promises(demand: Demand, units: int, q: float) -> None:
    """At least 1 - 1/e of the best (Nemhauser, Wolsey & Fisher 1978)."""
    best = max(expected(demand, plan, q) for plan in placements(demand.sites, units))
    plan = greedy_cover(group_cover(demand, TARGET_S), units, q=q, most_at=np.full(demand.sites, units))
    assert plan.sum() == units
    assert expected(demand, plan, q) >= (1 - 1 / np.e) * best - 1e-9


@settings(max_examples=60, deadline=None)
@given(demand=towns(most_sites=6), data=st.data())
def test_pmedian_is_the_best_of_all_plans(demand: Demand, data: st.DataObject) -> None:
    units = data.draw(st.integers(1, demand.sites))
    use = np.isfinite(demand.travel_s).any(axis=1) & (demand.weights > 0)
    if not use.any():
        with pytest.raises(BadSiting, match="no demand"):
            pmedian(demand.travel_s, demand.weights, units)
        return

    def mean_s(plan: np.ndarray) -> float:
        nearest = np.where(plan > 0, demand.travel_s[use], np.inf).min(axis=1)
        return float(demand.weights[use] @ nearest / demand.weights[use].sum())

    best = min(mean_s(plan) for plan in open_sites(demand.sites, units))
    served = pmedian(demand.travel_s, demand.weights, units)
    if np.isinf(best):
        assert served.answer.status == "infeasible"
        assert served.answer.units_at is None
        assert served.answer.value is None
        return
    assert served.answer.status == "optimal"
    assert served.answer.value == pytest.approx(best)
    assert mean_s(np.array(served.answer.units_at)) == pytest.approx(best)


def test_pmedian_over_survival_saves_more_lives_than_over_seconds() -> None:
    demand = town(5, points=60, sites=9, side_s=1500.0)
    lives = Objective(kind="survival", delay_s=120.0)

    def survivors(units_at: list[int] | None) -> float:
        nearest = np.where(np.array(units_at) > 0, demand.travel_s, np.inf).min(axis=1)
        return float(demand.weights @ LARSEN.at(nearest + 120.0))

    by_lives = pmedian(lives.cost(demand.travel_s), demand.weights, 2).answer
    by_seconds = pmedian(demand.travel_s, demand.weights, 2).answer
    best = max(survivors(plan.tolist()) for plan in open_sites(9, 2))
    assert survivors(by_lives.units_at) == pytest.approx(best)
    assert survivors(by_lives.units_at) >= survivors(by_seconds.units_at)


@settings(max_examples=40, deadline=None)
@given(
    demand=towns(most_points=8, most_sites=4),
    alpha=st.sampled_from([0.0, 0.5, 1.0]),
    cost_per_s=st.sampled_from([0.0, 0.001, 0.1]),
    data=st.data(),
)
def test_ddsm_is_the_best_of_all_assignments(
    demand: Demand, alpha: float, cost_per_s: float, data: st.DataObject
) -> None:
    units = data.draw(st.integers(1, 3))
    seconds = st.lists(st.integers(0, 900), min_size=demand.sites, max_size=demand.sites)
    drive_s = np.array([data.draw(seconds) for _ in range(units)], dtype=float)
    rules = Standing(near_s=240, far_s=480, alpha=alpha, cost_per_s=cost_per_s)

    def worth(posts: tuple[int, ...]) -> float:
        at = np.bincount(posts, minlength=demand.sites)
        once, twice = ((demand.travel_s <= 240) @ at >= k for k in (1, 2))
        far = (demand.travel_s <= 480) @ at >= 1
        short = max(0.0, alpha * demand.total - demand.weights @ once) + demand.total - demand.weights @ far
        return float(
            demand.weights @ twice - cost_per_s * sum(drive_s[u, p] for u, p in enumerate(posts)) - 1e3 * short
        )

    best = max(worth(posts) for posts in product(range(demand.sites), repeat=units))
    found = ddsm(demand, drive_s, rules=rules, limits=Limits(gap=0.0))
    assert found.answer.status == "optimal"
    assert found.post_of is not None
    assert worth(tuple(found.post_of)) == pytest.approx(best, rel=1e-5, abs=1e-4)


def test_ddsm_says_what_it_could_not_keep() -> None:
    demand = Demand(travel_s=np.array([[100.0], [400.0], [2000.0]]), weights=np.array([1.0, 2.0, 4.0]))
    found = ddsm(demand, np.array([[0.0]]), rules=Standing(near_s=200, far_s=600, alpha=0.5))
    assert found.short_of_alpha == pytest.approx(0.5 * 7 - 1)
    assert found.beyond_far == pytest.approx(4)


def test_ddsm_without_a_post_for_a_unit_is_infeasible() -> None:
    demand = Demand(travel_s=np.array([[100.0]]), weights=np.array([1.0]))
    found = ddsm(demand, np.array([[np.inf]]), rules=Standing(near_s=200, far_s=600, alpha=0.5))
    assert found.answer.status == "infeasible"
    assert found.post_of is None
    assert found.covered_twice is None


def test_more_fixed_posts_than_units_is_infeasible_and_shows_no_number() -> None:
    answer = mclp(town(1, points=9, sites=4), 1, target_s=300, fixed=np.array([1, 1, 0, 0]))
    assert answer.status == "infeasible"
    assert not answer.usable
    assert answer.value is None


def test_time_out_is_flagged_with_its_gap_and_still_a_plan() -> None:
    """A town too large for a few milliseconds: the answer is the swap plan, and says how far off it may be."""
    demand = town(2, points=600, sites=80)
    answer = mclp(demand, 8, target_s=220.0, limits=Limits(time_s=0.005))
    assert answer.status == "time_limit"
    assert not answer.proven
    assert answer.gap is not None
    assert answer.gap > 0
    assert answer.bound is not None
    assert answer.value is not None
    assert answer.bound >= answer.value
    assert covered(demand, np.array(answer.units_at), 220.0) == pytest.approx(answer.value)


def test_pmedian_out_of_time_is_flagged() -> None:
    demand = town(2, points=200, sites=60)
    answer = pmedian(demand.travel_s, demand.weights, 6, limits=Limits(time_s=0.005)).answer
    assert answer.status == "time_limit"
    assert answer.gap is not None
    assert answer.gap > 0


def test_demand_beyond_every_site_is_named() -> None:
    demand = Demand(travel_s=np.array([[100.0, 900.0], [900.0, np.inf]]), weights=np.array([3.0, 1.0]))
    answer = mclp(demand, 1, target_s=480)
    assert answer.units_at == [1, 0]
    assert answer.share == pytest.approx(0.75)
    assert "25.0%" in answer.note


@settings(max_examples=60, deadline=None)
@given(demand=towns())
def test_groups_hold_all_demand_once(demand: Demand) -> None:
    groups = group_cover(demand, TARGET_S)
    assert groups.weights.sum() + groups.beyond == pytest.approx(demand.total)
    assert len({row.tobytes() for row in groups.covers}) == groups.size
    for point, group in enumerate(groups.group_of):
        row = demand.travel_s[point] <= TARGET_S
        assert (not row.any()) if group < 0 else np.array_equal(groups.covers[group], row)


@pytest.mark.parametrize(
    ("travel_s", "weights", "says"),
    [
        ([[-1.0]], [1.0], "row 0 to site 0 is -1"),
        ([[1.0, np.nan]], [1.0], "row 0 to site 1 is nan"),
        ([[1.0]], [-1.0], "weights"),
        ([[1.0]], [np.nan], "weights"),
        ([[1.0]], [0.0], "all weights are 0"),
        ([[1.0]], [1.0, 2.0], "weights for 1"),
        ([], [], "at least one"),
    ],
)
def test_bad_demand_is_refused(travel_s: list[list[float]], weights: list[float], says: str) -> None:
    with pytest.raises(BadSiting, match=says):
        Demand(travel_s=np.array(travel_s), weights=np.array(weights))


@pytest.mark.parametrize("q", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_q_outside_its_range_is_refused(q: float) -> None:
    with pytest.raises(BadSiting, match="busy fraction"):
        mexclp(town(1, points=5, sites=3), 2, target_s=300, q=q)


@pytest.mark.parametrize("units", [0, 5])
def test_a_number_of_units_that_cannot_stand_is_refused(units: int) -> None:
    with pytest.raises(BadSiting, match="units"):
        mclp(town(1, points=5, sites=4), units, target_s=300)
