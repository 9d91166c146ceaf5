"""Whatever is done to a store, in whatever order, it holds what the simplest model of a log holds."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from depot.batches import batch, everything
from depot.postgres import new_database
from goldenhour.runtime.store import AlreadyAnswered, Batch, Conflict, Store
from goldenhour.storage.memory import MemoryStore
from goldenhour.storage.postgres import PostgresStore
from goldenhour.storage.sqlite import SqliteStore

STREAMS = [f"{kind}:{name}" for kind in ("unit", "incident") for name in ("a", "b c", "ü")]
COMMANDS = [f"c{n}" for n in range(30)]

wishes = st.tuples(
    st.sampled_from(COMMANDS),
    st.lists(st.sets(st.sampled_from(STREAMS), min_size=1, max_size=3), max_size=3),
    st.sets(st.sampled_from(STREAMS), max_size=2),
    st.sampled_from([0, 0, 0, 0, 1, -1]),
    st.booleans(),
)


class Model:
    """A log as one would explain it: a list of facts, a count per stream, an answer per command."""

    def __init__(self) -> None:
        self.facts: list[tuple[int, str, tuple[str, ...]]] = []
        self.answers: dict[str, tuple[bytes, int]] = {}
        self.open: dict[str, bool] = {}

    def version(self, stream: str) -> int:
        return sum(stream in streams for _, _, streams in self.facts)

    def append(self, one: Batch) -> type[Exception] | int:
        if one.command.id in self.answers:
            return AlreadyAnswered
        if any(self.version(stream) != expected for stream, expected in one.expected.items()):
            return Conflict
        self.answers[one.command.id] = (one.command.answer, len(self.facts))
        for fact in one.facts:
            self.facts.append((len(self.facts) + 1, fact.id, fact.streams))
        self.open |= {doc.stream: doc.is_open for doc in one.entities}
        return len(self.facts)

    def head(self) -> bytes:
        last = bytes(32)
        for seq, name, _ in self.facts:
            last = sha256(last + seq.to_bytes(8, "big") + f'"{name}"'.encode()).digest()
        return last


class StoreMachine(RuleBasedStateMachine):
    make: ClassVar[Callable[[], tuple[Callable[[], Store], Callable[[], None], bool]]]

    def __init__(self) -> None:
        super().__init__()
        self.new, self.clean, self.durable = type(self).make()
        self.loop = asyncio.Runner()
        self.store = self.new()
        self.model = Model()
        self.run(self.store.open())

    def run(self, work: Any) -> Any:
        return self.loop.run(work)

    def wish(self, drawn: Any) -> Batch:
        command, facts, also_read, off_by, is_open = drawn
        named = {stream for streams in facts for stream in streams} | also_read
        at = {stream: max(0, self.model.version(stream) + off_by) for stream in named}
        return batch(command, [sorted(streams) for streams in facts], at=at, is_open=is_open)

    @rule(drawn=wishes)
    def append(self, drawn: Any) -> None:
        self.append_together([drawn])

    @rule(drawn=st.lists(wishes, min_size=2, max_size=6))
    def append_together(self, drawn: list[Any]) -> None:
        given = [self.wish(one) for one in drawn]

        async def go() -> list[Any]:
            return await asyncio.gather(*map(self.store.append, given), return_exceptions=True)

        for outcome, expected in zip(self.run(go()), map(self.model.append, given), strict=True):
            assert expected == (type(outcome) if isinstance(outcome, Exception) else outcome.last_seq)

    @rule()
    def restart(self) -> None:
        if self.durable:
            self.run(self.store.close())
            self.store = self.new()
            self.run(self.store.open())

    @rule(after=st.integers(0, 40), limit=st.integers(1, 5))
    def look_at_changes(self, after: int, limit: int) -> None:
        found = self.run(self.store.changes(after, limit))
        expected = self.model.facts[after : after + limit]
        assert [(fact.seq, fact.id, fact.streams) for fact in found.facts] == expected
        touched = {stream for _, _, streams in expected for stream in streams}
        assert {doc.stream: doc.version for doc in found.entities} == {
            name: self.model.version(name) for name in touched
        }

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        held = self.run(everything(self.store))
        assert [(fact.seq, fact.id, fact.streams) for fact in held["facts"]] == self.model.facts
        assert held["head"] == (len(self.model.facts), self.model.head())
        assert {row.id: (row.answer, row.after_seq) for row in held["commands"]} == self.model.answers
        assert [row.id for row in held["commands"]] == list(self.model.answers)
        versions = {name: self.model.version(name) for name in STREAMS if self.model.version(name)}
        assert {doc.stream: doc.version for doc in held["entities"]} == versions
        assert {doc.stream: doc.is_open for doc in held["entities"]} == self.model.open
        assert len(held["streams"]) == sum(versions.values())
        opened = self.run(self.store.open_entities(["unit"])).entities
        assert [doc.stream for doc in opened] == sorted(
            name for name, is_open in self.model.open.items() if is_open and name.startswith("unit:")
        )

    def teardown(self) -> None:
        self.run(self.store.close())
        self.loop.close()
        self.clean()


def check(make: Any, examples: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    machine = type("Machine", (StoreMachine,), {"make": staticmethod(make)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            phases=phases,
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_memory_is_a_log() -> None:
    check(lambda: (MemoryStore, lambda: None, False), 60)


def test_sqlite_is_a_log() -> None:
    def make() -> Any:
        folder = TemporaryDirectory()
        return (lambda: SqliteStore(Path(folder.name) / "log")), folder.cleanup, True

    check(make, 25)


def test_postgres_is_a_log(postgres: str) -> None:
    def make() -> Any:
        address = new_database(postgres)
        return (lambda: PostgresStore(address)), lambda: None, True

    check(make, 12)


def test_the_model_itself_notices_a_lost_fact() -> None:
    """The oracle must be able to fail: a store that drops every third batch's documents is found out."""

    class Lossy(MemoryStore):
        async def append(self, one: Batch) -> Any:
            appended = await super().append(one)
            if len(self._commands) % 3 == 0:
                self._entities.pop(one.entities[0].stream, None) if one.entities else None
            return appended

    with pytest.raises((AssertionError, KeyError, BaseExceptionGroup)):
        check(lambda: (Lossy, lambda: None, False), 60, (Phase.generate,))
