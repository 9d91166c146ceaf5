"""Taking a typed location apart: number, street, cross street, highway mile. Every reading that makes sense."""

import re
from dataclasses import dataclass
from typing import Final

from goldenhour.geo.geocode.names import words

_UNIT_OF_BUILDING: Final = re.compile(
    r"[,\s]+(?:apt|apartment|unit|suite|ste|room|rm|lot|trlr|trailer|floor|fl|flat|bldg|building)\.?\s*#?\s*\w+\b|[,\s]#\s*\w+\b",
    re.IGNORECASE,
)
_STATE_AND_ZIP: Final = re.compile(r"(?<=[a-z])[,\s]+(?:[a-z]{2}[,\s]+)?\d{5}(?:-\d{4})?\s*$", re.IGNORECASE)
_BLOCK: Final = re.compile(r"\bblock\s+(?:of\s+)?", re.IGNORECASE)
_CROSSING: Final = re.compile(
    r"\s*(?:&|@|/|\+)\s*|\s+(?:and|at|x|und|ecke|corner of|corner|cnr|intersects?(?: with)?|with|near)\s+",
    re.IGNORECASE,
)
_LEAD_IN: Final = re.compile(r"^\s*(?:(?:the\s+)?(?:intersection|corner|crossing)\s+of|ecke)\s+", re.IGNORECASE)
_HOUSE: Final = re.compile(r"^\d{1,6}(?:[a-z]|\s?1/2)?(?:-\d+[a-z]?)?$", re.IGNORECASE)
_MILE_AFTER: Final = re.compile(
    r"^(?P<road>.+?)[\s,]+(?:at\s+|@\s*|near\s+)?(?:mile\s*(?:marker|post)?|mm|mp|milepost|km|kilomet(?:er|re))\s*#?\s*"
    r"(?P<at>\d+(?:\.\d+)?)$",
    re.IGNORECASE,
)
_MILE_BEFORE: Final = re.compile(
    r"^(?:mile\s*(?:marker|post)?|mm|mp|milepost|km|kilomet(?:er|re))\s*#?\s*(?P<at>\d+(?:\.\d+)?)[\s,]+(?:on\s+|of\s+)?"
    r"(?P<road>.+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A name to look for, folded into words, and the house number that goes with it ("" for none)."""

    name: tuple[str, ...]
    number: str = ""


def readings(text: str, postcodes: frozenset[str]) -> list[Asked]:
    """The ways to split `text` into number and name; always at least the whole text as a name."""
    text = _UNIT_OF_BUILDING.sub(" ", text)
    text = _STATE_AND_ZIP.sub("", _BLOCK.sub(" ", text))
    raw = [w for w in re.split(r"[\s,]+", text) if w and w not in postcodes]
    out = [Asked(words(" ".join(raw)))]
    for i, word in enumerate(raw):
        if len(raw) > 1 and _HOUSE.match(word):
            out.append(Asked(words(" ".join(raw[:i] + raw[i + 1 :])), word))
    return [asked for asked in out if asked.name]


def crossing(text: str) -> list[tuple[str, str]]:
    """("mill & station") -> [("mill", "station")]; every split, as "and" and "at" may be part of a name."""
    plain = _LEAD_IN.sub("", text)
    pairs = [(plain[: m.start()].strip(), plain[m.end() :].strip()) for m in _CROSSING.finditer(plain)]
    return [(a, b) for a, b in pairs if words(a) and (b == "" or words(b))]


def highway_mile(text: str) -> tuple[tuple[str, ...], float] | None:
    """("I-70 mm 132.4") -> (("i", "70"), 132.4); None if no mile is named."""
    match = _MILE_AFTER.match(text.strip()) or _MILE_BEFORE.match(text.strip())
    return (ref_words(match["road"]), float(match["at"])) if match else None


def ref_words(ref: str) -> tuple[str, ...]:
    """A route's number as words, letters and digits apart: "US63" and "US-63" are one."""
    return words(re.sub(r"(?<=[A-Za-z])(?=\d)", " ", ref))
