"""A simulated morning on the made-up county, and the official schemas."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.travel import TravelTimes
from goldenhour.interop.nemsis.rules.installed import find_schemas
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.kernel.instants import from_iso, later
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.storage.sqlite import SqliteStore
from goldenhour.world.world import World


@pytest.fixture(scope="session")
def official(shared: Path) -> Path:
    """The folder of official NEMSIS material."""
    return shared / "nemsis"


@pytest.fixture(scope="session")
def tiers(official: Path) -> Tiers:
    """XSD and every official rule, in this process."""
    return Tiers(find_schemas(official))


@dataclass(frozen=True)
class Morning:
    """The log of a simulated morning, and how often a reaction was refused in it."""

    store: str
    declined: int


@pytest.fixture(scope="session")
def morning(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Morning:
    """A busy hour and a half of the whole system with nobody but the world in it."""
    folder = tmp_path_factory.mktemp("morning")
    region = Region.load(county)
    return Morning(f"sqlite:{folder / 'log.sqlite'}", asyncio.run(_lived(region, folder / "log.sqlite")))


async def _lived(region: Region, log: Path) -> int:
    clock = JumpingClock(from_iso("2026-01-05T06:00:00-06:00"))
    travel = TravelTimes.build(region.roads, cache=region.travel_cache)
    content = Content(default_folder())
    desk = Desk(store=SqliteStore(log), clock=clock, content=content, region=region, travel=travel, exercise=True)
    await desk.start()
    world = World(desk, region, seed=7, rate=2.5, report_every_s=300.0)
    await world.begin()
    await world.run_until(later(clock.now(), 1.5 * 3600))
    await desk.stop()
    return desk.reactor.declined
