"""What generated checks call: XPath's comparisons and functions on plain Python values.

Every function is exact or raises Unsure; a document with anything unsure goes to Saxon, which has the last word.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lxml import etree


class Unsure(Exception):
    """A value outside what the Python side reproduces exactly (or a dynamic error in XPath)."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DATE_TIME = re.compile(r"\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:\d\d\s*", re.ASCII)
_DAY_TIME = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_DECIMAL = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*", re.ASCII)
_INTEGER = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
_SPACES = re.compile("[ \t\r\n]+")
_XML_SPACE = " \t\r\n"
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_string_value = etree.XPath("string()", smart_strings=False)


def text(node: etree._Element) -> str:
    """The string value. The document has no comments and no mixed content, so text that is not blank is all."""
    own: str | None = node.text
    if own is not None and not own.isspace():
        return own
    return str(_string_value(node)) if len(node) else own or ""


def texts(nodes: Iterable[etree._Element]) -> list[str]:
    """The string value of each node."""
    return [text(node) for node in nodes]


def optional(value: str | None) -> tuple[str, ...]:
    """An attribute as a sequence of none or one."""
    return () if value is None else (value,)


def up(node: etree._Element) -> tuple[etree._Element]:
    """The parent. Above the outermost element is the document, which we do not model."""
    parent = node.getparent()
    if parent is None:
        raise Unsure
    return (parent,)


def parents(node: etree._Element, tag: str) -> tuple[etree._Element, ...]:
    """The parent element if it has that name, as a match pattern asks."""
    parent = node.getparent()
    return () if parent is None else named((parent,), tag)


def kids(node: etree._Element, memo: dict[object, Any]) -> dict[str, list[etree._Element]]:
    """The children by their names, remembered for the document."""
    found: dict[str, list[etree._Element]] | None = memo.get(node)
    if found is None:
        found = memo[node] = {}
        for child in node:
            found.setdefault(child.tag, []).append(child)
    return found


def siblings(node: etree._Element, tag: str, memo: dict[object, Any]) -> Iterable[etree._Element]:
    """The node and its siblings that pass a name test, in document order."""
    parent = node.getparent()
    if parent is None:
        return (node,)
    return parent.iterchildren(tag) if tag[0] == "*" or tag[:3] == "{*}" else kids(parent, memo).get(tag, ())


def named(nodes: tuple[etree._Element, ...], tag: str) -> tuple[etree._Element, ...]:
    """Those that pass a name test."""
    if tag == "*":
        return nodes
    if tag.startswith("{*}"):
        return tuple(node for node in nodes if local[node.tag] == tag[3:])
    return tuple(node for node in nodes if node.tag == tag)


def self_and_above(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The ancestor-or-self axis, nearest first."""
    yield from named((node,), tag)
    yield from node.iterancestors(tag)


def name_or_none(node: etree._Element | None) -> str:
    """local-name() of an optional element."""
    return "" if node is None else local[node.tag]


def preceding(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The preceding axis (not in order)."""
    for above in (node, *node.iterancestors()):
        for sibling in above.itersiblings(preceding=True):
            yield from sibling.iter(tag)


def following(node: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The following axis (not in order)."""
    for above in (node, *node.iterancestors()):
        for sibling in above.itersiblings():
            yield from sibling.iter(tag)


def any_differs(values: Iterable[str], constant: str) -> bool:
    """`values != constant`: true when any value differs."""
    for value in values:  # noqa: SIM110 - a generator costs more than the comparison, and this is the hot path
        if value != constant:
            return True
    return False


def any_pair(left: Iterable[object], comparison: str, right: Sequence[object]) -> bool:
    """A general comparison: true when any pair compares so."""
    compare = _ORDER[comparison]
    return any(compare(a, b) for a in left for b in right)


def one(values: Sequence[str]) -> str:
    """An argument of type xs:string?: the value, '' for none; several are a type error."""
    if len(values) > 1:
        raise Unsure
    return values[0] if values else ""


def truth(values: Sequence[object]) -> bool:
    """The effective boolean value of atomic values: several are an error."""
    if len(values) > 1:
        raise Unsure
    return bool(values and values[0])


def date_times(values: Sequence[str]) -> tuple[int, ...]:
    """xs:dateTime(value) as microseconds since 1970, for none or one value."""
    if not values:
        return ()
    if len(values) > 1:
        raise Unsure
    return (microseconds(values[0]),)


def durations(values: Sequence[str]) -> list[int]:
    """xs:dayTimeDuration(value) in microseconds."""
    found = _DAY_TIME.fullmatch(one(values))
    if found is None or not any(found.groups()):
        raise Unsure
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return [(((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000_000]


def decimals(values: Sequence[str]) -> list[Decimal]:
    """xs:decimal(value), for none or one value."""
    if len(values) > 1 or any(_DECIMAL.fullmatch(value) is None for value in values):
        raise Unsure
    return [Decimal(value.strip(_XML_SPACE)) for value in values]


def castable(values: Sequence[str], pattern: str) -> bool:
    """`value castable as` the type of the pattern: exactly one value, of that form."""
    if len(values) > 1:
        return False
    form = _INTEGER if pattern == "integer" else _DECIMAL
    return bool(values) and form.fullmatch(values[0]) is not None


def normalize_space(values: Sequence[str]) -> str:
    """normalize-space(): XML white space only, unlike str.split()."""
    value = one(values)
    if value.isascii():
        return " ".join(value.split())  # the ASCII spaces beyond XML's four are not allowed in XML
    return " ".join(part for part in _SPACES.split(value) if part)


def substring(values: Sequence[str], start: int, length: int | None = None) -> str:
    """substring(value, start, length) for integer arguments; the first character is 1."""
    whole = one(values)
    end = len(whole) if length is None else start - 1 + length
    return whole[max(0, start - 1) : max(0, end)]


def total(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """A sum of two optional values."""
    return [left[0] + right[0]] if left and right else []


@lru_cache(maxsize=65536)
def microseconds(value: str) -> int:
    """A date and time with its offset, as microseconds since 1970."""
    if _DATE_TIME.fullmatch(value) is None:
        raise Unsure
    try:
        moment = datetime.fromisoformat(value.strip(_XML_SPACE))
    except ValueError:
        raise Unsure from None
    return (moment - _EPOCH) // _MICROSECOND


def above(node: etree._Element | None, tag: str, memo: dict[object, Any]) -> list[etree._Element]:
    """The ancestor-or-self axis for a plain name, remembered for the document."""
    found: list[etree._Element] | None = memo.get((tag, node))
    if found is None:
        found = memo[tag, node] = []
        while node is not None:
            if node.tag == tag:
                found.append(node)
            node = node.getparent()
    return found


class _LocalNames(dict[str, str]):
    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition("}")[2]
        return name


local = _LocalNames()
"""Each name without its namespace. Only names that a schema allows come here, so it stays small."""
