"""A patient care record as its facts have made it."""

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from goldenhour.care import facts as f
from goldenhour.care.record.tree import Tree, add_group, remove_group, set_element
from goldenhour.kernel.facts import Happened
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.privacy import Phi

DISPATCH: Final = "dispatch"
"""The source whose entries everybody else's stand above."""


class Addendum(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was added to a signed record, put right in it or taken out, by whom and why, with what stood before."""

    at: Instant
    by: str
    signed_by: Phi[str]
    reason: Phi[str]
    entries: Phi[tuple[f.Entry, ...]] = ()
    added: Phi[tuple[f.AddedGroup, ...]] = ()
    removed: Phi[tuple[f.RemovedGroup, ...]] = ()
    before: Phi[tuple[f.Entry, ...]] = ()
    accepted: tuple[f.Accepted, ...] = ()
    checked_against: str = ""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record came from that was not charted here (see `RecordImported`)."""

    at: Instant
    source: Phi[str]
    digest: str
    header: Phi[dict[str, Any]]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One patient's record: the NEMSIS tree of its PatientCareReport, and its signature once it is locked.

    An imported one is locked from the start and belongs to no incident, assignment or unit of ours (all "").
    """

    id: RecordId
    incident: IncidentId
    assignment: AssignmentId
    unit: UnitId
    patient: int
    opened_at: Instant
    tree: Phi[dict[str, Any]]
    charted_by_crew: tuple[str, ...] = ()
    locked_at: Instant | None = None
    signed_by: Phi[str] = ""
    accepted: tuple[f.Accepted, ...] = ()
    checked_against: str = ""
    addenda: Phi[tuple[Addendum, ...]] = ()
    imported: Imported | None = None

    @property
    def is_open(self) -> bool:
        return self.locked_at is None


def record_after(record: Record | None, happened: Happened) -> Record:
    """The record once this has happened too."""
    fact = happened.fact
    if isinstance(fact, f.RecordOpened):
        return Record(
            id=fact.record,
            incident=fact.incident,
            assignment=fact.assignment,
            unit=fact.unit,
            patient=fact.patient,
            opened_at=happened.occurred_at,
            tree=blank(fact.record),
        )
    if isinstance(fact, f.RecordImported):
        return _imported(record, fact, happened.occurred_at)
    assert record is not None, f"{type(fact).__name__} before the record was opened"
    match fact:
        case f.ElementCharted():
            changed = replace(record, tree=set_element(record.tree, fact.path, fact.value))
            return changed if fact.source == DISPATCH else _by_crew(changed, fact.path)
        case f.GroupAdded():
            changed = replace(record, tree=add_group(record.tree, fact.path, fact.group, content=fact.content))
            return changed if fact.source == DISPATCH else _by_crew(changed, fact.path)
        case f.GroupRemoved():
            changed = replace(record, tree=remove_group(record.tree, fact.path))
            return _by_crew(changed, fact.path.rpartition("[")[0])
        case f.RecordLocked():
            return replace(
                record,
                locked_at=happened.occurred_at,
                signed_by=fact.signed_by,
                accepted=fact.accepted,
                checked_against=fact.checked_against,
            )
        case f.RecordAmended():
            note = Addendum(
                at=happened.occurred_at,
                by=happened.by.id,
                signed_by=fact.signed_by,
                reason=fact.reason,
                entries=fact.entries,
                added=fact.added,
                removed=fact.removed,
                before=fact.before,
                accepted=fact.accepted,
                checked_against=fact.checked_against,
            )
            return replace(record, tree=amended(record.tree, fact), addenda=(*record.addenda, note))
    raise AssertionError(f"{type(fact).__name__} does not happen to a record")


def amended(tree: Tree, fact: f.RecordAmended) -> Tree:
    """The tree of a locked record once this addendum is in it."""
    for one in fact.added:
        tree = add_group(tree, one.path, one.group, content=one.content)
    for entry in fact.entries:
        tree = set_element(tree, entry.path, entry.value)
    for gone in fact.removed:
        tree = remove_group(tree, gone.path)
    return tree


def _imported(before: Record | None, fact: f.RecordImported, at: Instant) -> Record:
    """The report as it came in; a newer version takes the place of the one before."""
    return Record(
        id=fact.record,
        incident=IncidentId(""),
        assignment=AssignmentId(""),
        unit=UnitId(""),
        patient=1,
        opened_at=before.opened_at if before else at,
        tree=fact.tree,
        locked_at=at,
        imported=Imported(at=at, source=fact.source, digest=fact.digest, header=fact.header),
    )


def _by_crew(record: Record, path: str) -> Record:
    """Remembers that the crew (a device, the hospital) has charted this, so that dispatch leaves it alone."""
    known = path in record.charted_by_crew or "[" in path
    return record if known else replace(record, charted_by_crew=(*record.charted_by_crew, path))


def blank(record: RecordId) -> Tree:
    """A new record's tree: only its UUID, which it keeps for ever."""
    return {"a": {"UUID": record}}
