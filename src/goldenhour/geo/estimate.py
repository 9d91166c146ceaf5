"""A time without roads: straight line and average speed, always labelled as the estimate it is."""

from dataclasses import dataclass
from typing import Final

from goldenhour.geo.metric import distance_m

# Road distance over straight distance: 1.3 is usual in cities (Boscoe et al. 2012, United States: 1.42 over all trips,
# less in grids). Speeds: the averages over all roads that JEMSS.jl gives for Auckland, 47 km/h with lights and siren
# and 33 without.
DETOUR: Final = 1.3
KMH: Final = (47.0, 33.0)
LABEL: Final = "straight-line estimate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Seconds and what they rest on; show `basis` wherever `seconds` is shown."""

    seconds: float
    basis: str


def straight_line(
    lon_a: float,
    lat_a: float,
    lon_b: float,
    lat_b: float,
    *,
    mode: int,
    kmh: tuple[float, float] = KMH,
    detour: float = DETOUR,
) -> Estimate:
    """Seconds by straight distance, detour factor and the mode's average speed."""
    away_m = float(distance_m(lon_a, lat_a, lon_b, lat_b))
    return Estimate(seconds=away_m * detour * 3.6 / kmh[mode], basis=LABEL)
