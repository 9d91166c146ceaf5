"""From surveyed names and numbers to the flat tables that the geocoder searches."""

from collections import defaultdict
from typing import Any, Final

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
    "city": 3000, "town": 1500, "suburb": 800, "village": 700, "neighbourhood": 500, "hamlet": 300,
    "locality": 300, "island": 500, "park": 200, "water": 300, "river": 3000, "peak": 50,
}  # fmt: skip
OTHER_PLACE_M: Final = 60  # a building or a yard
SAME_STREET_M: Final = 800.0  # an address this near a street of its name belongs to it


def gazetteer(survey: Survey, roads: RoadGraph, node_of: NDArray[np.int64]) -> tuple[Arrays, Texts]:
    """Tables of streets, addresses, places and mileposts (see `Tables` for what each holds).

    node_of: road node of each surveyed point, -1 where the point is on no drivable road.
    """
    frame = Frame(float(roads.lon.mean()), float(roads.lat.mean()))
    towns = [p for p in survey.named if p.kind in TOWN_KINDS]
    road_xy = frame.xy(roads.lon, roads.lat)
    labels, town, nodes = _streets(survey, node_of, road_xy, towns, frame)
    stored, texts = _addresses(survey.addresses, labels, town, nodes, road_xy, towns, frame)
    counts = [len(n) for n in nodes]
    posts = sorted(survey.mileposts, key=lambda m: (m.ref, m.at))
    stored |= {
        "street_town": np.array(town, dtype=np.int32),
        "street_node_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        "street_node": np.concatenate([*nodes, np.zeros(0)]).astype(np.int32),
        "mile_at": np.array([m.at for m in posts], dtype=np.float64),
        "mile_lon": np.array([m.lon for m in posts], dtype=np.float64),
        "mile_lat": np.array([m.lat for m in posts], dtype=np.float64),
        "bbox": np.array(survey.bbox, dtype=np.float64),
        "number_first": np.array([survey.number_first]),
    }
    texts |= {
        "street": tuple(labels),
        "town": tuple(t.name for t in towns),
        "mile_ref": tuple(m.ref for m in posts),
        "mile_unit": tuple(m.unit for m in posts),
        "postcode": tuple(sorted({a.postcode for a in survey.addresses if a.postcode})),
    }
    place_arrays, place_texts = _places(survey.named, towns, frame)
    return stored | place_arrays, texts | place_texts


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


def _streets(
    survey: Survey, node_of: NDArray[np.int64], road_xy: NDArray[np.float64], towns: list[NamedPlace], frame: Frame
) -> tuple[list[str], list[int], list[NDArray[np.int64]]]:
    """One street per name (or route number) and town: labels, towns, sorted road nodes."""
    names: dict[str, int] = {}
    parts: list[NDArray[np.int64]] = []
    for road in survey.roads:
        nodes = node_of[list(road.nodes)]
        nodes = nodes[nodes >= 0]
        for name in dict.fromkeys([road.name, *road.ref.split(";")]):
            if name.strip() and len(nodes):
                number = names.setdefault(name.strip(), len(names))
                parts.append(np.stack([np.full(len(nodes), number), nodes], axis=1))
    if not parts:
        return [], [], []
    pairs = np.unique(np.vstack(parts), axis=0)
    town = _nearest_town(road_xy[pairs[:, 1]], towns, frame)
    keyed = np.unique(np.stack([pairs[:, 0], town, pairs[:, 1]], axis=1), axis=0)
    fresh = np.flatnonzero(np.any(np.diff(keyed[:, :2], axis=0, prepend=-9) != 0, axis=1))
    spoken = list(names)
    labels = [spoken[i] for i in keyed[fresh, 0].tolist()]
    return labels, keyed[fresh, 1].tolist(), np.split(keyed[:, 2], fresh[1:])


def _addresses(
    addresses: list[Address],
    labels: list[str],
    town: list[int],
    nodes: list[NDArray[np.int64]],
    road_xy: NDArray[np.float64],
    towns: list[NamedPlace],
    frame: Frame,
) -> tuple[Arrays, Texts]:
    """Addresses by street and number. A street that no road is named after is appended to labels, town, nodes."""
    xy = frame.xy([a.lon for a in addresses], [a.lat for a in addresses]).reshape(-1, 2)
    at_town = _address_towns(addresses, xy, towns, frame)
    by_name: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for street, label in enumerate(labels):
        by_name[words(label)].append(street)
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, address in enumerate(addresses):
        same[words(address.street)].append(i)
    street_of = np.full(len(addresses), -1, dtype=np.int64)
    for name, members in same.items():
        known = by_name.get(name, [])
        if known:
            owner = np.repeat(known, [len(nodes[s]) for s in known])
            away, which = cKDTree(road_xy[np.concatenate([nodes[s] for s in known])]).query(xy[members])
            street_of[members] = np.where(away <= SAME_STREET_M, owner[which], -1)
        unplaced: dict[int, int] = {}
        for i in [i for i in members if street_of[i] < 0]:
            if int(at_town[i]) not in unplaced:
                unplaced[int(at_town[i])] = len(labels)
                labels.append(addresses[i].street)
                town.append(int(at_town[i]))
                nodes.append(np.zeros(0, dtype=np.int64))
            street_of[i] = unplaced[int(at_town[i])]
    rows = []
    for i, address in enumerate(addresses):
        number, suffix = split_number(address.number)
        if number >= 0:
            rows.append((int(street_of[i]), number, suffix, address.lon, address.lat))
    rows.sort()
    return {
        "address_street": np.array([r[0] for r in rows], dtype=np.int32),
        "address_number": np.array([r[1] for r in rows], dtype=np.int32),
        "address_lon": np.array([r[3] for r in rows], dtype=np.float64),
        "address_lat": np.array([r[4] for r in rows], dtype=np.float64),
    }, {"address_suffix": tuple(r[2] for r in rows)}


def _address_towns(
    addresses: list[Address], xy: NDArray[np.float64], towns: list[NamedPlace], frame: Frame
) -> NDArray[np.int32]:
    """The town an address names, if it is on the map; else the nearest."""
    number = {words(t.name): i for i, t in enumerate(towns)}
    out = _nearest_town(xy, towns, frame)
    for i, address in enumerate(addresses):
        out[i] = number.get(words(address.city), out[i]) if address.city else out[i]
    return out


def _places(places: list[NamedPlace], towns: list[NamedPlace], frame: Frame) -> tuple[Arrays, Texts]:
    lon, lat = (np.array([getattr(p, axis) for p in places], dtype=np.float64) for axis in ("lon", "lat"))
    radius = [PLACE_UNCERTAINTY_M.get(p.kind, OTHER_PLACE_M) for p in places]
    stored: dict[str, Any] = {
        "place_lon": lon,
        "place_lat": lat,
        "place_town": _nearest_town(frame.xy(lon, lat).reshape(-1, 2), towns, frame),
        "place_uncertainty_m": np.array(radius, dtype=np.int32),
    }
    texts = {
        "place": tuple(p.name for p in places),
        "place_also": tuple("\n".join(p.also) for p in places),
        "place_kind": tuple(p.kind for p in places),
    }
    return stored, texts
