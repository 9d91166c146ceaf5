"""What charting allows. Each function answers one command with facts, or refuses with a rule."""

import re
from typing import Any, Final

from goldenhour.care import commands as c
from goldenhour.care import facts as f
from goldenhour.care.record.checks import check, check_attributes, check_element
from goldenhour.care.record.dictionary import Element, Group
from goldenhour.care.record.tree import (
    NoSuchPlace,
    Tree,
    add_group,
    element_at,
    group_at,
    remove_group,
    scope,
    set_element,
)
from goldenhour.care.state import Record, amended
from goldenhour.kernel.commands import Refused
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import as_iso

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
"""What NEMSIS takes as a record's UUID: RFC 4122, versions 1 to 5."""


def open_record(cmd: c.OpenRecord, record: Record | None) -> list[Fact]:
    if record is not None:
        raise Refused("care.record.exists", "This record is open already.")
    if not _UUID.fullmatch(cmd.record):
        raise Refused("care.record.uuid", "A record's id is a UUID of version 1 to 5.")
    if cmd.patient < 1:
        raise Refused("care.record.patient", "Patients are numbered from 1.")
    return [
        f.RecordOpened(
            record=cmd.record,
            incident=cmd.incident,
            assignment=cmd.assignment,
            unit=cmd.unit,
            patient=cmd.patient,
        )
    ]


def chart_elements(cmd: c.ChartElements, record: Record) -> list[Fact]:
    """Writes elements whose values their definitions allow; what stands already changes nothing."""
    _check_unlocked(record)
    tree = record.tree
    charted: list[Fact] = []
    for entry in cmd.entries:
        before = _there(tree, entry.path)
        tree = _with(tree, entry.path, entry.value)
        if _there(tree, entry.path) != before:
            charted.append(f.ElementCharted(record=record.id, path=entry.path, value=entry.value, source=cmd.source))
    return charted


def add_repeat(cmd: c.AddGroup, record: Record) -> list[Fact]:
    _check_unlocked(record)
    _with_group(record.tree, cmd.path, cmd.group, cmd.content)
    return [f.GroupAdded(record=record.id, path=cmd.path, group=cmd.group, content=cmd.content, source=cmd.source)]


def remove_repeat(cmd: c.RemoveGroup, record: Record) -> list[Fact]:
    """Takes back a repeat entered by mistake; it stays in the history, with the reason."""
    _check_unlocked(record)
    if not cmd.reason.strip():
        raise Refused("care.remove.no_reason", "Say why this entry is taken back.")
    _standing(record.tree, cmd.path)
    return [f.GroupRemoved(record=record.id, path=cmd.path, reason=cmd.reason.strip())]


def lock_record(cmd: c.LockRecord, record: Record) -> list[Fact]:
    """Signs a record that nothing stands against: no missing element, no fault, no ERROR of the rules."""
    if record.locked_at is not None:
        raise Refused("care.lock.locked", f"The record was locked at {as_iso(record.locked_at)}; amend it instead.")
    if not cmd.signed_by.strip():
        raise Refused("care.lock.unsigned", "Sign with your name.")
    against = [finding.text for finding in check(record.tree) if finding.kind == "fault"]
    _check_nothing_against([*against, *cmd.errors], "care.lock.errors", "lock")
    return [
        f.RecordLocked(
            record=record.id,
            signed_by=cmd.signed_by.strip(),
            accepted=cmd.accepted,
            checked_against=cmd.checked_against,
        )
    ]


def amend_record(cmd: c.AmendRecord, record: Record) -> list[Fact]:
    """Adds to a locked record, corrects it or takes out what does not belong; the reason and the name stay with it.

    What the addendum brings must stand up to the checks of a lock; what stood already does not stop a correction."""
    fact = addendum(cmd, record)
    if not cmd.signed_by.strip() or not cmd.reason.strip():
        raise Refused("care.amend.unsigned", "Sign with your name and say why the record is amended.")
    stood = {(finding.path, finding.text) for finding in check(record.tree) if finding.kind == "fault"}
    against = [
        finding.text
        for finding in check(amended(record.tree, fact))
        if finding.kind == "fault" and (finding.path, finding.text) not in stood
    ]
    _check_nothing_against(
        [*against, *(text for text in cmd.errors if text not in against)], "care.amend.errors", "sign"
    )
    return [fact]


def addendum(cmd: c.AmendRecord, record: Record) -> f.RecordAmended:
    """What the addendum would write, signed or not. Refuses what cannot be in the record."""
    if record.locked_at is None:
        raise Refused("care.amend.open", "The record is not locked yet; chart it directly.")
    tree = record.tree
    for one in cmd.added:
        if _allow(lambda path=f"{one.path}[{one.group}]", tree=tree: group_at(tree, path)) is not None:
            raise Refused("care.amend.there", f"The record has a {one.path} {one.group} already; correct that one.")
        tree = _with_group(tree, one.path, one.group, one.content)
    before: list[f.Entry] = []
    for entry in cmd.entries:
        before.append(f.Entry(path=entry.path, value=_there(tree, entry.path)))
        tree = _with(tree, entry.path, entry.value)
    removed: list[f.RemovedGroup] = []
    for path in cmd.removed:
        removed.append(f.RemovedGroup(path=path, content=_standing(tree, path)))
        tree = remove_group(tree, path)
    return f.RecordAmended(
        record=record.id,
        signed_by=cmd.signed_by.strip(),
        reason=cmd.reason.strip(),
        entries=cmd.entries,
        added=cmd.added,
        removed=tuple(removed),
        before=tuple(before),
        accepted=cmd.accepted,
        checked_against=cmd.checked_against,
    )


def import_record(cmd: c.ImportRecord, record: Record | None) -> list[Fact]:
    """Takes in another system's report. What was charted or amended here is never replaced by an import."""
    if not _UUID.fullmatch(cmd.record):
        raise Refused("care.record.uuid", "A record's id is a UUID of version 1 to 5.")
    if str(cmd.tree.get("a", {}).get("UUID", "")).lower() != cmd.record.lower():
        raise Refused("care.import.uuid", "The report's own UUID is not the one it is imported under.")
    if record is not None and record.imported is None:
        raise Refused("care.import.own", "This record was charted here and is not replaced; amend it instead.")
    if record is not None and record.imported is not None and record.imported.digest == cmd.digest:
        return []
    if record is not None and record.addenda:
        raise Refused("care.import.amended", "This record was amended here and is not replaced; amend it again.")
    return [f.RecordImported(record=cmd.record, tree=cmd.tree, header=cmd.header, source=cmd.source, digest=cmd.digest)]


def _check_nothing_against(against: list[str], rule: str, then: str) -> None:
    if against:
        more = f" (and {len(against) - 3} more)" if len(against) > 3 else ""
        raise Refused(rule, f"{'; '.join(text.rstrip('.') for text in against[:3])}{more}. Correct these, then {then}.")


def _check_unlocked(record: Record) -> None:
    if record.locked_at is not None:
        raise Refused("care.locked", f"The record was locked at {as_iso(record.locked_at)}; amend it instead.")


def _standing(tree: Tree, path: str) -> Tree:
    """What the repeat at a path says, which can be removed."""
    found = _allow(lambda: group_at(tree, path))
    if found is None:
        raise Refused("care.remove.unknown", f"The record has no {path}.")
    _allow(lambda: remove_group(tree, path))
    return {name: value for name, value in found.items() if name != "id"}


def _there(tree: Tree, path: str) -> Any:
    return _allow(lambda: element_at(tree, path))


def _with(tree: Tree, path: str, value: Any) -> Tree:
    number, _, attribute = path.rpartition("/")[2].partition("@")
    node = scope().data_set.nodes.get(number.partition("[")[0])
    if attribute:
        _check_attribute(node, attribute, value)
    elif isinstance(node, Element) and value is not None:
        _check_value(node, value)
    changed: Tree = _allow(lambda: set_element(tree, path, value))
    return changed


def _check_attribute(node: Element | Group | None, name: str, value: Any) -> None:
    if not isinstance(node, Group) or name == "UUID" or name not in (one.name for one in node.attributes):
        raise Refused("care.path", f"There is no {name} to chart here. Choose a field of the chart.")
    if value is None:
        return
    faults = check_attributes(node, {name: value}) if isinstance(value, str) else (f"{name} takes one text",)
    if faults:
        raise Refused("care.value", "; ".join(faults))


def _check_value(element: Element, value: Any) -> None:
    faults = check_element(element, value)
    if faults:
        raise Refused("care.value", f"{element.label} ({element.name}): {'; '.join(faults)}")


def _with_group(tree: Tree, path: str, id: str, content: Tree) -> Tree:
    changed: Tree = _allow(lambda: add_group(tree, path, id, content=content))
    group = scope().data_set.group(path.rpartition("/")[2])
    _check_content(content, group)
    return changed


def _check_content(content: Tree, group: Group) -> None:
    """Elements of the group with values their definitions allow, and groups of it; nothing that would be lost."""
    children = {child.name: child for child in group.children}
    for name, value in content.items():
        if name == "id":
            continue
        node = children.get(name)
        if name == "a" and isinstance(value, dict):
            faults = check_attributes(group, value)
            if faults:
                raise Refused("care.value", "; ".join(faults))
        elif isinstance(node, Element):
            _check_value(node, value)
        elif isinstance(node, Group):
            repeats = value if node.many and isinstance(value, list) else [value]
            for one in repeats:
                if not isinstance(one, dict):
                    raise Refused("care.path", f"{name} is a group of fields. Choose a field of the chart.")
                _check_content(one, node)
        else:
            raise Refused("care.path", f"{group.name} has no {name}. Choose a field of the chart.")


def _allow(change: Any) -> Any:
    try:
        return change()
    except (NoSuchPlace, ValueError) as wrong:
        raise Refused("care.path", f"{wrong}. Choose a field of the chart.") from wrong
