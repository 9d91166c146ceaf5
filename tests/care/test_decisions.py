"""What charting allows, in the field's sentences."""

import pytest

from decisions import Story, names
from goldenhour.care import commands as care
from goldenhour.care.facts import AddedGroup, Entry
from goldenhour.care.record.tree import element_at, groups_at
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId

RECORD = RecordId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
VITALS = {"eVitals.01": "2026-01-05T12:00:00+00:00", "eVitals.12": "97"}
OPEN = care.OpenRecord(
    record=RECORD, incident=IncidentId("i1"), assignment=AssignmentId("i1/1"), unit=UnitId("m1"), patient=1
)


def charted(path: str, value: object) -> care.ChartElements:
    return care.ChartElements(record=RECORD, entries=(Entry(path=path, value=value),))


def imported(*, digest: str = "one", name: str = "Doe", record: RecordId = RECORD) -> care.ImportRecord:
    tree = {"a": {"UUID": record}, "ePatient": {"ePatient.PatientNameGroup": {"ePatient.02": name}}}
    return care.ImportRecord(record=record, tree=tree, header={}, source="old.xml", digest=digest)


@pytest.fixture
def chart() -> Story:
    return Story().given([OPEN])


def test_a_chart_is_opened_once_and_under_a_uuid_that_nemsis_takes(chart: Story) -> None:
    chart.refuses(OPEN, "care.record.exists")
    of_version_7 = RecordId("01890a5d-ac96-774b-bcce-b302099a8057")
    Story().refuses(care.OpenRecord(**{**_fields(OPEN), "record": of_version_7}), "care.record.uuid")
    Story().refuses(care.OpenRecord(**{**_fields(OPEN), "patient": 0}), "care.record.patient")


def test_a_value_is_charted_and_the_same_value_again_changes_nothing(chart: Story) -> None:
    assert names(chart.when(charted("ePatient.02", "Doe"))) == ["ElementCharted"]
    assert chart.when(charted("ePatient.02", "Doe")) == []
    assert element_at(chart.of("record", RECORD).tree, "ePatient.02") == "Doe"


def test_a_wrong_value_is_refused_with_the_fields_name_and_nothing_is_kept(
    chart: Story,
) -> None:
    both = (Entry(path="ePatient.02", value="Doe"), Entry(path="ePatient.15", value="very old"))
    told = chart.refuses(care.ChartElements(record=RECORD, entries=both), "care.value")
    assert "Age" in told
    assert "ePatient.15" in told
    assert element_at(chart.of("record", RECORD).tree, "ePatient.02") is None
    chart.refuses(charted("ePatient.99", "x"), "care.path")
    chart.refuses(charted("eVitals.VitalGroup[none]/eVitals.12", "97"), "care.path")


def test_vital_signs_are_added_once_charted_in_and_taken_back_with_a_reason(chart: Story) -> None:
    added = care.AddGroup(record=RECORD, path="eVitals.VitalGroup", group="v1", content=VITALS)
    chart.given([added, charted("eVitals.VitalGroup[v1]/eVitals.12", "95")])
    assert element_at(chart.of("record", RECORD).tree, "eVitals.VitalGroup[v1]/eVitals.12") == "95"
    wrong = {"eVitals.12": "many"}
    chart.refuses(care.AddGroup(record=RECORD, path="eVitals.VitalGroup", group="v2", content=wrong), "care.value")
    taken_back = care.RemoveGroup(record=RECORD, path="eVitals.VitalGroup[v1]", reason="")
    chart.refuses(taken_back, "care.remove.no_reason")
    because = care.RemoveGroup(record=RECORD, path="eVitals.VitalGroup[v1]", reason="other patient")
    assert names(chart.when(because)) == ["GroupRemoved"]
    assert groups_at(chart.of("record", RECORD).tree, "eVitals.VitalGroup") == []
    chart.refuses(because, "care.remove.unknown")


def test_a_record_with_errors_is_not_locked_and_the_person_is_told_which(chart: Story) -> None:
    errors = ("Unit en route is before notified.", "No disposition.", "Third.", "Fourth.")
    told = chart.refuses(care.LockRecord(record=RECORD, signed_by="Kim", errors=errors), "care.lock.errors")
    assert "Unit en route is before notified; No disposition; Third (and 1 more)" in told
    chart.refuses(care.LockRecord(record=RECORD, signed_by="  "), "care.lock.unsigned")
    assert chart.of("record", RECORD).is_open


def test_a_locked_record_is_only_amended(chart: Story) -> None:
    chart.refuses(care.AmendRecord(record=RECORD, signed_by="Kim", reason="age"), "care.amend.open")
    chart.given([charted("ePatient.15", "54"), care.LockRecord(record=RECORD, signed_by="Kim")])
    chart.refuses(care.LockRecord(record=RECORD, signed_by="Kim"), "care.lock.locked")
    chart.refuses(charted("ePatient.15", "55"), "care.locked")
    entries = (Entry(path="ePatient.15", value="55"),)
    chart.refuses(care.AmendRecord(record=RECORD, signed_by="Kim", reason=" ", entries=entries), "care.amend.unsigned")
    wrong = (Entry(path="ePatient.15", value="old"),)
    chart.refuses(care.AmendRecord(record=RECORD, signed_by="Kim", reason="age", entries=wrong), "care.value")
    chart.when(care.AmendRecord(record=RECORD, signed_by="Kim", reason="birthday", entries=entries))
    record = chart.of("record", RECORD)
    assert element_at(record.tree, "ePatient.15") == "55"
    assert [(one.signed_by, one.reason) for one in record.addenda] == [("Kim", "birthday")]


ASPIRIN = AddedGroup(
    path="eMedications.MedicationGroup",
    group="m1",
    content={"eMedications.01": "2026-01-05T12:02:00+00:00", "eMedications.03": "1191"},
)
OXYGEN = AddedGroup(path="eMedications.MedicationGroup", group="m2", content={"eMedications.03": "7806"})


def addendum(**changes: object) -> care.AmendRecord:
    return care.AmendRecord(record=RECORD, signed_by="Kim", reason="forgot it", **changes)  # type: ignore[arg-type]


@pytest.fixture
def locked(chart: Story) -> Story:
    vitals = care.AddGroup(record=RECORD, path="eVitals.VitalGroup", group="v1", content=VITALS)
    return chart.given([vitals, care.LockRecord(record=RECORD, signed_by="Kim")])


def test_an_addendum_adds_what_was_forgotten_and_takes_out_what_was_not_so(locked: Story) -> None:
    dose = Entry(path="eMedications.MedicationGroup[m1]/eMedications.05", value="324")
    spo2 = Entry(path="eVitals.VitalGroup[v1]/eVitals.12", value="95")
    assert names(locked.when(addendum(added=(ASPIRIN,), entries=(dose, spo2)))) == ["RecordAmended"]
    locked.when(addendum(removed=("eVitals.VitalGroup[v1]",)))
    record = locked.of("record", RECORD)
    assert element_at(record.tree, "eMedications.MedicationGroup[m1]/eMedications.05") == "324"
    assert groups_at(record.tree, "eVitals.VitalGroup") == []
    assert not record.is_open


def test_an_addendum_keeps_what_it_put_right_and_what_it_took_out(locked: Story) -> None:
    spo2 = Entry(path="eVitals.VitalGroup[v1]/eVitals.12", value="95")
    locked.given([addendum(added=(ASPIRIN,), entries=(spo2,)), addendum(removed=("eVitals.VitalGroup[v1]",))])
    first, second = locked.of("record", RECORD).addenda
    assert first.added == (ASPIRIN,)
    assert [(one.path, one.value) for one in first.before] == [(spo2.path, "97")]
    (gone,) = second.removed
    assert gone.content == {**VITALS, "eVitals.12": "95"}


def test_all_of_an_addendum_is_written_or_none(locked: Story) -> None:
    wrong = AddedGroup(path="eVitals.VitalGroup", group="v2", content={"eVitals.12": "many"})
    locked.refuses(addendum(added=(ASPIRIN, wrong)), "care.value")
    astray = AddedGroup(path="eVitals.VitalGroup", group="v2", content={"eMedications.03": "1191"})
    locked.refuses(addendum(added=(ASPIRIN, astray)), "care.path")
    locked.refuses(addendum(added=(ASPIRIN,), removed=("eVitals.VitalGroup[v9]",)), "care.remove.unknown")
    locked.refuses(addendum(added=(ASPIRIN, ASPIRIN)), "care.amend.there")
    locked.refuses(addendum(removed=("eVitals",)), "care.path")
    assert groups_at(locked.of("record", RECORD).tree, "eMedications.MedicationGroup") == []


def test_an_addendum_that_brings_an_error_is_refused_in_words(locked: Story) -> None:
    errors = ("Medication Administered should be a code of RxNorm.",)
    told = locked.refuses(addendum(added=(ASPIRIN,), errors=errors), "care.amend.errors")
    assert told == "Medication Administered should be a code of RxNorm. Correct these, then sign."


def test_a_fault_that_came_in_with_an_import_does_not_stop_a_correction() -> None:
    of_old = imported()
    of_old.tree["eVitals"] = {"eVitals.VitalGroup": [{"id": "v1", "eVitals.12": "many"}]}
    story = Story().given([of_old, addendum(added=(ASPIRIN,))])
    assert len(groups_at(story.of("record", RECORD).tree, "eMedications.MedicationGroup")) == 1


def test_a_group_takes_only_what_belongs_to_it(chart: Story) -> None:
    for content in ({"eMedications.03": "1191"}, {"eVitals.99": "1"}, {"eVitals.BloodPressureGroup": "140"}):
        told = chart.refuses(
            care.AddGroup(record=RECORD, path="eVitals.VitalGroup", group="v1", content=content), "care.path"
        )
        assert "Choose a field" in told


def test_another_systems_report_comes_in_once_and_a_newer_version_takes_its_place() -> None:
    story = Story()
    assert names(story.when(imported())) == ["RecordImported"]
    assert story.when(imported()) == []
    story.when(imported(digest="two", name="Roe"))
    record = story.of("record", RECORD)
    assert element_at(record.tree, "ePatient.02") == "Roe"
    assert not record.is_open
    assert record.imported.digest == "two"


def test_an_import_never_replaces_what_was_charted_or_amended_here(chart: Story) -> None:
    chart.refuses(imported(), "care.import.own")
    chart.given([care.LockRecord(record=RECORD, signed_by="Kim")]).refuses(imported(), "care.import.own")
    amended = Story().given([imported(), care.AmendRecord(record=RECORD, signed_by="Kim", reason="name")])
    assert amended.when(imported()) == []
    amended.refuses(imported(digest="two"), "care.import.amended")
    other = RecordId("7f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    Story().refuses(care.ImportRecord(**{**_fields(imported()), "record": other}), "care.import.uuid")
    Story().refuses(imported(record=RecordId("no uuid")), "care.record.uuid")


def _fields(command: object) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__struct_fields__}  # type: ignore[attr-defined]
