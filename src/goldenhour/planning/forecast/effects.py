"""What moves demand off its weekly pattern: the last days, the season by hour, holidays by hour, slow drift."""

from datetime import timedelta

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, Floats, HourlyCounts
from goldenhour.planning.forecast.holidays import Holidays, holiday_names
from goldenhour.planning.forecast.level import known_by, recent_mean, tamed

DAYS_A_YEAR = 365.25
YEAR_WAVES = 4
SEASON_BY_HOUR = [(k, j) for k in (1, 2) for j in (1, 2, 3)]


def _waves(angle: Floats, order: int) -> list[Floats]:
    return [np.cos(order * angle), np.sin(order * angle)]


def effects(
    counts: HourlyCounts, index: Floats, *, lead_days: int, holidays: Holidays | None, trained_days: int
) -> Floats:
    """One row per hour, one column per effect; `index` is the day index, `trained_days` the span fitted on.

    `holidays` None leaves out season, drift and holidays: without two years of history they cannot be told
    from chance.
    """
    hour = np.tile(np.arange(HOURS_A_DAY, dtype=float), counts.days)
    clock = 2 * np.pi * hour / HOURS_A_DAY
    columns = _last_days(index, clock, lead_days)
    if holidays is not None:
        columns += _season(counts, clock, trained_days) + _holidays(counts, clock, holidays)
    return np.column_stack(columns)


def _last_days(index: Floats, clock: Floats, lead_days: int) -> list[Floats]:
    """Log of the last known day, the day before and the last week against their level, the first by hour."""
    held = tamed(index)
    off_level = np.log(np.maximum(held, 1e-6) / np.maximum(recent_mean(held, 28, 14), 1e-6))
    off_level = np.nan_to_num(np.clip(off_level, -0.5, 0.5))
    week = recent_mean(off_level, 7, 1)

    def hourly(days: Floats) -> Floats:
        return np.repeat(np.nan_to_num(days), HOURS_A_DAY)

    last = hourly(known_by(off_level, lead_days))
    by_hour = [last * wave for k in (1, 2) for wave in _waves(clock, k)]
    return [last, *by_hour, hourly(known_by(off_level, lead_days + 1)), hourly(known_by(week, lead_days))]


def _season(counts: HourlyCounts, clock: Floats, trained_days: int) -> list[Floats]:
    days = [counts.first_day + timedelta(days=d) for d in range(counts.days)]
    year = np.repeat([2 * np.pi * day.timetuple().tm_yday / DAYS_A_YEAR for day in days], HOURS_A_DAY)
    weekend = np.repeat([float(day.weekday() >= 5) for day in days], HOURS_A_DAY)
    columns = [wave for k in range(1, YEAR_WAVES + 1) for wave in _waves(year, k)]
    for k, j in SEASON_BY_HOUR:
        both = [a * b for a in _waves(year, k) for b in _waves(clock, j)]
        columns += both + [wave * weekend for wave in both]
    drift = np.repeat(np.arange(counts.days) - trained_days / 2, HOURS_A_DAY) / trained_days
    return [*columns, drift * weekend, *(drift * wave for j in (1, 2, 3) for wave in _waves(clock, j))]


def _holidays(counts: HourlyCounts, clock: Floats, holidays: Holidays) -> list[Floats]:
    days = [counts.first_day + timedelta(days=d) for d in range(counts.days)]
    named = holiday_names(days, holidays)
    kinds = sorted(set(holidays(counts.first_day.year).values()))
    columns: list[Floats] = []
    for kind in kinds:
        today = np.repeat([float(name == kind) for name in named], HOURS_A_DAY)
        columns += [today, *(today * wave for j in (1, 2) for wave in _waves(clock, j))]
    return columns
