"""Turn any well-formed NEMSIS document into plain text for the reader, by lxml, without trusting it."""

import re

from lxml import etree

from goldenhour.interop.nemsis.document.safe_xml import LIMITS, HostileXml, Limits, parse

NEMSIS = "http://www.nemsis.org"
XML_SPACE = " \t\r\n"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_LOCATIONS = (f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation")
_ESCAPE = re.compile("[&<>\r]")
_ESCAPE_ATTRIBUTE = re.compile('[&<>"\t\n\r]')
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\t": "&#9;", "\n": "&#10;"}


class XmlRefused(ValueError):
    """The document is not taken; the text says why, for the person who sent it."""


class NotPlain(ValueError):
    """The text is not plain; lxml may be able to make it so."""


def is_character(code: int) -> bool:
    """Whether XML 1.0 allows this code point."""
    return code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def made_plain(content: bytes, limits: Limits = LIMITS) -> str:
    """The document as plain text. Raises XmlRefused when it is not well-formed, too large or has a DOCTYPE."""
    try:
        root = parse(content, limits=limits)
    except HostileXml as fault:
        raise XmlRefused(f"the document {fault}") from None
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    return plain_element(root, is_root=True)


def plain_element(root: etree._Element, *, is_root: bool) -> str:
    """One parsed element and what is below it as plain text; `is_root` declares the namespaces on it."""
    out: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        name = _local(node)
        if event == "end":
            out.append(f"</{name}>")
            continue
        declared = f' xmlns="{NEMSIS}" xmlns:xsi="{XSI}"' if is_root and node is root else ""
        attributes = "".join(f" {_attribute(key, value, node)}" for key, value in node.items() if key not in _LOCATIONS)
        text = node.text or ""
        if len(node) and not text.strip(XML_SPACE):
            text = ""
        out.append(f"<{name}{declared}{attributes}>{escaped(text)}")
        if node is not root and node.tail and node.tail.strip(XML_SPACE):
            raise XmlRefused(f"line {node.sourceline}: text stands beside {name}")
    return "".join(out)


def escaped(text: str) -> str:
    """Text as it stands between tags."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[0]], text)


def escaped_attribute(text: str) -> str:
    """Text as it stands in a double-quoted attribute."""
    return _ESCAPE_ATTRIBUTE.sub(lambda found: _ESCAPED[found[0]], text)


def _local(node: etree._Element) -> str:
    if node.tag is etree.Entity:
        raise XmlRefused(f"line {node.sourceline}: the entity {node.text} is not expanded here")
    namespace, name = etree.QName(node).namespace, etree.QName(node).localname
    if namespace != NEMSIS:
        raise XmlRefused(f"line {node.sourceline}: {name} is not in the NEMSIS namespace {NEMSIS}")
    return str(name)


def _attribute(key: str, value: str, node: etree._Element) -> str:
    if key == _TYPE:
        prefix, _, name = value.rpartition(":")
        if node.nsmap.get(prefix or None) != NEMSIS:
            raise XmlRefused(f"line {node.sourceline}: xsi:type {value} is not a NEMSIS type")
        return f'xsi:type="{escaped_attribute(name)}"'
    if key.startswith("{") and key != _NIL:
        raise XmlRefused(f"line {node.sourceline}: the attribute {key} belongs to another namespace")
    return f'{"xsi:nil" if key == _NIL else key}="{escaped_attribute(value)}"'
