"""A world that was interrupted goes on where it was: nobody is forgotten, nobody is in two places, nothing piles up."""

from pathlib import Path

from goldenhour.call_taking.state import CallState
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.facts import Moment
from goldenhour.kernel.instants import later
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.world.world import World
from world.simulated import a_desk, loaded

SEED = 3
RATE = 2.0
AT_THE_SCENE = {Moment.ON_SCENE, Moment.AT_PATIENT, Moment.STAGED}


async def lived(desk: Desk, county: Path, *, hours: float, seed: int) -> World:
    world = World(desk, loaded(county)[0], seed=seed, rate=RATE, report_every_s=30.0)
    await world.begin()
    await world.run_until(later(desk.clock.now(), hours * 3600))
    return world


async def interrupted(county: Path, *, after_hours: float) -> Desk:
    """A desk that starts on the log of another that was cut off in the middle of its work, somebody on the phone."""
    first = a_desk(county)
    await first.start()
    world = await lived(first, county, hours=after_hours, seed=SEED)
    while not first.boards.open.all("call"):
        await world.run_until(later(first.clock.now(), 10))
    await first.stop()
    again = a_desk(county, first.runtime.store, JumpingClock(first.clock.now()))
    assert await again.start(), "the log had begun"
    return again


async def test_units_are_where_their_work_is(county: Path) -> None:
    desk = await interrupted(county, after_hours=1.5)
    world = World(desk, loaded(county)[0], seed=SEED + 1, rate=RATE)
    await world.begin()
    seen = 0
    for incident in desk.boards.open.all("incident").values():
        for one in incident.active:
            if one.status in AT_THE_SCENE:
                position = desk.positions.newest[one.unit]
                assert (position.lon, position.lat) == (incident.location.lon, incident.location.lat)
                seen += 1
    assert seen > 1
    await desk.stop()


async def test_calls_incidents_and_charts_that_were_open_come_to_their_end(county: Path) -> None:
    desk = await interrupted(county, after_hours=1.5)
    open_then = {kind: set(desk.boards.open.all(kind)) for kind in ("call", "incident", "record", "handover")}
    assert open_then["call"]
    assert open_then["incident"]
    assert open_then["record"]
    await lived(desk, county, hours=5, seed=SEED + 1)
    for kind, then in open_then.items():
        assert not then & set(desk.boards.open.all(kind)), kind
    await desk.stop()


async def test_starting_again_and_again_does_not_overload_the_county(county: Path) -> None:
    desk = a_desk(county)
    await desk.start()
    await lived(desk, county, hours=1, seed=SEED)
    facts, store = desk.runtime.seq, desk.runtime.store
    for start in range(4):
        clock = JumpingClock(desk.clock.now())
        await desk.stop()
        desk = a_desk(county, store, clock)
        await desk.start()
        before = desk.runtime.seq
        world = World(desk, loaded(county)[0], seed=SEED + 10 + start, rate=RATE)
        await world.begin()
        assert desk.runtime.seq == before, "a start by itself makes nothing happen"
        await world.run_until(later(desk.clock.now(), 120))
    assert desk.runtime.seq - facts < facts, "eight minutes are less than an hour, however often one starts"
    ringing = [one for one in desk.boards.open.all("call").values() if one.state is CallState.RINGING]
    assert all(desk.clock.now() - one.rang_at < 120_000 for one in ringing)
    await desk.stop()
