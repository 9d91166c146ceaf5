"""`goldenhour siting search` and `tune-q`: a plan improved by playing it."""

import json
from pathlib import Path

import numpy as np
import pytest

from goldenhour.planning.siting import BadSiting, Effort, local_search, moves
from goldenhour.planning.study.replicate import setting_of
from goldenhour.planning.study.scenario import Scenario, with_settings
from goldenhour.planning.study.study import prepare
from goldenhour.planning.whatif.improve import Judge, Trial, better_homes, better_q
from goldenhour.run import main

BUSY = ["sample_minutes=0", "calls_per_day=150"]


@pytest.fixture(scope="module")
def place(county: Path):
    """(setting, study of a busy county whose ambulances all wait at the same post)."""
    setting = setting_of(None, str(county), None)
    at_one = [f"move={{{', '.join(f'{unit.name}: {setting.stations[0].name}' for unit in setting.units)}}}"]
    return setting, prepare(setting, with_settings(Scenario(), [*BUSY, *at_one], policy="redispatch"))


def test_the_search_spreads_a_crowd_and_quotes_what_it_has_not_seen(place):
    setting, study = place
    told = []
    found = better_homes(
        setting,
        study,
        Trial(days=7.0),
        effort=Effort(first=4, most=8, evaluations=300),
        report=lambda done, most: told.append((done, most)),
    )
    assert found.moved
    assert {one.was for one in found.moved} == {setting.stations[0].name}
    assert all(step.gain.low > 0 for step in found.steps)
    assert found.confirmed.low > 0
    assert found.confirmed.replications == 8
    assert told[-1][0] <= 300
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_the_judge_plays_the_same_days_for_every_plan(place):
    setting, study = place
    judge = Judge(setting, study, Trial(days=7.0), None, 100)
    once, twice = judge.worth(study, range(3)), judge.worth(study, range(3))
    assert once.tolist() == twice.tolist()
    assert len(set(once.tolist())) == 3, "numbers are different days"


def test_a_search_that_is_stopped_says_so():
    left = iter([False, False, True, True])
    found = local_search(
        (0, 0),
        lambda plan: moves(plan, 3),
        lambda plan, numbers: np.array([float(sum(plan)) + 0.001 * n for n in numbers]),
        effort=Effort(first=2, most=2),
        stop=lambda: next(left, True),
    )
    assert found.ended == "stopped"
    assert found.steps


def test_q_is_tried_against_sending_everybody_home(county):
    setting = setting_of(None, str(county), None)
    study = prepare(setting, with_settings(Scenario(), BUSY, policy="dmexclp"))
    found = better_q(setting, study, Trial(days=7.0), replications=4)
    assert len(found.tried) == 13
    assert found.best is None or found.best.against_none.low > 0
    worst = min(found.tried, key=lambda one: one.worth)
    assert worst.against_none.high < 0, "a mistuned q is worse than none"
    with pytest.raises(BadSiting, match="q decides nothing"):
        better_q(setting, prepare(setting, Scenario()), Trial())


def test_both_verbs_answer_in_json(county, capsys):
    place = ["--region", str(county), "--days", "7", "--set", "calls_per_day=150", "--json"]
    asked = ["siting", "search", *place, "--plays", "40", "--policy", "redispatch", "--objective", "mean"]
    assert main.main([*asked, "--level", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["trial"] == {"goal": "mean", "level": 1, "days": 7.0, "seed": 1}
    assert found["ended"] in ("local_optimum", "budget")
    assert main.main(["siting", "tune-q", *place, "--policy", "dmexclp", "--replications", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["q"] for one in found["tried"]] == sorted(one["q"] for one in found["tried"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["search", "--time-limit", "0"], "--time-limit is seconds above 0"),
        (["search", "--level", "9"], "level 9 is not one of 1 to 5"),
        (["search", "--days", "0"], "more than 0 days"),
        (["tune-q", "--replications", "1"], "at least two"),
        (["tune-q"], "q decides nothing"),
        (["search", "--set", "q=1"], "policy.q is 1"),
    ],
)
def test_what_cannot_be_searched_is_said(county, capsys, words, said):
    assert main.main(["siting", *words[:1], "--region", str(county), *words[1:]]) == 2
    assert said in capsys.readouterr().err
