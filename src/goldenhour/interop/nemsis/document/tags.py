"""Start tags, references and leaves of plain text, as both readers take them apart."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from goldenhour.care.record.tree import Leaf
from goldenhour.interop.nemsis.document.plain_xml import NotPlain, is_character

ATTRIBUTES = r"""(?:\s++[\w:.-]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'))*+"""
"""The pattern of a start tag's attributes; possessive, so that no text makes it try twice."""

_HEAD = re.compile(rf"([A-Za-z_][\w.-]*+)({ATTRIBUTES})\s*+(/?)")
_ATTRIBUTE = re.compile(r"""([\w:.-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_REFERENCE = re.compile(r"&([^;&]*);?")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


Head = tuple[str, tuple[tuple[str, str], ...], bool]
"""A start tag's name, its attributes in order, and whether it closes itself."""

_LONGEST_REMEMBERED = 200


def parsed_head(head: str) -> Head:
    """A start tag, without its brackets, taken apart; the same few return in every record, so those are remembered.

    Raises NotPlain."""
    return _remembered(head) if len(head) <= _LONGEST_REMEMBERED else _parsed(head)


def _parsed(head: str) -> Head:
    matched = _HEAD.fullmatch(head)
    if matched is None:
        raise NotPlain(f"<{head}> is not read here")
    attributes = tuple(attributes_of(matched[2]))
    if len(dict(attributes)) != len(attributes):
        raise NotPlain(f"<{head}> repeats an attribute")
    for name, _ in attributes:
        if (":" in name and name not in ("xsi:nil", "xsi:type")) or name == "xmlns":
            raise NotPlain(f"<{head}> has an attribute of another namespace")
    return matched[1], attributes, bool(matched[3])


_remembered = lru_cache(maxsize=4096)(_parsed)


def attributes_of(text: str) -> Iterator[tuple[str, str]]:
    """(name, value) of each attribute in the text between a tag's name and its end."""
    for name, double, single in _ATTRIBUTE.findall(text):
        value = (double or single).translate({9: " ", 10: " "})
        yield name, unescaped(value) if "&" in value else value


def leaf_with(value: str, attributes: dict[str, str] | None) -> Leaf:
    """A leaf with these attributes (used up): `v` is left out where there is no text and the element is nil."""
    if not attributes:
        return value
    leaf: dict[str, Any] = {}
    nil = attributes.pop("xsi:nil", None)
    if value or nil is None:
        leaf["v"] = value
    if nil is not None:
        leaf["nil"] = True if nil == "true" else nil
    if (code := attributes.pop("NV", None)) is not None:
        leaf["nv"] = code
    if (code := attributes.pop("PN", None)) is not None:
        leaf["pn"] = code
    if attributes:
        leaf["a"] = attributes
    return leaf


def unescaped(text: str) -> str:
    """Text with the five named references and character references resolved; any other reference is refused."""
    return _REFERENCE.sub(_resolved, text)


def _resolved(reference: re.Match[str]) -> str:
    body = reference[1]
    if not reference[0].endswith(";"):
        raise NotPlain("a & stands alone")
    if body in _NAMED:
        return _NAMED[body]
    if re.fullmatch(r"#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}", body):
        code = int(body[2:], 16) if body[1] == "x" else int(body[1:])
        if is_character(code):
            return chr(code)
    raise NotPlain(f"the reference &{body}; is not allowed")
