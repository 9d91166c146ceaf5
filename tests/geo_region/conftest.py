"""Regions built once for all tests of this folder, and a way to write small OSM files."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from goldenhour.geo import county
from goldenhour.geo.region.build import build_region
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.osm.assume import assumed_places
from goldenhour.geo.region.osm.reading import read_osm

SEED = 1


@dataclass(frozen=True)
class Built:
    """A region and how long it took to make."""

    region: Region
    wall_s: float


def _from_osm(source: Path, out: Path) -> Built:
    start = time.perf_counter()
    survey = read_osm(source)
    build_region(survey, out, places=assumed_places(survey))
    return Built(Region.load(out), time.perf_counter() - start)


@pytest.fixture(scope="session")
def liechtenstein(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _from_osm(shared / "regions/liechtenstein-latest.osm.pbf", tmp_path_factory.mktemp("region") / "li")


@pytest.fixture(scope="session")
def baltimore(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return _from_osm(shared / "regions/baltimore.osm.pbf", tmp_path_factory.mktemp("region") / "baltimore")


@pytest.fixture(scope="session")
def meridian(tmp_path_factory: pytest.TempPathFactory) -> Built:
    out = tmp_path_factory.mktemp("region") / "meridian"
    start = time.perf_counter()
    county.build(SEED, out)
    return Built(Region.load(out), time.perf_counter() - start)


NODES = "".join(
    f'<node id="{i}" version="1" lat="{47 + i % 4 * 0.001}" lon="{9 + i // 4 * 0.001}"/>' for i in range(16)
)


def way(number: int, nodes: list[int], **tags: str) -> str:
    """An OSM way as XML; a key's colon is written as two underscores."""
    inner = "".join(f'<nd ref="{n}"/>' for n in nodes)
    inner += "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<way id="{number}" version="1">{inner}</way>'


def node(number: int, lat: float, lon: float, **tags: str) -> str:
    """An OSM node with tags as XML."""
    inner = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<node id="{number}" version="1" lat="{lat}" lon="{lon}">{inner}</node>'


@pytest.fixture
def village(osm_file: Callable[[str], Path]) -> Path:
    """The smallest place that has everything."""
    return osm_file(
        NODES
        + way(1, [0, 1, 2, 6, 10], highway="residential", name="Dorfstrasse")
        + node(30, 47.0011, 9.0002, addr__housenumber="5", addr__street="Dorfstrasse")
        + node(31, 47.002, 9.0011, amenity="hospital", name="Spital")
        + node(32, 47.002, 9.0012, amenity="fire_station")
        + node(33, 47.002, 9.0013, place="village", name="Dorf")
    )


@pytest.fixture
def osm_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write OSM XML from its inner elements."""

    def write(inner: str) -> Path:
        path = tmp_path / "village.osm"
        path.write_text(f'<osm version="0.6" generator="test">{inner}</osm>', encoding="utf-8")
        return path

    return write
