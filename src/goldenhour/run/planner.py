"""Plans for the served region in a process of its own, so that the live desk never waits for a simulation."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import BadRoads
from goldenhour.planning.siting import BadSiting
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.planning.twin.town import BadTown
from goldenhour.planning.whatif.run_log import LoggedRun, RunLog
from goldenhour.run import plans
from goldenhour.runtime.clocks import WallClock
from goldenhour.web.planning import BadPlan, Day, Plan, WhatIfAsked

REFUSED = (BadScenario, BadSiting, BadTown, BadRegion, BadRoads)
DONE, TOTAL = 0, 1


class Progress:
    """How far the run under way is, told by the planner's process: two numbers that both see."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numbers

    def __call__(self, done: int, total: int) -> None:
        self.numbers[DONE], self.numbers[TOTAL] = done, total


class TwinPlanner:
    """The `web.planning.Planner` of one region bundle; runs are kept in `folder`. Nothing starts until it is asked."""

    def __init__(self, directory: Path, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._progress = Progress(context.Array("l", 2))
        self._pool = ProcessPoolExecutor(
            1, context, initializer=plans.open_region, initargs=(directory, folder, self._progress)
        )
        self._log = RunLog(folder)
        self._clock = WallClock()
        self._under_way: dict[str, asyncio.Future[None]] = {}
        self._base: dict[str, Any] | None = None

    async def base(self) -> dict[str, Any]:
        """Made once: the region does not change while it is served."""
        if self._base is None:
            self._base = await self._work(plans.base)
        return self._base

    async def on_map(self, plan: Plan, day: Day) -> dict[str, Any]:
        found: dict[str, Any] = await self._work(plans.on_map, plan, day)
        return found

    async def suggest(self, plan: Plan) -> dict[str, Any]:
        found: dict[str, Any] = await self._work(plans.suggest, plan)
        return found

    async def what_if(self, asked: WhatIfAsked) -> dict[str, Any]:
        """Begin, or say that it was answered before; one question is never simulated twice."""
        key: str = await self._work(plans.key_of, asked.plan, asked.weeks, asked.seed)
        known = await asyncio.to_thread(self._log.answered, key)
        if known is not None:
            return _whole(known, remembered=True)
        if key not in self._under_way:
            self._progress(0, 0)
            self._under_way[key] = asyncio.get_running_loop().run_in_executor(
                self._pool, plans.answer, asked.plan, asked.weeks, asked.seed, self._clock.now()
            )
        return self._running(key)

    async def runs(self) -> list[dict[str, Any]]:
        found = await asyncio.to_thread(self._log.runs)
        return [
            _line(one) if isinstance(one, LoggedRun) else {"run": "", "name": one.file, "unreadable": one.why}
            for one in found
        ]

    async def run(self, run: str) -> dict[str, Any] | None:
        working = self._under_way.get(run)
        if working is not None:
            if not working.done():
                return self._running(run)
            del self._under_way[run]
            error = working.exception()
            if isinstance(error, REFUSED):
                return {"run": run, "state": "refused", "text": str(error)}
            if error is not None:
                raise error
        known = await asyncio.to_thread(self._log.answered, run) if _is_hash(run) else None
        return None if known is None else _whole(known, remembered=working is None)

    def close(self) -> None:
        """End the planner's process; what has not begun is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _running(self, run: str) -> dict[str, Any]:
        done, total = self._progress.numbers[DONE], self._progress.numbers[TOTAL]
        return {"run": run, "state": "running", "done": done, "total": total}

    async def _work(self, work: Any, *args: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        except REFUSED as refused:
            raise BadPlan(str(refused)) from refused


def _is_hash(run: str) -> bool:
    return len(run) == 64 and all(digit in "0123456789abcdef" for digit in run)


def _line(run: LoggedRun) -> dict[str, Any]:
    effects = run.results.get("what_if", {}).get("effects", [])  # type: ignore[attr-defined]
    return {"run": run.inputs_hash, "at": run.at, "name": run.name, "state": "done", "effects": effects}


def _whole(run: LoggedRun, *, remembered: bool) -> dict[str, Any]:
    return {**_line(run), "inputs": run.inputs, "results": msgspec.to_builtins(run.results), "remembered": remembered}
