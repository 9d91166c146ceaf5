"""Decisions of a live desk, read back from its log and the positions that its units reported."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from goldenhour.chain.content import Content
from goldenhour.chain.registry import REGISTRY
from goldenhour.chain.views.incidents import IncidentsView
from goldenhour.dispatch.facts import Moment, UnitAssigned
from goldenhour.dispatch.plans import Slot
from goldenhour.dispatch.policy import WORDS, Reason
from goldenhour.dispatch.state import Incident, Unit
from goldenhour.kernel.facts import Happened, streams_of
from goldenhour.kernel.ids import IncidentId, UnitId
from goldenhour.kernel.instants import Instant, later
from goldenhour.kernel.levels import Level
from goldenhour.runtime.boards import Open
from goldenhour.runtime.decide import NOTHING_YET, Held, folded
from goldenhour.runtime.positions import Position, Positions
from goldenhour.world.world import World
from world.simulated import a_desk, loaded

REASON_OF = {words: reason for reason, words in WORDS.items()}


@dataclass(frozen=True, kw_only=True)
class LiveLog:
    """All facts in order, each with its place; and every report of a position with the log's head when it came."""

    facts: list[tuple[int, Happened]]
    reports: list[tuple[int, Position]]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the log says of one unit that was sent as recommended. `parts`: its time's parts in words, if it has any."""

    unit: UnitId
    slot: str
    eta_s: int | None
    turnout_s: int | None
    reason: Reason
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision of the desk: what it knew, and whom it sent.

    `where` is each unit's place in the order of `units`, as reported or else its post's id, `told_at` when its crew was
    notified if it was; `slots` those still open.
    """

    at: Instant
    incident: Incident
    level: Level
    slots: tuple[Slot, ...]
    units: tuple[Unit, ...]
    where: tuple[Position | str, ...]
    told_at: tuple[Instant | None, ...]
    levels: dict[IncidentId, Level]
    sent: tuple[Sent, ...]


async def live_log(county: Path, *, seed: int, hours: float, rate: float) -> LiveLog:
    """The whole system with simulated people, whose dispatchers follow the recommendation."""
    desk = a_desk(county)
    await desk.start()
    reports: list[tuple[int, Position]] = []
    desk.positions.listen(lambda position: reports.append((desk.runtime.seq, position)))
    try:
        world = World(desk, loaded(county)[0], seed=seed, rate=rate, report_every_s=30.0)
        await world.begin()
        await world.run_until(later(desk.clock.now(), hours * 3600))
        facts = [(one.seq, REGISTRY.read_happened(one.body)) async for one in desk.runtime.store.all_facts()]
    finally:
        await desk.stop()
    return LiveLog(facts=facts, reports=reports)


def decisions(log: LiveLog, content: Content) -> Iterator[Decision]:
    """Every decision in the order of the log, with the states of just before.

    One decision may be several commands (send some, divert another): same incident, same instant.
    """
    known = _Known(log.reports)
    view = IncidentsView(content, known.positions)
    underway: tuple[object, ...] = ()
    before: Decision | None = None
    sent: list[Sent] = []
    for _, command in groupby(log.facts, key=lambda one: one[1].cause):
        facts = list(command)
        known.hear(before_seq=facts[0][0])
        assigned = [one for _, one in facts if isinstance(one.fact, UnitAssigned) and one.fact.reasons]
        if assigned:
            incident: Incident = known.open.get("incident", assigned[0].fact.incident)
            decided = (incident.id, assigned[0].occurred_at)
            if decided != underway:
                if before is not None:
                    yield _with(before, sent)
                before, sent, underway = known.decision(incident, content, view, decided[1]), [], decided
            sent += [_sent(one.fact) for one in assigned]
        known.fold(one for _, one in facts)
    if before is not None:
        yield _with(before, sent)


def _with(before: Decision, sent: Iterable[Sent]) -> Decision:
    return Decision(**{**before.__dict__, "sent": tuple(sent)})


def _sent(fact: UnitAssigned) -> Sent:
    reason, *parts = fact.reasons
    return Sent(
        unit=fact.unit,
        slot=fact.slot,
        eta_s=fact.eta_s,
        turnout_s=fact.turnout_s,
        reason=REASON_OF[reason],
        parts=tuple(parts),
    )


class _Known:
    """What the desk knows as the log and the reports come in."""

    def __init__(self, reports: list[tuple[int, Position]]) -> None:
        self.open = Open(REGISTRY.entities)
        self.positions = Positions()
        self._held: dict[str, Held] = {}
        self._reports = iter(reports)
        self._next = next(self._reports, None)

    def hear(self, *, before_seq: int) -> None:
        """The reports that came before this place in the log."""
        while self._next is not None and self._next[0] < before_seq:
            self.positions.report(self._next[1])
            self._next = next(self._reports, None)

    def fold(self, facts: Iterable[Happened]) -> None:
        for one in facts:
            held = {name: self._held.get(name, NOTHING_YET) for name in streams_of(one.fact)}
            for name, state in folded(REGISTRY, (one,), held).items():
                self._held[name] = state
                kind, _, entity = name.partition(":")
                self.open.put(kind, entity, state.state)

    def decision(self, incident: Incident, content: Content, view: IncidentsView, at: Instant) -> Decision:
        level = incident.level or Level.L2
        row = view.row(incident.id, self.open)
        assert row is not None
        filled = {slot.slot for slot in row.plan.slots if slot.filled_by is not None} if row.plan else set()
        plan = content.plan_for(incident.complaint, level)
        units = tuple(self.open.all("unit").values())
        return Decision(
            at=at,
            incident=incident,
            level=level,
            slots=tuple(content.slot_by_id[slot] for slot in plan.slots if slot not in filled),
            units=units,
            where=tuple(self.positions.newest.get(unit.id, unit.post) for unit in units),
            told_at=tuple(self._told_at(unit) for unit in units),
            levels={one.id: one.level for one in self.open.all("incident").values() if one.level},
            sent=(),
        )

    def _told_at(self, unit: Unit) -> Instant | None:
        """When its crew was notified of the first of what it is on now."""
        times = [self.open.get("incident", one.incident).assignments[one.id].times for one in unit.assignments]
        return min((one[Moment.NOTIFIED] for one in times if Moment.NOTIFIED in one), default=None)
