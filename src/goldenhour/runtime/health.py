"""Whether the log answers, for the banner on every screen and for the people who look after the machine."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from goldenhour.kernel.instants import Instant
from goldenhour.runtime.clocks import Clock
from goldenhour.runtime.store import Outage

SLOW_S: Final = 2.0
"""An append that takes longer than this is shown as trouble, though it may yet succeed."""

Watcher = Callable[["Health"], None]


class Health:
    """`trouble` says what is wrong (None: nothing), `since` from when on; `outages` counts failed attempts."""

    def __init__(self, clock: Clock) -> None:
        self.trouble: str | None = None
        self.since: Instant | None = None
        self.outages = 0
        self._clock = clock
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Calls `watcher` whenever trouble begins, changes or ends."""
        self._watchers.append(watcher)

    def failed(self, outage: Outage) -> None:
        """An attempt failed; it will be made again, or the person is told."""
        self.outages += 1
        self._say(str(outage))

    def well(self) -> None:
        """The log has answered."""
        if self.trouble is not None:
            self._say(None)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While the log is asked: says so when the answer is slow."""
        slow = asyncio.get_running_loop().call_later(SLOW_S, self._slow)
        try:
            yield
        finally:
            slow.cancel()

    def _slow(self) -> None:
        if self.trouble is None:
            self._say(f"the log has not answered for {SLOW_S:.0f} s; entries wait")

    def _say(self, trouble: str | None) -> None:
        if trouble == self.trouble:
            return
        self.since = None if trouble is None else self.since or self._clock.now()
        self.trouble = trouble
        for watcher in self._watchers:
            watcher(self)
