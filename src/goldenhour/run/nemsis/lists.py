"""Put your copies of NEMSIS's published lists into a server's data folder: codes are looked up by name.

PATH is the folder or zip archive of the download, or single lists (Impression.csv, Symptom.csv, Medication.csv, …). All
are read before any replaces what was there. A server that runs takes them up at its next start.
"""

import argparse
import sys
from pathlib import Path

import msgspec

from goldenhour.interop.nemsis.defined_lists import BadList, install_lists


def configure(parser: argparse.ArgumentParser) -> None:
    """`nemsis lists PATH… --data DIR`"""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder, zip archive or lists (.csv)")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the server's data folder")
    parser.add_argument("--json", action="store_true", help="what is in place now, as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when all are in place, 2 when something named cannot be used; then nothing has changed."""
    try:
        taken = install_lists(args.paths, data=args.data)
    except (BadList, OSError) as fault:
        print(f"goldenhour nemsis lists: {fault}", file=sys.stderr)
        return 2
    if args.json:
        print(msgspec.json.encode(taken).decode())
        return 0
    for one in taken.installed:
        print(f"{one.name}: {one.codes} codes for {', '.join(one.elements)}{' (replaced)' if one.replaced else ''}")
        for line in one.left_out:
            print(f"left out of {one.name}, {line}", file=sys.stderr)
    for path in taken.left_aside:
        print(f"left aside, no list that is known here: {path}", file=sys.stderr)
    print(f"In place at {taken.installed[0].path.rpartition('/')[0]}; a server takes them up at its next start.")
    return 0
