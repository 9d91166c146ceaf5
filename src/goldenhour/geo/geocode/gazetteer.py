"""From surveyed names and numbers to the flat tables that the geocoder searches."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from goldenhour.geo.geocode.house_numbers import split_number
from goldenhour.geo.geocode.names import words
from goldenhour.geo.metric import Frame
from goldenhour.geo.region.arrays import Arrays, Texts
from goldenhour.geo.region.survey import Address, NamedPlace, Survey
from goldenhour.geo.roads import RoadGraph

TOWN_KINDS: Final = frozenset({"city", "town", "village", "hamlet", "suburb", "borough", "municipality"})
# A town reaches farther than a hamlet: distances are divided by this before the nearest one is taken.
TOWN_REACH: Final = {"city": 3.0, "borough": 2.0, "town": 2.0, "municipality": 2.0, "village": 1.2}
PLACE_UNCERTAINTY_M: Final = {
    "city": 3000,
    "town": 1500,
    "suburb": 800,
    "village": 700,
    "neighbourhood": 500,
    "hamlet": 300,
    "locality": 300,
    "island": 500,
    "park": 200,
    "water": 300,
    "peak": 50,
}
OTHER_PLACE_M: Final = 60  # a building or a yard
SAME_STREET_M: Final = 800.0  # an address this near a street of its name belongs to it


@dataclass
class _Streets:
    """Streets under construction: one per name and town."""

    number: dict[tuple[tuple[str, ...], int], int] = field(default_factory=dict)
    label: list[str] = field(default_factory=list)
    town: list[int] = field(default_factory=list)
    nodes: list[set[int]] = field(default_factory=list)
    by_name: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, town: int) -> int:
        key = (words(name), town)
        if key not in self.number:
            self.number[key] = len(self.label)
            self.by_name[key[0]].append(len(self.label))
            self.label.append(name)
            self.town.append(town)
            self.nodes.append(set())
        return self.number[key]


def gazetteer(survey: Survey, roads: RoadGraph) -> tuple[Arrays, Texts]:
    """Tables of streets, addresses, places and mileposts; see Geocoder.from_arrays for what each holds."""
    frame = Frame(float(roads.lon.mean()), float(roads.lat.mean()))
    towns = [p for p in survey.named if p.kind in TOWN_KINDS]
    road_xy = frame.xy(roads.lon, roads.lat)
    streets = _streets_of(roads, road_xy, towns, frame)
    stored, texts = _addresses(survey.addresses, streets, road_xy, towns, frame)
    stored |= _street_tables(streets)
    places = list(survey.named)
    stored |= _place_tables(places, towns, frame)
    posts = sorted(survey.mileposts, key=lambda m: (m.ref, m.at))
    stored |= {
        "mile_at": np.array([m.at for m in posts], dtype=np.float64),
        "mile_lon": np.array([m.lon for m in posts], dtype=np.float64),
        "mile_lat": np.array([m.lat for m in posts], dtype=np.float64),
        "bbox": np.array(survey.bbox, dtype=np.float64),
        "number_first": np.array([survey.number_first]),
    }
    texts |= {
        "street": tuple(streets.label),
        "town": tuple(t.name for t in towns),
        "place": tuple(p.name for p in places),
        "place_also": tuple("\n".join(p.also) for p in places),
        "place_kind": tuple(p.kind for p in places),
        "mile_ref": tuple(m.ref for m in posts),
        "mile_unit": tuple(m.unit for m in posts),
        "postcode": tuple(sorted({a.postcode for a in survey.addresses if a.postcode})),
    }
    return stored, texts


def _nearest_town(xy: NDArray[np.float64], towns: list[NamedPlace], frame: Frame) -> NDArray[np.int32]:
    """Index of the town each point belongs to by weighted distance; -1 when there is none."""
    if not towns:
        return np.full(len(xy), -1, dtype=np.int32)
    centres = frame.xy([t.lon for t in towns], [t.lat for t in towns])
    reach = np.array([TOWN_REACH.get(t.kind, 1.0) for t in towns])
    out = np.empty(len(xy), dtype=np.int32)
    for start in range(0, len(xy), 4096):
        part = xy[start : start + 4096]
        away = np.hypot(part[:, None, 0] - centres[:, 0], part[:, None, 1] - centres[:, 1])
        out[start : start + 4096] = (away / reach).argmin(1)
    return out


def _streets_of(roads: RoadGraph, xy: NDArray[np.float64], towns: list[NamedPlace], frame: Frame) -> _Streets:
    streets = _Streets()
    named = np.flatnonzero(roads.name >= 0)
    middle = (xy[roads.tail[named]] + xy[roads.head[named]]) / 2
    town = _nearest_town(middle, towns, frame)
    for arc, where in zip(named.tolist(), town.tolist(), strict=True):
        street = streets.add(roads.names[roads.name[arc]], where)
        streets.nodes[street].update((int(roads.tail[arc]), int(roads.head[arc])))
    return streets


def _addresses(
    addresses: list[Address],
    streets: _Streets,
    road_xy: NDArray[np.float64],
    towns: list[NamedPlace],
    frame: Frame,
) -> tuple[Arrays, Texts]:
    xy = frame.xy([a.lon for a in addresses], [a.lat for a in addresses]).reshape(-1, 2)
    by_spot = _nearest_town(xy, towns, frame)
    town_number = {words(t.name): i for i, t in enumerate(towns)}
    trees = [cKDTree(road_xy[sorted(nodes)]) for nodes in streets.nodes]
    rows = []
    for i, address in enumerate(addresses):
        number, suffix = split_number(address.number)
        if number < 0:
            continue
        town = town_number.get(words(address.city), int(by_spot[i])) if address.city else int(by_spot[i])
        street = _street_for(address.street, town, xy[i], streets, trees)
        rows.append((street, number, suffix, address.lon, address.lat))
    rows.sort()
    return {
        "address_street": np.array([r[0] for r in rows], dtype=np.int32),
        "address_number": np.array([r[1] for r in rows], dtype=np.int32),
        "address_lon": np.array([r[3] for r in rows], dtype=np.float64),
        "address_lat": np.array([r[4] for r in rows], dtype=np.float64),
    }, {"address_suffix": tuple(r[2] for r in rows)}


def _street_for(name: str, town: int, xy: NDArray[np.float64], streets: _Streets, trees: list[cKDTree]) -> int:
    """The street of that name which runs past the address; a street of its own if none does."""
    best, best_m = -1, SAME_STREET_M
    for street in streets.by_name.get(words(name), ()):
        away = float(trees[street].query(xy)[0]) if street < len(trees) else np.inf
        if away < best_m:
            best, best_m = street, away
    return best if best >= 0 else streets.add(name, town)


def _street_tables(streets: _Streets) -> Arrays:
    counts = [len(nodes) for nodes in streets.nodes]
    return {
        "street_town": np.array(streets.town, dtype=np.int32),
        "street_node_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        "street_node": np.array([n for nodes in streets.nodes for n in sorted(nodes)], dtype=np.int32),
    }


def _place_tables(places: list[NamedPlace], towns: list[NamedPlace], frame: Frame) -> Arrays:
    lon, lat = (np.array([getattr(p, axis) for p in places], dtype=np.float64) for axis in ("lon", "lat"))
    return {
        "place_lon": lon,
        "place_lat": lat,
        "place_town": _nearest_town(frame.xy(lon, lat).reshape(-1, 2), towns, frame),
        "place_uncertainty_m": np.array(
            [PLACE_UNCERTAINTY_M.get(p.kind, OTHER_PLACE_M) for p in places], dtype=np.int32
        ),
    }
