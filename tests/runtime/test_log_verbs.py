"""`goldenhour replay` and `goldenhour rehearse`, as people and scripts call them."""

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from depot.desk_day import an_afternoon
from goldenhour.chain.content import default_folder
from goldenhour.run.main import main
from goldenhour.storage.sqlite import SqliteStore


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log of an afternoon."""
    path = tmp_path / "log.sqlite"

    async def go() -> None:
        desk = await an_afternoon(SqliteStore(path))
        assert desk.runtime.refusals == 1
        assert desk.boards.rows["incidents"]
        assert desk.boards.rows["handovers"]
        await desk.stop()

    asyncio.run(go())
    return path


def test_a_whole_log_replays_with_its_boards(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--store", f"sqlite:{log}", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["differences"], report["shown"]) == (True, 0, [])
    assert report["facts"] > 20
    assert report["board_rows"] >= 4
    with sqlite3.connect(log) as db:
        (head,) = db.execute("SELECT lower(hex(hash)) FROM fact ORDER BY seq DESC LIMIT 1").fetchone()
    db.close()
    assert report["log_head"] == head
    assert main(["replay", "--store", f"sqlite:{log}"]) == 0
    assert "All equal." in capsys.readouterr().out


def test_a_log_that_was_tampered_with_fails_and_says_where(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(log) as db:
        db.execute("UPDATE entity SET doc = CAST(replace(CAST(doc AS TEXT), 'gate code', 'door code') AS BLOB)")
    db.close()
    assert main(["replay", "--store", f"sqlite:{log}", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    where = {one["where"]: one["what"] for one in report["shown"]}
    assert set(where) == {"incident:i1", "board incidents i1"}
    assert all("notes" in what for what in where.values())
    assert "1234" not in json.dumps(report)


def test_documents_that_todays_code_cannot_read_are_a_difference_and_no_crash(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(log) as db:
        db.execute("UPDATE entity SET doc = CAST(replace(CAST(doc AS TEXT), 'call_sign', 'name') AS BLOB)")
    db.close()
    assert main(["replay", "--store", f"sqlite:{log}", "--json"]) == 1
    where = {one["where"] for one in json.loads(capsys.readouterr().out)["shown"]}
    assert where == {"boards", "unit:m1"}
    assert main(["replay", "--store", f"sqlite:{log}", "--mend", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["mended"]) == (True, 1)
    assert main(["replay", "--store", f"sqlite:{log}", "--json"]) == 0


def test_mending_never_touches_facts(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(log) as db:
        db.execute("UPDATE fact SET hash = zeroblob(32) WHERE seq = 3")
        db.execute("DELETE FROM entity WHERE stream = 'unit:m1'")
        db.execute("INSERT INTO entity VALUES ('unit:ghost', 'unit', 1, 1, CAST('{}' AS BLOB))")
    db.close()
    assert main(["replay", "--store", f"sqlite:{log}", "--mend", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["mended"] == 2
    assert {one["where"] for one in report["shown"]} == {"seq 3", "seq 4"}


def test_unchanged_code_and_content_answer_as_recorded(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--store", f"sqlite:{log}", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["differences"]) == (True, 0)
    assert report["verdicts"] == {"same": report["commands"]}


def test_other_content_shows_what_it_would_change(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "content"
    shutil.copytree(default_folder(), other)
    complaints = other / "dispatch" / "complaints.yaml"
    complaints.write_text(complaints.read_text().replace("default_level: 4", "default_level: 2", 1))
    assert main(["rehearse", "--store", f"sqlite:{log}", "--content", str(other), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    first = report["shown"][0]
    assert (first["type"], first["verdict"]) == ("TakeComplaint", "other_facts")
    assert "CallLevelSet.level" in first["fields"]
    assert "fell" not in json.dumps(report)
    assert main(["rehearse", "--store", f"sqlite:{log}", "--content", str(other)]) == 1
    assert "other facts" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["replay", "rehearse"])
@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("sqlite:/nowhere/log", "there is no log at /nowhere/log"),
        ("memory", "ended with its process"),
        ("mysql://root:secret@db", "write sqlite:FILE, memory, or postgresql://"),
    ],
)
def test_what_is_no_log_is_said_in_one_line(
    verb: str, store: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--store", store]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "secret" not in err
    assert len(err.splitlines()) == 1
