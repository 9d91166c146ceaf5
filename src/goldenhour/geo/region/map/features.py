"""What the map shows, layer by layer: geometry on the web's square earth, and from which zoom.

Layers and attributes (the style's contract): landuse(kind), water(kind, name), waterway(kind, name), building(),
rail(), boundary(), road(class, name, ref, oneway, level), place(kind, name, rank), poi(kind, name).
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from goldenhour.geo.region.survey import Road, Shape, Survey

ROAD_ZOOM: Final = {
    "motorway": 5,
    "trunk": 6,
    "primary": 8,
    "motorway_link": 9,
    "trunk_link": 9,
    "secondary": 9,
    "primary_link": 10,
    "secondary_link": 10,
    "tertiary": 10,
    "tertiary_link": 11,
    "unclassified": 11,
    "residential": 12,
    "living_street": 12,
    "pedestrian": 13,
    "service": 13,
    "track": 13,
}
ROAD_NAME_ZOOM: Final = 11
PLACE_ZOOM: Final = {
    "city": 5,
    "town": 7,
    "municipality": 7,
    "village": 9,
    "suburb": 10,
    "hamlet": 10,
    "neighbourhood": 12,
    "locality": 12,
    "island": 11,
}
PLACE_RANK: Final = {kind: rank for rank, kind in enumerate(PLACE_ZOOM, 1)}
POI_ZOOM: Final = 14
LINE_ZOOM: Final = {"river": 7, "stream": 12, "rail": 9, "boundary": 7}
LATITUDE_LIMIT: Final = 85.05  # the square earth ends here
POIS: Final = frozenset(
    {
        "school",
        "college",
        "university",
        "hospital",
        "clinic",
        "police",
        "fire_station",
        "townhall",
        "library",
        "nursing_home",
        "social_facility",
        "place_of_worship",
        "station",
        "supermarket",
        "mall",
        "stadium",
        "sports_centre",
        "hotel",
        "courthouse",
        "peak",
        "cinema",
        "theatre",
        "museum",
        "marketplace",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """geometry: shapely, both axes 0 to 1 (Web Mercator, y down). names_from: zoom from which names are written."""

    layer: str
    geometry: Any
    properties: dict[str, str | int | bool]
    zoom: int
    names_from: int = 0


def features(survey: Survey) -> list[Feature]:
    """Everything, bottom layer first."""
    out = [f for shape in survey.shapes for f in _drawn(shape)]
    coast = [s.geometry for s in survey.shapes if s.kind == "coast"]
    if coast:
        out += _area("water", "water", sea(coast, survey.bbox), "", 0)
    out += _roads(survey)
    out += _labels(survey)
    return out


def square_earth(geometry: Any) -> Any:
    """Degrees -> Web Mercator, 0 to 1 from the north-west corner."""
    return shapely.transform(geometry, _project)


def _project(lonlat: Any) -> Any:
    lat = np.radians(np.clip(lonlat[:, 1], -LATITUDE_LIMIT, LATITUDE_LIMIT))
    return np.stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)], axis=1)


def _drawn(shape: Shape) -> list[Feature]:
    if shape.kind == "coast":
        return []
    if shape.kind in LINE_ZOOM:
        layer = shape.kind if shape.kind in ("rail", "boundary") else "waterway"
        properties = _named({"kind": shape.kind}, shape.name)
        zoom = LINE_ZOOM[shape.kind]
        return [
            Feature(layer=layer, geometry=square_earth(shape.geometry), properties=properties, zoom=zoom, names_from=12)
        ]
    if shape.kind == "building":
        return _area("building", "", shape.geometry, "", 14)
    layer = "water" if shape.kind == "water" else "landuse"
    return _area(layer, shape.kind, shape.geometry, shape.name if layer == "water" else "", 0)


def _area(layer: str, kind: str, geometry: Any, name: str, zoom: int) -> list[Feature]:
    flat = shapely.make_valid(square_earth(geometry))
    polygons = [p for p in shapely.get_parts(flat) if p.geom_type == "Polygon"]
    if not polygons:
        return []
    properties = _named({"kind": kind} if kind else {}, name)
    return [
        Feature(layer=layer, geometry=shapely.multipolygons(polygons), properties=properties, zoom=zoom, names_from=12)
    ]


def _named(properties: dict[str, str | int | bool], name: str) -> dict[str, str | int | bool]:
    return properties | ({"name": name} if name else {})


def _roads(survey: Survey) -> list[Feature]:
    """Pieces that look and are called alike joined into long lines, so that labels have room."""
    alike: dict[tuple[str, str, str, bool, int], list[Road]] = defaultdict(list)
    for road in survey.roads:
        alike[road.road_class, road.name, road.ref, road.oneway, road.level].append(road)
    out = []
    lonlat = np.stack([survey.lon, survey.lat], axis=1)
    for (road_class, name, ref, oneway, level), roads in alike.items():
        lines = shapely.multilinestrings([shapely.LineString(lonlat[list(r.nodes)]) for r in roads])
        properties = _named({"class": road_class}, name)
        properties |= {"ref": ref} if ref else {}
        properties |= {"oneway": True} if oneway else {}
        properties |= {"level": level} if level else {}
        merged = square_earth(shapely.line_merge(lines, directed=oneway))
        zoom = ROAD_ZOOM[road_class]
        out.append(Feature(layer="road", geometry=merged, properties=properties, zoom=zoom, names_from=ROAD_NAME_ZOOM))
    return out


def _labels(survey: Survey) -> list[Feature]:
    out = []
    for place in survey.named:
        at = square_earth(shapely.Point(place.lon, place.lat))
        said: dict[str, str | int | bool] = {"kind": place.kind, "name": place.name}
        if place.kind in PLACE_ZOOM:
            rank = PLACE_RANK[place.kind]
            out.append(
                Feature(layer="place", geometry=at, properties=said | {"rank": rank}, zoom=PLACE_ZOOM[place.kind])
            )
        elif place.kind in POIS:
            out.append(Feature(layer="poi", geometry=at, properties=said, zoom=POI_ZOOM))
    return out


def sea(coast: list[Any], bbox: tuple[float, float, float, float]) -> Any:
    """The water side of the coast within the box: OSM coastlines have land on their left, sea on their right."""
    box = shapely.box(*bbox)
    lines = shapely.line_merge(shapely.union_all([line.intersection(box) for line in coast]))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([lines, box.exterior])]))
    wet = set()
    tree = shapely.STRtree(faces)
    for line in coast:
        points = shapely.get_coordinates(line)
        way = np.diff(points, axis=0)
        length = np.maximum(np.hypot(*way.T), 1e-12)[:, None]
        right = points[:-1] + way / 2 + np.stack([way[:, 1], -way[:, 0]], axis=1) / length * 1e-6
        _, face = tree.query(shapely.points(right), predicate="within")
        wet.update(face.tolist())
    return shapely.union_all([faces[i] for i in sorted(wet)])
