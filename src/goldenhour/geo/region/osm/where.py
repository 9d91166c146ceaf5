"""What a place on earth implies: its time zone, how distances are said there, where the house number stands."""

import importlib.resources
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from goldenhour.geo.metric import distance_m

_ISO6709: Final = re.compile(r"^([+-]\d{4,6})([+-]\d{5,7})$")
_IMPERIAL: Final = frozenset({"US", "GB", "LR", "MM"})
_NUMBER_FIRST: Final = frozenset({"US", "CA", "GB", "IE", "AU", "NZ", "ZA", "FR", "IN", "PH", "SG", "IL", "EG", "TH"})


@dataclass(frozen=True, slots=True)
class Locale:
    """`measures`: imperial or metric. A guess from the nearest city of the tz database; its user may know better."""

    timezone: str
    measures: str
    number_first: bool


def around(lon: float, lat: float) -> Locale:
    """The locale of the tz database's principal city nearest to a point (degrees)."""
    zone, country = min(_cities(), key=lambda c: float(distance_m(lon, lat, c[2], c[3])))[:2]
    return Locale(zone, "imperial" if country in _IMPERIAL else "metric", country in _NUMBER_FIRST)


@cache
def _cities() -> list[tuple[str, str, float, float]]:
    """(zone, country, lon, lat) from the tz database's zone.tab."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = []
    for row in table.splitlines():
        columns = row.split("\t")
        match = _ISO6709.match(columns[1]) if not row.startswith("#") and len(columns) > 2 else None
        if match:
            rows.append((columns[2], columns[0], _degrees(match[2], 3), _degrees(match[1], 2)))
    return rows


def _degrees(text: str, width: int) -> float:
    digits = text[1:].ljust(width + 4, "0")
    size = int(digits[:width]) + int(digits[width : width + 2]) / 60 + int(digits[width + 2 :]) / 3600
    return -size if text[0] == "-" else size
