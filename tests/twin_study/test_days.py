"""Days of calls: seeded, separate streams, hours of the week, recorded logs."""

import numpy as np
import pytest

from goldenhour.planning.study import BadScenario, draw_calls, prepare, read_recorded
from goldenhour.planning.study.scenario import Scenario, scenario_of
from goldenhour.planning.study.spreads import Spread


def scenario(**said) -> Scenario:
    return scenario_of(said, source="test")


def test_two_plans_see_the_same_days_even_when_a_duration_changes(place):
    one = draw_calls(place, scenario(), seed=1, calls=500)
    other = draw_calls(place, scenario(on_scene_s={"always": 60}, units=[]), seed=1, calls=500)
    for field in ("arrival_s", "node", "level", "handover_s", "transport", "turnout_s"):
        assert (one[field] == other[field]).all(), field
    assert (other["on_scene_s"] == 60).all()
    assert (one["arrival_s"] != draw_calls(place, scenario(), seed=2, calls=500)["arrival_s"]).all()
    again = draw_calls(place, scenario(), seed=1, replication=1, calls=500)
    assert (one["arrival_s"] != again["arrival_s"]).all()


def test_calls_come_at_the_rate_and_the_hours_that_were_said(place):
    hours = [0.0] * 8 + [2.0] * 8 + [1.0] * 8
    calls = draw_calls(place, scenario(calls_per_day=100, hours=hours), seed=3, days=200)
    assert len(calls) == pytest.approx(20_000, rel=0.03)
    assert calls["arrival_s"].max() < 200 * 86_400
    at = (calls["arrival_s"] // 3600).astype(int) % 24
    count = np.bincount(at // 8, minlength=3)
    assert count[0] == 0
    assert count[1] / count[2] == pytest.approx(2.0, rel=0.06)


def test_a_week_begins_on_the_day_that_was_said(place):
    hours = [0.0] * 168
    hours[24 * 2 + 5] = 1.0  # Wednesday, 05:00
    calls = draw_calls(place, scenario(hours=hours, first_day="tue"), seed=3, calls=50)
    assert set(((calls["arrival_s"] // 3600) % 168).astype(int)) == {24 + 5}


def test_levels_and_places_follow_their_shares(place):
    calls = draw_calls(place, scenario(level_shares={1: 1, 2: 1, 3: 2}), seed=3, calls=20_000)
    assert np.bincount(calls["level"])[1:] / 20_000 == pytest.approx([0.25, 0.25, 0.5], abs=0.015)
    assert np.bincount(calls["node"], minlength=64).min() > 0.5 * 20_000 / 64


@pytest.mark.parametrize(
    ("spread", "mean", "p90"),
    [
        (Spread(mean=600), 600, 600 * np.log(10)),
        (Spread(mean=600, shape=4), 600, 1002),
        (Spread(median=271, p90=454), 271 * np.exp((np.log(454 / 271) / 1.28155) ** 2 / 2), 454),
        (Spread(low=10, high=20), 15, 19),
        (Spread(always=7), 7, 7),
    ],
)
def test_durations_have_the_mean_and_the_tail_that_were_said(spread, mean, p90):
    drawn = spread.draw(np.random.default_rng(0), 200_000)
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    assert spread.average == pytest.approx(mean, rel=1e-4)
    assert np.percentile(drawn, 90) == pytest.approx(p90, rel=0.01)


@pytest.mark.parametrize("asked", [{"calls": 0}, {"days": 0}, {"calls": -1}, {}, {"calls": 3, "days": 1}])
def test_a_length_that_is_none_is_refused(place, asked):
    with pytest.raises(BadScenario):
        draw_calls(place, scenario(), seed=1, **asked)


LOG = """time,lon,lat,level,on_scene_s,transport
2024-05-01T06:00:00,10.02,50.01,1,600,1
2024-05-01T06:10:00,10.05,50.03,3,120,0
2024-05-01T07:00:00,10.9,50.9,1,,
"""


def test_a_recorded_log_is_played_with_what_it_knows(place, tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    calls, notes = read_recorded(path, place, scenario(), seed=1)
    assert calls["arrival_s"].tolist() == [6 * 3600.0, 6 * 3600.0 + 600]
    assert calls["on_scene_s"].tolist() == [600, 120]
    assert calls["transport"].tolist() == [1, 0]
    assert calls["level"].tolist() == [1, 3]
    assert "1 of 3 calls are outside the region" in notes[0]
    outcome = prepare(place, scenario()).play(calls)
    assert not np.isnan(outcome.places["arrived_s"]).any()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when,lon,lat\n", "no column time"),
        ("time,lon,lat\n", "holds no call"),
        ("time,lon,lat\nyesterday,10,50\n", "line 2: time 'yesterday'"),
        ("time,lon,lat\n2024-05-01,east,50\n", "line 2: lon is 'east'"),
        ("time,lon,lat,level\n2024-05-01,10,50,9\n", "level is 9; 1 to 3"),
        ("time,lon,lat,on_scene_s\n2024-05-01,10.02,50.01,-5\n", "on_scene_s is -5; 0 or more is expected"),
        ("time,lon,lat\n2024-05-01,20,60\n", "no call lies within"),
    ],
)
def test_a_log_that_cannot_be_used_says_where_and_why(place, tmp_path, text, said):
    path = tmp_path / "log.csv"
    path.write_text(text)
    with pytest.raises(BadScenario, match=said):
        read_recorded(path, place, scenario(), seed=1)
