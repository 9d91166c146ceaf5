"""The one process that plans, and another one in its place when it has fallen over."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import structlog

log = structlog.get_logger()

FELL_OVER = "The planner's process ended in the middle of this (out of memory?). It starts anew: ask again."


class PlanningProcess:
    """Does one thing after another in a process that `begin(*given)` begins. It starts with the first thing to do."""

    def __init__(self, begin: Callable[..., None], given: tuple[Any, ...]) -> None:
        self._begin, self._given = begin, given
        self._pool = self._another()

    def give(self, work: Callable[..., Any], *args: Any) -> "asyncio.Future[Any]":
        """What will come of it; `BrokenProcessPool` where the process falls over meanwhile."""
        loop = asyncio.get_running_loop()
        try:
            return loop.run_in_executor(self._pool, work, *args)
        except BrokenProcessPool:
            log.error("the planner's process had ended; another one starts")
            self._pool = self._another()
            return loop.run_in_executor(self._pool, work, *args)

    def end(self) -> None:
        """At once, in the middle of whatever it does: nothing of it is half written."""
        for process in list((self._pool._processes or {}).values()):  # from Python 3.14 on: terminate_workers()
            process.terminate()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _another(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, context, initializer=self._begin, initargs=self._given)
