"""The only place that reads a clock. Wall, faster than wall, or jumping: the rest cannot tell."""

import asyncio
import time
from typing import Protocol

from goldenhour.kernel.instants import Instant


class Clock(Protocol):
    """`now()` never goes back. `sleep_until` returns when `now()` has reached the instant. `speed` times real time."""

    speed: float

    def now(self) -> Instant: ...
    async def sleep_until(self, at: Instant) -> None: ...

    def not_before(self, at: Instant) -> None:
        """From now on shows at least `at`: a log's time goes on where it was when the log is opened again."""
        ...


class WallClock:
    """The real time, optionally `speed` times as fast from `start` on (demo and exercise)."""

    def __init__(self, *, speed: float = 1.0, start: Instant | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"a clock needs a speed above 0, not {speed}")
        self.speed = speed
        self._begun_ns = time.monotonic_ns()
        self._start = time.time_ns() // 1_000_000 if start is None else int(start)

    def now(self) -> Instant:
        return Instant(self._start + int((time.monotonic_ns() - self._begun_ns) * self.speed) // 1_000_000)

    def not_before(self, at: Instant) -> None:
        self._start += max(0, at - self.now())

    async def sleep_until(self, at: Instant) -> None:
        left_ms = at - self.now()
        if left_ms > 0:
            await asyncio.sleep(left_ms / 1000 / self.speed)
            await self.sleep_until(at)


class JumpingClock:
    """A simulation's clock: it stands still until somebody moves it to the next event."""

    speed = 0.0

    def __init__(self, start: Instant) -> None:
        self._now = start

    def now(self) -> Instant:
        return self._now

    def jump_to(self, at: Instant) -> None:
        assert at >= self._now, "time does not run backwards"
        self._now = at

    async def sleep_until(self, at: Instant) -> None:
        self.jump_to(max(at, self._now))

    def not_before(self, at: Instant) -> None:
        self._now = max(at, self._now)
