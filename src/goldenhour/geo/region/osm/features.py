"""OSM objects other than roads: addresses, named places, stations, hospitals, mileposts, and what is only drawn."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from goldenhour.geo.metric import distance_m
from goldenhour.geo.region.osm.tags import Tags
from goldenhour.geo.region.survey import Address, NamedPlace, Shape, Site

NAMED_KEYS: Final = (
    "place",
    "amenity",
    "healthcare",
    "shop",
    "tourism",
    "leisure",
    "office",
    "craft",
    "historic",
    "railway",
    "public_transport",
    "aeroway",
    "man_made",
    "natural",
    "waterway",
    "landuse",
    "building",
    "military",
)
NOT_NAMED: Final = frozenset(
    {
        "region",
        "state",
        "country",
        "county",
        "yes",
        "bus_stop",
        "platform",
        "stop_position",
        "rail",
        "proposed",
        "construction",
        "abandoned",
        "disused",
        "dismantled",
        "razed",
    }
)
SAME_SITE_M: Final = 500.0  # a campus mapped as a point, an outline and several buildings
TOWN_KINDS: Final = frozenset({"city", "town", "village", "hamlet", "suburb", "borough", "municipality"})
CITY_SEEN: Final = 20  # addresses that must name a city for it to be one
LINES: Final = {
    ("waterway", "river"): "river",
    ("waterway", "stream"): "stream",
    ("waterway", "canal"): "river",
    ("railway", "rail"): "rail",
    ("railway", "light_rail"): "rail",
    ("natural", "coastline"): "coast",
    ("boundary", "administrative"): "boundary",
}
LINE_KEYS: Final = ("waterway", "railway", "natural", "boundary")
AREAS: Final = {
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("landuse", "reservoir"): "water",
    ("landuse", "basin"): "water",
    ("leisure", "swimming_pool"): "water",
    ("natural", "wood"): "wood",
    ("landuse", "forest"): "wood",
    ("natural", "scrub"): "scrub",
    ("natural", "wetland"): "wetland",
    ("natural", "scree"): "rock",
    ("natural", "bare_rock"): "rock",
    ("natural", "glacier"): "ice",
    ("leisure", "park"): "park",
    ("leisure", "garden"): "park",
    ("leisure", "golf_course"): "park",
    ("leisure", "recreation_ground"): "park",
    ("landuse", "recreation_ground"): "park",
    ("leisure", "pitch"): "park",
    ("landuse", "cemetery"): "park",
    ("landuse", "grass"): "park",
    ("landuse", "meadow"): "farmland",
    ("landuse", "farmland"): "farmland",
    ("landuse", "orchard"): "farmland",
    ("landuse", "vineyard"): "farmland",
    ("landuse", "residential"): "residential",
    ("landuse", "commercial"): "commercial",
    ("landuse", "retail"): "commercial",
    ("landuse", "industrial"): "industrial",
    ("landuse", "railway"): "industrial",
    ("amenity", "hospital"): "hospital",
}


@dataclass
class Features:
    """What has been met so far. `settled` merges doubles and fills towns in."""

    addresses: list[Address] = field(default_factory=list)
    named: list[NamedPlace] = field(default_factory=list)
    stations: list[Site] = field(default_factory=list)
    hospitals: list[Site] = field(default_factory=list)
    streetless: int = 0
    gone: int = 0
    broken_areas: int = 0

    def add(self, tags: Tags, lon: float, lat: float, source: str) -> None:
        """Note everything that one OSM object says."""
        if "addr:housenumber" in tags:
            self._address(tags, lon, lat)
        kind = named_kind(tags)
        if kind and not is_gone(tags):
            also = tuple(
                dict.fromkeys(tags[k] for k in ("alt_name", "short_name", "name:en", "old_name") if tags.get(k))
            )
            self.named.append(NamedPlace(name=tags["name"], kind=kind, lon=lon, lat=lat, also=also))
        group = self._site_group(tags)
        if group is not None and is_gone(tags):
            self.gone += 1
        elif group is not None:
            group.append(_site(tags, lon, lat, source))

    def _site_group(self, tags: Tags) -> list[Site] | None:
        if tags.get("amenity") == "hospital" or tags.get("healthcare") == "hospital":
            return self.hospitals
        ambulance = tags.get("emergency") == "ambulance_station"
        return self.stations if ambulance or tags.get("amenity") == "fire_station" else None

    def _address(self, tags: Tags, lon: float, lat: float) -> None:
        street = tags.get("addr:street") or tags.get("addr:place")
        if not street:
            self.streetless += 1
            return
        city, postcode = tags.get("addr:city", ""), tags.get("addr:postcode", "")
        for number in tags["addr:housenumber"].replace(";", ",").split(","):
            self.addresses.append(
                Address(number=number.strip(), street=street, lon=lon, lat=lat, city=city, postcode=postcode)
            )

    def settled(self) -> "Features":
        """Without doubles, and with the towns that only addresses name."""
        self.hospitals = merged(self.hospitals)
        self.stations = merged(self.stations)
        self.named = _distinct(self.named)
        self.named += _towns_of(self.addresses, {p.name for p in self.named if p.kind in TOWN_KINDS})
        return self

    def notes(self, cut_ways: int) -> list[str]:
        """What the region's owner should know about this source."""
        said = []
        if self.streetless:
            said.append(f"{self.streetless} house numbers name no street and were left out.")
        if self.gone:
            said.append(f"{self.gone} stations or hospitals are marked as closed or historical and were left out.")
        if cut_ways:
            said.append(f"{cut_ways} ways run over the edge of the extract; their inner part is used.")
        if self.broken_areas:
            said.append(f"{self.broken_areas} areas have broken outlines and are not drawn.")
        if not self.hospitals:
            said.append("No hospital in this extract; places.yaml needs at least one.")
        if not self.stations:
            said.append("No fire or ambulance station in this extract; places.yaml needs at least one.")
        return said


def is_gone(tags: Tags) -> bool:
    """Closed, historical or planned: on the map but not in the world."""
    named = tags.get("name", "").lower()
    return (
        "(historical)" in named or "(closed)" in named or tags.get("disused") == "yes" or tags.get("abandoned") == "yes"
    )


def named_kind(tags: Tags) -> str:
    """In which words a named object is a place; "" if it is not one."""
    if not tags.get("name") or "highway" in tags or "boundary" in tags:
        return ""
    kinds = [tags[key] for key in NAMED_KEYS if key in tags]
    fits = [kind for kind in kinds if kind not in NOT_NAMED]
    return fits[0] if fits else "building" if "building" in tags else ""


def _site(tags: Tags, lon: float, lat: float, source: str) -> Site:
    emergency = {"yes": True, "no": False}.get(tags.get("emergency", ""))
    beds = tags.get("beds", tags.get("capacity:beds", ""))
    ambulance = tags.get("emergency") == "ambulance_station" or tags.get("ambulance_station") == "yes"
    return Site(
        name=tags.get("name", tags.get("name:en", tags.get("name:de", ""))).strip(),
        lon=lon,
        lat=lat,
        source=source,
        emergency=emergency,
        ambulance=ambulance,
        beds=int(beds) if beds.isdigit() else None,
        helipad=tags.get("helipad") == "yes",
    )


def merged(sites: list[Site]) -> list[Site]:
    """One per campus: same name, or no name, within SAME_SITE_M; what any of them says is kept."""
    out: list[Site] = []
    for site in sorted(sites, key=lambda s: (not s.name, s.name, not s.emergency, s.source)):
        near = [
            i
            for i, other in enumerate(out)
            if (not site.name or site.name == other.name)
            and distance_m(site.lon, site.lat, other.lon, other.lat) < SAME_SITE_M
        ]
        if near:
            kept = out[near[0]]
            emergency = kept.emergency if kept.emergency is not None else site.emergency if site.name else None
            out[near[0]] = Site(
                name=kept.name,
                lon=kept.lon,
                lat=kept.lat,
                source=kept.source,
                emergency=emergency,
                ambulance=kept.ambulance or site.ambulance,
                beds=kept.beds or site.beds,
                helipad=kept.helipad or site.helipad,
            )
        else:
            out.append(site)
    return out


def _distinct(named: list[NamedPlace]) -> list[NamedPlace]:
    """Long things (a stream in twenty ways) and doubles (point and outline) once per kilometre or so."""
    out: dict[tuple[str, str, int, int], NamedPlace] = {}
    for place in named:
        out.setdefault((place.name, place.kind, round(place.lon * 70), round(place.lat * 100)), place)
    return list(out.values())


def _towns_of(addresses: list[Address], known: set[str]) -> list[NamedPlace]:
    seen = Counter(a.city for a in addresses if a.city)
    at: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for a in addresses:
        if seen[a.city] >= CITY_SEEN and a.city not in known:
            at[a.city].append((a.lon, a.lat))
    return [
        NamedPlace(name=city, kind="town", lon=float(middle[0]), lat=float(middle[1]))
        for city, spots in sorted(at.items())
        for middle in [np.median(np.array(spots), axis=0)]
    ]


def milestone(tags: Tags) -> tuple[float, str] | None:
    """(distance, "km" or "mi") of a highway=milestone; None if it does not say a number."""
    said = tags.get("distance", tags.get("pk", "")).strip().lower()
    number = said.removesuffix("mi").removesuffix("km").strip()
    try:
        return float(number), "mi" if said.endswith("mi") else "km"
    except ValueError:
        return None


def area_kind(tags: Tags) -> str | None:
    """How an area is drawn."""
    for key in ("natural", "waterway", "leisure", "landuse", "amenity"):
        kind = AREAS.get((key, tags.get(key, "")))
        if kind:
            return kind
    return "building" if tags.get("building", "no") != "no" else None


def is_line(tags: Tags) -> bool:
    return any((key, tags.get(key, "")) in LINES for key in LINE_KEYS)


def line(tags: Tags, points: list[tuple[float, float]]) -> Shape:
    """A watercourse, railway, coast or boundary."""
    kind = next(LINES[k, tags[k]] for k in LINE_KEYS if (k, tags.get(k, "")) in LINES)
    return Shape(kind=kind, geometry=shapely.LineString(points), name=tags.get("name", ""))
