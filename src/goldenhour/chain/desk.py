"""The desk: one running system as its users meet it. Looks up what a command needs, hands it on, answers questions."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace

from goldenhour.call_taking import commands as call_taking
from goldenhour.care import commands as care
from goldenhour.care.decide import addendum
from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.state import Record, amended
from goldenhour.chain.charting import charting
from goldenhour.chain.content import Content
from goldenhour.chain.lookups import with_content
from goldenhour.chain.questions.arrivals import soonest_flight
from goldenhour.chain.questions.coverage import Coverage
from goldenhour.chain.questions.distances import Distances
from goldenhour.chain.questions.recent import Recent
from goldenhour.chain.reactions import reactions
from goldenhour.chain.record_checks import Checked, OwnChecksOnly, RecordChecks, check_addendum
from goldenhour.chain.registry import REGISTRY
from goldenhour.chain.submissions import NOT_SUBMITTED, Submissions
from goldenhour.chain.views import health
from goldenhour.chain.views.calls import CallsView
from goldenhour.chain.views.desk import KEY, DeskView
from goldenhour.chain.views.health import HealthView
from goldenhour.chain.views.hospitals import FacilitiesView, HandoversView
from goldenhour.chain.views.incidents import IncidentsView
from goldenhour.chain.views.records import RecordsView
from goldenhour.chain.views.units import PositionsView, UnitsView
from goldenhour.dispatch import commands as dispatch
from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.state import Unit
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.travel import TravelTimes
from goldenhour.handoff import commands as handoff
from goldenhour.kernel.commands import Command, Refused
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import BookId, CommandId, FacilityId, PostId, UnitId, stream
from goldenhour.kernel.instants import DAY_MS, Instant, as_datetime
from goldenhour.kernel.levels import Skill
from goldenhour.runtime.answers import Accepted, Answer
from goldenhour.runtime.boards import Boards
from goldenhour.runtime.clocks import Clock
from goldenhour.runtime.decide import check_ids
from goldenhour.runtime.positions import Position, Positions
from goldenhour.runtime.reactions import Reactor
from goldenhour.runtime.runtime import Runtime
from goldenhour.runtime.store import Outage, Store, Unusable

SYSTEM: Final = Actor(id="golden-hour", role="system", agency="golden-hour")
"""Who did what nobody asked for: taking over the region's places at the start."""

COUNT_EVERY_S: Final = 1.0
"""How often the numbers across the top of the desk are made anew, in real seconds."""

INSTALL_NAMESPACE: Final = UUID("b7c0e2f4-8a51-4f0e-9a7e-2f1d5f0a7c11")

_KINDS: Final = {
    "ambulance": UnitKind.AMBULANCE,
    "engine": UnitKind.FIRST_RESPONDER,
    "supervisor": UnitKind.SUPERVISOR,
    "helicopter": UnitKind.HELICOPTER,
}


class Desk:
    """One system on one log. `region` and `travel` may be missing: then places and times are only estimates.

    `collect` is what the state wants charted.
    """

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        content: Content,
        region: Region | None = None,
        travel: TravelTimes | None = None,
        exercise: bool = False,
        record_checks: RecordChecks | None = None,
        collect: Collect = EVERYTHING,
        submissions: Submissions = NOT_SUBMITTED,
    ) -> None:
        self.collect = collect
        self.record_checks = record_checks or OwnChecksOnly(collect)
        self.submissions = submissions
        self.clock = clock
        self.content = content
        self.region = region
        self.zone = region.timezone if region else "UTC"
        self.runtime = Runtime(REGISTRY, store, clock, exercise=exercise)
        self.positions = Positions()
        self.policy_numbers = content.response_plans.policy.numbers()
        self.posts = _posts(region)
        self.distances = Distances(
            travel,
            self.positions,
            {name: point for name, (_, point) in self.posts.items()},
            cruise_kmh=content.response_plans.policy.helicopter.cruise_kmh,
        )
        self.coverage = Coverage(region, self.distances)
        self.boards = Boards(
            REGISTRY,
            (
                CallsView(content),
                IncidentsView(content, self.positions),
                UnitsView({post: name for post, (name, _) in self.posts.items()}),
                PositionsView(self.positions),
                FacilitiesView(),
                HandoversView(self.positions),
                RecordsView(collect),
                DeskView(
                    county=region.name if region else "",
                    exercise=exercise,
                    speed=clock.speed,
                    within_s=content.response_plans.policy.cover_within_s,
                    coverage=self._covered,
                ),
                HealthView(
                    self.runtime.health, clock, head=lambda: self.runtime.seq, followed=lambda: self._followed()
                ),
            ),
        )
        self.reactor = Reactor(
            self.runtime, self.boards.open, reactions(self.book_of_day, charting(content, self.zone))
        )
        self.runtime.health.watch(lambda _: self.boards.refresh("health", (health.KEY,)))
        self.recent = Recent(content, self.boards.open)
        self.background: list[asyncio.Task[None]] = []

    async def start(self) -> bool:
        """Opens the log, fills the boards, finishes what a crash left undone, takes over the region's places.

        Returns whether the log had begun before.
        """
        await self.runtime.start()
        begun_before = self.runtime.seq > 0
        try:
            await self.boards.seed(self.runtime.store)
        except msgspec.ValidationError as error:
            raise Unusable(
                f"A stored state has a shape that this version does not read ({error}). The facts are whole: "
                "`goldenhour replay --store … --mend` makes the states anew from them."
            ) from error
        self.runtime.follow(self.boards.follow)
        self.runtime.follow(self.recent.follow)
        await self.reactor.catch_up()
        self.runtime.follow(self.reactor.follow)
        self.positions.listen(self._position_reported)
        await self._install()
        self.background.append(asyncio.create_task(self.reactor.run(), name="reactions"))
        self.background.append(asyncio.create_task(self._count(), name="desk-numbers"))
        reading = self.recent.read_back(self.runtime.store, REGISTRY)
        self.background.append(asyncio.create_task(reading, name="recent-incidents"))
        if self.runtime.store.several_nodes:
            self.background.append(asyncio.create_task(self.runtime.keep_up(), name="other-nodes"))
        return begun_before

    async def stop(self) -> None:
        """Ends the background work and closes the log."""
        for task in self.background:
            task.cancel()
        for task in self.background:
            with suppress(asyncio.CancelledError):
                await task
        await self.reactor.save()
        await self.record_checks.close()
        await self.runtime.stop()

    async def submit(self, command: Command, *, command_id: CommandId, by: Actor) -> Answer:
        """Decides a command; returns once what it leads to in other parts is done too."""
        command = await self._looked_up(command)
        answer = await self.runtime.handle(command, command_id=command_id, by=by)
        if isinstance(answer, Accepted) and answer.facts:
            await self.reactor.settled(answer.seq)
        return answer

    def unit(self, unit: str) -> Unit | None:
        """A unit as the desk knows it; units stay open for good."""
        found: Unit | None = self.boards.open.get("unit", unit)
        return found

    async def find(self, kind: str, entity_id: str | None) -> Any:
        """An entity's newest state, open or closed; None for one that nobody knows or that cannot be."""
        if entity_id is None:
            return None
        try:
            check_ids((stream(kind, entity_id),))
        except Refused:
            return None
        return await self.runtime.entity(kind, entity_id)

    async def check_addendum(self, command: care.AmendRecord, record: Record) -> Checked:
        """What an addendum would bring to a locked record. Raises Refused for one that cannot be."""
        tree = amended(record.tree, addendum(command, record))
        return await check_addendum(self.record_checks, record, replace(record, tree=tree))

    def book_of_day(self, what: str, at: Instant) -> BookId:
        """The book that numbers things of a local day: "incidents/2026-11-21". Times that cannot be get today's."""
        now = self.clock.now()
        day = as_datetime(at if 0 < at < now + DAY_MS else now, self.zone).date().isoformat()
        return BookId(f"{what}/{day}")

    async def _looked_up(self, command: Command) -> Command:
        """The command with what the content, the clock and the schemas say filled in."""
        match command:
            case care.LockRecord():
                record = await self.find("record", command.record)
                if record is None or record.locked_at is not None:
                    return command
                checked = await self.record_checks.check(record)
                return replace(command, errors=checked.errors, checked_against=checked.checked_against)
            case care.AmendRecord():
                record = await self.find("record", command.record)
                if record is None:
                    return command
                try:
                    checked = await self.check_addendum(command, record)
                except Refused:
                    return command  # decided again, it is refused in the same words and recorded
                return replace(command, errors=checked.errors, checked_against=checked.checked_against)
            case call_taking.RingCall():
                return replace(command, book=self.book_of_day("calls", command.at))
            case dispatch.OpenIncident():
                return replace(command, book=self.book_of_day("incidents", command.at))
            case dispatch.RequestAgency():
                return self._with_flight(command)
        return with_content(command, self.content, lambda call: self.boards.open.get("call", call))

    def _with_flight(self, command: dispatch.RequestAgency) -> dispatch.RequestAgency:
        """Of an agency that flies: which helicopter would be there soonest and when, unless the request says so."""
        asked = next((one for one in self.content.desk.agencies if one.id == command.agency), None)
        incident = self.boards.open.get("incident", command.incident)
        if asked is None or not asked.flies or command.eta_s is not None or incident is None:
            return command
        if incident.location is None:
            return command
        to = (incident.location.lon, incident.location.lat)
        policy = self.content.response_plans.policy
        soonest = soonest_flight(self.distances, policy, self.boards.open, to, now=self.clock.now())
        return command if soonest is None else replace(command, unit=soonest[0], eta_s=soonest[1])

    def _covered(self) -> float | None:
        units = list(self.boards.open.all("unit").values())
        return self.coverage.share(units, within_s=self.content.response_plans.policy.cover_within_s)

    async def _count(self) -> None:
        while True:
            self.boards.refresh("desk", (KEY,))
            await self._probe()
            self.boards.refresh("health", (health.KEY,))
            await asyncio.sleep(COUNT_EVERY_S)

    def _followed(self) -> int:
        return min(self.boards.seq, self.reactor.done)

    async def _probe(self) -> None:
        """While the log is in trouble: writes something that changes nothing, so that the end of it is seen."""
        if self.runtime.health.trouble is None:
            return
        try:
            await self.reactor.save()
        except Outage as outage:
            self.runtime.health.failed(outage)
        else:
            self.runtime.health.well()

    def _position_reported(self, position: Position) -> None:
        self.boards.refresh("positions", (position.unit,))

    async def _install(self) -> None:
        for command in _installed(self.region):
            name = f"{type(command).__name__}:{command!r}"
            command_id = CommandId(str(uuid5(INSTALL_NAMESPACE, name)))
            await self.runtime.handle(command, command_id=command_id, by=SYSTEM)


def _posts(region: Region | None) -> dict[str, tuple[str, tuple[float, float]]]:
    """Post id -> (name, (lon, lat)): stations, posts and hospitals are all places a unit may wait at."""
    if region is None:
        return {}
    places = region.places
    return {one.id: (one.name, (one.lon, one.lat)) for one in (*places.stations, *places.posts, *places.hospitals)}


def _installed(region: Region | None) -> Iterable[Command]:
    if region is None:
        return
    for unit in region.places.units:
        yield dispatch.RegisterUnit(
            unit=UnitId(unit.id),
            call_sign=unit.call_sign,
            kind=_KINDS[unit.kind],
            skill=Skill(unit.level.lower()),
            agency=unit.agency,
            post=PostId(unit.home),
            capabilities=("transport",) if unit.transports else (),
            mutual_aid=unit.mutual_aid,
        )
    for hospital in region.places.hospitals:
        yield handoff.RegisterFacility(
            facility=FacilityId(hospital.id),
            name=hospital.name,
            lon=hospital.lon,
            lat=hospital.lat,
            capabilities=hospital.capabilities,
            beds=hospital.ed_beds,
        )
