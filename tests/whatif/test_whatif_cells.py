"""Demand of a city as cells: nothing lost, each at the centre of its calls; Auckland sited end to end."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenhour.geo.jemss import City, Raster, read_city
from goldenhour.geo.roads import HOT
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.siting import BadSiting, Demand, group_cover, hypercube, mexclp, prefer
from goldenhour.planning.siting.quick.greedy import expected_cover, greedy_cover
from goldenhour.planning.whatif.cells import cells_of_city, cells_of_raster, seconds_to_cells


def raster(value: np.ndarray) -> Raster:
    """About 100 m a cell near the equator, north-west corner at 10 east, 1 north."""
    return Raster(west=10.0, north=1.0, step_lon=0.0009, step_lat=0.0009, value=value)


def test_one_dense_cell_is_where_it_lies() -> None:
    density = np.zeros((20, 20))
    density[3, 7] = 5.0
    cells = cells_of_raster(raster(density), 2.0, cell_m=1000)
    assert cells.calls_per_h == pytest.approx([2.0])
    assert cells.lon == pytest.approx([10 + 7.5 * 0.0009])
    assert cells.lat == pytest.approx([1 - 3.5 * 0.0009])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), cell_m=st.sampled_from([50.0, 300.0, 1000.0, 50_000.0]))
def test_blocks_lose_no_call_and_keep_the_centre(seed: int, cell_m: float) -> None:
    rng = np.random.default_rng(seed)
    density = rng.random((13, 17)) * (rng.random((13, 17)) < 0.5)
    density[0, 0] = 1.0
    cells = cells_of_raster(raster(density), 7.0, cell_m=cell_m)
    assert cells.calls_per_h.sum() == pytest.approx(7)
    assert (cells.calls_per_h > 0).all()
    column = 10 + (np.arange(17) + 0.5) * 0.0009
    assert cells.lon @ cells.calls_per_h / 7 == pytest.approx(float((density @ column).sum() / density.sum()))
    if cell_m == 50_000.0:
        assert len(cells.lon) == 1


def test_an_empty_raster_is_refused() -> None:
    with pytest.raises(BadSiting, match="raster is empty"):
        cells_of_raster(raster(np.zeros((3, 3))), 1.0, cell_m=500)


@pytest.fixture(scope="module")
def auckland(shared: Path) -> City:
    return read_city(shared / "regions" / "jemss" / "auckland")


@pytest.fixture(scope="module")
def demand(auckland: City, tmp_path_factory: pytest.TempPathFactory) -> Demand:
    travel = TravelTimes.build(
        auckland.roads, cache=tmp_path_factory.mktemp("travel"), off_road_kmh=auckland.off_road_kmh
    )
    cells = cells_of_city(auckland)
    seconds = seconds_to_cells(travel, cells, auckland.stations, HOT, km_per_degree=auckland.km_per_degree)
    return Demand(travel_s=seconds, weights=cells.calls_per_h)


def test_auckland_has_its_280_calls_a_day(auckland: City) -> None:
    assert cells_of_city(auckland).calls_per_h.sum() * 24 == pytest.approx(280)
    assert cells_of_city(auckland, priorities=[0]).calls_per_h.sum() * 24 == pytest.approx(159.6)
    with pytest.raises(BadSiting, match="no calls of the priorities"):
        cells_of_city(auckland, priorities=[9])


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
