"""The gazetteer's tables as the geocoder reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from goldenhour.geo.geocode.found import Matched
from goldenhour.geo.metric import Frame
from goldenhour.geo.region.arrays import Arrays, Texts
from goldenhour.geo.region.survey import NamedPlace
from goldenhour.geo.road_finder import RoadFinder
from goldenhour.geo.roads import RoadGraph


@dataclass(frozen=True)
class Tables:
    """Streets (one per name and town), house numbers sorted by street, places, mileposts; and the roads below them.

    stored: street_town i32[s]; street_node_start i32[s + 1] into street_node (sorted road nodes);
    address_street, address_number, address_lon, address_lat [a]; place_lon, place_lat, place_town,
    place_uncertainty_m [p]; mile_at, mile_lon, mile_lat [m], sorted by ref and mile; bbox; number_first.
    """

    stored: dict[str, Any]
    texts: Texts
    roads: RoadGraph

    @staticmethod
    def of(stored: Arrays, texts: Texts, roads: RoadGraph) -> "Tables":
        return Tables(dict(stored), texts, roads)

    @cached_property
    def finder(self) -> RoadFinder:
        return RoadFinder(self.roads)

    @property
    def frame(self) -> Frame:
        return self.finder.frame

    @cached_property
    def _address_start(self) -> NDArray[np.int64]:
        owners = self.stored["address_street"]
        return np.searchsorted(owners, np.arange(len(self.texts["street"]) + 1))

    @cached_property
    def address_tree(self) -> Any:
        """Address points in metres, for the nearest one."""
        return cKDTree(self.frame.xy(self.stored["address_lon"], self.stored["address_lat"]).reshape(-1, 2))

    @cached_property
    def street_of_node(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Node -> its streets, as starts i64[n + 1] into streets i64[k]."""
        counts = np.diff(self.stored["street_node_start"])
        owner = np.repeat(np.arange(len(counts)), counts)
        node = self.stored["street_node"]
        order = np.argsort(node, kind="stable")
        return np.searchsorted(node[order], np.arange(self.roads.n_nodes + 1)), owner[order]

    @cached_property
    def corners(self) -> NDArray[np.int64]:
        """Road nodes on which two streets of different names meet."""
        starts, streets = self.street_of_node
        several = np.flatnonzero(np.diff(starts) > 1)
        names = self.texts["street"]
        return np.array(
            [n for n in several if len({names[s] for s in streets[starts[n] : starts[n + 1]]}) > 1], dtype=np.int64
        )

    @cached_property
    def corner_tree(self) -> Any:
        return cKDTree(self.finder.xy[self.corners])

    def warm(self) -> None:
        """Make the search trees now rather than under the first caller."""
        self.finder.nearest_street(float(self.roads.lon[0]), float(self.roads.lat[0]))
        _ = self.address_tree, self.corner_tree

    def addresses_of(self, street: int) -> slice:
        return slice(int(self._address_start[street]), int(self._address_start[street + 1]))

    def nodes_of(self, street: int) -> NDArray[np.int32]:
        starts = self.stored["street_node_start"]
        nodes: NDArray[np.int32] = self.stored["street_node"][starts[street] : starts[street + 1]]
        return nodes

    def middle_of(self, street: int) -> tuple[float, float, float]:
        """(lon, lat, radius_m): a point on the street near its middle, and how far the street reaches from it."""
        nodes = self.nodes_of(street)
        if len(nodes):
            lon, lat = self.roads.lon[nodes], self.roads.lat[nodes]
        else:
            known = self.addresses_of(street)
            lon, lat = self.stored["address_lon"][known], self.stored["address_lat"][known]
        xy = self.frame.xy(lon, lat)
        middle = int(np.hypot(*(xy - xy.mean(0)).T).argmin())
        return float(lon[middle]), float(lat[middle]), float(np.hypot(*(xy - xy[middle]).T).max())

    def town_name(self, town: int) -> str:
        return self.texts["town"][town] if town >= 0 else ""

    def street_town(self, street: int) -> str:
        return self.town_name(int(self.stored["street_town"][street]))

    def address_label(self, number: str, street: int) -> str:
        """In the order people here write it: "12 Mill Lane, Ashford" or "Bahnhofstrasse 12, Eschen"."""
        name = self.texts["street"][street]
        said = f"{number} {name}" if bool(self.stored["number_first"][0]) else f"{name} {number}"
        return in_town(said.strip(), self.street_town(street))

    def street_matched(self, street: int, number: str = "") -> Matched:
        return Matched(number=number, street=self.texts["street"][street], city=self.street_town(street))

    def is_outside(self, lon: float, lat: float) -> bool:
        west, south, east, north = self.stored["bbox"]
        return not (west <= lon <= east and south <= lat <= north)


def with_places(stored: Arrays, texts: Texts, also: Sequence[NamedPlace]) -> tuple[Arrays, Texts]:
    """The tables with further places (an agency's stations and hospitals) that the map does not name already."""
    known = set(texts["place"])
    fresh = [p for p in also if p.name not in known]
    columns: dict[str, Any] = {
        "place_lon": [p.lon for p in fresh],
        "place_lat": [p.lat for p in fresh],
        "place_town": [-1] * len(fresh),
        "place_uncertainty_m": [60] * len(fresh),
    }
    more = {
        key: np.concatenate([stored[key], np.array(value, dtype=stored[key].dtype)]) for key, value in columns.items()
    }
    more_texts = {
        "place": (*texts["place"], *(p.name for p in fresh)),
        "place_also": (*texts["place_also"], *("\n".join(p.also) for p in fresh)),
        "place_kind": (*texts["place_kind"], *(p.kind for p in fresh)),
    }
    return stored | more, texts | more_texts


def in_town(label: str, town: str) -> str:
    """A label with its town, unless it is the town."""
    return f"{label}, {town}" if town and town != label else label
