"""What is known about an area before a region is built from it: what OSM reading and the made-up county share."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


class BadRegion(ValueError):
    """The region's input cannot be used; the text says what is wrong and what would be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """One street or piece of it. `nodes` index the survey's points in the direction of travel.

    limit_kmh, limit_back_kmh: posted limits, None where not posted. hot, cold: whether an ambulance may drive it
    with lights and siren, and as ordinary traffic. level: 1 bridge, -1 tunnel, 0 ground (for drawing).
    """

    nodes: tuple[int, ...]
    road_class: str
    name: str = ""
    ref: str = ""
    oneway: bool = False
    limit_kmh: float | None = None
    limit_back_kmh: float | None = None
    hot: bool = True
    cold: bool = True
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A house number on a street. `city` may be empty: the nearest town is then taken."""

    number: str
    street: str
    lon: float
    lat: float
    city: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """Something people call by name: a town, a school, a shop, a peak. `kind` is in the map's words."""

    name: str
    kind: str
    lon: float
    lat: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A station or hospital as the source knows it; what the source does not say comes from places.yaml."""

    name: str
    lon: float
    lat: float
    source: str
    emergency: bool | None = None
    ambulance: bool = False
    beds: int | None = None
    helipad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Milepost:
    """A sign beside a highway. `at` counts in `unit` ("mi" or "km") along the route `ref`."""

    ref: str
    at: float
    unit: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Something only drawn: water, wood, park, railway, building. `geometry` is a shapely geometry in degrees."""

    kind: str
    geometry: Any
    name: str = ""


@dataclass(slots=True, kw_only=True)
class Survey:
    """All of it. lon, lat: f64[n] points that roads refer to. bbox: west, south, east, north.

    notes: what a reader should know about the source (skipped, doubtful), in plain sentences.
    """

    name: str
    source: str
    source_date: str
    licence: str
    attribution: str
    bbox: tuple[float, float, float, float]
    timezone: str
    measures: str
    number_first: bool
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    roads: list[Road] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    named: list[NamedPlace] = field(default_factory=list)
    mileposts: list[Milepost] = field(default_factory=list)
    stations: list[Site] = field(default_factory=list)
    hospitals: list[Site] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
