"""How fast an ambulance gets along a road: one table, to be calibrated with the agency's own AVL records.

Cold (ordinary driving): average speeds over a street, stops included, in the range open routers use for cars
(OSRM's published car profile: motorway 90, trunk 85, primary 65, secondary 55, tertiary 40, residential 25,
service 15 km/h; 0.8 of a posted limit). Hot (lights and siren): measured savings are real but modest. Hunt et al.,
Prehosp Emerg Care 1995: 43.5 s on an urban mean of 7.8 min; Brown et al., Ann Emerg Med 2000: 1 min 46 s on
13 min; Petzall et al., 2011: 1.7 to 2.9 min. That is a speed ratio of about 1.1 to 1.3; least where traffic does
not hold one up.
"""

from dataclasses import dataclass
from typing import Final

LIMIT_SHARE: Final = 0.8  # of a posted limit that traffic averages over a street
CEILING_SHARE: Final = 1.5  # a posted limit lifts a class at most this far: a 100 km/h lane still winds


@dataclass(frozen=True, slots=True)
class ClassSpeed:
    """cold_kmh: average without a posted limit. hot_ratio: hot speed over cold speed."""

    cold_kmh: float
    hot_ratio: float


SPEEDS: Final[dict[str, ClassSpeed]] = {
    "motorway": ClassSpeed(90, 1.15),
    "motorway_link": ClassSpeed(45, 1.15),
    "trunk": ClassSpeed(80, 1.15),
    "trunk_link": ClassSpeed(40, 1.15),
    "primary": ClassSpeed(60, 1.25),
    "primary_link": ClassSpeed(30, 1.25),
    "secondary": ClassSpeed(52, 1.25),
    "secondary_link": ClassSpeed(25, 1.25),
    "tertiary": ClassSpeed(40, 1.25),
    "tertiary_link": ClassSpeed(20, 1.25),
    "unclassified": ClassSpeed(32, 1.2),
    "residential": ClassSpeed(25, 1.2),
    "living_street": ClassSpeed(10, 1.2),
    "pedestrian": ClassSpeed(8, 1.25),
    "service": ClassSpeed(15, 1.1),
    "track": ClassSpeed(15, 1.0),
}
CLASSES: Final = tuple(SPEEDS)
LIMITED_ACCESS: Final = frozenset({"motorway", "motorway_link"})  # nobody can leave the road there


def speed_kmh(road_class: str, limit_kmh: float | None) -> tuple[float, float]:
    """(hot, cold) average km/h on a road of this class under this posted limit."""
    row = SPEEDS[road_class]
    cold = row.cold_kmh
    if limit_kmh is not None:
        cold = min(LIMIT_SHARE * limit_kmh, CEILING_SHARE * row.cold_kmh)
    return cold * row.hot_ratio, cold
