"""Meridian County: a place where straight lines lie, the same from the same seed everywhere."""

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from tests.geo_region.conftest import SEED, Built

from goldenhour.geo.county.assembly import survey_of
from goldenhour.geo.geocode.gazetteer import gazetteer
from goldenhour.geo.geocode.geocoder import Geocoder
from goldenhour.geo.metric import distance_m
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.network import road_graph
from goldenhour.geo.roads import COLD, HOT

DIGEST = f"""
import sys
from goldenhour.geo.county.assembly import survey_of
from goldenhour.geo.geocode.gazetteer import gazetteer
from goldenhour.geo.region.arrays import digest
from goldenhour.geo.region.bundle import split_roads
from goldenhour.geo.region.network import road_graph
survey = survey_of({SEED})
roads, node_of = road_graph(survey)
print(digest(*split_roads(roads)), digest(*gazetteer(survey, roads, node_of)))
"""


def test_it_is_as_large_as_promised(meridian: Built) -> None:
    region = meridian.region
    counts = region.manifest.counts
    assert counts["road_nodes"] >= 8_000
    assert counts["addresses"] >= 20_000
    ambulances = [u for u in region.places.units if u.kind == "ambulance" and not u.mutual_aid]
    assert len(ambulances) == 12
    assert {u.als for u in ambulances} == {True, False}
    assert len([s for s in region.places.stations if s.kind != "neighbour"]) == 6
    assert len({h.capabilities for h in region.places.hospitals}) == len(region.places.hospitals) == 4
    kinds = {u.kind for u in region.places.units}
    assert kinds == {"ambulance", "engine", "supervisor", "helicopter"}
    assert any(a.mutual_aid for a in region.places.agencies)
    assert any(u.mutual_aid for u in region.places.units)
    assert region.places.assumptions() == []
    assert meridian.wall_s < 60
    assert region.map_path.stat().st_size < 3_000_000


def test_every_junction_reaches_every_other_in_both_modes(meridian: Built) -> None:
    roads = meridian.region.roads
    for mode in (HOT, COLD):
        open_ = np.isfinite(roads.seconds[mode])
        links = csr_matrix(
            (np.ones(open_.sum()), (roads.tail[open_], roads.head[open_])), shape=(roads.n_nodes, roads.n_nodes)
        )
        pieces, _ = connected_components(links, directed=True, connection="strong")
        assert pieces == 1


def test_the_road_hierarchy_is_complete(meridian: Built) -> None:
    roads = meridian.region.roads
    used = {roads.classes[i] for i in np.unique(roads.road_class)}
    assert used >= {
        "motorway",
        "motorway_link",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "track",
    }


def test_straight_lines_lie_across_the_river(meridian: Built) -> None:
    """Neighbours over the water are far by road; the bridges are few."""
    roads = meridian.region.roads
    graph = csr_matrix((roads.length_m, (roads.tail, roads.head)), shape=(roads.n_nodes, roads.n_nodes))
    rng = np.random.default_rng(0)
    start = rng.choice(roads.n_nodes, 150, replace=False)
    by_road = dijkstra(graph, indices=start)
    crow = distance_m(roads.lon[start][:, None], roads.lat[start][:, None], roads.lon, roads.lat)
    ratio = by_road / np.maximum(crow, 1)
    near = (crow > 300) & (crow < 3000)
    assert np.quantile(ratio[near], 0.5) < 2.0  # mostly, roads go where one wants
    lies = near & (ratio > 3)
    assert lies.sum() > 0.01 * near.sum()  # but not everywhere
    assert ratio[near].max() > 6


def test_everyone_lives_near_a_road(meridian: Built) -> None:
    region = meridian.region
    tables = region.geocoder.tables.stored
    xy = region.geocoder.tables.frame.xy(tables["address_lon"], tables["address_lat"])
    away, _ = region.geocoder.tables.finder._stops.query(xy)
    assert np.quantile(away, 0.99) < 150


def test_ashford_has_its_mill_lane_and_station_road(meridian: Built) -> None:
    found = meridian.region.geocoder.search("12 Mill Lane, Ashford")[0]
    assert (found.kind, found.label, found.score) == ("address", "12 Mill Lane, Ashford", pytest.approx(1.0, abs=0.05))
    corner = meridian.region.geocoder.search("mill lane and station road")[0]
    assert corner.kind == "intersection"


def test_the_same_seed_gives_the_same_county_under_any_hash_seed(meridian: Built) -> None:
    """This process hashes by its own random seed, the other by a fixed one."""
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    said = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)
    hashes = meridian.region.manifest.hashes
    assert said.stdout.split() == [hashes["roads"], hashes["addresses"]]


def test_travel_times_came_with_it(meridian: Built) -> None:
    region: Region = meridian.region
    assert any(region.travel_cache.iterdir())


@pytest.mark.parametrize("seed", [99, 2026])
def test_other_seeds_are_counties_too(seed: int) -> None:
    """99 once had a quarter that was all park."""
    survey = survey_of(seed)
    roads, node_of = road_graph(survey)
    geocoder = Geocoder.from_arrays(*gazetteer(survey, roads, node_of), roads)
    assert survey.notes == []  # nothing cut off
    assert roads.n_nodes >= 8_000
    assert len(survey.addresses) >= 20_000
    assert geocoder.search("12 mill ln")[0].label == "12 Mill Lane, Ashford"
    assert geocoder.search("mill lane & station rd")[0].kind == "intersection"
