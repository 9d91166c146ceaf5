"""The approximate hypercube against closed forms and against the exact hypercube of few units."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import town

from goldenhour.planning.siting import BadSiting, Objective, Screened, hypercube, prefer, screen, worth_by_kind
from goldenhour.planning.siting.hypercube import correction, erlang_c


def by_unit(times: np.ndarray, calls_per_h: np.ndarray, service_s: float) -> Screened:
    """The hypercube with one unit per column; answers per demand point."""
    preferences = prefer(times, calls_per_h)
    found = hypercube(preferences, np.arange(times.shape[1]), service_s=service_s)
    return Screened(busy=found.busy, answers=found.answers[preferences.kind], waits=found.waits, settled=found.settled)


def exact_hypercube(order: np.ndarray, share: np.ndarray, offered: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Busy fractions, chance that each unit answers at once (points, units), and that all are out.

    Balance of the 2^N states and, beyond them, the queue: from "all out" the work in hand grows as an M/M/N queue, so
    the states with calls waiting are summed in closed form (Larson 1974). Time is in mean service times.
    """
    units = order.shape[1]
    states, full = 1 << units, (1 << units) - 1
    rates = np.zeros((states, states))
    for state in range(full):
        for point, row in enumerate(order):
            first = next(u for u in row if not state >> u & 1)
            rates[state, state | 1 << first] += offered * share[point]
    for state in range(1, states):
        for u in range(units):
            if state >> u & 1:
                rates[state, state & ~(1 << u)] += 1.0
    balance = (rates - np.diag(rates.sum(axis=1))).T
    balance[-1] = 1.0
    chance = np.linalg.solve(balance, np.eye(states)[-1])
    load = offered / units
    waiting = chance[full] * load / (1 - load)
    chance = chance / (1 + waiting)
    all_out = (chance[full] * (1 + load / (1 - load))).item()
    busy = np.array([sum(chance[s] for s in range(states) if s >> u & 1) for u in range(units)])
    busy = busy + all_out - chance[full]
    answers = np.zeros((len(order), units))
    for state in range(full):
        for point, row in enumerate(order):
            answers[point, next(u for u in row if not state >> u & 1)] += chance[state]
    return busy, answers, all_out


@settings(max_examples=60, deadline=None)
@given(units=st.integers(1, 30), load=st.floats(0.05, 0.97))
def test_erlang_c_is_the_textbook_recursion(units: int, load: float) -> None:
    """B(n) = a B(n-1) / (n + a B(n-1)); C = B / (1 - r (1 - B))."""
    offered, blocked = units * load, 1.0
    for n in range(1, units + 1):
        blocked = offered * blocked / (n + offered * blocked)
    assert erlang_c(offered, units) == pytest.approx(blocked / (1 - load * (1 - blocked)), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(units=st.integers(2, 12), load=st.floats(0.05, 0.9))
def test_units_chosen_at_random_are_a_plain_m_m_c(units: int, load: float) -> None:
    """Were the order of units random, the k-1 first busy and the next free is a count of M/M/c states."""
    offered = units * load
    k = np.arange(units)
    log_terms = k * np.log(offered) - np.cumsum(np.log(np.maximum(k, 1)))
    chance = np.exp(log_terms)
    chance = chance / chance.sum() * (1 - erlang_c(offered, units))
    q = correction(offered, units)
    for m in range(units):
        direct = 0.0
        for busy in range(m, units):  # m asked are busy, the next is free, of `busy` busy units
            ways = np.prod([(busy - i) / (units - i) for i in range(m)]) * (units - busy) / (units - m)
            direct += chance[busy] * ways
        assert q[m] * load**m * (1 - load) == pytest.approx(direct, rel=1e-8)


def test_alike_units_share_the_work_of_m_m_c() -> None:
    """Every order of three units equally often: each is busy a/N and the queue is Erlang's."""
    times = np.array([[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]], dtype=float)
    found = by_unit(times, np.full(6, 0.5), 2400.0)
    assert found.settled
    assert found.busy == pytest.approx(np.full(3, 2 / 3))
    assert found.waits == pytest.approx(erlang_c(2.0, 3))
    assert found.answers.sum(axis=1) == pytest.approx(np.ones(6))


def test_one_unit_is_busy_as_much_as_it_is_offered() -> None:
    found = by_unit(np.array([[100.0], [200.0]]), np.array([0.5, 0.5]), 1800.0)
    assert found.busy == pytest.approx([0.5])
    assert found.waits == pytest.approx(0.5)


@pytest.mark.parametrize("load", [0.2, 0.4, 0.6, 0.8])
@pytest.mark.parametrize("seed", range(4))
def test_near_the_exact_hypercube(seed: int, load: float) -> None:
    demand = town(seed, points=30, sites=5)
    calls_per_h = demand.weights / demand.weights.sum() * 5 * load
    order = np.argsort(demand.travel_s, axis=1)
    busy, answers, all_out = exact_hypercube(order, calls_per_h / calls_per_h.sum(), 5 * load)
    found = by_unit(demand.travel_s, calls_per_h, 3600.0)
    assert busy.mean() == pytest.approx(load, abs=1e-9)
    assert found.waits == pytest.approx(all_out, abs=1e-9)
    assert np.abs(found.busy - busy).max() < 0.03
    share = calls_per_h / calls_per_h.sum()
    assert np.abs(share @ (found.answers - all_out / 5) - share @ answers).max() < 0.03


def test_screen_ranks_a_spread_plan_above_a_heap() -> None:
    demand = town(7, points=80, sites=6)
    calls = demand.weights / demand.weights.sum() * 2
    preferences = prefer(demand.travel_s, calls)
    value = worth_by_kind(Objective(target_s=300), demand.travel_s, preferences)
    worth = {
        sites: screen(preferences, value, np.array(sites), service_s=3600)
        for sites in [(0, 1, 2, 3, 4, 5), (0, 0, 0, 0, 0, 0)]
    }
    assert 0 < worth[0, 0, 0, 0, 0, 0] < worth[0, 1, 2, 3, 4, 5] < 1


def test_more_work_than_units_is_refused() -> None:
    with pytest.raises(BadSiting, match="units busy and there are 2"):
        by_unit(np.array([[1.0, 2.0]]), np.array([2.0]), 3600.0)


@pytest.mark.parametrize("calls", [[-1.0], [0.0], [1.0, 1.0]])
def test_bad_calls_are_refused(calls: list[float]) -> None:
    with pytest.raises(BadSiting, match="calls per hour"):
        prefer(np.array([[1.0, 2.0]]), np.array(calls))


def test_units_at_one_site_share_its_calls_in_their_order() -> None:
    preferences = prefer(np.array([[10.0, 90.0], [90.0, 10.0]]), np.array([0.5, 0.5]))
    found = hypercube(preferences, np.array([0, 0, 1]), service_s=3600.0)
    assert found.busy[0] > found.busy[1]
    assert found.busy.sum() == pytest.approx(1.0)
    alone = by_unit(np.array([[1.0, 2.0, 3.0], [2.0, 3.0, 1.0]]), np.array([0.5, 0.5]), 3600.0)
    assert found.busy == pytest.approx(alone.busy)


@pytest.mark.parametrize("site_of", [[], [2], [-1]])
def test_a_unit_without_a_site_is_refused(site_of: list[int]) -> None:
    with pytest.raises(BadSiting, match="every unit wants one of the 2 sites"):
        hypercube(prefer(np.ones((1, 2)), np.ones(1)), np.array(site_of, dtype=np.int64), service_s=60.0)


def test_worth_by_kind_keeps_the_worth_of_the_whole() -> None:
    """With one unit, the screen is the plain mean over calls."""
    demand = town(8, points=50, sites=4)
    preferences = prefer(demand.travel_s, demand.weights / 1000)
    goal = Objective(kind="survival")
    value = worth_by_kind(goal, demand.travel_s, preferences)
    direct = demand.weights @ goal.value(demand.travel_s[:, 2]) / demand.total
    assert screen(preferences, value, np.array([2]), service_s=600.0) == pytest.approx(direct)


def test_a_mean_over_a_missing_road_is_refused() -> None:
    travel_s = np.array([[100.0, np.inf], [100.0, 200.0]])
    preferences = prefer(travel_s, np.ones(2))
    with pytest.raises(BadSiting, match="ask for share or survival"):
        worth_by_kind(Objective(kind="mean"), travel_s, preferences)
    assert worth_by_kind(Objective(kind="share"), travel_s, preferences).tolist() == [[1.0, 0.5]]
