"""What crews ask of a record."""

from typing import Any

from goldenhour.care.facts import Accepted, AddedGroup, Entry
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, Ref, UnitId
from goldenhour.kernel.privacy import Phi


class OpenRecord(Command, frozen=True):
    """Begins a chart. `patient` numbers the patients of the incident from 1."""

    record: RecordId
    incident: Ref[IncidentId]
    assignment: Ref[AssignmentId]
    unit: Ref[UnitId]
    patient: int = 1


class ChartElements(Command, frozen=True):
    """Writes elements; all of them or none."""

    record: RecordId
    entries: Phi[tuple[Entry, ...]]
    source: str = "crew"


class AddGroup(Command, frozen=True):
    """Adds a repeat with an id of the client's making: a set of vitals, a medication, a procedure."""

    record: RecordId
    path: str
    group: str
    content: Phi[dict[str, Any]] = {}
    source: str = "crew"


class RemoveGroup(Command, frozen=True):
    """Takes back a repeat entered by mistake."""

    record: RecordId
    path: str
    reason: str


class LockRecord(Command, frozen=True):
    """Signs the record. `errors` and `checked_against` are what the full check found; the desk fills them in."""

    record: RecordId
    signed_by: Phi[str]
    accepted: tuple[Accepted, ...] = ()
    errors: tuple[str, ...] = ()
    checked_against: str = ""


class ImportRecord(Command, frozen=True):
    """Takes in a finished report of another system, known by its UUID; again is an update (see `RecordImported`)."""

    record: RecordId
    tree: Phi[dict[str, Any]]
    header: Phi[dict[str, Any]]
    source: Phi[str]
    digest: str


class AmendRecord(Command, frozen=True):
    """An addendum to a locked record, signed and with its reason: groups added, then elements written, then groups
    removed (their paths). `errors` are what the full check finds that the addendum brings; the desk fills them in."""

    record: RecordId
    signed_by: Phi[str]
    reason: Phi[str]
    entries: Phi[tuple[Entry, ...]] = ()
    added: Phi[tuple[AddedGroup, ...]] = ()
    removed: tuple[str, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    errors: tuple[str, ...] = ()
    checked_against: str = ""
