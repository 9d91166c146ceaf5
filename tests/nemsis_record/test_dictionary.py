"""The committed dictionary is what the official schemas say, and nothing but facts."""

from importlib import resources
from pathlib import Path

import pytest

from goldenhour.care.record.dictionary import Element, load
from goldenhour.interop.nemsis.dictionary import schemas
from goldenhour.interop.nemsis.dictionary.texts import disagreements

BUILD = "3.5.1.250403CP1"


def test_the_committed_dictionary_is_the_one_the_official_schemas_give(official: Path) -> None:
    made = schemas.generate(
        full=official / "xsd" / "full", national=official / "xsd" / "national", version="3.5.1", build=BUILD
    )
    committed = resources.files("goldenhour.care.record").joinpath("data", "nemsis-3.5.1.json").read_bytes()
    assert schemas.encode(made) == committed


def test_the_official_texts_say_the_same(official: Path) -> None:
    assert list(disagreements(load(), official / "dictionary")) == []


def test_a_text_that_says_otherwise_is_told(official: Path, tmp_path: Path) -> None:
    for path in (official / "dictionary").glob("*DataSet_ElementDetails.txt"):
        text = path.read_bytes().replace(b"'eTimes.05'|'Unit En Route Date/Time'", b"'eTimes.99'|'Unit'")
        (tmp_path / path.name).write_bytes(text.replace(b"|'Mandatory'|'1'|'1'|", b"|'Optional'|'1'|'1'|", 1))
    told = list(disagreements(load(), tmp_path))
    assert "EMSDataSet: eTimes.99 stands in the text only" in told
    assert "EMSDataSet: eTimes.05 stands in the XSD only" in told
    assert any("usage is 'Mandatory' in the XSD, 'Optional' in the text" in line for line in told)


@pytest.mark.parametrize(
    ("data_set", "elements", "usages", "national", "not_valued", "negated", "repeating"),
    [
        ("EMSDataSet", 453, (24, 131, 61, 237), 148, 194, 64, 89),
        ("DEMDataSet", 157, (25, 4, 45, 83), 22, 50, 1, 33),
        ("StateDataSet", 47, (11, 10, 10, 16), 47, 20, 0, 14),
    ],
)
def test_it_counts_as_the_standard_does(
    data_set: str,
    elements: int,
    usages: tuple[int, ...],
    national: int,
    not_valued: int,
    negated: int,
    repeating: int,
) -> None:
    found = list(load().data_sets[data_set].elements())
    kinds = ("Mandatory", "Required", "Recommended", "Optional")
    assert len(found) == elements
    assert tuple(sum(e.usage == kind for e in found) for kind in kinds) == usages
    assert sum(e.national for e in found) == national
    assert sum(bool(e.not_values) for e in found) == not_valued
    assert sum(bool(e.pertinent_negatives) for e in found) == negated
    assert sum(e.many for e in found) == repeating


def test_it_holds_no_definitions() -> None:
    file = load().file
    longest = max(len(label) for facets in file.types.values() for label in facets.codes.values())
    assert longest < 160
    assert max(len(e.label) for d in load().data_sets.values() for e in d.elements()) < 90


def test_elements_are_found_by_number_and_by_words() -> None:
    assert load().ems.element("eTimes.05").label == "Unit En Route Date/Time"
    assert [e.name for e in load().called("en route")] == ["eTimes.05"]
    assert load().ems.path("eVitals.06")[-3:] == (
        "eVitals.VitalGroup",
        "eVitals.BloodPressureGroup",
        "eVitals.06",
    )
    with pytest.raises(KeyError):
        load().ems.element("eVitals.VitalGroup")


def test_codes_carry_words_and_know_when_they_are_of_the_past() -> None:
    triage = load().ems.element("eInjury.03")
    assert load().label(triage, "2903023").startswith("Active bleeding")
    assert load().value_type(triage).deprecated == ("2903007", "2903011", "2903017", "2903019")
    assert load().label(triage, "7701003") == "Not Recorded"


def test_siblings_stand_in_schema_order() -> None:
    numbers = [e.name for e in load().ems.elements("ePatient") if isinstance(e, Element)]
    assert numbers.index("ePatient.23") == numbers.index("ePatient.05") - 1
