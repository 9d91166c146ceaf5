"""A State data set reaches the chart: what is missing, which codes there are, the state's own elements, their links."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldenhour.care import commands as care
from goldenhour.care.decide import chart_elements
from goldenhour.care.facts import Entry
from goldenhour.care.record.checks import missing, missing_count
from goldenhour.care.record.chosen import chosen
from goldenhour.care.record.collect import EVERYTHING, Collect, CustomElement
from goldenhour.care.record.custom import RESULTS, correlated
from goldenhour.care.record.sections import browser_dictionary
from goldenhour.care.record.tree import Tree, add_group, element_at, group_at, scope, set_element
from goldenhour.care.state import Record, blank
from goldenhour.chain.registry import REGISTRY
from goldenhour.chain.views.records import RecordsView
from goldenhour.kernel.commands import Refused
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.run.server.record_checks import place_of
from goldenhour.run.server.state_configuration import BadState, collected
from goldenhour.runtime.boards import Open

RECORD = RecordId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
GIVEN = "eMedications.MedicationGroup"
CONFIRMED = "eAirway.ConfirmationGroup"
LINK = f"{CONFIRMED}[c1]@ProcedureGroupCorrelationID"
REPORT = scope().data_set
LOT = CustomElement(
    id="lot", title="Lot number", definition="", data_type="9902009", usage="9903003", many=False, extends=GIVEN
)


def a_record(tree: Tree) -> Record:
    return Record(
        id=RECORD,
        incident=IncidentId("i1"),
        assignment=AssignmentId("i1/1"),
        unit=UnitId("m1"),
        patient=1,
        opened_at=Instant(0),
        tree=tree,
    )


def row(record: Record, collect: Collect) -> Any:
    now = Open(REGISTRY.entities)
    now.put("record", record.id, record)
    return RecordsView(collect).row(record.id, now)


@pytest.mark.parametrize("elements", [None, frozenset({"eTimes.03"}), frozenset({"eTimes.08", "eScene.14"})])
def test_the_board_counts_what_the_check_finds_under_the_states_list(elements: frozenset[str] | None) -> None:
    collect = Collect(elements=elements)
    tree = set_element(blank(RECORD), "eTimes.03", "2026-01-05T12:00:00-05:00")
    assert missing_count(tree, collect=collect) == len(missing(tree, collect=collect))
    assert missing_count(tree) == len(missing(tree)), "another collection does not answer for this one"


def test_a_states_own_needed_element_counts_on_the_board() -> None:
    record = a_record(blank(RECORD))
    assert row(record, Collect(custom=(LOT,))).missing == row(record, EVERYTHING).missing + 1


def test_what_the_screen_asks_for_is_what_the_check_asks_for() -> None:
    collect = Collect(elements=frozenset({"eScene.14", "eTimes.03"}))
    told = chosen(collect)
    needed = {one.name for one in REPORT.elements("PatientCareReport") if one.usage in ("Mandatory", "Required")}
    asked = (needed - set(told["off"])) | set(told["wanted"])
    assert {finding.number for finding in missing(blank(RECORD), collect=collect)} <= asked
    assert "eScene.14" in {finding.number for finding in missing(blank(RECORD), collect=collect)}
    assert "eScene.16" in told["off"]
    assert "eTimes.03" not in told["off"]


def test_the_official_state_names_levels_protocols_lists_and_hospitals(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "state.xml").write_bytes((shared / "nemsis/pretest/full/2025-STATE-1_v351.xml").read_bytes())
    (tmp_path / "lists").mkdir()
    for path in (shared / "nemsis/lists").glob("*/*.csv"):
        (tmp_path / "lists" / path.name).write_bytes(path.read_bytes())
    collect = collected(tmp_path / "content", tmp_path)
    state = msgspec.json.decode(browser_dictionary(collect))["state"]
    assert state["choices"]["eCrew.02"] == ["9925001", "9925003", "9925005", "9925007", "9925035"]
    assert ["1191", "Aspirin", "9924003"] in state["lists"]["eMedications.03"]
    assert {one["id"] for one in state["custom"]} == {"eHistory.10", "eMedications.903"}
    danbury = next(one["said"] for one in state["destinations"] if one["name"] == "Danbury Hospital")
    assert danbury["eDisposition.02"] == "070033"
    assert danbury["eDisposition.07"] == "06810"


@pytest.mark.parametrize(("name", "text"), [("Impression.csv", "a,b\n1,2\n"), ("Impresion.csv", "")])
def test_a_list_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / name).write_text(text)
    with pytest.raises(BadState, match=name):
        collected(tmp_path / "content", tmp_path)


def with_airway() -> Tree:
    tree = add_group(blank(RECORD), CONFIRMED, "c1")
    return add_group(tree, "eProcedures.ProcedureGroup", "p1", content={"eProcedures.03": "112798008"})


def test_a_link_between_groups_is_charted_and_leaves_as_a_correlation() -> None:
    record = a_record(with_airway())
    (fact,) = chart_elements(
        care.ChartElements(at=Instant(0), record=RECORD, entries=(Entry(path=LINK, value="p1"),)), record
    )
    tree = set_element(record.tree, fact.path, fact.value)  # type: ignore[attr-defined]  # an ElementCharted
    assert element_at(tree, LINK) == "p1"
    procedure = group_at(correlated(tree), "eProcedures.ProcedureGroup[p1]")
    assert procedure is not None
    assert procedure["a"] == {"CorrelationID": "p1"}
    assert element_at(set_element(tree, LINK, None), LINK) is None


def test_a_result_of_the_states_own_element_leaves_with_the_group_it_belongs_to() -> None:
    tree = add_group(blank(RECORD), GIVEN, "m1", content={"eMedications.03": "4337"})
    tree = add_group(tree, GIVEN, "m2", content={"eMedications.03": "7806"})
    said = {"eCustomResults.01": ["FN3230"], "eCustomResults.02": "lot", "eCustomResults.03": "m1"}
    told = correlated(add_group(tree, RESULTS, "r1", content=said))
    first, second = (group_at(told, f"{GIVEN}[{which}]") or {} for which in ("m1", "m2"))
    assert first["a"] == {"CorrelationID": "m1"}
    assert "a" not in second


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        (f"{CONFIRMED}[c1]@UUID", "p1", "care.path"),
        (f"{CONFIRMED}[c1]@Colour", "red", "care.path"),
        ("eTimes.03@CorrelationID", "p1", "care.path"),
        (LINK, "p", "care.value"),
        (LINK, ["p1"], "care.value"),
        (f"{CONFIRMED}[c9]@ProcedureGroupCorrelationID", "p1", "care.path"),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(path: str, value: Any, rule: str) -> None:
    entries = (Entry(path=path, value=value),)
    with pytest.raises(Refused) as refused:
        chart_elements(care.ChartElements(at=Instant(0), record=RECORD, entries=entries), a_record(with_airway()))
    assert refused.value.rule == rule


def test_a_rules_finding_leads_to_the_repeat_it_is_about() -> None:
    tree = add_group(blank(RECORD), GIVEN, "m1", content={"eMedications.03": "4337"})
    tree = add_group(tree, GIVEN, "m2", content={"eMedications.03": "7806"})
    step = "/*:{}[namespace-uri()='http://www.nemsis.org'][{}]".format
    top = step("EMSDataSet", 1) + step("Header", 1) + step("PatientCareReport", 1)
    given = top + step("eMedications", 1) + step(GIVEN, 2)
    assert place_of(given + step("eMedications.03", 1), tree) == f"{GIVEN}[m2]/eMedications.03"
    assert place_of(given, tree) == f"{GIVEN}[m2]"
    assert place_of(top + step("eVitals", 1) + step("eVitals.VitalGroup", 1), tree) == "eVitals.VitalGroup"
    assert place_of(top + step("eTimes", 1) + step("eTimes.05", 1), tree) == "eTimes.05"
    assert place_of(step("EMSDataSet", 1) + step("Header", 1), tree) == ""
