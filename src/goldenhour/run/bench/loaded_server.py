"""A server of its own process with a filled board, on loopback, and plain keep-alive clients to load it with."""

import asyncio
import multiprocessing
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec
import uvloop

from goldenhour.chain.access import Person, Role
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import CrewMember, UnitKind
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import BookId, CommandId, IncidentId, PostId, UnitId
from goldenhour.kernel.levels import Level, Skill
from goldenhour.kernel.places import Location, LocationSource
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.positions import Position
from goldenhour.storage.sqlite import SqliteStore
from goldenhour.web.accounts import Accounts
from goldenhour.web.app import application
from goldenhour.web.hub import Hub
from goldenhour.web.listening import Server
from goldenhour.web.serving import Serving

BY: Final = Actor(id="bench", role="dispatcher", agency="bench")
CENTRE: Final = (9.52, 47.14)
START_WITHIN_S: Final = 120.0


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What the server begins with: so many open incidents, so many units on duty (a third of them sent), a region."""

    incidents: int
    units: int
    region: str = ""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """Where it listens, and the session of a signed-in dispatcher."""

    port: int
    token: str
    csrf: str


class LoadedServer:
    """The running server as the bench sees it."""

    def __init__(self, told: Connection, running: Running) -> None:
        self._told = told
        self.running = running

    def cpu_s(self) -> float:
        """Processor time of the server so far, in seconds."""
        self._told.send("cpu")
        return float(self._told.recv())

    def memory_mb(self) -> float:
        """The most memory that the server has held, in MB."""
        self._told.send("memory")
        return float(self._told.recv())


@contextmanager
def loaded_server(load: Load, folder: Path) -> Iterator[LoadedServer]:
    """Starts the server in a process of its own; ends it when the bench is done with it."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(theirs, load, str(folder)), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(START_WITHIN_S):
            raise TimeoutError("the loaded server did not start")
        yield LoadedServer(ours, msgspec.json.decode(ours.recv(), type=Running))
        ours.send("stop")
        process.join(10)
    finally:
        if process.is_alive():
            process.terminate()
            process.join(5)


def _run(told: Connection, load: Load, folder: str) -> None:
    uvloop.run(_serve(told, load, Path(folder)))


async def _serve(told: Connection, load: Load, folder: Path) -> None:
    region = Region.load(Path(load.region)) if load.region else None
    travel = TravelTimes.build(region.roads, cache=region.travel_cache) if region else None
    clock = WallClock()
    desk = Desk(
        store=SqliteStore(folder / "log.sqlite"),
        clock=clock,
        content=Content(default_folder()),
        region=region,
        travel=travel,
    )
    await desk.start()
    await fill(desk, load)
    accounts = Accounts(folder / "accounts.sqlite")
    person = Person(id="bench", name="Bench", role=Role.DISPATCHER, agency="bench")
    accounts.add(person, None)
    token, csrf = accounts.begin(person, clock.now())
    here = Serving(desk=desk, accounts=accounts, hub=Hub(desk.boards, first_place=clock.now()))

    def ready(address: str) -> None:
        port = int(address.rpartition(":")[2])
        told.send(msgspec.json.encode(Running(port=port, token=token, csrf=csrf)))

    server = Server(application(here), host="127.0.0.1", port=0, ready=ready)
    asyncio.get_running_loop().add_reader(told.fileno(), _answer, told, server)
    await server.serve()
    await desk.stop()
    accounts.close()


def _answer(told: Connection, server: Server) -> None:
    try:
        wish = told.recv()
    except EOFError:
        wish = "stop"
    if wish == "cpu":
        told.send(time.process_time())
    elif wish == "memory":
        told.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        server.should_exit = server.force_exit = True
        asyncio.get_running_loop().remove_reader(told.fileno())


async def fill(desk: Desk, load: Load) -> None:
    """Opens the incidents, signs the units on at places of their own, and sends a third of them."""
    complaints = [one.id for one in desk.content.complaints.complaints]
    crew = (
        CrewMember(id="p", name="Pat Quist", skill=Skill.PARAMEDIC),
        CrewMember(id="e", name="Eli", skill=Skill.EMT),
    )
    wishes: list[Any] = []
    for n in range(load.units):
        skill = Skill.PARAMEDIC if n % 2 else Skill.EMT
        unit = UnitId(f"u{n}")
        wishes.append(
            c.RegisterUnit(
                unit=unit,
                call_sign=f"U{n}",
                kind=UnitKind.AMBULANCE,
                skill=skill,
                agency="bench",
                post=PostId("p"),
                capabilities=("transport",),
            )
        )
        wishes.append(c.GoOnDuty(unit=unit, crew=crew))
    for n in range(load.incidents):
        lon, lat = place(n)
        wishes.append(
            c.OpenIncident(
                incident=IncidentId(f"i{n}"),
                book=BookId("incidents/bench"),
                location=Location(label=f"{n} Mill Lane, Vaduz", lon=lon, lat=lat, source=LocationSource.TYPED),
                complaint=complaints[n % len(complaints)],
                level=Level(1 + n % 5),
            )
        )
        wishes.append(c.NoteIncident(incident=IncidentId(f"i{n}"), text=f"caller {n}: second floor, the door is open"))
    for n in range(min(load.units // 3, load.incidents)):
        choice = c.Choice(slot="als", eta_s=300, reasons=("nearest by road",))
        wishes.append(c.AssignUnit(incident=IncidentId(f"i{n}"), unit=UnitId(f"u{n}"), choice=choice))
    for n, wish in enumerate(wishes):
        await desk.runtime.handle(wish, command_id=CommandId(f"fill{n}"), by=BY)
    for n in range(load.units):
        lon, lat = place(n * 7 + 3)
        desk.positions.report(Position(unit=UnitId(f"u{n}"), lon=lon, lat=lat, at=desk.clock.now()))


def place(n: int) -> tuple[float, float]:
    """The nth of many places strewn along the valley round `CENTRE`, always the same."""
    return CENTRE[0] + ((n * 37) % 101 - 50) / 101 * 0.03, CENTRE[1] + ((n * 61) % 211 - 105) / 211 * 0.12


class KeepAlive:
    """One client with one connection that stays open."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._head = (
            f"host: 127.0.0.1\r\ncookie: gh_session={running.token}\r\nx-csrf-token: {running.csrf}\r\n"
            "accept-encoding: gzip\r\ncontent-type: application/json\r\n"
        )
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._running.port, limit=2**22)

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body as sent) of one exchange."""
        length = f"content-length: {len(body)}\r\n" if body else ""
        self._writer.write(f"{method} {path} HTTP/1.1\r\n{self._head}{length}\r\n".encode() + body)
        raw = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in raw[1:])}
        return int(raw[0].split()[1]), headers, await self._reader.readexactly(int(headers.get("content-length", 0)))

    def close(self) -> None:
        self._writer.close()


def percentile(values: list[float], share: float) -> float:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
