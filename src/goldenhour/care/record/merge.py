"""Two devices charted the same patient: merge per element, and keep both values where they truly disagree."""

from collections.abc import Sequence

import msgspec

from goldenhour.care.record.differences import Change, differences, inside, with_change
from goldenhour.care.record.tree import Scope, Tree, add_group, group_at, scope


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides changed the same thing differently since `base`; the merged tree has ours until a person chooses.

    Where one side removed a group that the other went on charting in, the group stays, `path` is the group, and
    the side that removed it is None.
    """

    path: str
    base: object = None
    ours: object = None
    theirs: object = None


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The merged tree, and what a person has to decide."""

    tree: Tree
    conflicts: tuple[Conflict, ...]


def merge(base: Tree, ours: Tree, theirs: Tree, *, of: Scope | None = None) -> Merged:
    """Three-way merge of two versions of a record that both started from `base`.

    Nothing that either side charted is lost: it is in the tree or in a conflict. The order of repeats follows
    ours, theirs after."""
    of = of or scope()
    mine = differences(base, ours, of=of)
    by_place = {(change.what, change.path): change for change in mine}
    removed_by_us = [change.path for change in mine if change.what == "removed"]
    merged = ours
    conflicts: dict[str, Conflict] = {}
    for change in differences(base, theirs, of=of):
        same_place = by_place.get((change.what, change.path))
        group = inside(change.path, removed_by_us)
        if group is not None or (change.what == "attributes" and change.path in removed_by_us):
            group = group or change.path
            if group not in conflicts:
                merged = _brought_back(merged, group, theirs, of)
                conflicts[group] = Conflict(path=group, base=_at(base, group, of), theirs=_at(theirs, group, of))
        elif same_place is not None:
            if same_place.new != change.new and change.what != "order":
                conflicts[change.path] = Conflict(
                    path=change.path, base=change.old, ours=same_place.new, theirs=change.new
                )
        elif change.what == "removed" and _touched(change.path, mine):
            conflicts[change.path] = Conflict(
                path=change.path, base=_at(base, change.path, of), ours=_at(ours, change.path, of)
            )
        else:
            merged = with_change(merged, change, of=of)
    return Merged(tree=merged, conflicts=tuple(conflicts.values()))


def _at(tree: Tree, path: str, of: Scope) -> Tree | None:
    return group_at(tree, path, of=of)


def _touched(group: str, changes: Sequence[Change]) -> bool:
    return any(inside(change.path, [group]) or change.path == group for change in changes)


def _brought_back(tree: Tree, group: str, theirs: Tree, of: Scope) -> Tree:
    content = {k: v for k, v in (_at(theirs, group, of) or {}).items() if k != "id"}
    path, _, id = group[:-1].rpartition("[")
    return add_group(tree, path, id, content=content, of=of)
