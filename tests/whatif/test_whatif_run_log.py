"""The log of runs: kept whole, listed latest first, damage shown."""

from pathlib import Path

import msgspec
import numpy as np

from goldenhour.planning.whatif import LoggedRun, RunLog, Unreadable, inputs_hash


def run(at: int, inputs: object) -> LoggedRun:
    return LoggedRun(
        at=at, name=f"run {at}", inputs_hash=inputs_hash(inputs), inputs={"q": 0.3}, results={"in_time": 0.58}
    )


def test_keeps_lists_and_answers(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "runs")
    assert log.runs() == []
    early, late, again = run(1_000, "a"), run(2_000, "b"), run(20_000, "a")
    for one in (late, early, again):
        log.keep(one)
    assert log.runs() == [again, late, early]
    assert log.answered(inputs_hash("a")) == again
    assert log.answered(inputs_hash("c")) is None
    assert not list(log.folder.glob("*.half"))


def test_a_damaged_file_is_shown_and_never_an_answer(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    path = log.keep(run(1_000, "a"))
    path.write_bytes(path.read_bytes()[:-20])
    (shown,) = log.runs()
    assert isinstance(shown, Unreadable)
    assert shown.file == path.name
    assert log.answered(inputs_hash("a")) is None


def test_the_hash_tells_inputs_apart_and_equal_ones_alike() -> None:
    table = np.arange(6.0).reshape(2, 3)
    same = inputs_hash({"b": 1, "a": 2}, table)
    assert same == inputs_hash({"a": 2, "b": 1}, table.copy(order="F"))
    others = [
        inputs_hash({"a": 2, "b": 1}, table.T),
        inputs_hash({"a": 2, "b": 1}, table.astype(np.float32)),
        inputs_hash({"a": 2, "b": 1}, table + 1),
        inputs_hash({"a": 2}, table),
        inputs_hash(table, {"a": 2, "b": 1}),
    ]
    assert len({same, *others}) == 6


def test_a_run_reads_as_json(tmp_path: Path) -> None:
    path = RunLog(tmp_path).keep(run(5, "x"))
    assert msgspec.json.decode(path.read_bytes())["results"] == {"in_time": 0.58}
