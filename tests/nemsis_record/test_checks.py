"""What is wrong, what is missing, what export fills in, and what a state's configuration changes about it."""

from pathlib import Path

import pytest
from lxml import etree

from goldenhour.care.record.checks import Finding, check, check_element, missing
from goldenhour.care.record.collect import EVERYTHING, Collect, from_state
from goldenhour.care.record.dictionary import load
from goldenhour.care.record.fill import filled
from goldenhour.care.record.tree import Document, Tree, identified, set_element
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.write_xml import write_document
from nemsis_record.made_documents import made_document

MINIMAL = {
    "eRecord.01": "R-1",
    "eRecord.02": "Golden Hour",
    "eRecord.03": "Golden Hour",
    "eRecord.04": "0.1.0",
    "eResponse.01": "351-C034P2",
    "eResponse.05": "2205001",
    "eResponse.07": "2207015",
    "eResponse.13": "84DR8411",
    "eResponse.14": "DF A1",
    "eResponse.23": "2223001",
    "eResponse.24": "2224003",
    "eDispatch.01": "2301009",
    "eDispatch.02": "2302003",
    "eTimes.03": "2026-03-14T15:08:00-05:00",
    "eTimes.13": "2026-03-14T16:38:48-05:00",
    "eDisposition.27": "4227001",
    "eDisposition.28": "4228001",
    "eDisposition.29": "4229001",
    "eDisposition.30": "4230001",
}


@pytest.fixture(scope="module")
def connecticut(official: Path) -> Collect:
    """What the pre-test's State data set asks for."""
    return from_state(read_document((official / "pretest/full/2025-STATE-1_v351.xml").read_bytes()).tree)


def charted(**elements: str) -> Tree:
    tree: Tree = {}
    for number, value in (MINIMAL | elements).items():
        tree = set_element(tree, number, value)
    return tree


def faults(number: str, value: object) -> tuple[str, ...]:
    return check_element(load().ems.element(number), value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "value", "words"),
    [
        ("eTimes.05", {"nil": True}, "there must be a NOT value or a pertinent negative"),
        ("eTimes.05", {"nil": True, "nv": "7701005"}, "7701005 is not allowed"),
        ("eTimes.05", {"v": "2026-03-14T15:08:00-05:00", "nv": "7701001"}, "goes without a value"),
        ("eTimes.05", {"nil": True, "v": "x", "nv": "7701001"}, "says that it has none"),
        ("eTimes.03", {"nil": True, "nv": "7701001"}, "cannot be left without a value"),
        ("eMedications.03", {"nil": True, "pn": "8801001"}, "goes with a value"),
        ("eVitals.06", {"v": "120", "pn": "8801019"}, "goes without a value"),
        ("eVitals.06", {"nil": True, "pn": "8801013"}, "8801013 is not allowed"),
        ("eVitals.06", {"nil": True, "pn": "8801019", "nv": "7701001"}, "exclude each other"),
        ("ePatient.15", {"nil": True, "pn": "8801029"}, "goes with a value"),
        ("eResponse.10", ["2210023", {"nil": True, "nv": "7701001"}], "stands alone"),
        ("eInjury.03", ["2903019"], "no longer used on new records"),
        ("eVitals.06", "900", "above 500"),
        ("ePatient.18", [{"v": "203-555-0100", "a": {"PhoneNumberType": "9913999"}}], "PhoneNumberType: '9913999'"),
        ("ePatient.18", [{"v": "203-555-0100", "a": {"Colour": "red"}}], "there is no Colour here"),
    ],
)
def test_what_breaks_a_rule_of_the_element_is_told(number: str, value: object, words: str) -> None:
    assert any(words in text for text in faults(number, value)), faults(number, value)


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("eTimes.05", {"nil": True, "nv": "7701001"}),
        ("eMedications.03", {"v": "1191", "pn": "8801001"}),
        ("eVitals.06", {"nil": True, "pn": "8801019"}),
        ("ePatient.15", {"v": "45", "pn": "8801029"}),
        ("eHistory.06", [{"nil": True, "pn": "8801013"}]),
        ("eResponse.10", ["2210023", "2210029"]),
    ],
)
def test_what_keeps_the_rules_is_let_be(number: str, value: object) -> None:
    assert faults(number, value) == ()


def test_an_old_record_may_keep_a_code_of_its_time() -> None:
    assert check_element(load().ems.element("eInjury.03"), ["2903019"], is_new=False) == ()


def test_no_valid_official_record_has_a_fault_but_codes_of_the_past(official: Path) -> None:
    for path in sorted((official / "samples/valid/EMS").glob("*.xml")) + sorted(
        (official / "pretest/full").glob("*EMS*.xml")
    ):
        for header in read_document(path.read_bytes()).tree["Header"]:
            for report in header["PatientCareReport"]:
                found = [f.text for f in check(identified(report)) if f.kind == "fault"]
                assert [text for text in found if "no longer used" not in text] == [], path.name


@pytest.mark.parametrize("seed", range(10))
def test_no_valid_made_record_has_a_fault_but_codes_of_the_past(seed: int) -> None:
    report = made_document("EMSDataSet", seed, fullness=0.6).tree["Header"][0]["PatientCareReport"][0]
    found = [f.text for f in check(identified(report)) if f.kind == "fault"]
    assert [text for text in found if "no longer used" not in text and "stands alone" not in text] == []


def test_an_empty_record_lacks_every_mandatory_and_required_element_of_required_groups() -> None:
    lacking = {finding.number: finding for finding in missing({})}
    assert {"eTimes.03", "eTimes.05", "eResponse.01", "eVitals.06", "ePatient.15"} <= lacking.keys()
    assert "eTimes.02" not in lacking
    assert lacking["eTimes.03"] == Finding(
        kind="missing",
        path="eTimes.03",
        number="eTimes.03",
        label="Unit Notified by Dispatch Date/Time",
        section="eTimes",
        text="Unit Notified by Dispatch Date/Time is mandatory and not charted yet",
        usage="Mandatory",
    )


def test_what_is_charted_is_no_longer_missing_and_a_repeat_is_asked_for_itself() -> None:
    tree = charted()
    assert not {"eTimes.03", "eTimes.13"} & {finding.number for finding in missing(tree)}
    tree = identified({**tree, "eVitals": {"eVitals.VitalGroup": [{"id": "v1"}, {"id": "v2"}]}})
    paths = {finding.path for finding in missing(tree)}
    assert {"eVitals.VitalGroup[v1]/eVitals.06", "eVitals.VitalGroup[v2]/eVitals.06"} <= paths


def test_a_state_decides_which_recommended_elements_are_asked_for(connecticut: Collect) -> None:
    nothing_more = Collect(elements=frozenset({"eTimes.02"}))
    assert "eScene.21" in {finding.number for finding in missing({}, collect=connecticut)}
    numbers = {finding.number for finding in missing({}, collect=nothing_more)}
    assert "ePatient.18" not in numbers
    assert "eTimes.03" in numbers


def test_a_stray_element_is_told() -> None:
    (finding,) = [f for f in check({**charted(), "stray": [[3, "<eOld.01>x</eOld.01>"]]}) if f.kind == "fault"]
    assert finding.text == "eOld.01 stands where the data set has no place for it"


def test_a_uuid_of_version_7_is_told() -> None:
    (finding,) = [f for f in check({"a": {"UUID": "0190b2c3-7e8f-7a1b-8c2d-3e4f5a6b7c8d"}}) if f.kind == "fault"]
    assert finding.text == "UUID: this is not the form expected here"


def test_export_fills_every_blank_that_needs_a_reason_and_nothing_else(
    schemas: dict[str, etree.XMLSchema], connecticut: Collect
) -> None:
    header = {"DemographicGroup": {"dAgency.01": "C034", "dAgency.02": "351-C034P2", "dAgency.04": "09"}}
    for collect in (EVERYTHING, connecticut, Collect(elements=frozenset())):
        tree = filled(charted(), collect=collect)
        report = {"a": {"UUID": "df732588-c7e8-4aee-a723-5299c7e4812b"}, **tree}
        document = Document(data_set="EMSDataSet", tree={"Header": [{**header, "PatientCareReport": [report]}]})
        schemas["EMSDataSet"].assertValid(etree.fromstring(write_document(document)))
        assert filled(tree, collect=collect) == tree
        assert tree["eTimes"]["eTimes.05"] == {"nil": True, "nv": "7701003"}
        assert "eTimes.02" not in tree["eTimes"]
        assert tree["eResponse"]["eResponse.23"] == "2223001"
    assert tree["eScene"].get("eScene.21") == {"nil": True, "nv": "7701003"}


def test_what_the_agency_does_not_collect_is_not_reported() -> None:
    tree = filled(charted(), collect=Collect(elements=frozenset()))
    assert tree["eScene"]["eScene.16"] == {"nil": True, "nv": "7701005"}
    kept = filled(charted(**{"ePatient.02": "Doe"}), collect=Collect(elements=frozenset()))
    names = kept["ePatient"]["ePatient.PatientNameGroup"]
    assert names == {"ePatient.02": "Doe", "ePatient.03": {"nil": True, "nv": "7701005"}}


def test_export_may_leave_recommended_elements_unsaid() -> None:
    tree = filled(charted(), usages=frozenset({"Required"}))
    assert "ePatient.22" not in tree["ePatient"]
    assert tree["eTimes"]["eTimes.05"] == {"nil": True, "nv": "7701003"}


@pytest.mark.parametrize("seed", range(8))
def test_filling_a_valid_record_keeps_it_valid_and_touches_nothing_charted(
    schemas: dict[str, etree.XMLSchema], seed: int
) -> None:
    made = made_document("EMSDataSet", seed, fullness=0.4)
    header = made.tree["Header"][0]
    reports = [filled(report) for report in header["PatientCareReport"]]
    document = Document(data_set="EMSDataSet", tree={"Header": [{**header, "PatientCareReport": reports}]})
    schemas["EMSDataSet"].assertValid(etree.fromstring(write_document(document)))
    assert all(_within(before, after) for before, after in zip(header["PatientCareReport"], reports, strict=True))


def _within(before: object, after: object) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        return all(key in after and _within(value, after[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_within, before, after))
    return before == after


def test_a_state_data_set_is_read_whole(connecticut: Collect) -> None:
    assert connecticut.state == "09"
    assert connecticut.effective_date == "2024-10-01T00:00:00-06:00"
    assert "eVitals.06" in (connecticut.elements or ())
    immunization, lot = connecticut.custom
    assert (immunization.extends, immunization.values, immunization.stands_for) == (
        "eHistory.10",
        {"9910055": "COVID-19"},
        {"9910055": "9910027"},
    )
    assert (lot.id, lot.extends, lot.many) == ("eMedications.903", "eMedications.MedicationGroup", False)
    assert [custom.id for custom in connecticut.custom_demographic] == ["dPersonnel.18"]
    assert connecticut.levels[:2] == ("9917001", "9917003")
    assert connecticut.procedures
    assert connecticut.medications
    assert connecticut.agencies
    assert any(f.name == "Danbury Hospital" and f.code == "070033" for f in connecticut.facilities)


def test_national_elements_are_collected_whatever_the_state_says() -> None:
    nothing = Collect(elements=frozenset())
    assert nothing.collects(load().ems.element("eTimes.05"))
    assert not nothing.collects(load().ems.element("eTimes.02"))
    assert EVERYTHING.collects(load().ems.element("eTimes.02"))
