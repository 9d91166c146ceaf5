"""The demand model: the weekly profile at the 28-day level, corrected by what the last days, season and holidays say.

log(mean calls) = log(profile x level x real hours) + effects . coefficients, fitted as a Poisson regression with
a ridge and Huber weights (McCullagh & Nelder 1989; Huber 1981), shared out over zones by each zone's part of the
hour of the week. The zones therefore always add up to the whole.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, BadSeries, Floats, HourlyCounts
from goldenhour.planning.forecast.effects import Calendar, calendar_of, effects
from goldenhour.planning.forecast.holidays import Holidays, us_holidays
from goldenhour.planning.forecast.intervals import dispersion
from goldenhour.planning.forecast.level import day_index, hour_of_week, known_by, level, weekly_profile
from goldenhour.planning.forecast.shares import ZoneShares, fit_shares, shares

LEAST_DAYS = 56
SEASON_DAYS = 728
MEMORY_DAYS = 2184  # six years: older weeks no longer help (New York: 16.42 with six years, 16.42 with nine)
RIDGE = 100.0
HUBER = 3.0  # standard deviations beyond which an hour counts less
ROUNDS = 8
MAD_TO_SD = 1.4826  # of a normal distribution
LEADS = (1, 7, 14, 28)


@dataclass(frozen=True, kw_only=True)
class DemandModel:
    """What was learnt. `profile` (168,), `coefficients` (1 + effects,), `dispersion` (24, zones + 1), whole last."""

    lead_days: int
    trained_days: int
    calendar: Calendar | None
    profile: Floats
    coefficients: Floats
    shares: ZoneShares
    dispersion: Floats


def fit(counts: HourlyCounts, *, lead_days: int = 1, holidays: Holidays = us_holidays) -> DemandModel:
    """Learn from the whole of `counts` to forecast each day from what is known `lead_days` before it."""
    _fit_for_use(counts, lead_days)
    recent = counts.since(counts.last_day - timedelta(days=MEMORY_DAYS - 1))
    calendar = calendar_of(recent, holidays) if recent.days >= SEASON_DAYS else None
    profile = weekly_profile(recent).sum(axis=1)
    offset, table = _terms(recent, profile, lead_days=lead_days, calendar=calendar)
    coefficients = _poisson_ridge(recent.total, offset, table)
    model = DemandModel(
        lead_days=lead_days,
        trained_days=recent.days,
        calendar=calendar,
        profile=profile,
        coefficients=coefficients,
        shares=fit_shares(recent),
        dispersion=np.zeros((HOURS_A_DAY, len(counts.zones) + 1)),
    )
    return _with_dispersion(model, recent)


def predict(model: DemandModel, counts: HourlyCounts) -> Floats:
    """Mean calls (hours, zones); each day from what is known `lead_days` before it, NaN where that is too little."""
    offset, table = _terms(counts, model.profile, lead_days=model.lead_days, calendar=model.calendar)
    whole = np.exp(offset + table @ model.coefficients)
    return np.asarray(whole[:, None] * shares(model.shares, counts, lead_days=model.lead_days))


def predict_ahead(
    counts: HourlyCounts, days: int, *, timezone: str | None = None, holidays: Holidays = us_holidays
) -> tuple[Floats, Floats]:
    """Mean calls of the next `days` days (days x 24, zones) and the dispersion of each hour (days x 24, zones + 1).

    Each day ahead is forecast by the model of the shortest lead in LEADS that reaches it.
    """
    if not 1 <= days <= LEADS[-1]:
        raise BadSeries(f"{days} days ahead: 1 to {LEADS[-1]} are forecast")
    longer = counts.extended(days, timezone)
    means: list[Floats] = []
    spreads: list[Floats] = []
    done = 0
    for lead in LEADS:
        if done >= days:
            break
        model = fit(counts, lead_days=lead, holidays=holidays)
        upto = min(lead, days)
        start = counts.days + done
        window = slice(start * HOURS_A_DAY, (counts.days + upto) * HOURS_A_DAY)
        means.append(predict(model, longer)[window])
        spreads.append(np.tile(model.dispersion, (upto - done, 1)))
        done = upto
    return np.concatenate(means), np.concatenate(spreads)


def _fit_for_use(counts: HourlyCounts, lead_days: int) -> None:
    if counts.days < LEAST_DAYS:
        raise BadSeries(f"{counts.days} days of history: at least {LEAST_DAYS} are wanted")
    if not 1 <= lead_days <= LEADS[-1]:
        raise BadSeries(f"a lead of {lead_days} days: 1 to {LEADS[-1]} are forecast")
    seen = ~np.isnan(counts.total)
    if seen.mean() < 0.5:
        raise BadSeries(f"only {seen.mean():.0%} of the hours are there; at least half are wanted")
    if not np.nansum(counts.calls):
        raise BadSeries("there is not one call in the series")


def _terms(
    counts: HourlyCounts, profile: Floats, *, lead_days: int, calendar: Calendar | None
) -> tuple[Floats, Floats]:
    """Log of the usual calls at the present level, and the table of effects with its leading column of ones."""
    index = day_index(counts, profile)
    at_level = np.repeat(known_by(level(index), lead_days), HOURS_A_DAY)
    with np.errstate(divide="ignore"):  # an hour the clock skips, or an hour of the week never called in: mean 0
        offset = np.log(profile[hour_of_week(counts)] * counts.clock_h * at_level)
    table = effects(counts, index, lead_days=lead_days, calendar=calendar)
    return offset, np.column_stack([np.ones(len(table)), table])


def _poisson_ridge(calls: Floats, offset: Floats, table: Floats) -> Floats:
    """Iteratively reweighted least squares; the ridge spares the intercept."""
    use = np.isfinite(offset) & ~np.isnan(calls)
    y, base, x = calls[use], offset[use], table[use]
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 0
    beta = np.zeros(x.shape[1])
    for _ in range(ROUNDS):
        mean = np.exp(base + x @ beta)
        off = (y - mean) / np.sqrt(mean)
        spread = max(1.0, MAD_TO_SD * float(np.median(np.abs(off))))
        trust = np.minimum(1, HUBER * spread / np.maximum(np.abs(off), 1e-9))
        curvature = x.T @ (x * (mean * trust)[:, None]) + np.diag(ridge)
        beta = beta + np.linalg.solve(curvature, x.T @ ((y - mean) * trust) - ridge * beta)
    return beta


def _with_dispersion(model: DemandModel, counts: HourlyCounts) -> DemandModel:
    last = counts.since(counts.last_day - timedelta(days=SEASON_DAYS - 1))
    mean = predict(model, counts)[-len(last.calls) :]
    return replace(model, dispersion=dispersion(last, mean))
