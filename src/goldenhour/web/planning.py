"""The planner's questions: the plan as it is, a changed plan on the map, where one unit more helps, what if."""

from typing import Any, Final, Literal, Protocol

import msgspec
from litestar import Request, get, post

from goldenhour.web.errors import Problem
from goldenhour.web.reading import reader_of
from goldenhour.web.serving import serving
from goldenhour.web.session import may_ask

Asked = Request[Any, Any, Any]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Policy = Literal["closest", "redispatch", "dmexclp", "swap", "moveup"]
Kind = Literal["als", "bls", "first_responder", "supervisor"]
MOST_WEEKS: Final = 64


class BadPlan(ValueError):
    """A plan that cannot be asked about; the text says in plain words what is wrong and what would be accepted."""


class PlannerFell(RuntimeError):
    """What plans has ended in the middle of its work; asked again, it begins anew."""


class PlannedPost(msgspec.Struct, frozen=True, kw_only=True):
    """A new post, or one that is there by its name and moves here."""

    name: str
    lon: float
    lat: float


class PlannedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit at a post; on duty always, or daily from `start` to `end` ("07:00", "19:00")."""

    name: str
    home: str
    kind: Kind = "als"
    start: str = ""
    end: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is planned: `posts` that are new or moved, every unit, whom to send and where freed units wait."""

    name: str = ""
    posts: tuple[PlannedPost, ...] = ()
    units: tuple[PlannedUnit, ...] = ()
    policy: Policy = "closest"
    q: float = 0.3
    calls_per_day: float | None = None


class MapAsked(msgspec.Struct, frozen=True, kw_only=True):
    plan: Plan
    day: Day = "mon"


class WhatIfAsked(msgspec.Struct, frozen=True, kw_only=True):
    """`weeks` None: as many as an answer in seconds affords."""

    plan: Plan
    weeks: int | None = None
    seed: int = 1


class SearchAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for beginning with this plan: better homes for its units, or a better q; judged by `goal`."""

    plan: Plan
    over: Literal["homes", "q"] = "homes"
    goal: Literal["share", "mean", "survival"] = "share"


class Planner(Protocol):
    """What plans for the served region, away from the desk's own thread. Raises BadPlan, PlannerFell."""

    def ready(self) -> dict[str, Any]: ...
    async def base(self) -> dict[str, Any]: ...
    async def on_map(self, plan: Plan, day: Day) -> dict[str, Any]: ...
    async def suggest(self, plan: Plan) -> dict[str, Any]: ...
    async def what_if(self, asked: WhatIfAsked) -> dict[str, Any]: ...
    async def search(self, asked: SearchAsked) -> dict[str, Any]: ...
    def searching(self) -> dict[str, Any]: ...
    async def runs(self) -> list[dict[str, Any]]: ...
    async def run(self, run: str) -> dict[str, Any] | None: ...


@get("/api/v1/planning/ready", guards=[may_ask("planning")])
async def ready(request: Asked) -> dict[str, Any]:
    """How far the planner's preparing is, `done` of `total` steps; until then its first answers wait."""
    return _planner(request).ready()


@get("/api/v1/planning/base", guards=[may_ask("planning")])
async def base(request: Asked) -> dict[str, Any]:
    """The plan as it is, what may be chosen, what is assumed, and its map on a Monday."""
    return await _asked(_planner(request).base())


@post("/api/v1/planning/map", guards=[may_ask("planning")], status_code=200, request_class=reader_of(MapAsked))
async def on_map(request: Asked, data: MapAsked) -> dict[str, Any]:
    """Heat, posts and cover by hour of a plan on a day of the week."""
    return await _asked(_planner(request).on_map(data.plan, data.day))


@post("/api/v1/planning/suggest", guards=[may_ask("planning")], status_code=200, request_class=reader_of(MapAsked))
async def suggest(request: Asked, data: MapAsked) -> dict[str, Any]:
    """Where one unit more would cover the most calls."""
    return await _asked(_planner(request).suggest(data.plan))


@post("/api/v1/planning/what-if", guards=[may_ask("planning")], status_code=202, request_class=reader_of(WhatIfAsked))
async def what_if(request: Asked, data: WhatIfAsked) -> dict[str, Any]:
    """Begin a run of this plan against the plan as it is; `run` tells how far it is and what came of it."""
    if data.weeks is not None and not 2 <= data.weeks <= MOST_WEEKS:
        raise Problem(422, "planning.weeks", f"2 to {MOST_WEEKS} weeks can be simulated, not {data.weeks}.", "weeks")
    return await _asked(_planner(request).what_if(data))


@post("/api/v1/planning/search", guards=[may_ask("planning")], status_code=202, request_class=reader_of(SearchAsked))
async def search(request: Asked, data: SearchAsked) -> dict[str, Any]:
    """Let the simulator look for better homes or a better q; `searching` tells how far it is and what it found."""
    return await _asked(_planner(request).search(data))


@get("/api/v1/planning/searching", guards=[may_ask("planning")])
async def searching(request: Asked) -> dict[str, Any]:
    """How far the latest search is, or what it found."""
    return _planner(request).searching()


@get("/api/v1/planning/runs", guards=[may_ask("planning")])
async def runs(request: Asked) -> dict[str, Any]:
    """All runs, the latest first; a file that cannot be read says so."""
    return {"runs": await _planner(request).runs()}


@get("/api/v1/planning/run", guards=[may_ask("planning")])
async def one_run(request: Asked, run: str) -> dict[str, Any]:
    """How far a run is, or its answer with its inputs."""
    found = await _planner(request).run(run)
    if found is None:
        raise Problem(404, "planning.run.unknown", "There is no such run.")
    return found


def _planner(request: Asked) -> Planner:
    planner = serving(request).planner
    if planner is None:
        raise Problem(404, "planning.no_region", "No region is served here, so there is nothing to plan with.")
    return planner


async def _asked(answer: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = await answer
    except BadPlan as wrong:
        raise Problem(422, "planning.plan", str(wrong)) from None
    except PlannerFell as fell:
        raise Problem(503, "planning.fell_over", str(fell)) from None
    return found


PLANNING: Final = [ready, base, on_map, suggest, what_if, search, searching, runs, one_run]
