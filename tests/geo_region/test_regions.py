"""The two real regions, and what must hold of any bundle."""

import gzip
import shutil
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
from pmtiles.reader import MmapSource, Reader
from shapely import get_parts
from shapely.geometry import Point, shape
from shapely.ops import unary_union
from tests.geo_region.conftest import Built

from goldenhour.geo.geocode.grid import to_mgrs
from goldenhour.geo.region import build as building
from goldenhour.geo.region.build import build_region
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.facilities import Places
from goldenhour.geo.region.osm.assume import assumed_places
from goldenhour.geo.region.osm.reading import read_osm
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.travel import TravelTimes


def test_liechtenstein(liechtenstein: Built) -> None:
    region = liechtenstein.region
    assert liechtenstein.wall_s < 60
    assert (region.name, region.timezone, region.manifest.measures) == ("Liechtenstein", "Europe/Vaduz", "metric")
    assert region.manifest.licence == "ODbL-1.0"
    assert [h.name for h in region.places.hospitals] == ["Liechtensteinisches Landesspital"]
    assert len(region.places.stations) == 6
    assert region.roads.n_nodes > 15_000
    assert region.map_path.stat().st_size < 5_000_000
    assert region.places.assumptions()  # OSM knows no units: everything about them is marked


def test_baltimore(baltimore: Built) -> None:
    region = baltimore.region
    assert baltimore.wall_s < 60
    assert (region.timezone, region.manifest.measures) == ("America/New_York", "imperial")
    assert len(region.places.stations) == 10
    receiving = {h.name for h in region.places.hospitals if h.capabilities}
    assert receiving == {"Johns Hopkins Hospital", "Johns Hopkins Bayview Medical Center"}
    assert not any("historical" in h.name for h in region.places.hospitals)


@pytest.mark.parametrize(
    ("asked", "label", "kind"),
    [
        ("heiligkreuz 25", "Heiligkreuz 25, Vaduz", "address"),
        ("25 heiligkreutz vaduz", "Heiligkreuz 25, Vaduz", "address"),
        ("landesspital", "Liechtensteinisches Landesspital", "place"),
        ("schaan", "Schaan", "place"),
        ("trisenberg", "Triesenberg", "place"),
        ("47.1410, 9.5209", "47.14100, 9.52090", "coordinates"),
    ],
)
def test_liechtenstein_answers(liechtenstein: Built, asked: str, label: str, kind: str) -> None:
    found = liechtenstein.region.geocoder.search(asked)[0]
    assert found.label.startswith(label)
    assert found.kind == kind


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        ("east fort ave & lawrence st", "East Fort Avenue & Lawrence Street"),
        ("871 e fort ave", "871 East Fort Avenue, Baltimore"),
        ("jons hopkins hospital", "Johns Hopkins Hospital"),
        ("fells point", "Fells Point"),
    ],
)
def test_baltimore_answers(baltimore: Built, asked: str, label: str) -> None:
    assert label in baltimore.region.geocoder.search(asked)[0].label


def test_travel_is_faster_hot_than_cold(baltimore: Built) -> None:
    region = baltimore.region
    travel = TravelTimes.build(region.roads, cache=region.travel_cache)
    assert travel.from_cache
    home, away = (travel.snap(h.lon, h.lat) for h in region.places.hospitals[:2])
    assert 60 < travel.seconds(home, away, 0) < travel.seconds(home, away, 1) < 1800


@pytest.mark.parametrize("which", ["meridian", "baltimore"])
def test_the_map_shows_the_roads_at_every_zoom(which: str, request: pytest.FixtureRequest) -> None:
    region: Region = request.getfixturevalue(which).region
    with region.map_path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header = reader.header()
        assert header["max_zoom"] == 14
        lon, lat = float(region.roads.lon.mean()), float(region.roads.lat.mean())
        for zoom in range(header["min_zoom"], 15):
            x = int((lon / 360 + 0.5) * 2**zoom)
            y = int((0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)) * 2**zoom)
            tile = mapbox_vector_tile.decode(gzip.decompress(reader.get(zoom, x, y)))
            assert tile["road"]["features"]
        assert any(f["properties"].get("name") for f in tile["road"]["features"])
        assert len(reader.get(zoom, x, y)) < 200_000


def test_baltimore_harbour_is_water_and_downtown_is_not(baltimore: Built) -> None:
    """Coastlines become sea on the right side."""
    with baltimore.region.map_path.open("rb") as file:
        data = Reader(MmapSource(file)).get(12, *_tile(-76.585, 39.275, 12))
    layer = mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})["water"]
    shapes = [part for f in layer["features"] for part in get_parts(shape(f["geometry"]))]
    assert all(part.exterior.is_ccw for part in shapes)  # as the tile specification wants it, y pointing down
    water = unary_union([shape(f["geometry"]).buffer(0) for f in layer["features"]])
    assert water.contains(Point(*_in_tile(-76.5900, 39.2780, 12)))  # the Inner Harbor's mouth
    assert not water.contains(Point(*_in_tile(-76.5950, 39.2880, 12)))  # Fells Point, ashore


def _exact(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    return (lon / 360 + 0.5) * 2**zoom, (0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)) * 2**zoom


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    x, y = _exact(lon, lat, zoom)
    return int(x), int(y)


def _in_tile(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    x, y = _exact(lon, lat, zoom)
    return (x % 1) * 4096, (y % 1) * 4096


def test_a_region_survives_the_disk(meridian: Built) -> None:
    again = Region.load(meridian.region.directory)
    assert again.content_hash == meridian.region.content_hash
    assert again.places == meridian.region.places
    for name in ("lon", "tail", "seconds", "name"):
        assert np.array_equal(getattr(again.roads, name), getattr(meridian.region.roads, name))
    assert again.roads.names == meridian.region.roads.names


def test_a_damaged_region_is_refused(meridian: Built, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(meridian.region.directory, copy, ignore=shutil.ignore_patterns("travel"))
    data = bytearray((copy / "roads.npz").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (copy / "roads.npz").write_bytes(data)
    with pytest.raises(BadRegion, match="build the region again"):
        Region.load(copy)
    with pytest.raises(BadRegion, match="is not a region"):
        Region.load(tmp_path / "nowhere")


def test_a_new_build_keeps_the_agencys_places(village: Path, tmp_path: Path) -> None:
    survey = read_osm(village)
    out = tmp_path / "b"
    build_region(survey, out, places=assumed_places(survey))
    text = (out / "places.yaml").read_text()
    (out / "places.yaml").write_text(text.replace("call_sign: M1\n", "call_sign: Medic 1\n"))
    before = Region.load(out).content_hash
    build_region(read_osm(village), out, places=Places())
    region = Region.load(out)
    assert "Medic 1" in [u.call_sign for u in region.places.units]
    assert region.content_hash == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b", village.name]


def test_a_failed_build_leaves_what_was_there(village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "dorf"
    build_region(read_osm(village), out, places=assumed_places(read_osm(village)))
    before = Region.load(out).content_hash

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "write_map", no_room)
    with pytest.raises(BadRegion, match="No space left on device; what was there is untouched"):
        build_region(read_osm(village), out, places=Places())
    assert Region.load(out).content_hash == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dorf", village.name]


def test_places_that_do_not_fit_a_new_map_stop_the_build(meridian: Built, village: Path, tmp_path: Path) -> None:
    out = tmp_path / "county"
    shutil.copytree(meridian.region.directory, out, ignore=shutil.ignore_patterns("travel"))
    with pytest.raises(BadRegion, match="from the nearest road of this region"):
        build_region(read_osm(village), out, places=Places())
    assert Region.load(out).content_hash == meridian.region.content_hash


def test_a_folder_of_something_else_is_not_overwritten(tmp_path: Path, village: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    survey = read_osm(village)
    with pytest.raises(BadRegion, match="not a region; give a new or empty folder"):
        build_region(survey, tmp_path, places=assumed_places(survey))
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_the_grid_reference_of_a_hospital_finds_it(baltimore: Built) -> None:
    hospital = baltimore.region.places.hospitals[0]
    found = baltimore.region.geocoder.search(to_mgrs(hospital.lon, hospital.lat))[0]
    assert found.kind == "coordinates"
    assert (found.lon, found.lat) == (pytest.approx(hospital.lon, abs=3e-5), pytest.approx(hospital.lat, abs=3e-5))
