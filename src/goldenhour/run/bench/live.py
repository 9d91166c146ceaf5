"""The live stream: from a commit to every one of 500 connected screens."""

import asyncio
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
import uvloop

from goldenhour.run.bench.loaded_server import KeepAlive, Load, Running, loaded_server, percentile
from goldenhour.run.bench.row import Row

SCREENS: Final = 500
CHANGES_PER_S: Final = 20
FOR_S: Final = 20
GRACE_S: Final = 15.0
_MARK: Final = b"mark "


def rows() -> list[Row]:
    """Screens in one other process, changes from this one; a change's text carries when its answer was there."""
    with (
        tempfile.TemporaryDirectory() as folder,
        loaded_server(Load(incidents=50, units=30), Path(folder)) as server,
    ):
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_watch, args=(theirs, server.running), daemon=True
        )
        process.start()
        assert ours.recv() == "all connected"
        cpu_s = server.cpu_s()
        committed = uvloop.run(_change(server.running))
        cpu_share = (server.cpu_s() - cpu_s) / FOR_S
        ours.send("finish")
        seen: list[dict[int, float]] = ours.recv()
        process.join(10)
    late_ms = [(screen[n] - at) * 1000 for screen in seen for n, at in committed.items() if n in screen]
    lost = sum(n not in screen for screen in seen for n in committed)
    p95_ms = percentile(late_ms, 0.95)
    name = f"commit to every one of {SCREENS} screens at {CHANGES_PER_S} changes/s"
    return [
        Row(name=f"{name}, p95", value=round(p95_ms, 1), unit="ms", goal="<= 250", ok=p95_ms <= 250),
        Row(name=f"{name}, longest", value=round(max(late_ms), 1), unit="ms", goal="-", ok=True),
        Row(name=f"{name}, lost", value=lost, unit="changes", goal="<= 0", ok=lost == 0),
        Row(name=f"{name}, server's processor", value=round(cpu_share, 2), unit="cores", goal="-", ok=True),
    ]


async def _change(running: Running) -> dict[int, float]:
    """Change -> when the server had said that it was committed (or a little before: when it was sent)."""
    connection = KeepAlive(running)
    await connection.connect()
    committed: dict[int, float] = {}
    begun = time.monotonic()
    for n in range(CHANGES_PER_S * FOR_S):
        await asyncio.sleep(max(0.0, begun + n / CHANGES_PER_S - time.monotonic()))
        note = {"command": str(uuid4()), "incident": f"i{n % 50}", "text": f"mark {n}."}
        sent = time.monotonic()
        status, _, body = await connection.ask("POST", "/api/v1/dispatch/note-incident", msgspec.json.encode(note))
        assert status == 200, body
        committed[n] = sent
    connection.close()
    return committed


def _watch(told: Connection, running: Running) -> None:
    uvloop.run(_screens(told, running))


async def _screens(told: Connection, running: Running) -> None:
    total = CHANGES_PER_S * FOR_S
    seen: list[dict[int, float]] = [{} for _ in range(SCREENS)]
    connected = [await _connect(running) for _ in range(SCREENS)]
    reading = [
        asyncio.create_task(_read(reader, marks, total)) for (reader, _), marks in zip(connected, seen, strict=True)
    ]
    told.send("all connected")
    await asyncio.to_thread(told.recv)
    await asyncio.wait(reading, timeout=GRACE_S)
    for task in reading:
        task.cancel()
    told.send(seen)
    for _, writer in connected:
        writer.close()


async def _connect(running: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port, limit=2**22)
    writer.write(
        b"GET /api/v1/live?views=incidents,units HTTP/1.1\r\nhost: x\r\ncookie: gh_session=%s\r\n\r\n"
        % running.token.encode()
    )
    await reader.readuntil(b"event: snapshot")
    return reader, writer


async def _read(reader: asyncio.StreamReader, marks: dict[int, float], total: int) -> None:
    """Notes when each change was first seen. An incident's row carries its earlier notes too; the first time counts."""
    rest = b""
    while len(marks) < total:
        chunk = await reader.read(2**18)
        if not chunk:
            return
        at = time.monotonic()
        text = rest + chunk
        found = text.split(_MARK)[1:]
        for piece in found:
            number, dot, _ = piece[:12].partition(b".")
            if dot:
                marks.setdefault(int(number), at)
        rest = text[-20:]
