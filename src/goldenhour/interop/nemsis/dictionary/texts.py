"""Compare a dictionary made from the XSDs with the official dictionary texts: the XSD wins, the text is told.

The texts are pipe-delimited, single-quoted, CRLF, apostrophes not escaped: split on `'|'`.
"""

from collections.abc import Iterator
from pathlib import Path

from goldenhour.care.record.dictionary import Dictionary, Element

TEXTS = ("EMSDataSet", "DEMDataSet", "StateDataSet")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Each line of a text as column -> value."""
    lines = path.read_text("utf-8", errors="replace").splitlines()
    columns = _cells(lines[0])
    for line in lines[1:]:
        if line.strip():
            yield dict(zip(columns, _cells(line), strict=False))


def disagreements(dictionary: Dictionary, folder: Path) -> Iterator[str]:
    """One line for each fact of the texts that the XSDs say otherwise."""
    for name in TEXTS:
        elements = {e.name: e for e in dictionary.data_sets[name].elements()}
        for row in rows(folder / f"{name}_ElementDetails.txt"):
            element = elements.pop(row["ElementNumber"], None)
            if element is None:
                yield f"{name}: {row['ElementNumber']} stands in the text only"
            else:
                yield from _differences(element, row)
        for number in elements:
            yield f"{name}: {number} stands in the XSD only"


def _cells(line: str) -> list[str]:
    return line.strip().removesuffix("|").strip("'").split("'|'")


def _differences(element: Element, row: dict[str, str]) -> Iterator[str]:
    said = {
        "usage": (element.usage, row["Usage"]),
        "national": (element.national, row["National"] == "National"),
        "minimum occurrence": (str(element.min), row["MinOccurs"]),
        "maximum occurrence": ("M" if element.max is None else str(element.max), row["MaxOccurs"]),
        "NOT values": (bool(element.not_values), row["NV"] == "NV"),
        "pertinent negatives": (bool(element.pertinent_negatives), row["PN"] == "PN"),
    }
    for what, (ours, theirs) in said.items():
        if ours != theirs:
            yield f"{element.name}: {what} is {ours!r} in the XSD, {theirs!r} in the text"
