"""Read an OpenStreetMap extract (.osm.pbf, .osm, .osm.bz2 …) into a survey."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

import numpy as np
import osmium
import shapely

from goldenhour.geo.region.osm import features
from goldenhour.geo.region.osm.tags import Tags, blocks, passage
from goldenhour.geo.region.osm.where import around
from goldenhour.geo.region.survey import BadRegion, Milepost, Road, Shape, Survey

LICENCE: Final = "ODbL-1.0"
ATTRIBUTION: Final = "© OpenStreetMap contributors"
AREA_KEYS: Final = ("natural", "landuse", "leisure", "waterway", "building", "amenity", "place", "water")


@dataclass
class _Reading:
    """Collected while the file streams past; node ids become point numbers as ways use them."""

    points: dict[int, int] = field(default_factory=dict)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    barriers: set[int] = field(default_factory=set)
    milestones: dict[int, tuple[float, str, float, float]] = field(default_factory=dict)
    mileposts: list[Milepost] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    found: features.Features = field(default_factory=features.Features)
    ways: int = 0
    cut: int = 0


def read_osm(path: Path, *, name: str = "", timezone: str = "") -> Survey:
    """Survey an extract. Raises BadRegion when it cannot be read, is cut short, or has no roads."""
    if not path.is_file():
        raise BadRegion(f"{path}: no such file. Give an OSM extract, e.g. from a Geofabrik download")
    if timezone and timezone not in available_timezones():
        raise BadRegion(f"'{timezone}' is no time zone; accepted: names of the tz database, such as America/Chicago")
    reading = _Reading()
    try:
        header = osmium.io.Reader(str(path)).header()
        _stream(path, reading)
    except (RuntimeError, ValueError, OSError, UnicodeDecodeError) as error:
        raise BadRegion(
            f"{path.name} cannot be read as OSM data ({error}). Is the download complete? "
            "Accepted: .osm.pbf, .osm, .osm.gz, .osm.bz2"
        ) from error
    if not reading.roads:
        said = f"{reading.ways} ways, none of them a road" if reading.ways else "no ways at all"
        raise BadRegion(
            f"{path.name} has no roads to drive on ({said}). A region needs ways tagged highway=residential, "
            "primary, …; use a full extract, not a filtered one"
        )
    return _survey(path, reading, header, name, timezone)


def _stream(path: Path, reading: _Reading) -> None:
    """One pass over ways and areas, after a first one that collects what multipolygons need."""
    wkb = osmium.geom.WKBFactory()
    areas = osmium.filter.KeyFilter(*AREA_KEYS)
    source = osmium.FileProcessor(str(path)).with_areas(areas).with_filter(osmium.filter.EmptyTagFilter())
    item: Any
    for item in source:
        tags = dict(item.tags)
        if item.is_node():
            _node(item, tags, reading)
        elif item.is_way():
            reading.ways += 1
            _way(item, tags, reading)
        elif item.is_area():
            _area(item, tags, reading, wkb)


def _node(node: Any, tags: Tags, reading: _Reading) -> None:
    if not node.location.valid():
        return
    lon, lat = node.location.lon, node.location.lat
    if "barrier" in tags and blocks(tags):
        reading.barriers.add(node.id)
    if tags.get("highway") == "milestone":
        mile = features.milestone(tags)
        if mile:
            reading.milestones[node.id] = (*mile, lon, lat)
    reading.found.add(tags, lon, lat, f"osm node {node.id}")


def _way(way: Any, tags: Tags, reading: _Reading) -> None:
    nodes = [(n.ref, n.lon, n.lat) for n in way.nodes if n.location.valid()]
    reading.cut += len(nodes) < len(way.nodes)
    if len(nodes) < 2:
        return
    may = passage(tags)
    if may is not None:
        _road(nodes, tags, may, reading)
    elif features.is_line(tags):
        reading.shapes.append(features.line(tags, [(lon, lat) for _, lon, lat in nodes]))
    middle = np.array([(lon, lat) for _, lon, lat in nodes]).mean(0)
    reading.found.add(tags, float(middle[0]), float(middle[1]), f"osm way {way.id}")


def _road(nodes: list[tuple[int, float, float]], tags: Tags, may: Any, reading: _Reading) -> None:
    """Number the points; break the way where a barrier stands."""
    if may.oneway < 0:
        nodes = nodes[::-1]
    limits = (may.limit_kmh, may.limit_back_kmh)
    ref = tags.get("ref", "")
    for run in _runs(nodes, reading.barriers):
        for node, lon, lat in run:
            if node not in reading.points:
                reading.points[node] = len(reading.lon)
                reading.lon.append(lon)
                reading.lat.append(lat)
            if node in reading.milestones and (ref or tags.get("name")):
                at, unit, *where = reading.milestones[node]
                reading.mileposts.append(
                    Milepost(ref=ref or tags["name"], at=at, unit=unit, lon=where[0], lat=where[1])
                )
        reading.roads.append(
            Road(
                nodes=tuple(reading.points[node] for node, _, _ in run),
                road_class=may.road_class,
                name=tags.get("name", ""),
                ref=ref,
                oneway=may.oneway != 0,
                limit_kmh=limits[1] if may.oneway < 0 else limits[0],
                limit_back_kmh=limits[1],
                hot=may.hot,
                cold=may.cold,
                level=1 if tags.get("bridge", "no") != "no" else -1 if tags.get("tunnel", "no") != "no" else 0,
            )
        )


def _runs(nodes: list[tuple[int, float, float]], barriers: set[int]) -> list[list[tuple[int, float, float]]]:
    runs: list[list[tuple[int, float, float]]] = [[]]
    for node in nodes:
        if node[0] in barriers:
            runs.append([])
        else:
            runs[-1].append(node)
    return [run for run in runs if len(run) > 1]


def _area(area: Any, tags: Tags, reading: _Reading, wkb: Any) -> None:
    kind = features.area_kind(tags)
    if kind is None and area.from_way():
        return
    try:
        geometry = shapely.from_wkb(wkb.create_multipolygon(area))
    except RuntimeError:  # a ring that crosses itself; the way itself was read already
        reading.found.broken_areas += 1
        return
    if kind is not None:
        reading.shapes.append(Shape(kind=kind, geometry=geometry, name=tags.get("name", "")))
    if not area.from_way():
        middle = geometry.representative_point()
        reading.found.add(tags, middle.x, middle.y, f"osm relation {area.orig_id()}")


def _survey(path: Path, reading: _Reading, header: Any, name: str, timezone: str) -> Survey:
    lon, lat = np.array(reading.lon), np.array(reading.lat)
    bbox = _bbox(header, lon, lat)
    locale = around((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2)
    found = reading.found.settled()
    notes = found.notes(reading.cut)
    if not timezone:
        notes.insert(0, f"Time zone {locale.timezone} taken from the nearest principal city; --timezone sets it.")
    return Survey(
        name=name or path.name.split(".")[0].removesuffix("-latest").replace("-", " ").replace("_", " ").title(),
        source=path.name,
        source_date=header.get("osmosis_replication_timestamp") or header.get("timestamp"),
        licence=LICENCE,
        attribution=ATTRIBUTION,
        bbox=bbox,
        timezone=timezone or locale.timezone,
        measures=locale.measures,
        number_first=locale.number_first,
        lon=lon,
        lat=lat,
        roads=reading.roads,
        addresses=found.addresses,
        named=found.named,
        mileposts=reading.mileposts,
        stations=found.stations,
        hospitals=found.hospitals,
        shapes=reading.shapes,
        notes=notes,
    )


def _bbox(header: Any, lon: Any, lat: Any) -> tuple[float, float, float, float]:
    """The extract's stated box, else the roads'."""
    box = header.box()
    if box.valid():
        return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
