"""Who may give and do what: by the state's list, else the content's model; flagged with a reason, never forbidden."""

import csv
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from goldenhour.care.record.collect import EVERYTHING, Collect, LowestLevel, Permitted
from goldenhour.care.record.scope_of_practice import LEVELS, MEDICATION, PROCEDURE, beyond_scope, scopes
from goldenhour.care.record.sections import browser_dictionary
from goldenhour.care.record.tree import Tree, add_group
from goldenhour.care.state import Record, blank
from goldenhour.chain.content import default_folder
from goldenhour.chain.record_checks import SCOPE_OF_PRACTICE, OwnChecksOnly
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.run.server.state_configuration import BadState, collected

RECORD = RecordId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
ASPIRIN, FENTANYL, HEPARIN = "1191", "4337", "5224"
INTUBATION, PULSE = "232674004", "65653002"
EMT_LICENSED, PARAMEDIC_LICENSED = "9917005", "9917007"
EMT, PARAMEDIC, PATIENT = LEVELS["emt"], LEVELS["paramedic"], "9905043"
BY_STATE = Collect(
    medications=(
        Permitted(level=EMT_LICENSED, codes=(ASPIRIN,)),
        Permitted(level=PARAMEDIC_LICENSED, codes=(ASPIRIN, FENTANYL)),
    )
)
BY_MODEL = Collect(
    lowest_for_medications=(LowestLevel(code=FENTANYL, name="Fentanyl", level="aemt"),),
    lowest_for_procedures=(LowestLevel(code=INTUBATION, name="Orotracheal intubation", level="paramedic"),),
)


def given(code: object, by: str | None = None, **more: str) -> Tree:
    content = {MEDICATION: code, **({"eMedications.10": by} if by else {}), **more}
    return add_group(blank(RECORD), "eMedications.MedicationGroup", "m1", content=content)


def done(code: str, by: str) -> Tree:
    content = {PROCEDURE: code, "eProcedures.10": by}
    return add_group(blank(RECORD), "eProcedures.ProcedureGroup", "p1", content=content)


def flagged(tree: Tree, collect: Collect) -> list[str]:
    return [one.text for one in beyond_scope(tree, collect)]


def test_what_is_not_on_the_states_list_of_a_level_is_beyond_it() -> None:
    assert flagged(given(FENTANYL, EMT), BY_STATE) == [
        "4337 is beyond the scope of Emergency Medical Technician (EMT), by the state's list"
    ]
    assert flagged(given(ASPIRIN, EMT), BY_STATE) == []
    assert flagged(given(FENTANYL, PARAMEDIC), BY_STATE) == []
    assert len(flagged(given(HEPARIN, PARAMEDIC), BY_STATE)) == 1


def test_the_states_word_goes_before_the_models() -> None:
    both = replace(BY_MODEL, medications=(Permitted(level=EMT_LICENSED, codes=(FENTANYL,)),))
    assert flagged(given(FENTANYL, EMT), both) == []
    assert scopes(both)[PROCEDURE].says == "the national scope model"


def test_the_model_judges_only_what_it_names_and_higher_levels_inherit() -> None:
    assert flagged(given(FENTANYL, EMT), BY_MODEL) == [
        "Fentanyl is beyond the scope of Emergency Medical Technician (EMT), by the national scope model"
    ]
    assert flagged(given(FENTANYL, PARAMEDIC), BY_MODEL) == []
    assert flagged(given(HEPARIN, EMT), BY_MODEL) == []
    assert len(flagged(done(INTUBATION, LEVELS["aemt"]), BY_MODEL)) == 1
    assert flagged(done(PULSE, LEVELS["emr"]), BY_MODEL) == []


@pytest.mark.parametrize(
    "tree",
    [
        given(FENTANYL, PATIENT),
        given(FENTANYL, EMT, **{"eMedications.02": "9923003"}),
        given({"v": FENTANYL, "pn": "8801001"}, EMT),
        given({"nil": True, "nv": "7701003"}, EMT),
        given(FENTANYL),
    ],
    ids=["by the patient", "before we came", "not given", "not recorded", "by whom is not known"],
)
def test_only_what_this_crew_gave_is_held_to_its_level(tree: Tree) -> None:
    assert flagged(tree, BY_STATE) == []


def test_where_nobody_says_who_the_highest_of_the_crew_did_it() -> None:
    tree = add_group(given(FENTANYL), "eCrew.CrewGroup", "c1", content={"eCrew.02": "9925005"})
    assert len(flagged(tree, BY_STATE)) == 1
    assert flagged(add_group(tree, "eCrew.CrewGroup", "c2", content={"eCrew.02": "9925007"}), BY_STATE) == []


async def test_the_full_check_warns_and_does_not_forbid() -> None:
    record = Record(
        id=RECORD,
        incident=IncidentId("i1"),
        assignment=AssignmentId("i1/1"),
        unit=UnitId("m1"),
        patient=1,
        opened_at=Instant(0),
        tree=given(FENTANYL, EMT),
    )
    (warning,) = (await OwnChecksOnly(BY_STATE).check(record)).failed
    assert (warning.id, warning.role) == (SCOPE_OF_PRACTICE, "WARNING")
    assert warning.path == "eMedications.MedicationGroup[m1]/eMedications.03"
    assert (await OwnChecksOnly(BY_STATE).check(record)).errors == (await OwnChecksOnly().check(record)).errors


def test_the_screen_is_told_of_every_level_and_keeps_the_whole_list(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "state.xml").write_bytes((shared / "nemsis/pretest/full/2025-STATE-1_v351.xml").read_bytes())
    (tmp_path / "lists").mkdir()
    medications = (shared / "nemsis/lists/DefinedLists/Medication.csv").read_bytes()
    (tmp_path / "lists/Medication.csv").write_bytes(medications)
    collect = collected(default_folder(), tmp_path)
    state = msgspec.json.decode(browser_dictionary(collect))["state"]
    told = state["scope"][MEDICATION]
    assert told["says"] == "the state's list"
    allowed = {role: len(limit["only"]) for role, limit in told["limits"].items()}
    assert allowed[LEVELS["emr"]] < allowed[EMT] < allowed[LEVELS["aemt"]] < allowed[PARAMEDIC]
    offered = {code for code, *_ in state["lists"][MEDICATION]}
    assert {row["Value"] for row in csv.DictReader(medications.decode("utf-8-sig").splitlines())} <= offered
    assert set(told["limits"][PARAMEDIC]["only"]) <= offered


def test_the_contents_scope_names_codes_of_the_official_lists(shared: Path) -> None:
    model = collected(default_folder())
    for name, lowest in (("Medication", model.lowest_for_medications), ("Procedure", model.lowest_for_procedures)):
        with (shared / f"nemsis/lists/DefinedLists/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            codes = {row["Value"] for row in csv.DictReader(file)}
        named = [one.code for one in lowest]
        assert len(named) == len(set(named)) > 20
        assert set(named) <= codes, name
    assert scopes(EVERYTHING) == {}


def test_a_scope_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "care").mkdir()
    (tmp_path / "care/scope.yaml").write_text("version: 1\nmedications: [{code: '1', name: x, level: nurse}]\n")
    with pytest.raises(BadState, match=r"scope\.yaml.*nurse"):
        collected(tmp_path)
