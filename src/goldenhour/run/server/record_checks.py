"""The full check of a record, and its finished document: the desk's port joined to the NEMSIS engine."""

import re
from typing import Final

from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.custom import correlated, custom_configuration
from goldenhour.care.record.dictionary import Element, Group
from goldenhour.care.record.fill import ASKED_ABOUT, INSISTED_ON, filled
from goldenhour.care.record.tree import Document, Tree, scope
from goldenhour.care.state import Record
from goldenhour.chain.content import AgencyFacts
from goldenhour.chain.record_checks import Checked, Failure, OwnChecksOnly, RecordChecks, own_errors, own_warnings
from goldenhour.interop.nemsis.document.write_xml import schema_location, write_document
from goldenhour.interop.nemsis.intake.reports import standing_alone
from goldenhour.interop.nemsis.rules.installed import SchemaFolder, SchemasMissing, resolve
from goldenhour.interop.nemsis.rules.resident.checker import RecordChecker

_STEP: Final = re.compile(r"/\*:([\w.]+)\[namespace-uri\(\)='[^']*'\]\[(\d+)\]")
"""One step of an SVRL location."""


def finished(record: Record, agency: AgencyFacts, collect: Collect = EVERYTHING) -> Document:
    """The record as an EMSDataSet: the agency's header, the custom elements it uses defined, every blank that is asked
    about said. An imported record stays under its own header, with what its author said and no more."""
    if record.imported is not None:
        return standing_alone(record.imported.header, record.tree)
    header: Tree = {
        "DemographicGroup": {
            "dAgency.01": agency.unique_id,
            "dAgency.02": agency.number,
            "dAgency.04": agency.state,
        },
    }
    if (custom := custom_configuration(record.tree, collect)) is not None:
        header["eCustomConfiguration"] = custom
    usages = ASKED_ABOUT if agency.blank_recommended == "not_recorded" else INSISTED_ON
    return standing_alone(header, filled(correlated(record.tree), collect=collect, usages=usages))


def finished_document(record: Record, agency: AgencyFacts, collect: Collect = EVERYTHING) -> bytes:
    """The XML of the finished record."""
    return write_document(finished(record, agency, collect), schema_location=schema_location("EMSDataSet"))


def place_of(location: str, tree: Tree) -> str:
    """The path in the record of what an SVRL location points at; as far as the record has it, "" for outside of it."""
    node: Group = scope().root
    here, last = tree, ""
    steps: list[str] = []
    for name, number in _STEP.findall(location.partition(":PatientCareReport[")[2]):
        child = next((one for one in node.children if one.name == name), None)
        if child is None:
            break
        last = name
        if isinstance(child, Element):
            break
        node, found = child, here.get(name, [])
        if not child.many:
            here = found or {}
            continue
        if int(number) > len(found):  # made by the export, for the schema
            break
        here = found[int(number) - 1]
        last = f"{name}[{here.get('id')}]"
        steps.append(last)
    return "/".join(steps if steps and steps[-1] == last else (*steps, last))


class InstalledChecks:
    """All tiers, in resident workers, against the agency's installed schemas and rules."""

    def __init__(self, folder: SchemaFolder, agency: AgencyFacts, collect: Collect = EVERYTHING) -> None:
        self._checker = RecordChecker(folder)
        self._agency = agency
        self._collect = collect

    async def check(self, record: Record) -> Checked:
        """Our own findings say the same as the XSD in plain words and lead to the field; its own words stand where they
        are all there is."""
        document = finished_document(record, self._agency, self._collect)
        report = await self._checker.check(document, path=record.id)
        own = own_errors(record, self._collect)
        by_rules = tuple(
            Failure(
                id=one.id,
                role=one.severity.name,
                text=one.text,
                field=one.field,
                path=place_of(one.location, record.tree),
            )
            for one in report.failed
        )
        return Checked(
            ready=report.valid and not own,
            xsd=() if own else report.xsd,
            failed=(*own, *own_warnings(record, self._collect), *by_rules),
            checked_against=f"NEMSIS {scope().dictionary.build} schemas and rules",
        )

    async def document(self, record: Record) -> bytes:
        return finished_document(record, self._agency, self._collect)

    async def close(self) -> None:
        await self._checker.close()


class UncheckedDocuments(OwnChecksOnly):
    """Documents can be made without schemas; that they were not checked is said in the record."""

    def __init__(self, agency: AgencyFacts, collect: Collect = EVERYTHING) -> None:
        super().__init__(collect)
        self._agency = agency

    async def document(self, record: Record) -> bytes:
        return finished_document(record, self._agency, self._collect)


def record_checks(agency: AgencyFacts, collect: Collect = EVERYTHING) -> RecordChecks:
    """The full check where schemas are installed, else our own checks only."""
    try:
        return InstalledChecks(resolve(None), agency, collect)
    except SchemasMissing:
        return UncheckedDocuments(agency, collect)
