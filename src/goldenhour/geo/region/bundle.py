"""A built region on disk and in memory. Everything that needs a place, a road or a unit starts with `Region.load`."""

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import msgspec
import numpy as np

from goldenhour.geo.geocode.geocoder import Geocoder
from goldenhour.geo.region import arrays
from goldenhour.geo.region.facilities import Places
from goldenhour.geo.region.places_file import read_places
from goldenhour.geo.region.survey import BadRegion, NamedPlace
from goldenhour.geo.road_finder import RoadFinder
from goldenhour.geo.roads import RoadGraph

FORMAT: Final = 1
MANIFEST: Final = "region.json"
ROADS: Final = "roads.npz"
ADDRESSES: Final = "addresses.npz"
PLACES: Final = "places.yaml"
MAP: Final = "map.pmtiles"
TRAVEL: Final = "travel"
OFF_NETWORK_LIMIT_M: Final = 500.0  # a station's driveway may be unmapped; half a kilometre is not a driveway
_TEXT_FIELDS: Final = ("classes", "names")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """region.json. bbox: west, south, east, north in degrees. measures: "imperial" or "metric" (how people here
    say distances). hashes: sha256 of the content of each data file; places.yaml is the agency's own and not in it.
    """

    format: int
    name: str
    timezone: str
    measures: str
    bbox: tuple[float, float, float, float]
    source: str
    source_date: str
    licence: str
    attribution: str
    built_by: str
    hashes: dict[str, str]
    counts: dict[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Region:
    """One agency's area. `roads`, `places` and the manifest are loaded; the geocoder opens when first asked."""

    directory: Path
    manifest: Manifest
    roads: RoadGraph
    places: Places

    @staticmethod
    def load(directory: str | Path) -> "Region":
        """Open a bundle. Raises BadRegion (in plain words) when it is missing, damaged or its places.yaml is wrong."""
        directory = Path(directory)
        manifest = read_manifest(directory)
        roads = load_roads(directory / ROADS, expected=manifest.hashes["roads"])
        finder = RoadFinder(roads)
        places = read_places(directory / PLACES, road_distance_m=finder.distance_to_stop_m, limit_m=OFF_NETWORK_LIMIT_M)
        return Region(directory=directory, manifest=manifest, roads=roads, places=places)

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def timezone(self) -> str:
        return self.manifest.timezone

    @property
    def measures(self) -> str:
        return self.manifest.measures

    @property
    def attribution(self) -> str:
        return self.manifest.attribution

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        return self.manifest.bbox

    @property
    def map_path(self) -> Path:
        return self.directory / MAP

    @property
    def travel_cache(self) -> Path:
        """Folder for travel times computed from these roads."""
        return self.directory / TRAVEL

    @cached_property
    def geocoder(self) -> Geocoder:
        stored, texts = _open(self.directory / ADDRESSES, self.manifest.hashes["addresses"])
        return Geocoder.from_arrays(stored, texts, self.roads, also=_by_name(self.places))

    @cached_property
    def content_hash(self) -> str:
        """sha256 over everything decisions can depend on: roads, addresses and the agency's places.yaml."""
        state = hashlib.sha256()
        for key in ("roads", "addresses"):
            state.update(self.manifest.hashes[key].encode())
        state.update((self.directory / PLACES).read_bytes())
        return state.hexdigest()


def _by_name(places: Places) -> list[NamedPlace]:
    """Stations, posts and hospitals as people look for them."""
    kinds = (("station", places.stations), ("post", places.posts), ("hospital", places.hospitals))
    return [NamedPlace(name=p.name, kind=kind, lon=p.lon, lat=p.lat) for kind, group in kinds for p in group]


def read_manifest(directory: Path) -> Manifest:
    """region.json of a bundle, or BadRegion."""
    path = directory / MANIFEST
    if not path.is_file():
        raise BadRegion(f"{directory} is not a region: it has no {MANIFEST}. Make one with: goldenhour region build")
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise BadRegion(f"{path} is damaged ({error}); build the region again") from error
    if manifest.format != FORMAT:
        raise BadRegion(f"{directory} has region format {manifest.format}, this version reads {FORMAT}; build it again")
    return manifest


def _open(path: Path, expected: str) -> tuple[arrays.Arrays, arrays.Texts]:
    try:
        stored, texts = arrays.load(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise BadRegion(f"{path} cannot be read ({error}); build the region again") from error
    if arrays.digest(stored, texts) != expected:
        raise BadRegion(f"{path} is not what region.json promises (changed or damaged); build the region again")
    return stored, texts


def split_roads(roads: RoadGraph) -> tuple[arrays.Arrays, arrays.Texts]:
    """A road graph as named arrays and texts."""
    values: dict[str, Any] = {field.name: getattr(roads, field.name) for field in fields(roads)}
    return (
        {key: np.asarray(value) for key, value in values.items() if key not in _TEXT_FIELDS},
        {key: values[key] for key in _TEXT_FIELDS},
    )


def load_roads(path: Path, *, expected: str) -> RoadGraph:
    """The road graph of a bundle, checked against its hash."""
    stored, texts = _open(path, expected)
    together: dict[str, Any] = stored | texts
    return RoadGraph(**together)
