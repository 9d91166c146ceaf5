"""Where something is, and how well we know it."""

import math
from enum import StrEnum
from typing import Final

import msgspec

from goldenhour.kernel.commands import Refused
from goldenhour.kernel.instants import Instant

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the earth (IUGG)."""


class LocationSource(StrEnum):
    """Who says so. The first five are what a public-safety answering point receives or enters."""

    TYPED = "typed"
    ALI = "ali"
    DEVICE = "device"
    CALLER_LINK = "caller_link"
    MAP = "map"
    CREW = "crew"


class Location(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place with its source, the time it was learned, and the radius within which the truth lies (m)."""

    label: str
    lon: float
    lat: float
    source: LocationSource
    uncertainty_m: float = 0.0
    learned_at: Instant = Instant(0)
    detail: str = ""


def outside_the_world(lon: float, lat: float) -> bool:
    """Whether these cannot be coordinates in degrees."""
    return not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90)


def crow_flies_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle distance in metres (haversine)."""
    half_lat = math.radians(lat_b - lat_a) / 2
    half_lon = math.radians(lon_b - lon_a) / 2
    chord = (
        math.sin(half_lat) ** 2
        + math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b)) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def check_possible(location: Location, *, rule: str) -> None:
    """Refuses by `rule` what cannot be a place on earth. A place outside the region is a warning elsewhere."""
    if outside_the_world(location.lon, location.lat):
        raise Refused(
            rule,
            f"{location.lat}, {location.lon} is no place: latitude is -90 to 90, longitude -180 to 180.",
        )
