"""Time lines speak: what was charted reads as a crew would say it, and corrections stand under what they correct."""

from pathlib import Path
from typing import Any

import pytest

from goldenhour.care import facts as f
from goldenhour.care.facts import Entry
from goldenhour.care.record.collect import EVERYTHING
from goldenhour.care.record.dictionary import NOT_RECORDED, load
from goldenhour.chain.timeline.chart import ChartWords, names
from goldenhour.chain.timeline.entries import Corrected, time_line
from goldenhour.dispatch import facts as response
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from world.simulated import some_hours

RECORD = RecordId("7d1f6c0e-1111-4a4a-8a8a-000000000001")
SAID = ChartWords("Europe/London", EVERYTHING)
TAKEN = "2026-11-21T10:32:00+00:00"


def charted(path: str, value: Any) -> str:
    return SAID.said(f.ElementCharted(record=RECORD, path=path, value=value))


def added(path: str, **content: Any) -> str:
    return SAID.said(f.GroupAdded(record=RECORD, path=path, group="g1", content=content))


VITALS = {
    "eVitals.01": TAKEN,
    "eVitals.BloodPressureGroup": {"eVitals.06": "142", "eVitals.07": "90"},
    "eVitals.HeartRateGroup": {"eVitals.10": "88"},
    "eVitals.12": "97",
}
ASPIRIN = {
    "eMedications.01": "2026-11-21T10:40:00+00:00",
    "eMedications.03": "1191",
    "eMedications.DosageGroup": {"eMedications.05": "324", "eMedications.06": "3706021"},
}


def test_vital_signs_are_said_as_crews_say_them() -> None:
    text = SAID.said(f.GroupAdded(record=RECORD, path="eVitals.VitalGroup", group="v1", content=VITALS))
    assert text == "Vitals: blood pressure 142/90, heart rate 88, SpO₂ 97 % at 10:32"


def test_one_sign_alone_needs_no_list() -> None:
    pressure = {name: VITALS[name] for name in ("eVitals.01", "eVitals.BloodPressureGroup")}
    text = SAID.said(f.GroupAdded(record=RECORD, path="eVitals.VitalGroup", group="v1", content=pressure))
    assert text == "Blood pressure 142/90 at 10:32"


def test_a_medication_has_its_name_and_dose() -> None:
    text = SAID.said(f.GroupAdded(record=RECORD, path="eMedications.MedicationGroup", group="m1", content=ASPIRIN))
    assert text == "Medication: Aspirin 324 mg at 10:40"


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("eSituation.11", "I21.3", "Provider's Primary Impression: STEMI"),
        ("eTimes.05", TAKEN, "Unit En Route Date/Time: 10:32"),
        ("ePatient.02", "Miller", "Last Name: Miller"),
        ("ePatient.02", None, "Last Name cleared"),
        ("ePatient.02", {"nil": True, "nv": NOT_RECORDED}, "Last Name: not recorded"),
        ("eScene.01", "9923003", "First EMS Unit on Scene: Yes"),
        ("eVitals.VitalGroup[v1]/eVitals.06", "140", "Vitals: SBP (Systolic Blood Pressure): 140"),
        ("eMedications.MedicationGroup[m1]/eMedications.03", "999999", "Medication: Medication Administered: 999999"),
    ],
)
def test_an_element_is_named_by_the_dictionary(path: str, value: Any, text: str) -> None:
    assert charted(path, value) == text


def test_a_procedure_that_failed_says_so() -> None:
    text = added("eProcedures.ProcedureGroup", **{"eProcedures.03": "392230005", "eProcedures.06": "9923001"})
    assert text == "Procedure: Intravenous access, without success"


def test_an_addendum_says_who_why_and_what() -> None:
    entries = (Entry(path="eSituation.11", value="R07.9"),)
    fact = f.RecordAmended(record=RECORD, signed_by="Kim Cole", reason="ECG read again", entries=entries)
    assert SAID.said(fact) == ("Chart amended by Kim Cole, ECG read again: Provider's Primary Impression: Chest pain")


def test_an_addendum_says_what_stood_before_what_came_and_what_went() -> None:
    fact = f.RecordAmended(
        record=RECORD,
        signed_by="Kim Cole",
        reason="forgot it",
        entries=(Entry(path="eSituation.11", value="R07.9"),),
        before=(Entry(path="eSituation.11", value="I21.3"),),
        added=(f.AddedGroup(path="eProcedures.ProcedureGroup", group="p1", content={"eProcedures.03": "392230005"}),),
        removed=(f.RemovedGroup(path="eVitals.VitalGroup[v1]", content={"eVitals.12": "97"}),),
    )
    assert SAID.said(fact) == (
        "Chart amended by Kim Cole, forgot it: Procedure: Intravenous access (added); "
        "Provider's Primary Impression: Chest pain (was STEMI); SpO₂ 97 % (taken out)"
    )


def test_the_short_lists_name_each_code_once() -> None:
    assert len(names()) > 100
    assert all(name.strip() and code.strip() for code, name in names().items())


def test_every_element_of_the_data_set_can_be_said() -> None:
    for element in load().ems.elements("PatientCareReport"):
        text = charted(element.name, "7")
        assert text.startswith(element.label), element.name


def test_corrections_point_at_what_was_told_first() -> None:
    told = Corrected()
    here = {"incident": IncidentId("i1"), "unit": UnitId("m1"), "assignment": AssignmentId("i1/1")}
    assert told.by(1, response.UnitArrivedOnScene(**here)) is None
    fix = {"moment": response.Moment.ON_SCENE, "reason": "late", "before": Instant(1), "after": Instant(2)}
    assert told.by(2, response.TimeCorrected(**here, **fix)) == 1
    assert told.by(3, response.TimeCorrected(**here, **fix)) == 1
    for seq, expected in ((4, None), (5, 4), (6, 4)):
        assert told.by(seq, f.ElementCharted(record=RECORD, path="ePatient.02", value=str(seq))) == expected
    assert told.by(7, f.GroupAdded(record=RECORD, path="eVitals.VitalGroup", group="v1")) is None
    assert told.by(8, f.GroupRemoved(record=RECORD, path="eVitals.VitalGroup[v1]", reason="slip")) == 7


async def test_no_time_line_of_a_simulated_day_shows_a_raw_path(county: Path) -> None:
    async with some_hours(county, seed=3, hours=3, rate=4) as desk:
        charts = 0
        for line in desk.recent.incidents():
            incident = await desk.find("incident", line.id)
            for entry in (await time_line(desk, incident)).entries:
                assert "path e" not in entry.text, entry.text
                assert "Group[" not in entry.text, entry.text
                charts += entry.part == "care"
        assert charts > 50
