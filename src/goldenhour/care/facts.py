"""What happens to a patient care record: opened, charted element by element, locked, amended."""

from typing import Any

import msgspec

from goldenhour.kernel.facts import Fact
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, Ref, UnitId
from goldenhour.kernel.privacy import Phi


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A warning of the rules that the author let stand, and why."""

    check: str
    reason: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An element's new value: a leaf of the tree, a list of leaves, or None to clear it (see `care.record.tree`)."""

    path: str
    value: Phi[Any] = None


class AddedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A repeat that an addendum adds: the forgotten medication, a set of vital signs (see `GroupAdded`)."""

    path: str
    group: str
    content: Phi[dict[str, Any]] = {}


class RemovedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A repeat that an addendum takes out, with what it said until then."""

    path: str
    content: Phi[dict[str, Any]] = {}


class RecordOpened(Fact, frozen=True):
    """A chart was begun for one patient of an incident, by the crew of this assignment."""

    record: RecordId
    incident: Ref[IncidentId]
    assignment: Ref[AssignmentId]
    unit: Ref[UnitId]
    patient: int


class ElementCharted(Fact, frozen=True):
    """One element has this value now. `source` is who says so: the crew, dispatch, a device, the hospital."""

    record: RecordId
    path: str
    value: Phi[Any] = None
    source: str = "crew"


class GroupAdded(Fact, frozen=True):
    """A repeat of a group: one set of vital signs, one medication given, one procedure."""

    record: RecordId
    path: str
    group: str
    content: Phi[dict[str, Any]] = {}
    source: str = "crew"


class GroupRemoved(Fact, frozen=True):
    record: RecordId
    path: str
    reason: str


class RecordLocked(Fact, frozen=True):
    """The author signed the record. From here on it is only amended."""

    record: RecordId
    signed_by: Phi[str]
    accepted: tuple[Accepted, ...] = ()
    checked_against: str = ""


class RecordAmended(Fact, frozen=True):
    """An addendum to a locked record: what was added, corrected or taken out, and why; the locked version stays in the
    log. In this order: groups added, elements written, groups removed. `before` is what stood at `entries`."""

    record: RecordId
    signed_by: Phi[str]
    reason: Phi[str]
    entries: Phi[tuple[Entry, ...]] = ()
    added: Phi[tuple[AddedGroup, ...]] = ()
    removed: Phi[tuple[RemovedGroup, ...]] = ()
    before: Phi[tuple[Entry, ...]] = ()
    accepted: tuple[Accepted, ...] = ()
    checked_against: str = ""


class RecordImported(Fact, frozen=True):
    """A finished report of another system came in, or a newer version of it: all of it, as it was written there.

    `header` is what stood above it in its document, `source` the document's name, and `digest` the SHA-256 of report
    and header, so that the same report again is known.
    """

    record: RecordId
    tree: Phi[dict[str, Any]]
    header: Phi[dict[str, Any]]
    source: Phi[str]
    digest: str


FACTS: tuple[type[Fact], ...] = (
    RecordOpened,
    ElementCharted,
    GroupAdded,
    GroupRemoved,
    RecordLocked,
    RecordAmended,
    RecordImported,
)
