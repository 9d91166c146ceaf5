"""What moves demand off its weekly pattern: the last days, the season by hour, holidays by hour, slow drift."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, Floats, HourlyCounts
from goldenhour.planning.forecast.holidays import Holidays, holiday_names
from goldenhour.planning.forecast.level import known_by, recent_mean, tamed

DAYS_A_YEAR = 365.25
YEAR_WAVES = 4
SEASON_BY_HOUR = [(k, j) for k in (1, 2) for j in (1, 2, 3)]


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What of the calendar a model knows: the days it learnt from, and the `kinds` of holidays among them."""

    first_day: date
    days: int
    holidays: Holidays
    kinds: tuple[str, ...]


def calendar_of(counts: HourlyCounts, holidays: Holidays) -> Calendar:
    """The calendar of the whole of `counts`."""
    years = range(counts.first_day.year, counts.last_day.year + 1)
    kinds = sorted({name for year in years for name in holidays(year).values()})
    return Calendar(first_day=counts.first_day, days=counts.days, holidays=holidays, kinds=tuple(kinds))


def _waves(angle: Floats, order: int) -> list[Floats]:
    return [np.cos(order * angle), np.sin(order * angle)]


def effects(counts: HourlyCounts, index: Floats, *, lead_days: int, calendar: Calendar | None) -> Floats:
    """One row per hour, one column per effect; `index` is the day index.

    `calendar` None leaves out season, drift and holidays: without two years of history they cannot be told from
    chance.
    """
    hour = np.tile(np.arange(HOURS_A_DAY, dtype=float), counts.days)
    clock = 2 * np.pi * hour / HOURS_A_DAY
    columns = _last_days(index, clock, lead_days)
    if calendar is not None:
        columns += _season(counts, clock) + _drift(counts, clock, calendar) + _holidays(counts, clock, calendar)
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


def _season(counts: HourlyCounts, clock: Floats) -> list[Floats]:
    days = counts.dates
    year = np.repeat([2 * np.pi * day.timetuple().tm_yday / DAYS_A_YEAR for day in days], HOURS_A_DAY)
    weekend = _weekend(counts)
    columns = [wave for k in range(1, YEAR_WAVES + 1) for wave in _waves(year, k)]
    for k, j in SEASON_BY_HOUR:
        both = [a * b for a in _waves(year, k) for b in _waves(clock, j)]
        columns += both + [wave * weekend for wave in both]
    return columns


def _drift(counts: HourlyCounts, clock: Floats, calendar: Calendar) -> list[Floats]:
    """Slow change of the shape of day and week, as parts of the time learnt from, 0 in its middle."""
    since = (counts.first_day - calendar.first_day).days + np.arange(counts.days)
    drift = np.repeat((since - calendar.days / 2) / calendar.days, HOURS_A_DAY)
    return [drift * _weekend(counts), *(drift * wave for j in (1, 2, 3) for wave in _waves(clock, j))]


def _weekend(counts: HourlyCounts) -> Floats:
    return np.repeat([float(day.weekday() >= 5) for day in counts.dates], HOURS_A_DAY)


def _holidays(counts: HourlyCounts, clock: Floats, calendar: Calendar) -> list[Floats]:
    named = holiday_names(counts.dates, calendar.holidays)
    columns: list[Floats] = []
    for kind in calendar.kinds:
        today = np.repeat([float(name == kind) for name in named], HOURS_A_DAY)
        columns += [today, *(today * wave for j in (1, 2) for wave in _waves(clock, j))]
    return columns
