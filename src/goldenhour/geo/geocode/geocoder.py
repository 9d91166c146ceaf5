"""Search as one types, and say where a point is. One `Geocoder` per region; it never changes after opening."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.geocode.coordinates import read_coordinates
from goldenhour.geo.geocode.crossings import crossing_of
from goldenhour.geo.geocode.found import Found, Matched
from goldenhour.geo.geocode.house_numbers import NumberPlaced, place_number, split_number
from goldenhour.geo.geocode.mileposts import at_mile
from goldenhour.geo.geocode.name_index import NameIndex
from goldenhour.geo.geocode.names import words
from goldenhour.geo.geocode.question import Asked, crossing, highway_mile, readings
from goldenhour.geo.geocode.reverse import describe
from goldenhour.geo.geocode.tables import Tables, in_town, with_places
from goldenhour.geo.metric import distance_m
from goldenhour.geo.region.arrays import Arrays, Texts
from goldenhour.geo.region.survey import NamedPlace
from goldenhour.geo.roads import RoadGraph

FLOOR: Final = 0.5  # answers below are noise
CONSIDERED: Final = 24  # names looked at closely per reading
AS_PLAIN_NAME: Final = 0.85  # weight of reading "mill & station" as one name when it is a crossing
NEAR_BONUS: Final = 0.06
NEAR_FADE_M: Final = 4000.0
NUMBER_SHARE: Final = {"exact": 1.0, "between": 0.96, "beyond": 0.8, "unknown": 0.8}
SAME_NAME_SHOWN: Final = 3  # a highway runs through every town; it must not crowd out everything else
KIND_BONUS: Final = {"city": 0.02, "town": 0.02, "village": 0.02, "hospital": 0.015}


@dataclass(frozen=True)
class Geocoder:
    """Answers from one region's tables; `streets` and `places` index their names."""

    tables: Tables
    streets: NameIndex
    places: NameIndex
    place_rows: NDArray[np.int64]
    postcodes: frozenset[str]

    @staticmethod
    def from_arrays(stored: Arrays, texts: Texts, roads: RoadGraph, *, also: Sequence[NamedPlace] = ()) -> "Geocoder":
        """Open the tables that `gazetteer` made (see Tables); `also` are places that are not in them."""
        stored, texts = with_places(stored, texts, also)
        tables = Tables.of(stored, texts, roads)
        tables.warm()
        names, rows = [], []
        for row, (name, others) in enumerate(zip(texts["place"], texts["place_also"], strict=True)):
            for spoken in (name, *(others.split("\n") if others else ())):
                names.append(spoken)
                rows.append(row)
        place_rows = np.array(rows, dtype=np.int64)
        return Geocoder(
            tables=tables,
            streets=NameIndex(texts["street"], tables.stored["street_town"], texts["town"]),
            places=NameIndex(names, tables.stored["place_town"][place_rows], texts["town"]),
            place_rows=place_rows,
            postcodes=frozenset(texts["postcode"]),
        )

    def search(self, text: str, *, limit: int = 8, near: tuple[float, float] | None = None) -> list[Found]:
        """The likeliest places for what was typed so far, best first. near: (lon, lat) that breaks ties.

        Understands addresses, streets, crossings, places, highway miles and coordinates; empty for empty text.
        """
        text = text.strip()
        if not any(c.isalnum() for c in text):
            return []
        found = self._coordinates(text)
        if not found:
            mile = highway_mile(text)
            found = at_mile(self.tables, *mile) if mile else []
            found += [f for a, b in crossing(text) for f in crossing_of(self.tables, self._street_scores, a, b)]
            share = AS_PLAIN_NAME if found else 1.0
            for asked in readings(text, self.postcodes):
                found += self._addresses(asked, share)
                found += [] if asked.number else self._places(asked, share)
        return _best(found, limit, near)

    def reverse(self, lon: float, lat: float) -> Found:
        """The nearest address, crossing or street to a point, in words; its coordinates if nothing is near."""
        return describe(self.tables, lon, lat)

    def _street_scores(self, text: str) -> NDArray[np.float32]:
        return self.streets.scores(words(text))

    def _coordinates(self, text: str) -> list[Found]:
        """Inside the region first; a longitude read out without its minus sign is tried with it."""
        tables = self.tables
        found = []
        for c in read_coordinates(text):
            lon = c.lon
            source = f"coordinates ({c.form})" + (", longitude first" if c.swapped else "")
            if tables.is_outside(lon, c.lat) and not tables.is_outside(-lon, c.lat):
                lon, source = -lon, f"{source}, taken as {'west' if lon > 0 else 'east'}"
            outside = tables.is_outside(lon, c.lat)
            found.append(
                Found(
                    label=f"{c.lat:.5f}, {lon:.5f}",
                    kind="coordinates",
                    lon=lon,
                    lat=c.lat,
                    uncertainty_m=c.uncertainty_m,
                    source=source,
                    score=(0.6 if outside else 1.0) - (0.1 if c.swapped else 0.0),
                    outside=outside,
                )
            )
        return found if any(not f.outside for f in found) or len(found) < 2 else found[:1]

    def _addresses(self, asked: Asked, share: float) -> list[Found]:
        scores = self.streets.scores(asked.name) * np.float32(share)
        return [
            found for street in _top(scores) for found in self._on_street(street, float(scores[street]), asked.number)
        ]

    def _on_street(self, street: int, score: float, number: str) -> Iterable[Found]:
        tables = self.tables
        placed = self._number(street, number) if number else None
        if placed is not None:
            yield Found(
                label=tables.address_label(number, street),
                kind="address" if placed.kind == "exact" else "interpolated",
                lon=placed.lon,
                lat=placed.lat,
                uncertainty_m=placed.uncertainty_m,
                source=placed.source,
                score=score * NUMBER_SHARE[placed.kind],
                matched=tables.street_matched(street, number),
            )
            return
        lon, lat, radius_m = tables.middle_of(street)
        yield Found(
            label=tables.address_label("", street),
            kind="street",
            lon=lon,
            lat=lat,
            uncertainty_m=max(20.0, radius_m),
            source=f"street; number {number} not known" if number else "street",
            score=score * (NUMBER_SHARE["unknown"] if number else 1.0),
            matched=tables.street_matched(street),
        )

    def _number(self, street: int, number: str) -> NumberPlaced | None:
        known = self.tables.addresses_of(street)
        wanted, suffix = split_number(number)
        return place_number(
            wanted,
            suffix,
            numbers=self.tables.stored["address_number"][known],
            suffixes=self.tables.texts["address_suffix"][known],
            lon=self.tables.stored["address_lon"][known],
            lat=self.tables.stored["address_lat"][known],
        )

    def _places(self, asked: Asked, share: float) -> list[Found]:
        scores = self.places.scores(asked.name) * np.float32(share)
        stored, texts = self.tables.stored, self.tables.texts
        found = []
        for spoken in _top(scores):
            row = int(self.place_rows[spoken])
            kind = texts["place_kind"][row]
            town = self.tables.town_name(int(stored["place_town"][row]))
            found.append(
                Found(
                    label=in_town(texts["place"][row], town),
                    kind="place",
                    lon=float(stored["place_lon"][row]),
                    lat=float(stored["place_lat"][row]),
                    uncertainty_m=float(stored["place_uncertainty_m"][row]),
                    source=kind.replace("_", " "),
                    score=min(1.0, float(scores[spoken]) * 0.99 + KIND_BONUS.get(kind, 0.0)),
                    matched=Matched(place=texts["place"][row], city=town),
                )
            )
        return found


def _top(scores: NDArray[np.float32]) -> list[int]:
    """The best names above the floor, best first; equal ones in table order."""
    good = np.flatnonzero(scores >= FLOOR)
    return [int(i) for i in good[np.argsort(-scores[good], kind="stable")][:CONSIDERED]]


def _best(found: list[Found], limit: int, near: tuple[float, float] | None) -> list[Found]:
    def rank(f: Found) -> float:
        if near is None:
            return f.score
        return f.score + NEAR_BONUS * float(np.exp(-distance_m(f.lon, f.lat, *near) / NEAR_FADE_M))

    ranked: dict[tuple[str, str], Found] = {}
    for f in sorted(found, key=lambda f: (-rank(f), f.label, f.lon, f.lat)):
        ranked.setdefault((f.label, f.source if f.kind == "place" else ""), f)
    shown: list[Found] = []
    crowded: list[Found] = []
    seen: Counter[str] = Counter()
    for f in ranked.values():
        seen[f.matched.street] += f.kind == "street"
        (crowded if f.kind == "street" and seen[f.matched.street] > SAME_NAME_SHOWN else shown).append(f)
    return (shown[:limit] + crowded)[:limit]
