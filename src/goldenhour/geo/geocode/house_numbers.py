"""House numbers: reading them, finding them on a street, and placing those nobody has surveyed."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.metric import distance_m

_NUMBER: Final = re.compile(r"^\s*#?(\d{1,6})\s*([a-z]{0,2}|1/2|½)?(?:\s*[-–/]\s*\d+\s*[a-z]?)?$", re.IGNORECASE)
ADDRESS_UNCERTAINTY_M: Final = 15.0  # a surveyed point is on the building or its door
LEAST_INTERPOLATED_M: Final = 25.0
BEYOND_END: Final = 40  # numbers past the last known one that may still be on the street


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPlaced:
    """Where a number is on its street, how sure, from what. kind: "exact", "between" neighbours, "beyond" them."""

    lon: float
    lat: float
    uncertainty_m: float
    kind: str
    source: str


def split_number(text: str) -> tuple[int, str]:
    """("12a") -> (12, "a"); ("14-16") -> (14, ""); (-1, "") for what is not a house number."""
    match = _NUMBER.match(text)
    if not match:
        return -1, ""
    return int(match[1]), (match[2] or "").lower()


def place_number(
    number: int,
    suffix: str,
    *,
    numbers: NDArray[np.int32],
    suffixes: tuple[str, ...],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NumberPlaced | None:
    """Find or interpolate a number among the sorted known numbers of one street. None if it cannot be on it."""
    same = np.flatnonzero(numbers == number)
    for i in same:
        if suffixes[i] == suffix:
            return _at(i, lon, lat, ADDRESS_UNCERTAINTY_M, kind="exact", source="address point")
    if len(same):
        found = f"{number}{suffixes[same[0]]}"
        return _at(same[0], lon, lat, LEAST_INTERPOLATED_M, kind="between", source=f"address point of {found}")
    own_side = np.flatnonzero(numbers % 2 == number % 2)
    for side in (own_side, np.arange(len(numbers))):
        lower, upper = side[numbers[side] < number], side[numbers[side] > number]
        if len(lower) and len(upper):
            return _between(number, int(lower[-1]), int(upper[0]), numbers, lon, lat)
    if len(numbers):
        end = 0 if number < numbers[0] else len(numbers) - 1
        past = abs(int(numbers[end]) - number)
        if past <= BEYOND_END:
            return _at(end, lon, lat, 40.0 + 8.0 * past, kind="beyond", source=f"nearest known number {numbers[end]}")
    return None


def _at(
    i: int | np.intp, lon: NDArray[np.float64], lat: NDArray[np.float64], radius_m: float, *, kind: str, source: str
) -> NumberPlaced:
    return NumberPlaced(lon=float(lon[i]), lat=float(lat[i]), uncertainty_m=radius_m, kind=kind, source=source)


def _between(
    number: int, low: int, high: int, numbers: NDArray[np.int32], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NumberPlaced:
    share = (number - int(numbers[low])) / (int(numbers[high]) - int(numbers[low]))
    gap_m = float(distance_m(lon[low], lat[low], lon[high], lat[high]))
    return NumberPlaced(
        lon=float(lon[low] + share * (lon[high] - lon[low])),
        lat=float(lat[low] + share * (lat[high] - lat[low])),
        uncertainty_m=max(LEAST_INTERPOLATED_M, gap_m / 2),
        kind="between",
        source=f"between numbers {numbers[low]} and {numbers[high]}",
    )
