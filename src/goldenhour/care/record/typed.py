"""A record by plain names for our own code: `record.eTimes.unit_en_route` is an Instant, or None when not charted.

Names come from the dictionary's labels: lower case, without "Date/Time" and what stands in brackets. Elements in
single groups are reached from their section; a group that repeats is a tuple of views (`eVitals.vital_group`).
"""

import re
from datetime import date
from functools import cache
from typing import Any

from goldenhour.care.record.dictionary import LATEST, Dictionary, Element, Group
from goldenhour.care.record.tree import Leaf, Scope, Tree, leaves, scope, text_of
from goldenhour.kernel.instants import from_iso

_NOISE = re.compile(r"\([^)]*\)|Date/Time|'s\b|'")
_LEADING = re.compile(r"^(?:of_|the_)+")


class View:
    """One group of a record. Attributes are elements and groups by name; `leaf(name)` gives what is charted there,
    NOT values and pertinent negatives included; `number(name)` the element's number."""

    __slots__ = ("_group", "_of", "_tree")

    def __init__(self, tree: Tree, group: Group, of: Scope) -> None:
        self._tree, self._group, self._of = tree, group, of

    def __getattr__(self, name: str) -> Any:
        way = _names(self._group.name, self._of.data_set.root.name, self._of.dictionary.version).get(name)
        if way is None:
            raise AttributeError(f"{self._group.name} has no {name}")
        node = self._of.data_set.nodes[way[-1]]
        found = _at(self._tree, way)
        if isinstance(node, Element):
            return _element(node, found, self._of.dictionary)
        if node.many:
            return tuple(View(each, node, self._of) for each in found or [])
        return View(found or {}, node, self._of)

    def __dir__(self) -> list[str]:
        return sorted(_names(self._group.name, self._of.data_set.root.name, self._of.dictionary.version))

    def number(self, name: str) -> str:
        """The element's number: `record.eTimes.number("unit_en_route")` is `eTimes.05`."""
        return _names(self._group.name, self._of.data_set.root.name, self._of.dictionary.version)[name][-1]

    def leaf(self, name: str) -> Leaf | list[Leaf] | None:
        """What is charted there, as it stands in the tree."""
        way = _names(self._group.name, self._of.data_set.root.name, self._of.dictionary.version)[name]
        found: Leaf | list[Leaf] | None = _at(self._tree, way)
        return found

    @property
    def id(self) -> str | None:
        """The group's identity among its repeats."""
        return self._tree.get("id")


def view(tree: Tree, *, of: Scope | None = None) -> View:
    """A record (or another tree, by its scope) by plain names."""
    of = of or scope()
    return View(tree, of.root, of)


def _element(element: Element, found: Any, dictionary: Dictionary) -> Any:
    base = dictionary.value_type(element).base
    values = tuple(_value(text, base) for leaf in leaves(found) if (text := text_of(leaf)) is not None)
    return values if element.many else next(iter(values), None)


def _value(text: str, base: str) -> Any:
    """A lexical value as Instant, date, int or float; text and codes stay text, and so does what cannot be read."""
    try:
        match base:
            case "dateTime":
                return from_iso(text.strip())
            case "date":
                return date.fromisoformat(text.strip()[:10])
            case "integer" | "positiveInteger":
                return int(text)
            case "decimal":
                return float(text)
            case _:
                return text
    except ValueError:
        return text


def _at(tree: Tree, way: tuple[str, ...]) -> Any:
    here: Any = tree
    for name in way:
        here = None if here is None else here.get(name)
    return here


@cache
def _names(group: str, data_set: str, version: str = LATEST) -> dict[str, tuple[str, ...]]:
    """Plain name -> the way to it from this group, through single groups."""
    of = scope(data_set, data_set=data_set, version=version)
    reached: list[tuple[str, tuple[str, ...]]] = []

    def reach(below: Group, way: tuple[str, ...]) -> None:
        for child in below.children:
            here = (*way, child.name)
            if isinstance(child, Element):
                reached.append((_plain(child.label), here))
            else:
                reached.append((child.name if "." not in child.name else _snake(child.name), here))
                if not child.many and "." in child.name:
                    reach(child, here)

    reach(of.data_set.group(group), ())
    names: dict[str, tuple[str, ...]] = {}
    taken = [name for name, _ in reached]
    for name, way in reached:
        suffix = f"_{way[-1].rpartition('.')[2]}" if taken.count(name) > 1 else ""
        names[f"{name}{suffix}"] = way
    return names


def _plain(label: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", _NOISE.sub("", label).lower()).strip("_")
    return _LEADING.sub("", words)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rpartition(".")[2]).lower()
