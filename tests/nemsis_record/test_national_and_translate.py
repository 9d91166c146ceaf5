"""The national extract equals the official one; 3.5.0 says what it can."""

from pathlib import Path

import pytest
from lxml import etree

from goldenhour.care.record.dictionary import load
from goldenhour.care.record.tree import Document, scope, walk
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.write_xml import write_document
from goldenhour.interop.nemsis.national import national, national_report
from goldenhour.interop.nemsis.translate import _RULES, translated
from nemsis_record.made_documents import made_document
from nemsis_record.test_round_trip import canonical


def test_every_official_national_document_is_reproduced(official: Path) -> None:
    extracts = sorted((official / "pretest/national").glob("*.xml"))
    assert len(extracts) == 6
    for path in extracts:
        full = read_document((official / "pretest/full" / path.name).read_bytes())
        assert canonical(write_document(national(full))) == canonical(path.read_bytes()), path.name


@pytest.mark.parametrize("data_set", ["EMSDataSet", "DEMDataSet"])
def test_the_extract_of_any_valid_document_is_nationally_valid(
    national_schemas: dict[str, etree.XMLSchema], data_set: str
) -> None:
    for seed in range(12):
        made = made_document(data_set, seed, fullness=seed / 11)
        xml = write_document(national(made))
        national_schemas[data_set].assertValid(etree.fromstring(xml))
        assert national(national(made)) == national(made)


def test_a_report_alone_is_pruned_as_within_its_document() -> None:
    made = made_document("EMSDataSet", 7)
    pruned = national(made).tree["Header"][0]["PatientCareReport"]
    assert [national_report(r) for r in made.tree["Header"][0]["PatientCareReport"]] == pruned


def report(**sections: object) -> Document:
    return Document(data_set="EMSDataSet", tree={"Header": [{"PatientCareReport": [sections]}]})


def in_350(section: str, number: str, value: object) -> object:
    done = translated(report(**{section: {number: value}})).document
    return done.tree["Header"][0]["PatientCareReport"][0].get(section, {}).get(number)


@pytest.mark.parametrize(
    ("section", "number", "value", "expected"),
    [
        ("eResponse", "eResponse.09", ["2209035", "2209003"], ["2209013", "2209003"]),
        ("eDispatch", "eDispatch.01", "2301099", "2301051"),
        ("ePatient", "ePatient.14", ["2514013"], ["2514011"]),
        ("ePatient", "ePatient.14", [{"nil": True, "pn": "8801019"}], [{"nil": True, "nv": "7701003"}]),
        ("ePatient", "ePatient.24", ["eng"], None),
        ("ePatient", "ePatient.25", "9919001", "9919001"),
        ("ePatient", "ePatient.18", ["+1 802 5550123", "+49 89 1234567"], ["802-555-0123"]),
        ("eResponse", "eResponse.18", "18TXL2916883539", "18TXL29178354"),
        ("eResponse", "eResponse.18", "18TXL0001299999", "18TXL00019999"),
        ("eResponse", "eResponse.18", "18TXL29168353", "18TXL29168353"),
        ("eArrest", "eArrest.14", {"v": "2024-01-01T00:00:00+00:00", "pn": "8801029"}, "2024-01-01T00:00:00+00:00"),
        ("eArrest", "eArrest.14", {"nil": True, "pn": "8801023"}, {"nil": True, "nv": "7701003"}),
        ("eSituation", "eSituation.12", ["U07.1"], [{"nil": True, "nv": "7701003"}]),
        ("eSituation", "eSituation.12", ["U07.1", "J96"], ["J96"]),
        ("eHistory", "eHistory.17", ["3117015", "3117001"], ["3117001"]),
        ("eTimes", "eTimes.05", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00+00:00"),
    ],
)
def test_what_350_cannot_say_is_said_as_near_as_it_can(
    section: str, number: str, value: object, expected: object
) -> None:
    assert in_350(section, number, value) == expected


def test_an_approximate_age_stays_an_age() -> None:
    age = {"ePatient.AgeGroup": {"ePatient.15": {"v": "54", "pn": "8801029"}, "ePatient.16": "2516009"}}
    done = translated(report(ePatient=age))
    (patient,) = done.document.tree["Header"][0]["PatientCareReport"]
    assert patient["ePatient"]["ePatient.AgeGroup"] == {"ePatient.15": "54", "ePatient.16": "2516009"}
    assert [loss.number for loss in done.losses] == ["ePatient.15"]


def test_what_changed_is_told() -> None:
    (loss,) = translated(report(eDispatch={"eDispatch.01": "2301099"})).losses
    assert (loss.number, loss.was, loss.became) == ("eDispatch.01", "2301099", "2301051")


NEW = {"ePatient.23", "ePatient.24", "eScene.25", "eVitals.34", "eMedications.13", "eProcedures.14", "eProcedures.15"}
NEW |= {"eOutcome.21", "dAgency.27", "dRecord.01", "dRecord.02", "dRecord.03"}
IN_A_PATCH_OF_350 = {"ePatient.25", "dPersonnel.40"}
"""The 14 elements that the change log of 3.5.1 (April 2025) adds to 3.5.0: 9 of EMS, 5 of DEM."""

CHANGED = {
    "PhoneNumber": "dContact.10 dFacility.15 dLocation.12 dPersonnel.09 eInjury.13 ePatient.18 ePayment.31 ePayment.39"
    " ePayment.59 sFacility.15",
    "grid": "dFacility.14 dLocation.05 eDisposition.10 eResponse.18 eScene.12 sFacility.14",
    "snomed": "dConfiguration.07 eHistory.07 eProcedures.03 sConfiguration.03",
    "ICD-10 U": "eHistory.08 eSituation.09 eSituation.10 eSituation.11 eSituation.12",
    "pertinent negative": "eAirway.08 eArrest.14 ePatient.14 ePatient.15 eSituation.18",
    "values": "dPersonnel.13 dPersonnel.20 eDispatch.01 eDisposition.14 eDisposition.31 eExam.13 eExam.16 eHistory.17"
    " eOther.06 ePatient.14 eResponse.09 eVitals.30",
}
"""What the same change log lets more be said in than 3.5.0: the other changes are of words and links."""


def test_each_change_of_the_change_log_has_a_rule_and_no_other_element_has_one() -> None:
    known = {name for data_set in load().data_sets.values() for name in data_set.nodes}
    assert len(NEW | IN_A_PATCH_OF_350) == 14
    assert known >= NEW | IN_A_PATCH_OF_350
    changed = {name for names in CHANGED.values() for name in names.split()}
    assert set(_RULES) == NEW | changed


def test_a_translation_holds_nothing_new_and_translating_again_changes_nothing() -> None:
    for data_set in load().data_sets:
        for seed in range(6):
            done = translated(made_document(data_set, seed, fullness=0.9)).document
            of = scope(data_set, data_set=data_set)
            assert NEW.isdisjoint(element.name for _, element, _ in walk(done.tree, of=of))
            assert translated(done).losses == ()


def test_a_group_goes_when_what_it_is_about_goes() -> None:
    groups = [{"dConfiguration.06": "9917001", "dConfiguration.07": ["1" * 16]}, {"dConfiguration.07": ["123"]}]
    configuration = {"dConfiguration.ConfigurationGroup": [{"dConfiguration.ProcedureGroup": groups}]}
    made = Document(data_set="DEMDataSet", tree={"DemographicReport": [{"dConfiguration": configuration}]})
    done = translated(made).document.tree["DemographicReport"][0]["dConfiguration"]
    assert done["dConfiguration.ConfigurationGroup"][0]["dConfiguration.ProcedureGroup"] == [
        {"dConfiguration.07": ["123"]}
    ]


def test_there_is_no_translation_to_another_version() -> None:
    with pytest.raises(ValueError, match=r"only to 3\.5\.0"):
        translated(report(), "3.4.0")
