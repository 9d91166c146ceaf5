"""What a file of hourly counts may look like, and what is refused with the line at fault."""

import argparse
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from made_up_calls import FIRST_DAY, service

from goldenhour.planning.forecast import count_calls, read_hourly
from goldenhour.planning.forecast.counts import BadSeries
from goldenhour.run import forecast as verb


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text(text)
    return path


def test_wide_with_a_column_per_zone(tmp_path: Path) -> None:
    counts = read_hourly(_file(tmp_path, "time,north,south\n2024-05-01T00:00,3,1\n2024-05-01T02:00,0,2\n"))
    assert counts.zones == ("north", "south")
    assert counts.calls[0].tolist() == [3, 1]
    assert np.isnan(counts.calls[1]).all()
    assert counts.calls[2].tolist() == [0, 2]


def test_long_with_a_row_per_zone(tmp_path: Path) -> None:
    text = "datetime,zone,calls\n2024-05-01 05:00,north,3\n2024-05-01 05:00,south,1\n"
    counts = read_hourly(_file(tmp_path, text))
    assert counts.calls[5].tolist() == [3, 1]


def test_one_series_in_a_gzip(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv.gz"
    path.write_bytes(gzip.compress(b",year,month,day,hour,num_calls\n0,2024,5,1,7,9\n"))
    counts = read_hourly(path)
    assert counts.zones == ("all",)
    assert counts.calls[7, 0] == 9


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "an empty file"),
        ("time,calls\n", "no hours"),
        ("when,calls\n2024-05-01,1\n", "no time"),
        ("time\n2024-05-01T00:00\n", "no column of calls"),
        ("time,calls\n2024-05-01T00:00,-1\n", "line 2: '-1' is not a count"),
        ("time,calls\n2024-05-01T00:00,many\n", "line 2: 'many' is not a count"),
        ("time,calls\n2024-05-01T00:00,1.5\n", "line 2: '1.5' is not a count"),
        ("time,calls\n2024-05-01T00:00,nan\n", "line 2: 'nan' is not a count"),
        ("time,calls\n2024-05-41T00:00,1\n", "line 2: '2024-05-41T00:00' is not an hour"),
        ("year,month,day,hour,calls\n2024,5,1,24,1\n", "line 2: '2024 5 1 24' is not an hour"),
        ("time,calls\n2024-05-01T00:00,1\n2024-05-01T00:30,1\n", "is there twice"),
        ("time,calls\n2024-05-01T00:00,1,2\n", "line 2: 3 fields"),
        ("time,north,total\n2024-05-01T00:00,1,2\n", "line 2: total is 2, its zones add to 1"),
        ("time,zone\n2024-05-01T00:00,north\n", "needs a column `calls`"),
    ],
)
def test_refuses_with_the_place_at_fault(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadSeries, match=says.replace("(", r"\(")):
        read_hourly(_file(tmp_path, text))


def test_refuses_what_is_no_gzip(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv.gz"
    path.write_bytes(b"time,calls\n")
    with pytest.raises(BadSeries, match="not a readable CSV"):
        read_hourly(path)


def test_counts_a_log_by_local_hour() -> None:
    """One call an hour through the autumn change in New York: 25 calls that day, two of them at one o'clock."""
    start = int(datetime(2024, 11, 1, 0, 30, tzinfo=UTC).timestamp() * 1000)
    instants = start + np.arange(24 * 5, dtype=np.int64) * 3_600_000
    counts = count_calls(instants, np.zeros(120, dtype=np.int64), zones=("a",), timezone="America/New_York")
    assert counts.first_day == date(2024, 11, 1)
    sunday = counts.calls[2 * 24 : 3 * 24, 0]
    assert sunday.sum() == 25
    assert sunday[1] == 2
    assert counts.clock_h[2 * 24 + 1] == 2


def test_counting_refuses_a_call_outside_the_zones() -> None:
    with pytest.raises(BadSeries, match="outside the 1 zones"):
        count_calls(np.array([0]), np.array([1]), zones=("a",), timezone="UTC")


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    verb.configure(parser)
    return verb.run(parser.parse_args(words))


def _written(tmp_path: Path, days: int) -> Path:
    made = service(days, seed=11)
    lines = ["time,north,south"]
    for hour, (north, south) in enumerate(made.calls.astype(int)):
        lines.append(f"{made.day(hour // 24).isoformat()}T{hour % 24:02d}:00,{north},{south}")
    return _file(tmp_path, "\n".join(lines) + "\n")


def test_backtest_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(_written(tmp_path, 400))
    assert _run("backtest", path, "--from", "2021-11-01", "--holidays", "none", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["first_held_out"] == "2021-11-01"
    assert answer["whole"]["hours"] == (FIRST_DAY.toordinal() + 400 - date(2021, 11, 1).toordinal()) * 24
    assert [zone["of"] for zone in answer["zones"]] == ["north", "south"]


def test_forecast_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("run", str(_written(tmp_path, 100)), "--days", "2", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 2 * 24 * 3
    assert all(row["low_95"] <= row["low_80"] <= row["mean"] <= row["high_80"] <= row["high_95"] for row in rows)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("backtest", "/nowhere.csv"), "cannot be read"),
        (("backtest", "{file}", "--from", "1999-01-01"), "cannot be held out"),
        (("backtest", "{file}", "--from", "2021-03-15", "--lead-days", "0"), "lead of 0 days"),
        (("run", "{file}", "--days", "99"), "1 to 28"),
        (("run", "{file}", "--timezone", "Mars/Olympus"), "is not a time zone"),
        (("anomalies", "{file}", "--days", "0"), "--days 0"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    path = str(_written(tmp_path, 100))
    assert _run(*(word.replace("{file}", path) for word in words)) == 2
    assert says in capsys.readouterr().err
