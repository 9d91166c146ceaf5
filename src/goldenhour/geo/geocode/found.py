"""One answer of the geocoder."""

import msgspec


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """Which parts of the question were understood as what; empty where not said or not found."""

    number: str = ""
    street: str = ""
    cross_street: str = ""
    place: str = ""
    city: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the map. kind: address, interpolated, street, intersection, place, milepost or coordinates.

    uncertainty_m: radius within which the asked place should lie. source: where the position comes from
    ("address point", "between numbers 10 and 14", …). score: 0 to 1. outside: not within this region.
    """

    label: str
    kind: str
    lon: float
    lat: float
    uncertainty_m: float
    source: str
    score: float
    matched: Matched = Matched()
    outside: bool = False
