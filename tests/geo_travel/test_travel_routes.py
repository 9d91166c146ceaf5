"""The way itself: its line, its seconds, where a unit is on it, the turns, and the area within reach."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring
from street_maps import graph_of, made_up_town, oracle

from goldenhour.geo.metric import distance_m
from goldenhour.geo.roads import COLD, EARTH_M_PER_DEGREE, HOT
from goldenhour.geo.route.drive import NoWay
from goldenhour.geo.travel import TravelTimes

# Main Street runs east from 0 over 1 to 2, Hill Road north from 1 over a bend to 3, Mill Lane west from 3.
TOWN = graph_of(
    [174.700, 174.710, 174.720, 174.710, 174.700],
    [-36.900, -36.900, -36.900, -36.892, -36.892],
    [
        *((a, b, 60, 90, 0) for a, b in ((0, 1), (1, 0), (1, 2), (2, 1))),
        *((a, b, 80, 120, 1) for a, b in ((1, 3), (3, 1))),
        *((a, b, 70, 100, 2) for a, b in ((3, 4), (4, 3))),
    ],
    names=("Main Street", "Hill Road", "Mill Lane"),
    shapes=[[], [], [], [], [(174.712, -36.896)], [(174.712, -36.896)], [], []],
)


@pytest.fixture(scope="module")
def town() -> TravelTimes:
    return TravelTimes.build(TOWN, cache=None)


def test_the_turn_list_names_each_street(town: TravelTimes) -> None:
    route = town.route(town.at_node(0), town.at_node(4), HOT)
    assert [(turn.act, turn.street) for turn in route.turns] == [
        ("depart", "Main Street"),
        ("left", "Hill Road"),
        ("left", "Mill Lane"),
        ("arrive", "Mill Lane"),
    ]
    assert route.turns[0].seconds == pytest.approx(60)
    assert route.turns[-1].after_s == pytest.approx(route.seconds) == pytest.approx(210)


def test_straight_on_under_the_same_name_is_not_told(town: TravelTimes) -> None:
    acts = [turn.act for turn in town.route(town.at_node(0), town.at_node(2), HOT).turns]
    assert acts == ["depart", "arrive"]


def test_the_line_follows_the_bend_of_the_street(town: TravelTimes) -> None:
    route = town.route(town.at_node(1), town.at_node(3), COLD)
    assert (174.712, -36.896) in set(zip(route.lon.tolist(), route.lat.tolist(), strict=True))
    assert route.seconds == pytest.approx(120)


def test_where_a_unit_is_part_way(town: TravelTimes) -> None:
    route = town.route(town.at_node(0), town.at_node(2), HOT)
    quarter = route.at(30)
    assert (quarter.lon, quarter.lat) == (pytest.approx(174.705), pytest.approx(-36.9))
    assert quarter.heading_deg == pytest.approx(90, abs=0.1)
    assert route.at(-5).lon == 174.700
    assert route.at(1e6).lon == 174.720


def test_legs_off_the_road_belong_to_the_route(town: TravelTimes) -> None:
    house = town.snap(174.705, -36.9009)
    assert house.off_road_m == pytest.approx(100.08, abs=0.1)
    route = town.route(house, town.at_node(1), HOT)
    walk_s = house.off_road_m * 3.6 / 15
    assert route.seconds == pytest.approx(30 + walk_s, abs=0.01)
    assert route.seconds == pytest.approx(town.seconds(house, town.at_node(1), HOT), abs=0.03)
    assert route.at(walk_s).lat == pytest.approx(-36.9)


def test_no_way_is_said_and_not_invented() -> None:
    apart = graph_of([0, 0.01, 0.1, 0.11], [0, 0, 0, 0], [(0, 1, 9, 9), (1, 0, 9, 9), (2, 3, 9, 9), (3, 2, 9, 9)])
    travel = TravelTimes.build(apart, cache=None)
    assert travel.seconds(travel.at_node(0), travel.at_node(2), HOT) == np.inf
    with pytest.raises(NoWay):
        travel.route(travel.at_node(0), travel.at_node(2), HOT)
    assert travel.nearest([travel.at_node(2), travel.at_node(1)], travel.at_node(0), HOT) == [(1, pytest.approx(9))]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_route_is_a_connected_line_that_takes_the_shortest_time(seed: int) -> None:
    travel = TravelTimes.build(made_up_town(seed), cache=None, threads=1)
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(174.7, 174.716, 6), rng.uniform(-36.9, -36.884, 6)
    places = [travel.snap(x, y) for x, y in zip(lon, lat, strict=True)]
    for start, to in zip(places[::2], places[1::2], strict=True):
        told = travel.seconds(start, to, COLD)
        if told == np.inf:
            continue
        route = travel.route(start, to, COLD)
        assert route.seconds == pytest.approx(told, abs=0.03)
        assert (np.diff(route.after_s) >= 0).all()
        assert (np.diff(route.after_m) >= 0).all()
        gaps = distance_m(route.lon[:-1], route.lat[:-1], route.lon[1:], route.lat[1:])
        assert route.distance_m == pytest.approx(float(gaps.sum()), rel=0.01, abs=1.0)
        assert (route.lon[0], route.lat[0]) == (start.lon, start.lat)
        assert (route.lon[-1], route.lat[-1]) == (to.lon, to.lat)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), limit_s=st.floats(1, 300))
def test_the_area_holds_every_node_in_reach_and_none_far_out_of_it(seed: int, limit_s: float) -> None:
    graph = made_up_town(seed)
    travel = TravelTimes.build(graph, cache=None, threads=1)
    node = int(np.flatnonzero(travel.in_use & np.isin(np.arange(graph.n_nodes), graph.tail))[0])
    area = travel.reach(travel.at_node(node), HOT, limit_s)
    assert area.is_valid
    seconds = oracle(graph, HOT, [node])[0]
    points = shapely.points(graph.lon, graph.lat)
    inside = (seconds < limit_s - 0.01) & travel.in_use
    assert shapely.covers(area.buffer(1e-9), points[inside]).all()
    reached = [shapely.Point(graph.lon[node], graph.lat[node])]
    for tail, head, drive_s in zip(graph.tail, graph.head, graph.seconds[HOT], strict=True):
        if seconds[tail] <= limit_s and np.isfinite(drive_s):
            street = shapely.LineString([(graph.lon[v], graph.lat[v]) for v in (tail, head)])
            reached.append(substring(street, 0, min(1.0, (limit_s - seconds[tail]) / drive_s), normalized=True))
    width_m = max(np.ptp(shapely.bounds(shapely.union_all(reached)).reshape(2, 2), axis=0)) * EARTH_M_PER_DEGREE
    cell_deg = max(40, width_m / 160) / EARTH_M_PER_DEGREE / np.cos(np.radians(37))
    assert shapely.covers(shapely.union_all(reached).buffer(3.5 * cell_deg), area)
