"""How busy the service is of late: each day against its usual week, and the mean of the 28 days before.

A 28-day window holds each weekday four times, so its level carries no weekly pattern of its own.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from goldenhour.planning.forecast.counts import HOURS_A_DAY, HOURS_A_WEEK, Floats, HourlyCounts, Ints

LEVEL_DAYS = 28
FEWEST_DAYS = LEVEL_DAYS // 2
FEWEST_HOURS = HOURS_A_DAY // 2
SPREAD = 0.3  # a storm day is read as at most 30 % off its neighbours, so that it does not raise four weeks
LEAST_LEVEL = 0.01


def hour_of_week(counts: HourlyCounts) -> Ints:
    """0 (Monday 00:00) to 167 for each hour of the series."""
    start = counts.first_day.weekday() * HOURS_A_DAY
    return (start + np.arange(len(counts.calls), dtype=np.int64)) % HOURS_A_WEEK


def weekly_profile(counts: HourlyCounts) -> Floats:
    """Mean calls per real hour for each hour of the week, (168, zones)."""
    week = hour_of_week(counts)
    seen = ~np.isnan(counts.calls) & (counts.clock_h > 0)[:, None]
    calls = np.where(seen, counts.calls, 0)
    hours = np.where(seen, counts.clock_h[:, None], 0)
    zones = range(len(counts.zones))
    sums = np.stack([np.bincount(week, calls[:, z], HOURS_A_WEEK) for z in zones], axis=1)
    time = np.stack([np.bincount(week, hours[:, z], HOURS_A_WEEK) for z in zones], axis=1)
    return np.asarray(sums / np.maximum(time, 1e-9))


def day_index(counts: HourlyCounts, profile: Floats) -> Floats:
    """Each day's calls over what its weekday usually brings, (days,); NaN for a day seen less than half.

    `profile` is the weekly profile of all zones together, (168,).
    """
    total = counts.total
    usual = profile[hour_of_week(counts)] * counts.clock_h
    seen = ~np.isnan(total)
    calls = np.where(seen, total, 0).reshape(-1, HOURS_A_DAY).sum(axis=1)
    wanted = np.where(seen, usual, 0).reshape(-1, HOURS_A_DAY).sum(axis=1)
    enough = seen.reshape(-1, HOURS_A_DAY).sum(axis=1) >= FEWEST_HOURS
    return np.where(enough & (wanted > 0), calls / np.maximum(wanted, 1e-9), np.nan)


def recent_mean(values: Floats, days: int, fewest: int) -> Floats:
    """Mean of the `days` values up to and with each day; NaN where fewer than `fewest` are known."""
    padded = np.concatenate([np.full(days - 1, np.nan), values])
    windows = sliding_window_view(padded, days)
    known = ~np.isnan(windows)
    n = known.sum(axis=1)
    mean = np.where(known, windows, 0).sum(axis=1) / np.maximum(n, 1)
    return np.where(n >= fewest, mean, np.nan)


def tamed(index: Floats) -> Floats:
    """The day index held within SPREAD of the median of the 28 days up to it."""
    padded = np.concatenate([np.full(LEVEL_DAYS - 1, np.nan), index])
    windows = sliding_window_view(padded, LEVEL_DAYS)
    known = (~np.isnan(windows)).any(axis=1)
    middle = np.full(len(index), np.nan)
    middle[known] = np.nanmedian(windows[known], axis=1)
    return np.clip(index, middle * (1 - SPREAD), middle * (1 + SPREAD))


def level(index: Floats) -> Floats:
    """Level at the end of each day: mean of the tamed index over 28 days, never below LEAST_LEVEL."""
    return np.maximum(recent_mean(tamed(index), LEVEL_DAYS, FEWEST_DAYS), LEAST_LEVEL)


def known_by(values: Floats, lead_days: int) -> Floats:
    """For each day the value known `lead_days` before it."""
    return np.concatenate([np.full(lead_days, np.nan), values])[: len(values)]
