"""Reading OSM: small villages written by hand, and files that cannot be used."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.geo_region.conftest import NODES, node, way

from goldenhour.geo.region.build import build_region
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.network import road_graph
from goldenhour.geo.region.osm.assume import assumed_places
from goldenhour.geo.region.osm.reading import read_osm
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import COLD, HOT, RoadGraph


def arcs(graph: RoadGraph, name: str) -> set[tuple[int, int]]:
    """Directed pieces of a street, by the last digits of its ends' coordinates (the node ids above)."""
    number = {(round(9 + i // 4 * 0.001, 6), round(47 + i % 4 * 0.001, 6)): i for i in range(16)}
    ids = [number[round(float(x), 6), round(float(y), 6)] for x, y in zip(graph.lon, graph.lat, strict=True)]
    of = np.flatnonzero(graph.name == graph.names.index(name))
    return {(ids[graph.tail[a]], ids[graph.head[a]]) for a in of}


def graph_of(path: Path) -> RoadGraph:
    return road_graph(read_osm(path))[0]


def test_two_way_streets_go_both_ways_and_one_ways_one(osm_file: Callable[[str], Path]) -> None:
    graph = graph_of(
        osm_file(
            NODES
            + way(1, [0, 1, 2], highway="residential", name="Both")
            + way(2, [2, 6, 4, 0], highway="residential", name="Along", oneway="yes")
            + way(3, [2, 3, 7, 0], highway="residential", name="Against", oneway="-1")
        )
    )
    assert arcs(graph, "Both") == {(0, 1), (1, 0), (1, 2), (2, 1)}
    assert arcs(graph, "Along") == {(2, 6), (6, 4), (4, 0)}
    assert arcs(graph, "Against") == {(0, 7), (7, 3), (3, 2)}


def test_a_roundabout_turns_one_way_without_saying_so(osm_file: Callable[[str], Path]) -> None:
    graph = graph_of(
        osm_file(
            NODES
            + way(1, [0, 1, 5, 4, 0], highway="tertiary", name="Circle", junction="roundabout")
            + way(2, [0, 12], highway="tertiary", name="Arm")
        )
    )
    assert arcs(graph, "Circle") == {(0, 1), (1, 5), (5, 4), (4, 0)}


def test_a_private_road_is_open_to_lights_and_siren_only(osm_file: Callable[[str], Path]) -> None:
    graph = graph_of(
        osm_file(
            NODES
            + way(1, [0, 1, 2], highway="residential", name="Open")
            + way(2, [2, 3], highway="service", name="Gated", access="private")
        )
    )
    gated = graph.name == graph.names.index("Gated")
    assert np.isfinite(graph.seconds[HOT, gated]).all()
    assert np.isinf(graph.seconds[COLD, gated]).all()


def test_limits_by_direction_and_no_leaving_a_motorway(osm_file: Callable[[str], Path]) -> None:
    graph = graph_of(
        osm_file(
            NODES
            + way(1, [0, 1], highway="primary", name="Hill", maxspeed__forward="30", maxspeed__backward="60")
            + way(2, [1, 2], highway="motorway", name="M", oneway="no")
        )
    )
    hill = graph.name == graph.names.index("Hill")
    assert sorted(graph.seconds[COLD, hill].tolist())[1] == pytest.approx(2 * min(graph.seconds[COLD, hill].tolist()))
    assert graph.off_road_access.sum() == 2  # both ends of Hill, not the motorway's far end


def test_a_bollard_cuts_a_street(osm_file: Callable[[str], Path]) -> None:
    bollard = node(20, 47.002, 9.0, barrier="bollard")
    graph = graph_of(osm_file(NODES + bollard + way(1, [0, 1, 20, 3, 7, 11], highway="residential", name="Cut")))
    assert arcs(graph, "Cut") == {(3, 7), (7, 3), (7, 11), (11, 7)}


def test_islands_are_left_out_and_said(osm_file: Callable[[str], Path]) -> None:
    survey = read_osm(
        osm_file(
            NODES
            + way(1, [0, 1, 2], highway="residential", name="Main")
            + way(2, [12, 13], highway="residential", name="Island")
        )
    )
    graph, node_of = road_graph(survey)
    assert graph.names == ("Main",)
    assert (node_of >= 0).sum() == 3
    assert any("cannot be driven to and back from" in note for note in survey.notes)


def test_mileposts_take_the_road_they_stand_on(osm_file: Callable[[str], Path]) -> None:
    sign = node(20, 47.001, 9.0, highway="milestone", distance="12.5")
    survey = read_osm(osm_file(NODES + sign + way(1, [0, 20, 2], highway="primary", ref="16")))
    assert [(m.ref, m.at, m.unit) for m in survey.mileposts] == [("16", 12.5, "km")]


def test_a_village_becomes_a_region(village: Path, tmp_path: Path) -> None:
    survey = read_osm(village)
    build_region(survey, tmp_path / "dorf", places=assumed_places(survey))
    region = Region.load(tmp_path / "dorf")
    assert region.timezone == "Europe/Vaduz"  # the nearest principal city
    assert region.geocoder.search("dorfstr 5")[0].label == "Dorfstrasse 5, Dorf"
    assert [s.name for s in region.places.stations] == ["Fire station Dorf"]
    assert region.places.stations[0].assumed == ("agency", "name")
    assert {u.assumed for u in region.places.units} == {("*",)}
    assert region.places.hospitals[0].capabilities == ("9908007",)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_truncated_file_is_refused_and_leaves_nothing(shared: Path, tmp_path: Path, share: float) -> None:
    whole = (shared / "regions/liechtenstein-latest.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BadRegion, match=r"cut\.osm\.pbf cannot be read as OSM data .*Is the download complete\?"):
        read_osm(cut)
    assert list(tmp_path.iterdir()) == [cut]


def test_not_osm_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"hello, this is not a map")
    with pytest.raises(BadRegion, match="cannot be read as OSM data"):
        read_osm(tmp_path / "x.osm.pbf")
    with pytest.raises(BadRegion, match="no such file"):
        read_osm(tmp_path / "missing.osm.pbf")


def test_a_map_without_roads_is_refused(osm_file: Callable[[str], Path]) -> None:
    with pytest.raises(BadRegion, match=r"no roads to drive on \(1 ways, none of them a road\)"):
        read_osm(osm_file(NODES + way(1, [0, 1, 2], highway="footway")))
    with pytest.raises(BadRegion, match=r"no roads to drive on \(no ways at all\)"):
        read_osm(osm_file(NODES))
