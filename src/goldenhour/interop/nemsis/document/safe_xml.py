"""Read XML that a stranger sent: no document type, no entities, no network, bounded in size and depth.

NEMSIS documents and SOAP messages never need a document type declaration, and every expansion or file-reading
attack on an XML parser starts in one; so a declaration is refused before the parser sees it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

_MEGABYTE = 1 << 20
_ENCODINGS = {
    "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252",
}  # fmt: skip
_DECLARED = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_START_TAG = re.compile(rb"<[^!?]")
_DOCTYPE = b"<!DOCTYPE"  # case matters: in any other case it is not well formed


class HostileXml(ValueError):
    """The text is not well formed, or asks for something that a NEMSIS document has no need of."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a document may cost us. The deepest NEMSIS path has 8 levels; a SOAP envelope adds 5."""

    size_bytes: int = 64 * _MEGABYTE
    depth: int = 32


LIMITS = Limits()
PARSER_DEPTH = 256
"""The parser itself refuses deeper nesting."""
_DEEPER: dict[int, etree.XPath] = {}


def parse(xml: bytes, *, limits: Limits = LIMITS, bare: bool = False) -> etree._Element:
    """The root element of `xml`; `bare` leaves out comments, processing instructions and indentation (values
    keep their spaces). Raises HostileXml with the reason in plain words."""
    if len(xml) > limits.size_bytes:
        raise HostileXml(f"{len(xml)} bytes; at most {limits.size_bytes} are accepted in one document")
    text = _known_encoding(xml)
    if b"!" in text and _DOCTYPE in text:  # one byte is found ten times as fast as several
        raise HostileXml("has a document type declaration (<!DOCTYPE); none is accepted")
    try:
        root = etree.fromstring(text, _parser(bare=bare, unindented=bare and _has_only_elements(text)))
    except etree.XMLSyntaxError as fault:
        raise HostileXml(f"is not well-formed XML: {fault.msg}") from None
    if limits.depth < PARSER_DEPTH and _is_deeper_than(limits.depth, root):
        raise HostileXml(f"nests deeper than {limits.depth} elements")
    return root


def iterate(source: Path, *, tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Each element named in `tags` of a large file, complete, in document order, in bounded memory if the
    caller clears what it has used. The same refusals as `parse`, except for size and (beyond 256) depth."""
    with source.open("rb") as stream:
        head = stream.read(4096)
        if head[:2] in _UTF16 or _DOCTYPE in head:
            raise HostileXml("has a document type declaration or is UTF-16; a stream must be plain UTF-8 XML")
        _known_encoding(head)
        stream.seek(0)
        is_first = True
        try:
            for _, element in etree.iterparse(
                stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
            ):
                if is_first and element.getroottree().docinfo.internalDTD is not None:
                    raise HostileXml("has a document type declaration (<!DOCTYPE); none is accepted")
                is_first = False
                yield element
        except etree.XMLSyntaxError as fault:
            raise HostileXml(f"is not well-formed XML: {fault.msg}") from None


def _parser(*, bare: bool, unindented: bool) -> etree.XMLParser:
    """A parser is not to be shared between threads, and making one costs 3 us."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=bare,
        remove_pis=bare,
        remove_blank_text=unindented,
    )


def _has_only_elements(text: bytes) -> bool:
    """No comment or instruction inside the root: only then is blank text beside a tag surely indentation."""
    root = _START_TAG.search(text)
    if root is None:
        return False
    return not any(
        text.find(sign, root.start()) >= 0 and text.find(opening, root.start()) >= 0
        for sign, opening in ((b"!", b"<!--"), (b"?", b"<?"))
    )


def _known_encoding(xml: bytes) -> bytes:
    """The same text where the parser reads it as is; UTF-16 comes back as UTF-8 so that refusals can see it."""
    for mark, encoding in _UTF16.items():
        if xml.startswith(mark):
            try:
                return re.sub(r"^<\?xml[^>]*\?>", "", xml.decode(encoding).lstrip("\ufeff")).encode()
            except UnicodeDecodeError:
                raise HostileXml("is not well-formed UTF-16") from None
    declared = _DECLARED.match(xml.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].decode().lower() not in _ENCODINGS:
        raise HostileXml(f"is encoded as {declared[1].decode()}; send UTF-8")
    return xml


def _is_deeper_than(depth: int, root: etree._Element) -> bool:
    question = _DEEPER.get(depth)
    if question is None:
        question = _DEEPER[depth] = etree.XPath("boolean(/" + "/".join("*" * (depth + 1)) + ")")
    return bool(question(root))
