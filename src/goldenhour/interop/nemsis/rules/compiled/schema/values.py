"""Simple types of an XSD as rows of numbers. A value fits a type if every row of one of its alternatives agrees.

The rows are stricter than the XSD where that is rare (spaces around a number, times at 24:00, base 64 over several
lines): they say surely or nothing.
"""

from typing import NamedTuple

import numpy as np
from lxml import etree

from goldenhour.interop.nemsis.rules.compiled import patterns
from goldenhour.interop.nemsis.rules.compiled.forms import (
    NOT_READ,
    base64_bytes,
    characters_at,
    date_at,
    decimal_at,
    moment_at,
    trimmed,
    whole_at,
)
from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints, native
from goldenhour.interop.nemsis.rules.compiled.tables import Constants, Tables, is_accepted, is_one_of
from goldenhour.interop.nemsis.rules.xpath import Unsupported
from goldenhour.interop.nemsis.rules.xsd import XSD

ONE_OF, LENGTH, PATTERN, WHOLE, DECIMAL, MOMENT, DATE, BASE64, NEVER = range(9)
"""Kinds of rows: a set of words; characters from a to b; an automaton; a whole number, a decimal number, a time, a date
from a to b (a decimal of at most c digits, d of them after the point); from a to b bytes in base 64; nothing fits."""
ENDLESS = 1 << 60
_BUILT_IN = {
    "string": (),
    "integer": ((WHOLE, -ENDLESS, ENDLESS, 0, 0),),
    "positiveInteger": ((WHOLE, 1, ENDLESS, 0, 0),),
    "nonNegativeInteger": ((WHOLE, 0, ENDLESS, 0, 0),),
    "decimal": ((DECIMAL, -ENDLESS, ENDLESS, 99, 99),),
    "dateTime": ((MOMENT, -ENDLESS, ENDLESS, 0, 0),),
    "date": ((DATE, -ENDLESS, ENDLESS, 0, 0),),
    "base64Binary": ((BASE64, 0, ENDLESS, 0, 0),),
}
_READERS = {
    WHOLE: lambda text: whole_at(text, 0, len(text)),
    DECIMAL: lambda text: decimal_at(text, 0, len(text))[0],
    MOMENT: lambda text: moment_at(text, 0, len(text)),
    DATE: lambda text: date_at(text, 0, len(text)),
}
_LENGTHS = ("length", "minLength", "maxLength")
_BOUNDS = ("minInclusive", "maxInclusive")
_DIGITS = ("totalDigits", "fractionDigits")

Row = tuple[int, int, int, int, int]
Alternative = tuple[Row, ...]
_NOTHING_FITS: Alternative = ((NEVER, 0, 0, 0, 0),)


class Values(NamedTuple):
    """`types[type]` = its first alternative and the one after its last; `alternatives[a]` = likewise its `rows`."""

    types: Ints
    alternatives: Ints
    rows: Ints


class SimpleTypes:
    """The simple types that elements and attributes refer to, numbered. `untranslated` names what only the XSD engine
    can judge: no value fits it here."""

    def __init__(self, named: dict[str, etree._Element], constants: Constants) -> None:
        self._named = named
        self._constants = constants
        self._alternatives: dict[str, tuple[Alternative, ...]] = {}
        self._numbers: dict[tuple[Alternative, ...], int] = {}
        self.untranslated: list[str] = []

    def named(self, name: str) -> int:
        """The number of a built-in or named type."""
        return self._number(self._of_name(name))

    def inline(self, definition: etree._Element) -> int:
        """The number of a type without a name."""
        return self._number(self._tried(definition, "a type without a name"))

    def arrays(self) -> Values:
        """All that were asked for."""
        types: list[tuple[int, int]] = []
        alternatives: list[tuple[int, int]] = []
        rows: list[Row] = []
        for found in self._numbers:
            begin = len(alternatives)
            for alternative in found:
                alternatives.append((len(rows), len(rows) + len(alternative)))
                rows += alternative
            types.append((begin, len(alternatives)))
        return Values(
            types=np.array(types or [(0, 0)], np.int64),
            alternatives=np.array(alternatives or [(0, 0)], np.int64),
            rows=np.array(rows or [(NEVER, 0, 0, 0, 0)], np.int64),
        )

    def _number(self, alternatives: tuple[Alternative, ...]) -> int:
        return self._numbers.setdefault(alternatives, len(self._numbers))

    def _of_name(self, name: str) -> tuple[Alternative, ...]:
        if name not in self._alternatives:
            prefix, _, local = name.rpartition(":")
            if prefix:
                if local not in _BUILT_IN:
                    self.untranslated.append(name)
                self._alternatives[name] = (_BUILT_IN.get(local, _NOTHING_FITS),)
            else:
                self._alternatives[name] = self._tried(self._named.get(name), name)
        return self._alternatives[name]

    def _tried(self, definition: etree._Element | None, name: str) -> tuple[Alternative, ...]:
        try:
            if definition is None:
                raise Unsupported("is not there")
            return self._read(definition)
        except Unsupported as fault:
            self.untranslated.append(f"{name}: {fault}")
            return (_NOTHING_FITS,)

    def _read(self, definition: etree._Element) -> tuple[Alternative, ...]:
        (content,) = parts(definition)
        kind = etree.QName(content).localname
        if kind == "union" and not parts(content):
            return tuple(a for name in content.get("memberTypes", "").split() for a in self._of_name(name))
        if kind != "restriction" or "base" not in content.attrib:
            raise Unsupported(f"{kind} is left to the XSD engine")
        base = self._of_name(content.get("base"))
        if len(base) != 1:
            raise Unsupported("a restricted union is left to the XSD engine")
        return ((*base[0], *self._facets(content, base[0])),)

    def _facets(self, restriction: etree._Element, base: Alternative) -> list[Row]:
        facets: dict[str, list[str]] = {}
        for facet in parts(restriction):
            facets.setdefault(etree.QName(facet).localname, []).append(facet.get("value"))
        unknown = facets.keys() - {"enumeration", "pattern", *_LENGTHS, *_BOUNDS, *_DIGITS}
        if unknown or any(len(facets.get(name, ())) > 1 for name in (*_LENGTHS, *_BOUNDS, *_DIGITS)):
            raise Unsupported(f"facets {sorted(facets)} are left to the XSD engine")
        rows: list[Row] = []
        if "enumeration" in facets:
            rows.append((ONE_OF, self._constants.one_of(facets["enumeration"]), 0, 0, 0))
        if "pattern" in facets:
            pattern = "|".join(f"({text})" for text in facets["pattern"])
            rows.append((PATTERN, self._constants.automaton(pattern, patterns.automaton(pattern)), 0, 0, 0))
        if any(name in facets for name in _LENGTHS):
            least, most = (int(facets.get(name, facets.get("length", [default]))[0]) for name, default in
                           (("minLength", 0), ("maxLength", ENDLESS)))  # fmt: skip
            rows.append((_kind(base, {BASE64}) or LENGTH, least, most, 0, 0))
        if any(name in facets for name in (*_BOUNDS, *_DIGITS)):
            kind = _kind(base, set(_READERS))
            low, high = (_bound(kind, facets.get(name)) for name in _BOUNDS)
            digits = [int(facets[name][0]) if name in facets else 99 for name in _DIGITS]
            if digits != [99, 99]:
                kind = _kind(base, {DECIMAL})
            low, high = -ENDLESS if low is None else low, ENDLESS if high is None else high
            rows.append((kind, low, high, digits[0], digits[1]))
        return rows


def parts(element: etree._Element) -> list[etree._Element]:
    """What a schema component is made of, documentation apart."""
    return [part for part in element if isinstance(part.tag, str) and part.tag != f"{{{XSD}}}annotation"]


def _kind(base: Alternative, accepted: set[int]) -> int:
    """The kind of the built-in type below; 0 for text where base 64 or text is asked for. Raises Unsupported."""
    kinds = {row[0] for row in base} & {WHOLE, DECIMAL, MOMENT, DATE, BASE64}
    if not kinds and accepted == {BASE64}:
        return 0
    if len(kinds) != 1 or not kinds <= accepted:
        raise Unsupported("a facet that its type does not explain is left to the XSD engine")
    return kinds.pop()


def _bound(kind: int, values: list[str] | None) -> int | None:
    if values is None:
        return None
    bound = _READERS[kind](np.frombuffer(values[0].encode(), np.uint8).copy())
    if bound == NOT_READ:
        raise Unsupported(f"the bound {values[0]} is left to the XSD engine")
    return int(bound)


@native
def fits(tables: Tables, values: Values, text: Bytes, start: int, size: int, word: int, kind: int) -> bool:
    """Whether the value surely is of the type `kind`; `word` is the word that it is, or UNKNOWN."""
    for number in range(values.types[kind, 0], values.types[kind, 1]):
        agrees = True
        first, length = start, size
        begin, end = values.alternatives[number, 0], values.alternatives[number, 1]
        if begin < end and values.rows[begin, 0] in (WHOLE, DECIMAL, MOMENT, BASE64):  # libxml2 takes no space at dates
            first, length = trimmed(text, start, size)
        for place in range(begin, end):
            if not _agrees(tables, values.rows[place], text, first, length, word):
                agrees = False
                break
        if agrees:
            return True
    return False


@native
def _agrees(tables: Tables, row: Ints, text: Bytes, start: int, size: int, word: int) -> bool:
    kind: int = row[0]
    low: int = row[1]
    high: int = row[2]
    if kind == ONE_OF:
        return is_one_of(tables, low, word)
    if kind == LENGTH:
        return low <= characters_at(text, start, size) <= high
    if kind == PATTERN:
        return is_accepted(tables, text, start, size, low)
    if kind == DECIMAL:
        value, whole, fraction = decimal_at(text, start, size)
        if whole + fraction > row[3] or fraction > row[4]:
            return False
    elif kind == WHOLE:
        value = whole_at(text, start, size)
    elif kind == MOMENT:
        value = moment_at(text, start, size)
    elif kind == DATE:
        value = date_at(text, start, size)
    elif kind == BASE64:
        value = base64_bytes(text, start, size)
    else:
        return False
    return value != NOT_READ and low <= value <= high
