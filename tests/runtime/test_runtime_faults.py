"""Outages are retried and seen; bugs are loud; what is in the log reaches every screen exactly once."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depot.faulty import FaultyStore, SharedStore, ShuffledStore, outage
from depot.part import CLERK, REGISTRY, Close, Free, Join, Note, Open, Send
from depot.until import until
from goldenhour.kernel.instants import Instant
from goldenhour.runtime import health
from goldenhour.runtime.answers import Accepted, Declined
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.runtime import Committed, Runtime
from goldenhour.runtime.store import Outage, Store, Unusable

NOW = Instant(1_800_000_000_000)


async def runtime_on(store: Store, *, patience_s: float = 5.0) -> tuple[Runtime, list[int]]:
    """A runtime, and the places of the facts that its follower was told of."""
    runtime = Runtime(REGISTRY, store, JumpingClock(NOW), patience_s=patience_s)
    await runtime.start()
    told: list[int] = []

    def follower(committed: Committed) -> None:
        told.extend(range(committed.seq - len(committed.facts) + 1, committed.seq + 1))

    runtime.follow(follower)
    return runtime, told


async def test_an_outage_is_tried_again_and_seen_while_it_lasts() -> None:
    store = FaultyStore()
    runtime, told = await runtime_on(store)
    seen: list[str | None] = []
    runtime.health.watch(lambda health: seen.append(health.trouble))
    store.before.extend([outage(), outage(), outage()])
    answer = await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    assert isinstance(answer, Accepted)
    assert answer.seq == 1
    assert (store.tries, told) == (4, [1])
    assert seen == ["the disk is full", None]
    assert (runtime.health.outages, runtime.health.since) == (3, None)


async def test_an_outage_that_lasts_is_told_and_a_later_repeat_succeeds() -> None:
    store = FaultyStore()
    runtime, told = await runtime_on(store, patience_s=0.1)
    store.before.extend(outage() for _ in range(100))
    with pytest.raises(Outage, match="full"):
        await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    assert store.tries > 1
    assert (told, runtime.health.trouble, runtime.health.since) == ([], "the disk is full", NOW)
    store.before.clear()
    answer = await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    assert (answer.seq, told, runtime.health.trouble) == (1, [1], None)


async def test_what_asking_again_cannot_help_is_not_asked_again() -> None:
    store = FaultyStore()
    runtime, _ = await runtime_on(store)
    store.before.append(Unusable("damaged"))
    with pytest.raises(Unusable, match="damaged"):
        await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    assert store.tries == 1


async def test_an_answer_lost_after_the_commit_is_found_again_and_told_once() -> None:
    store = FaultyStore()
    runtime, told = await runtime_on(store)
    store.after.append(outage("the connection broke"))
    answer = await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    assert isinstance(answer, Accepted)
    assert (answer.seq, told, (await store.head())[0]) == (1, [1], 1)
    assert (await runtime.entity("unit", "m1")).journeys == 0
    await runtime.handle(Open(incident="i1"), command_id="c2", by=CLERK)
    assert told == [1, 2]


async def test_a_stall_is_seen_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "SLOW_S", 0.02)
    store = FaultyStore()
    runtime, told = await runtime_on(store)
    stalled = asyncio.Event()
    runtime.health.watch(lambda health: stalled.set() if health.trouble else None)
    store.gate.clear()
    asked = asyncio.create_task(runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK))
    await asyncio.wait_for(stalled.wait(), 10)
    assert not asked.done()
    assert "not answered" in (runtime.health.trouble or "")
    store.gate.set()
    assert (await asked).seq == 1
    assert (told, runtime.health.trouble) == ([1], None)


async def test_a_command_is_carried_through_though_whoever_asked_has_gone() -> None:
    store = FaultyStore()
    runtime, told = await runtime_on(store)
    store.gate.clear()
    asked = asyncio.create_task(runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK))
    await until(lambda: store.tries == 1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    stopping = asyncio.create_task(runtime.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    store.gate.set()
    await stopping
    assert (told, (await store.head())[0]) == ([1], 1)


async def test_a_slow_reading_does_not_bring_an_old_state_back() -> None:
    store = FaultyStore()
    writer, _ = await runtime_on(store)
    await writer.handle(Open(incident="i1"), command_id="c1", by=CLERK)
    runtime, _ = await runtime_on(store)
    store.reading_gate.clear()
    looking = asyncio.create_task(runtime.entity("incident", "i1"))
    await asyncio.sleep(0)
    note = asyncio.create_task(runtime.handle(Note(incident="i1", text="x"), command_id="c2", by=CLERK))
    await asyncio.sleep(0)
    store.reading_gate.set()
    await note
    await looking
    assert (await runtime.entity("incident", "i1")).notes == ("x.0",)


async def test_a_bug_in_one_view_stops_no_other_and_is_loud() -> None:
    runtime, before = await runtime_on(FaultyStore())

    def broken(_: Committed) -> None:
        raise ZeroDivisionError

    after: list[int] = []
    runtime.follow(broken)
    runtime.follow(lambda committed: after.append(committed.seq))
    with pytest.raises(ExceptionGroup, match="followers failed at seq 1"):
        await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    assert (before, after) == ([1], [1])
    assert (await runtime.store.head())[0] == 1


async def test_a_bug_in_a_decision_is_no_refusal_and_leaves_nothing() -> None:
    runtime, told = await runtime_on(FaultyStore())
    await runtime.handle(Open(incident="i1"), command_id="c0", by=CLERK)
    with pytest.raises(TypeError):
        await runtime.handle(Note(incident="i1", text="x", times=None), command_id="c1", by=CLERK)  # type: ignore[arg-type]
    assert told == [1]
    assert await runtime.store.answer("c1") is None


async def test_a_refusal_is_recorded_and_repeated_word_for_word() -> None:
    runtime, told = await runtime_on(FaultyStore())
    first = await runtime.handle(Send(incident="i1", unit="m1"), command_id="c1", by=CLERK)
    assert isinstance(first, Declined)
    assert first.rule == "kernel.unknown_incident"
    await runtime.handle(Open(incident="i1"), command_id="c2", by=CLERK)
    await runtime.handle(Join(unit="m1"), command_id="c3", by=CLERK)
    assert await runtime.handle(Send(incident="i1", unit="m1"), command_id="c1", by=CLERK) == first
    assert told == [1, 2]
    assert runtime.refusals == 1


async def test_an_id_used_for_another_wish_is_refused_and_not_answered_with_the_first() -> None:
    runtime, _ = await runtime_on(FaultyStore())
    await runtime.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    answer = await runtime.handle(Open(incident="i1"), command_id="c1", by=CLERK)
    assert isinstance(answer, Declined)
    assert answer.rule == "kernel.command_id_taken"


@pytest.mark.parametrize("unit", ["", " ", "m1 ", "a\x00b", "x" * 201, "\n", "\ud800"])
async def test_an_impossible_id_is_refused_in_words(unit: str) -> None:
    runtime, _ = await runtime_on(FaultyStore())
    wrong_command = await runtime.handle(Join(unit="m1"), command_id=unit, by=CLERK)
    assert isinstance(wrong_command, Declined)
    assert wrong_command.rule == "kernel.command_id_impossible"
    if unit == "\ud800":
        return  # no text at all: JSON cannot carry it, so it cannot come in as an entity's id
    wrong_unit = await runtime.handle(Join(unit=unit), command_id="c1", by=CLERK)
    assert isinstance(wrong_unit, Declined)
    assert wrong_unit.rule == "kernel.impossible_unit"


@pytest.mark.parametrize(("at", "rule"), [(NOW + 120_001, "kernel.time_in_future"), (-1, "kernel.time_impossible")])
async def test_an_impossible_time_is_refused(at: int, rule: str) -> None:
    runtime, _ = await runtime_on(FaultyStore())
    answer = await runtime.handle(Join(unit="m1", at=Instant(at)), command_id="c1", by=CLERK)
    assert isinstance(answer, Declined)
    assert answer.rule == rule
    assert isinstance(
        await runtime.handle(Join(unit="m1", at=Instant(NOW + 120_000)), command_id="c2", by=CLERK), Accepted
    )


@given(st.lists(st.integers(0, 6), max_size=30))
def test_whatever_order_the_store_answers_in_followers_see_every_fact_once_in_order(order: list[int]) -> None:
    async def go() -> None:
        store = ShuffledStore(order)
        nodes = [await runtime_on(store) for _ in range(2)]
        await asyncio.gather(
            *(
                nodes[n % 2][0].handle(Open(incident=f"i{n % 7}"), command_id=f"c{n}", by=CLERK)
                for n in range(len(order))
            )
        )
        for runtime, told in nodes:
            await runtime.pump()
            assert told == list(range(1, (await store.head())[0] + 1))

    asyncio.run(go())


async def test_a_node_keeps_up_with_what_others_append_and_decides_on_it() -> None:
    store = SharedStore()
    (desk, told), (other, _) = await runtime_on(store), await runtime_on(store)
    following = asyncio.create_task(desk.keep_up())
    await other.handle(Open(incident="i1"), command_id="c1", by=CLERK)
    await other.handle(Open(incident="i2"), command_id="c2", by=CLERK)
    await other.handle(Join(unit="m1"), command_id="c3", by=CLERK)
    assert (await desk.entity("unit", "m1")).incident is None
    await other.handle(Send(incident="i1", unit="m1"), command_id="c4", by=CLERK)
    busy = await desk.handle(Send(incident="i2", unit="m1"), command_id="c5", by=CLERK)
    assert isinstance(busy, Declined)
    await other.handle(Free(incident="i1", unit="m1"), command_id="c6", by=CLERK)
    assert isinstance(await desk.handle(Send(incident="i2", unit="m1"), command_id="c7", by=CLERK), Accepted)
    assert told == [1, 2, 3, 4, 5, 6]
    await other.handle(Close(incident="i1"), command_id="c8", by=CLERK)
    await until(lambda: told[-1] == 7)
    assert (await desk.entity("incident", "i1")).is_open is False
    following.cancel()


async def test_keeping_up_survives_outages_and_says_so() -> None:
    class Flaky(SharedStore):
        failing = True

        async def changes(self, after_seq: int, limit: int = 1000):  # type: ignore[no-untyped-def]
            if self.failing:
                raise outage("no connection")
            return await super().changes(after_seq, limit)

    store = Flaky()
    runtime, told = await runtime_on(store)
    other, _ = await runtime_on(store)
    following = asyncio.create_task(runtime.keep_up())
    await until(lambda: runtime.health.outages >= 3)
    assert runtime.health.trouble == "no connection"
    await other.handle(Join(unit="m1"), command_id="c1", by=CLERK)
    store.failing = False
    await until(lambda: told == [1] and runtime.health.trouble is None)
    following.cancel()
