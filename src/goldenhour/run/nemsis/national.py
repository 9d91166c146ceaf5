"""Make the national extract of a document: nothing but what the national data set holds."""

import argparse
import sys
from pathlib import Path

from goldenhour.interop.nemsis.document.write_xml import TreeUnwritable, schema_location, write_document
from goldenhour.interop.nemsis.national import national
from goldenhour.run.nemsis.convert import Unusable, document_of, put_out


def configure(parser: argparse.ArgumentParser) -> None:
    """`nemsis national FILE [--out FILE]`"""
    parser.add_argument("file", metavar="FILE", help="a NEMSIS document, or - for standard input")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write; default: standard output")


def run(args: argparse.Namespace) -> int:
    """0 when written, 2 when the file cannot be used."""
    try:
        extract = national(document_of(args.file))
        where = schema_location(extract.data_set, national=True)
        put_out(write_document(extract, schema_location=where), args.out)
    except (Unusable, TreeUnwritable) as fault:
        print(f"goldenhour nemsis national: {fault}", file=sys.stderr)
        return 2
    return 0
