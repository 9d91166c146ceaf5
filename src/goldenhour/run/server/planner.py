"""Plans for the served region in a process of its own, so that the live desk never waits for a simulation."""

import asyncio
import multiprocessing
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import msgspec

from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import BadRoads
from goldenhour.planning.siting import BadSiting
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.planning.twin.ground.town import BadTown
from goldenhour.planning.whatif.run_log import LoggedRun, RunLog
from goldenhour.run.server import plans
from goldenhour.run.server.planning_process import FELL_OVER, PlanningProcess
from goldenhour.runtime.clocks import WallClock
from goldenhour.web.planning import BadPlan, Day, Plan, PlannerFell, SearchAsked, WhatIfAsked

REFUSED = (BadScenario, BadSiting, BadTown, BadRegion, BadRoads)
DONE, TOTAL = 0, 1


class Progress:
    """How far something is, told by the planner's process: two numbers that both see."""

    def __init__(self, numbers: Any) -> None:
        self.numbers = numbers

    def __call__(self, done: int, total: int) -> None:
        self.numbers[DONE], self.numbers[TOTAL] = done, total


class TwinPlanner:
    """The `web.planning.Planner` of one region bundle under the rules in `content`, the folder of packs that the server
    runs with; runs are kept in `folder`. Nothing starts until it is asked or told to `begin`."""

    def __init__(self, directory: Path, folder: Path, content: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._progress = Progress(context.Array("l", 2))
        self._readiness = Progress(context.Array("l", 2))
        given = (directory, folder, content, self._progress, self._readiness)
        self._process = PlanningProcess(plans.open_region, given)
        self._log = RunLog(folder)
        self._clock = WallClock()
        self._under_way: dict[str, asyncio.Future[None]] = {}
        self._base: dict[str, Any] | None = None
        self._search: asyncio.Future[dict[str, Any]] | None = None
        self._searched: SearchAsked | None = None

    def begin(self) -> None:
        """Start the planner's process and let it prepare, behind everything else that wants the processor. A region
        that cannot be opened is told to whoever asks for the plan."""
        self._process.give(plans.warm).add_done_callback(lambda done: done.cancelled() or done.exception())

    def ready(self) -> dict[str, Any]:
        """How many of the steps of preparing are done; a total of 0 before it has begun."""
        return _far(self._readiness)

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
            now = self._clock.now()
            self._under_way[key] = self._process.give(plans.answer, asked.plan, asked.weeks, asked.seed, now)
        return self._running(key)

    async def search(self, asked: SearchAsked) -> dict[str, Any]:
        """Begin a search, unless one is under way; then that one is told of."""
        if self._search is None or self._search.done():
            self._progress(0, 0)
            self._search, self._searched = self._process.give(plans.search, asked), asked
        return self.searching()

    def searching(self) -> dict[str, Any]:
        """How far the latest search is, or what it found."""
        if self._search is None or self._searched is None:
            return {"state": "none"}
        said = {"over": self._searched.over, "goal": self._searched.goal}
        if not self._search.done():
            return {"state": "running", **said, **_far(self._progress)}
        if (why := _why_not(self._search)) is not None:
            return {"state": "refused", **said, "text": why}
        return {"state": "done", **said, "found": self._search.result()}

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
            if (why := _why_not(working)) is not None:
                return {"run": run, "state": "refused", "text": why}
        known = await asyncio.to_thread(self._log.answered, run) if _is_hash(run) else None
        return None if known is None else _whole(known, remembered=working is None)

    def close(self) -> None:
        """End the planner's process."""
        self._process.end()

    def _running(self, run: str) -> dict[str, Any]:
        return {"run": run, "state": "running", **_far(self._progress)}

    async def _work(self, work: Any, *args: Any) -> Any:
        try:
            return await self._process.give(work, *args)
        except REFUSED as refused:
            raise BadPlan(str(refused)) from refused
        except BrokenProcessPool as broken:
            raise PlannerFell(FELL_OVER) from broken


def _why_not(ended: "asyncio.Future[Any]") -> str | None:
    """Why nothing came of it, in words; None where something did. Raises what is a bug."""
    error = ended.exception()
    if isinstance(error, BrokenProcessPool):
        return FELL_OVER
    if error is None or isinstance(error, REFUSED):
        return None if error is None else str(error)
    raise error


def _far(progress: Progress) -> dict[str, int]:
    return {"done": progress.numbers[DONE], "total": progress.numbers[TOTAL]}


def _is_hash(run: str) -> bool:
    return len(run) == 64 and all(digit in "0123456789abcdef" for digit in run)


def _line(run: LoggedRun) -> dict[str, Any]:
    effects = run.results.get("what_if", {}).get("effects", [])  # type: ignore[attr-defined]
    return {"run": run.inputs_hash, "at": run.at, "name": run.name, "state": "done", "effects": effects}


def _whole(run: LoggedRun, *, remembered: bool) -> dict[str, Any]:
    return {**_line(run), "inputs": run.inputs, "results": msgspec.to_builtins(run.results), "remembered": remembered}
