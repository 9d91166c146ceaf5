"""Improve a plan by playing it: which unit should wait where, and how busy q should say units are (DMEXCLP).

Every trial plays the same numbered replications, so that plans differ by what was changed and not by chance; what wins
is played once more against the start on days that the search has not seen, and only that difference is quoted.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import HOT
from goldenhour.planning.siting import (
    BadSiting,
    Difference,
    Effort,
    Objective,
    Plan,
    local_search,
    moves,
    prefer,
    screen,
    tune_q,
    worth_by_kind,
)
from goldenhour.planning.siting.cover import Floats
from goldenhour.planning.siting.search import TunedQ
from goldenhour.planning.study.days import draw_calls
from goldenhour.planning.study.results import Responses
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import Study
from goldenhour.planning.twin.arrays import DMEXCLP, HOME
from goldenhour.planning.whatif.cells import cells_of_points, seconds_to_cells
from goldenhour.planning.whatif.planning_map import demand_points

Goal = Literal["share", "mean", "survival"]
GOALS: Final = ("share", "mean", "survival")
DAYS: Final = 14.0
"""Length of a replication."""

UNREACHED_S: Final = 7200.0
"""What a call that nobody came to counts in a mean response: two hours, so that leaving calls alone never pays."""

CELL_M: Final = 2_000.0
TRY_FIRST: Final = 60
"""Neighbours judged in a round; a county of 20 units and 14 posts has about 350."""
Report = Callable[[int, int], None]
"""Told how many plays are done, of at most how many."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How to judge: `goal`, over the calls of one `level` or of all (None; survival always is of the most urgent);
    `days` per replication drawn by `seed`."""

    goal: Goal = "share"
    level: int | None = None
    days: float = DAYS
    seed: int = 1


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's new home."""

    unit: str
    was: str
    home: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One accepted change, and by how much it beat the plan before it."""

    moved: list[Moved]
    gain: Difference


class Improved(msgspec.Struct, frozen=True, kw_only=True):
    """Homes that are surely better, or none.

    `ended`: "local_optimum" (none of the TRY_FIRST most promising moves and exchanges is surely better), "budget" or
    "stopped" (by the time limit). `confirmed`: the whole change against the start on fresh days.
    """

    trial: Trial
    moved: list[Moved]
    steps: list[Step]
    plays: int
    ended: str
    confirmed: Difference | None


class Judge:
    """Worth of a study in numbered replications, higher is better; calls are drawn once and kept."""

    def __init__(self, setting: Setting, study: Study, trial: Trial, report: Report | None, most: int) -> None:
        if trial.goal not in GOALS or not trial.days > 0:
            raise BadSiting(f"a goal of {', '.join(GOALS)} and more than 0 days are wanted")
        if trial.level is not None and not 1 <= trial.level < len(study.level_names):
            raise BadSiting(f"level {trial.level} is not one of 1 to {len(study.level_names) - 1}")
        self.plays = 0
        self._setting, self._study, self._trial = setting, study, trial
        self._report, self._most = report, most
        self._calls: dict[int, NDArray[Any]] = {}

    def worth(self, study: Study, numbers: range) -> Floats:
        """One number per replication."""
        return np.array([self._played(study, number) for number in numbers])

    def _played(self, study: Study, number: int) -> float:
        if number not in self._calls:
            trial = self._trial
            self._calls[number] = draw_calls(
                self._setting, self._study.scenario, seed=trial.seed, replication=number, days=trial.days
            )
        calls = self._calls[number]
        found = worth_of(self._trial, Responses(study, calls, study.play(calls)))
        self.plays += 1
        if self._report is not None:
            self._report(min(self.plays, self._most), self._most)
        return found


def worth_of(trial: Trial, r: Responses) -> float:
    """Share in target, minus the mean response in seconds, or the survival score."""
    level = 1 if trial.goal == "survival" else trial.level
    of = np.ones(len(r.level), np.bool_) if level is None else r.level == level
    if not of.any():
        raise BadSiting(f"{trial.days:g} days without a call of level {level} say nothing; give more days")
    if trial.goal == "share":
        return float(r.in_time[of].mean())
    if trial.goal == "mean":
        return -float(np.nan_to_num(r.response_s[of], nan=UNREACHED_S).mean())
    return r.survival()


def better_homes(
    setting: Setting,
    study: Study,
    trial: Trial,
    *,
    effort: Effort | None = None,
    stop: Callable[[], bool] | None = None,
    report: Report | None = None,
) -> Improved:
    """Climb from the study's own homes: one unit to another post, or two units of different kind that change places.

    Neighbours are tried in the order of the approximate hypercube, the most promising first. `stop` ends the search.
    """
    effort = effort or Effort()
    judge = Judge(setting, study, trial, report, effort.evaluations)
    posts = len(study.station_names)
    _, kinds = np.unique(study.capabilities, return_inverse=True)

    def at(plan: Plan) -> Study:
        return replace(study, unit_post=np.array(plan, np.int32))

    start = tuple(int(post) for post in study.unit_post)
    found = local_search(
        start,
        lambda plan: moves(plan, posts, classes=kinds),
        lambda plan, numbers: judge.worth(at(plan), numbers),
        effort=effort,
        screen=_screened(setting, study, trial),
        try_first=TRY_FIRST,
        stop=stop,
    )
    taken = [start, *(step.plan for step in found.steps)]
    return Improved(
        trial=trial,
        moved=_moved(study, start, found.best),
        steps=[
            Step(moved=_moved(study, was, step.plan), gain=step.gain)
            for was, step in zip(taken, found.steps, strict=False)
        ],
        plays=judge.plays,
        ended=found.ended,
        confirmed=found.confirmed,
    )


def better_q(
    setting: Setting,
    study: Study,
    trial: Trial,
    *,
    replications: int = 20,
    report: Report | None = None,
) -> TunedQ:
    """Try q from 0.1 to 0.9 and finer round the best, each against sending freed units home."""
    if not study.rules["cover"][0] or study.rules["redeploy"][0] != DMEXCLP:
        raise BadSiting("q decides nothing under this policy; choose dmexclp or moveup")
    judge = Judge(setting, study, trial, report, replications * TRIALS_OF_Q)

    def at(q: float | None) -> Study:
        rules = study.rules.copy()
        if q is None:
            rules["redeploy"], rules["move_up"] = HOME, 0
        else:
            rules["numbers"]["q"] = q
        return replace(study, rules=rules)

    return tune_q(lambda q, numbers: judge.worth(at(q), numbers), replications=replications)


TRIALS_OF_Q: Final = 16
"""None, nine on the grid, two finer rounds of two, and two on fresh days."""


def _screened(setting: Setting, study: Study, trial: Trial) -> Callable[[Plan], float]:
    """The hypercube's worth of a plan: every unit alike, so it only says what to try first."""
    lon, lat, calls = demand_points(study)
    cells = cells_of_points(lon, lat, calls / 24.0, cell_m=CELL_M)
    town = study.town.town[0]
    posts = study.town.n_posts
    travel_s = seconds_to_cells(
        setting.travel,
        cells,
        HOT,
        node=town["stop_node"][:posts],
        off_m=town["stop_off_m"][:posts],
        km_per_degree=setting.km_per_degree,
    )
    waits = study.scenario.dispatch_delay_s or setting.dispatch_delay_s
    turnout = study.scenario.turnout_s or setting.turnout_s
    delay_s = waits.average + turnout.average
    target_s = float(study.targets_s[trial.level or 1])
    goal = Objective(kind=trial.goal, target_s=max(1.0, target_s - delay_s), delay_s=delay_s)
    preferences = prefer(travel_s, cells.calls)
    worth = worth_by_kind(goal, travel_s, preferences)
    service_s = _service_s(setting, study)
    return lambda plan: screen(preferences, worth, np.array(plan), service_s=service_s)


def _service_s(setting: Setting, study: Study) -> float:
    """Mean seconds that a unit is out per call, from a week of the plan as it is."""
    calls = draw_calls(setting, study.scenario, seed=0, days=7.0)
    units = study.play(calls).units
    return float(units["busy_s"].sum() / max(1, units["runs"].sum()))


def _moved(study: Study, was: Plan, now: Plan) -> list[Moved]:
    names = study.station_names
    return [
        Moved(unit=study.unit_names[u], was=names[a], home=names[b])
        for u, (a, b) in enumerate(zip(was, now, strict=True))
        if a != b
    ]
