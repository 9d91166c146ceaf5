"""What changed between two versions of a record, element by element, and putting such changes onto a record."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from goldenhour.care.record.tree import (
    Scope,
    Tree,
    add_group,
    group_at,
    remove_group,
    scope,
    set_attributes,
    set_element,
    set_repeats,
    walk,
    walk_groups,
)


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference. `what` says of which kind:

    `element`: the value at `path` was `old` and is `new` (None is nothing there);
    `attributes`: the same of the attributes of the group at `path` (`""` is the record itself);
    `added`, `removed`: the repeat of a group at `path` came or went; its contents are changes of their own;
    `order`: the repeats of the group at `path`, by id, now stand as in `new`.
    """

    what: Literal["element", "attributes", "added", "removed", "order"]
    path: str
    old: Any = None
    new: Any = None


def differences(old: Tree, new: Tree, *, of: Scope | None = None) -> tuple[Change, ...]:
    """What turns `old` into `new`: repeats removed, repeats added, their order, attributes, elements.

    Both need ids on their repeated groups (see `tree.identified`)."""
    of = of or scope()
    was, now = _groups(old, of), _groups(new, of)
    gone = {path for path in was if _is_repeat(path) and path not in now}
    changes = [Change(what="removed", path=path) for path in was if path in gone and not inside(path, gone)]
    changes += [Change(what="added", path=path) for path in now if _is_repeat(path) and path not in was]
    changes += _orders(was, now)
    for path in dict.fromkeys([*was, *now]):
        before, after = was.get(path, {}), now.get(path, {})
        if before != after and path not in gone and not inside(path, gone):
            changes.append(Change(what="attributes", path=path, old=before, new=after))
    return (*changes, *_elements(old, new, gone, of))


def with_changes(tree: Tree, changes: Sequence[Change], *, of: Scope | None = None) -> Tree:
    """The tree with these changes made, in order. Raises NoSuchPlace when a repeat they speak of is missing."""
    of = of or scope()
    for change in changes:
        tree = with_change(tree, change, of=of)
    return tree


def with_change(tree: Tree, change: Change, *, of: Scope | None = None) -> Tree:
    """The tree with one change made."""
    of = of or scope()
    match change.what:
        case "element":
            return set_element(tree, change.path, change.new, of=of)
        case "attributes":
            return set_attributes(tree, change.path, change.new or {}, of=of)
        case "added":
            group, _, id = change.path[:-1].rpartition("[")
            return add_group(tree, group, id, of=of)
        case "removed":
            return remove_group(tree, change.path, of=of) if group_at(tree, change.path, of=of) is not None else tree
        case "order":
            return _in_order(tree, change.path, list(change.new or []), of)


def inside(path: str, groups: Iterable[str]) -> str | None:
    """The first of these repeats that `path` stands in, if any."""
    return next((group for group in groups if path.startswith(f"{group}/")), None)


def _groups(tree: Tree, of: Scope) -> dict[str, dict[str, str]]:
    return {path: group.get("a", {}) for path, _, group in walk_groups(tree, of=of)}


def _is_repeat(path: str) -> bool:
    return path.endswith("]")


def _repeats(groups: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the repeats of each group, in order, by the path of the group without an id."""
    found: dict[str, list[str]] = {}
    for path in groups:
        if _is_repeat(path):
            group, _, id = path[:-1].rpartition("[")
            found.setdefault(group, []).append(id)
    return found


def _orders(was: Iterable[str], now: Iterable[str]) -> list[Change]:
    """A change for each group whose repeats stand otherwise than removing and appending would leave them."""
    before, changes = _repeats(was), []
    for group, ids in _repeats(now).items():
        left = [id for id in before.get(group, []) if id in ids]
        if left + [id for id in ids if id not in left] != ids:
            changes.append(Change(what="order", path=group, old=before[group], new=ids))
    return changes


def _elements(old: Tree, new: Tree, gone: set[str], of: Scope) -> list[Change]:
    was = {path: value for path, _, value in walk(old, of=of)}
    now = {path: value for path, _, value in walk(new, of=of)}
    return [
        Change(what="element", path=path, old=was.get(path), new=now.get(path))
        for path in dict.fromkeys([*was, *now])
        if was.get(path) != now.get(path) and not inside(path, gone)
    ]


def _in_order(tree: Tree, group: str, ids: list[str], of: Scope) -> Tree:
    """The repeats of a group in the order of `ids`; those it does not name stay behind, as they were."""
    rank = {id: place for place, id in enumerate(ids)}
    return set_repeats(tree, group, lambda repeats: sorted(repeats, key=lambda g: rank.get(g["id"], len(rank))), of=of)
