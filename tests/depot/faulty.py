"""A store that fails, stalls and answers in a wrong order on request."""

import asyncio
from collections import deque

from goldenhour.runtime.store import Appended, Batch, EntityDoc, Outage
from goldenhour.storage.memory import MemoryStore


class FaultyStore(MemoryStore):
    """`before` holds errors to raise instead of appending, `after` errors to raise although it was appended.

    While `gate` is closed, appends wait; `late_reads` delays readings until the gate opens.
    """

    def __init__(self) -> None:
        super().__init__()
        self.before: deque[Exception] = deque()
        self.after: deque[Exception] = deque()
        self.gate = asyncio.Event()
        self.gate.set()
        self.reading_gate = asyncio.Event()
        self.reading_gate.set()
        self.tries = 0

    async def append(self, batch: Batch) -> Appended:
        self.tries += 1
        await self.gate.wait()
        if self.before:
            raise self.before.popleft()
        appended = await super().append(batch)
        if self.after:
            raise self.after.popleft()
        return appended

    async def read(self, streams: object) -> dict[str, EntityDoc]:
        found = await super().read(streams)  # type: ignore[arg-type] - handed through
        await self.reading_gate.wait()
        return found


class SharedStore(MemoryStore):
    """One log for several runtimes, as PostgreSQL is for several nodes."""

    several_nodes = True


class ShuffledStore(SharedStore):
    """Appends in order, but tells its callers so in another."""

    def __init__(self, order: list[int]) -> None:
        super().__init__()
        self._delays = deque(order)

    async def append(self, batch: Batch) -> Appended:
        appended = await super().append(batch)
        for _ in range(self._delays.popleft() if self._delays else 0):
            await asyncio.sleep(0)
        return appended


def outage(text: str = "the disk is full") -> Outage:
    return Outage(text)
