"""Do two documents say the same? Element by element; comments, instructions, layout and schemaLocation apart."""

from itertools import zip_longest

from lxml import etree

from goldenhour.interop.nemsis.document.plain_xml import XML_SPACE, XSI
from goldenhour.interop.nemsis.document.safe_xml import parse

_LOCATIONS = (f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation")
_TYPE = f"{{{XSI}}}type"


def difference(before: bytes, after: bytes) -> str | None:
    """The first place where the documents differ, in words, or None when they say the same."""
    trees = [parse(before), parse(after)]
    for tree in trees:
        etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    return _difference(*trees, above="")


def _difference(before: etree._Element, after: etree._Element, *, above: str) -> str | None:
    path = f"{above}/{etree.QName(before).localname}"
    if before.tag != after.tag:
        return f"{path} became {etree.QName(after).localname}"
    if _attributes(before) != _attributes(after):
        return f"{path}: attributes {_attributes(before)} became {_attributes(after)}"
    if _text(before) != _text(after):
        return f"{path}: {_text(before)!r} became {_text(after)!r}"
    for mine, theirs in zip_longest(before, after):
        if mine is None or theirs is None:
            missing, what = (theirs, "is new") if mine is None else (mine, "is missing")
            return f"{path}: {etree.QName(missing).localname} {what}"
        if (found := _difference(mine, theirs, above=path)) is not None:
            return found
    return None


def _attributes(node: etree._Element) -> dict[str, str]:
    """A node's attributes; the prefix of an xsi:type is resolved, for it may differ."""
    found = {name: value for name, value in node.items() if name not in _LOCATIONS}
    if _TYPE in found:
        prefix, _, name = found[_TYPE].rpartition(":")
        found[_TYPE] = f"{{{node.nsmap.get(prefix or None)}}}{name}"
    return found


def _text(node: etree._Element) -> str:
    """What stands in a node; the layout between child elements does not count."""
    text = node.text or ""
    return text.strip(XML_SPACE) if len(node) else text
