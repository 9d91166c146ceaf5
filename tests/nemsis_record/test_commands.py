"""The command line, as an agency's data person uses it."""

import argparse
import json
from importlib import import_module
from pathlib import Path

import pytest

from goldenhour.interop.nemsis.document.sameness import difference
from goldenhour.run import nemsis


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    nemsis.configure(parser)
    return nemsis.run(parser.parse_args([str(word) for word in words]))


def test_round_trip_tells_of_each_document(official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<EMSDataSet>")
    assert run("roundtrip", official / "pretest/full") == 0
    assert "7 of 7 documents came back the same" in capsys.readouterr().out
    assert run("roundtrip", "--json", official / "pretest/full/2025-DEM-1_v351.xml", broken) == 1
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert good["same"]
    assert "well-formed" in bad["difference"]
    assert run("roundtrip", tmp_path / "nowhere.xml") == 2


def test_national_reproduces_the_official_extract(official: Path, tmp_path: Path) -> None:
    for name in ("2025-DEM-1_v351.xml", "2025-EMS-2-Suicide_v351.xml"):
        out = tmp_path / name
        assert run("national", official / "pretest/full" / name, "--out", out) == 0
        expected = (official / "pretest/national" / name).read_bytes()
        assert difference(expected, out.read_bytes()) is None
        location = b"3.5.1.250403CP1/XSDs/NEMSIS_NAT_XSDs/"
        assert location in expected
        assert location in out.read_bytes()


def test_translate_tells_what_did_not_come_through(
    official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "350.xml"
    assert run("translate", official / "pretest/full/2025-EMS-4-eBike_v351.xml", "--to", "3.5.0", "--out", out) == 0
    assert "eDisposition.14: '4214021' became '4214009'" in capsys.readouterr().err
    assert b"eScene.25" not in out.read_bytes()
    assert b"release-3.5.0" in out.read_bytes()


def test_diff_says_what_changed_in_words(official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = official / "pretest/full/2025-EMS-3-MVC_v351.xml"
    after = tmp_path / "after.xml"
    after.write_bytes(before.read_bytes().replace(b"<eDispatch.02>2302003<", b"<eDispatch.02>2302001<"))
    assert run("diff", before, before) == 0
    assert capsys.readouterr().out == ""
    assert run("diff", before, after) == 1
    assert "EMD Performed: " in capsys.readouterr().out
    assert run("diff", "--json", before, after) == 1
    change = json.loads(capsys.readouterr().out)
    assert (change["old"], change["new"]) == ("2302003", "2302001")
    assert run("diff", before, official / "pretest/full/2025-DEM-1_v351.xml") == 2
    assert run("diff", before, tmp_path / "nowhere.xml") == 2


def test_dictionary_generates_and_looks_up(official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "made.json"
    assert run("dictionary", "--schemas", official / "xsd", "--build", "3.5.1.250403CP1", "--out", out) == 0
    assert out.stat().st_size < 1_000_000
    assert run("dictionary", "systolic", "blood") == 0
    assert "eVitals.06" in capsys.readouterr().out
    assert run("dictionary", "--json", "eVitals.06") == 0
    assert json.loads(capsys.readouterr().out)["label"] == "SBP (Systolic Blood Pressure)"
    assert run("dictionary", "no such words") == 1
    assert run("dictionary", "--schemas", tmp_path / "nowhere", "--out", out) == 2


def test_every_subverb_is_there_and_helps_as_its_module_says(capsys: pytest.CaptureFixture[str]) -> None:
    modules = {path.stem for path in Path(nemsis.__file__).parent.glob("*.py")} - {"__init__", "convert"}
    assert modules == {nemsis.module_of(name).rpartition(".")[2] for name in nemsis.SUBVERBS}
    for name, summary in nemsis.SUBVERBS.items():
        module = import_module(nemsis.module_of(name))
        assert (module.__doc__ or "").splitlines()[0] == summary
        with pytest.raises(SystemExit, match="0"):
            run(name, "--help")
        assert name in capsys.readouterr().out
