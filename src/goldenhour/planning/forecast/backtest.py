"""Forecast days that were kept from the model, and compare with what came and with simpler forecasts.

The bar is the weekday x hour x 28-day level baseline; the floor is the root of the mean count, which no forecast
can beat where calls are Poisson.
"""

from datetime import date

import msgspec
import numpy as np

from goldenhour.planning.forecast.anomaly import WHOLE_NAME, anomalies
from goldenhour.planning.forecast.baseline import same_hour_last_week, same_hour_of_four_weeks, week_at_level
from goldenhour.planning.forecast.counts import HOURS_A_DAY, BadSeries, Floats, HourlyCounts
from goldenhour.planning.forecast.holidays import Holidays, us_holidays
from goldenhour.planning.forecast.intervals import bands, with_whole
from goldenhour.planning.forecast.model import fit, predict


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of the held-out hours in calls per hour; `beats_baseline` by RMSE."""

    of: str
    hours: int
    mean_calls: float
    rmse: float
    mae: float
    bias: float
    rmse_baseline: float
    rmse_last_week: float
    rmse_four_weeks: float
    poisson_floor: float
    beats_baseline: bool
    inside_80: float
    inside_95: float


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """`whole` over all zones, `zones` one by one, `by_hour` the whole by hour of the day."""

    first_held_out: str
    last_held_out: str
    lead_days: int
    trained_days: int
    whole: Score
    zones: list[Score]
    by_hour: list[Score]
    anomalous_spells: int


def backtest(
    counts: HourlyCounts, first_held_out: date, *, lead_days: int = 1, holidays: Holidays = us_holidays
) -> Backtest:
    """Learn from the days before `first_held_out`; forecast each later day from what is known `lead_days` before."""
    if not counts.first_day < first_held_out <= counts.last_day:
        raise BadSeries(f"{first_held_out} cannot be held out: the series runs {counts.first_day} to {counts.last_day}")
    past = counts.until(first_held_out)
    model = fit(past, lead_days=lead_days, holidays=holidays)
    held = slice(counts.day_index(first_held_out) * HOURS_A_DAY, None)
    mean = predict(model, counts)[held]
    forecasts = {
        "model": with_whole(mean),
        "baseline": week_at_level(counts, past, lead_days=lead_days)[held],
        "last_week": same_hour_last_week(counts)[held],
        "four_weeks": same_hour_of_four_weeks(counts)[held],
    }
    seen = with_whole(counts.calls)[held]
    inside = [(seen >= band.low) & (seen <= band.high) for band in bands(forecasts["model"], model.dispersion)]
    hour = np.tile(np.arange(HOURS_A_DAY), len(seen) // HOURS_A_DAY)
    every = np.ones(len(seen), dtype=bool)

    def score(of: str, column: int, rows: np.ndarray) -> Score:
        return _score(
            of,
            seen[rows, column],
            {k: f[rows, column] for k, f in forecasts.items()},
            [band[rows, column] for band in inside],
        )

    return Backtest(
        first_held_out=first_held_out.isoformat(),
        last_held_out=counts.last_day.isoformat(),
        lead_days=lead_days,
        trained_days=model.trained_days,
        whole=score(WHOLE_NAME, -1, every),
        zones=[score(zone, z, every) for z, zone in enumerate(counts.zones)],
        by_hour=[score(f"{h:02d}:00", -1, hour == h) for h in range(HOURS_A_DAY)],
        anomalous_spells=len(anomalies(counts.since(first_held_out), mean, model.dispersion)),
    )


def _score(of: str, seen: Floats, forecasts: dict[str, Floats], inside: list[np.ndarray]) -> Score:
    """All forecasts over the hours that all of them reach."""
    known = ~np.isnan(seen) & np.all([~np.isnan(f) for f in forecasts.values()], axis=0)
    if not known.any():
        raise BadSeries(f"no held-out hour of {of} can be scored")
    calls = seen[known]

    def rmse(forecast: Floats) -> float:
        return float(np.sqrt(np.mean((calls - forecast[known]) ** 2)))

    error = calls - forecasts["model"][known]
    return Score(
        of=of,
        hours=int(known.sum()),
        mean_calls=float(calls.mean()),
        rmse=rmse(forecasts["model"]),
        mae=float(np.abs(error).mean()),
        bias=float(-error.mean()),
        rmse_baseline=rmse(forecasts["baseline"]),
        rmse_last_week=rmse(forecasts["last_week"]),
        rmse_four_weeks=rmse(forecasts["four_weeks"]),
        poisson_floor=float(np.sqrt(calls.mean())),
        beats_baseline=rmse(forecasts["model"]) < rmse(forecasts["baseline"]),
        inside_80=float(inside[0][known].mean()),
        inside_95=float(inside[1][known].mean()),
    )
