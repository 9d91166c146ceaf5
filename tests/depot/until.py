"""Waiting for a condition that has no event of its own."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], *, within_s: float = 30) -> None:
    """Returns as soon as the condition holds; fails when it never does."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - what is watched is plain state, changed by code that knows no event
            await asyncio.sleep(0.005)
