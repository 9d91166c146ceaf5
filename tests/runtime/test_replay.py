"""A log that is whole replays without a difference; whatever is tampered with is found and named."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depot.day import a_day
from depot.part import CLERK, DEPOT, REGISTRY, Job, Note, fold_job
from goldenhour.kernel.codec import chain_hash
from goldenhour.kernel.facts import Happened
from goldenhour.kernel.parts import EntityKind, Registry
from goldenhour.runtime.replay import Replay, Replayed
from goldenhour.runtime.runtime import Committed, Runtime
from goldenhour.storage.memory import MemoryStore
from goldenhour.storage.sqlite import SqliteStore


async def test_a_whole_log_replays_without_a_difference() -> None:
    store = MemoryStore()
    await a_day(store)
    told: list[Committed] = []
    found = await Replay(REGISTRY, store, [told.append]).run()
    assert found == Replayed(
        facts=12, commands=14, entities=6, log_head=(await store.head())[1].hex(), differences=0, shown=()
    )
    assert [one.seq for one in told] == list(range(1, 13))
    assert told[6].changes[0].state.units == ("m0",)


async def test_an_empty_log_replays_too() -> None:
    found = await Replay(REGISTRY, MemoryStore()).run()
    assert (found.facts, found.differences, found.log_head) == (0, 0, "00" * 32)


def sql(statement: str) -> Callable[[sqlite3.Connection], None]:
    return lambda db: db.execute(statement) and None


def replaced(table: str, column: str, old: str, new: str, where: str = "1") -> Callable[[sqlite3.Connection], None]:
    return sql(
        f"UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), '{old}', '{new}') AS BLOB) WHERE {where}"
    )


def rechained(db: sqlite3.Connection) -> None:
    """Somebody who knows the chain changes a fact and mends every hash after it."""
    replaced("fact", "body", "gate code.0", "gate code.9", "seq = 8")(db)
    previous = bytes(32)
    for seq, body in db.execute("SELECT seq, body FROM fact ORDER BY seq").fetchall():
        previous = chain_hash(previous, seq, body)
        db.execute("UPDATE fact SET hash = ? WHERE seq = ?", (previous, seq))


TAMPERED = {
    "a fact's bytes": (replaced("fact", "body", "m0", "m1", "seq = 7"), "seq 7", "hash"),
    "a fact removed": (sql("DELETE FROM fact WHERE seq = 9"), "seq 10", "missing"),
    "the last fact removed": (sql("DELETE FROM fact WHERE seq = 12"), "command c13", "answered with 1"),
    "a hash": (sql("UPDATE fact SET hash = zeroblob(32) WHERE seq = 3"), "seq 3", "hash"),
    "a fact's type": (sql("UPDATE fact SET type = 'Freed' WHERE seq = 7"), "seq 7", "filed as Freed"),
    "a fact's streams": (sql("""UPDATE fact SET streams = '["unit:m0"]' WHERE seq = 7"""), "seq 7", "filed as"),
    "a fact that cannot be read": (sql("UPDATE fact SET body = x'7b' WHERE seq = 5"), "seq 5", "cannot be read"),
    "a stream's row": (sql("DELETE FROM stream WHERE seq = 7 AND stream = 'unit:m0'"), "unit:m0", "not filed"),
    "a stream's number": (sql("UPDATE stream SET version = 9 WHERE version = 4"), "unit:m0", "number 9"),
    "a document": (
        replaced("entity", "doc", '"journeys":2', '"journeys":3'),
        "unit:m0",
        "in: journeys",
    ),
    "a document's version": (sql("UPDATE entity SET version = 2 WHERE stream = 'unit:m0'"), "unit:m0", "document"),
    "a document's openness": (sql("UPDATE entity SET is_open = 1 - is_open"), "incident:i0", "openness"),
    "a document removed": (sql("DELETE FROM entity WHERE stream = 'incident:i1'"), "incident:i1", "none is stored"),
    "a document too many": (
        sql("INSERT INTO entity VALUES ('unit:ghost', 'unit', 1, 1, CAST('{}' AS BLOB))"), "unit:ghost", "log has 0",
    ),
    "a command removed": (sql("DELETE FROM command WHERE id = 'c6'"), "command c6", "not in the log"),
    "a command's place": (sql("UPDATE command SET after_seq = 3 WHERE id = 'c6'"), "command c6", "after 3"),
    "an answer": (sql("UPDATE command SET accepted = 0 WHERE id = 'c6'"), "command c6", "refused"),
    "history with its chain mended": (rechained, "incident:i0", "in: notes"),
}  # fmt: skip


@pytest.mark.parametrize(("tamper", "where", "what"), TAMPERED.values(), ids=TAMPERED.keys())
async def test_whatever_was_tampered_with_is_named(
    tmp_path: Path, tamper: Callable[[sqlite3.Connection], None], where: str, what: str
) -> None:
    path = tmp_path / "log"
    runtime = await a_day(SqliteStore(path))
    await runtime.stop()
    with sqlite3.connect(path) as db:
        tamper(db)
    db.close()
    store = SqliteStore(path, reading_only=True)
    await store.open()
    found = await Replay(REGISTRY, store).run()
    await store.close()
    assert found.differences > 0
    assert any(one.where == where and what in one.what for one in found.shown), found.shown
    assert "gate" not in repr(found.shown)  # notes are patients' data


async def test_a_fold_that_changed_is_found_in_the_documents_it_would_change() -> None:
    def forgetful(job: Job | None, one: Happened) -> Job:
        folded = fold_job(job, one)
        return msgspec.structs.replace(folded, notes=())

    def broken(job: Job | None, one: Happened) -> Job:
        return {}[one.id]  # type: ignore[no-any-return]

    store = MemoryStore()
    await a_day(store)
    for fold, expected in ((forgetful, "in: notes"), (broken, "cannot be folded: KeyError")):
        kinds = (EntityKind(kind="incident", shape=Job, fold=fold), DEPOT.entities[1])
        other = Registry((msgspec.structs.replace(DEPOT, entities=kinds),))
        found = await Replay(other, store).run()
        assert any(one.where == "incident:i0" and expected in one.what for one in found.shown)


@given(st.integers(0, 30), st.integers(1, 5))
def test_a_log_that_grows_while_it_is_read_shows_no_difference(before: int, every: int) -> None:
    class Growing(MemoryStore):
        runtime: Runtime | None = None
        n = 0

        async def grow(self) -> None:
            self.n += 1
            if self.runtime is not None and self.n % every == 0:
                note = Note(incident=f"i{self.n % 3}", text="x", times=2)
                await self.runtime.handle(note, command_id=f"later{self.n}", by=CLERK)

        async def all_facts(self, after_seq: int = 0):  # type: ignore[no-untyped-def]
            async for fact in super().all_facts(after_seq):
                await self.grow()
                yield fact

        async def all_commands(self):  # type: ignore[no-untyped-def]
            async for row in super().all_commands():
                await self.grow()
                yield row

        async def all_entities(self):  # type: ignore[no-untyped-def]
            async for doc in super().all_entities():
                await self.grow()
                yield doc

    async def go() -> None:
        store = Growing()
        runtime = await a_day(store)
        for n in range(before):
            await runtime.handle(Note(incident="i1", text="y"), command_id=f"b{n}", by=CLERK)
        store.runtime = runtime
        found = await Replay(REGISTRY, store).run()
        assert found.shown == ()
        assert found.facts == 12 + before

    asyncio.run(go())
