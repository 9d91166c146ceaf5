"""Geocoding as one types: the time of one answer among 50,000 addresses, beside a plain fuzzy scan of all labels."""

import time
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from rapidfuzz import fuzz, process

from goldenhour.geo.county.assembly import survey_of
from goldenhour.geo.geocode.gazetteer import gazetteer
from goldenhour.geo.geocode.geocoder import Geocoder
from goldenhour.geo.region.network import road_graph
from goldenhour.geo.region.survey import Address, Survey
from goldenhour.run.bench.row import Row

ADDRESSES: Final = 50_000
GOAL_MS: Final = 20.0
SEED: Final = 1
TYPED: Final = (
    "12 mill ln", "12 mil lane", "mill & station", "station rd at mill lane", "4 staton road ashford", "1204 main st",
    "us 163 mile 20", "i-92 mm 90.5", "ashford high school", "belmere", "meridian regional", "golden medows care",
    "county road 114", "39.9012, -92.9234", "15S WD 12345 67890", "corner of main and jefferson ashford", "m", "mi",
    "mil", "mill", "state route 7 and county road 120", "1500 jeferson street tolliver", "hometown market", "st anne",
)  # fmt: skip
ROUNDS: Final = 12
SCAN_ROUNDS: Final = 1


def rows() -> list[Row]:
    """p50 and p99 of `search` over typed texts, `reverse`, and the scan of all labels that it replaces."""
    survey = _enlarged(survey_of(SEED))
    roads, node_of = road_graph(survey)
    geocoder = Geocoder.from_arrays(*gazetteer(survey, roads, node_of), roads)
    tables = geocoder.tables
    labels = [
        tables.address_label(f"{number}{suffix}", street)
        for number, suffix, street in zip(
            tables.stored["address_number"].tolist(),
            tables.texts["address_suffix"],
            tables.stored["address_street"].tolist(),
            strict=True,
        )
    ]
    for text in TYPED:
        geocoder.search(text)
    search = _milliseconds(geocoder.search, TYPED, ROUNDS)
    scan = _milliseconds(lambda text: process.extract(text, labels, scorer=fuzz.WRatio, limit=8), TYPED, SCAN_ROUNDS)
    spots = [(float(x), float(y)) for x, y in zip(roads.lon[::400], roads.lat[::400], strict=True)]
    back = _milliseconds(lambda spot: geocoder.reverse(*spot), spots, 1)
    p99, p50 = (float(np.quantile(search, q)) for q in (0.99, 0.5))
    return [
        _row("geocode search p99, 50,000 addresses", p99, float(np.quantile(scan, 0.99))),
        _row("geocode search p50, 50,000 addresses", p50, float(np.quantile(scan, 0.5))),
        _row("geocode reverse p99, 50,000 addresses", float(np.quantile(back, 0.99)), None),
    ]


def _row(name: str, value: float, baseline: float | None) -> Row:
    return Row(name=name, value=value, unit="ms", goal=f"<= {GOAL_MS:g}", baseline=baseline, ok=value <= GOAL_MS)


def _enlarged(survey: Survey) -> Survey:
    """The county with flats: every house once more with a letter, until there are 50,000 addresses."""
    missing = max(0, ADDRESSES - len(survey.addresses))
    survey.addresses += [
        Address(number=f"{a.number}b", street=a.street, lon=a.lon, lat=a.lat, city=a.city)
        for a in survey.addresses[:missing]
    ]
    return survey


def _milliseconds(ask: Callable[[Any], object], questions: Iterable[Any], rounds: int) -> list[float]:
    questions = list(questions)
    out = []
    for _ in range(rounds):
        for question in questions:
            start = time.perf_counter()
            ask(question)
            out.append((time.perf_counter() - start) * 1e3)
    return out
