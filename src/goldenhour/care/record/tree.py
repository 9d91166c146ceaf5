"""The record as a tree, and every way to read and change one. All functions are pure: a change returns a new tree.

A *leaf* is its bare lexical string, or `{"v": text, "nil": True, "nv": code, "pn": code, "a": {attribute: text}}`
with only the keys it needs. A *group* is a dict of its children by name in schema order, plus `a` (attributes)
and `id` (its identity among its repeats, ours alone, never exported). What may repeat is always a list.

A *path* names an element or group by the repeated groups it stands in and its own name, which is unique in a data
set: `eTimes.05`, `eVitals.VitalGroup[v1]/eVitals.06`. Single groups in between are understood and made as needed. An
attribute of a group comes after an @: `eAirway.ConfirmationGroup[c1]@ProcedureGroupCorrelationID`.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any

import msgspec

from goldenhour.care.record.dictionary import LATEST, DataSet, Dictionary, Element, Group, load

Leaf = str | dict[str, Any]
Value = Leaf | list[Leaf]
Tree = dict[str, Any]

NOT_CHILDREN = ("id", "a", "stray")

_STEP = re.compile(r"([A-Za-z][\w.]*)(?:\[([^\[\]/]+)\])?")
_ID = re.compile(r"[^\[\]/]+")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A whole NEMSIS document: its data set (`EMSDataSet`, `DEMDataSet`, `StateDataSet`) and the root's tree."""

    data_set: str
    tree: Tree


class NoSuchPlace(KeyError):
    """The path names nothing the data set has, or a repeat that the tree does not hold."""

    def __str__(self) -> str:
        return str(self.args[0])


class Scope:
    """What a tree is a tree of: a group of a data set, with the way down to each node under it."""

    def __init__(self, dictionary: Dictionary, data_set: DataSet, root: Group) -> None:
        self.dictionary = dictionary
        self.data_set = data_set
        self.root = root
        self.ways: dict[str, tuple[Group | Element, ...]] = {}
        self.positions: dict[str, dict[str, int]] = {}
        self._survey(root, ())

    def _survey(self, group: Group, way: tuple[Group | Element, ...]) -> None:
        self.positions[group.name] = {child.name: place for place, child in enumerate(group.children)}
        for child in group.children:
            self.ways[child.name] = (*way, child)
            if isinstance(child, Group):
                self._survey(child, (*way, child))

    def way(self, name: str) -> tuple[Group | Element, ...]:
        """The nodes from below the root down to `name`, that included. Raises NoSuchPlace."""
        try:
            return self.ways[name]
        except KeyError:
            raise NoSuchPlace(f"{self.root.name} has no {name}") from None


@cache
def scope(root: str = "PatientCareReport", *, data_set: str = "EMSDataSet", version: str = LATEST) -> Scope:
    """The scope of a group of a data set; by default one patient care report."""
    dictionary = load(version)
    found = dictionary.data_sets[data_set]
    return Scope(dictionary, found, found.group(root))


def element_at(tree: Tree, path: str, *, of: Scope | None = None) -> Value | None:
    """What stands at an element's path: a leaf, a list of leaves where it may repeat, or None."""
    of = of or scope()
    path, _, attribute = path.partition("@")
    if attribute:
        return ((group_at(tree, path, of=of) or {}).get("a") or {}).get(attribute)
    steps, way = _parsed(path, of)
    here: Any = tree
    for node in way[:-1]:
        here = _below(here, node, steps)
        if here is None:
            return None
    found: Value | None = here.get(way[-1].name)
    return found


def groups_at(tree: Tree, path: str, *, of: Scope | None = None) -> list[Tree]:
    """The repeats of the group at `path` (its own id left out), or the one group there; empty when none."""
    found: Any = element_at(tree, path, of=of)
    return [] if found is None else found if isinstance(found, list) else [found]


def group_at(tree: Tree, path: str, *, of: Scope | None = None) -> Tree | None:
    """The group at `path`, its id included where it repeats."""
    of = of or scope()
    steps, way = _parsed(path, of)
    here: Any = tree
    for node in way:
        here = None if here is None else _below(here, node, steps)
    return here  # type: ignore[no-any-return]  # a tree is a dict of Any


def set_element(tree: Tree, path: str, value: Value | None, *, of: Scope | None = None) -> Tree:
    """The tree with `value` at an element's path; None or an empty list clears it.

    A single leaf given for an element that may repeat is its only one; the path may be an attribute's, with text.
    Raises NoSuchPlace for an unknown path or a repeat that is not there."""
    of = of or scope()
    path, _, attribute = path.partition("@")
    if attribute:
        return _set_attribute(tree, path, attribute, value, of)
    steps, way = _parsed(path, of)
    element = way[-1]
    if not isinstance(element, Element):
        raise NoSuchPlace(f"{path} is a group, not an element")
    if value is None or value == []:
        return clear(tree, path, of=of)
    if element.many and not isinstance(value, list):
        value = [value]
    if not element.many and isinstance(value, list):
        raise ValueError(f"{element.name} takes one value, not {len(value)}")
    return _changed(tree, of.root, way, steps, lambda _: value, of)


def clear(tree: Tree, path: str, *, of: Scope | None = None) -> Tree:
    """The tree without what stands at an element's path; a single group left empty goes too."""
    of = of or scope()
    steps, way = _parsed(path, of)
    return _changed(tree, of.root, way, steps, lambda _: None, of)


def add_group(tree: Tree, path: str, id: str, *, content: Tree | None = None, of: Scope | None = None) -> Tree:
    """The tree with one more repeat of the group at `path` (`eVitals.VitalGroup`), known by `id` from now on.

    Adding an id that is there already changes nothing, so a repeated command is harmless. Raises ValueError for an
    id that could not stand in a path."""
    of = of or scope()
    if _ID.fullmatch(id) is None:
        raise ValueError(f"{id!r} cannot be the id of a group: it is empty or holds one of [ ] /")
    group = _parsed(path, of)[1][-1]
    if not isinstance(group, Group) or not group.many:
        raise NoSuchPlace(f"{path} is not a group that repeats")

    def added(repeats: list[Tree]) -> list[Tree]:
        if any(each.get("id") == id for each in repeats):
            return repeats
        return [*repeats, {"id": id, **(content or {})}]

    return set_repeats(tree, path, added, of=of)


def remove_group(tree: Tree, path: str, *, of: Scope | None = None) -> Tree:
    """The tree without the repeat at `path` (`eVitals.VitalGroup[v1]`). Raises NoSuchPlace when it is not there."""
    of = of or scope()
    steps, way = _parsed(path, of)
    name = way[-1].name
    if name not in steps:
        raise NoSuchPlace(f"{path} does not say which {name}")

    def removed(repeats: list[Tree]) -> list[Tree]:
        left = [each for each in repeats if each.get("id") != steps[name]]
        if len(left) == len(repeats):
            raise NoSuchPlace(f"there is no {name} {steps[name]}")
        return left

    return set_repeats(tree, path, removed, of=of)


def set_repeats(tree: Tree, path: str, change: Callable[[list[Tree]], list[Tree]], *, of: Scope | None = None) -> Tree:
    """The tree with the list of repeats at `path` (its own id left out) as `change` makes it."""
    of = of or scope()
    steps, way = _parsed(path, of)
    return _changed(tree, of.root, way, steps, lambda repeats: change(repeats or []) or None, of)


def set_attributes(tree: Tree, path: str, attributes: dict[str, str], *, of: Scope | None = None) -> Tree:
    """The tree with these attributes (`UUID`, `CorrelationID`, …) on the group at `path`; `""` is the root."""
    of = of or scope()
    if not path:
        return _with_attributes(tree, attributes)
    steps, way = _parsed(path, of)

    def attributed(here: Any) -> Any:
        if not isinstance(here, list):
            return _with_attributes(here or {}, attributes) or None
        return [_with_attributes(g, attributes) if g.get("id") == steps[way[-1].name] else g for g in here]

    return _changed(tree, of.root, way, steps, attributed, of)


def _set_attribute(tree: Tree, group: str, name: str, value: Value | None, of: Scope) -> Tree:
    here = group_at(tree, group, of=of)
    if here is None:
        raise NoSuchPlace(f"there is no {group}")
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is an attribute and takes one text")
    others = {key: kept for key, kept in here.get("a", {}).items() if key != name}
    return set_attributes(tree, group, {**others, name: value} if value else others, of=of)


def walk(tree: Tree, *, of: Scope | None = None) -> Iterator[tuple[str, Element, Value]]:
    """(path, element, value) of every element that holds something, in schema order."""
    of = of or scope()
    yield from _walk(tree, of.root, "")


def walk_groups(tree: Tree, *, of: Scope | None = None) -> Iterator[tuple[str, Group, Tree]]:
    """(path, group, its tree) of every group there is, in schema order, the root (path `""`) first."""
    of = of or scope()
    yield "", of.root, tree
    yield from _walk_groups(tree, of.root, "")


def identified(tree: Tree, *, mint: Callable[[str, int], str] | None = None, of: Scope | None = None) -> Tree:
    """The tree with an `id` on every repeated group that has none, as an imported one.

    By default the id is the group's UUID, else its place (`1`, `2`, …), so that the same document gets the same
    ids; `mint(group name, place from 0)` gives others."""
    of = of or scope()
    return _identified(tree, of.root, mint)


def in_schema_order(tree: Tree, *, of: Scope | None = None) -> Tree:
    """The same tree with every group's children in schema order, `id` and `a` first."""
    of = of or scope()
    return _ordered(tree, of.root)


def leaves(value: Value | None) -> list[Leaf]:
    """What stands at an element as a list, whether it may repeat or not."""
    return [] if value is None else value if isinstance(value, list) else [value]


def text_of(leaf: Leaf | None) -> str | None:
    """A leaf's lexical value; None when there is none or the element is nil."""
    if leaf is None or isinstance(leaf, str):
        return leaf
    text: str | None = leaf.get("v")
    return text


def not_value(code: str) -> Leaf:
    """The leaf that says why there is no value: not applicable, not recorded, not reporting."""
    return {"nil": True, "nv": code}


def pertinent_negative(code: str, value: str | None = None) -> Leaf:
    """The leaf of a pertinent negative, nil unless it goes with a value (`contraindicated: aspirin`)."""
    return {"nil": True, "pn": code} if value is None else {"v": value, "pn": code}


def _parsed(path: str, of: Scope) -> tuple[dict[str, str], tuple[Group | Element, ...]]:
    """The ids in a path by group name, and the way to its last name."""
    steps: dict[str, str] = {}
    name = ""
    for part in path.split("/"):
        matched = _STEP.fullmatch(part)
        if matched is None:
            raise NoSuchPlace(f"{path!r} is not a path")
        name = matched[1]
        if matched[2] is not None:
            steps[name] = matched[2]
    return steps, of.way(name)


def _below(here: Tree, node: Group | Element, steps: dict[str, str]) -> Any:
    found = here.get(node.name)
    if found is None or not node.many:
        return found
    wanted = steps.get(node.name)
    return next((each for each in found if each.get("id") == wanted), None)


def _changed(
    here: Tree,
    group: Group,
    way: tuple[Group | Element, ...],
    steps: dict[str, str],
    change: Callable[[Any], Any],
    of: Scope,
) -> Tree:
    node, rest = way[0], way[1:]
    if not rest:
        return _put(here, group.name, node.name, change(here.get(node.name)), of)
    if not isinstance(node, Group):
        raise NoSuchPlace(f"{node.name} is an element and holds no {rest[0].name}")
    present = here.get(node.name)
    if not node.many:
        below = _changed(present or {}, node, rest, steps, change, of)
        return _put(here, group.name, node.name, below or None, of)
    wanted = steps.get(node.name)
    if wanted is None or all(each.get("id") != wanted for each in present or []):
        raise NoSuchPlace(f"there is no {node.name} {wanted or '(the path does not say which)'}")
    repeats = [_changed(g, node, rest, steps, change, of) if g.get("id") == wanted else g for g in present or []]
    return _put(here, group.name, node.name, repeats, of)


def _put(here: Tree, group: str, name: str, value: Any, of: Scope) -> Tree:
    """A copy of one group with `name` set, or left out when `value` is None, in schema order."""
    if value is None:
        return {k: v for k, v in here.items() if k != name}
    changed = {**here, name: value}
    if name in here:
        return changed
    positions = of.positions[group]
    return dict(sorted(changed.items(), key=lambda item: positions.get(item[0], -1)))


def _with_attributes(group: Tree, attributes: dict[str, str]) -> Tree:
    rest = {k: v for k, v in group.items() if k not in ("id", "a")}
    own = {"id": group["id"]} if "id" in group else {}
    return {**own, "a": dict(attributes), **rest} if attributes else {**own, **rest}


def _walk(here: Tree, group: Group, prefix: str) -> Iterator[tuple[str, Element, Value]]:
    for child in group.children:
        found = here.get(child.name)
        if found is None:
            continue
        if isinstance(child, Element):
            yield f"{prefix}{child.name}", child, found
        elif child.many:
            for each in found:
                yield from _walk(each, child, f"{prefix}{child.name}[{each.get('id')}]/")
        else:
            yield from _walk(found, child, prefix)


def _walk_groups(here: Tree, group: Group, prefix: str) -> Iterator[tuple[str, Group, Tree]]:
    for child in group.children:
        found = here.get(child.name)
        if found is None or isinstance(child, Element):
            continue
        for each in found if child.many else [found]:
            path = f"{prefix}{child.name}[{each.get('id')}]" if child.many else f"{prefix}{child.name}"
            yield path, child, each
            yield from _walk_groups(each, child, f"{path}/" if child.many else prefix)


def _identified(here: Tree, group: Group, mint: Callable[[str, int], str] | None) -> Tree:
    done = dict(here)
    for child in group.children:
        found = here.get(child.name)
        if found is None or isinstance(child, Element):
            continue
        if not child.many:
            done[child.name] = _identified(found, child, mint)
            continue
        repeats: list[Tree] = []
        taken = {each["id"] for each in found if "id" in each}
        for place, each in enumerate(found):
            ours = {k: v for k, v in each.items() if k != "id"}
            own = each.get("id") or _free_id(each, child.name, place, taken, mint)
            taken.add(own)
            repeats.append({"id": own, **_identified(ours, child, mint)})
        done[child.name] = repeats
    return done


def _free_id(group: Tree, name: str, place: int, taken: set[str], mint: Callable[[str, int], str] | None) -> str:
    """An id that no sibling has: minted, else the group's UUID if it is one of a kind, else its place."""
    wished = mint(name, place) if mint else group.get("a", {}).get("UUID", "")
    if _ID.fullmatch(wished) and wished not in taken:
        return wished
    return next(free for number in count(place + 1) if (free := str(number)) not in taken)


def _ordered(here: Tree, group: Group) -> Tree:
    done: Tree = {key: here[key] for key in NOT_CHILDREN if key in here}
    for child in group.children:
        found = here.get(child.name)
        if found is None:
            continue
        if isinstance(child, Element):
            done[child.name] = found
        elif child.many:
            done[child.name] = [_ordered(each, child) for each in found]
        else:
            done[child.name] = _ordered(found, child)
    return done
