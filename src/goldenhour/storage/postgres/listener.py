"""Waits for other nodes' appends. A notification is only a wake-up; where one may be lost, the log itself is asked."""

import asyncio
from typing import Final

import asyncpg

from goldenhour.storage.postgres.connect import connect
from goldenhour.storage.postgres.outages import outages
from goldenhour.storage.postgres.schema import CHANNEL

_LOOK_AGAIN_S: Final = 1.0
"""Without a notification for so long, we ask the log: a connection can be dead without anybody noticing."""


class Listener:
    """A connection that listens, opened when somebody waits and opened anew when it broke."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: asyncpg.Connection | None = None
        self._seq = 0
        self._woken = asyncio.Event()
        self._opening = asyncio.Lock()

    async def wait(self, after_seq: int) -> None:
        """Returns when the log goes beyond a place. Raises `Outage` when nobody can tell."""
        while self._seq <= after_seq:
            with outages("the log cannot be followed"):
                async with self._opening:
                    await self._look()
                if self._seq > after_seq:
                    return
                try:
                    await asyncio.wait_for(self._woken.wait(), _LOOK_AGAIN_S)
                except TimeoutError:
                    continue  # nothing was said; look again

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()

    async def _look(self) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._address, reading_only=True)
            self._connection.add_termination_listener(lambda _: self._woken.set())
            await self._connection.add_listener(CHANNEL, self._heard)
        self._woken.clear()
        self._seq = max(self._seq, await self._connection.fetchval("SELECT coalesce(max(seq), 0) FROM fact"))

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        self._seq = max(self._seq, int(payload))
        self._woken.set()
