"""The planner's work, done in a process of its own: a plan from the page becomes scenarios, maps and paired runs.

The process opens the region once. The present plan is the region's units under the agency's own response plans and
numbers, as its live desk decides by them, changed by a file `present.yaml` if any.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from goldenhour.chain.content import Content, ResponsePlans
from goldenhour.geo.roads import HOT
from goldenhour.planning.siting import Demand, dmexclp, group_cover, mclp
from goldenhour.planning.study.agency import changed_by, left_out, scenario_of_agency
from goldenhour.planning.study.region import setting_of_region
from goldenhour.planning.study.scenario import (
    POLICIES,
    BadScenario,
    Day,
    Scenario,
    Shift,
    Station,
    Unit,
    scenario_of,
)
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import KINDS, Study, prepare
from goldenhour.planning.whatif.answer import Question, ask, ask_or_remember, question_hash
from goldenhour.planning.whatif.cells import cells_of_points, seconds_to_cells
from goldenhour.planning.whatif.improve import Trial, better_homes, better_q
from goldenhour.planning.whatif.planning_map import planning_map
from goldenhour.planning.whatif.run_log import RunLog
from goldenhour.web.planning import Plan, PlannedUnit, SearchAsked

NICE = 10
"""The desk comes first: the operating system gives the planner what is left."""

CANDIDATE_M = 2_000.0
"""A suggested post stands where calls are, one candidate per block of this size."""

WORKERS = 2
STUDIES_KEPT = 8
SEARCH_S = 20.0
"""Of the processor's own time: on a busy machine the answer comes later, and is as good."""

SEARCH_DAYS = 14.0
WARM_STEPS = 4
_here: dict[str, Any] = {}
_studies: OrderedDict[bytes, Study] = OrderedDict()


def open_region(
    directory: Path,
    folder: Path,
    content: Path,
    report: Callable[[int, int], None],
    readiness: Callable[[int, int], None],
) -> None:
    """Begin of the process. `content` is the folder of the agency's packs; `report` tells how far a run is,
    `readiness` how far `warm` is."""
    os.nice(NICE)
    _here.update(directory=directory, folder=folder, content=content, report=report, readiness=readiness)


def warm() -> None:
    """Do once what the first question would otherwise wait for: open the roads, draw the present plan's map, and load
    the compiled simulator (on a new machine: compile it, which takes about a minute)."""
    ready = _here["readiness"]
    ready(0, WARM_STEPS)
    setting, present = _setting(), _present()
    ready(1, WARM_STEPS)
    base()
    ready(2, WARM_STEPS)
    changed = msgspec.structs.replace(present, policy=msgspec.structs.replace(present.policy, name="moveup"))
    ask(setting, Question(before=present, after=changed, weeks=2), workers=WORKERS, prepare=_prepared)
    ready(3, WARM_STEPS)
    suggest(_plan_of(present))
    ready(WARM_STEPS, WARM_STEPS)


def base() -> dict[str, Any]:
    """The present plan as the page changes it, its map, and what is assumed. The region does not change while it is
    served, so it is made once."""
    if "base" not in _here:
        _here["base"] = _base()
    found: dict[str, Any] = _here["base"]
    return found


def _base() -> dict[str, Any]:
    setting, present = _setting(), _present()
    study = _prepared(setting, present)
    return {
        "plan": _plan_of(present),
        "policies": list(POLICIES),
        "kinds": list(KINDS),
        "levels": [{"name": name, "target_s": float(s)} for name, s in _levels(study)],
        "calls_per_day": setting.calls_per_day if present.calls_per_day is None else present.calls_per_day,
        "notes": [*study.notes, *left_out(_agency())],
        "map": msgspec.to_builtins(planning_map(study, q=present.policy.q)),
    }


def on_map(plan: Plan, day: Day) -> dict[str, Any]:
    """Cover of a plan on a day."""
    scenario = _scenario(plan)
    found: dict[str, Any] = msgspec.to_builtins(planning_map(_prepared(_setting(), scenario), day=day, q=plan.q))
    return found


def suggest(plan: Plan) -> dict[str, Any]:
    """Where one unit more covers most: once at least (MCLP), and in expectation with units busy a fraction q of the
    time (MEXCLP, for one unit the kernel's own marginal rule)."""
    setting, scenario = _setting(), _scenario(plan)
    found = planning_map(_prepared(setting, scenario), q=plan.q)
    lon, lat, calls = map(np.asarray, (found.cell_lon, found.cell_lat, found.cell_calls))
    cells = cells_of_points(lon, lat, calls, cell_m=1.0)
    near = cells_of_points(lon, lat, calls, cell_m=CANDIDATE_M)
    posts_at = np.array([len(post.units) for post in found.posts])
    site_lon = np.concatenate([[post.lon for post in found.posts], near.lon])
    site_lat = np.concatenate([[post.lat for post in found.posts], near.lat])
    index = setting.travel.node_index(km_per_degree=setting.km_per_degree)
    node, off_m = index.nearest(site_lon, site_lat)
    travel_s = seconds_to_cells(setting.travel, cells, HOT, node=node, off_m=off_m)
    demand = Demand(travel_s=travel_s, weights=cells.calls)
    target_s = found.cover.targets_s[0]
    others = np.concatenate([posts_at, np.zeros(len(near.lon), np.int64)])
    groups = group_cover(demand, target_s)
    best, gain = dmexclp(groups, others, np.zeros(len(others)), q=plan.q)
    fixed = (others > 0).astype(np.int64)
    answer = mclp(demand, int(fixed.sum()) + 1, target_s=target_s, fixed=fixed)
    once = -1 if answer.units_at is None else int(np.argmax(np.array(answer.units_at) - fixed))
    names = [post.name for post in found.posts]

    def site(number: int) -> dict[str, Any]:
        covered = float(groups.weights[(groups.covers @ fixed == 0) & groups.covers[:, number]].sum())
        return {
            "post": names[number] if number < len(names) else None,
            "lon": float(site_lon[number]),
            "lat": float(site_lat[number]),
            "expected_gain": float(gain[number]) / demand.total,
            "covered_gain": covered / demand.total,
        }

    return {
        "target_s": target_s,
        "q": plan.q,
        "expected": site(best) if best >= 0 else None,
        "once": site(once) if once >= 0 else None,
        "status": answer.status,
    }


def key_of(plan: Plan, weeks: int | None, seed: int) -> str:
    """The hash of a question's inputs, after everything about it has been checked."""
    question = _question(plan, weeks, seed)
    _prepared(_setting(), question.after)
    return question_hash(_setting(), question)


def answer(plan: Plan, weeks: int | None, seed: int, at: int) -> None:
    """Simulate, and keep the answer in the log."""
    question = _question(plan, weeks, seed)
    log = RunLog(_here["folder"])
    ask_or_remember(_setting(), question, log, at=at, workers=WORKERS, progress=_here["report"], prepare=_prepared)


def search(asked: SearchAsked) -> dict[str, Any]:
    """Better homes for the plan's units, or a better q, as the twin finds them in SEARCH_S seconds of work."""
    setting, study = _setting(), _prepared(_setting(), _scenario(asked.plan))
    trial = Trial(goal=asked.goal, days=SEARCH_DAYS)
    until = time.process_time() + SEARCH_S
    found: msgspec.Struct
    if asked.over == "q":
        found = better_q(setting, study, trial, report=_here["report"])
    else:
        found = better_homes(setting, study, trial, stop=lambda: time.process_time() > until, report=_here["report"])
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return plain


def _question(plan: Plan, weeks: int | None, seed: int) -> Question:
    return Question(before=_present(), after=_scenario(plan), weeks=weeks, seed=seed)


def _prepared(setting: Setting, scenario: Scenario) -> Study:
    """The study of a scenario, remembered: the page asks for one plan's map, its check and its answer in turn."""
    key = msgspec.json.encode(scenario)
    if key not in _studies:
        _studies[key] = prepare(setting, scenario)
        while len(_studies) > STUDIES_KEPT:
            _studies.popitem(last=False)
    _studies.move_to_end(key)
    return _studies[key]


def _setting() -> Setting:
    if "setting" not in _here:
        _here["setting"] = setting_of_region(_here["directory"], _agency())
    setting: Setting = _here["setting"]
    return setting


def _agency() -> ResponsePlans:
    """The response plans and numbers that the live desk decides by."""
    if "agency" not in _here:
        _here["agency"] = Content(_here["content"]).response_plans
    said: ResponsePlans = _here["agency"]
    return said


def _present() -> Scenario:
    """The roster is written out, so that a changed one differs in what is changed and in nothing else."""
    file = _here["folder"] / "present.yaml"
    said = scenario_of_agency(_agency())
    if file.is_file():
        said = changed_by(said, file)
    if said.units:
        return said
    setting = _setting()
    units = tuple(
        Unit(name=unit.name, home=setting.stations[unit.home].name, kind=_kind(unit.capabilities))
        for unit in setting.units
    )
    return msgspec.structs.replace(said, units=units)


def _kind(capabilities: int) -> Any:
    """The kind that can do most of what this unit can, and nothing that it cannot."""
    fits = [name for name, mask in KINDS.items() if int(mask) & capabilities == int(mask)]
    return max(fits, key=lambda name: int(KINDS[name]).bit_count(), default="first_responder")


def _plan_of(scenario: Scenario) -> Plan:
    units = []
    for unit in scenario.units:
        shift = unit.shifts[0] if unit.shifts else None
        hours = {"start": shift.start, "end": shift.end} if shift else {}
        units.append(PlannedUnit(name=unit.name, home=unit.home, kind=unit.kind, **hours))
    return Plan(name=scenario.name, units=tuple(units), policy=scenario.policy.name, q=scenario.policy.q)


def _scenario(plan: Plan) -> Scenario:
    """The present plan with the page's changes. A unit whose hours are as they were keeps its whole roster."""
    if not 0 < plan.q < 1:
        raise BadScenario(f"q is {plan.q:g}: it is the share of its time that a unit is busy, above 0 and below 1")
    if not plan.units:
        raise BadScenario("the plan has no unit: nobody could be sent")
    present = _present()
    was = {unit.name: unit for unit in present.units}
    hours = {unit.name: (unit.start, unit.end) for unit in _plan_of(present).units}
    units = tuple(
        Unit(
            name=unit.name,
            home=unit.home,
            kind=unit.kind,
            shifts=was[unit.name].shifts if hours.get(unit.name) == (unit.start, unit.end) else _shifts(unit),
        )
        for unit in plan.units
    )
    moved = {one.name for one in plan.posts}
    stations = (
        *(one for one in present.stations if one.name not in moved),
        *(Station(name=one.name, lon=one.lon, lat=one.lat) for one in plan.posts),
    )
    changed = msgspec.structs.replace(
        present,
        name=plan.name or "changed",
        stations=stations,
        units=units,
        policy=msgspec.structs.replace(present.policy, name=plan.policy, q=plan.q),
        calls_per_day=present.calls_per_day if plan.calls_per_day is None else plan.calls_per_day,
    )
    return scenario_of(msgspec.to_builtins(changed), source="the plan")


def _shifts(unit: PlannedUnit) -> tuple[Shift, ...]:
    if bool(unit.start) != bool(unit.end):
        raise BadScenario(f"{unit.name} has a beginning or an end of its hours but not both")
    return (Shift(start=unit.start, end=unit.end),) if unit.start else ()


def _levels(study: Any) -> list[tuple[str, float]]:
    return list(zip(study.level_names[1:], study.targets_s[1:], strict=True))
