"""What is wrong with a record and what it still lacks, group by group, while it is being charted.

These are the dictionary's own rules: values, NOT values, pertinent negatives, cardinality and usage under the
state's configuration. XSD and Schematron come later, over the whole document.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.dictionary import Element, Group
from goldenhour.care.record.tree import Leaf, Scope, Tree, leaves, scope
from goldenhour.care.record.values import type_checker

APPROXIMATE = "8801029"
WITH_VALUE = frozenset({"eSituation.10", "eMedications.03", "eProcedures.03"})
"""Elements whose pertinent negatives say something *about* a value (national rules e005 to e007)."""


Kind = Literal["missing", "fault"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to put right. `path` leads to the field; `section` is where it is charted; `text` is for people.

    `missing` is something to chart, `fault` something charted that cannot stand.
    """

    kind: Kind
    path: str
    number: str
    label: str
    section: str
    text: str
    usage: str


def check(tree: Tree, *, collect: Collect = EVERYTHING, of: Scope | None = None) -> tuple[Finding, ...]:
    """Everything to put right in a record, in schema order."""
    of = of or scope()
    return tuple(_check_group(tree, of.root, prefix="", section="", collect=collect, of=of))


def missing(tree: Tree, *, collect: Collect = EVERYTHING, of: Scope | None = None) -> tuple[Finding, ...]:
    """What is still to chart: mandatory and required elements, and recommended ones the state collects."""
    return tuple(finding for finding in check(tree, collect=collect, of=of) if finding.kind == "missing")


@dataclass(frozen=True)
class _Counted:
    """How much is missing in one section; section and collection are kept so that their identity stays their own."""

    section: Tree | None
    collect: Collect
    count: int


_counted: OrderedDict[tuple[str, int, int], _Counted] = OrderedDict()
_MOST_COUNTED = 4096


def missing_count(tree: Tree, *, collect: Collect = EVERYTHING) -> int:
    """How many elements are still to chart. Sections that did not change since they were last counted are not walked:
    a change makes a new tree that shares all other sections with the old one."""
    of = scope()
    count = 0
    for child in of.root.children:
        found = tree.get(child.name)
        key = child.name, id(found), id(collect)
        known = _counted.get(key)
        if known is None or known.section is not found or known.collect is not collect:
            part = {} if found is None else {child.name: found}
            only = Group(name=of.root.name, children=(child,))
            wanted = _check_group(part, only, prefix="", section="", collect=collect, of=of)
            count_here = sum(finding.kind == "missing" for finding in wanted)
            known = _counted[key] = _Counted(found, collect, count_here)
            if len(_counted) > _MOST_COUNTED:
                _counted.popitem(last=False)
        count += known.count
    return count


def check_element(
    element: Element, value: Leaf | list[Leaf] | None, *, is_new: bool = True, version: str | None = None
) -> tuple[str, ...]:
    """What is wrong with what stands at one element, in words; deprecated codes are wrong on a new record."""
    found: list[str] = []
    checker = type_checker(element.type) if version is None else type_checker(element.type, version)
    dictionary = scope().dictionary if version is None else scope(version=version).dictionary
    deprecated = dictionary.value_type(element).deprecated if is_new else ()
    for leaf in leaves(value):
        if isinstance(leaf, str):
            text = leaf
        else:
            found.extend(_marks(element, leaf))
            found.extend(_attributes(element, leaf.get("a", {})))
            if leaf.get("nil") in (True, "1", "true"):
                continue
            text = leaf.get("v", "")
        if (wrong := checker(text)) is not None:
            found.append(wrong)
        elif text in deprecated:
            found.append(f"{text} ({dictionary.label(element, text)}) is no longer used on new records")
    count = len(leaves(value))
    if element.max is not None and count > element.max:
        found.append(f"{count} values; at most {element.max}")
    if count > 1 and any(isinstance(leaf, dict) and leaf.get("nv") for leaf in leaves(value)):
        found.append("a NOT value stands alone, not beside values")
    return tuple(found)


def _marks(element: Element, leaf: dict[str, object]) -> Iterator[str]:
    """What is wrong with the NOT value, the pertinent negative and nil of one leaf."""
    nil = leaf.get("nil") in (True, "1", "true")
    nv, pn = leaf.get("nv"), leaf.get("pn")
    if nil and not element.nillable:
        yield "this cannot be left without a value"
    if nil and nv is None and pn is None:
        yield "without a value there must be a NOT value or a pertinent negative"
    if nil and leaf.get("v"):
        yield "it has a value and says that it has none"
    if nv is not None:
        if nv not in element.not_values:
            yield f"the NOT value {nv} is not allowed here"
        if not nil:
            yield "a NOT value goes without a value"
        if pn is not None:
            yield "a NOT value and a pertinent negative exclude each other"
    if pn is not None:
        if pn not in element.pertinent_negatives:
            yield f"the pertinent negative {pn} is not allowed here"
        wants_value = needs_value(element, str(pn))
        if wants_value and nil:
            yield "this pertinent negative goes with a value"
        if not wants_value and not nil:
            yield "this pertinent negative goes without a value"


def check_attributes(node: Element | Group, attributes: dict[str, str]) -> tuple[str, ...]:
    """What is wrong with the attributes of an element or a group, in words."""
    return tuple(_attributes(node, attributes))


def _attributes(node: Element | Group, attributes: dict[str, str]) -> Iterator[str]:
    known = {attribute.name: attribute for attribute in node.attributes}
    for name, value in attributes.items():
        if name not in known:
            yield f"there is no {name} here"
        elif (wrong := type_checker(known[name].type)(value)) is not None:
            yield f"{name}: {wrong}"


def needs_value(element: Element, pertinent_negative: str) -> bool:
    """Whether this pertinent negative stands beside a value rather than in place of one."""
    return element.name in WITH_VALUE or pertinent_negative == APPROXIMATE or not element.nillable


def _check_group(
    tree: Tree, group: Group, *, prefix: str, section: str, collect: Collect, of: Scope
) -> Iterator[Finding]:
    for text in (*_strays(tree), *_attributes(group, tree.get("a", {}))):
        yield Finding(
            kind="fault",
            path=prefix.rstrip("/"),
            number="",
            label="",
            section=section or group.name,
            text=text,
            usage="",
        )
    for child in group.children:
        here = section or child.name
        found = tree.get(child.name)
        if isinstance(child, Element):
            yield from _check_child(child, found, prefix=prefix, section=here, collect=collect, of=of)
        elif child.many:
            for each in found or []:
                below = f"{prefix}{child.name}[{each.get('id')}]/"
                yield from _check_group(each, child, prefix=below, section=here, collect=collect, of=of)
            if not found and child.min:
                yield from _check_group(
                    {}, child, prefix=f"{prefix}{child.name}/", section=here, collect=collect, of=of
                )
        elif found is not None or child.min:
            yield from _check_group(found or {}, child, prefix=prefix, section=here, collect=collect, of=of)


def _check_child(
    element: Element, value: Leaf | list[Leaf] | None, *, prefix: str, section: str, collect: Collect, of: Scope
) -> Iterator[Finding]:
    def finding(kind: Kind, text: str) -> Finding:
        return Finding(
            kind=kind,
            path=f"{prefix}{element.name}",
            number=element.name,
            label=element.label,
            section=section,
            text=text,
            usage=element.usage,
        )

    if value is None or value == []:
        if not element.deprecated and is_wanted(element, collect):
            yield finding("missing", f"{element.label} is {element.usage.lower()} and not charted yet")
        return
    for text in check_element(element, value, version=of.dictionary.version):
        yield finding("fault", f"{element.label}: {text}")


def is_wanted(element: Element, collect: Collect) -> bool:
    """Whether a blank here is missing: mandatory and required where collected, recommended where the state lists it."""
    if element.usage in ("Mandatory", "Required"):
        return collect.collects(element)
    if element.usage == "Recommended":
        return collect.elements is not None and element.name in collect.elements
    return False


def _strays(tree: Tree) -> Iterator[str]:
    for _, text in tree.get("stray", []):
        name = text[1:].partition(">")[0].partition(" ")[0]
        yield f"{name} stands where the data set has no place for it"
