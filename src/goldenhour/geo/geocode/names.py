"""Names as people type them: folded, abbreviated one way, split into words. Applied to both sides of every match."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

# Street types and other words with common short forms (USPS Publication 28 appendix C, and German, French usage).
# Both sides fold to the short form, so "St" never has to be told apart: street and saint fold alike.
STREET_TYPES: Final[dict[str, str]] = {
    "alley": "aly", "avenue": "av", "ave": "av", "boulevard": "blvd", "bridge": "brg", "bypass": "byp",
    "circle": "cir", "close": "cl", "court": "ct", "courts": "ct", "cove": "cv", "creek": "crk", "crescent": "cres",
    "crossing": "xing", "drive": "dr", "drv": "dr", "expressway": "expy", "extension": "ext", "freeway": "fwy",
    "gardens": "gdns", "gate": "gt", "grove": "grv", "highway": "hwy", "hiway": "hwy", "hill": "hl", "hills": "hl",
    "hls": "hl", "hollow": "holw", "junction": "jct", "lane": "ln", "la": "ln", "loop": "lp", "parkway": "pkwy",
    "path": "pth", "pike": "pke", "place": "pl", "plaza": "plz", "point": "pt", "ridge": "rdg", "road": "rd",
    "roads": "rd", "route": "rte", "rt": "rte", "row": "rw", "square": "sq", "station": "sta", "stn": "sta",
    "str": "st", "strasse": "st", "street": "st", "saint": "st", "sankt": "st", "skt": "st", "sainte": "ste",
    "terrace": "ter", "terr": "ter", "trail": "trl", "trl": "trl", "turnpike": "tpke", "valley": "vly", "view": "vw",
    "village": "vlg", "walk": "wlk", "way": "wy", "weg": "wg", "platz": "plz", "gasse": "gss", "rue": "r",
    "chemin": "ch", "interstate": "i", "fort": "ft", "mount": "mt", "mountain": "mtn", "heights": "hts",
}  # fmt: skip
DIRECTIONS: Final[dict[str, str]] = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw", "no": "n", "so": "s",
}  # fmt: skip
OTHER: Final[dict[str, str]] = {
    "county": "co", "center": "ctr", "centre": "ctr", "hospital": "hosp", "school": "sch", "church": "chrch",
    "university": "univ", "department": "dept", "doctor": "dr", "martin luther king": "mlk", "first": "1st",
    "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th",
    "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_WRITTEN_OUT: Final = re.compile(r"(?<=[aou])e+")


def _plain(word: str) -> str:
    """One spelling for written-out umlauts: Moelihus, Mölihus and Molihus are one word."""
    return _WRITTEN_OUT.sub("", word) if len(word) > 3 else word


SHORT: Final = {_plain(long): short for long, short in (STREET_TYPES | DIRECTIONS | OTHER).items()}
TYPE_WORDS: Final = frozenset(STREET_TYPES.values())
DIRECTION_WORDS: Final = frozenset(DIRECTIONS.values())
NOISE: Final = frozenset({"the", "of", "der", "die", "das", "im", "in", "am", "an", "de", "la", "le", "du", "des"})
_GERMAN_JOINED: Final = re.compile(r"^(\w{3,})(strasse|str)$")
_WORD: Final = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a name: "Bahnhofstraße" -> bahnhof st; "N. Mill Lane" -> n mill ln."""
    out: list[str] = []
    for word in _WORD.findall(fold(text)):
        joined = _GERMAN_JOINED.match(word)
        parts = [_plain(part) for part in ((joined.group(1), "st") if joined else (word,))]
        out += [SHORT.get(part, part) for part in parts]
    return tuple(out)


def fold(text: str) -> str:
    """Small letters without accents; apostrophes vanish (O'Neil = ONeil), other marks become spaces."""
    text = text.casefold().replace("'", "").replace("’", "").replace("ø", "o").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def weight(word: str) -> float:
    """How much a word says: a street's type and direction far less than its name."""
    if word in NOISE:
        return 0.15
    if word in TYPE_WORDS:
        return 0.35
    return 0.4 if word in DIRECTION_WORDS else 1.0


def weights(split: Sequence[str]) -> list[float]:
    """The weight of each word of a name. The first telling place is the name itself: Station in Station Road."""
    out = [weight(word) for word in split]
    for i, word in enumerate(split):
        if word not in NOISE and word not in DIRECTION_WORDS:
            out[i] = 1.0
            break
    return out


def long_form(text: str) -> str:
    """The folded name in one piece with nothing shortened: "milllane"."""
    return "".join(_WORD.findall(fold(text)))
