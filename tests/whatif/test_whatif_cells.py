"""Demand of a city as cells: nothing lost, each at the centre of its calls; Auckland sited end to end."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenhour.geo.jemss import City, read_city
from goldenhour.geo.roads import HOT
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.siting import BadSiting, Demand, group_cover, hypercube, mexclp, prefer
from goldenhour.planning.siting.quick.greedy import expected_cover, greedy_cover
from goldenhour.planning.whatif.cells import DemandCells, cells_of_points, seconds_to_cells


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), cell_m=st.sampled_from([50.0, 300.0, 1000.0, 90_000.0]))
def test_blocks_lose_no_call_and_keep_the_centre(seed: int, cell_m: float) -> None:
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(10.0, 10.1, 80), rng.uniform(1.0, 1.1, 80)
    calls = rng.random(80) * (rng.random(80) < 0.5) + (np.arange(80) == 0)
    cells = cells_of_points(lon, lat, calls, cell_m=cell_m)
    assert cells.calls.sum() == pytest.approx(calls.sum())
    assert (cells.calls > 0).all()
    assert cells.lon @ cells.calls == pytest.approx(lon @ calls)
    assert cells.lat @ cells.calls == pytest.approx(lat @ calls)
    if cell_m == 90_000.0:
        assert len(cells.lon) == 1


def test_no_demand_is_refused() -> None:
    with pytest.raises(BadSiting, match="all calls are 0"):
        cells_of_points(np.array([10.0]), np.array([1.0]), np.array([0.0]))


@pytest.fixture(scope="module")
def auckland(shared: Path) -> City:
    return read_city(shared / "regions" / "jemss" / "auckland")


def cells_of(city: City) -> DemandCells:
    lon, lat, calls = [], [], []
    for part in city.demand:
        row, column = np.nonzero(part.where.value)
        lon.append(part.where.west + (column + 0.5) * part.where.step_lon)
        lat.append(part.where.north - (row + 0.5) * part.where.step_lat)
        here = part.where.value[row, column]
        calls.append(part.calls_per_day / 24 * here / here.sum())
    return cells_of_points(np.concatenate(lon), np.concatenate(lat), np.concatenate(calls))


@pytest.fixture(scope="module")
def demand(auckland: City, tmp_path_factory: pytest.TempPathFactory) -> Demand:
    travel = TravelTimes.build(
        auckland.roads, cache=tmp_path_factory.mktemp("travel"), off_road_kmh=auckland.off_road_kmh
    )
    scale = auckland.km_per_degree
    stations = auckland.stations
    node, off_m = travel.node_index(km_per_degree=scale).nearest([s.lon for s in stations], [s.lat for s in stations])
    cells = cells_of(auckland)
    seconds = seconds_to_cells(travel, cells, HOT, node=node, off_m=off_m, km_per_degree=scale)
    return Demand(travel_s=seconds, weights=cells.calls)


def test_auckland_has_its_280_calls_a_day_in_some_thousand_cells(demand: Demand) -> None:
    assert demand.total * 24 == pytest.approx(280)
    assert 500 < len(demand.weights) < 2500


def test_greedy_finds_the_optimum_of_auckland(demand: Demand) -> None:
    """As the planning notes measured: 16 units, 14 stations, the same optimum as HiGHS."""
    groups = group_cover(demand, 420.0)
    exact = mexclp(demand, 16, target_s=420.0, q=0.3)
    greedy = greedy_cover(groups, 16, q=0.3, most_at=np.full(14, 16))
    assert exact.status == "optimal"
    assert expected_cover(groups, greedy, 0.3) == pytest.approx(exact.value)


def test_auckland_as_it_is_stands_worse_than_sited(auckland: City, demand: Demand) -> None:
    today = np.bincount([ambulance.station for ambulance in auckland.ambulances], minlength=14)
    sited = mexclp(demand, 16, target_s=420.0, q=0.5)
    assert sited.value is not None
    assert expected_cover(group_cover(demand, 420.0), today, 0.5) < sited.value


def test_auckland_keeps_its_units_as_busy_as_its_calls(auckland: City, demand: Demand) -> None:
    at = np.array([ambulance.station for ambulance in auckland.ambulances])
    found = hypercube(prefer(demand.travel_s, demand.weights), at, service_s=2700.0)
    assert found.settled
    assert found.busy.sum() == pytest.approx(280 / 24 * 0.75)
