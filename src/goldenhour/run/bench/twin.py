"""The twin on Auckland: against the same rules in SimPy, the richer model, ten thousand days, growth; and what it
plans with, travel times and siting.

Rates are calls per second of one core's time, so that other work on the machine does not enter; warm, both sides in
this run. The SimPy side is `planning.oracle`, written to be read, on the first of the same calls.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.planning.oracle import Oracle
from goldenhour.planning.study.days import draw_calls
from goldenhour.planning.study.jemss import setting_of_city
from goldenhour.planning.study.rosters import WEEK_S
from goldenhour.planning.study.scenario import Scenario, scenario_of, with_settings
from goldenhour.planning.study.setting import Setting, UnitSpec
from goldenhour.planning.study.study import Study, prepare
from goldenhour.run.bench import siting, travel
from goldenhour.run.bench.row import Row
from goldenhour.run.bench.travel import shared

CALLS: Final = 280_000  # a thousand days
ORACLE_CALLS: Final = 5_000
DAYS_10000: Final = 10_000
GOALS: Final = {"closest": 30.0, "redispatch": 20.0, "dmexclp": 15.0}
SAME_S: Final = 1.0
QUIET: Final = ["sample_minutes=0"]  # the plain model; sampling the state is an output of ours
EVENING: Final = [0.5] * 6 + [1.0] * 4 + [1.3] * 10 + [0.9] * 4
RICHER: Final = {
    "name": "richer",
    "hours": EVENING,
    "travel_hours": [1.0] * 7 + [1.3] * 3 + [1.1] * 6 + [1.3] * 3 + [1.0] * 5,
    "turnout_s": {"low": 20, "high": 90},
    "plans": [
        {
            "name": "critical",
            "levels": [1],
            "share": 0.1,
            "units": [{"needs": ["paramedic", "transport"]}, {"needs": ["emt"], "sooner_s": 60}],
        }
    ],
    "hospitals": {
        "Auckland Hospital": {"bays": 6},
        "Middlemore Hospital": {"bays": 6},
        "Northshore Hospital": {"bays": 4},
        "Mercy Hospital": {"bays": 3},
    },
}


def rows() -> list[Row]:
    """All rows of the table in issue 3."""
    setting = setting_of_city(shared() / "regions/jemss/auckland")
    calls = draw_calls(setting, Scenario(), seed=1, calls=CALLS)
    found: list[Row] = []
    for policy, goal in GOALS.items():
        found += _against_oracle(prepare(setting, _plain(policy)), policy, calls, goal)
    plain = prepare(setting, _plain("closest"))
    found.append(_richer(setting, plain, calls))
    found += _growth(setting, plain, calls)
    found.append(_ten_thousand_days(setting, plain))
    return [*found, *travel.rows(), *siting.rows()]


def _plain(policy: str) -> Scenario:
    return with_settings(Scenario(), [*QUIET, "q=0.3"], policy=policy)


def _against_oracle(study: Study, policy: str, calls: NDArray[Any], goal: float) -> list[Row]:
    """The engine over all calls and the oracle over the first of them; and whether they tell the same day."""
    first = calls[:ORACLE_CALLS]
    ours = len(calls) / _core_s(lambda: study.play(calls), times=5)
    fleet = study.fleet(1e12)
    Oracle(study.town, study.rules, first[:300], fleet, covers=study.covers).play()
    oracle = Oracle(study.town, study.rules, first, fleet, covers=study.covers)
    begun = time.process_time()
    arrived_s = oracle.play()
    theirs = len(first) / (time.process_time() - begun)
    same = float(np.mean(np.abs(study.play(first).places["arrived_s"] - arrived_s) <= SAME_S))
    return [
        Row(name=f"twin, {policy}: calls simulated", value=round(ours), unit="calls/s", goal="as fast as it goes",
            baseline=round(theirs), ok=True),
        Row(name=f"twin, {policy}: times the SimPy oracle", value=round(ours / theirs, 1), unit="x",
            goal=f">= {goal:g}x", baseline=1.0, ok=ours >= goal * theirs),
        Row(name=f"twin, {policy}: responses within 1 s of the oracle's", value=round(100 * same, 3), unit="%",
            goal=">= 99.9", ok=same >= 0.999),
    ]  # fmt: skip


def _richer(setting: Setting, plain: Study, calls: NDArray[Any]) -> Row:
    """Shifts with breaks, plans of two units, hospital bays, demand and travel by the hour, against the plain model."""
    stations = [stop.name for stop in setting.stations]
    shift = {"start": "07:00", "end": "19:00", "breaks": [{"at": "13:00", "minutes": 30}]}
    night = {"start": "19:00", "end": "07:00"}
    units = [
        {"name": unit.name, "home": stations[unit.home], "kind": "als", "shifts": [shift, night] if i % 2 else []}
        for i, unit in enumerate(setting.units)
    ]
    scenario = with_settings(scenario_of({**RICHER, "units": units}, source="bench"), QUIET)
    study = prepare(setting, scenario)
    drawn = draw_calls(setting, scenario, seed=1, calls=len(calls))
    assert drawn["ready_s"][-1] > WEEK_S
    rich = len(drawn) / _core_s(lambda: study.play(drawn), times=5)
    base = len(calls) / _core_s(lambda: plain.play(calls), times=5)
    return Row(
        name="twin: the richer model's calls/s over the plain one's",
        value=round(rich / base, 2),
        unit="x",
        goal=">= 0.5x",
        baseline=1.0,
        ok=rich >= 0.5 * base,
    )


def _growth(setting: Setting, plain: Study, calls: NDArray[Any]) -> list[Row]:
    """Ten times the calls; four times the units with the same calls."""
    tenth_s = _core_s(lambda: plain.play(calls[: len(calls) // 10]), times=7)
    all_s = _core_s(lambda: plain.play(calls), times=5)
    four = tuple(
        UnitSpec(name=f"{unit.name}-{k}", home=unit.home, capabilities=unit.capabilities)
        for k in range(4)
        for unit in setting.units
    )
    grown = prepare(replace(setting, units=four), _plain("closest"))
    grown_s = _core_s(lambda: grown.play(calls), times=5)
    return [
        Row(name="twin: time for ten times the calls", value=round(all_s / tenth_s, 2), unit="x", goal="<= 11x",
            baseline=1.0, ok=all_s <= 11 * tenth_s),
        Row(name="twin: time with 64 units over time with 16", value=round(grown_s / all_s, 2), unit="x",
            goal="<= 3x", baseline=1.0, ok=grown_s <= 3 * all_s),
    ]  # fmt: skip


def _ten_thousand_days(setting: Setting, plain: Study) -> Row:
    calls = draw_calls(setting, Scenario(), seed=2, days=DAYS_10000)
    seconds = _core_s(lambda: plain.play(calls), times=2)
    return Row(
        name=f"twin: 10,000 days ({len(calls) / 1e6:.2f} M calls), closest",
        value=round(seconds, 2),
        unit="s",
        goal="<= 4",
        ok=seconds <= 4,
    )


def _core_s(work: Callable[[], object], *, times: int) -> float:
    """Core seconds of the quickest of a few runs, after one to warm up."""
    work()
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)
