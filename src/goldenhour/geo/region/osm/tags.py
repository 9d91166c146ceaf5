"""What OSM tags on a way mean for an ambulance: may it pass, which way round, how fast.

Follows the OSM wiki: Key:access (hierarchy access > vehicle > motor_vehicle > emergency), Key:oneway (implied by
motorway and roundabouts), Key:maxspeed (km/h unless a unit is given; country:context for implicit limits).
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from goldenhour.geo.region.speeds import CLASSES

Tags = Mapping[str, str]
KMH_PER_MPH: Final = 1.609344
KMH_PER_KNOT: Final = 1.852
WALKING_KMH: Final = 7.0
FREE_MOTORWAY_KMH: Final = 130.0  # maxspeed=none: the advisory speed of the one country that has it

_DRIVEN: Final = frozenset(CLASSES)
_SAME_AS: Final = {"road": "unclassified", "busway": "service", "minor": "unclassified"}
_CLOSED: Final = frozenset({"no", "private", "agricultural", "forestry", "delivery", "customers", "permit", "official",
                            "military", "emergency", "use_sidepath", "agricultural;forestry"})  # fmt: skip
_SHUT: Final = frozenset({"no", "use_sidepath"})  # closed to emergency vehicles as well, unless emergency=yes
_LAST_METRES: Final = frozenset({"parking_aisle", "driveway", "drive-through"})
_OPEN: Final = frozenset({"yes", "designated", "official", "permissive", "destination"})
_BARRIERS: Final = frozenset({"bollard", "block", "jersey_barrier", "debris", "log", "cycle_barrier", "turnstile",
                              "stile", "kissing_gate", "wall", "fence", "planter"})  # fmt: skip
_IMPLICIT_KMH: Final[dict[str, dict[str, float]]] = {
    # Key:maxspeed#Implicit_maxspeed_values; only where one number holds for a whole country
    "urban": {"": 50, "us": 40, "gb": 48},
    "rural": {"": 90, "de": 100, "at": 100, "ch": 80, "li": 80, "us": 88, "gb": 97, "fr": 80, "nl": 80},
    "motorway": {"": 120, "de": 130, "at": 130, "fr": 130, "it": 130, "us": 105, "gb": 113},
    "trunk": {"": 100, "ch": 100, "us": 97},
    "living_street": {"": 15, "de": WALKING_KMH, "at": WALKING_KMH, "ch": 20, "li": 20},
    "nsl_single": {"": 97},
    "nsl_dual": {"": 113},
    "zone30": {"": 30},
    "zone20": {"": 20},
    "30": {"": 30},
}
_SPEED: Final = re.compile(r"^(\d+(?:\.\d+)?)\s*(km/?h|kph|mph|knots)?$", re.IGNORECASE)


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """oneway: 1 along the way, -1 against it, 0 both."""

    road_class: str
    hot: bool
    cold: bool
    oneway: int
    limit_kmh: float | None
    limit_back_kmh: float | None


def passage(tags: Tags) -> Passage | None:
    """How a way may be driven; None for what is not a road for motor vehicles.

    Parking aisles and driveways are drawn but not driven (hot and cold false): each would cost a junction in the
    travel tables, and the last metres are an off-road leg anyway.
    """
    kind = _SAME_AS.get(tags.get("highway", ""), tags.get("highway", ""))
    if kind not in _DRIVEN or tags.get("area") == "yes":
        return None
    hot, cold = (False, False) if tags.get("service") in _LAST_METRES else _access(tags, kind)
    both = tags.get("maxspeed")
    return Passage(
        road_class=kind,
        hot=hot,
        cold=cold,
        oneway=_oneway(tags, kind),
        limit_kmh=limit_kmh(tags.get("maxspeed:forward", both)),
        limit_back_kmh=limit_kmh(tags.get("maxspeed:backward", both)),
    )


def _access(tags: Tags, kind: str) -> tuple[bool, bool]:
    """(hot, cold). An ambulance on a call drives private roads and tracks; what is shut is shut."""
    said = next((tags[k] for k in ("motorcar", "motor_vehicle", "vehicle", "access") if k in tags), "")
    emergency = tags.get("emergency", "")
    if tags.get("service") == "emergency_access" or emergency in ("yes", "designated", "official"):
        return True, said not in _CLOSED and kind != "pedestrian" and tags.get("service") != "emergency_access"
    if emergency == "no":
        return False, False
    overall = tags.get("access", "")
    shut = overall in _SHUT and said in _SHUT
    cold = said not in _CLOSED and (kind != "pedestrian" or said in _OPEN)
    return not shut, cold


def _oneway(tags: Tags, kind: str) -> int:
    said = tags.get("oneway:motor_vehicle", tags.get("oneway", ""))
    if said in ("yes", "true", "1"):
        return 1
    if said in ("-1", "reverse"):
        return -1
    if said in ("no", "false", "0"):
        return 0
    return 1 if kind == "motorway" or tags.get("junction") in ("roundabout", "circular") else 0


def limit_kmh(said: str | None) -> float | None:
    """A maxspeed value in km/h; None for what sets no number (signals, variable, unknown)."""
    if not said:
        return None
    numbers = [n for part in re.split(r"[;|]", said) if (n := _one_limit(part.strip())) is not None]
    return min(numbers) if numbers else None


def _one_limit(said: str) -> float | None:
    match = _SPEED.match(said)
    if match:
        unit = (match[2] or "").lower()
        value = float(match[1]) * (KMH_PER_MPH if unit == "mph" else KMH_PER_KNOT if unit == "knots" else 1.0)
        return value if value > 0 else None
    if said == "walk":
        return WALKING_KMH
    if said == "none":
        return FREE_MOTORWAY_KMH
    country, _, context = said.lower().partition(":")
    by_country = _IMPLICIT_KMH.get(context, {})
    return by_country.get(country, by_country.get(""))


def blocks(tags: Tags) -> bool:
    """Whether a barrier on a node stops an ambulance."""
    open_to_us = (
        tags.get("emergency") == "yes" or tags.get("motor_vehicle") in _OPEN or tags.get("bollard") == "removable"
    )
    return tags.get("barrier") in _BARRIERS and not open_to_us
