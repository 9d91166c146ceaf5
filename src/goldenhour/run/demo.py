"""Set everything up and run the system with a simulated world and one-click sign-in. Nothing in it is real."""

import argparse
import asyncio
import sys
import webbrowser
from pathlib import Path

from goldenhour.chain.access import Person, Role
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.chain.registry import REGISTRY
from goldenhour.geo import county
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import BadRoads
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.instants import Instant, later
from goldenhour.run.serve import PORT, region_of
from goldenhour.run.server.serving import Setup, run_until_stopped
from goldenhour.run.server.ui_build import UiBuildError, ensure_ui
from goldenhour.runtime.clocks import JumpingClock, WallClock
from goldenhour.runtime.store import Outage
from goldenhour.storage.sqlite import SqliteStore
from goldenhour.web.accounts import Accounts
from goldenhour.web.serving import Serving
from goldenhour.world.world import World

SEED = 1
PATIENCE_WALL_S = 30.0
"""How long the simulated call takers and dispatchers leave work to a real colleague, in real seconds."""

UNHURRIED_S = 86_400.0
"""Where nobody rings, every call is a person's own: simulated colleagues keep out of it for a day."""

HEAD_START_S = 2400.0
"""A new demo begins with so much of its world's time behind it: units are out, patients on the way."""

DATA = Path.home() / ".cache" / "goldenhour" / "demo"


def configure(parser: argparse.ArgumentParser) -> None:
    """Port, region, speed, how busy, data."""
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--region", type=Path, default=None, metavar="DIR", help="a built region (default: made up)")
    parser.add_argument("--speed", type=float, default=10.0, help="how much faster than real time the world runs")
    parser.add_argument("--rate", type=float, default=1.0, help="times as many emergencies; 0: only the calls you take")
    parser.add_argument("--data", type=Path, default=None, metavar="DIR", help="keep the log here and go on from it")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when stopped with Ctrl-C, 2 for input that cannot be used."""
    if not 0 < args.speed <= 100:
        sys.stderr.write("goldenhour demo: --speed must be above 0 and at most 100\n")
        return 2
    if not 0 <= args.rate <= 20:
        sys.stderr.write("goldenhour demo: --rate must be 0 to 20\n")
        return 2
    data: Path = args.data or DATA
    try:
        ensure_ui(_say)
        data.mkdir(parents=True, exist_ok=True)
        directory = args.region or _made_up(data.parent / "county" if args.data is None else data / "county")
        region, travel = region_of(directory, required=True)
        assert region is not None
        if args.data is None:
            _forget(data)
        accounts = Accounts(data / "accounts.sqlite")
        _cast(accounts, region)
        log = data / "log.sqlite"
        ended = asyncio.run(_ended(log))
        if ended is None and args.rate > 0:
            asyncio.run(_first_minutes(log, region, travel, rate=args.rate))
        return run_until_stopped(
            lambda: Setup(
                store=SqliteStore(log),
                clock=WallClock(speed=args.speed, start=ended),
                accounts=accounts,
                region=region,
                travel=travel,
                host="127.0.0.1",
                port=args.port,
                demo=True,
                data=data,
                alongside=lambda here: _world(here, region, speed=args.speed, rate=args.rate),
                ready=lambda address: _ready(address, args),
            )
        )
    except (BadRegion, BadRoads, UiBuildError, Outage, ValueError, OSError) as error:
        sys.stderr.write(f"goldenhour demo: {error}\n")
        return 2


def _made_up(directory: Path) -> Path:
    if not (directory / "region.json").is_file():
        _say("Making up a county (once, about half a minute)")
        county.build(SEED, directory, progress=lambda step, share: _say(f"  {step}") if share == 0 else None)
    return directory


def _forget(data: Path) -> None:
    """A demo without --data begins anew."""
    for name in ("log.sqlite", "log.sqlite-wal", "log.sqlite-shm"):
        (data / name).unlink(missing_ok=True)


async def _ended(log: Path) -> Instant | None:
    """When the log's last fact was recorded: there the demo's time goes on. None for a new log."""
    store = SqliteStore(log)
    await store.open()
    try:
        head, _ = await store.head()
        if head == 0:
            return None
        (last,) = (await store.changes(head - 1)).facts
        return REGISTRY.read_happened(last.body).recorded_at
    finally:
        await store.close()


async def _first_minutes(log: Path, region: Region, travel: TravelTimes | None, *, rate: float) -> None:
    """Lives the time before the start as a simulation does, with nobody watching."""
    now = WallClock().now()
    clock = JumpingClock(later(now, -HEAD_START_S))
    content = Content(default_folder())
    desk = Desk(store=SqliteStore(log), clock=clock, content=content, region=region, travel=travel, exercise=True)
    await desk.start()
    world = World(desk, region, seed=SEED, rate=rate)
    await world.begin()
    await world.run_until(now)
    await desk.stop()


def _cast(accounts: Accounts, region: Region) -> None:
    """One person for each role; crews for the first ambulances, staff for every hospital."""
    agency = region.places.agencies[0].id if region.places.agencies else "demo"
    for role in (Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR, Role.MEDICAL_DIRECTOR, Role.PLANNER, Role.ADMIN):
        name = role.value.replace("_", " ").capitalize()
        accounts.add(Person(id=role.value, name=name, role=role, agency=agency), None)
    for unit in region.places.units:
        if unit.kind == "ambulance" and not unit.mutual_aid:
            name = f"Crew {unit.call_sign}"
            crew = Person(id=f"crew-{unit.id}", name=name, role=Role.CREW, agency=unit.agency, unit=unit.id)
            accounts.add(crew, None)
    for hospital in region.places.hospitals:
        user, name = f"ed-{hospital.id}", hospital.name
        staff = Person(id=user, name=name, role=Role.HOSPITAL, agency="hospital", facility=hospital.id)
        accounts.add(staff, None)


async def _world(here: Serving, region: Region, *, speed: float, rate: float) -> None:
    desk: Desk = here.desk
    world = World(
        desk,
        region,
        seed=SEED + desk.runtime.seq,
        rate=rate,
        present=here.hub.present,
        patience_s=PATIENCE_WALL_S * speed if rate > 0 else UNHURRIED_S,
    )
    await world.run()


def _ready(address: str, args: argparse.Namespace) -> None:
    _say(f"\nGolden Hour's demo is at {address}\nEverything in it is made up. Sign in with one click as any role.")
    _say(f"The world runs at {args.speed:g} times real time. Ctrl-C stops it.")
    if not args.no_browser:
        webbrowser.open(address)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
