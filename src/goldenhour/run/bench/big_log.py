"""A log of a year and more, for measuring a restart: real decisions, real folds, one import per incident."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from goldenhour.chain.registry import REGISTRY
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.kernel.codec import encode
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor, Happened, streams_of
from goldenhour.kernel.ids import AssignmentId, BookId, CommandId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import DAY_MS, MINUTE_MS, Instant
from goldenhour.kernel.levels import Level, Skill
from goldenhour.kernel.places import Location, LocationSource
from goldenhour.runtime.answers import Accepted
from goldenhour.runtime.decide import NOTHING_YET, Held, entity_doc, folded, happened, new_fact, outcome
from goldenhour.runtime.reactions import CONSUMER
from goldenhour.runtime.store import Batch, CommandRow
from goldenhour.storage.sqlite import SqliteStore

UNITS: Final = 300
STAY_OPEN: Final = 1000
AT_ONCE: Final = 256

_BEGUN: Final = Instant(1_735_689_600_000)
_BETWEEN_MS: Final = 9 * MINUTE_MS
_BY: Final = Actor(id="import", role="system", agency="bench")
_TIMES: Final = (
    Moment.ACKNOWLEDGED,
    Moment.EN_ROUTE,
    Moment.ON_SCENE,
    Moment.AT_PATIENT,
    Moment.LEFT_SCENE,
    Moment.AT_DESTINATION,
    Moment.CARE_TRANSFERRED,
    Moment.BACK_IN_SERVICE,
)


async def write_big_log(path: Path, *, facts: int) -> None:
    """Writes at least so many facts; the last thousand incidents stay open, most units on one of them."""
    store = SqliteStore(path)
    await store.open()
    log = _Log()
    for batches in _by(AT_ONCE, log.batches(facts)):
        await asyncio.gather(*map(store.append, batches))
    await store.set_position(CONSUMER, log.facts)
    await store.close()


def _by(size: int, batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    some: list[Batch] = []
    for batch in batches:
        some.append(batch)
        if len(some) == size:
            yield some
            some = []
    yield some


class _Log:
    """What the log holds so far, as far as the next batch needs it."""

    def __init__(self) -> None:
        self.facts = 0
        self._held: dict[str, Held] = {}

    def batches(self, facts: int) -> Iterator[Batch]:
        for n in range(UNITS):
            yield self._batch(f"unit-{n}", _on_duty(UnitId(f"unit-{n}"), n), _BEGUN)
        numbers = count()
        while self.facts < facts - 12 * STAY_OPEN:
            n = next(numbers)
            yield self._batch(f"life-{n}", _life(n, ends=True), Instant(_BEGUN + n * _BETWEEN_MS))
        for n in (next(numbers) for _ in range(STAY_OPEN)):
            yield self._batch(f"life-{n}", _life(n, ends=False), Instant(_BEGUN + n * _BETWEEN_MS))
        n = next(numbers)
        while self.facts < facts:
            yield self._batch(f"note-{self.facts}", _notes(IncidentId(f"incident-{n - 1}"), 20), _BEGUN)

    def _batch(self, name: str, commands: list[Command], at: Instant) -> Batch:
        reads = dict.fromkeys(stream for command in commands for stream in streams_of(command))
        before = {stream: self._held.get(stream, NOTHING_YET) for stream in reads}
        held = dict(before)
        news: list[Happened] = []
        for turn, command in enumerate(commands):
            now = Instant(at + turn * MINUTE_MS)
            stated, facts = outcome(REGISTRY, command, held, now=now)
            some = happened(facts, command=stated, command_id=CommandId(name), by=_BY, now=now, exercise=True)
            some = tuple(replace(one, id=f"{name}.{n}") for n, one in enumerate(some, start=len(news)))
            held |= folded(REGISTRY, some, held)
            news += some
        moved = {stream: one for stream, one in held.items() if one.version != before[stream].version}
        self._held |= {stream: one for stream, one in moved.items() if one.state.is_open or stream.startswith("book")}
        self.facts += len(news)
        return Batch(
            command=CommandRow(
                id=CommandId(name),
                type=type(commands[0]).__name__,
                body=encode(commands[0]),
                by=encode(_BY),
                at=at,
                accepted=True,
                answer=encode(Accepted(seq=0, facts=tuple(one.fact for one in news))),
            ),
            facts=tuple(map(new_fact, news)),
            expected={stream: one.version for stream, one in before.items()},
            entities=tuple(entity_doc(stream, one) for stream, one in moved.items()),
        )


def _on_duty(unit: UnitId, n: int) -> list[Command]:
    crew = (CrewMember(id=f"medic-{n}", name=f"Medic {n}", skill=Skill.PARAMEDIC),)
    registered = c.RegisterUnit(
        unit=unit,
        call_sign=f"M{n}",
        kind=UnitKind.AMBULANCE,
        skill=Skill.PARAMEDIC,
        agency="bench",
        post=PostId(f"post-{n % 40}"),
    )
    return [registered, c.GoOnDuty(unit=unit, crew=crew)]


def _life(n: int, *, ends: bool) -> list[Command]:
    incident, unit = IncidentId(f"incident-{n}"), UnitId(f"unit-{n % UNITS}")
    assignment = AssignmentId(f"{incident}/1")
    place = Location(label=f"{n % 400} Mill Lane", lon=9.5, lat=47.1, source=LocationSource.TYPED)
    book = BookId(f"incidents/{n * _BETWEEN_MS // DAY_MS}")
    opened: list[Command] = [
        c.OpenIncident(incident=incident, book=book, location=place, complaint="fall", level=Level(1 + n % 5)),
        *_notes(incident, 8),
    ]
    if not ends and n % 4:
        return opened
    busy = c.Choice(slot="als", eta_s=420, override="" if ends else "all are busy in this log")
    sent = [*opened, c.AssignUnit(incident=incident, unit=unit, choice=busy)]
    if not ends:
        return sent
    times = [c.ReportStatus(incident=incident, unit=unit, assignment=assignment, status=moment) for moment in _TIMES]
    return [*sent, *times, c.CloseIncident(incident=incident, outcome="patient transported")]


def _notes(incident: IncidentId, many: int) -> list[Command]:
    return [c.NoteIncident(incident=incident, text=f"caller says that the gate is open, {n}") for n in range(many)]
