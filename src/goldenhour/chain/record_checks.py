"""The port to the full check of a record: schemas and rules live outside; the desk asks before a record is locked."""

from typing import Final, Protocol

import msgspec
from msgspec.structs import replace

from goldenhour.care.record.checks import check
from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.custom import custom_errors, custom_findings
from goldenhour.care.record.scope_of_practice import beyond_scope
from goldenhour.care.state import Record

SCOPE_OF_PRACTICE: Final = "golden-hour-scope"
"""Our own rule of a warning, beside those of the schemas and the rule files."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that is not met. `role` ERROR blocks locking, WARNING may stand with a reason; `field` is an element, and
    `path` leads to it, or to the group it is missing in (see `care.record.tree`)."""

    id: str
    role: str
    text: str
    field: str
    path: str = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: faults of form, faults by rules, and by which schemas and rules."""

    ready: bool
    xsd: tuple[str, ...]
    failed: tuple[Failure, ...]
    checked_against: str

    @property
    def errors(self) -> tuple[str, ...]:
        """What blocks locking, in words."""
        return (*self.xsd, *(one.text for one in self.failed if one.role == "ERROR"))


def own_errors(record: Record, collect: Collect) -> tuple[Failure, ...]:
    """What our own checks find that no document may have: faults, and mandatory elements that are missing."""
    found = (*check(record.tree, collect=collect), *custom_findings(record.tree, collect))
    return tuple(
        Failure(id=f"golden-hour-{one.kind}", role="ERROR", text=one.text, field=one.number, path=one.path)
        for one in found
        if one.kind == "fault" or one.usage == "Mandatory"
    )


def own_warnings(record: Record, collect: Collect) -> tuple[Failure, ...]:
    """What our own checks find that may stand with a reason: care beyond the level of the person who gave it."""
    return tuple(
        Failure(id=SCOPE_OF_PRACTICE, role="WARNING", text=one.text, field=one.number, path=one.path)
        for one in beyond_scope(record.tree, collect)
    )


class RecordChecks(Protocol):
    """All tiers of checks, and the finished document."""

    async def check(self, record: Record) -> Checked: ...
    async def document(self, record: Record) -> bytes:
        """The record as a NEMSIS document. Raises `NoDocument` where it cannot be made."""
        ...

    async def close(self) -> None:
        """Ends what runs for the checks."""
        ...


class NoDocument(LookupError):
    """Documents cannot be made here; the text says what is missing."""


async def check_addendum(checks: RecordChecks, record: Record, amended: Record) -> Checked:
    """What an addendum brings: of what is found in the record with it, that which was not found without it. What stood
    when the record was locked (or under rules that changed since) does not stop a correction."""
    found = await checks.check(amended)
    if not found.xsd and not found.failed:
        return found
    stood = await checks.check(record)
    xsd = tuple(text for text in found.xsd if text not in stood.xsd)
    failed = tuple(one for one in found.failed if one not in stood.failed)
    ready = not xsd and all(one.role != "ERROR" for one in failed)
    return replace(found, ready=ready, xsd=xsd, failed=failed)


class OwnChecksOnly:
    """Without installed schemas: the value and group checks, and the honest word that it was no more."""

    def __init__(self, collect: Collect = EVERYTHING) -> None:
        self._collect = collect

    async def check(self, record: Record) -> Checked:
        found = check(record.tree, collect=self._collect)
        faults = tuple(finding.text for finding in found if finding.kind == "fault")
        faults += custom_errors(record.tree, self._collect)
        return Checked(
            ready=not faults,
            xsd=faults,
            failed=own_warnings(record, self._collect),
            checked_against="own checks only, no schemas installed",
        )

    async def document(self, record: Record) -> bytes:
        raise NoDocument("No NEMSIS exporter is set up here.")

    async def close(self) -> None:
        """Nothing runs."""
