"""`goldenhour region`: what people and tools get from it."""

import argparse
import json
from pathlib import Path

import pytest

from goldenhour.run import region as verb


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    verb.configure(parser)
    return verb.run(parser.parse_args(words))


def test_build_then_show_say_the_same(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "r")
    assert (
        run("build", str(village), "--out", out, "--name", "Dorf am See", "--timezone", "Europe/Zurich", "--json") == 0
    )
    said = capsys.readouterr()
    built = json.loads(said.out)
    assert "Working out travel times" in said.err
    assert (built["name"], built["timezone"]) == ("Dorf am See", "Europe/Zurich")
    assert run("show", out, "--json") == 0
    assert json.loads(capsys.readouterr().out) == built
    assert built["counts"]["addresses"] == 1
    assert "units m1: everything assumed" in built["assumptions"]
    assert run("show", out) == 0
    assert "assumed, to be confirmed" in capsys.readouterr().out


def test_bad_input_is_one_plain_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.osm.pbf").write_bytes(b"no map")
    assert run("build", str(tmp_path / "x.osm.pbf"), "--out", str(tmp_path / "r")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "x.osm.pbf cannot be read as OSM data" in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "r").exists()
    assert run("show", str(tmp_path)) == 2
    assert "is not a region" in capsys.readouterr().err


def test_show_reports_every_fault_in_places(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r"
    assert run("build", str(village), "--out", str(out)) == 0
    text = (out / "places.yaml").read_text()
    (out / "places.yaml").write_text(text.replace("call_sign: M1", "callsign: M1").replace("lat: 47.002", "lat: 48.5"))
    capsys.readouterr()
    assert run("show", str(out)) == 2
    assert "unknown key 'callsign'; did you mean 'call_sign'?" in capsys.readouterr().err
    (out / "places.yaml").write_text(text.replace("lat: 47.002", "lat: 48.5"))
    assert run("show", str(out)) == 2
    assert "from the nearest road of this region; accepted: up to 500 m" in capsys.readouterr().err


def test_an_unknown_time_zone_is_refused(village: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", str(village), "--out", str(tmp_path / "r"), "--timezone", "Mars/Olympus") == 2
    assert "Mars/Olympus" in capsys.readouterr().err
