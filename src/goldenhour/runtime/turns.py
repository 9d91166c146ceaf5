"""One at a time per stream: commands on the same incident wait for each other, others pass."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager


class Turns:
    """Locks by stream name that exist only while somebody holds or awaits them."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def take(self, streams: Iterable[str]) -> AsyncIterator[None]:
        """Holds all these streams; always taken in one order, so that nobody waits in a circle."""
        held: list[tuple[str, asyncio.Lock]] = []
        try:
            for name in sorted(streams):
                lock = await self._taken(name)
                held.append((name, lock))
            yield
        finally:
            for name, lock in held:
                lock.release()
                self._leave(name)

    async def _taken(self, name: str) -> asyncio.Lock:
        lock, users = self._locks.get(name) or (asyncio.Lock(), 0)
        self._locks[name] = lock, users + 1
        try:
            await lock.acquire()
        except BaseException:
            self._leave(name)
            raise
        return lock

    def _leave(self, name: str) -> None:
        lock, users = self._locks[name]
        if users == 1:
            del self._locks[name]
        else:
            self._locks[name] = lock, users - 1
