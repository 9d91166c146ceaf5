"""A live system's own days, played again by the twin."""

import csv
import io
import json
from pathlib import Path

import pytest

from goldenhour.run import main


@pytest.fixture(scope="module")
def log(county: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Three simulated hours of the whole system, in SQLite."""
    store = f"sqlite:{tmp_path_factory.mktemp('live') / 'log.db'}"
    asked = ["simulate", "--region", str(county), "--hours", "3", "--seed", "5", "--rate", "2", "--store", store]
    assert main.main(asked) == 0
    return store


def written(log: str, county: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main.main(["twin", "calls", "--store", log, "--region", str(county)]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_the_log_becomes_calls_with_what_it_knows_of_them(county, log, capsys):
    rows = written(log, county, capsys)
    assert len(rows) > 15
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert rows[0]["time"].startswith("2026-01-05T06:"), "the region's clock, on which the simulation begins at six"
    assert all(1 <= int(row["level"]) <= 5 for row in rows)
    done = [row for row in rows if row["transport"] == "1" and row["handover_s"]]
    assert len(done) > 5
    for row in done:
        assert float(row["turnout_s"]) > 0
        assert float(row["on_scene_s"]) > 60
        assert 0 <= float(row["dispatch_delay_s"]) <= 300


def test_the_twin_plays_the_log(county, log, capsys, tmp_path):
    rows = written(log, county, capsys)
    place = ["--region", str(county), "--cache", str(tmp_path / "cache"), "--json"]
    assert main.main(["twin", "run", *place, "--calls-from", log, "--out", str(tmp_path / "out")]) == 0
    from_store = json.loads(capsys.readouterr().out)
    assert from_store["calls"] == len(rows)
    for level in range(1, 6):
        recorded = sum(row["level"] == str(level) for row in rows)
        assert from_store["by_priority"][f"L{level}"]["calls"] == recorded
    assert any("same in every replication" in note for note in from_store["notes"])
    assert (tmp_path / "out" / "calls.parquet").stat().st_size > 1000
    file = tmp_path / "calls.csv"
    assert main.main(["twin", "calls", "--store", log, "--region", str(county), "--out", str(file)]) == 0
    capsys.readouterr()
    assert main.main(["twin", "run", *place, "--calls-from", str(file)]) == 0
    from_file = json.loads(capsys.readouterr().out)
    assert from_file["by_priority"] == from_store["by_priority"]


def test_two_plans_are_compared_on_the_log(county, log, capsys, tmp_path):
    asked = ["twin", "compare", "closest", "redispatch", "--region", str(county), "--calls-from", log, "--workers", "1"]
    assert main.main([*asked, "--replications", "2", "--cache", str(tmp_path), "--json"]) == 0
    effects = {one["figure"]: one for one in json.loads(capsys.readouterr().out)["effects"]}
    assert effects["diverted"]["before"] == 0 < effects["diverted"]["after"]


@pytest.mark.parametrize(
    ("where", "said"),
    [("sqlite:none.db", "there is no log"), ("memory.csv", "cannot be read")],
)
def test_a_log_that_is_not_there_is_said(county, capsys, tmp_path, monkeypatch, where, said):
    monkeypatch.chdir(tmp_path)
    assert main.main(["twin", "run", "--region", str(county), "--calls-from", where]) == 2
    assert said in capsys.readouterr().err
