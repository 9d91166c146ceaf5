"""How the calls of an hour fall on the zones: recent share of each zone, times its own habit of the week.

Both are drawn towards the longer or wider view where calls are few (gamma-Poisson shrinkage), so that a zone of
one call a day is not forecast from a handful of Mondays at four.
"""

from dataclasses import dataclass

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, Floats, HourlyCounts
from goldenhour.planning.forecast.level import hour_of_week, known_by, weekly_profile

SHARE_DAYS = 91
PRIOR_CALLS = 50.0


@dataclass(frozen=True, kw_only=True)
class ZoneShares:
    """`long_run` (zones,) adds to 1; `habit` (168, zones) is 1 where a zone follows the whole."""

    long_run: Floats
    habit: Floats


def fit_shares(counts: HourlyCounts) -> ZoneShares:
    """Learn the long-run shares and the habits of the week."""
    calls = np.nansum(counts.calls, axis=0)
    long_run = calls / calls.sum()
    profile = weekly_profile(counts)
    weeks = counts.days / 7
    usual = profile.sum(axis=1, keepdims=True) * long_run * weeks
    habit = (profile * weeks + PRIOR_CALLS) / (usual + PRIOR_CALLS)
    return ZoneShares(long_run=long_run, habit=habit)


def shares(learnt: ZoneShares, counts: HourlyCounts, *, lead_days: int) -> Floats:
    """Part of each hour's calls per zone (hours, zones), adding to 1, from what is known `lead_days` before."""
    days = np.nan_to_num(counts.calls).reshape(-1, HOURS_A_DAY, len(counts.zones)).sum(axis=1)
    run = np.cumsum(days, axis=0)
    recent_calls = run.copy()
    recent_calls[SHARE_DAYS:] -= run[:-SHARE_DAYS]
    drawn = recent_calls + PRIOR_CALLS * learnt.long_run * len(counts.zones)
    recent = np.stack([known_by(drawn[:, z], lead_days) for z in range(len(counts.zones))], axis=1)
    recent = np.where(np.isnan(recent), learnt.long_run, recent)
    weights = np.repeat(recent, HOURS_A_DAY, axis=0) * learnt.habit[hour_of_week(counts)]
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
