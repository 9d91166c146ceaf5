"""Is this value allowed here? Facets compiled from the dictionary, fast enough for every key stroke.

A checker takes the lexical value and returns None when it is fine, or what is wrong in plain words. Whitespace
round numbers and dates is let pass, as XML Schema lets it.
"""

import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache

from goldenhour.care.record.dictionary import LATEST, ValueType, load

Checker = Callable[[str], str | None]

_INTEGER = re.compile(r"[+-]?([0-9]+)()")
_DECIMAL = re.compile(r"[+-]?(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE_TIME = re.compile(
    r"([0-9]{4})-[0-9]{2}-[0-9]{2}T(?:(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
    r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)"  # XML Schema: an offset lies within 14:00
)
_SPACE = " \t\r\n"
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def check_value(number: str, value: str, *, data_set: str = "EMSDataSet", version: str = LATEST) -> str | None:
    """What is wrong with `value` for the element `number`, or None. Raises KeyError for an unknown element."""
    return checkers(data_set, version)[number](value)


@cache
def checkers(data_set: str = "EMSDataSet", version: str = LATEST) -> dict[str, Checker]:
    """The checker of every element of a data set, by number; elements of one type share theirs."""
    dictionary = load(version)
    return {e.name: type_checker(e.type, version) for e in dictionary.data_sets[data_set].elements()}


@cache
def type_checker(name: str, version: str = LATEST) -> Checker:
    """The checker of a value type of the dictionary, by its name."""
    return compiled(load(version).types[name])


def compiled(facets: ValueType) -> Checker:
    """A checker for these facets."""
    if facets.codes:
        return _code_checker(facets)
    match facets.base:
        case "string":
            return _text_checker(facets)
        case "integer" | "positiveInteger" | "decimal":
            return _number_checker(facets)
        case "dateTime":
            return _date_time_checker(facets)
        case "date":
            return _date_checker(facets)
        case "base64Binary":
            return _base64_checker(facets)
        case other:
            raise ValueError(f"no checker for xs:{other}")


def _code_checker(facets: ValueType) -> Checker:
    codes = frozenset(facets.codes)

    def check(value: str) -> str | None:
        return None if value in codes else f"{value!r} is not in the list of {len(codes)} values"

    return check


def _text_checker(facets: ValueType) -> Checker:
    shortest = facets.length if facets.length is not None else facets.min_length or 0
    longest = facets.length if facets.length is not None else facets.max_length
    matches = _pattern(facets.pattern)

    def check(value: str) -> str | None:
        length = len(value)
        if length < shortest:
            return f"{length} characters are too few; at least {shortest}"
        if longest is not None and length > longest:
            return f"{length} characters are too many; at most {longest}"
        if matches is not None and matches(value) is None:
            return "this is not the form expected here"
        if not value.isprintable() and (found := _FORBIDDEN.search(value)):
            return f"the character {found[0]!r} cannot be sent"
        return None

    return check


def _number_checker(facets: ValueType) -> Checker:
    lexical = (_DECIMAL if facets.base == "decimal" else _INTEGER).fullmatch
    kind = "a number" if facets.base == "decimal" else "a whole number"
    least = facets.minimum if facets.minimum is not None else "1" if facets.base == "positiveInteger" else None
    low = -math.inf if least is None else float(least)
    high = math.inf if facets.maximum is None else float(facets.maximum)
    digits = math.inf if facets.total_digits is None else facets.total_digits
    places = math.inf if facets.fraction_digits is None else facets.fraction_digits
    matches = _pattern(facets.pattern)

    def check(value: str) -> str | None:
        matched = lexical(value) or lexical(value.strip(_SPACE))
        if matched is None:
            return f"{value!r} is not {kind}"
        number = float(matched[0])
        if not low <= number <= high:
            return f"{value} is below {least}" if number < low else f"{value} is above {facets.maximum}"
        fraction = (matched[2] or "").rstrip("0")
        if len(fraction) > places:
            return f"{value} has more than {places} decimal places"
        if len(matched[1].lstrip("0")) + len(fraction) > digits:
            return f"{value} has more than {digits} digits"
        return "this is not the form expected here" if matches is not None and matches(matched[0]) is None else None

    return check


def _date_time_checker(facets: ValueType) -> Checker:
    low = datetime.fromisoformat(facets.minimum or "0001-01-01T00:00:00+00:00")
    high = datetime.fromisoformat(facets.maximum or "9999-12-31T00:00:00+00:00")
    first_safe_year, last_safe_year = f"{low.year + 2:04}", f"{high.year - 2:04}"  # whatever the offset
    lexical = _DATE_TIME.fullmatch

    def check(value: str) -> str | None:
        matched = lexical(value) or lexical(value.strip(_SPACE))
        if matched is None:
            return "a date and time with its offset, such as 2026-03-14T15:09:26-05:00"
        try:
            moment = datetime.fromisoformat(matched[0].replace("T24:00:00", "T00:00:00"))
        except ValueError as fault:
            return f"there is no such moment: {fault}"
        if first_safe_year <= matched[1] <= last_safe_year or low <= moment <= high:
            return None
        return f"a moment between {facets.minimum} and {facets.maximum}"

    return check


def _date_checker(facets: ValueType) -> Checker:
    low, high = facets.minimum or "", facets.maximum or "9999-12-31"

    def check(value: str) -> str | None:
        matched = _DATE.fullmatch(value) or _DATE.fullmatch(value.strip(_SPACE))
        if matched is None:
            return "a date, such as 2026-03-14"
        try:
            datetime.fromisoformat(matched[1])
        except ValueError as fault:
            return f"there is no such date: {fault}"
        return None if low <= matched[1] <= high else f"a date between {low} and {high}"

    return check


def _base64_checker(facets: ValueType) -> Checker:
    def check(value: str) -> str | None:
        bare = "".join(value.split())
        if _BASE64.fullmatch(bare) is None:
            return "the attachment is not base64"
        size = len(bare) * 3 // 4 - bare.count("=")
        if facets.max_length is not None and size > facets.max_length:
            return f"the attachment has {size:,} bytes; at most {facets.max_length:,}"
        if size < (facets.min_length or 0):
            return f"the attachment has {size:,} bytes; at least {facets.min_length}"
        return None

    return check


def _pattern(pattern: str | None) -> Callable[[str], object] | None:
    """An XML Schema pattern as Python matches it: anchored, `.` without line ends."""
    if pattern is None:
        return None
    return re.compile(re.sub(r"(\\.)|\.", lambda m: m[1] or "[^\\n\\r]", _without_classes(pattern))).fullmatch


def _without_classes(pattern: str) -> str:
    """Refuse what the simple translation of `.` would get wrong: a dot inside a character class."""
    if re.search(r"\[[^\]]*(?<!\\)\.[^\]]*\]", pattern):
        raise ValueError(f"the pattern {pattern} has a dot in a character class")
    return pattern
