"""A mile or kilometre along a highway, from its posts."""

from typing import Final

import numpy as np

from goldenhour.geo.geocode.found import Found, Matched
from goldenhour.geo.geocode.question import ref_words
from goldenhour.geo.geocode.tables import Tables
from goldenhour.geo.metric import distance_m

POST_UNCERTAINTY_M: Final = 80.0  # a caller rounds to the last sign seen
BEYOND_LAST: Final = 1.0  # miles or kilometres past the last known post that are still placed (at that post)
NUMBERLESS: Final = frozenset({"hwy", "rte", "state", "us", "u", "s", "i", "the", "sr", "county", "co", "rd"})


def at_mile(tables: Tables, asked: tuple[str, ...], mile: float) -> list[Found]:
    """Places on every route whose number was asked; the words before the number only rank them."""
    refs = tables.texts["mile_ref"]
    found = []
    for ref in sorted(set(refs)):
        own = ref_words(ref)
        numbers = [w for w in own if w not in NUMBERLESS]
        if not set(numbers) <= set(asked):
            continue
        rows = np.array([i for i, r in enumerate(refs) if r == ref])
        score = 1.0 if set(own) <= set(asked) or len(asked) == len(numbers) else 0.9
        placed = _place(tables, ref, rows, mile, score)
        found += [placed] if placed else []
    return found


def _place(tables: Tables, ref: str, rows: np.ndarray, mile: float, score: float) -> Found | None:
    at = tables.stored["mile_at"][rows]
    if not at[0] - BEYOND_LAST <= mile <= at[-1] + BEYOND_LAST:
        return None
    lons, lats = tables.stored["mile_lon"][rows], tables.stored["mile_lat"][rows]
    lon, lat = float(np.interp(mile, at, lons)), float(np.interp(mile, at, lats))
    upper = int(np.clip(np.searchsorted(at, mile), 1, len(at) - 1)) if len(at) > 1 else 0
    lower = max(0, upper - 1)
    exact = bool(np.isclose(at, mile).any())
    gap_m = float(distance_m(lons[lower], lats[lower], lons[upper], lats[upper]))
    street = tables.finder.nearest_street(lon, lat)
    if street is not None and not exact and street[1] < gap_m / 2:
        lon, lat = street[2], street[3]
    unit = tables.texts["mile_unit"][rows[0]]
    word = "mile" if unit == "mi" else "km"
    return Found(
        label=f"{ref}, {word} {mile:g}",
        kind="milepost",
        lon=lon,
        lat=lat,
        uncertainty_m=POST_UNCERTAINTY_M if exact else max(POST_UNCERTAINTY_M, gap_m / 4),
        source="milepost" if exact else f"between posts {at[lower]:g} and {at[upper]:g}",
        score=score,
        matched=Matched(street=ref, number=f"{mile:g}"),
    )
