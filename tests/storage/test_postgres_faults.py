"""The server, the network and other nodes fail; the log does not."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from depot.batches import batch, chain_is_whole
from depot.part import CLERK, REGISTRY, Join
from depot.postgres import crash, new_database, postgres_server, start_again
from depot.until import until
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.runtime.store import AlreadyAnswered, Appended, Outage, Unusable
from goldenhour.storage.postgres import PostgresStore, connect, writer
from goldenhour.storage.postgres.schema import LOG_LOCK


@pytest.fixture
async def address(postgres: str) -> str:
    return await asyncio.to_thread(new_database, postgres)


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(address)
    await store.open()
    yield store
    await store.close()


async def test_appends_that_wait_together_share_a_commit(store: PostgresStore) -> None:
    await asyncio.gather(*(store.append(batch(f"c{n}", [[f"unit:{n}"]])) for n in range(1000)))
    assert (await store.head())[0] == 1000
    assert store.commits < 100


async def test_a_commit_waits_for_the_disk(store: PostgresStore) -> None:
    """Killing a server does not show whether a power cut would lose facts; these settings decide that."""
    await store.append(batch("c1", [["unit:a"]]))
    assert store._writer is not None
    db = store._writer._connection
    assert db is not None
    assert await db.fetchval("SHOW synchronous_commit") == "on"
    assert await db.fetchval("SHOW fsync") == "on"


async def test_a_statement_prepared_on_an_empty_log_does_not_go_through_a_long_one(store: PostgresStore) -> None:
    for n in range(3):
        await store.append(batch(f"c{n}", [[f"unit:{n}.{k}"] for k in range(300)]))
    assert store._writer is not None
    db = store._writer._connection
    assert db is not None
    for query in (writer.HEAD, "SELECT version FROM entity WHERE stream = ANY('{unit:0.1}')"):
        plan = "\n".join(row[0] for row in await db.fetch(f"EXPLAIN {query}"))
        assert "Index" in plan
        assert "Seq Scan" not in plan


async def test_the_order_has_no_gap_when_several_nodes_write(address: str) -> None:
    nodes = [PostgresStore(address) for _ in range(3)]
    for node in nodes:
        await node.open()
    given = [batch(f"c{n}", [[f"unit:{n}"]] * 2) for n in range(300)]
    outcomes = await asyncio.gather(*(nodes[n % 3].append(one) for n, one in enumerate(given)))
    assert sorted(one.last_seq for one in outcomes) == list(range(2, 602, 2))
    for node in nodes:
        assert await chain_is_whole(node)
    rows = [row async for row in nodes[0].all_commands()]
    assert [row.after_seq for row in rows] == list(range(0, 600, 2))
    for node in nodes:
        await node.close()


async def test_a_reader_that_follows_never_meets_a_gap(address: str) -> None:
    writers = [PostgresStore(address) for _ in range(2)]
    reader = PostgresStore(address)
    for node in (*writers, reader):
        await node.open()

    async def write(node: int) -> None:
        for n in range(60):
            await writers[node].append(batch(f"c{node}.{n}", [[f"unit:{node}.{n}"]]))

    async def follow() -> list[int]:
        seen: list[int] = []
        while len(seen) < 120:
            await reader.wait_for_more(len(seen))
            seen += [fact.seq for fact in (await reader.changes(len(seen))).facts]
        return seen

    seen, *_ = await asyncio.wait_for(asyncio.gather(follow(), write(0), write(1)), 60)
    assert seen == list(range(1, 121))
    for node in (*writers, reader):
        await node.close()


async def end_sessions(address: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name = 'goldenhour' AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_ended_sessions_are_an_outage_at_most_once(store: PostgresStore, address: str) -> None:
    await store.append(batch("c1", [["unit:a"]]))
    waiting = asyncio.create_task(store.wait_for_more(10))
    await asyncio.sleep(0)
    await end_sessions(address)
    for n in range(2, 4):
        try:
            await store.append(batch(f"c{n}", [[f"unit:{n}"]]))
        except Outage:
            await store.append(batch(f"c{n}", [[f"unit:{n}"]]))
    for _ in range(8):  # as many as the pool may have dead connections
        try:
            await store.head()
        except Outage:
            continue
    assert (await store.head())[0] == 3
    waiting.cancel()
    assert await chain_is_whole(store)


async def test_a_node_stuck_with_the_logs_lock_is_an_outage_for_others_until_it_lets_go(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connect._SETTINGS, "lock_timeout", "200ms")
    store = PostgresStore(address)
    await store.open()
    stuck = await asyncpg.connect(address)
    await stuck.execute(f"BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})")
    with pytest.raises(Outage, match="lock"):
        await store.append(batch("c1", [["unit:a"]]))
    await stuck.execute("ROLLBACK")
    await stuck.close()
    assert (await store.append(batch("c1", [["unit:a"]]))).last_seq == 1
    await store.close()


async def test_our_own_stuck_node_is_made_to_let_go(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PostgresStore(address)
    await store.open()
    monkeypatch.setitem(connect._SETTINGS, "idle_in_transaction_session_timeout", "200ms")
    frozen = await connect.connect(address)
    await frozen.execute(f"BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})")
    assert (await asyncio.wait_for(store.append(batch("c1", [["unit:a"]])), 5)).last_seq == 1
    frozen.terminate()
    await store.close()


async def test_a_fact_that_is_there_already_is_a_bug_of_its_batch_alone(store: PostgresStore) -> None:
    await store.append(batch("c1", [["unit:a"]]))
    twin = batch("c1 again", [["unit:b"]])
    twin = type(twin)(
        command=twin.command,
        facts=batch("c1", [["unit:b"]]).facts,
        expected=twin.expected,
        entities=twin.entities,
    )
    good = [batch(f"g{n}", [[f"unit:{n}"]]) for n in range(5)]
    outcomes = await asyncio.gather(*map(store.append, [*good, twin]), return_exceptions=True)
    assert isinstance(outcomes[-1], asyncpg.UniqueViolationError)
    assert all(isinstance(one, Appended) for one in outcomes[:-1])
    assert (await store.read(["unit:b"]), (await store.head())[0]) == ({}, 6)
    assert await chain_is_whole(store)


async def test_a_lost_notification_only_costs_a_moment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sender, reader = PostgresStore(address), PostgresStore(address)
    await sender.open()
    await reader.open()
    monkeypatch.setattr(reader._listener, "_heard", lambda *_: None)
    waiting = asyncio.create_task(reader.wait_for_more(0))
    await until(lambda: reader._listener._connection is not None)
    await sender.append(batch("c1", [["unit:a"]]))
    await asyncio.wait_for(waiting, 10)
    await sender.close()
    await reader.close()


async def test_what_is_no_log_of_ours_is_refused_in_words(postgres: str, tmp_path: Path) -> None:
    newer = await asyncio.to_thread(new_database, postgres)
    store = PostgresStore(newer)
    await store.open()
    await store.close()
    connection = await asyncpg.connect(newer)
    await connection.execute("UPDATE log_format SET version = 99")
    with pytest.raises(Unusable, match=r"format 99.*newer"):
        await PostgresStore(newer).open()
    await connection.close()
    other = await asyncio.to_thread(new_database, postgres)
    connection = await asyncpg.connect(other)
    await connection.execute("CREATE TABLE fact (recipe text)")
    with pytest.raises(Unusable, match="something else"):
        await PostgresStore(other).open()
    await connection.close()
    empty = await asyncio.to_thread(new_database, postgres)
    with pytest.raises(Unusable, match="no log"):
        await PostgresStore(empty, reading_only=True).open()
    with pytest.raises(Unusable, match="does not exist"):
        await PostgresStore(postgres.replace("/postgres?", "/nowhere?")).open()
    with pytest.raises(Outage, match="cannot be reached"):
        await PostgresStore(f"postgresql://postgres@/postgres?host={tmp_path}").open()


async def test_a_server_that_crashes_is_an_outage_that_everybody_sees_and_that_ends() -> None:
    with postgres_server() as server:
        address = await asyncio.to_thread(new_database, server.get_uri())
        runtime = Runtime(REGISTRY, PostgresStore(address), WallClock(), patience_s=60)
        told: list[str | None] = []
        runtime.health.watch(lambda health: told.append(health.trouble))
        await runtime.start()
        following = asyncio.create_task(runtime.keep_up())
        await runtime.handle(Join(unit="a"), command_id="c1", by=CLERK)
        await asyncio.to_thread(crash, server)
        await until(lambda: runtime.health.trouble is not None)  # nobody asks anything, and it is seen all the same
        during = asyncio.create_task(runtime.handle(Join(unit="b"), command_id="c2", by=CLERK))
        await until(lambda: runtime.health.outages >= 5)
        assert not during.done()
        await asyncio.to_thread(start_again, server)
        assert (await during).seq == 2
        await until(lambda: runtime.health.trouble is None)
        assert told[0] is not None
        assert told[-1] is None
        assert await chain_is_whole(runtime.store)
        following.cancel()
        await runtime.stop()


async def test_a_server_that_stalls_is_an_outage_and_what_it_did_not_answer_is_asked_again(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.append(batch("c1", [["unit:a"]]))
    monkeypatch.setattr(writer, "ANSWER_WITHIN_S", 0.3)
    assert store._writer is not None
    backend = store._writer._connection.get_server_pid()
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(Outage, match="no answer in time"):
            await store.append(batch("c2", [["unit:b"]]))
    finally:
        os.kill(backend, signal.SIGCONT)
    monkeypatch.undo()
    with suppress(AlreadyAnswered):
        await store.append(batch("c2", [["unit:b"]]))
    assert (await store.head())[0] == 2
    assert await chain_is_whole(store)
