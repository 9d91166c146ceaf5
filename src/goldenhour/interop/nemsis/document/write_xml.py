"""Write a tree as a NEMSIS document: always in schema order, indented, UTF-8."""

import re
from typing import Any

from goldenhour.care.record.dictionary import LATEST, load
from goldenhour.care.record.tree import Document, Leaf, Tree
from goldenhour.interop.nemsis.document.layout import Layout, layouts
from goldenhour.interop.nemsis.document.plain_xml import NEMSIS, XSI, escaped, escaped_attribute

_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NOT_CHILDREN = {"a", "id", "stray"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TreeUnwritable(ValueError):
    """The tree holds something that no NEMSIS document can; the text says what."""


def write_document(document: Document, *, version: str = LATEST, schema_location: str | None = None) -> bytes:
    """The document's XML; `schema_location` is the XSD's address for `xsi:schemaLocation`, if one is wanted.

    Raises TreeUnwritable for a name the data set does not have there, or a character XML cannot carry.
    """
    root = layouts(document.data_set, version)[document.data_set]
    where = f' xsi:schemaLocation="{NEMSIS} {escaped_attribute(schema_location)}"' if schema_location else ""
    declared = f' xmlns="{NEMSIS}" xmlns:xsi="{XSI}"{where}'
    *_, opening, closing = root
    out = [f'<?xml version="1.0" encoding="UTF-8"?>{opening}{declared}{_attributes(document.tree.get("a"))}>']
    _write_group(out, document.tree, root)
    out.append(f"{closing}\n")
    try:
        return "".join(out).encode()
    except UnicodeEncodeError as fault:
        raise TreeUnwritable(f"a value holds half a character ({fault.reason})") from None


def schema_location(data_set: str, *, build: str | None = None, national: bool = False) -> str:
    """The address NEMSIS publishes a data set's XSD at; `build` is by default that of the latest dictionary."""
    folder = "NEMSIS_NAT_XSDs" if national else "NEMSIS_XSDs"
    return f"https://nemsis.org/media/nemsis_v3/{build or load().build}/XSDs/{folder}/{data_set}_v3.xsd"


def write_group(tree: Tree, name: str, *, data_set: str = "EMSDataSet", version: str = LATEST) -> str:
    """One group or section as a fragment without namespace declarations, such as a `PatientCareReport`."""
    group = layouts(data_set, version)[name]
    *_, opening, closing = group
    out = [f"{opening}{_attributes(tree.get('a'))}>"]
    _write_group(out, tree, group)
    out.append(closing)
    return "".join(out)


def _write_group(out: list[str], tree: Tree, group: Layout) -> None:
    """Append what is between the group's tags. Trees are nearly always in schema order; one that is not is put
    in order first."""
    group_name, children = group[1], group[3] or {}
    last, start = -1, len(out)
    for name, value in tree.items():
        child = children.get(name)
        if child is None:
            if name not in _NOT_CHILDREN:
                raise TreeUnwritable(f"{group_name} has no {name}")
            continue
        position, _, many, grandchildren, _, opening, closing = child
        if position < last:
            del out[start:]
            _write_group(out, _in_order(tree, children), group)
            return
        last = position
        if grandchildren is not None:
            for each in value if many else (value,):
                out.append(f"{opening}{_attributes(each['a'])}>" if "a" in each else f"{opening}>")
                _write_group(out, each, child)
                out.append(closing)
        elif value.__class__ is str:
            out.append(f"{opening}>{value if value.isalnum() else _text(value)}{closing}")
        else:
            out.extend(_leaf(each, opening, closing) for each in (value if many else (value,)))
    if "stray" in tree:
        _write_strays(out, start, tree, group)


def _in_order(tree: Tree, children: dict[str, Layout]) -> Tree:
    known = sorted((name for name in tree if name in children), key=lambda name: children[name][0])
    return {name: tree[name] for name in (*known, *(_NOT_CHILDREN & tree.keys()))}


def _write_strays(out: list[str], start: int, tree: Tree, group: Layout) -> None:
    """Put the misplaced elements that the reader kept back between the children, where they stood."""
    written: list[str] = []
    for name in (name for name in tree if name not in _NOT_CHILDREN):
        for each in tree[name] if isinstance(tree[name], list) else [tree[name]]:
            child: list[str] = []
            many = (group[3] or {})[name][2]
            _write_group(child, {name: [each] if many else each}, group)
            written.append("".join(child))
    for before, text in tree["stray"]:
        written.insert(before, text)
    out[start:] = written


def _leaf(leaf: Leaf, opening: str, closing: str) -> str:
    if isinstance(leaf, str):
        return f"{opening}>{leaf if leaf.isalnum() else _text(leaf)}{closing}"
    value, nil = leaf.get("v"), leaf.get("nil")
    marks = "" if nil is None else ' xsi:nil="true"' if nil is True else f' xsi:nil="{escaped_attribute(nil)}"'
    if (code := leaf.get("nv")) is not None:
        marks += f' NV="{code if code.isalnum() else escaped_attribute(code)}"'
    if (code := leaf.get("pn")) is not None:
        marks += f' PN="{code if code.isalnum() else escaped_attribute(code)}"'
    if "a" in leaf:
        marks += _attributes(leaf["a"])
    return f"{opening}{marks}>{_text(value)}{closing}" if value else f"{opening}{marks}/>"


def _attributes(attributes: dict[str, Any] | None) -> str:
    if not attributes:
        return ""
    return "".join(f' {name}="{escaped_attribute(_allowed(value))}"' for name, value in attributes.items())


def _text(value: str) -> str:
    return escaped(_allowed(value)) if _SPECIAL.search(value) else value


def _allowed(value: str) -> str:
    if _FORBIDDEN.search(value):
        raise TreeUnwritable(f"{value[:40]!r} holds a character that XML cannot carry")
    return value
