"""The recorded commands decided again, each on the state it was decided on: what would be different today?"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from goldenhour.kernel.codec import encode
from goldenhour.kernel.commands import Command, Refused
from goldenhour.kernel.facts import Fact, Happened, streams_of
from goldenhour.kernel.parts import Registry
from goldenhour.runtime.answers import Declined, read_answer
from goldenhour.runtime.decide import NOTHING_YET, Held, check_ids, folded, outcome
from goldenhour.runtime.store import CommandRow, Store

MOST_SHOWN: Final = 200
"""Differences that a report spells out; all are counted."""


class Verdict(StrEnum):
    """How today's answer compares with the recorded one."""

    SAME = "same"
    OTHER_FACTS = "other_facts"
    NOW_REFUSED = "now_refused"
    NOW_ACCEPTED = "now_accepted"
    OTHER_REFUSAL = "other_refusal"
    UNDECIDABLE = "undecidable"


class Differs(msgspec.Struct, frozen=True, kw_only=True):
    """A command that would be answered otherwise. `then` and `now` are fact types, or the rule that refused."""

    id: str
    type: str
    after_seq: int
    verdict: Verdict
    then: tuple[str, ...]
    now: tuple[str, ...]
    fields: tuple[str, ...] = ()


class Rehearsed(msgspec.Struct, frozen=True, kw_only=True):
    """What a rehearsal found: commands per verdict, and the first differences in full."""

    commands: int
    facts: int
    verdicts: dict[Verdict, int]
    shown: tuple[Differs, ...]

    @property
    def differences(self) -> int:
        return sum(count for verdict, count in self.verdicts.items() if verdict is not Verdict.SAME)


LookUp = Callable[[Command, Mapping[str, Held]], Command]
"""Fills in what the shell looks up (content), from the command and the entities that it names."""


async def rehearse(registry: Registry, store: Store, *, look_up: LookUp = lambda command, held: command) -> Rehearsed:
    """Goes through all commands in their order. The states are always those that the recorded facts made."""
    log = _Log(registry, store)
    counts: Counter[Verdict] = Counter()
    shown: list[Differs] = []
    async for row in store.all_commands():
        await log.fold_until(row.after_seq)
        told = _again(registry, row, log.held, look_up)
        recorded = [happened.fact for happened in await log.fold_caused_by(row.id)]
        found = _compared(row, recorded, told)
        counts[found.verdict] += 1
        if found.verdict is not Verdict.SAME and len(shown) < MOST_SHOWN:
            shown.append(found)
    return Rehearsed(commands=counts.total(), facts=log.seq, verdicts=dict(counts), shown=tuple(shown))


class _Log:
    """The log read fact by fact, and the states that it has made so far."""

    def __init__(self, registry: Registry, store: Store) -> None:
        self.held: dict[str, Held] = {}
        self.seq = 0
        self._registry = registry
        self._facts: AsyncIterator[tuple[int, Happened]] = (
            (fact.seq, registry.read_happened(fact.body)) async for fact in store.all_facts()
        )
        self._next: tuple[int, Happened] | None = None

    async def fold_until(self, seq: int) -> None:
        while (upcoming := await self._peek()) is not None and upcoming[0] <= seq:
            self._fold()

    async def fold_caused_by(self, command: str) -> list[Happened]:
        found = []
        while (upcoming := await self._peek()) is not None and upcoming[1].cause == command:
            found.append(self._fold())
        return found

    async def _peek(self) -> tuple[int, Happened] | None:
        if self._next is None:
            self._next = await anext(self._facts, None)
        return self._next

    def _fold(self) -> Happened:
        assert self._next is not None
        self.seq, happened = self._next
        self._next = None
        held = {name: self.held.get(name, NOTHING_YET) for name in streams_of(happened.fact)}
        self.held |= folded(self._registry, (happened,), held)
        return happened


def _again(
    registry: Registry, row: CommandRow, states: Mapping[str, Held], look_up: LookUp
) -> list[Fact] | Refused | Exception:
    try:
        command = registry.read_command(row.body)
        reads = streams_of(command)
        check_ids(reads)
        held = {name: states.get(name, NOTHING_YET) for name in reads}
        return outcome(registry, look_up(command, held), held, now=row.at)[1]
    except Refused as refused:
        return refused
    except Exception as bug:  # noqa: BLE001 - a command that today's code cannot decide is what a rehearsal is to find
        return bug


def _compared(row: CommandRow, recorded: list[Fact], told: list[Fact] | Refused | Exception) -> Differs:
    answer = read_answer(row.answer)
    then = (answer.rule,) if isinstance(answer, Declined) else tuple(type(fact).__name__ for fact in recorded)
    now: tuple[str, ...]
    fields: tuple[str, ...] = ()
    match told:
        case Refused(rule=rule):
            now = (rule,)
            verdict = Verdict.NOW_REFUSED if row.accepted else Verdict.SAME if then == now else Verdict.OTHER_REFUSAL
        case Exception():
            now, verdict = (repr(told),), Verdict.UNDECIDABLE
        case facts:
            now = tuple(type(fact).__name__ for fact in facts)
            fields = _other_fields(recorded, facts)
            same = then == now and not fields
            verdict = Verdict.NOW_ACCEPTED if not row.accepted else Verdict.SAME if same else Verdict.OTHER_FACTS
    return Differs(
        id=row.id, type=row.type, after_seq=row.after_seq, verdict=verdict, then=then, now=now, fields=fields
    )


def _other_fields(then: list[Fact], now: list[Fact]) -> tuple[str, ...]:
    """Which fields of which facts differ, by name only: values may be patients' data, and reports travel."""
    names: dict[str, None] = {}
    for before, after in zip(then, now, strict=False):
        if type(before) is type(after):
            for name in before.__struct_fields__:
                if encode(getattr(before, name)) != encode(getattr(after, name)):
                    names[f"{type(before).__name__}.{name}"] = None
    return tuple(names)
