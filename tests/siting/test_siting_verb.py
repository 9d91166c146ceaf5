"""`goldenhour siting` from the command line: files in, plans with names out, one line for what is wrong."""

import argparse
import json
from itertools import combinations_with_replacement
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from towns import town

from goldenhour.planning.siting import Objective, prefer, screen, worth_by_kind
from goldenhour.planning.siting.reading import read_table
from goldenhour.run import siting as verb

CSV = "cell,weight,north,south,hill\na,5,100,500,900\nb,3,500,100,900\nc,1,900,inf,50\n"
UNITS = "unit,north,south,hill\nmedic 1,10,300,600\nmedic 2,300,10,600\n"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    verb.configure(parser)
    return verb.run(parser.parse_args(words))


@pytest.fixture
def travel(tmp_path: Path) -> Path:
    path = tmp_path / "travel.csv"
    path.write_text(CSV)
    return path


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_mclp_by_hand(travel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mclp", "--travel", str(travel), "--posts", "2", "--target", "480", "--json") == 0
    found = answer(capsys)
    assert found["units_at"] == {"north": 1, "south": 1}
    assert found["share"] == pytest.approx(8 / 9)
    assert found["status"] == "optimal"


def test_mclp_keeps_a_named_post(travel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("mclp", "--travel", str(travel), "--posts", "2", "--target", "480", "--keep", "hill", "--json")
    assert run(*words) == 0
    assert answer(capsys)["units_at"] == {"north": 1, "hill": 1}


def test_the_same_table_as_parquet_and_npz(tmp_path: Path, travel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = {"cell": ["a", "b", "c"], "weight": [5, 3, 1], "north": [100.0, 500, 900],
               "south": [500.0, 100, np.inf], "hill": [900.0, 900, 50]}  # fmt: skip
    parquet.write_table(pa.table(columns), tmp_path / "travel.parquet")
    travel_s = np.array([columns[site] for site in ("north", "south", "hill")]).T
    np.savez(tmp_path / "travel.npz", travel_s=travel_s, weights=[5, 3, 1], sites=["north", "south", "hill"])
    found = []
    for path in (travel, tmp_path / "travel.parquet", tmp_path / "travel.npz"):
        assert run("mexclp", "--travel", str(path), "--units", "3", "--target", "480", "--q", "0.3", "--json") == 0
        found.append(answer(capsys))
    assert found[0] == found[1] == found[2]


def test_pmedian_by_hand(travel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pmedian", "--travel", str(travel), "--posts", "2", "--json") == 0
    found = answer(capsys)
    assert found["units_at"] == {"north": 1, "south": 1}
    assert found["value"] == pytest.approx((5 * 100 + 3 * 100 + 900) / 9)


def test_no_plan_reaches_all_is_said_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "islands.csv"
    path.write_text("cell,north,south\na,100,inf\nb,inf,100\n")
    assert run("pmedian", "--travel", str(path), "--posts", "1") == 1
    assert "infeasible" in capsys.readouterr().out


def test_ddsm_names_the_post_of_each_unit(tmp_path: Path, travel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = tmp_path / "units.csv"
    units.write_text(UNITS)
    words = ("--near", "480", "--far", "900", "--alpha", "0.8", "--cost-per-s", "0.001")
    assert run("ddsm", "--travel", str(travel), "--units", str(units), *words, "--json") == 0
    found = answer(capsys)
    assert found["post_of"] == {"medic 1": "north", "medic 2": "south"}
    assert found["covered_once"] == pytest.approx(8)
    assert found["beyond_far"] == pytest.approx(0)


def test_hypercube_finds_the_best_of_all_plans_of_two_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Weights are calls per hour; the search must reach the best of the six ways to place two units."""
    path = tmp_path / "calls.csv"
    path.write_text("cell,weight,north,south,hill\na,0.5,100,500,900\nb,0.3,500,100,900\nc,0.1,900,900,50\n")
    words = ("--units", "2", "--service", "2400", "--objective", "survival")
    assert run("hypercube", "--travel", str(path), *words, "--json") == 0
    found = answer(capsys)
    demand = read_table(path).demand
    preferences = prefer(demand.travel_s, demand.weights)
    worth = worth_by_kind(Objective(kind="survival"), demand.travel_s, preferences)
    best = max(
        screen(preferences, worth, np.array(plan), service_s=2400)
        for plan in combinations_with_replacement(range(3), 2)
    )
    assert found["value"] == pytest.approx(best)
    assert found["status"] == "local_optimum"


def test_people_get_lines(travel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mclp", "--travel", str(travel), "--posts", "1", "--target", "480") == 0
    assert "units_at: north 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        (CSV, ("mclp", "--posts", "9", "--target", "480"), "9 units do not fit on 3 sites"),
        (CSV, ("mclp", "--posts", "1", "--target", "-1"), "more than 0"),
        (CSV, ("mclp", "--posts", "1", "--target", "480", "--keep", "east"), "no site 'east'"),
        (CSV, ("mclp", "--posts", "1", "--target", "480", "--time-limit", "0"), "a time above 0"),
        (CSV, ("mexclp", "--units", "2", "--target", "480", "--q", "1"), "busy fraction"),
        (CSV, ("hypercube", "--units", "2", "--service", "3600"), "the queue would never end"),
        (CSV.replace("900\nb", "-900\nb"), ("mclp", "--posts", "1", "--target", "480"), "is -900"),
        (CSV.replace("900\nb", "\nb"), ("mclp", "--posts", "1", "--target", "480"), "'' in column hill, row 1"),
        (CSV.replace("inf", "nan"), ("mclp", "--posts", "1", "--target", "480"), "is nan"),
        (CSV + "d,1\n", ("mclp", "--posts", "1", "--target", "480"), "row 5: 2 fields"),
        ("cell,weight\na,1\n", ("mclp", "--posts", "1", "--target", "480"), "no column of seconds"),
        ("", ("mclp", "--posts", "1", "--target", "480"), "a header and at least one row"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "travel.csv"
    path.write_text(text)
    assert run(*words, "--travel", str(path)) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.csv", "cannot be read"),
        ("bad.npz", "NPZ"),
        ("bad.parquet", "Parquet"),
        ("a.txt", "wanted"),
    ],
)
def test_unreadable_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, says: str) -> None:
    if name != "none.csv":
        (tmp_path / name).write_bytes(b"not a table")
    assert run("mclp", "--travel", str(tmp_path / name), "--posts", "1", "--target", "480") == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("words", [("pmedian", "--posts", "6"), ("mclp", "--posts", "8", "--target", "220")])
def test_a_plan_cut_short_says_how_much_better_one_may_exist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    demand = town(2, points=600, sites=80)
    np.savez(tmp_path / "large.npz", travel_s=demand.travel_s, weights=demand.weights)
    asked = (words[0], "--travel", str(tmp_path / "large.npz"), *words[1:], "--time-limit", "0.005")
    assert run(*asked, "--json") == 0
    found = answer(capsys)
    assert found["status"] == "time_limit"
    if found["bound"] is None:
        assert "nothing is known of how much better" in found["note"]
    else:
        off = abs(found["bound"] - found["value"]) / found["value"]
        assert off > 0
        assert f"{off:.2%} better may exist" in found["note"]
    assert run(*asked) == 0
    assert "not proven best: the time ran out" in capsys.readouterr().out
