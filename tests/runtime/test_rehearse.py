"""Unchanged rules answer as recorded; changed ones show up under the right name."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from depot.day import NOW, a_day
from depot.part import CLERK, DEPOT, REGISTRY, Free, Job, Join, Note, Open, Send, Sent, Truck, note
from goldenhour.kernel.commands import Refused
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.parts import Registry
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.rehearse import Verdict, rehearse
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.memory import MemoryStore


def ruled(**decisions: Callable[..., Any]) -> Registry:
    """The depot under other rules."""
    named = {command.__name__: command for command in DEPOT.decisions}
    changed = {named[name]: decide for name, decide in decisions.items()}
    return Registry((msgspec.structs.replace(DEPOT, decisions={**DEPOT.decisions, **changed}),))


async def test_unchanged_rules_answer_as_recorded() -> None:
    store = MemoryStore()
    runtime = await a_day(store)
    await runtime.handle(Join(unit="m9", at=Instant(NOW + 200_000)), command_id="future", by=CLERK)
    await runtime.handle(Send(incident="none", unit="m0"), command_id="unknown", by=CLERK)
    await runtime.handle(Join(unit=" "), command_id="impossible", by=CLERK)
    found = await rehearse(REGISTRY, store)
    assert found.verdicts == {Verdict.SAME: 17}
    assert (found.commands, found.facts, found.differences, found.shown) == (17, 12, 0, ())


def send_anyway(cmd: Send, incident: Job, unit: Truck) -> list[Fact]:
    return [Sent(incident=cmd.incident, unit=cmd.unit)]


def send_never(cmd: Send, incident: Job, unit: Truck) -> list[Fact]:
    raise Refused("depot.send.strike", "Nobody drives today.")


def note_loudly(cmd: Note, incident: Job) -> list[Fact]:
    return [msgspec.structs.replace(fact, text=fact.text.upper()) for fact in note(cmd, incident)]


def note_once(cmd: Note, incident: Job) -> list[Fact]:
    return note(cmd, incident)[:1]


def broken(cmd: Note, incident: Job) -> list[Fact]:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("decisions", "verdicts"),
    [
        ({"Send": send_anyway}, {Verdict.NOW_ACCEPTED: ["c7"]}),
        ({"Send": send_never}, {Verdict.NOW_REFUSED: ["c6", "c13"], Verdict.OTHER_REFUSAL: ["c7"]}),
        ({"Note": note_loudly}, {Verdict.OTHER_FACTS: ["c8"]}),
        ({"Note": note_once}, {Verdict.OTHER_FACTS: ["c8"]}),
        ({"Note": broken}, {Verdict.UNDECIDABLE: ["c8", "c9"]}),
    ],
)
async def test_changed_rules_show_up_and_only_where_they_matter(
    decisions: dict[str, Any], verdicts: dict[Verdict, list[str]]
) -> None:
    store = MemoryStore()
    await a_day(store)
    found = await rehearse(ruled(**decisions), store)
    told: dict[Verdict, list[str]] = {}
    for one in found.shown:
        told.setdefault(one.verdict, []).append(one.id)
    assert told == verdicts
    assert found.differences == sum(map(len, verdicts.values()))
    assert found.commands == 14
    if decisions.get("Note") is note_loudly:
        assert found.shown[0].fields == ("Noted.text",)
        assert "gate" not in repr(found.shown)  # notes are patients' data


async def test_each_command_is_decided_on_the_state_it_was_decided_on() -> None:
    """A difference does not cascade: under a rule that refuses a sending, freeing is still decided as it was."""
    store = MemoryStore()
    runtime = Runtime(REGISTRY, store, JumpingClock(NOW))
    for n, wish in enumerate(
        [Open(incident="i"), Join(unit="m"), Send(incident="i", unit="m"), Free(incident="i", unit="m")]
    ):
        await runtime.handle(wish, command_id=f"c{n}", by=CLERK)
    found = await rehearse(ruled(Send=send_never), store)
    assert [one.id for one in found.shown] == ["c2"]


async def test_what_is_looked_up_is_looked_up_again() -> None:
    store = MemoryStore()
    await a_day(store)
    states: list[Any] = []

    def look_up(command: Any, held: Any) -> Any:
        if isinstance(command, Note):
            states.append(held[f"incident:{command.incident}"].state.units)
            return msgspec.structs.replace(command, text="under other content")
        return command

    found = await rehearse(REGISTRY, store, look_up=look_up)
    assert [one.id for one in found.shown] == ["c8"]
    assert states == [("m0",), ("m0",)]
