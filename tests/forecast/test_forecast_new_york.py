"""New York, 2019 held out: the figures that the planning notes promise."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from goldenhour.planning.forecast import Backtest, HourlyCounts, anomalies, backtest, fit, predict, read_hourly
from goldenhour.planning.forecast.baseline import week_at_level
from goldenhour.planning.forecast.counts import HOURS_A_DAY

HELD_OUT = date(2019, 1, 1)


@pytest.fixture(scope="module")
def new_york(shared: Path) -> HourlyCounts:
    return read_hourly(shared / "calls" / "nyc-hourly-2010-2019.csv.gz", timezone="America/New_York")


@pytest.fixture(scope="module")
def day_ahead(new_york: HourlyCounts) -> Backtest:
    return backtest(new_york, HELD_OUT)


def test_reads_five_boroughs_and_the_unplaced(new_york: HourlyCounts) -> None:
    assert new_york.zones[:3] == ("BRONX", "BROOKLYN", "MANHATTAN")
    assert len(new_york.zones) == 6
    assert (new_york.first_day, new_york.last_day) == (date(2010, 1, 1), date(2019, 12, 31))
    assert np.isnan(new_york.total).sum() == 17
    autumn = new_york.day_index(date(2019, 11, 3)) * HOURS_A_DAY
    assert new_york.clock_h[autumn : autumn + 4].tolist() == [1, 2, 1, 1]


def test_yardsticks_are_those_of_the_planning_notes(new_york: HourlyCounts, day_ahead: Backtest) -> None:
    assert day_ahead.whole.rmse_last_week == pytest.approx(24.7, abs=0.05)
    assert day_ahead.whole.rmse_four_weeks == pytest.approx(20.2, abs=0.2)
    assert day_ahead.whole.poisson_floor == pytest.approx(13.2, abs=0.05)
    strictest = week_at_level(new_york, new_york.until(HELD_OUT), lead_days=0)[:, -1]
    held = slice(new_york.day_index(HELD_OUT) * HOURS_A_DAY, None)
    error = (new_york.total - strictest)[held]
    assert np.sqrt(np.nanmean(error**2)) == pytest.approx(18.5, abs=0.05)


def test_a_day_ahead_beats_the_baseline_even_rolled_to_the_hour(day_ahead: Backtest) -> None:
    assert day_ahead.whole.rmse < 17.0
    assert day_ahead.whole.rmse < day_ahead.whole.rmse_baseline - 1.5
    assert abs(day_ahead.whole.bias) < 1


def test_beats_the_baseline_in_every_borough(day_ahead: Backtest) -> None:
    boroughs = [score for score in day_ahead.zones if score.mean_calls > 1]
    assert len(boroughs) == 5
    assert all(score.beats_baseline for score in boroughs)


def test_beats_the_baseline_in_every_hour_of_the_day(day_ahead: Backtest) -> None:
    assert all(score.beats_baseline for score in day_ahead.by_hour)


def test_intervals_hold_what_they_say(day_ahead: Backtest) -> None:
    for score in (day_ahead.whole, *(zone for zone in day_ahead.zones if zone.mean_calls > 1)):
        assert 0.78 <= score.inside_80 <= 0.87
        assert 0.93 <= score.inside_95 <= 0.98


def test_a_week_ahead_still_beats_the_baseline(new_york: HourlyCounts) -> None:
    week = backtest(new_york, HELD_OUT, lead_days=7)
    assert week.whole.rmse < week.whole.rmse_baseline - 1


def test_finds_the_manhattan_blackout_and_little_else(new_york: HourlyCounts) -> None:
    """13 July 2019, 18:47: a transformer fire left 73,000 customers of the West Side dark for five hours."""
    model = fit(new_york.until(HELD_OUT))
    year = new_york.since(HELD_OUT)
    found = anomalies(year, predict(model, new_york)[-len(year.calls) :], model.dispersion)
    dark = [a for a in found if a.zone == "MANHATTAN" and a.day == "2019-07-13" and a.hours == 6]
    assert len(dark) == 1
    assert dark[0].calls > dark[0].high
    assert len(found) < 60
