"""Rosters: shifts of a week made into events on the simulation's clock, and what is wrong with them said plainly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldenhour.planning.study.scenario import DAYS, BadScenario, Scenario, Unit, minutes_of
from goldenhour.planning.twin.arrays import BREAK, OFF_DUTY, ON_DUTY, ROSTER

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S


def duties(unit: Unit, first_day: str) -> list[tuple[float, float, list[tuple[float, float]]]]:
    """(begin, end, breaks (at, length)) of one week's duties in seconds from the beginning of `first_day`, in order;
    a duty may reach into the next week."""
    found = []
    for shift in unit.shifts:
        begin, end = minutes_of(shift.start) * 60.0, minutes_of(shift.end) * 60.0
        if end <= begin:
            end += DAY_S
        for day in shift.days:
            start = (DAYS.index(day) - DAYS.index(first_day)) % 7 * DAY_S
            breaks = []
            for one in shift.breaks:
                at = minutes_of(one.at) * 60.0
                at += DAY_S if at < begin else 0.0
                if not begin <= at < end or not 0 < one.minutes * 60 <= end - at:
                    raise BadScenario(f"unit {unit.name}: the break at {one.at} is not within its shift")
                breaks.append((start + at, one.minutes * 60.0))
            found.append((start + begin, start + end, sorted(breaks)))
    found.sort()
    for (_, end, _), (begin, _, _) in zip(found, [*found[1:], (found[0][0] + WEEK_S, 0, [])], strict=True):
        if begin < end:
            raise BadScenario(f"unit {unit.name} has shifts that overlap")
    return found


def roster_events(scenario: Scenario, *, until_s: float) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """(ROSTER records in time order, whether each unit's duty never ends) for the scenario's own units."""
    events: list[tuple[float, float, int, int]] = []
    always = np.array([not unit.shifts for unit in scenario.units], np.bool_)
    for u, unit in enumerate(scenario.units):
        if not unit.shifts:
            continue
        week = duties(unit, scenario.first_day)
        weeks = int(until_s // WEEK_S) + 1
        for k in range(-1, weeks):
            for begin, end, breaks in week:
                begin_s, end_s = begin + k * WEEK_S, end + k * WEEK_S
                if end_s <= 0:
                    continue
                events.append((max(0.0, begin_s), end_s - max(0.0, begin_s), u, ON_DUTY))
                events.append((end_s, 0.0, u, OFF_DUTY))
                events += [(at + k * WEEK_S, length, u, BREAK) for at, length in breaks if at + k * WEEK_S >= 0]
    # at one instant the next crew comes on before the last goes off
    events.sort(key=lambda e: (e[0], e[3], e[2]))
    return np.array(events, ROSTER) if events else np.zeros(0, ROSTER), always


def on_duty_s(roster: NDArray[Any], always: NDArray[np.bool_], until_s: float) -> NDArray[np.float64]:
    """Seconds each unit is rostered for until then."""
    seconds = np.where(always, until_s, 0.0)
    begins = roster[roster["kind"] == ON_DUTY]
    length = np.clip(until_s - begins["at_s"], 0.0, begins["length_s"])
    np.add.at(seconds, begins["unit"], length)
    return seconds


def gaps(scenario: Scenario) -> tuple[str, ...]:
    """Notes on hours of the week in which nobody at all is on duty."""
    if not scenario.units or any(not unit.shifts for unit in scenario.units):
        return ()
    minutes = np.zeros(7 * 24 * 60, np.bool_)
    for unit in scenario.units:
        for begin, end, _ in duties(unit, scenario.first_day):
            minutes[np.arange(int(begin // 60), int(end // 60)) % len(minutes)] = True
    empty = int((~minutes).sum())
    if not empty:
        return ()
    first = int(np.argmin(minutes))
    day = DAYS[(first // 1440 + DAYS.index(scenario.first_day)) % 7]
    return (
        f"the roster has gaps: nobody is on duty for {empty / 60:.1f} hours a week, first on {day} at "
        f"{first % 1440 // 60:02d}:{first % 60:02d}; calls wait until somebody is",
    )
