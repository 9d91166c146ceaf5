"""Export the locked records of a log as NEMSIS documents, one file a record.

Each file is named by the record's UUID and is there whole or not at all; one that is there already is written anew.
Exit code 0 when everything was written, 1 when a record could not be, 2 when something named is unusable.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import date, datetime, time
from pathlib import Path

import msgspec

from goldenhour.care.state import Record
from goldenhour.chain.content import BadContent, Content, default_folder
from goldenhour.chain.registry import REGISTRY
from goldenhour.interop.nemsis.document.write_xml import TreeUnwritable, schema_location, write_document
from goldenhour.interop.nemsis.national import national
from goldenhour.kernel.instants import Instant
from goldenhour.run.replay import stored_log
from goldenhour.run.server.record_checks import finished
from goldenhour.run.server.state_configuration import BadState, collected
from goldenhour.runtime.store import Outage, Store


class Summary(msgspec.Struct, kw_only=True):
    """How many records were written, how many are still open (and were left out without `--unlocked`), how many
    were finished before the date asked for, and how many could not be written, with the reason."""

    written: int = 0
    open: int = 0
    earlier: int = 0
    failed: dict[str, str] = {}


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--store", required=True, metavar="ADDRESS", help="sqlite:FILE or postgresql://…")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files go")
    parser.add_argument("--since", metavar="DATE", help="only records locked, amended or imported since (2026-01-31)")
    parser.add_argument("--unlocked", action="store_true", help="open charts too, as they stand")
    parser.add_argument("--national", action="store_true", help="the national extract of each")
    parser.add_argument("--content", type=Path, metavar="DIR", help="content packs: the agency, the State data set")
    parser.add_argument("--json", action="store_true", help="the summary as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Export, and say what was written."""
    try:
        since = _since(args.since)
        folder = args.content or default_folder()
        content = Content(folder)
        collect = collected(folder)
        args.out.mkdir(parents=True, exist_ok=True)
        summary = Summary()

        def document(record: Record) -> bytes:
            whole = finished(record, content.agency, collect)
            where = schema_location("EMSDataSet", national=args.national)
            return write_document(national(whole) if args.national else whole, schema_location=where)

        async def write() -> None:
            async for record in _records(stored_log(args.store)):
                if record.is_open and not args.unlocked:
                    summary.open += 1
                elif _changed_at(record) < since:
                    summary.earlier += 1
                else:
                    try:
                        _put(args.out / f"{record.id}.xml", document(record))
                        summary.written += 1
                    except TreeUnwritable as fault:
                        summary.failed[record.id] = str(fault)

        asyncio.run(write())
    except (ValueError, BadContent, BadState, Outage, OSError) as fault:
        print(f"goldenhour nemsis export: {fault}", file=sys.stderr)
        return 2
    if args.json:
        print(msgspec.json.encode(summary).decode())
    else:
        left = f"{summary.open} open and {summary.earlier} earlier ones left out"
        print(f"{summary.written} records written to {args.out}; {left}.")
    for record, why in summary.failed.items():
        print(f"goldenhour nemsis export: {record}: {why}", file=sys.stderr)
    return 1 if summary.failed else 0


async def _records(store: Store) -> AsyncIterator[Record]:
    """Every record of the log, one at a time."""
    await store.open()
    try:
        async for doc in store.all_entities():
            if doc.kind == "record":
                yield REGISTRY.read_entity("record", doc.doc)
    finally:
        await store.close()


def _changed_at(record: Record) -> Instant:
    """When the record last became what it is: amended, locked or imported; of an open one, opened."""
    return max(record.locked_at or record.opened_at, *(one.at for one in record.addenda), Instant(0))


def _since(text: str | None) -> Instant:
    """The beginning of that day here."""
    if text is None:
        return Instant(0)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--since {text}: write the date as 2026-01-31") from None
    return Instant(int(datetime.combine(day, time()).astimezone().timestamp() * 1000))


def _put(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or not at all."""
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
