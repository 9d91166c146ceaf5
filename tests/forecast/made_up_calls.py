"""A made-up service: known weekly pattern, Poisson calls, seeded."""

from datetime import date

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, Floats, HourlyCounts, clock_hours

FIRST_DAY = date(2021, 1, 4)


def true_mean(days: int, shares: tuple[float, ...], calls_an_hour: float) -> Floats:
    hour = np.tile(np.arange(HOURS_A_DAY), days)
    weekday = np.repeat(np.arange(days) % 7, HOURS_A_DAY)
    shape = 1 + 0.5 * np.sin(2 * np.pi * (hour - 9) / 24) - 0.1 * (weekday >= 5)
    return calls_an_hour * shape[:, None] * np.array(shares)


def service(days: int, *, seed: int, shares: tuple[float, ...] = (0.7, 0.3), rate: float = 20) -> HourlyCounts:
    calls = np.random.default_rng(seed).poisson(true_mean(days, shares, rate)).astype(float)
    return series(calls, zones=tuple(["north", "south", "east", "west"][: len(shares)]))


def series(calls: Floats, *, zones: tuple[str, ...]) -> HourlyCounts:
    days = len(calls) // HOURS_A_DAY
    return HourlyCounts(zones=zones, first_day=FIRST_DAY, calls=calls, clock_h=clock_hours(FIRST_DAY, days, None))
