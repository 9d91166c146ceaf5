"""Operations: durable commands through HTTP, the board's first paint, recommendations, simulation, restart, memory."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
import uvloop

from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.chain.questions.recommendation import recommendation
from goldenhour.geo import county
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.travel import TravelTimes
from goldenhour.run.bench import ops_store
from goldenhour.run.bench.loaded_server import KeepAlive, Load, LoadedServer, fill, loaded_server, percentile
from goldenhour.run.bench.row import Row
from goldenhour.runtime.clocks import WallClock
from goldenhour.storage.memory import MemoryStore

CLIENTS: Final = 4
COMMANDS_EACH: Final = 1500
INCIDENTS: Final = 400
PAINTS: Final = 40
RECOMMENDATIONS: Final = 400
HOURS: Final = 24
DEMO_S: Final = 45.0
SHARED: Final = Path(os.environ.get("GOLDENHOUR_SHARED", Path(__file__).resolve().parents[5] / "shared"))
COMMAND: Final = [sys.executable, "-m", "goldenhour"]


def rows() -> list[Row]:
    """Everything of the table but the live stream, which `bench live` measures. Loopback only; a few minutes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made_up = folder / "county"
        county.build(1, made_up)
        return [
            *_commands(folder),
            *_first_paint(folder),
            *_recommendations(folder),
            _simulation(made_up),
            _demo_memory(made_up, folder),
            *ops_store.rows(),
        ]


def _commands(folder: Path) -> list[Row]:
    """Notes on many open incidents by four clients who each wait for their answer; SQLite with synchronous FULL."""
    with loaded_server(Load(incidents=INCIDENTS, units=40), _new(folder, "commands")) as server:
        uvloop.run(_load_with_commands(server, 100))
        cpu_s = server.cpu_s()
        begun = time.perf_counter()
        took_ms = uvloop.run(_load_with_commands(server, COMMANDS_EACH))
        wall_s = time.perf_counter() - begun
        cpu_ms = (server.cpu_s() - cpu_s) * 1000 / len(took_ms)
    per_s, p95_ms = len(took_ms) / wall_s, percentile(took_ms, 0.95)
    return [
        Row(
            name="durable command through HTTP, 4 clients",
            value=round(per_s),
            unit="1/s",
            goal=">= 1000",
            ok=per_s >= 1000,
        ),
        Row(name="durable command through HTTP, p95", value=round(p95_ms, 2), unit="ms", goal="<= 15", ok=p95_ms <= 15),
        Row(
            name="server's processor time for a command", value=round(cpu_ms, 3), unit="ms", goal="<= 1", ok=cpu_ms <= 1
        ),
    ]


async def _load_with_commands(server: LoadedServer, each: int) -> list[float]:
    async def work(client: int) -> list[float]:
        connection = KeepAlive(server.running)
        await connection.connect()
        took_ms = []
        for n in range(each):
            incident = (n * CLIENTS + client) % INCIDENTS
            note = {"command": str(uuid4()), "incident": f"i{incident}", "text": "the gate is open"}
            begun = time.perf_counter()
            status, _, body = await connection.ask("POST", "/api/v1/dispatch/note-incident", msgspec.json.encode(note))
            took_ms.append((time.perf_counter() - begun) * 1000)
            assert status == 200, body
        connection.close()
        return took_ms

    found = await asyncio.gather(*map(work, range(CLIENTS)))
    return [one for several in found for one in several]


def _first_paint(folder: Path) -> list[Row]:
    """All rows of the dispatcher's board, asked for as a page does when it opens, a command before each."""
    with loaded_server(Load(incidents=1000, units=300), _new(folder, "paint")) as server:
        cpu_ms, took_ms, size = uvloop.run(_paint(server))
    size_kb = size / 1024
    board = "board of 1,000 open incidents and 300 units"
    return [
        Row(name=f"{board}, first paint", value=round(took_ms, 1), unit="ms", goal="<= 60", ok=took_ms <= 60),
        Row(name=f"{board}, server's processor time", value=round(cpu_ms, 1), unit="ms", goal="<= 60", ok=cpu_ms <= 60),
        Row(name=f"{board}, compressed", value=round(size_kb), unit="KB", goal="<= 150", ok=size_kb <= 150),
    ]


async def _paint(server: LoadedServer) -> tuple[float, float, int]:
    connection = KeepAlive(server.running)
    await connection.connect()
    took_ms, cpu_ms, size = [], [], 0
    for n in range(PAINTS):
        note = {"command": str(uuid4()), "incident": f"i{n}", "text": "still waiting"}
        await connection.ask("POST", "/api/v1/dispatch/note-incident", msgspec.json.encode(note))
        cpu_s, begun = server.cpu_s(), time.perf_counter()
        status, headers, body = await connection.ask("GET", "/api/v1/views")
        took_ms.append((time.perf_counter() - begun) * 1000)
        cpu_ms.append((server.cpu_s() - cpu_s) * 1000)
        assert status == 200
        assert headers.get("content-encoding") == "gzip"
        size = len(body)
    connection.close()
    return percentile(cpu_ms, 0.5), percentile(took_ms, 0.95), size


def _recommendations(folder: Path) -> list[Row]:
    """Over 100 units, every incident elsewhere, a third of the units moving; Liechtenstein's roads."""
    extract = SHARED / "regions" / "liechtenstein-latest.osm.pbf"
    if not extract.is_file():
        return []
    built = folder / "liechtenstein"
    subprocess.run([*COMMAND, "region", "build", str(extract), "--out", str(built)], check=True, capture_output=True)
    took_ms = uvloop.run(_recommend(Region.load(built)))
    p99_ms = percentile(took_ms, 0.99)
    name = "recommendation over 100 units on Liechtenstein's roads, p99"
    return [Row(name=name, value=round(p99_ms, 2), unit="ms", goal="<= 5", ok=p99_ms <= 5)]


async def _recommend(region: Region) -> list[float]:
    travel = TravelTimes.build(region.roads, cache=region.travel_cache)
    content = Content(default_folder())
    desk = Desk(store=MemoryStore(), clock=WallClock(), content=content, region=region, travel=travel)
    await desk.start()
    units = 100 - len(desk.boards.open.all("unit"))
    await fill(desk, Load(incidents=RECOMMENDATIONS, units=units))
    took_ms = []
    for place, incident in enumerate(list(desk.boards.open.all("incident").values())):
        begun = time.perf_counter()
        found = recommendation(desk, incident)
        took = (time.perf_counter() - begun) * 1000
        assert len(found.candidates) == 100
        if place >= 20:
            took_ms.append(took)
    await desk.stop()
    return took_ms


def _simulation(made_up: Path) -> Row:
    verb = ["simulate", "--region", str(made_up), "--hours", str(HOURS), "--seed", "1", "--json"]
    said = subprocess.run([*COMMAND, *verb], check=True, capture_output=True).stdout
    per_s = float(msgspec.json.decode(said)["facts_per_s"])
    name = f"whole-system simulation of {HOURS} hours"
    return Row(name=name, value=round(per_s), unit="facts/s", goal=">= 2000", ok=per_s >= 2000)


def _demo_memory(made_up: Path, folder: Path) -> Row:
    """The most that the demo's process has held after a while of running with a busy world."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    verb = ["demo", "--no-browser", "--data", str(_new(folder, "demo")), "--region", str(made_up), "--port", str(port)]
    demo = subprocess.Popen([*COMMAND, *verb], stderr=subprocess.DEVNULL)
    try:
        demo.wait(DEMO_S)
        raise RuntimeError("the demo ended by itself")
    except subprocess.TimeoutExpired:
        status = Path(f"/proc/{demo.pid}/status").read_text()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(20)
    held = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert held is not None
    memory_mb = int(held[1]) / 1024
    name = "server memory in the demo"
    return Row(name=name, value=round(memory_mb), unit="MB", goal="<= 400", ok=memory_mb <= 400)


def _new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name
