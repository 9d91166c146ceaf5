"""Hours and spells with more or fewer calls than chance and the usual unrest explain."""

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import stats

from goldenhour.planning.forecast.counts import HOURS_A_DAY, BadSeries, Floats, HourlyCounts
from goldenhour.planning.forecast.intervals import quantile, with_whole

WHOLE_NAME = "all zones"
SPELLS_H = (1, 6)
TAIL = 1e-4  # one false alarm a year and series on each side, at 8,760 hours a year
FEWEST_EXPECTED = 1e-3


class Anomaly(msgspec.Struct, frozen=True, kw_only=True):
    """`calls` seen in `hours` hours from local `hour` of `day`, where `low` to `high` were to be expected."""

    day: str
    hour: int
    hours: int
    zone: str
    calls: int
    expected: float
    low: int
    high: int
    tail: float


def anomalies(
    counts: HourlyCounts, mean: Floats, phi: Floats, *, tail: float = TAIL, spells_h: tuple[int, ...] = SPELLS_H
) -> list[Anomaly]:
    """All spells outside their bounds, in order of time; the whole is watched beside each zone.

    `mean` (hours, zones) belongs to the hours of `counts`, `phi` (24, zones + 1) to the hours of the day. Within a
    spell the unrest is taken to be common to its hours, which makes the bounds of long spells wide, not narrow.
    """
    if not 0 < tail < 0.5:
        raise BadSeries(f"a tail of {tail}: more than 0 and less than 0.5 is wanted")
    seen, wanted = with_whole(counts.calls), with_whole(mean)
    hourly = np.tile(phi, (counts.days, 1))
    names = (*counts.zones, WHOLE_NAME)
    found: list[Anomaly] = []
    for hours in spells_h:
        for column, name in enumerate(names):
            found += _spells(counts, name, hours, tail, seen[:, column], wanted[:, column], hourly[:, column])
    return sorted(found, key=lambda a: (a.day, a.hour, a.hours, a.zone))


def _spells(
    counts: HourlyCounts, name: str, hours: int, tail: float, seen: Floats, wanted: Floats, phi: Floats
) -> list[Anomaly]:
    calls = sliding_window_view(seen, hours).sum(axis=1)
    expected = sliding_window_view(wanted, hours).sum(axis=1)
    unrest = sliding_window_view(phi, hours).mean(axis=1)
    low, high = quantile(expected, unrest, tail), quantile(expected, unrest, 1 - tail)
    out = np.flatnonzero(((calls < low) | (calls > high)) & (expected > FEWEST_EXPECTED))
    kept = _strongest(out, np.abs(calls - expected)[out], hours)
    return [
        _anomaly(counts, name, hours, int(at), calls[at], expected[at], low[at], high[at], unrest[at]) for at in kept
    ]


def _strongest(at: np.ndarray, strength: Floats, hours: int) -> list[int]:
    """Of overlapping spells the one furthest off."""
    kept: list[int] = []
    for i in at[np.argsort(-strength, kind="stable")]:
        if all(abs(int(i) - k) >= hours for k in kept):
            kept.append(int(i))
    return sorted(kept)


def _anomaly(
    counts: HourlyCounts,
    name: str,
    hours: int,
    at: int,
    calls: float,
    expected: float,
    low: float,
    high: float,
    unrest: float,
) -> Anomaly:
    size = 1 / unrest
    law = stats.nbinom(size, size / (size + expected))
    tail = law.sf(calls - 1) if calls > expected else law.cdf(calls)
    return Anomaly(
        day=counts.day(at // HOURS_A_DAY).isoformat(),
        hour=at % HOURS_A_DAY,
        hours=hours,
        zone=name,
        calls=int(calls),
        expected=round(float(expected), 2),
        low=int(low),
        high=int(high),
        tail=float(tail),
    )
