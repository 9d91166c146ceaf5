"""Read a NEMSIS document into a tree: lossless, in schema order, and safe on hostile XML.

There are two steps. *Plain* text has one root in the default NEMSIS namespace and no DOCTYPE, CDATA, processing
instruction or prefix other than `xsi`; it is read by following the dictionary, so nothing is expanded, fetched or
nested deeper than the data set is. A document that is well-formed but not plain is made plain by lxml (no
entities, no network, no DTD) and then read the same way. A document with a DOCTYPE is refused.

What the data set has no place for (an unknown element, one out of order, a second of something single) is kept
aside in its group as `stray`: pairs of how many children stand before it and its plain text. So a document that
is not schema-valid comes back whole as well, and the checks can name what is wrong.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from goldenhour.care.record.dictionary import LATEST
from goldenhour.care.record.tree import Document, Leaf, Tree
from goldenhour.interop.nemsis import plain_xml
from goldenhour.interop.nemsis.layout import Layout, layouts
from goldenhour.interop.nemsis.plain_xml import NotPlain, XmlRefused
from goldenhour.interop.nemsis.safe_xml import LIMITS, Limits

_VALUE = r"""(?:"[^"<]*"|'[^'<]*')"""
_ROOT = re.compile(
    rf"\s*(?:<\?xml([^<>]*)\?>)?(?:\s*<!--(?:(?!--)[\s\S])*-->)*\s*"
    rf"<(EMSDataSet|DEMDataSet|StateDataSet)((?:\s+[\w:.-]+\s*=\s*{_VALUE})*)\s*>"
)
_HEAD = re.compile(r"""([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)""")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&([^;&]*);?")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CONTROL = bytes(set(range(32)) - {9, 10, 13})

_ODD_SPACE = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")

_OnStray = Callable[[Iterator[str], str, Tree, str], None]


def read_document(content: bytes, *, version: str = LATEST, limits: Limits = LIMITS) -> Document:
    """The document as a tree. Raises XmlRefused, in words for a person, when it is too large, not well-formed,
    carries a DOCTYPE, or is no NEMSIS document."""
    if len(content) > limits.size_bytes:
        raise XmlRefused(f"the document is {len(content):,} bytes; at most {limits.size_bytes:,} are read at once")
    try:
        return _read_plain(_decoded(content), version, _refuse_stray)
    except NotPlain:
        pass
    try:
        return _read_plain(plain_xml.made_plain(content, limits), version, _keep_stray)
    except NotPlain as strange:
        raise XmlRefused(str(strange)) from None


def read_fragment(plain: str, *, data_set: str = "EMSDataSet", version: str = LATEST, keep_stray: bool = True) -> Tree:
    """The tree of one group, such as a `PatientCareReport`, from plain text without namespace declarations.

    Strays are kept only from text that `plain_xml` made. Raises NotPlain when the text is not plain or the data
    set has no such group."""
    first, *rest = plain.split("<")
    pieces = iter(rest)
    name, pairs, is_empty = _parsed_head(next(pieces, "").partition(">")[0])
    group = layouts(data_set, version).get(name)
    if first.strip() or group is None or group[3] is None:
        raise NotPlain(f"{name} is not a group of {data_set}")
    tree: Tree = {"a": dict(pairs)} if pairs else {}
    if not is_empty:
        try:
            _read_group(pieces, group, tree, _keep_stray if keep_stray else _refuse_stray)
        except StopIteration:
            raise NotPlain(f"{name} does not end") from None
    return tree


def _decoded(content: bytes) -> str:
    if len(content.translate(None, _CONTROL)) != len(content):
        raise NotPlain("control characters")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPlain("not UTF-8") from None
    if not text.isascii() and _ODD_SPACE.search(text):
        raise NotPlain("spaces that Python would strip and XML would not")
    if "]]>" in text or "\ufffe" in text or "\uffff" in text:
        raise NotPlain("marks that want a full parser")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _read_plain(text: str, version: str, stray: _OnStray) -> Document:
    start = _ROOT.match(text)
    if start is None or not _declares_utf8(start[1] or ""):
        raise NotPlain("this is not an EMSDataSet, DEMDataSet or StateDataSet in the NEMSIS namespace")
    data_set = start[2]
    attributes = _root_attributes(start[3])
    first, *rest = text[start.end() :].split("<")
    if first.strip():
        raise NotPlain(f"text stands directly in {data_set}")
    pieces = iter(rest)
    tree: Tree = {"a": attributes} if attributes else {}
    root = layouts(data_set, version)[data_set]
    try:
        _read_group(pieces, root, tree, stray)
    except StopIteration:
        raise NotPlain("the document ends before its root element does") from None
    if any(not _is_comment(piece) for piece in pieces):
        raise NotPlain("something follows the root element")
    return Document(data_set=data_set, tree=tree)


def _read_group(pieces: Iterator[str], group: Layout, tree: Tree, stray: _OnStray) -> None:
    """Fill `tree` with the children of `group` up to its closing tag. Raises StopIteration when there is none."""
    group_name, children, group_end = group[1], group[3] or {}, group[4]
    last = -1
    for piece in pieces:
        head, _, tail = piece.partition(">")
        child = children.get(head)
        if child is None:
            if piece.rstrip() == group_end:
                return
            if _is_comment(piece):
                continue
            name, pairs, is_empty = _parsed_head(head)
            attributes = dict(pairs)
            child = children.get(name)
        else:
            attributes, is_empty = None, False
        if child is None or (child[0] <= last and (child[0] != last or not child[2])):
            stray(pieces, piece, tree, group_name)
            continue
        position, name, many, grandchildren, end, _, _ = child
        value: Any
        if grandchildren is None:
            if is_empty:
                if tail and not tail.isspace():
                    raise NotPlain(f"text stands directly in {group_name}")
                value = _leaf("", attributes)
            else:
                if next(pieces).rstrip() != end:
                    raise NotPlain(f"{name} holds something other than a value")
                value = unescaped(tail) if "&" in tail else tail
                if attributes:
                    value = _leaf(value, attributes)
        else:
            if tail and not tail.isspace():
                raise NotPlain(f"text stands directly in {name}")
            value = {"a": attributes} if attributes else {}
            if not is_empty:
                _read_group(pieces, child, value, stray)
        if not many:
            tree[name] = value
        elif position == last:
            tree[name].append(value)
        else:
            tree[name] = [value]
        last = position
    raise StopIteration


def _refuse_stray(pieces: Iterator[str], piece: str, tree: Tree, group: str) -> None:
    raise NotPlain(f"<{piece}> has no place here in {group}")


def _keep_stray(pieces: Iterator[str], piece: str, tree: Tree, group: str) -> None:
    """Keep the element that `piece` opens, up to its end, as text; the text is plain_xml's own, so every element
    is closed by a tag of its own and no attribute holds a `>`."""
    kept, depth = [piece], 1
    while depth:
        piece = next(pieces)
        kept.append(piece)
        depth += -1 if piece.startswith("/") else 1
    before = sum(len(v) if isinstance(v, list) else 1 for k, v in tree.items() if k not in ("a", "stray"))
    strays = tree.setdefault("stray", [])
    strays.append([before + len(strays), "<" + "<".join(kept)])


def _is_comment(piece: str) -> bool:
    """Whether a piece is one whole comment and nothing else; a comment that holds a `<` goes to lxml."""
    return piece.startswith("!--") and piece.find("--", 3) == len(piece.rstrip()) - 3 >= 3


@lru_cache(maxsize=4096)
def _parsed_head(head: str) -> tuple[str, tuple[tuple[str, str], ...], bool]:
    """A start tag's name, attributes and whether it closes itself; the same few heads return in every record."""
    matched = _HEAD.fullmatch(head)
    if matched is None:
        raise NotPlain(f"<{head}> is not read here")
    attributes = tuple(_attributes(matched[2]))
    if len(dict(attributes)) != len(attributes):
        raise NotPlain(f"<{head}> repeats an attribute")
    for name, _ in attributes:
        if (":" in name and name not in ("xsi:nil", "xsi:type")) or name == "xmlns":
            raise NotPlain(f"<{head}> has an attribute of another namespace")
    return matched[1], attributes, bool(matched[3])


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for name, double, single in _ATTRIBUTE.findall(text):
        value = (double or single).translate({9: " ", 10: " "})
        yield name, unescaped(value) if "&" in value else value


def _root_attributes(text: str) -> dict[str, str]:
    attributes = dict(_attributes(text))
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


def _leaf(value: str, attributes: dict[str, str] | None) -> Leaf:
    """A leaf with its attributes: `v` is left out where there is no text and the element is nil."""
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
        if plain_xml.is_character(code):
            return chr(code)
    raise NotPlain(f"the reference &{body}; is not allowed")
