"""Figures, replications, memory, files and the command."""

import json

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest

from goldenhour.planning.study import draw_calls, figures, prepare, results
from goldenhour.planning.study.files import write_plots, write_tables
from goldenhour.planning.study.memory import Memory
from goldenhour.planning.study.replicate import Recipe, Replication, average, interval, replicate, replicate_all
from goldenhour.planning.study.scenario import scenario_of
from goldenhour.run import main


@pytest.fixture(scope="module")
def played(place):
    scenario = scenario_of({"calls_per_day": 50, "policy": {"name": "redispatch"}}, source="t")
    study = prepare(place, scenario)
    calls = draw_calls(place, scenario, seed=1, days=30)
    return study, calls, study.play(calls)


def test_figures_are_what_the_log_says(played):
    study, calls, outcome = played
    found = results(study, calls, outcome)
    response_s = outcome.places["arrived_s"][:, 0] - calls["arrival_s"]
    assert found["calls"] == found["reached"] == len(calls)
    assert found["mean_s"] == pytest.approx(response_s.mean())
    assert (found["p50_s"], found["p90_s"]) == pytest.approx(tuple(np.percentile(response_s, [50, 90])))
    late = response_s > study.targets_s[calls["level"]]
    assert found["in_time"] == pytest.approx(1 - late.mean())
    urgent = calls["level"] == 1
    assert found["in_time_by_priority"]["urgent"] == pytest.approx(1 - late[urgent].mean())
    assert sum(row["calls"] for row in found["by_zone"].values()) == len(calls)
    assert sum(row["calls"] for row in found["by_hour"]) == len(calls)
    minutes = response_s[urgent] / 60
    assert found["survival"] <= np.maximum(0, 0.67 - 0.055 * minutes).mean() + 1e-9
    assert found["hospitals"]["General"]["patients"] == calls["transport"].sum()
    assert sum(unit["runs"] for unit in found["units"]) == len(calls) + found["diverted"]
    busy_h = sum(unit["busy_h"] for unit in found["units"])
    assert found["utilisation"] == pytest.approx(busy_h / (3 * found["days"] * 24))
    assert 0 < found["coverage"]["mean"] < 1
    short = figures(study, calls, outcome)
    assert short["in_time"] == pytest.approx(found["in_time"])
    assert short["mileage_km"] == pytest.approx(found["mileage_km"])
    json.dumps(found, allow_nan=False)


def test_calls_nobody_reaches_are_late_and_counted(place):
    scenario = scenario_of({"units": [{"name": "F", "home": "West", "kind": "first_responder"}]}, source="t")
    study = prepare(place, scenario)
    calls = draw_calls(place, scenario, seed=1, calls=20)
    found = results(study, calls, study.play(calls))
    assert (found["reached"], found["in_time"], found["mean_s"]) == (0, 0.0, None)
    assert found["queue"]["never_filled"] == 20


def test_the_files_hold_the_run(played, tmp_path):
    study, calls, outcome = played
    write_tables(tmp_path, study, calls, outcome)
    table = pq.read_table(tmp_path / "calls.parquet")
    assert table.num_rows == len(calls)
    assert table["response_s"].to_numpy().mean() == pytest.approx(results(study, calls, outcome)["mean_s"])
    assert pq.read_table(tmp_path / "units.parquet").num_rows == 3
    for path in write_plots(tmp_path, study, calls, outcome):
        assert path.stat().st_size > 5_000


def test_memory_keeps_whole_values_only(tmp_path):
    memory = Memory(tmp_path)
    memory.keep("a" * 64, {"x": [1, 2]})
    assert memory.recall("a" * 64, dict) == {"x": [1, 2]}
    assert memory.recall("b" * 64, dict) is None
    path = next(tmp_path.glob("*.json"))
    path.write_bytes(path.read_bytes()[:-2])
    assert memory.recall("a" * 64, dict) is None
    memory.keep("c" * 64, [1])
    assert memory.recall("c" * 64, Replication) is None


def test_averages_and_intervals():
    assert average([{"a": 1.0, "b": [2, None]}, {"a": 3.0, "b": [4, 6]}]) == {"a": 2.0, "b": [3.0, 6.0]}
    assert average([{"n": "x", "k": 5}, {"n": "x", "k": 5}]) == {"n": "x", "k": 5}
    found = interval([1.0, 2.0, 3.0])
    assert found is not None
    assert (found.mean, found.low, found.high) == pytest.approx((2.0, 2 - 2.484, 2 + 2.484), abs=1e-3)
    assert interval([1.0]) is None


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One folder for all, so that travel tables are made once."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def auckland(shared, cache):
    return ["--city", str(shared / "regions" / "jemss" / "auckland"), "--cache", cache]


def test_the_command_answers_in_json_and_remembers(auckland, capsys, tmp_path):
    asked = ["twin", "run", *auckland, "--calls", "3000", "--policy", "dmexclp", "--set", "q=0.3", "--seed", "1"]
    assert main.main([*asked, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    wanted = [
        "calls",
        "wall_s",
        "calls_per_s",
        "mean_s",
        "p50_s",
        "p90_s",
        "in_time",
        "in_time_by_priority",
        "utilisation",
    ]
    assert all(first[key] is not None for key in wanted)
    assert first["calls"] == 3000
    assert 0.5 < first["in_time"] < 0.65
    assert main.main([*asked, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["remembered"], again["wall_s"]) == (1, 0.0)
    assert again["by_priority"] == first["by_priority"]
    later = tmp_path / "later.yaml"
    later.write_text("targets: {1: {seconds: 600}}")
    assert main.main([*asked, "--scenario", str(later), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by_priority"]["highPriority"]["target_s"] == 600
    assert main.main([*asked[:-4], "--set", "q=0.8", "--seed", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["in_time"] != first["in_time"]


def test_published_shares_in_time_of_auckland_are_met(auckland, capsys):
    """Over 2.8 million calls the plan of issue 3's figures gave 55.6 % closest and 58.2 % with DMEXCLP at q = 0.3."""
    for policy, share in (("closest", 0.556), ("dmexclp", 0.582)):
        assert main.main(["twin", "run", *auckland, "--calls", "200000", "--policy", policy, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["in_time"] == pytest.approx(share, abs=0.008)


def test_comparing_pairs_the_days(auckland, capsys):
    asked = ["twin", "compare", "closest", "dmexclp:q=0.3", *auckland, "--days", "4", "--replications", "3"]
    assert main.main([*asked, "--workers", "1", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    effects = {effect["figure"]: effect for effect in answer["effects"]}
    assert effects["diverted"]["before"] == 0 < effects["diverted"]["after"]
    assert effects["in_time"]["difference"]["replications"] == 3
    assert effects["relocations"]["verdict"] == "same"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--city", "nowhere", "--calls", "5"], "not a directory"),
        (["--region", "nowhere", "--calls", "5"], "not a region"),
        (["--calls", "5", "--set", "q=2"], "policy.q is 2"),
        (["--calls", "5", "--set", "colour=2"], "no such number"),
        (["--calls", "0"], "at least one call"),
        (["--days", "-1"], "more than 0 days"),
        (["--calls", "5", "--scenario", "none.yaml"], "cannot be read"),
        (["--calls-from", "none.csv"], "none.csv"),
        (["--calls", "5", "--replications", "0"], "counted from 1"),
    ],
)
def test_bad_input_is_said_in_a_line_and_exit_code_2(auckland, capsys, words, said):
    city = [] if "--city" in words or "--region" in words else auckland
    assert main.main(["twin", "run", *city, *words]) == 2
    assert said in capsys.readouterr().err


def test_replications_on_a_dask_cluster_equal_those_here(shared, cache):
    from distributed import LocalCluster

    recipe = Recipe(
        scenario=scenario_of({}, source="t"),
        city=str(shared / "regions" / "jemss" / "manhattan"),
        days=2,
        cache=cache,
    )
    here = [replicate(recipe, number) for number in range(2)]
    afresh = msgspec.structs.replace(recipe, cache=None)
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
        there = replicate_all([afresh], 2, dask=cluster.scheduler_address)[0]
    assert [one.results for one in there] == [one.results for one in here]
    assert [one.figures for one in there] == [one.figures for one in here]
