"""The log under load: durable commands per second with and without shared commits, and the restart of a big log."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

import uvloop

from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.chain.registry import REGISTRY
from goldenhour.dispatch.commands import NoteIncident, OpenIncident
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import BookId, CommandId, IncidentId
from goldenhour.kernel.levels import Level
from goldenhour.run.bench.big_log import write_big_log
from goldenhour.run.bench.row import Row
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.sqlite import SqliteStore

COMMANDS: Final = 3000
AT_ONCE: Final = (1, 4, 16, 64)
BIG_LOG_FACTS: Final = 1_000_000

_BY: Final = Actor(id="bench", role="dispatcher", agency="bench")


def rows() -> list[Row]:
    """Durable commands through `Runtime.handle` on SQLite with synchronous FULL, against one commit per command; then
    the restart of a log of a million facts to boards that are ready to be served."""
    with tempfile.TemporaryDirectory() as folder:
        found = [_throughput(Path(folder), at_once) for at_once in AT_ONCE]
        return [*found, *_restart(Path(folder))]


def _throughput(folder: Path, at_once: int) -> Row:
    """Each side three times in turn, the best of each: the disk of a shared machine is noisy.

    The baseline is the same store with a transaction, and so a wait for the disk, for each command.
    """
    ours, alone = 0.0, 0.0
    for attempt in range(3):
        together = SqliteStore(folder / f"together{at_once}.{attempt}")
        ours = max(ours, uvloop.run(_commands_per_s(together, at_once)))
        one_by_one = SqliteStore(folder / f"alone{at_once}.{attempt}", most_together=1)
        alone = max(alone, uvloop.run(_commands_per_s(one_by_one, at_once)))
    goal = 1000 if at_once >= 4 else 0
    return Row(
        name=f"durable commands, {at_once} at once",
        value=round(ours),
        unit="1/s",
        goal=f">= {goal}" if goal else "-",
        baseline=round(alone),
        ok=ours >= goal,
    )


async def _commands_per_s(store: SqliteStore, at_once: int) -> float:
    runtime = Runtime(REGISTRY, store, WallClock())
    await runtime.start()
    each = COMMANDS // at_once

    async def work(worker: int) -> None:
        incident = IncidentId(f"incident-{worker}")
        opening = OpenIncident(incident=incident, book=BookId(f"book-{worker}"), level=Level.L2)
        await runtime.handle(opening, command_id=CommandId(f"o{worker}"), by=_BY)
        for n in range(each):
            note = NoteIncident(incident=incident, text="caller says that the gate is open")
            await runtime.handle(note, command_id=CommandId(f"n{worker}.{n}"), by=_BY)

    begun = time.perf_counter()
    await asyncio.gather(*map(work, range(at_once)))
    took_s = time.perf_counter() - begun
    await runtime.stop()
    return (each + 1) * at_once / took_s


def _restart(folder: Path) -> list[Row]:
    path = folder / "big"
    uvloop.run(write_big_log(path, facts=BIG_LOG_FACTS))
    took_s = min(uvloop.run(_served_s(path)) for _ in range(3))
    return [
        Row(
            name=f"restart with {BIG_LOG_FACTS:,} facts to filled boards",
            value=round(took_s, 3),
            unit="s",
            goal="<= 5",
            ok=took_s <= 5,
        )
    ]


async def _served_s(path: Path) -> float:
    content = Content(default_folder())
    begun = time.perf_counter()
    desk = Desk(store=SqliteStore(path), clock=WallClock(), content=content)
    await desk.start()
    took_s = time.perf_counter() - begun
    assert desk.boards.rows["incidents"], "the big log has open incidents"
    await desk.stop()
    return took_s
