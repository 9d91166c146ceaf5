"""From a command and the entities it names to new facts and new states. Pure: all modes share it."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from goldenhour.kernel.codec import encode
from goldenhour.kernel.commands import FUTURE_TOLERANCE_MS, Command, Refused
from goldenhour.kernel.facts import Actor, Fact, Happened, streams_of
from goldenhour.kernel.ids import CommandId, stream
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.parts import Registry
from goldenhour.runtime.store import EntityDoc, NewFact


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An entity as we know it: how many facts made it, and its state (None before its first)."""

    version: int
    state: Any


LONGEST_ID: Final = 200
"""Characters in an id: room for any scheme of ids, short enough for every store's index."""

NOTHING_YET = Held(version=0, state=None)


def stamped(command: Command, now: Instant) -> Command:
    """The command with its time filled in; a time too far ahead of our clock is refused."""
    if command.at == 0:
        return msgspec.structs.replace(command, at=now)
    if command.at > now + FUTURE_TOLERANCE_MS:
        ahead_s = (command.at - now) // 1000
        raise Refused(
            "kernel.time_in_future", f"That time is {ahead_s} s ahead of our clock; enter one that has passed."
        )
    if command.at < 0:
        raise Refused("kernel.time_impossible", "That time lies before 1970; enter the time at which it happened.")
    return command


def check_command_id(command_id: CommandId) -> None:
    """Raises `Refused` for an id that the log could not keep."""
    if not _sound(command_id):
        raise Refused(
            "kernel.command_id_impossible",
            f"A command's id has 1 to {LONGEST_ID} printable characters; {command_id[:40]!r} is none.",
        )


def check_ids(streams: Iterable[str]) -> None:
    """Raises `Refused` where a command names an entity by something that cannot be an id."""
    for name in streams:
        kind, _, entity_id = name.partition(":")
        if not _sound(entity_id):
            raise Refused(
                f"kernel.impossible_{kind}",
                f"{entity_id[:40]!r} cannot name a {kind}; an id has 1 to {LONGEST_ID} printable characters.",
            )


def _sound(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and text.isprintable() and text == text.strip()


def outcome(
    registry: Registry, command: Command, held: Mapping[str, Held], *, now: Instant
) -> tuple[Command, list[Fact]]:
    """The command with its time, and the facts that it leads to on this state. Raises `Refused`."""
    stated = stamped(command, now)
    return stated, decided(registry, stated, held)


def decided(registry: Registry, command: Command, held: Mapping[str, Held]) -> list[Fact]:
    """The facts that the command leads to. Raises `Refused`, also where it names something that does not exist."""
    decision = registry.decisions[type(command)]
    arguments: dict[str, Any] = {}
    for reading in decision.readings:
        named = getattr(command, reading.field)
        if reading.many:
            arguments[reading.field] = tuple(_state(reading.kind, one, held) for one in named)
        elif named is None:
            arguments[reading.field] = None
        elif reading.may_be_missing:
            arguments[reading.field] = held[stream(reading.kind, named)].state
        else:
            arguments[reading.field] = _state(reading.kind, named, held)
    return decision.decide(command, **arguments)


def _state(kind: str, entity_id: str, held: Mapping[str, Held]) -> Any:
    state = held[stream(kind, entity_id)].state
    if state is None:
        raise Refused(f"kernel.unknown_{kind}", f"There is no {kind} {entity_id!r}; choose one that is on the board.")
    return state


def happened(
    facts: list[Fact], *, command: Command, command_id: CommandId, by: Actor, now: Instant, exercise: bool
) -> tuple[Happened, ...]:
    """The facts with their circumstances. Ids come from the command's, so that a repeat makes the same ones."""
    return tuple(
        Happened(
            id=f"{command_id}.{place}",
            fact=fact,
            occurred_at=command.at,
            recorded_at=now,
            by=by,
            cause=command_id,
            version=fact.version,
            exercise=exercise,
        )
        for place, fact in enumerate(facts)
    )


def folded(registry: Registry, news: tuple[Happened, ...], held: Mapping[str, Held]) -> dict[str, Held]:
    """The new states of every entity that the facts touch."""
    after: dict[str, Held] = {}
    for one in news:
        for name in streams_of(one.fact):
            assert name in held, f"{type(one.fact).__name__} belongs to {name}, which its command does not name"
            before = after.get(name) or held[name]
            kind = registry.entities[name.partition(":")[0]]
            after[name] = Held(version=before.version + 1, state=kind.fold(before.state, one))
    return after


def new_fact(one: Happened) -> NewFact:
    """The fact as the store takes it."""
    return NewFact(id=one.id, type=type(one.fact).__name__, body=encode(one), streams=streams_of(one.fact))


def entity_doc(name: str, held: Held) -> EntityDoc:
    """The state as the store keeps it."""
    return EntityDoc(
        stream=name,
        kind=name.partition(":")[0],
        version=held.version,
        is_open=held.state.is_open,
        doc=encode(held.state),
    )
