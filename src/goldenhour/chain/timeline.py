"""The time line of an incident: every fact of every part about it, in order, in words."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from goldenhour.chain.desk import Desk
from goldenhour.dispatch import facts as response
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.facts import Fact, Happened
from goldenhour.kernel.ids import IncidentId, UnitId, stream
from goldenhour.kernel.instants import Instant, as_datetime
from goldenhour.kernel.levels import Level
from goldenhour.kernel.privacy import Phi
from goldenhour.runtime.store import LoggedFact


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in words. `corrects` is the place of the entry whose time this one replaces or withdraws."""

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
    entries: list[Entry] = []
    for seq in sorted(logged):
        happened = desk.runtime.registry.read_happened(logged[seq].body)
        entries.append(_entry(seq, happened, part_of, desk, entries))
    end = incident.closed_at or desk.clock.now()
    units = {one.unit for one in incident.assignments.values()}
    tracks = {unit: desk.positions.track(unit, incident.opened_at, end) for unit in sorted(units)}
    return TimeLine(incident=incident.id, number=incident.number, entries=tuple(entries), tracks=tracks)


def _entry(seq: int, happened: Happened, part_of: dict[str, str], desk: Desk, before: Iterable[Entry]) -> Entry:
    fact = happened.fact
    name = type(fact).__name__
    return Entry(
        seq=seq,
        id=happened.id,
        type=name,
        part=part_of[name],
        text=words(fact, desk.zone, desk.content.complaint_name),
        by=happened.by.id,
        role=happened.by.role,
        occurred_at=happened.occurred_at,
        recorded_at=happened.recorded_at,
        late=happened.late,
        unit=getattr(fact, "unit", None),
        corrects=_corrected(fact, before),
        fact=fact,
    )


def _corrected(fact: Fact, before: Iterable[Entry]) -> int | None:
    if not isinstance(fact, response.TimeCorrected | response.TimeWithdrawn):
        return None
    shape = response.FACT_OF_MOMENT.get(fact.moment)
    for entry in before:
        one = entry.fact
        if shape is not None and type(one) is shape and getattr(one, "assignment", None) == fact.assignment:
            return entry.seq
    return None


def words(fact: Fact, zone: str = "UTC", complaint_name: Callable[[str], str] = str) -> str:
    """The fact as a sentence: its name in plain words, then what it says."""
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(fact).__name__).lower().capitalize()
    unit = getattr(fact, "unit", None)
    if unit is not None and name.startswith("Unit "):
        name = f"{unit.upper()} {name[5:]}"
    said = [
        complaint_name(value) if field == "complaint" and isinstance(value, str) else _said(field, value, zone)
        for field in fact.__struct_fields__
        if field not in _UNSAID
        for value in (getattr(fact, field),)
    ]
    details = ", ".join(detail for detail in said if detail)
    return f"{name}: {details}" if details else name


_UNSAID = frozenset({"incident", "call", "unit", "assignment", "book", "handover", "record", "other", "related"})


def _said(field: str, value: object, zone: str) -> str:
    if value in (None, "", (), False, {}):
        return ""
    label = field.removesuffix("_at").removesuffix("_s").replace("_", " ")
    if isinstance(value, int) and (field.endswith("_at") or field in ("before", "after", "until", "scheduled_for")):
        return f"{label} {as_datetime(Instant(value), zone):%H:%M:%S}"
    if value is True:
        return label
    named = getattr(value, "label", None)
    if named is not None:
        return str(named)
    if isinstance(value, tuple):
        return f"{label} {', '.join(_one(one) for one in value)}"
    if field in ("text", "words", "reason", "number", "name", "complaint", "outcome", "question", "answer", "bed"):
        return str(value)
    return f"{label} {_one(value)}"


def _one(value: object) -> str:
    if isinstance(value, Level):
        return f"L{value.value}"
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    return str(getattr(value, "name", value)).replace("_", " ")
