"""Units that are sent to incidents and freed again: the smallest part in which one fact belongs to two streams."""

import msgspec

from goldenhour.kernel.commands import Command, Refused
from goldenhour.kernel.facts import Actor, Fact, Happened
from goldenhour.kernel.ids import IncidentId, Ref, UnitId
from goldenhour.kernel.parts import EntityKind, Part, Registry

CLERK = Actor(id="clerk", role="dispatcher", agency="depot")


class Opened(Fact, frozen=True, kw_only=True):
    incident: IncidentId


class Joined(Fact, frozen=True, kw_only=True):
    unit: UnitId


class Sent(Fact, frozen=True, kw_only=True):
    incident: IncidentId
    unit: UnitId


class Freed(Fact, frozen=True, kw_only=True):
    incident: IncidentId
    unit: UnitId


class Noted(Fact, frozen=True, kw_only=True):
    incident: IncidentId
    text: str
    about: Ref[UnitId] | None = None


class Closed(Fact, frozen=True, kw_only=True):
    incident: IncidentId


class Job(msgspec.Struct, frozen=True, kw_only=True):
    units: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_open: bool = True


class Truck(msgspec.Struct, frozen=True, kw_only=True):
    incident: str | None = None
    journeys: int = 0

    @property
    def is_open(self) -> bool:
        return True


class Open(Command, frozen=True, kw_only=True):
    incident: IncidentId


class Join(Command, frozen=True, kw_only=True):
    unit: UnitId


class Send(Command, frozen=True, kw_only=True):
    incident: IncidentId
    unit: UnitId


class Free(Command, frozen=True, kw_only=True):
    incident: IncidentId
    unit: UnitId


class Note(Command, frozen=True, kw_only=True):
    incident: IncidentId
    text: str
    times: int = 1


class Close(Command, frozen=True, kw_only=True):
    incident: IncidentId


def open_job(cmd: Open, incident: Job | None) -> list[Fact]:
    if incident is not None:
        raise Refused("depot.open.known", "This job exists.")
    return [Opened(incident=cmd.incident)]


def join(cmd: Join, unit: Truck | None) -> list[Fact]:
    return [] if unit is not None else [Joined(unit=cmd.unit)]


def send(cmd: Send, incident: Job, unit: Truck) -> list[Fact]:
    if not incident.is_open:
        raise Refused("depot.send.closed", "This job is closed.")
    if unit.incident is not None:
        raise Refused("depot.send.busy", f"{cmd.unit} is on {unit.incident}; send another.")
    return [Sent(incident=cmd.incident, unit=cmd.unit)]


def free(cmd: Free, incident: Job, unit: Truck) -> list[Fact]:
    if unit.incident != cmd.incident:
        raise Refused("depot.free.elsewhere", f"{cmd.unit} is not on {cmd.incident}.")
    return [Freed(incident=cmd.incident, unit=cmd.unit)]


def note(cmd: Note, incident: Job) -> list[Fact]:
    return [Noted(incident=cmd.incident, text=f"{cmd.text}.{n}") for n in range(cmd.times)]


def close(cmd: Close, incident: Job) -> list[Fact]:
    if incident.units:
        raise Refused("depot.close.units", "Units are still out.")
    return [Closed(incident=cmd.incident)] if incident.is_open else []


def fold_job(job: Job | None, one: Happened) -> Job:
    match one.fact:
        case Opened():
            return Job()
        case Sent(unit=unit):
            return msgspec.structs.replace(job, units=(*job.units, unit))
        case Freed(unit=unit):
            return msgspec.structs.replace(job, units=tuple(u for u in job.units if u != unit))
        case Noted(text=text):
            return msgspec.structs.replace(job, notes=(*job.notes, text)[-3:])
        case Closed():
            return msgspec.structs.replace(job, is_open=False)
    raise AssertionError(one.fact)


def fold_truck(truck: Truck | None, one: Happened) -> Truck:
    match one.fact:
        case Joined():
            return Truck()
        case Sent(incident=incident):
            return msgspec.structs.replace(truck, incident=incident, journeys=truck.journeys + 1)
        case Freed():
            return msgspec.structs.replace(truck, incident=None)
    raise AssertionError(one.fact)


DEPOT = Part(
    name="depot",
    facts=(Opened, Joined, Sent, Freed, Noted, Closed),
    entities=(
        EntityKind(kind="incident", shape=Job, fold=fold_job),
        EntityKind(kind="unit", shape=Truck, fold=fold_truck),
    ),
    decisions={Open: open_job, Join: join, Send: send, Free: free, Note: note, Close: close},
)
REGISTRY = Registry((DEPOT,))
