"""The twin against closed forms of queueing theory: no travel, exponential service, one station."""

import math

import numpy as np
import pytest
from little_town import ALS, LittleTown, calls_of, rules_of

from goldenhour.planning.twin.simulate import Fleet, simulate

STATION = 3  # "West": 10 m off the road
SERVICE_S = 1800.0


def erlang_b(servers: int, load: float) -> float:
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    b = erlang_b(servers, load)
    return b / (1 - load / servers * (1 - b))


def play(town: LittleTown, *, servers: int, load: float, n: int, **fields: float):
    """Everybody is at one station, and so are all calls: only the service takes time."""
    calls = calls_of(town, n=n, seed=3, per_hour=load * 3600 / SERVICE_S)
    calls["ready_s"] = calls["arrival_s"]
    calls["node"] = town.town.town["stop_node"][0, STATION]
    calls["on_scene_s"] = np.random.default_rng(4).exponential(SERVICE_S, n)
    calls["transport"], calls["turnout_s"], calls["level"], calls["off_m"] = 0, 0.0, 1, 0.0
    town.town.town["stop_off_m"][0, STATION] = 0.0
    rows = town.town.rows[:, calls["node"][0], STATION]
    kept = rows.copy()
    rows[:] = 0
    try:
        outcome = simulate(
            town.town,
            rules_of(town, **fields),
            calls,
            Fleet.always_on([STATION] * servers, [ALS] * servers),
            covers=town.covers,
        )
    finally:
        rows[:] = kept
        town.town.town["stop_off_m"][0, STATION] = 10.0
    return calls, outcome


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 2.1), (8, 6.8)])
def test_waiting_is_that_of_an_m_m_c_queue(town, servers, load):
    calls, outcome = play(town, servers=servers, load=load, n=400_000)
    wait_s = outcome.places["arrived_s"][:, 0] - calls["arrival_s"]
    chance = erlang_c(servers, load)
    assert (wait_s > 1e-6).mean() == pytest.approx(chance, rel=0.03)
    assert wait_s.mean() == pytest.approx(chance * SERVICE_S / (servers - load), rel=0.06)
    assert outcome.units["busy_s"].sum() / servers / calls["arrival_s"][-1] == pytest.approx(load / servers, rel=0.01)


@pytest.mark.parametrize(("servers", "load"), [(2, 1.5), (6, 5.0)])
def test_with_mutual_aid_calls_are_lost_as_erlang_says(town, servers, load):
    _, outcome = play(town, servers=servers, load=load, n=400_000, mutual_aid=1)
    lost = np.isnan(outcome.places["arrived_s"][:, 0]).mean()
    assert lost == pytest.approx(erlang_b(servers, load), rel=0.02)
    assert math.isclose(outcome.left_waiting, 0)
