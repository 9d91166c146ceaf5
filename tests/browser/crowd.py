"""A log with a crowd on it: 300 units, 1,000 open incidents, and names longer than anybody would like."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.geo.region.bundle import Region
from goldenhour.handoff import commands as h
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import AssignmentId, BookId, CommandId, FacilityId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import later
from goldenhour.kernel.levels import Level, Skill
from goldenhour.kernel.places import Location, LocationSource
from goldenhour.runtime.answers import Accepted
from goldenhour.runtime.clocks import WallClock
from goldenhour.storage.sqlite import SqliteStore

UNITS, INCIDENTS = 300, 1000
CROWD = Actor(id="crowd", role="dispatcher", agency="test")
LONG_STREET = "1247 Upper Saint Bartholomew-in-the-Meadows Boulevard North, Fennimore Heights"
LONG_HOSPITAL = "Meridian and Tolliver Counties Regional Medical Center and Level II Trauma Hospital"
LONG_UNIT = "Meridian-Highland Paramedic Intercept Unit 12 Alpha (Reserve, North Station)"
KINDS = ("chest_pain", "fall", "breathing_problem", "assault_sexual_assault", "co_inhalation_hazmat", "stroke")


def an_id(kind: int, number: int) -> str:
    return str(UUID(int=(kind << 64) + number, version=4))


class Crowd:
    """Gives commands, all of which must be accepted."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._given = 0

    async def give(self, *commands: Command) -> None:
        for command in commands:
            self._given += 1
            answer = await self._desk.submit(command, command_id=CommandId(an_id(1, self._given)), by=CROWD)
            assert isinstance(answer, Accepted), f"{command}: {answer}"


def a_crowd(log: Path, region: Path) -> None:
    """Writes the log that a demo then goes on from."""
    with ThreadPoolExecutor(1) as beside:  # a browser test has an event loop of its own in this thread
        beside.submit(asyncio.run, _written(log, Region.load(region))).result()


async def _written(log: Path, region: Region) -> None:
    content = Content(default_folder())
    desk = Desk(store=SqliteStore(log), clock=WallClock(), content=content, region=region, exercise=True)
    await desk.start()
    crowd = Crowd(desk)
    posts = [post.id for post in (*region.places.stations, *region.places.posts)]
    known = list(desk.boards.open.all("unit"))
    for number in range(len(known), UNITS):
        unit = UnitId(f"x{number}")
        sign = LONG_UNIT if number == UNITS - 1 else f"X{number}"
        await crowd.give(
            c.RegisterUnit(
                unit=unit,
                call_sign=sign,
                kind=UnitKind.AMBULANCE,
                skill=Skill.PARAMEDIC,
                agency="crowd",
                post=PostId(posts[number % len(posts)]),
                capabilities=("transport",),
            ),
            c.GoOnDuty(unit=unit, crew=(CrewMember(id=f"{unit}-1", name="Kim Cole", skill=Skill.PARAMEDIC),)),
        )
    await crowd.give(h.RegisterFacility(facility=FacilityId("long"), name=LONG_HOSPITAL, lon=0.0, lat=0.0, beds=20))
    await _incidents(crowd, desk, region)
    await desk.stop()


async def _incidents(crowd: Crowd, desk: Desk, region: Region) -> None:
    west, south, east, north = region.bbox
    free = [unit for unit in desk.boards.open.all("unit") if unit.startswith("x")]
    now = desk.clock.now()
    for number in range(INCIDENTS):
        incident = IncidentId(an_id(2, number))
        place = Location(
            label=LONG_STREET if number % 10 == 0 else f"{number} Mill Lane",
            lon=west + (east - west) * ((number * 0.618034) % 1),
            lat=south + (north - south) * ((number * 0.414214) % 1),
            source=LocationSource.TYPED,
        )
        opened = c.OpenIncident(
            at=later(now, -3600 + 3 * number),
            incident=incident,
            book=BookId("incidents/crowd"),
            location=place,
            complaint=KINDS[number % len(KINDS)],
            level=Level(1 + number % 5),
        )
        await crowd.give(opened)
        if number % 4 == 0 and free:
            unit = UnitId(free.pop())
            part = {"incident": incident, "unit": unit}
            await crowd.give(c.AssignUnit(**part, choice=c.Choice(slot="als")))
            for moment in (Moment.ACKNOWLEDGED, Moment.EN_ROUTE, Moment.ON_SCENE)[: 1 + number % 3]:
                named = AssignmentId(f"{incident}/1")
                await crowd.give(c.ReportStatus(**part, assignment=named, status=moment))
