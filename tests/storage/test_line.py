"""Who shares a commit: people who come back together go together, and nobody waits long for those who do not come."""

import asyncio
import time

import pytest

from goldenhour.storage.line import LONGEST_WAIT_S, Line, Waiting


class Writer:
    """Takes each group, and is back with it some turns of the loop later."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.line = Line(self._leave, most_together=16)
        self._travelling: set[asyncio.Task[None]] = set()

    def _leave(self, group: list[Waiting]) -> None:
        self.groups.append([work for work, _ in group])
        travelling = asyncio.create_task(self._travel(group))
        self._travelling.add(travelling)
        travelling.add_done_callback(self._travelling.discard)

    async def _travel(self, group: list[Waiting]) -> None:
        await turns(20)
        self.line.back(group, [work for work, _ in group])


async def turns(count: int) -> None:
    """So many turns of the loop."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_people_who_wait_for_their_answers_come_to_share_every_commit() -> None:
    """They begin apart and think for different times, so that going at once would carry two at a time for ever."""
    writer = Writer()

    async def person(n: int) -> None:
        await turns(n * 7)
        for _ in range(50):
            assert await writer.line.join(n) == n
            await turns(n * 3)

    await asyncio.gather(*map(person, range(4)))
    assert len(writer.groups) < 70, "50 if all four always went together, 100 in pairs"


async def test_who_is_alone_goes_at_once() -> None:
    writer = Writer()
    for n in range(3):
        going = writer.line.join(n)
        assert writer.groups[-1] == [n], "not one turn of the loop later"
        assert await going == n


async def test_company_that_does_not_come_is_waited_for_once_and_not_long() -> None:
    writer = Writer()
    for _ in range(3):
        await asyncio.gather(*(writer.line.join(n) for n in range(4)))
    begun = time.monotonic()
    alone = writer.line.join(7)
    assert [7] not in writer.groups
    assert await asyncio.wait_for(alone, 5) == 7
    assert time.monotonic() - begun >= LONGEST_WAIT_S
    going = writer.line.join(8)
    assert writer.groups[-1] == [8]
    await going


async def test_no_group_is_larger_than_it_may_be_and_the_order_is_kept() -> None:
    writer = Writer()
    assert await asyncio.gather(*(writer.line.join(n) for n in range(100))) == list(range(100))
    assert max(map(len, writer.groups)) == 16
    assert [work for group in writer.groups for work in group] == list(range(100))


async def test_the_end_is_told_to_all_who_wait_and_to_who_comes_later() -> None:
    groups: list[list[Waiting]] = []
    line = Line(groups.append)
    away, waiting = line.join(1), line.join(2)
    line.end(OSError("over"), groups[0])
    for future in (away, waiting, line.join(3)):
        with pytest.raises(OSError, match="over"):
            await future


async def test_an_error_is_its_senders_alone_and_who_has_gone_is_left_in_peace() -> None:
    groups: list[list[Waiting]] = []
    line = Line(groups.append)
    line.join(0)
    wrong, gone, right = (line.join(n) for n in (1, 2, 3))
    line.back(groups[0], [None])
    gone.cancel()
    line.hurry()
    line.back(groups[1], [ValueError("wrong"), "kept", "kept"])
    with pytest.raises(ValueError, match="wrong"):
        await wrong
    assert await right == "kept"
    assert gone.cancelled()
