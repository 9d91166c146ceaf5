"""Say a 3.5.1 document in an earlier version, for a state that still wants it.

What does not come through as it was is told on standard error (with --json, one object a line).
"""

import argparse
import sys
from pathlib import Path

import msgspec

from goldenhour.interop.nemsis.document.write_xml import TreeUnwritable, schema_location, write_document
from goldenhour.interop.nemsis.translate import TARGETS, Loss, translated
from goldenhour.run.nemsis.convert import Unusable, document_of, put_out


def configure(parser: argparse.ArgumentParser) -> None:
    """`nemsis translate FILE --to 3.5.0 [--out FILE]`"""
    parser.add_argument("file", metavar="FILE", help="a NEMSIS 3.5.1 document, or - for standard input")
    parser.add_argument("--to", choices=TARGETS, required=True, help="the version to say it in")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: standard output")
    parser.add_argument("--json", action="store_true", help="tell what changed as one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """0 when written, 2 when the file cannot be used."""
    try:
        done = translated(document_of(args.file), args.to)
        where = schema_location(done.document.data_set, build=f"release-{args.to}")
        put_out(write_document(done.document, schema_location=where), args.out)
    except (Unusable, TreeUnwritable) as fault:
        print(f"goldenhour nemsis translate: {fault}", file=sys.stderr)
        return 2
    for loss in done.losses:
        print(msgspec.json.encode(loss).decode() if args.json else _told(loss), file=sys.stderr)
    return 0


def _told(loss: Loss) -> str:
    return f"{loss.number}: {loss.was!r} " + ("is left out" if loss.became is None else f"became {loss.became!r}")
