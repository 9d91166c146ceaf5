"""What numba kernels read: times by node, and the rows of a few stations to every node."""

import numpy as np
import pytest
from numba import njit  # noqa: TID251 - keeps nothing on disk
from street_maps import made_up_town, oracle

from goldenhour.geo.roads import HOT, MODES
from goldenhour.geo.table import NEVER, seconds_between, station_rows
from goldenhour.geo.travel import TravelTimes


@pytest.fixture(scope="module", params=[1, 2, 3])
def travel(request: pytest.FixtureRequest) -> TravelTimes:
    return TravelTimes.build(made_up_town(request.param), cache=None, threads=1)


def test_times_by_node_inside_another_kernel(travel: TravelTimes) -> None:
    @njit
    def all_to_first(k, n):
        out = np.empty(n)
        for v in range(n):
            out[v] = seconds_between(k, v, 0)
        return out

    n = travel.graph.n_nodes
    for mode in range(len(MODES)):
        ours, theirs = all_to_first(travel.kernel(mode), n), oracle(travel.graph, mode, range(n))[:, 0]
        assert np.array_equal(np.isfinite(ours), np.isfinite(theirs))
        reached = np.isfinite(theirs)
        assert np.abs(ours[reached] - theirs[reached]).max() <= travel.kernel(mode).quantum_s / 2 + 2e-3


@pytest.mark.parametrize("to_nodes", [True, False])
def test_station_rows_hold_the_off_road_leg_and_round_once_more(travel: TravelTimes, to_nodes: bool) -> None:
    k = travel.kernel(HOT)
    stations = travel.spots(travel.snap_many([174.701, 174.710, 174.715], [-36.899, -36.8905, -36.885]), HOT)
    rows = station_rows(k, stations, to_nodes=to_nodes)
    assert rows.shape == (travel.graph.n_nodes, 4)
    assert (rows[:, 3] == NEVER).all()
    times = travel.matrix(stations, k.node, HOT).T if to_nodes else travel.matrix(k.node, stations, HOT)
    assert np.array_equal(rows[:, :3] == NEVER, ~np.isfinite(times))
    reached = np.isfinite(times)
    assert np.abs(rows[:, :3][reached] * k.quantum_s - times[reached]).max() <= k.quantum_s / 2 + 2e-3
