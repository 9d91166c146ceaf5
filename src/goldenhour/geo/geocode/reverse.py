"""From a point on the map to words: the nearest address, corner or street."""

from typing import Final

import numpy as np

from goldenhour.geo.geocode.found import Found, Matched
from goldenhour.geo.geocode.tables import Tables, in_town

AT_ADDRESS_M: Final = 60.0
AT_CORNER_M: Final = 25.0
STREET_REACH_M: Final = 1500.0  # farther from every named street, coordinates say more
UNADDRESSED_M: Final = 5.0  # a point on the map is where the finger was


def describe(tables: Tables, lon: float, lat: float) -> Found:
    """The point itself (its lon, lat stay as given), labelled by what is nearest. Score falls with distance."""
    near = [found for found in (_corner(tables, lon, lat), _address(tables, lon, lat)) if found is not None]
    if near:
        return min(near, key=lambda away_and_found: away_and_found[0])[1]
    street = tables.finder.nearest_street(lon, lat)
    if street is None or street[1] > STREET_REACH_M:
        return _found(tables, lon, lat, f"{lat:.5f}, {lon:.5f}", "coordinates", "no named street near", 0.3)
    arc, away_m = street[0], street[1]
    name = tables.roads.names[tables.roads.name[arc]]
    label = in_town(name, _town_near(tables, int(tables.roads.tail[arc]), name))
    said = label if away_m < AT_ADDRESS_M else f"{away_m:.0f} m from {label}"
    return _found(tables, lon, lat, said, "street", "nearest street", 0.7, Matched(street=name))


def _corner(tables: Tables, lon: float, lat: float) -> tuple[float, Found] | None:
    nodes = tables.corners
    if not len(nodes):
        return None
    away, i = tables.corner_tree.query(tables.frame.xy(lon, lat))
    if away > AT_CORNER_M:
        return None
    starts, streets = tables.street_of_node
    node = int(nodes[i])
    here = [int(s) for s in streets[starts[node] : starts[node + 1]]]
    names = list(dict.fromkeys(tables.texts["street"][s] for s in here))[:2]
    label = in_town(" & ".join(names), tables.street_town(here[0]))
    matched = Matched(street=names[0], cross_street=names[1], city=tables.street_town(here[0]))
    found = _found(tables, lon, lat, label, "intersection", f"corner {away:.0f} m away", 0.95, matched)
    return float(away), found


def _address(tables: Tables, lon: float, lat: float) -> tuple[float, Found] | None:
    if not len(tables.stored["address_lon"]):
        return None
    away, row = tables.address_tree.query(tables.frame.xy(lon, lat))
    if away > AT_ADDRESS_M:
        return None
    street = int(tables.stored["address_street"][row])
    number = f"{tables.stored['address_number'][row]}{tables.texts['address_suffix'][row]}"
    label = tables.address_label(number, street)
    source = "address point" if away < AT_ADDRESS_M / 3 else f"nearest address, {away:.0f} m away"
    matched = tables.street_matched(street, number)
    return float(away), _found(tables, lon, lat, label, "address", source, 1.0 - away / 300.0, matched)


def _town_near(tables: Tables, node: int, name: str) -> str:
    starts, streets = tables.street_of_node
    for s in streets[starts[node] : starts[node + 1]]:
        if tables.texts["street"][s] == name:
            return tables.street_town(int(s))
    return ""


def _found(
    tables: Tables,
    lon: float,
    lat: float,
    label: str,
    kind: str,
    source: str,
    score: float,
    matched: Matched | None = None,
) -> Found:
    return Found(
        label=label,
        kind=kind,
        lon=lon,
        lat=lat,
        uncertainty_m=UNADDRESSED_M,
        source=source,
        score=float(np.clip(score, 0, 1)),
        matched=matched or Matched(),
        outside=tables.is_outside(lon, lat),
    )
