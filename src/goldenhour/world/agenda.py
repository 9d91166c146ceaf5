"""What the simulated people will do next: one list in the order of time, worked one at a time."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count

from goldenhour.kernel.instants import Instant
from goldenhour.runtime.clocks import Clock

Action = Callable[[], Awaitable[None]]


class Agenda:
    """Actions by time. A key names an intention; planning it again while it stands changes nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[Instant, int, str, Action]] = []
        self._order = count()
        self._standing: set[str] = set()
        self._changed = asyncio.Event()

    def plan(self, key: str, at: Instant, action: Action) -> None:
        """Intends to act at an instant (at once if it has passed)."""
        if key not in self._standing:
            self._standing.add(key)
            heapq.heappush(self._heap, (at, next(self._order), key, action))
            self._changed.set()

    def stands(self, key: str) -> bool:
        """Whether this is intended already."""
        return key in self._standing

    async def run_until(self, end: Instant) -> None:
        """Acts until the clock reaches `end`."""
        while self._heap and self._heap[0][0] < end:
            await self._next()
        await self._clock.sleep_until(end)

    async def run(self) -> None:
        """Acts until cancelled; wakes for intentions that come in meanwhile."""
        while True:
            self._changed.clear()
            if not self._heap:
                await self._changed.wait()
                continue
            left = asyncio.ensure_future(self._clock.sleep_until(self._heap[0][0]))
            woken = asyncio.ensure_future(self._changed.wait())
            done, waiting = await asyncio.wait((left, woken), return_when=asyncio.FIRST_COMPLETED)
            for one in waiting:
                one.cancel()
            if left in done:
                await self._next()

    async def _next(self) -> None:
        at, _, key, action = heapq.heappop(self._heap)
        self._standing.discard(key)
        await self._clock.sleep_until(at)
        await action()
