"""Coordinates in the forms people read out: decimal, degrees-minutes(-seconds), UTM, MGRS / US National Grid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from goldenhour.geo.geocode.grid import from_mgrs, from_utm

_M_PER_DEGREE: Final = 111_195.0
_LEAST_UNCERTAINTY_M: Final = 5.0  # a phone's best fix; more decimals do not make it better
_MGRS: Final = re.compile(r"^(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z][A-HJ-NP-V])\s*(\d[\d\s]*)$", re.IGNORECASE)
_UTM: Final = re.compile(
    r"^(?:utm\s*)?(\d{1,2})\s*([C-HJ-NP-X])[\s,]+(\d{6}(?:\.\d+)?)\s*m?\s*e?[\s,]+(\d{6,8}(?:\.\d+)?)\s*m?\s*n?$",
    re.IGNORECASE,
)
_MARKS: Final = str.maketrans(
    {"°": " ", "º": " ", "'": " ", "’": " ", "′": " ", '"': " ", "”": " ", "″": " ", ";": ","}
)
_LABELS: Final = re.compile(r"\b(lat(itude)?|lon(gitude)?|lng|deg(rees)?|min(utes)?|sec(onds)?)\b[:=]?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?|[NSEWO]|,", re.IGNORECASE)
_ONLY: Final = re.compile(r"^[\d\s.,+\-NSEWO]+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """A parsed position. `form` says how it was written; `swapped` that longitude was taken to come first."""

    lon: float
    lat: float
    form: str
    uncertainty_m: float
    swapped: bool = False


def read_coordinates(text: str) -> list[Coordinates]:
    """Every sensible reading of `text` as coordinates, the likeliest first; empty if it is something else."""
    text = text.strip()
    gridded = _from_grid(text)
    return [gridded] if gridded else list(_from_degrees(text))


def _from_grid(text: str) -> Coordinates | None:
    utm = _UTM.match(text)
    if utm and 1 <= int(utm[1]) <= 60:
        lon, lat = from_utm(int(utm[1]), utm[2].upper() >= "N", float(utm[3]), float(utm[4]))
        return Coordinates(lon=lon, lat=lat, form="UTM", uncertainty_m=_LEAST_UNCERTAINTY_M)
    mgrs = _MGRS.match(text)
    digits = re.sub(r"\s", "", mgrs[4]) if mgrs else ""
    if mgrs and 1 <= int(mgrs[1]) <= 60 and 2 <= len(digits) <= 10 and len(digits) % 2 == 0:
        half = len(digits) // 2
        cell_m = 10.0 ** (5 - half)
        east, north = int(digits[:half]) * cell_m, int(digits[half:]) * cell_m
        spot = from_mgrs(int(mgrs[1]), mgrs[2].upper(), mgrs[3].upper(), east + cell_m / 2, north + cell_m / 2)
        if spot:
            return Coordinates(lon=spot[0], lat=spot[1], form="MGRS", uncertainty_m=max(cell_m, _LEAST_UNCERTAINTY_M))
    return None


def _from_degrees(text: str) -> Iterator[Coordinates]:
    plain = _LABELS.sub(" ", text).translate(_MARKS)
    if not _ONLY.match(plain):
        return
    parts = _two_parts(_NUMBER.findall(plain.upper().replace("O", "E")))
    if parts is None:
        return
    (first, first_letter, exact_a, form), (second, second_letter, exact_b, _) = parts
    radius = max(_LEAST_UNCERTAINTY_M, max(exact_a, exact_b) * _M_PER_DEGREE / 2)
    lettered = bool(first_letter or second_letter)
    for lat, lon, swapped in ((first, second, False), (second, first, True)):
        lat_letter, lon_letter = (second_letter, first_letter) if swapped else (first_letter, second_letter)
        fits = (
            lat_letter in ("", "N", "S") and lon_letter in ("", "E", "W") and (not lettered or lat_letter + lon_letter)
        )
        if fits and abs(lat) <= 90 and abs(lon) <= 180:
            yield Coordinates(lon=lon, lat=lat, form=form, uncertainty_m=radius, swapped=swapped and not lettered)


_Part = tuple[float, str, float, str]  # degrees, hemisphere letter, size of the last digit in degrees, form


def _two_parts(tokens: list[str]) -> tuple[_Part, _Part] | None:
    """Split the tokens at the comma, at the second letter, or in the middle."""
    letters = [i for i, t in enumerate(tokens) if t in "NSEW"]
    if "," in tokens:
        if tokens.count(",") > 1:
            return None
        cut = tokens.index(",")
        first, second = tokens[:cut], tokens[cut + 1 :]
    elif len(letters) == 2:
        cut = letters[1] if letters[0] == 0 else letters[0] + 1
        first, second = tokens[:cut], tokens[cut:]
    elif not letters and len(tokens) % 2 == 0:
        first, second = tokens[: len(tokens) // 2], tokens[len(tokens) // 2 :]
    else:
        return None
    a, b = _one_part(first), _one_part(second)
    whole = a and b and a[3] == b[3] == "decimal" and a[2] >= 1 and b[2] >= 1
    return None if a is None or b is None or whole else (a, b)  # two bare whole numbers are not a position


def _one_part(tokens: list[str]) -> _Part | None:
    letter = "".join(t for t in tokens if t in "NSEW")
    numbers = [t for t in tokens if t not in "NSEW"]
    if len(letter) > 1 or not 1 <= len(numbers) <= 3:
        return None
    values = [abs(float(n)) for n in numbers]
    if any(v >= 60 for v in values[1:]) or any("." in n for n in numbers[:-1]):
        return None
    size = sum(v / 60**i for i, v in enumerate(values))
    last = numbers[-1]
    exact = 10.0 ** -(len(last.split(".")[1]) if "." in last else 0) / 60 ** (len(numbers) - 1)
    negative = numbers[0].startswith("-") or letter in ("S", "W")
    form = ("decimal", "degrees and minutes", "degrees, minutes, seconds")[len(numbers) - 1]
    return (-size if negative else size), letter, exact, form
