"""Clocks that cannot be told apart, and turns that nobody waits for in a circle."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenhour.kernel.instants import Instant
from goldenhour.runtime.clocks import Clock, JumpingClock, WallClock
from goldenhour.runtime.turns import Turns

START = Instant(1_800_000_000_000)


@pytest.mark.parametrize(
    "new_clock",
    [
        lambda: JumpingClock(START),
        lambda: WallClock(start=START),
        lambda: WallClock(start=START, speed=100.0),
    ],
    ids=["jumping", "wall", "hundredfold"],
)
async def test_every_clock_starts_where_it_is_told_goes_forward_and_wakes_in_time(
    new_clock: Callable[[], Clock],
) -> None:
    clock = new_clock()
    before = clock.now()
    assert START <= before < START + 600_000
    await clock.sleep_until(Instant(before + 50))
    assert clock.now() >= before + 50
    now = clock.now()
    await clock.sleep_until(Instant(now - 10_000))
    assert clock.now() >= now


def test_a_jumping_clock_stands_still_and_does_not_go_back() -> None:
    clock = JumpingClock(START)
    assert clock.now() == clock.now() == START
    clock.jump_to(Instant(START + 5))
    with pytest.raises(AssertionError, match="backwards"):
        clock.jump_to(START)


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_a_clock_without_speed_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        WallClock(speed=speed)


@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), max_size=12))
def test_who_shares_a_stream_takes_turns_and_all_get_theirs(wanted: list[set[str]]) -> None:
    async def go() -> None:
        turns = Turns()
        inside: list[set[str]] = []
        most_at_once = 0

        async def work(streams: set[str]) -> None:
            nonlocal most_at_once
            async with turns.take(sorted(streams, reverse=True)):
                assert all(not streams & other for other in inside)
                inside.append(streams)
                most_at_once = max(most_at_once, len(inside))
                await asyncio.sleep(0)
                inside.remove(streams)

        await asyncio.wait_for(asyncio.gather(*map(work, wanted)), 10)
        assert turns._locks == {}  # nothing is kept once nobody waits
        if [{"a"}, {"b"}] == wanted[:2]:
            assert most_at_once >= 2

    asyncio.run(go())


async def test_who_gives_up_waiting_holds_nobody_up() -> None:
    turns = Turns()
    async with turns.take(["a"]):
        waiting = asyncio.create_task(turns.take(["a", "b"]).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(5), turns.take(["b", "a"]):
        pass
    assert turns._locks == {}
