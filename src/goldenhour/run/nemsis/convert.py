"""What the sub-verbs that turn one document into another share: reading it, and writing the result."""

import sys
from pathlib import Path

from goldenhour.care.record.tree import Document
from goldenhour.interop.nemsis.document.plain_xml import XmlRefused
from goldenhour.interop.nemsis.document.read_xml import read_document


class Unusable(ValueError):
    """The file cannot be used; the text is for the person who named it."""


def document_of(name: str) -> Document:
    """The document in a file, or on standard input for `-`. Raises Unusable."""
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return read_document(content)
    except OSError as fault:
        raise Unusable(f"{name} cannot be read: {fault.strerror}; give a NEMSIS XML file") from None
    except XmlRefused as fault:
        raise Unusable(f"{name}: {fault}") from None


def put_out(content: bytes, to: Path | None) -> None:
    """Write to a file, or to standard output without one. Raises Unusable."""
    try:
        if to is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            to.write_bytes(content)
    except OSError as fault:
        raise Unusable(f"{to} cannot be written: {fault.strerror}") from None
