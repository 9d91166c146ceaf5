"""Read documents into trees, write them again, and compare: nothing may be lost.

Files, folders, zip archives or - for standard input. Exit code 0 when every document came back the same, 1 when
one did not or was refused.
"""

import argparse
import sys

import msgspec

from goldenhour.interop.nemsis.document.plain_xml import XmlRefused
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.sameness import difference
from goldenhour.interop.nemsis.document.write_xml import TreeUnwritable, write_document
from goldenhour.interop.nemsis.rules.resident.sources import NoDocuments, Unreadable, documents, read
from goldenhour.interop.nemsis.rules.resident.wire import Document


def configure(parser: argparse.ArgumentParser) -> None:
    """`nemsis roundtrip PATH…`"""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="XML files, folders, zip archives, or -")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and document")


def run(args: argparse.Namespace) -> int:
    """Compare each document with what comes back."""
    count = wrong = 0
    try:
        for document in documents(args.paths):
            fault = _fault(document)
            count += 1
            wrong += fault is not None
            if args.json:
                line = {"path": document.path, "same": fault is None, "difference": fault}
                print(msgspec.json.encode(line).decode())
            elif fault is not None:
                print(f"{document.path}: {fault}")
    except NoDocuments as fault_of_path:
        print(f"goldenhour nemsis roundtrip: {fault_of_path}", file=sys.stderr)
        return 2
    if not args.json:
        print(f"{count - wrong} of {count} documents came back the same")
    return 1 if wrong else 0


def _fault(document: Document) -> str | None:
    try:
        content = read(document)
        return difference(content, write_document(read_document(content)))
    except (Unreadable, XmlRefused, TreeUnwritable) as fault:
        return str(fault)
