"""The official result, for every case there is: which rules fail, where, and what is valid."""

from pathlib import Path

import pytest
from lxml import etree

from goldenhour.interop.nemsis.rules.installed import SchemaFolder
from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet
from goldenhour.interop.nemsis.rules.tiers import Tiers

SVRL_FINDINGS = "//*[local-name()='failed-assert' or local-name()='successful-report']"


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_every_schematron_case_fails_exactly_the_rules_it_must(official: Path, tiers: Tiers, data_set: DataSet) -> None:
    cases = sorted((official / "samples" / "schematron" / data_set / "xml").glob("*.xml"))
    assert cases
    for case in cases:
        expected = etree.parse(case.parent.parent / "svrl" / case.name).xpath(SVRL_FINDINGS)
        report = tiers.check(case.read_bytes(), path=str(case)).report
        assert report.xsd == (), case.name
        found = [(f.id, f.role, f.location, _timeless(f.text)) for f in report.failed]
        assert found == [(e.get("id"), e.get("role"), e.get("location"), _message(e)) for e in expected], case.name


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_the_documents_that_must_be_schema_valid_pass(official: Path, tiers: Tiers, data_set: DataSet) -> None:
    documents = sorted((official / "samples" / "valid" / data_set).glob("*.xml"))
    assert documents
    for document in documents:
        report = tiers.check(document.read_bytes(), path=str(document)).report
        assert (report.valid, report.xsd) == (True, ()), document.name


def test_every_compliance_document_is_valid(official: Path, tiers: Tiers) -> None:
    documents = [*official.glob("pretest/full/*.xml"), *official.glob("pretest/national/*.xml")]
    assert documents
    for document in documents:
        report = tiers.check(document.read_bytes(), path=str(document)).report
        assert (report.valid, report.xsd, report.failed) == (True, (), ()), document.name


def test_the_documents_made_to_fail_fail_for_their_reason(official: Path, tiers: Tiers) -> None:
    documents = sorted(official.glob("pretest/fail/*.xml"))
    assert documents
    for document in documents:
        report = tiers.check(document.read_bytes(), path=str(document)).report
        assert not report.valid, document.name
        assert bool(report.xsd) == ("FailXsd" in document.name), document.name
        assert bool(report.failed) == ("FailSchematron" in document.name), document.name


def test_the_extra_rules_of_the_pretest_find_their_own_faults(
    official: Path, folder: SchemaFolder, tiers: Tiers
) -> None:
    extra = tuple(sorted(official.glob("pretest/schematron/*.sch")))
    with_extra = Tiers(folder, extra_rules=extra)
    new = set()
    for document in sorted(official.glob("pretest/fail/*FailSchematron*.xml")):
        national = {f.id for f in tiers.check(document.read_bytes(), path="").report.failed}
        new |= {f.id for f in with_extra.check(document.read_bytes(), path="").report.failed} - national
    assert {"compliance_certification_dates_assert", "compliance_cpmih_procedure_assert"} <= new
    for document in sorted(official.glob("pretest/full/*.xml")):
        assert with_extra.check(document.read_bytes(), path="").report.failed == (), document.name


def _message(found: etree._Element) -> str:
    text = next(e for e in found if e.tag.endswith("}text"))
    return _timeless(" ".join("".join(text.itertext()).split()))


def _timeless(text: str) -> str:
    """Two rules quote the clock of the machine that ran them."""
    return text.partition("(the current time")[0]
