"""Decide the recorded commands again, under the present code and content, and print what would be different.

Each command is decided on the state it was decided on then. Exits with 0 when every answer is the same, with 1 when any
differs, with 2 when the log or the content cannot be read.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from goldenhour.chain.content import BadContent, Content, default_folder
from goldenhour.chain.lookups import with_content
from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import stream
from goldenhour.run.replay import stored_log
from goldenhour.runtime.decide import Held
from goldenhour.runtime.rehearse import Rehearsed, Verdict, rehearse
from goldenhour.runtime.store import Outage, Store

_WORDS = {
    Verdict.SAME: "same answer",
    Verdict.OTHER_FACTS: "other facts",
    Verdict.NOW_REFUSED: "refused now, accepted then",
    Verdict.NOW_ACCEPTED: "accepted now, refused then",
    Verdict.OTHER_REFUSAL: "refused by another rule",
    Verdict.UNDECIDABLE: "cannot be decided any more",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Which log, under which content, and how to report."""
    parser.add_argument("--store", required=True, metavar="ADDRESS", help="sqlite:FILE or postgresql://…")
    parser.add_argument("--content", type=Path, metavar="DIR", help="content packs to decide under (default: ours)")
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def run(args: argparse.Namespace) -> int:
    """0 all the same, 1 differences, 2 the log or the content cannot be read."""
    try:
        content = Content(args.content or default_folder())
        begun = time.perf_counter()
        found = asyncio.run(_rehearse(stored_log(args.store), content))
    except (ValueError, BadContent, Outage) as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 2
    wall_s = round(time.perf_counter() - begun, 3)
    if args.json:
        report = {
            "ok": found.differences == 0,
            "differences": found.differences,
            **msgspec.to_builtins(found),
            "content": content.version,
            "wall_s": wall_s,
        }
        print(msgspec.json.encode(report).decode())
    else:
        _show(found, content.version, wall_s)
    return 1 if found.differences else 0


async def _rehearse(store: Store, content: Content) -> Rehearsed:

    def look_up(command: Command, held: Mapping[str, Held]) -> Command:
        return with_content(command, content, lambda call: held[stream("call", call)].state)

    await store.open()
    try:
        return await rehearse(REGISTRY, store, look_up=look_up)
    finally:
        await store.close()


def _show(found: Rehearsed, version: str, wall_s: float) -> None:
    console = Console(highlight=False)
    console.print(f"{found.commands} commands on {found.facts} facts under content {version} in {wall_s:.1f} s")
    for verdict in Verdict:
        if found.verdicts.get(verdict):
            console.print(f"  {found.verdicts[verdict]:>8} {_WORDS[verdict]}")
    if not found.shown:
        return
    table = Table()
    for name in ("after", "command", "", "then", "now", "fields"):
        table.add_column(name)
    for one in found.shown:
        table.add_row(
            str(one.after_seq),
            f"{one.type} {one.id}",
            _WORDS[one.verdict],
            ", ".join(one.then),
            ", ".join(one.now),
            ", ".join(one.fields),
        )
    console.print(table)
