"""What OSM tags mean for an ambulance."""

import pytest

from goldenhour.geo.region.osm.tags import blocks, limit_kmh, passage
from goldenhour.geo.region.speeds import SPEEDS, speed_kmh


@pytest.mark.parametrize(
    ("said", "kmh"),
    [
        ("50", 50), ("50 km/h", 50), ("30 mph", 48.28), ("55mph", 88.51), ("10 knots", 18.52), ("walk", 7),
        ("DE:urban", 50), ("CH:rural", 80), ("RO:motorway", 120), ("US:urban", 40), ("LI:rural", 80), ("DE:zone30", 30),
        ("none", 130), ("80;60", 60), ("signals", None), ("variable", None), ("", None), ("0", None), ("fast", None),
    ],
)  # fmt: skip
def test_posted_limits_in_every_form(said: str, kmh: float | None) -> None:
    assert limit_kmh(said) == (pytest.approx(kmh, abs=0.01) if kmh is not None else None)


@pytest.mark.parametrize(
    ("tags", "oneway"),
    [
        ({"highway": "residential"}, 0),
        ({"highway": "residential", "oneway": "yes"}, 1),
        ({"highway": "residential", "oneway": "-1"}, -1),
        ({"highway": "residential", "junction": "roundabout"}, 1),
        ({"highway": "tertiary", "junction": "circular"}, 1),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
    ],
)
def test_one_way_streets_said_and_implied(tags: dict[str, str], oneway: int) -> None:
    may = passage(tags)
    assert may is not None
    assert may.oneway == oneway


@pytest.mark.parametrize(
    ("tags", "hot", "cold"),
    [
        ({"highway": "residential"}, True, True),
        ({"highway": "service", "access": "private"}, True, False),
        ({"highway": "track", "motor_vehicle": "agricultural"}, True, False),
        ({"highway": "residential", "motor_vehicle": "no"}, True, False),
        ({"highway": "residential", "access": "destination"}, True, True),
        ({"highway": "pedestrian"}, True, False),
        ({"highway": "service", "access": "no", "emergency": "yes"}, True, False),
        ({"highway": "service", "access": "no"}, False, False),
        ({"highway": "service", "emergency": "no"}, False, False),
        ({"highway": "service", "service": "parking_aisle"}, False, False),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, True, True),
    ],
)
def test_where_lights_and_siren_open_a_road(tags: dict[str, str], hot: bool, cold: bool) -> None:
    may = passage(tags)
    assert may is not None
    assert (may.hot, may.cold) == (hot, cold)


@pytest.mark.parametrize("kind", ["footway", "steps", "cycleway", "construction", "proposed", "abandoned", "bridleway"])
def test_paths_are_no_roads(kind: str) -> None:
    assert passage({"highway": kind}) is None


def test_bollards_stop_ambulances_unless_they_come_out() -> None:
    assert blocks({"barrier": "bollard"})
    assert not blocks({"barrier": "bollard", "bollard": "removable"})
    assert not blocks({"barrier": "gate"})
    assert not blocks({"barrier": "bollard", "emergency": "yes"})


@pytest.mark.parametrize("road_class", list(SPEEDS))
@pytest.mark.parametrize("limit", [None, 5.0, 30.0, 120.0])
def test_hot_is_never_slower_than_cold_and_never_twice_as_fast(road_class: str, limit: float | None) -> None:
    hot, cold = speed_kmh(road_class, limit)
    assert 0 < cold <= hot <= 1.3 * cold
    assert hot <= 160
