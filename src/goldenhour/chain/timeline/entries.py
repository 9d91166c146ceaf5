"""The time line of an incident: every fact of every part about it, in order, in words."""

import msgspec

from goldenhour.care import facts as care
from goldenhour.chain.desk import Desk
from goldenhour.chain.timeline.chart import ChartWords
from goldenhour.chain.timeline.words import Words
from goldenhour.dispatch import facts as response
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.facts import Fact, Happened
from goldenhour.kernel.ids import IncidentId, UnitId, stream
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.store import LoggedFact


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in words. `corrects` is the place of the entry that this one replaces, withdraws or takes out."""

    seq: int
    id: str
    type: str
    part: str
    text: Phi[str]
    by: str
    role: str
    occurred_at: Instant
    recorded_at: Instant
    late: bool
    unit: UnitId | None
    corrects: int | None
    fact: Phi[Fact]


class TimeLine(msgspec.Struct, frozen=True, kw_only=True):
    """An incident's entries in the order of the log, and where its units were: unit -> (instant, lon, lat)."""

    incident: IncidentId
    number: str
    entries: tuple[Entry, ...]
    tracks: dict[UnitId, list[tuple[Instant, float, float]]]


async def time_line(desk: Desk, incident: Incident) -> TimeLine:
    """Reads the incident's own facts and those of its calls, handovers and records."""
    calls = [stream("call", one) for one in incident.calls]
    streams = [stream("incident", incident.id), *calls, *incident.related]
    logged: dict[int, LoggedFact] = {}
    for name in streams:
        for fact in await desk.runtime.store.facts_of(name):
            logged[fact.seq] = fact
    part_of = {fact.__name__: part.name for part in desk.runtime.registry.parts for fact in part.facts}
    chart, spoken = ChartWords(desk.zone, desk.collect), words_of(desk)
    corrected = Corrected()
    entries: list[Entry] = []
    for seq in sorted(logged):
        happened = desk.runtime.registry.read_happened(logged[seq].body)
        entries.append(_entry(seq, happened, part_of, chart, spoken, corrected.by(seq, happened.fact)))
    end = incident.closed_at or desk.clock.now()
    units = {one.unit for one in incident.assignments.values()}
    tracks = {unit: desk.positions.track(unit, incident.opened_at, end) for unit in sorted(units)}
    return TimeLine(incident=incident.id, number=incident.number, entries=tuple(entries), tracks=tracks)


def words_of(desk: Desk) -> Words:
    """How this desk calls what its facts name."""
    known = desk.boards.open

    def unit(one: str) -> str:
        found = known.get("unit", one)
        return one.upper() if found is None else str(found.call_sign)

    def facility(one: str) -> str:
        found = known.get("facility", one)
        return one if found is None else str(found.name)

    def incident(one: str) -> str:
        found: Incident | None = known.get("incident", one) or desk.recent.closed(one)
        return "of an earlier day" if found is None else found.number

    def slot(one: str) -> str:
        slots = desk.content.slot_by_id
        return slots[one].name if one in slots else one.replace("_", " ")

    return Words(
        zone=desk.zone,
        unit=unit,
        facility=facility,
        incident=incident,
        complaint=desk.content.complaint_name,
        slot=slot,
    )


class Corrected:
    """Which entry each fact corrects: always the first told of the same thing, so that all corrections stand there."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, ...], int] = {}

    def by(self, seq: int, fact: Fact) -> int | None:
        """The place of the entry that the fact at `seq` corrects; None for one that says something new."""
        match fact:
            case response.TimeCorrected() | response.TimeWithdrawn():
                shape = response.FACT_OF_MOMENT.get(fact.moment)
                return self._first.get((shape.__name__, fact.assignment)) if shape else None
            case care.ElementCharted():
                thing: tuple[str, ...] = (fact.record, fact.path)
            case care.GroupAdded():
                thing = (fact.record, f"{fact.path}[{fact.group}]")
            case care.GroupRemoved():
                return self._first.get((fact.record, fact.path))
            case _:
                thing = (type(fact).__name__, getattr(fact, "assignment", ""))
                self._first.setdefault(thing, seq)
                return None
        first = self._first.setdefault(thing, seq)
        return None if first == seq else first


def _entry(
    seq: int, happened: Happened, part_of: dict[str, str], chart: ChartWords, spoken: Words, corrects: int | None
) -> Entry:
    fact = happened.fact
    name = type(fact).__name__
    return Entry(
        seq=seq,
        id=happened.id,
        type=name,
        part=part_of[name],
        text=chart.said(fact) or spoken.said(fact),
        by=happened.by.id,
        role=happened.by.role,
        occurred_at=happened.occurred_at,
        recorded_at=happened.recorded_at,
        late=happened.late,
        unit=getattr(fact, "unit", None),
        corrects=corrects,
        fact=fact,
    )
