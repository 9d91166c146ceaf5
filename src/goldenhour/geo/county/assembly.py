"""The county as a survey: the same form that an OSM extract is read into."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from goldenhour.geo.county.countryside import country_roads, farm_tracks, junctions
from goldenhour.geo.county.ground import FRAME, HEIGHT_M, WIDTH_M, XY, Ground, Town, ground
from goldenhour.geo.county.interstate import interstate
from goldenhour.geo.county.landmarks import landmarks
from goldenhour.geo.county.lines import Piece, Street, join
from goldenhour.geo.county.naming import Namer
from goldenhour.geo.county.numbering import addresses
from goldenhour.geo.county.scenery import scenery
from goldenhour.geo.county.settlement import ashford_fixed, hamlets
from goldenhour.geo.county.townscape import Townscape, townscape
from goldenhour.geo.region.survey import Milepost, Road, Survey

KMH_PER_MPH: Final = 1.609344
METRES_PER_MILE: Final = 1609.344
LONGEST_LEG_M: Final = 110.0  # between nodes, so that the nearest node is never far
TOWN_MPH: Final = {"trunk": 40.0, "primary": 35.0, "secondary": 35.0}
OPEN_MPH: Final = {"trunk": 65.0, "primary": 60.0, "secondary": 55.0}
TOWN_CLASS: Final = {"trunk": "primary", "primary": "primary", "secondary": "secondary"}


def survey_of(seed: int) -> Survey:
    """The whole county from a seed: equal seeds give equal counties on every machine and under every hash seed."""
    rng = np.random.default_rng(seed)
    land = ground(rng)
    namer = Namer(rng)
    points, first_anchor = junctions(rng, land)
    villages = hamlets(rng, points[:first_anchor], land)
    scapes = _townscapes(rng, land, namer, villages)
    country = country_roads(rng, land, namer, points, first_anchor)
    tracks = farm_tracks(rng, country, land)
    in_towns = [street for scape in scapes for street in scape.streets]
    streets = [*_through_roads(land), *_interstates(land), *country, *in_towns, *tracks]
    pieces = _connected([p for parts in join(streets) for p in parts])
    streets, pieces = _inside_towns(streets, pieces, land)
    lon, lat, roads = _roads(streets, pieces)
    homes = addresses(rng, streets, pieces, land)
    survey = Survey(
        name="Meridian County",
        source=f"made-up county, seed {seed}",
        source_date="",
        licence="Apache-2.0",
        attribution="Meridian County is made up",
        bbox=_bbox(),
        timezone="America/Chicago",
        measures="imperial",
        number_first=True,
        lon=lon,
        lat=lat,
        roads=roads,
        addresses=homes,
        named=landmarks(rng, land, villages, homes, scapes),
        mileposts=[post for highway in land.highways for post in _mileposts(highway)],
        shapes=scenery(rng, land, scapes, villages, homes, pieces),
    )
    return survey


def _townscapes(rng: Generator, land: Ground, namer: Namer, villages: list[Town]) -> list[Townscape]:
    ashford = land.towns[0]
    out = []
    for town in (*land.towns, *villages):
        fixed = ashford_fixed(rng, land, ashford) if town is ashford else []
        out.append(townscape(rng, town, land, namer, fixed))
    return out


def _through_roads(land: Ground) -> list[Street]:
    return [
        Street(
            line=h.line, name=h.name, road_class=h.road_class, mph=OPEN_MPH[h.road_class], ref=h.ref, numbering="rural"
        )
        for h in land.highways
        if h.road_class != "motorway"
    ]


def _interstates(land: Ground) -> list[Street]:
    return [s for h in land.highways if h.road_class == "motorway" for s in interstate(h, land)]


def _connected(pieces: list[Piece]) -> list[Piece]:
    """The largest connected part; a street that nothing reaches is not built."""
    ends: dict[tuple[int, int], int] = {}
    pairs = []
    for piece in pieces:
        a, b = (ends.setdefault(_spot(piece.coordinates[k]), len(ends)) for k in (0, -1))
        pairs.append((a, b))
    links = np.array(pairs)
    graph = coo_matrix((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(len(ends), len(ends)))
    _, part = connected_components(graph, directed=False)
    largest = np.bincount(part).argmax()
    return [p for p, (a, _) in zip(pieces, pairs, strict=True) if part[a] == largest]


def _spot(xy: XY) -> tuple[int, int]:
    return round(float(xy[0]) * 100), round(float(xy[1]) * 100)


def _inside_towns(streets: list[Street], pieces: list[Piece], land: Ground) -> tuple[list[Street], list[Piece]]:
    """Through roads take their street name and the town's limit where they run between houses."""
    streets = list(streets)
    local: dict[tuple[int, str], int] = {}
    named = {h.ref: h.street for h in land.highways}
    out = []
    for piece in pieces:
        street = streets[piece.street]
        middle = shapely.Point(piece.coordinates[len(piece.coordinates) // 2])
        town = next((t for t in land.towns if t.outline.contains(middle)), None) if street.ref else None
        if town is None or street.road_class not in TOWN_CLASS:
            out.append(piece)
            continue
        key = (piece.street, town.name)
        if key not in local:
            local[key] = len(streets)
            kind = street.road_class
            streets.append(
                replace(street, name=named[street.ref], road_class=TOWN_CLASS[kind], mph=TOWN_MPH[kind], town=town.name,
                        numbering="blocks")
            )  # fmt: skip
        out.append(replace(piece, street=local[key]))
    return streets, out


def _roads(streets: list[Street], pieces: list[Piece]) -> tuple[Any, Any, list[Road]]:
    number: dict[tuple[int, int], int] = {}
    points: list[XY] = []
    roads = []
    for piece in pieces:
        street = streets[piece.street]
        line = shapely.get_coordinates(shapely.segmentize(shapely.LineString(piece.coordinates), LONGEST_LEG_M))
        nodes = []
        for xy in line:
            spot = _spot(xy)
            if spot not in number:
                number[spot] = len(points)
                points.append(xy)
            nodes.append(number[spot])
        roads.append(
            Road(
                nodes=tuple(nodes),
                road_class=street.road_class,
                name=street.name,
                ref=street.ref,
                oneway=street.oneway,
                limit_kmh=street.mph * KMH_PER_MPH,
                cold=not street.emergency_only,
            )
        )
    lonlat = FRAME.lonlat(np.array(points))
    return np.round(lonlat[:, 0], 7), np.round(lonlat[:, 1], 7), roads


def _mileposts(highway: Any) -> list[Milepost]:
    posts = []
    for k in range(int(highway.line.length // METRES_PER_MILE) + 1):
        spot = highway.line.interpolate(k * METRES_PER_MILE)
        lon, lat = FRAME.lonlat([spot.x, spot.y])
        posts.append(Milepost(ref=highway.ref, at=highway.first_mile + k, unit="mi", lon=float(lon), lat=float(lat)))
    return posts


def _bbox() -> tuple[float, float, float, float]:
    (west, south), (east, north) = FRAME.lonlat([[-WIDTH_M / 2, -HEIGHT_M / 2], [WIDTH_M / 2, HEIGHT_M / 2]])
    return float(west), float(south), float(east), float(north)
