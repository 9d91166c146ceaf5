"""Intervals round a forecast: negative binomial, so that an hour may stray more than chance alone lets it."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from goldenhour.planning.forecast.counts import HOURS_A_DAY, Floats, HourlyCounts

NEARLY_POISSON = 1e-6


@dataclass(frozen=True, kw_only=True)
class Band:
    """`low` and `high` hold the calls with probability `level`; shapes as the mean they belong to."""

    level: float
    low: Floats
    high: Floats


def with_whole(zones: Floats) -> Floats:
    """The columns of the zones and, last, their sum."""
    return np.concatenate([zones, zones.sum(axis=1, keepdims=True)], axis=1)


def dispersion(counts: HourlyCounts, mean: Floats) -> Floats:
    """phi of variance = mean + phi mean^2 by moments, (24, zones + 1) with the whole last."""
    seen, wanted = with_whole(counts.calls), with_whole(mean)
    known = ~np.isnan(seen) & ~np.isnan(wanted)
    extra = np.where(known, (seen - wanted) ** 2 - wanted, 0).reshape(-1, HOURS_A_DAY, seen.shape[1])
    scale = np.where(known, wanted**2, 0).reshape(-1, HOURS_A_DAY, seen.shape[1])
    return np.asarray(np.maximum(extra.sum(axis=0) / np.maximum(scale.sum(axis=0), 1e-12), NEARLY_POISSON))


def quantile(mean: Floats, phi: Floats, probability: float) -> Floats:
    """Smallest count that is not exceeded with `probability`, element by element."""
    size = 1 / phi
    return np.where(mean > 0, stats.nbinom.ppf(probability, size, size / (size + np.maximum(mean, 1e-12))), mean * 0)


def bands(mean: Floats, phi: Floats, *, levels: tuple[float, ...] = (0.8, 0.95)) -> list[Band]:
    """Central bands round `mean` (hours, series) with the dispersion of each hour, broadcast over days."""
    hourly = np.tile(phi, (len(mean) // len(phi), 1))
    return [
        Band(
            level=level,
            low=quantile(mean, hourly, (1 - level) / 2),
            high=quantile(mean, hourly, (1 + level) / 2),
        )
        for level in levels
    ]
