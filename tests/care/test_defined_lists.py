"""An agency puts its copies of the published lists in place by a verb, and the chart's screen has their words."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from goldenhour.interop.nemsis.defined_lists import LISTS, MOST_BYTES, BadList, install_lists
from goldenhour.run.main import main
from goldenhour.run.server.state_configuration import collected

HEADER = '"Value","CodeType","Category","SourceLabel","SuggestedLabel","Note","Date",\n'


def a_list(folder: Path, name: str, *codes: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.csv"
    path.write_text(HEADER + "".join(f'"{code}","","","said {code}","","","",\n' for code in codes))
    return path


def test_the_official_folder_goes_in_whole_and_is_read_at_the_next_start(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert main(["nemsis", "lists", str(shared / "nemsis/lists"), "--data", str(data), "--json"]) == 0
    taken = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in taken["installed"]} == set(LISTS)
    assert taken["left_aside"] == []
    assert {one["replaced"] for one in taken["installed"]} == {False}
    found = collected(tmp_path / "content", data).lists
    assert set(found) == {number for numbers in LISTS.values() for number in numbers}
    slips = {one["name"]: one["left_out"] for one in taken["installed"] if one["left_out"]}
    assert {name: len(lines) for name, lines in slips.items()} == {"MedicalSurgicalHistory": 1}
    assert "line 236: 'M1A..0' cannot be a code" in slips["MedicalSurgicalHistory"][0]
    assert len(found["eMedications.03"]) == next(o["codes"] for o in taken["installed"] if o["name"] == "Medication")


def test_an_archive_and_single_files_go_in_too_and_a_newer_list_replaces_the_older(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "lists.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(a_list(tmp_path, "Symptom", "R05"), "Defined/Symptom.csv")
        made.writestr("Defined/ReadMe.csv", "no list")
        made.writestr("__MACOSX/Defined/._Symptom.csv", "no list either")
    first = install_lists([archive], data=tmp_path / "data")
    assert [one.name for one in first.installed] == ["Symptom"]
    assert first.left_aside == (f"{archive}: Defined/ReadMe.csv",)
    newer = a_list(tmp_path, "Symptom", "R05", "R51")
    assert main(["nemsis", "lists", str(newer), "--data", str(tmp_path / "data")]) == 0
    assert "Symptom: 2 codes for eSituation.09, eSituation.10 (replaced)" in capsys.readouterr().out
    assert [one.code for one in collected(tmp_path, tmp_path / "data").lists["eSituation.09"]] == ["R05", "R51"]


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("Impression", b"a,b\n1,2\n", "not a list of NEMSIS"),
        ("Impression", HEADER.encode() + b'"chest pain","","","","","","",\n', "line 2: 'chest pain' cannot be a code"),
        ("Impression", HEADER.encode(), "holds no code"),
        ("Impression", b"\xff\xfe\x00", "not a list of NEMSIS"),
        ("Impression", b"x" * (MOST_BYTES + 1), "larger than"),
        ("Impresion", HEADER.encode(), "no list that is known here"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, body: bytes, told: str
) -> None:
    wrong = tmp_path / f"{name}.csv"
    wrong.write_bytes(body)
    good = a_list(tmp_path / "good", "Symptom", "R05")
    assert main(["nemsis", "lists", str(good), str(wrong), "--data", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert str(wrong) in said
    assert not (tmp_path / "data").exists()


def test_what_is_not_there_and_what_holds_no_list_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadList, match="is not there"):
        install_lists([tmp_path / "nothing"], data=tmp_path / "data")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadList, match=r"no list in what was named.*Impression\.csv"):
        install_lists([tmp_path / "empty"], data=tmp_path / "data")
    (tmp_path / "broken.zip").write_bytes(b"PK no")
    with pytest.raises(BadList, match="cannot be unpacked"):
        install_lists([tmp_path / "broken.zip"], data=tmp_path / "data")


def test_two_different_lists_of_one_name_are_not_chosen_between(tmp_path: Path) -> None:
    one, other = a_list(tmp_path / "a", "Symptom", "R05"), a_list(tmp_path / "b", "Symptom", "R51")
    with pytest.raises(BadList, match="two different lists of one name"):
        install_lists([one, other], data=tmp_path / "data")
    again = Path(shutil.copy(one, tmp_path / "Symptom.csv"))
    assert len(install_lists([one, again], data=tmp_path / "data").installed) == 1
