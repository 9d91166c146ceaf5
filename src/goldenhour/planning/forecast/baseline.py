"""The simple forecasts that a model must beat, each (hours, zones + 1) with the whole last.

Each series stands on its own here, as a planner would keep them in a sheet. They need no model and so serve as
the yardstick; `week_at_level` is the best of them.
"""

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, HOURS_A_WEEK, Floats, HourlyCounts
from goldenhour.planning.forecast.intervals import with_whole
from goldenhour.planning.forecast.level import hour_of_week

LEVEL_H = 28 * HOURS_A_DAY
FEWEST_H = LEVEL_H // 2


def _lagged(values: Floats, hours: int) -> Floats:
    gap = np.full((hours, values.shape[1]), np.nan)
    return np.concatenate([gap, values])[: len(values)]


def same_hour_last_week(counts: HourlyCounts) -> Floats:
    """The count of the same hour a week ago."""
    return _lagged(with_whole(counts.calls), HOURS_A_WEEK)


def same_hour_of_four_weeks(counts: HourlyCounts) -> Floats:
    """Mean of the same hour of the last four weeks, of those observed."""
    seen = with_whole(counts.calls)
    weeks = np.stack([_lagged(seen, HOURS_A_WEEK * k) for k in range(1, 5)])
    known = ~np.isnan(weeks)
    n = known.sum(axis=0)
    return np.where(n > 0, np.where(known, weeks, 0).sum(axis=0) / np.maximum(n, 1), np.nan)


def week_at_level(counts: HourlyCounts, past: HourlyCounts, *, lead_days: int = 1) -> Floats:
    """Weekday x hour profile of `past` times the mean of the 28 days known `lead_days` before each day.

    `lead_days` 0 rolls the level to the hour before, which no roster can use but which is the strictest bar.
    """
    level, week = _rolling_level(with_whole(counts.calls), lead_days), hour_of_week(counts)
    learn = slice(0, len(past.calls))
    seen, at = with_whole(past.calls), level[learn]
    known = ~np.isnan(seen) & ~np.isnan(at)
    columns = range(seen.shape[1])

    def by_week(values: Floats) -> Floats:
        held = np.where(known, values, 0)
        return np.stack([np.bincount(week[learn], held[:, z], HOURS_A_WEEK) for z in columns], axis=1)

    profile = by_week(seen) / np.maximum(by_week(at), 1e-12)
    return np.asarray(level * profile[week])


def _rolling_level(seen: Floats, lead_days: int) -> Floats:
    """Mean calls an hour over 28 days of observed hours, as known `lead_days` before each day."""
    known = ~np.isnan(seen)
    run = np.cumsum(np.where(known, seen, 0), axis=0)
    hours = np.cumsum(known, axis=0, dtype=float)
    run, hours = run - np.nan_to_num(_lagged(run, LEVEL_H)), hours - np.nan_to_num(_lagged(hours, LEVEL_H))
    mean = np.where(hours >= FEWEST_H, run / np.maximum(hours, 1), np.nan)
    if lead_days == 0:
        return _lagged(mean, 1)
    midnight = mean[HOURS_A_DAY - 1 :: HOURS_A_DAY]
    daily = np.concatenate([np.full((lead_days, seen.shape[1]), np.nan), midnight])[: len(midnight)]
    return np.repeat(daily, HOURS_A_DAY, axis=0)
