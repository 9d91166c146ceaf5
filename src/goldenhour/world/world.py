"""The world, put together: everybody looks at what was committed and plans what to do about it."""

from goldenhour.call_taking.state import Call
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.state import Incident
from goldenhour.geo.region.bundle import Region
from goldenhour.handoff.state import Handover
from goldenhour.kernel.instants import Instant, later
from goldenhour.runtime.runtime import Committed
from goldenhour.world.agenda import Agenda
from goldenhour.world.callers import Callers
from goldenhour.world.chance import Chance
from goldenhour.world.crews import Crews
from goldenhour.world.dispatchers import Dispatchers
from goldenhour.world.emergencies import Emergencies
from goldenhour.world.hospitals import Hospitals
from goldenhour.world.movement import Movement
from goldenhour.world.people import Cast, Present, nobody

REPORT_EVERY_S = 5.0
STANDING_EVERY = 6
"""A vehicle that stands reports every so many rounds."""


class World:
    """Plays every part that nobody else plays, on one desk."""

    def __init__(
        self,
        desk: Desk,
        region: Region,
        *,
        seed: int,
        rate: float = 1.0,
        present: Present = nobody,
        patience_s: float = 0.0,
        report_every_s: float = REPORT_EVERY_S,
    ) -> None:
        """`rate` scales the emergencies (0: nobody rings)."""
        chance = Chance(seed)
        agenda = Agenda(desk.clock)
        self._desk = desk
        self._agenda = agenda
        self._report_every_s = report_every_s
        self._rate = rate
        self._rounds = 0
        self._movement = Movement(desk)
        self._cast = Cast(
            desk=desk, chance=chance, agenda=agenda, movement=self._movement, present=present, patience_s=patience_s
        )
        self._callers = Callers(self._cast, Emergencies(region, chance, rate=rate))
        self._dispatchers = Dispatchers(self._cast)
        self._crews = Crews(self._cast)
        self._hospitals = Hospitals(self._cast)

    async def begin(self) -> None:
        """Signs the crews on and takes up what is open: a world that was interrupted goes on."""
        self._desk.runtime.follow(self._notice)
        for unit in list(self._desk.boards.open.all("unit").values()):
            await self._crews.sign_on(unit)
        self._resume()
        for kind in ("call", "incident", "handover"):
            for state in list(self._desk.boards.open.all(kind).values()):
                self._look(state)
        if self._rate > 0:
            self._callers.begin(self._desk.clock.now())
        self._plan_reports()

    def _resume(self) -> None:
        """Units where they were, what callers know, charts to be signed: what no log holds is made up to fit it."""
        opened = self._desk.boards.open
        for incident in opened.all("incident").values():
            for assignment in incident.assignments.values():
                self._crews.resume(incident, assignment)
        if self._rate > 0:  # else every call is a person's own
            for call in opened.all("call").values():
                self._callers.resume(call)
        self._crews.resume_charts()

    async def run(self) -> None:
        """Lives until cancelled."""
        await self.begin()
        await self._agenda.run()

    async def run_until(self, end: Instant) -> None:
        """Lives until an instant, as fast as the clock allows."""
        await self._agenda.run_until(end)

    def _notice(self, committed: Committed) -> None:
        for change in committed.changes:
            self._look(change.state)

    def _look(self, state: object) -> None:
        match state:
            case Call():
                self._callers.see(state)
            case Incident():
                self._dispatchers.see(state)
                for assignment in state.assignments.values():
                    if assignment.is_active:
                        self._crews.see(state, assignment)
                    else:
                        self._crews.ended(assignment)
            case Handover():
                self._hospitals.see(state)

    def _plan_reports(self) -> None:
        when = later(self._cast.now, self._report_every_s)
        self._agenda.plan("positions", when, self._report)

    async def _report(self) -> None:
        self._rounds += 1
        standing_too = self._rounds % STANDING_EVERY == 0
        for unit in self._movement.everybody if standing_too else self._movement.driving:
            self._movement.report(unit, self._cast.now)
        self._plan_reports()
