"""The disk, the file and other processes fail; the log does not."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from depot.batches import batch, chain_is_whole, everything
from goldenhour.runtime.store import AlreadyAnswered, Appended, Outage, Unusable
from goldenhour.storage.sqlite import SqliteStore
from goldenhour.storage.sqlite.writer import Writer


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "log")
    await store.open()
    yield store
    await store.close()


def writing_connection(store: SqliteStore) -> sqlite3.Connection:
    """The writer's own connection: the only way to give it a smaller disk. Used while nothing waits."""
    writer = store._writer
    assert isinstance(writer, Writer)
    return writer._connection


def limit_pages(store: SqliteStore, pages: int) -> None:
    """A disk with room for so many more pages of the database."""
    db = writing_connection(store)
    (used,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {used + pages}")


async def test_appends_that_wait_together_share_a_commit(store: SqliteStore) -> None:
    await asyncio.gather(*(store.append(batch(f"c{n}", [[f"unit:{n}"]])) for n in range(1000)))
    assert (await store.head())[0] == 1000
    assert store.commits < 100


async def test_a_commit_waits_for_the_disk(store: SqliteStore) -> None:
    """Killing a process does not show whether a power cut would lose facts; these two settings decide that."""
    db = writing_connection(store)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)


async def test_a_full_disk_keeps_nothing_by_halves_and_works_again_with_space(store: SqliteStore) -> None:
    limit_pages(store, 10)
    kept = 0

    async def fill() -> None:
        nonlocal kept
        for n in range(1000):
            await store.append(batch(f"c{n}", [[f"unit:{n}", "incident:1"]] * 3, at={"incident:1": 3 * n}))
            kept += 1

    with pytest.raises(Outage, match="full"):
        await fill()
    assert 0 < kept < 1000
    assert (await store.head())[0] == 3 * kept
    assert await store.answer(batch(f"c{kept}").command.id) is None
    assert await store.read([f"unit:{kept}"]) == {}
    assert await chain_is_whole(store)
    limit_pages(store, 1000)
    again = batch(f"c{kept}", [[f"unit:{kept}", "incident:1"]] * 3, at={"incident:1": 3 * kept})
    assert (await store.append(again)).last_seq == 3 * kept + 3
    assert await chain_is_whole(store)


async def test_a_batch_too_big_for_the_disk_does_not_take_small_ones_along(store: SqliteStore) -> None:
    limit_pages(store, 30)
    huge = batch("huge", [[f"unit:h{n}" for n in range(5000)]])
    small = [batch(f"c{n}", [[f"unit:{n}"]]) for n in range(6)]
    outcomes = await asyncio.gather(*map(store.append, [*small[:3], huge, *small[3:]]), return_exceptions=True)
    assert isinstance(outcomes.pop(3), Outage)
    assert [one.last_seq for one in outcomes if isinstance(one, Appended)] == [1, 2, 3, 4, 5, 6]
    assert await chain_is_whole(store)


async def test_a_fact_that_is_there_already_is_a_bug_of_its_batch_alone(store: SqliteStore) -> None:
    await store.append(batch("c1", [["unit:a"]]))
    twin = batch("c2", [["unit:b"]])
    twin = replace(twin, facts=(replace(twin.facts[0], id="c1.0"),))
    good = [batch(f"g{n}", [[f"unit:{n}"]]) for n in range(5)]
    outcomes = await asyncio.gather(*map(store.append, [*good, twin]), return_exceptions=True)
    assert isinstance(outcomes[-1], sqlite3.IntegrityError)
    assert all(isinstance(one, Appended) for one in outcomes[:-1])
    assert (await store.read(["unit:b"]), (await store.head())[0]) == ({}, 6)


async def test_a_file_that_goes_away_is_an_outage_and_not_a_silent_loss(store: SqliteStore) -> None:
    await store.append(batch("c1", [["unit:a"]]))
    away = store.path.with_name("elsewhere")
    store.path.rename(away)
    with pytest.raises(Outage, match="removed or replaced"):
        await store.append(batch("c2", [["unit:b"]]))
    shutil.copy(away, store.path)  # another file under the same name is not the one we write
    with pytest.raises(Outage, match="removed or replaced"):
        await store.append(batch("c2", [["unit:b"]]))
    store.path.unlink()
    away.rename(store.path)
    assert (await store.append(batch("c2", [["unit:b"]]))).last_seq == 2


async def test_somebody_elses_lock_is_an_outage_until_it_is_gone(store: SqliteStore) -> None:
    writing_connection(store).execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Outage, match="locked"):
        await store.append(batch("c1", [["unit:a"]]))
    other.execute("ROLLBACK")
    other.close()
    assert (await store.append(batch("c1", [["unit:a"]]))).last_seq == 1


async def test_a_bug_in_the_writer_ends_it_loudly_and_everybody_gets_the_error(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("threading.excepthook", lambda args: told.append(args.exc_value))
    told: list[object] = []
    monkeypatch.setattr(store._writer, "_commit", broken)
    outcomes = await asyncio.gather(
        *(store.append(batch(f"c{n}", [[f"unit:{n}"]])) for n in range(300)), return_exceptions=True
    )
    assert {type(one) for one in outcomes} == {ZeroDivisionError}
    with pytest.raises(ZeroDivisionError):
        await store.append(batch("later", [["unit:x"]]))
    assert [type(one) for one in told] == [ZeroDivisionError]


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log")
    await store.open()
    waiting = [asyncio.ensure_future(store.append(batch(f"c{n}", [[f"unit:{n}"]]))) for n in range(500)]
    await asyncio.sleep(0)
    await store.close()
    assert [one.last_seq for one in await asyncio.gather(*waiting)] == list(range(1, 501))
    with pytest.raises(Outage, match="closed"):
        await store.append(batch("late", [["unit:x"]]))


HOLD = """
import asyncio, sys
from pathlib import Path
from goldenhour.storage.sqlite import SqliteStore
async def main():
    await SqliteStore(Path(sys.argv[1])).open()
    print("open", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.fixture
def held_elsewhere(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A log that another process has opened, and that process."""
    path = tmp_path / "log"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield path, process
        process.kill()


async def test_a_second_process_is_refused_and_the_claim_ends_with_the_first(
    held_elsewhere: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    path, first = held_elsewhere
    with pytest.raises(Unusable, match="another process"):
        await SqliteStore(path).open()
    reader = SqliteStore(path, reading_only=True)
    await reader.open()
    assert (await reader.head())[0] == 0
    await reader.close()
    first.kill()
    first.wait()
    after = SqliteStore(path)
    await after.open()
    assert (await after.append(batch("c1", [["unit:a"]]))).last_seq == 1
    await after.close()


async def test_a_store_for_reading_only_reads_what_another_writes_and_writes_nothing(store: SqliteStore) -> None:
    await store.append(batch("c1", [["unit:a"]]))
    reader = SqliteStore(store.path, reading_only=True)
    await reader.open()
    await store.append(batch("c2", [["unit:b"]]))
    assert await everything(reader) == await everything(store)
    with pytest.raises(Unusable, match="reading only"):
        await reader.append(batch("c3", [["unit:c"]]))
    await reader.close()


async def test_a_copy_made_while_it_is_written_is_a_whole_log(store: SqliteStore, tmp_path: Path) -> None:
    async def write() -> None:
        for n in range(200):
            await store.append(batch(f"c{n}", [[f"unit:{n}"]] * 3))

    def copy() -> None:
        source, target = sqlite3.connect(store.path), sqlite3.connect(tmp_path / "copy")
        source.backup(target, pages=5, sleep=0.001)
        source.close()
        target.close()

    await asyncio.gather(write(), asyncio.to_thread(copy))
    again = SqliteStore(tmp_path / "copy")
    await again.open()
    assert await chain_is_whole(again)
    seq = (await again.head())[0]
    assert seq % 3 == 0
    copied, original = await everything(again), await everything(store)
    assert copied["facts"] == original["facts"][:seq]
    assert len(copied["commands"]) == len(copied["entities"]) == seq // 3
    await again.close()


@pytest.mark.parametrize("cut", [0.3, 0.8])
async def test_a_truncated_file_is_refused_in_words(tmp_path: Path, cut: float) -> None:
    path = tmp_path / "log"
    store = SqliteStore(path)
    await store.open()
    for n in range(50):
        await store.append(batch(f"c{n}", [[f"unit:{n}"]] * 5))
    await store.close()
    os.truncate(path, int(path.stat().st_size * cut))
    with pytest.raises(Unusable, match=str(path)):
        await SqliteStore(path).open()


async def test_what_is_no_log_of_ours_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("These are notes, and no database at all. " * 100)
    with pytest.raises(Unusable, match="not a database"):
        await SqliteStore(text).open()
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE recipes (name)")
    db.close()
    before = other.read_bytes()
    with pytest.raises(Unusable, match="something else"):
        await SqliteStore(other).open()
    newer = tmp_path / "newer"
    store = SqliteStore(newer)
    await store.open()
    await store.close()
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Unusable, match=r"format 99.*newer"):
        await SqliteStore(newer).open()
    with pytest.raises(Unusable, match="folder"):
        await SqliteStore(tmp_path / "no" / "such" / "log").open()
    with pytest.raises(Unusable):
        await SqliteStore(tmp_path).open()
    with pytest.raises(Unusable, match="there is no log"):
        await SqliteStore(tmp_path / "none", reading_only=True).open()
    assert other.read_bytes() == before
    assert not (tmp_path / "none").exists()


async def test_a_repeat_after_reopening_gets_the_first_answer(tmp_path: Path) -> None:
    for attempt in range(2):
        store = SqliteStore(tmp_path / "log")
        await store.open()
        if attempt == 0:
            await store.append(batch("c1", [["unit:a"]]))
        else:
            with pytest.raises(AlreadyAnswered):
                await store.append(batch("c1", [["unit:a"]]))
        await store.close()
