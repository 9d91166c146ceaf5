"""One record seen by our own code, by a search, by a role that may not see everything, and on a chart."""

from pathlib import Path

import msgspec
import pytest

from goldenhour.care.record.dictionary import load
from goldenhour.care.record.redact import IDENTIFIERS, SAFE_HARBOR, redacted
from goldenhour.care.record.search import projection
from goldenhour.care.record.sections import CHART, browser_dictionary, in_clinical_order, page_of
from goldenhour.care.record.tree import Tree, identified, scope, set_element, walk
from goldenhour.care.record.typed import view
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.kernel.instants import from_iso
from nemsis_record.made_documents import made_document


@pytest.fixture(scope="module")
def crash(official: Path) -> Tree:
    """The pre-test's motor vehicle crash."""
    document = read_document((official / "pretest/full/2025-EMS-3-MVC_v351.xml").read_bytes())
    return identified(document.tree["Header"][0]["PatientCareReport"][0])


def test_our_code_reads_a_record_by_plain_names(crash: Tree) -> None:
    record = view(crash)
    assert record.eTimes.unit_en_route == from_iso("2024-10-11T16:46:21-04:00")
    assert record.eTimes.number("unit_en_route") == "eTimes.05"
    assert record.eTimes.transfer_of_ems_patient_care is None
    assert record.eTimes.leaf("transfer_of_ems_patient_care") == {"nil": True, "nv": "7701001"}
    assert record.ePatient.last_name == "Schmeler"
    assert record.ePatient.date_of_birth.isoformat() == "1956-01-19"
    assert record.eVitals.vital_group[0].sbp == 102
    assert record.eVitals.vital_group[0].id == "1"
    assert record.eResponse.type_of_scene_delay == ("2210023", "2210029")
    with pytest.raises(AttributeError, match="eTimes has no lunch"):
        _ = record.eTimes.lunch


def test_every_element_has_one_plain_name_in_its_group() -> None:
    of = scope()
    for section in of.root.children:
        names = dir(view({}, of=of).__getattr__(section.name))
        assert len(names) == len(set(names))
    assert view({}).eTimes.unit_notified_by_dispatch is None


def test_a_record_is_found_by_what_a_person_would_type(crash: Tree) -> None:
    row = projection(crash)
    assert (row.patient_last_name, row.unit, row.incident_number) == ("Schmeler", "DF A1", "351-24.46578")
    assert row.complaint == "Head bleeding"
    assert "S09.90" in row.codes
    assert "Danbury Hospital" in row.words
    assert "Yes" in row.words


def test_a_drug_that_was_contraindicated_is_not_among_those_given(crash: Tree) -> None:
    denied = [
        leaf["v"]
        for _, element, leaf in walk(crash)
        if element.name == "eMedications.03" and isinstance(leaf, dict) and leaf.get("pn") == "8801001"
    ]
    assert denied
    assert not set(denied) & set(projection(crash).codes)


@pytest.mark.parametrize("sight", ["operational", "deidentified"])
def test_what_identifies_the_patient_is_gone(crash: Tree, sight: str) -> None:
    seen = redacted(crash, sight)  # type: ignore[arg-type]
    shown = {element.name for _, element, _ in walk(seen)}
    assert not shown & (IDENTIFIERS if sight == "operational" else SAFE_HARBOR)
    text = msgspec.json.encode(seen).decode()
    for secret in ("Schmeler", "1956-01-19", "325 East 77th"):
        assert secret in msgspec.json.encode(crash).decode()
        assert secret not in text
    assert "S09.90" in text


def test_without_identity_there_are_no_dates_no_ids_and_no_great_age(crash: Tree) -> None:
    ninety_five = set_element(set_element(crash, "ePatient.15", "95"), "ePatient.16", "2516009")
    seen = redacted(ninety_five, "deidentified")
    types = load().types
    assert not [e.name for _, e, _ in walk(seen) if types[e.type].base in ("date", "dateTime")]
    assert "df732588" not in msgspec.json.encode(seen).decode()
    assert seen["ePatient"]["ePatient.AgeGroup"]["ePatient.15"] == "90"
    assert redacted(crash, "full") is crash


def test_everything_that_names_a_person_by_its_label_is_hidden() -> None:
    named = (
        "last name",
        "first name",
        "phone",
        "email",
        "social security",
        "date of birth",
        "policy",
        "license number",
    )
    for element in load().ems.elements("PatientCareReport"):
        if any(word in element.label.lower() for word in named):
            assert element.name in SAFE_HARBOR, element.label


def test_every_element_is_on_exactly_one_page_in_clinical_order() -> None:
    numbers = [element.name for element in in_clinical_order()]
    assert len(numbers) == len(set(numbers)) == 441
    assert set(numbers) == {element.name for element in load().ems.elements("PatientCareReport")}
    assert numbers.index("eSituation.01") < numbers.index("eVitals.01") < numbers.index("eMedications.01")
    assert page_of("eVitals").title == "Vital signs"
    assert len({page.key for page in CHART}) == len(CHART)


def test_the_browser_gets_the_whole_dictionary_small() -> None:
    content = browser_dictionary()
    assert len(content) < 250_000
    form = msgspec.json.decode(content)
    found: list[dict[str, object]] = []

    def gather(node: dict[str, object]) -> None:
        for child in node.get("c", []):  # type: ignore[attr-defined]
            gather(child) if "c" in child else found.append(child)

    for section in form["sections"].values():
        gather(section)
    assert len(found) == 441
    assert all(element["t"] in form["types"] for element in found)
    pressure = next(element for element in found if element["n"] == "eVitals.06")
    assert pressure["nil"] == 1
    assert "8801019" in pressure["pn"]  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(5))
def test_any_record_can_be_seen_in_every_way(seed: int) -> None:
    report = made_document("EMSDataSet", seed, fullness=1.0).tree["Header"][0]["PatientCareReport"][0]
    record = view(identified(report))
    for section in scope().root.children:
        for name in dir(getattr(record, section.name)):
            getattr(getattr(record, section.name), name)
    assert projection(report).words
    assert redacted(report, "deidentified")
