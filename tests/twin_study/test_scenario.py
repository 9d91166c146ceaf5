"""Scenario files: what may be said, and what is answered to what may not."""

import numpy as np
import pytest

from goldenhour.planning.study import BadScenario, draw_calls, prepare, read_scenario, with_settings
from goldenhour.planning.study.rosters import on_duty_s
from goldenhour.planning.study.scenario import Scenario, scenario_of

FULL = """
name: Night cut
first_day: fri
calls_per_day: 60
hours: [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]
travel_hours: [1, 1, 1, 1, 1, 1, 1.2, 1.4, 1.4, 1.2, 1, 1, 1, 1, 1, 1.2, 1.4, 1.4, 1.2, 1, 1, 1, 1, 1]
travel_spread: 0.1
report_s: 30
on_scene_s: {median: 780, p90: 1500}
stations:
  - {name: South, lon: 10.03, lat: 50.045}
units:
  - {name: A1, home: West, kind: als}
  - name: B1
    home: South
    kind: bls
    shifts:
      - {start: "07:00", end: "19:00", days: [mon, tue, wed, thu, fri], breaks: [{at: "12:30", minutes: 30}]}
      - {start: "19:00", end: "07:00", days: [fri, sat]}
  - {name: FR, home: East, kind: first_responder}
plans:
  - name: arrest
    levels: [1]
    share: 0.4
    units:
      - {needs: [paramedic, transport]}
      - {needs: [emr], sooner_s: 60}
hospitals:
  General: {bays: 2, capabilities: [stroke, burns]}
hospital_needs: {stroke: 0.1}
targets: {1: {seconds: 539, name: "8:59"}}
policy: {name: dmexclp, q: 0.4, divert: {1: [2, 3]}, end_guard_s: {3: 900}}
"""


def test_a_full_scenario_is_read_and_played(place, tmp_path):
    path = tmp_path / "night.yaml"
    path.write_text(FULL)
    scenario = read_scenario(path)
    study = prepare(place, scenario)
    calls = draw_calls(place, scenario, seed=1, days=14)
    outcome = study.play(calls)
    assert study.unit_names == ("A1", "B1", "FR")
    assert study.level_names[1] == "8:59"
    assert study.targets_s[1] == 539
    assert outcome.units["runs"].min() > 0
    assert outcome.units["breaks"][1] + outcome.units["breaks_cut"][1] > 0
    fleet = study.fleet(14 * 86_400.0)
    duty_h = on_duty_s(fleet.roster, fleet.on_duty, 14 * 86_400.0) / 3600
    assert duty_h[0] == 14 * 24
    assert duty_h[1] == 2 * (5 * 12 + 2 * 12)


def test_an_empty_file_is_the_place_as_it_is(place, tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text("")
    study = prepare(place, read_scenario(path))
    assert study.unit_names == ("A1", "A2", "B1")


def use(place, change) -> None:
    scenario = scenario_of(change, source="file.yaml")
    prepare(place, scenario)
    draw_calls(place, scenario, seed=1, calls=10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"unit": []}, "unknown field `unit`"),
        ({"policy": {"name": "nearest"}}, "Invalid enum value 'nearest'"),
        ({"policy": {"q": 0}}, "policy.q is 0"),
        ({"policy": {"q": 1.2}}, "policy.q is 1.2"),
        ({"policy": {"divert": {3: [1]}}}, "more urgent level"),
        ({"hours": [1, 2, 3]}, "hours has 3 numbers"),
        ({"hours": [0] * 24}, "not all zero"),
        ({"travel_hours": [0] + [1] * 23}, "travel_hours must be above zero"),
        ({"calls_per_day": -3}, "calls_per_day is -3"),
        ({"calls_per_day": 0}, "above zero"),
        ({"on_scene_s": {"mean": -1}}, "zero or more"),
        ({"on_scene_s": {"mean": 5, "p90": 9}}, "a duration is one of"),
        ({"on_scene_s": {"median": 9, "p90": 5}}, "larger number comes second"),
        ({"move": {"A9": "West"}}, "no unit A9"),
        ({"move": {"A1": "North"}}, "no station North"),
        ({"units": [{"name": "X", "home": "Nowhere"}]}, "no station Nowhere"),
        ({"units": [{"name": "X", "home": "West"}] * 2}, "same name"),
        ({"hospitals": {"Mercy": {}}}, "no hospital Mercy"),
        ({"hospital_needs": {"burns": 0.1}}, "no hospital capability burns"),
        ({"hospital_needs": {"stroke": 1.5}}, "share of stroke is 1.5"),
        ({"targets": {7: {"seconds": 60}}}, "levels are 1 to 3"),
        ({"level_shares": {9: 1}}, "levels are 1 to 3"),
        ({"plans": [{"name": "p", "levels": [1], "units": [{"needs": ["emr"]}]}]}, "it needs transport"),
        ({"plans": [{"name": "p", "levels": [1], "units": []}]}, "one to six units"),
        ({"stations": [{"name": "Far", "lon": 12, "lat": 52}]}, "Far is off the network"),
        ({"policy": {"cover_target_s": -5}}, "no travel time is left"),
    ],
)
def test_what_cannot_be_used_is_said_in_words(place, change, said):
    with pytest.raises(BadScenario, match=said):
        use(place, change)


def shifts(*spans):
    return {"units": [{"name": "X", "home": "West", "shifts": [{"start": a, "end": b} for a, b in spans]}]}


def test_a_roster_with_gaps_is_played_with_a_note(place):
    scenario = scenario_of(shifts(("07:00", "19:00")), source="t")
    study = prepare(place, scenario)
    assert any("nobody is on duty for 84.0 hours a week, first on mon at 00:00" in note for note in study.notes)
    calls = draw_calls(place, scenario, seed=1, calls=60)
    outcome = study.play(calls)
    assigned = outcome.places["assigned_s"][:, 0] % 86_400
    assert not np.isnan(outcome.places["arrived_s"]).any()
    begun = assigned[~np.isnan(assigned)]
    assert ((begun >= 7 * 3600) & (begun <= 24 * 3600)).mean() > 0.9


def test_shifts_that_overlap_or_are_no_times_are_refused(place):
    with pytest.raises(BadScenario, match="overlap"):
        prepare(place, scenario_of(shifts(("07:00", "19:00"), ("18:00", "20:00")), source="t"))
    with pytest.raises(BadScenario, match="'7am' is no time of day"):
        scenario_of(shifts(("7am", "19:00")), source="t")


def test_a_plan_nobody_can_fill_is_said(place):
    plan = {"name": "boss", "levels": [1], "units": [{"needs": ["emt", "transport"]}, {"needs": ["supervise"]}]}
    study = prepare(place, scenario_of({"plans": [plan]}, source="t"))
    assert any("SUPERVISE" in note for note in study.notes)


def test_numbers_are_set_from_the_command_line():
    changed = with_settings(Scenario(), ["q=0.45", "calls_per_day=77", "divert={1: [2]}"], policy="dmexclp")
    assert (changed.policy.name, changed.policy.q, changed.calls_per_day) == ("dmexclp", 0.45, 77)
    assert changed.policy.divert == {1: (2,)}
    for bad, said in (("q", "key=value"), ("speed=9", "no such number"), ("q=high", "Expected")):
        with pytest.raises(BadScenario, match=said):
            with_settings(Scenario(), [bad])


def test_a_file_that_is_no_yaml_is_said(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("a: [1")
    with pytest.raises(BadScenario, match="not YAML"):
        read_scenario(path)
    with pytest.raises(BadScenario, match="cannot be read"):
        read_scenario(tmp_path / "none.yaml")
