"""Read the whole log again: check its chain, and rebuild every entity and every board from it.

Exits with 0 when all is equal, with 1 when anything differs, with 2 when the log cannot be read. A log may be replayed
while a server writes it. `--mend` replaces stored documents that differ from what the facts make, as after an upgrade
that changed their shape; facts are never touched.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from goldenhour.chain.content import BadContent, Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.chain.registry import REGISTRY
from goldenhour.runtime.boards import Boards
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.replay import Replay, Replayed
from goldenhour.runtime.runtime import Committed
from goldenhour.runtime.store import Conflict, Outage, Store
from goldenhour.storage.address import open_store


def configure(parser: argparse.ArgumentParser) -> None:
    """Which log, and how to report."""
    parser.add_argument("--store", required=True, metavar="ADDRESS", help="sqlite:FILE or postgresql://…")
    parser.add_argument("--content", type=Path, metavar="DIR", help="content packs for the boards' words")
    parser.add_argument("--mend", action="store_true", help="replace documents that differ, then replay once more")
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def run(args: argparse.Namespace) -> int:
    """0 all equal, 1 differences, 2 the log cannot be read."""
    try:
        content = Content(args.content or default_folder())
        store = stored_log(args.store)
        return asyncio.run(_replay(store, content, args))
    except (ValueError, BadContent, Outage) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2


def stored_log(address: str) -> Store:
    """The log, for reading only. Raises `ValueError` where there cannot be one."""
    if address == "memory":
        raise ValueError("a log in memory ended with its process; name sqlite:FILE or postgresql://USER@HOST/DATABASE")
    return open_store(address, reading_only=True)


async def _replay(store: Store, content: Content, args: argparse.Namespace) -> int:
    await store.open()
    try:
        begun = time.perf_counter()
        found, mirror, replay = await _once(store, content)
        if args.mend and replay.mended:
            await _mend(args.store, replay)
            found, mirror, _ = await _once(store, content)
        wall_s = time.perf_counter() - begun
    finally:
        await store.close()
    mended = len(replay.mended) if args.mend else 0
    if args.json:
        print(msgspec.json.encode(_report(found, mirror, wall_s) | {"mended": mended}).decode())
    else:
        if mended:
            print(f"{mended} documents made anew from their facts")
        _show(found, mirror, wall_s)
    return 1 if found.differences else 0


async def _once(store: Store, content: Content) -> tuple[Replayed, "BoardsMirror", Replay]:
    mirror = await BoardsMirror.of(store, content)
    replay = Replay(REGISTRY, store, [mirror.follow])
    mirror.compare_into(replay)
    return await _shown_while(replay), mirror, replay


async def _mend(address: str, replay: Replay) -> None:
    store = open_store(address)
    await store.open()
    try:
        await store.mend(replay.mended, head_seq=replay.head_seq)
    except Conflict as moved:
        raise Outage(f"{moved} while it was read; stop what writes it and mend again") from moved
    finally:
        await store.close()


class BoardsMirror:
    """Boards that follow the log from its beginning, to be compared with boards made anew from the stored entities."""

    def __init__(self, followed: Boards, rebuilt: Boards) -> None:
        self._followed = followed
        self._rebuilt = rebuilt
        self._replay: Replay | None = None
        self._lost = ""
        self.rows = 0

    @classmethod
    async def of(cls, store: Store, content: Content) -> "BoardsMirror":
        """Makes the boards anew at the present head; the replay will come by there."""
        followed, rebuilt = (Desk(store=store, clock=WallClock(), content=content).boards for _ in range(2))
        mirror = cls(followed, rebuilt)
        try:
            await rebuilt.seed(store)
        except msgspec.MsgspecError as error:
            mirror._lost = f"they cannot be made from the stored documents: {error}"
        mirror.rows = sum(map(len, rebuilt.rows.values()))
        return mirror

    def compare_into(self, replay: Replay) -> None:
        """Says where differences go."""
        self._replay = replay
        if self._lost:
            replay.differ("boards", self._lost)

    def follow(self, committed: Committed) -> None:
        if committed.seq > self._rebuilt.seq or self._lost:
            return
        assert self._replay is not None
        try:
            self._followed.follow(committed)
        except Exception as bug:  # noqa: BLE001 - a board that cannot follow is what a replay is to find
            self._lost = f"they cannot follow the fact at seq {committed.seq}: {bug!r}"
            self._replay.differ("boards", self._lost)
            return
        if committed.seq == self._rebuilt.seq:
            for name, rows in self._rebuilt.rows.items():
                self._compare(self._replay, name, self._followed.rows[name], rows)

    def _compare(self, replay: Replay, view: str, followed: Mapping[str, Any], rebuilt: Mapping[str, Any]) -> None:
        for key in sorted({*followed, *rebuilt}):
            ours, theirs = followed.get(key), rebuilt.get(key)
            if ours is None or theirs is None:
                having, lacking = ("rebuilt", "followed") if ours is None else ("followed", "rebuilt")
                replay.differ(f"board {view} {key}", f"the {having} board has this row, the {lacking} one has not")
            elif ours != theirs:
                names = [name for name in ours.__struct_fields__ if getattr(ours, name) != getattr(theirs, name)]
                replay.differ(f"board {view} {key}", f"the followed and the rebuilt row differ in: {', '.join(names)}")


async def _shown_while(replay: Replay) -> Replayed:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("facts", total=None)
        return await replay.run(lambda done, total: bar.update(task, completed=done, total=total))


def _report(found: Replayed, mirror: BoardsMirror, wall_s: float) -> dict[str, Any]:
    return {
        "ok": found.differences == 0,
        **msgspec.to_builtins(found),
        "board_rows": mirror.rows,
        "wall_s": round(wall_s, 3),
        "facts_per_s": round(found.facts / wall_s) if wall_s else 0,
    }


def _show(found: Replayed, mirror: BoardsMirror, wall_s: float) -> None:
    console = Console(highlight=False)
    console.print(
        f"{found.facts} facts, {found.commands} commands, {found.entities} entities, {mirror.rows} board rows "
        f"in {wall_s:.1f} s"
    )
    console.print(f"log head {found.log_head}")
    for one in found.shown:
        console.print(f"  {one.where}: {one.what}", markup=False)
    left = found.differences - len(found.shown)
    if left:
        console.print(f"  and {left} more")
    console.print("All equal." if not found.differences else f"{found.differences} differences.")
