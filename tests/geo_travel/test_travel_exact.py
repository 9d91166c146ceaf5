"""Travel times equal the plain shortest path, from any place to any other, by table and by hierarchy."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street_maps import graph_of, made_up_town, oracle, oracle_between_places

from goldenhour.geo.jemss import read_roads
from goldenhour.geo.region.network import road_graph
from goldenhour.geo.region.osm.reading import read_osm
from goldenhour.geo.roads import COLD, HOT, MODES, RoadGraph
from goldenhour.geo.snap import Place
from goldenhour.geo.spots import at_nodes
from goldenhour.geo.travel import TravelTimes

ENGINES = ({}, {"table_limit": 0})


def tolerance_s(travel: TravelTimes, mode: int) -> float:
    """Half a quantum of the table and a millisecond of float32; the hierarchy only the latter."""
    engine = travel.summary["quantum_s"]
    return (engine[mode] / 2 if engine else 0.0) + 2e-3


def assert_same_times(travel: TravelTimes, mode: int, ours: np.ndarray, theirs: np.ndarray) -> None:
    assert np.array_equal(np.isfinite(ours), np.isfinite(theirs))
    reached = np.isfinite(theirs)
    assert np.abs(ours[reached] - theirs[reached]).max(initial=0.0) <= tolerance_s(travel, mode)


def place_on(graph: RoadGraph, arc: int, fraction: float) -> Place:
    return Place(lon=0, lat=0, arc=arc, fraction=fraction, off_road_m=0.0, road_lon=0, road_lat=0)


@pytest.mark.parametrize("engine", ENGINES, ids=["table", "hierarchy"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_node_of_a_made_up_town(engine: dict[str, int], seed: int) -> None:
    graph = made_up_town(seed)
    travel = TravelTimes.build(graph, cache=None, threads=1, **engine)
    for mode in range(len(MODES)):
        nodes = at_nodes(graph, travel.chains, mode)
        ours = travel.matrix(nodes, nodes, mode)
        assert_same_times(travel, mode, ours, oracle(graph, mode, range(graph.n_nodes)))


@pytest.mark.parametrize("engine", ENGINES, ids=["table", "hierarchy"])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_places_part_way_along_streets(engine: dict[str, int], seed: int) -> None:
    graph = made_up_town(seed)
    travel = TravelTimes.build(graph, cache=None, threads=1, **engine)
    rng = np.random.default_rng(seed)
    open_ = np.flatnonzero(np.isfinite(graph.seconds).all(axis=0))
    arcs = np.concatenate([rng.choice(open_, 12), rng.choice(open_, 2).repeat(3)])
    places = [place_on(graph, int(a), float(f)) for a, f in zip(arcs, rng.random(len(arcs)), strict=True)]
    for mode in (HOT, COLD):
        ours = travel.many_to_many(places, places, mode)
        theirs = oracle_between_places(graph, travel.chains.reverse, mode, places)
        assert_same_times(travel, mode, ours, theirs)


def test_the_other_direction_of_a_street_is_the_same_place() -> None:
    graph = graph_of([0, 0.01], [0, 0], [(0, 1, 60, 90), (1, 0, 60, 90)])
    travel = TravelTimes.build(graph, cache=None)
    there, back = place_on(graph, 0, 0.25), place_on(graph, 1, 0.75)
    assert travel.seconds(there, back, HOT) == 0
    assert travel.seconds(travel.at_node(0), back, COLD) == pytest.approx(22.5)


def test_a_one_way_street_is_driven_round_the_block() -> None:
    square = graph_of([0, 0.01, 0.01, 0], [0, 0, 0.01, 0.01], [(i, (i + 1) % 4, 10, 15) for i in range(4)])
    travel = TravelTimes.build(square, cache=None)
    ahead, behind = place_on(square, 0, 0.8), place_on(square, 0, 0.2)
    assert travel.seconds(behind, ahead, HOT) == pytest.approx(6.0, abs=0.03)
    assert travel.seconds(ahead, behind, HOT) == pytest.approx(34.0, abs=0.03)


JUNCTIONS = {"auckland": 4251, "manhattan": 4328}  # measured by others on the same roads (planning.md)


@pytest.fixture(scope="module", params=["auckland", "manhattan", "liechtenstein-latest.osm.pbf", "baltimore.osm.pbf"])
def real_roads(request: pytest.FixtureRequest, shared: Path) -> tuple[str, RoadGraph]:
    if request.param in JUNCTIONS:
        return request.param, read_roads(shared / "regions/jemss" / request.param)
    return request.param, road_graph(read_osm(shared / "regions" / request.param))[0]


@pytest.mark.parametrize("engine", ENGINES, ids=["table", "hierarchy"])
def test_random_pairs_on_real_roads(real_roads: tuple[str, RoadGraph], engine: dict[str, int]) -> None:
    name, graph = real_roads
    travel = TravelTimes.build(graph, cache=None, **engine)
    rng = np.random.default_rng(7)
    sources, ends = rng.integers(0, graph.n_nodes, 20), rng.integers(0, graph.n_nodes, 400)
    for mode in (HOT, COLD):
        ours = travel.many_to_many(
            [travel.at_node(int(v)) for v in sources], [travel.at_node(int(v)) for v in ends], mode
        )
        assert_same_times(travel, mode, ours, oracle(graph, mode, sources)[:, ends])
    assert travel.chains.n_junctions == JUNCTIONS.get(name, travel.chains.n_junctions)
