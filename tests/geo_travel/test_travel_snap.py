"""Any coordinate finds the right street: position along it, carriageway by heading, never outside the region."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from street_maps import graph_of, made_up_town

from goldenhour.geo.roads import EARTH_M_PER_DEGREE, HOT
from goldenhour.geo.travel import OutsideRegion, TravelTimes

# A motorway of two one-way carriageways 20 m apart (arcs 0 east, 1 west), its ramps, and a street 100 m south.
NORTH, MIDDLE, SOUTH = 0.00018, 0.0, -0.0009
MOTORWAY = graph_of(
    [0, 0.02, 0.02, 0, 0, 0.02],
    [MIDDLE, MIDDLE, NORTH, NORTH, SOUTH, SOUTH],
    [
        (0, 1, 40, 60), (2, 3, 40, 60),
        (4, 5, 120, 150), (5, 4, 120, 150),
        (1, 5, 9, 9), (5, 2, 9, 9), (3, 4, 9, 9), (4, 0, 9, 9),
    ],
    access=[False, False, False, False, True, True],
)  # fmt: skip


@pytest.fixture(scope="module")
def motorway() -> TravelTimes:
    return TravelTimes.build(MOTORWAY, cache=None)


def test_an_address_is_not_put_on_a_motorway(motorway: TravelTimes) -> None:
    assert motorway.snap(0.01, -0.0002).arc in (2, 3)
    assert motorway.snap_vehicle(0.01, -0.0002).arc == 0


@pytest.mark.parametrize(("heading", "arc"), [(90, 0), (270, 1)])
def test_the_heading_tells_the_carriageway(motorway: TravelTimes, heading: float, arc: int) -> None:
    assert motorway.snap_vehicle(0.01, 0.00009, heading_deg=heading).arc == arc


def test_the_position_along_the_street(motorway: TravelTimes) -> None:
    place = motorway.snap(0.005, SOUTH - 0.0001)
    along = place.fraction if place.arc == 2 else 1 - place.fraction
    assert along == pytest.approx(0.25)
    assert place.off_road_m == pytest.approx(11.12, abs=0.01)
    assert motorway.seconds(place, motorway.at_node(5), HOT) == pytest.approx(
        min(90, 30 + 9 + 40 + 9) + place.off_road_m * 3.6 / 15, abs=0.02
    )


def test_a_call_outside_the_region_is_refused(motorway: TravelTimes) -> None:
    with pytest.raises(OutsideRegion, match="no street within 2 km"):
        motorway.snap(1.0, 1.0)
    many = motorway.snap_many([0.01, 1.0], [0.0, 1.0])
    assert many.arc[0] >= 0
    assert many.arc[1] == -1
    assert many.off_road_m[1] == np.inf
    with pytest.raises(OutsideRegion):
        motorway.many_to_one(many, motorway.snap(0.01, 0), HOT)
    with pytest.raises(ValueError, match="coordinate"):
        motorway.snap(float("nan"), 0.0)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_nearest_street_is_the_nearest(seed: int) -> None:
    """Against shapely's distance to every street."""
    graph = made_up_town(seed)
    travel = TravelTimes.build(graph, cache=None, threads=1, within_m=1e6)
    usable = travel.in_use[graph.tail] & travel.in_use[graph.head]
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(174.69, 174.73, 20), rng.uniform(-36.91, -36.87, 20)
    places = travel.snap_many(lon, lat)
    for x, y, off_m in zip(lon, lat, places.off_road_m, strict=True):
        scale = np.array([np.cos(np.radians(y)), 1.0]) * EARTH_M_PER_DEGREE
        ends = np.stack([np.stack([graph.lon, graph.lat], axis=1)[v] for v in (graph.tail, graph.head)], axis=1)
        streets = shapely.linestrings(ends[usable] * scale)
        assert off_m == pytest.approx(
            shapely.distance(streets, shapely.Point(np.array([x, y]) * scale)).min(), abs=0.01
        )
