"""Who waits for the next commit, and when it goes: what shares a commit shares its cost."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

from goldenhour.storage.group import MOST_TOGETHER

LONGEST_WAIT_S: Final = 0.001
"""For company that lately was there: little beside the disk's own wait, which it then shares."""

Waiting = tuple[Any, asyncio.Future[Any]]
"""Work for the writer, and the future that gets its outcome."""


class Line:
    """Stands on the event loop's side while the writer is away with a group; `leave` sends the next one off.

    People who wait for their answers before they send more come back at about the same time. A group that goes with the
    first of them leaves the others to the next commit, so that two commits are paid for ever after. So a group goes
    when as many stand in line as were under way at the last two returns: at once for somebody alone, and after
    `LONGEST_WAIT_S` in any case.
    """

    def __init__(self, leave: Callable[[list[Waiting]], None], *, most_together: int = MOST_TOGETHER) -> None:
        self._leave = leave
        self._most_together = most_together
        self._waiting: deque[Waiting] = deque()
        self._away = 0
        self._under_way = (1, 1)
        self._timer: asyncio.TimerHandle | None = None
        self._ended: BaseException | None = None

    def join(self, work: Any) -> asyncio.Future[Any]:
        """Puts work in line; the future resolves with its outcome."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._ended is not None:
            future.set_exception(self._ended)
        else:
            self._waiting.append((work, future))
            self._go_if_complete()
        return future

    def back(self, group: Sequence[Waiting], outcomes: Sequence[Any]) -> None:
        """A group that left is back: its futures get their outcomes, and the next one goes when it is complete."""
        self._away -= 1
        self._under_way = self._under_way[1], len(group) + len(self._waiting)
        resolve(group, outcomes)
        self._go_if_complete()

    def hurry(self) -> None:
        """Sends off all who wait."""
        while self._waiting:
            self._go()

    def end(self, end: BaseException, left: Sequence[Waiting] = ()) -> None:
        """`end` is what `left`, those who wait and all who come later get."""
        self._ended = end
        left = [*left, *self._waiting]
        self._waiting.clear()
        resolve(left, [end] * len(left))

    def _go_if_complete(self) -> None:
        if self._away or not self._waiting:
            return
        if len(self._waiting) >= min(*self._under_way, self._most_together):
            self._go()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONGEST_WAIT_S, self._go)

    def _go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._away += 1
        self._leave([self._waiting.popleft() for _ in range(min(self._most_together, len(self._waiting)))])


def resolve(group: Sequence[Waiting], outcomes: Sequence[Any]) -> None:
    """Gives each future its outcome, but for those that nobody awaits any more."""
    for (_, future), outcome in zip(group, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
