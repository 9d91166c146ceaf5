"""The full check of a record, and its finished document: the desk's port joined to the NEMSIS engine."""

from typing import Any

from goldenhour.care.record.fill import filled
from goldenhour.care.record.tree import Document, scope
from goldenhour.care.state import Record
from goldenhour.chain.content import AgencyFacts
from goldenhour.chain.record_checks import Checked, Failure, OwnChecksOnly, RecordChecks
from goldenhour.interop.nemsis.rules.installed import SchemaFolder, SchemasMissing, resolve
from goldenhour.interop.nemsis.rules.resident.checker import RecordChecker
from goldenhour.interop.nemsis.write_xml import schema_location, write_document


def finished_document(record: Record, agency: AgencyFacts) -> bytes:
    """The record as an EMSDataSet document: the agency's header, and every blank that is asked about said."""
    header: dict[str, Any] = {
        "DemographicGroup": {
            "dAgency.01": agency.unique_id,
            "dAgency.02": agency.number,
            "dAgency.04": agency.state,
        },
        "PatientCareReport": [filled(record.tree)],
    }
    many = scope("EMSDataSet").data_set.group("Header").many
    document = Document(data_set="EMSDataSet", tree={"Header": [header] if many else header})
    return write_document(document, schema_location=schema_location("EMSDataSet"))


class InstalledChecks:
    """All tiers, in resident workers, against the agency's installed schemas and rules."""

    def __init__(self, folder: SchemaFolder, agency: AgencyFacts) -> None:
        self._checker = RecordChecker(folder)
        self._agency = agency

    async def check(self, record: Record) -> Checked:
        report = await self._checker.check(finished_document(record, self._agency), path=record.id)
        return Checked(
            ready=report.valid,
            xsd=report.xsd,
            failed=tuple(
                Failure(id=one.id, role=one.severity.name, text=one.text, field=one.field) for one in report.failed
            ),
            checked_against=f"NEMSIS {scope().dictionary.build} schemas and rules",
        )

    async def document(self, record: Record) -> bytes:
        return finished_document(record, self._agency)

    async def close(self) -> None:
        await self._checker.close()


class UncheckedDocuments(OwnChecksOnly):
    """Documents can be made without schemas; that they were not checked is said in the record."""

    def __init__(self, agency: AgencyFacts) -> None:
        self._agency = agency

    async def document(self, record: Record) -> bytes:
        return finished_document(record, self._agency)


def record_checks(agency: AgencyFacts) -> RecordChecks:
    """The full check where schemas are installed, else our own checks only."""
    try:
        return InstalledChecks(resolve(None), agency)
    except SchemasMissing:
        return UncheckedDocuments(agency)
