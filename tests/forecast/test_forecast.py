"""The forecast against services whose truth is known."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_calls import FIRST_DAY, series, service, true_mean

from goldenhour.planning.forecast import anomalies, backtest, bands, fit, predict, predict_ahead
from goldenhour.planning.forecast.counts import HOURS_A_DAY, BadSeries
from goldenhour.planning.forecast.holidays import no_holidays, us_holidays
from goldenhour.planning.forecast.intervals import quantile, with_whole


def test_learns_a_known_weekly_pattern() -> None:
    shares = (0.7, 0.3)
    past = service(400, seed=1)
    ahead, _ = predict_ahead(past, 7, holidays=no_holidays)
    truth = true_mean(407, shares, 20)[-7 * HOURS_A_DAY :]
    assert np.abs(ahead - truth).mean() / truth.mean() < 0.08


def test_follows_a_change_of_level_within_four_weeks() -> None:
    past = service(300, seed=2)
    calls = past.calls.copy()
    busy = np.random.default_rng(3).poisson(true_mean(40, (0.7, 0.3), 30)).astype(float)
    grown = series(np.concatenate([calls, busy]), zones=past.zones)
    ahead, _ = predict_ahead(grown, 1, holidays=no_holidays)
    assert ahead.sum() == pytest.approx(true_mean(341, (0.7, 0.3), 30)[-24:].sum(), rel=0.08)


def test_zones_add_up_to_the_whole_and_nothing_is_negative() -> None:
    past = service(120, seed=4, shares=(0.6, 0.3, 0.1))
    mean, phi = predict_ahead(past, 14, holidays=no_holidays)
    assert mean.shape == (14 * HOURS_A_DAY, 3)
    assert phi.shape == (14 * HOURS_A_DAY, 4)
    assert (mean >= 0).all()
    assert np.isfinite(mean).all()


def test_only_the_past_is_used() -> None:
    """Whatever happens on a day, its own forecast and those before it stay as they were."""
    past = service(200, seed=5)
    model = fit(past.until(FIRST_DAY + timedelta(days=150)), lead_days=3, holidays=no_holidays)
    changed = past.calls.copy()
    changed[180 * HOURS_A_DAY :] *= 3
    before = predict(model, past)
    after = predict(model, series(changed, zones=past.zones))
    same = 182 * HOURS_A_DAY + HOURS_A_DAY
    assert np.array_equal(before[:same], after[:same], equal_nan=True)
    assert not np.allclose(before[same:], after[same:])


def test_older_history_than_it_looks_back_changes_nothing() -> None:
    """The forecast of a day is the same however much of the past, beyond what it looks back on, comes along."""
    past = service(1100, seed=12)
    model = fit(past.until(FIRST_DAY + timedelta(days=1000)))
    assert model.calendar is not None
    whole = predict(model, past)[-50 * HOURS_A_DAY :]
    late = predict(model, past.since(FIRST_DAY + timedelta(days=800)))[-50 * HOURS_A_DAY :]
    assert late == pytest.approx(whole, rel=1e-9)


def test_an_unusual_day_is_found_and_a_usual_year_is_quiet() -> None:
    past = service(500, seed=6)
    first = FIRST_DAY + timedelta(days=400)
    model = fit(past.until(first), holidays=no_holidays)
    quiet = anomalies(past.since(first), predict(model, past)[-100 * HOURS_A_DAY :], model.dispersion)
    assert len(quiet) <= 6
    struck = past.calls.copy()
    at = 450 * HOURS_A_DAY + 14
    struck[at, 0] += 40
    struck[at + 100 : at + 106, 1] = 0
    storm = series(struck, zones=past.zones)
    found = anomalies(storm.since(first), predict(model, storm)[-100 * HOURS_A_DAY :], model.dispersion)
    day = (FIRST_DAY + timedelta(days=450)).isoformat()
    assert any((a.zone, a.day, a.hour, a.hours) == ("north", day, 14, 1) and a.calls > a.high for a in found)
    silent = (FIRST_DAY + timedelta(days=454)).isoformat()
    assert any((a.zone, a.day, a.hour, a.hours) == ("south", silent, 18, 6) and a.calls == 0 for a in found)


def test_gaps_are_not_read_as_quiet_hours() -> None:
    past = service(200, seed=7)
    holes = past.calls.copy()
    holes[np.random.default_rng(8).random(len(holes)) < 0.2] = np.nan
    whole, _ = predict_ahead(past, 7, holidays=no_holidays)
    patchy, _ = predict_ahead(series(holes, zones=past.zones), 7, holidays=no_holidays)
    assert patchy.sum() == pytest.approx(whole.sum(), rel=0.05)


def test_a_zone_without_a_call_is_forecast_near_nothing() -> None:
    past = service(120, seed=9)
    calls = np.column_stack([past.calls, np.zeros(len(past.calls))])
    mean, _ = predict_ahead(series(calls, zones=("north", "south", "sea")), 1, holidays=no_holidays)
    assert mean[:, 2].sum() < 0.1


def test_a_made_up_poisson_service_is_forecast_near_its_floor() -> None:
    past = service(600, seed=10)
    result = backtest(past, FIRST_DAY + timedelta(days=500), holidays=no_holidays)
    assert result.whole.rmse < 1.06 * result.whole.poisson_floor
    assert 0.78 <= result.whole.inside_80 <= 0.9


@settings(max_examples=40, deadline=None)
@given(mean=st.floats(0.01, 500), phi=st.floats(1e-6, 2), level=st.floats(0.5, 0.99))
def test_bands_hold_at_least_their_level(mean: float, phi: float, level: float) -> None:
    from scipy import stats

    (band,) = bands(np.array([[mean]]), np.array([[phi]]), levels=(level,))
    law = stats.nbinom(1 / phi, 1 / (1 + phi * mean))
    inside = law.cdf(band.high[0, 0]) - law.cdf(band.low[0, 0] - 1)
    assert inside >= level - 1e-9
    assert 0 <= band.low[0, 0] <= band.high[0, 0]


def test_quantile_of_no_calls_is_none() -> None:
    assert quantile(np.zeros(2), np.full(2, 0.1), 0.99).tolist() == [0, 0]


def test_whole_is_the_sum_of_the_zones() -> None:
    assert with_whole(np.array([[1.0, 2.0]])).tolist() == [[1, 2, 3]]


@pytest.mark.parametrize("days", [0, 29])
def test_days_ahead_have_an_end(days: int) -> None:
    with pytest.raises(BadSeries, match="1 to 28"):
        predict_ahead(service(100, seed=1), days)


def test_too_little_history_is_refused() -> None:
    with pytest.raises(BadSeries, match="at least 56"):
        fit(service(55, seed=1))


def test_a_silent_series_is_refused() -> None:
    with pytest.raises(BadSeries, match="not one call"):
        fit(series(np.zeros((100 * HOURS_A_DAY, 1)), zones=("north",)))


def test_us_holidays_fall_where_the_law_puts_them() -> None:
    days = {name: day for day, name in us_holidays(2019).items()}
    assert days["Thanksgiving"].isoformat() == "2019-11-28"
    assert days["Memorial Day"].isoformat() == "2019-05-27"
    assert days["Labor Day"].isoformat() == "2019-09-02"
    assert days["Martin Luther King Day"].isoformat() == "2019-01-21"
