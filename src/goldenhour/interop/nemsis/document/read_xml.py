"""Read a NEMSIS document into a tree: lossless, in schema order, and safe on hostile XML.

There are two steps. *Plain* text has one root in the default NEMSIS namespace and no DOCTYPE, CDATA, processing
instruction or prefix other than `xsi`; it is read by following the dictionary (`turns`), so nothing is expanded,
fetched or nested deeper than the data set is. Any other document is made plain by lxml (no entities, no network, no
DTD; `plain_xml`) and read again, now with care. A document with a DOCTYPE is refused.

What the data set has no place for (an unknown element, one out of order, a second of something single) is kept
aside in its group as `stray`: pairs of how many children stand before it and its plain text. So a document that
is not schema-valid comes back whole as well, and the checks can name what is wrong.
"""

import re
from collections.abc import Iterator
from typing import Any

from goldenhour.care.record.dictionary import LATEST
from goldenhour.care.record.tree import Document, Tree
from goldenhour.interop.nemsis.document import plain_xml
from goldenhour.interop.nemsis.document.layout import Layout, layouts
from goldenhour.interop.nemsis.document.plain_xml import NotPlain, XmlRefused
from goldenhour.interop.nemsis.document.safe_xml import LIMITS, Limits
from goldenhour.interop.nemsis.document.tags import ATTRIBUTES, attributes_of, leaf_with, parsed_head, unescaped
from goldenhour.interop.nemsis.document.turns import turns

_SPACE_AND_COMMENTS = r"(?:\s++|<!--(?:(?!--)[\s\S])*+-->)*+"
_ROOT = re.compile(
    rf"\s*+(?:<\?xml([^<>?]*+)\?>)?{_SPACE_AND_COMMENTS}<(EMSDataSet|DEMDataSet|StateDataSet)({ATTRIBUTES})\s*+>"
)
_CONTROL = bytes(set(range(32)) - {9, 10, 13})
_ODD_SPACE = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def read_document(content: bytes, *, version: str = LATEST, limits: Limits = LIMITS) -> Document:
    """The document as a tree. Raises XmlRefused, in words for a person, when it is too large, not well-formed,
    carries a DOCTYPE, or is no NEMSIS document."""
    if len(content) > limits.size_bytes:
        raise XmlRefused(f"the document is {len(content):,} bytes; at most {limits.size_bytes:,} are read at once")
    try:
        return _read(_decoded(content), version, with_care=False)
    except NotPlain:
        pass
    try:
        return _read(plain_xml.made_plain(content, limits), version, with_care=True)
    except NotPlain as strange:
        raise XmlRefused(str(strange)) from None


def read_fragment(plain: str, *, data_set: str = "EMSDataSet", version: str = LATEST, with_care: bool) -> Tree:
    """The tree of one group, such as a `PatientCareReport`, from plain text without namespace declarations.

    Only text that `plain_xml` made is read with care. Raises NotPlain when the text is not plain or the data set has
    no such group."""
    head, _, rest = plain.partition(">")
    name, pairs, is_empty = parsed_head(head.lstrip().removeprefix("<"))
    group = layouts(data_set, version).get(name)
    if group is None or group[3] is None:
        raise NotPlain(f"{name} is not a group of {data_set}")
    tree: Tree = {"a": dict(pairs)} if pairs else {}
    if not is_empty:
        _fill(rest, name, tree, data_set=data_set, version=version, with_care=with_care)
    return tree


def _fill(text: str, root: str, tree: Tree, *, data_set: str, version: str, with_care: bool) -> None:
    if with_care:
        _read_with_care(text, layouts(data_set, version)[root], tree)
    else:
        turns(data_set, version).follow(text, root, tree)


def _decoded(content: bytes) -> str:
    if len(content.translate(None, _CONTROL)) != len(content):
        raise NotPlain("control characters")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPlain("not UTF-8") from None
    if not text.isascii() and _ODD_SPACE.search(text):
        raise NotPlain("spaces that Python would strip and XML would not")
    if ("]" in text and "]]>" in text) or "\ufffe" in text or "\uffff" in text:
        raise NotPlain("marks that want a full parser")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _read(text: str, version: str, *, with_care: bool) -> Document:
    start = _ROOT.match(text)
    if start is None or not _declares_utf8(start[1] or ""):
        raise NotPlain("this is not an EMSDataSet, DEMDataSet or StateDataSet in the NEMSIS namespace")
    data_set, attributes = start[2], _root_attributes(start[3])
    tree: Tree = {"a": attributes} if attributes else {}
    _fill(text[start.end() :], data_set, tree, data_set=data_set, version=version, with_care=with_care)
    return Document(data_set=data_set, tree=tree)


def _read_with_care(text: str, group: Layout, tree: Tree) -> None:
    """Fill `tree` from text that `plain_xml` made, where every element is closed by a tag of its own; what has no
    place is kept as stray."""
    first, *rest = text.split("<")
    pieces = iter(rest)
    if first.strip(plain_xml.XML_SPACE):
        raise NotPlain(f"text stands directly in {group[1]}")
    _read_group(pieces, group, tree)


def _read_group(pieces: Iterator[str], group: Layout, tree: Tree) -> None:
    name_of_group, children, end_of_group = group[1], group[3] or {}, group[4]
    last = -1
    for piece in pieces:
        if piece.rstrip(plain_xml.XML_SPACE) == end_of_group:
            return
        head, _, tail = piece.partition(">")
        name, pairs, _ = parsed_head(head)
        child = children.get(name)
        if child is None or child[0] < last or (child[0] == last and not child[2]):
            _keep_stray(pieces, piece, tree)
            continue
        position, _, many, grandchildren, end, _, _ = child
        value: Any
        if grandchildren is None:
            if next(pieces).rstrip(plain_xml.XML_SPACE) != end:
                raise NotPlain(f"{name} holds something other than a value")
            value = leaf_with(unescaped(tail), dict(pairs))
        elif tail.strip(plain_xml.XML_SPACE):
            raise NotPlain(f"text stands directly in {name}")
        else:
            value = {"a": dict(pairs)} if pairs else {}
            _read_group(pieces, child, value)
        if not many:
            tree[name] = value
        elif position == last:
            tree[name].append(value)
        else:
            tree[name] = [value]
        last = position
    raise NotPlain(f"{name_of_group} does not end")


def _keep_stray(pieces: Iterator[str], piece: str, tree: Tree) -> None:
    """Keep the element that `piece` opens, up to its end, as text."""
    kept, depth = [piece], 1
    while depth:
        piece = next(pieces)
        kept.append(piece)
        depth += -1 if piece.startswith("/") else 1
    before = sum(len(v) if isinstance(v, list) else 1 for k, v in tree.items() if k not in ("a", "stray"))
    strays = tree.setdefault("stray", [])
    strays.append([before + len(strays), "<" + "<".join(kept)])


def _root_attributes(text: str) -> dict[str, str]:
    attributes = dict(attributes_of(text))
    if attributes.pop("xmlns", None) != plain_xml.NEMSIS:
        raise NotPlain("the root element is not in the NEMSIS namespace")
    if attributes.pop("xmlns:xsi", plain_xml.XSI) != plain_xml.XSI:
        raise NotPlain("the prefix xsi stands for another namespace")
    attributes.pop("xsi:schemaLocation", None)
    if any(":" in name for name in attributes):
        raise NotPlain("the root element has an attribute of another namespace")
    return attributes


def _declares_utf8(declaration: str) -> bool:
    return "encoding" not in declaration or "utf-8" in declaration.lower()
