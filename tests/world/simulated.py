"""A simulated world to test against: the county, a clock that jumps, and a log in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.instants import from_iso, later
from goldenhour.run.simulate import START
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.store import Store
from goldenhour.storage.memory import MemoryStore
from goldenhour.world.world import World

_LOADED: dict[Path, tuple[Region, TravelTimes]] = {}


def loaded(county: Path) -> tuple[Region, TravelTimes]:
    """The region and its travel times, read once for a worker."""
    if county not in _LOADED:
        region = Region.load(county)
        _LOADED[county] = region, TravelTimes.build(region.roads, cache=region.travel_cache)
    return _LOADED[county]


def a_desk(county: Path, store: Store | None = None, clock: JumpingClock | None = None) -> Desk:
    region, travel = loaded(county)
    content = Content(default_folder())
    return Desk(
        store=store or MemoryStore(),
        clock=clock or JumpingClock(from_iso(START)),
        content=content,
        region=region,
        travel=travel,
        exercise=True,
    )


@asynccontextmanager
async def some_hours(county: Path, *, seed: int, hours: float, rate: float = 1.0) -> AsyncIterator[Desk]:
    """The desk after so many simulated hours, still running."""
    desk = a_desk(county)
    await desk.start()
    try:
        world = World(desk, loaded(county)[0], seed=seed, rate=rate, report_every_s=30.0)
        await world.begin()
        await world.run_until(later(desk.clock.now(), hours * 3600))
        await asyncio.sleep(0)
        yield desk
    finally:
        await desk.stop()
