"""What every store promises. One suite, three stores."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from depot.batches import batch, chain_is_whole, everything
from goldenhour.kernel.codec import FIRST_HASH, chain_hash
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import AlreadyAnswered, Appended, Batch, Conflict, Store
from goldenhour.storage.memory import MemoryStore

MEDIC, FIRE = "unit:Medic 12", "incident:fire/7 ü"


@pytest.fixture
async def store(new_store: Any) -> AsyncIterator[Store]:
    store: Store = await asyncio.to_thread(new_store)
    await store.open()
    yield store
    await store.close()


async def test_an_empty_log_has_a_head_and_nothing_else(store: Store) -> None:
    assert await store.head() == (0, FIRST_HASH)
    assert await store.read(["unit:none"]) == {}
    assert await store.read([]) == {}
    assert await store.answer(CommandId("none")) is None
    assert await store.facts_of("unit:none") == []
    assert await store.position("nobody") == 0
    found = await store.changes(0)
    assert (found.head_seq, found.facts, found.entities) == (0, (), ())
    assert (await store.open_entities(["unit"])).entities == ()
    assert (await store.open_entities([])).entities == ()
    assert await everything(store) == {
        "facts": [], "streams": [], "commands": [], "entities": [], "head": (0, FIRST_HASH)
    }  # fmt: skip


async def test_what_was_appended_is_read_back_to_the_letter(store: Store) -> None:
    given = batch("c1", [[FIRE, MEDIC], [FIRE]])
    assert (await store.append(given)).last_seq == 2
    first, second = [fact async for fact in store.all_facts()]
    assert (first.seq, first.id, first.type, first.body) == (1, "c1.0", "Done", b'"c1.0"')
    assert first.streams == (FIRE, MEDIC)
    assert first.hash == chain_hash(FIRST_HASH, 1, b'"c1.0"')
    assert second.hash == chain_hash(first.hash, 2, b'"c1.1"')
    assert await store.head() == (2, second.hash)
    assert await store.read([MEDIC, FIRE, "unit:none"]) == {doc.stream: doc for doc in given.entities}
    assert await store.facts_of(FIRE) == [first, second]
    assert await store.facts_of(MEDIC) == [first]
    assert await store.answer(CommandId("c1")) == b'"c1"'
    (row,) = [row async for row in store.all_commands()]
    assert row == given.command  # decided on the empty log: after_seq 0
    assert [(row.stream, row.version, row.seq) async for row in store.all_streams()] == [
        (FIRE, 1, 1),
        (MEDIC, 1, 1),
        (FIRE, 2, 2),
    ]


async def test_a_stream_that_moved_refuses_the_whole_batch(store: Store) -> None:
    await store.append(batch("c1", [[MEDIC]]))
    before = await everything(store)
    with pytest.raises(Conflict):
        await store.append(batch("c2", [[FIRE], [FIRE, MEDIC]]))
    assert await everything(store) == before
    assert await store.answer(CommandId("c2")) is None
    with pytest.raises(Conflict):  # a stream that was only read counts as well
        await store.append(batch("c3", [[FIRE]], at={FIRE: 0, MEDIC: 0}))
    with pytest.raises(Conflict):  # and so does one that is further than the log
        await store.append(batch("c4", [[MEDIC]], at={MEDIC: 2}))
    assert await everything(store) == before
    assert (await store.append(batch("c2", [[FIRE, MEDIC]], at={FIRE: 0, MEDIC: 1}))).last_seq == 2


async def test_a_repeat_gets_the_first_answer_and_adds_nothing(store: Store) -> None:
    await store.append(batch("c1", [[MEDIC]]))
    before = await everything(store)
    with pytest.raises(AlreadyAnswered) as known:
        await store.append(batch("c1", [[MEDIC]]))
    assert (known.value.answer, known.value.type) == (b'"c1"', "Wish")
    assert await everything(store) == before


async def test_a_refusal_is_kept_with_its_place_and_adds_no_fact(store: Store) -> None:
    await store.append(batch("c1", [[MEDIC], [MEDIC]]))
    assert (await store.append(batch("no", at={MEDIC: 2}))).last_seq == 2
    with pytest.raises(Conflict):  # refused on something that is no longer so
        await store.append(batch("stale no", at={MEDIC: 1}))
    rows = [row async for row in store.all_commands()]
    assert [(row.id, row.accepted, row.after_seq) for row in rows] == [("c1", True, 0), ("no", False, 2)]
    assert await store.answer(CommandId("no")) == b'"no"'


def contradictions() -> dict[str, Batch]:
    sound = batch("c9", [[FIRE, MEDIC]])
    return {
        "a fact of a stream that was not read": replace(sound, expected={FIRE: 0}),
        "a fact that names a stream twice": replace(sound, facts=(replace(sound.facts[0], streams=(FIRE, FIRE)),)),
        "a document left out": replace(sound, entities=sound.entities[:1]),
        "a document without a fact": replace(sound, facts=()),
        "a document of another version": replace(
            sound, entities=(sound.entities[0], replace(sound.entities[1], version=7))
        ),
    }


@pytest.mark.parametrize("wrong", contradictions().values(), ids=contradictions().keys())
async def test_a_batch_that_contradicts_itself_is_a_bug_and_leaves_nothing(store: Store, wrong: Batch) -> None:
    await store.append(batch("c1", [["unit:x"]]))
    before = await everything(store)
    with pytest.raises(AssertionError):
        await store.append(wrong)
    assert await everything(store) == before
    assert (await store.append(batch("c2", [[FIRE, MEDIC]]))).last_seq == 2


async def test_appends_that_come_together_stand_in_one_order(store: Store) -> None:
    given = [batch(f"c{n}", [[f"unit:{n}"], [f"unit:{n}"]]) for n in range(100)]
    appended = await asyncio.gather(*map(store.append, given))
    assert [one.last_seq for one in appended] == list(range(2, 202, 2))
    assert [fact.id async for fact in store.all_facts()] == [f"c{n}.{k}" for n in range(100) for k in (0, 1)]
    assert [row.after_seq async for row in store.all_commands()] == list(range(0, 200, 2))
    assert await chain_is_whole(store)


async def test_of_many_that_want_the_same_stream_one_gets_it(store: Store) -> None:
    given = [batch(f"c{n}", [[MEDIC, f"incident:{n}"]]) for n in range(50)]
    outcomes = await asyncio.gather(*map(store.append, given), return_exceptions=True)
    assert sum(not isinstance(one, Exception) for one in outcomes) == 1
    assert sum(isinstance(one, Conflict) for one in outcomes) == 49
    assert len(await store.facts_of(MEDIC)) == 1
    assert len(await store.read([f"incident:{n}" for n in range(50)])) == 1


async def test_the_same_command_at_the_same_time_is_done_once(store: Store) -> None:
    outcomes = await asyncio.gather(*(store.append(batch("c1", [[MEDIC]])) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(one, AlreadyAnswered) for one in outcomes) == 19
    assert (await store.head())[0] == 1


async def test_one_batch_that_fails_takes_no_other_along(store: Store) -> None:
    bug = replace(batch("bug", [["unit:a"]]), expected={})
    good = [batch(f"c{n}", [[f"unit:{n}"]]) for n in range(20)]
    outcomes = await asyncio.gather(*map(store.append, [*good[:10], bug, *good[10:]]), return_exceptions=True)
    assert isinstance(outcomes.pop(10), AssertionError)
    assert [one.last_seq for one in outcomes if isinstance(one, Appended)] == list(range(1, 21))
    assert await store.read(["unit:a"]) == {}
    assert await chain_is_whole(store)


async def test_changes_come_in_pages_with_the_newest_documents(store: Store) -> None:
    for n in range(5):
        await store.append(batch(f"c{n}", [[MEDIC, f"incident:{n}"]], at={MEDIC: n, f"incident:{n}": 0}))
    first = await store.changes(0, limit=2)
    assert ([fact.seq for fact in first.facts], first.head_seq) == ([1, 2], 5)
    assert {doc.stream: doc.version for doc in first.entities} == {MEDIC: 5, "incident:0": 1, "incident:1": 1}
    rest = await store.changes(2)
    assert [fact.seq for fact in rest.facts] == [3, 4, 5]
    assert (await store.changes(5)).facts == ()
    assert [fact.seq async for fact in store.all_facts(3)] == [4, 5]


async def test_open_entities_are_those_that_are_open(store: Store) -> None:
    await store.append(batch("c1", [["incident:b"], ["incident:a"], ["unit:x"], ["call:k"]]))
    await store.append(batch("c2", [["incident:b"]], at={"incident:b": 1}, is_open=False))
    found = await store.open_entities(["incident", "unit"])
    assert [doc.stream for doc in found.entities] == ["incident:a", "unit:x"]
    assert found.head_seq == 5
    await store.append(batch("c3", [["incident:b"]], at={"incident:b": 2}))
    assert [doc.stream for doc in (await store.open_entities(["incident"])).entities] == ["incident:a", "incident:b"]


async def test_entities_come_in_the_order_of_code_points(store: Store) -> None:
    names = ["unit:a", "unit:B", "unit:ä", "unit:a b", "unit:a-b", "unit:Z", "unit:10", "unit:9", "unit:€", "unit:𝄞"]
    await store.append(batch("c1", [[name] for name in names]))
    assert [doc.stream async for doc in store.all_entities()] == sorted(names)


async def test_long_logs_are_read_in_pages_without_a_gap(store: Store) -> None:
    for n in range(5):
        await store.append(batch(f"c{n}", [[f"unit:{n}.{k}"] for k in range(900)]))
    assert [fact.seq async for fact in store.all_facts()] == list(range(1, 4501))
    assert len({doc.stream async for doc in store.all_entities()}) == 4500
    assert len(await store.read([f"unit:{n}.{k}" for n in range(5) for k in range(900)])) == 4500


async def test_consumers_remember_how_far_they_came(store: Store) -> None:
    await store.set_position("exports", 7)
    await store.set_position("alerts", 3)
    await store.set_position("exports", 9)
    assert (await store.position("exports"), await store.position("alerts")) == (9, 3)


async def test_documents_are_mended_all_or_none_and_only_at_the_head(store: Store) -> None:
    await store.append(batch("c1", [["unit:a"], ["unit:b"], ["unit:c"]]))
    before = {doc.stream: doc async for doc in store.all_entities()}
    closed = replace(before["unit:a"], doc=b"{}", is_open=False)
    with pytest.raises(Conflict):
        await store.mend({"unit:a": closed}, head_seq=2)
    assert await store.read(["unit:a"]) == {"unit:a": before["unit:a"]}
    await store.mend({"unit:a": closed, "unit:b": None}, head_seq=3)
    assert [doc async for doc in store.all_entities()] == [closed, before["unit:c"]]
    assert [doc.stream for doc in (await store.open_entities(["unit"])).entities] == ["unit:c"]
    await store.mend({"unit:b": before["unit:b"]}, head_seq=3)
    assert (await store.read(["unit:b"])) == {"unit:b": before["unit:b"]}
    assert await chain_is_whole(store)


async def test_waiting_ends_when_the_log_grows_and_not_before(store: Store) -> None:
    waiting = [asyncio.create_task(store.wait_for_more(1)) for _ in range(3)]
    await store.append(batch("c1", [[MEDIC]]))
    done, _ = await asyncio.wait(waiting, timeout=0.05)
    assert not done
    await store.append(batch("c2", [[MEDIC]], at={MEDIC: 1}))
    await asyncio.wait_for(asyncio.gather(*waiting), 10)
    await asyncio.wait_for(store.wait_for_more(1), 10)


async def test_the_same_appends_make_the_same_log_in_every_store(store: Store) -> None:
    memory = MemoryStore()
    given = [batch(f"c{n}", [[MEDIC, FIRE]] * 2, at={MEDIC: 2 * n, FIRE: 2 * n}) for n in range(4)]
    for one in given:
        await store.append(one)
        await memory.append(one)
    assert await everything(store) == await everything(memory)
