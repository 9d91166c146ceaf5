"""How fast a record becomes a tree and XML again, and how fast one value is checked.

Measured on the fullest official test record (a motor vehicle crash, 45 KB, 717 elements), found in the developers'
data at GOLDENHOUR_SHARED or ../shared; without it the rows for XML are left out, with
a word on standard error.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from goldenhour.care.record import dictionary
from goldenhour.care.record.values import check_value
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.write_xml import write_document
from goldenhour.run.bench.row import Row

RECORD = Path("nemsis/pretest/full/2025-EMS-3-MVC_v351.xml")
STROKES = (
    ("eTimes.05", "2026-03-14T15:09:26-05:00"),
    ("eVitals.06", "120"),
    ("eResponse.05", "2205001"),
    ("ePatient.02", "Okafor"),
    ("eMedications.05", "0.5"),
    ("ePatient.17", "1990-05-04"),
    ("eScene.11", "41.393,-73.455"),
    ("eSituation.11", "S09.90"),
)
_ROUNDS, _REPEATS = 40, 15


def rows() -> list[Row]:
    """XML to tree and tree to XML in records a second, one value in microseconds, the dictionary in milliseconds."""
    measured = [_value_row(), _dictionary_row()]
    shared = Path(os.environ.get("GOLDENHOUR_SHARED", Path.cwd().parent / "shared"))
    if not (shared / RECORD).is_file():
        print(f"bench nemsis: no {RECORD} under {shared}; the rows for XML are left out", file=sys.stderr)
        return measured
    xml = (shared / RECORD).read_bytes()
    document = read_document(xml)
    parse_s = _best_s(lambda: etree.fromstring(xml))
    read_s = _best_s(lambda: read_document(xml))
    write_s = _best_s(lambda: write_document(document))
    return [
        _rate("XML -> tree", read_s, baseline_s=parse_s),
        _rate("tree -> XML", write_s, baseline_s=parse_s),
        *measured,
    ]


def _rate(name: str, each_s: float, *, baseline_s: float) -> Row:
    """`baseline` is lxml alone parsing the same record, which makes no tree of ours."""
    value = 1 / each_s
    return Row(name=name, value=value, unit="records/s", goal=">= 2000", baseline=1 / baseline_s, ok=value >= 2000)


def _value_row() -> Row:
    def strokes() -> None:
        for number, value in STROKES:
            check_value(number, value)

    strokes()
    each_us = _best_s(strokes) / len(STROKES) * 1e6
    return Row(name="one value at key stroke", value=each_us, unit="us", goal="<= 2", ok=each_us <= 2)


def _dictionary_row() -> Row:
    each_ms = _best_s(dictionary.load.__wrapped__, rounds=1) * 1e3
    return Row(name="dictionary loaded", value=each_ms, unit="ms", goal="<= 50", ok=each_ms <= 50)


def _best_s(work: Callable[[], object], *, rounds: int = _ROUNDS) -> float:
    """Seconds for one call: the best of several rounds, for whatever else runs on the machine only ever adds."""
    best = float("inf")
    for _ in range(_REPEATS):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, (time.perf_counter() - start) / rounds)
    return best
