"""Custom elements: what a state added to the data set, as a record uses it, and what is wrong or missing there."""

from collections.abc import Iterator
from typing import Any, Final

from goldenhour.care.record.checks import Finding, Kind
from goldenhour.care.record.collect import Collect, CustomElement
from goldenhour.care.record.tree import Leaf, Tree, groups_at, leaves, set_attributes, text_of, walk_groups

RESULTS: Final = "eCustomResults.ResultsGroup"
_CONFIGURATION: Final = "eCustomConfiguration"
_POINTER: Final = "GroupCorrelationID"
_YES, _NO = "9923003", "9923001"
_NEEDED: Final = {"9903001": "Mandatory", "9903003": "Required"}
_USAGES: Final = _NEEDED | {"9903005": "Recommended", "9903007": "Optional"}


def custom_findings(tree: Tree, collect: Collect) -> tuple[Finding, ...]:
    """What is wrong in the record's custom results, and which needed custom elements it lacks.

    A results group whose custom element is not of this state is left to the rules: its document may define it.
    """
    defined = {one.id: one for one in collect.custom}
    used: set[str] = set()
    found: list[Finding] = []
    for group in groups_at(tree, RESULTS):
        element = defined.get(text_of(group.get("eCustomResults.02")) or "")
        if element is None:
            continue
        used.add(element.id)
        values = leaves(group.get("eCustomResults.01"))
        path = f"{RESULTS}[{group.get('id')}]/eCustomResults.01"
        found += [_finding("fault", element, path, text) for text in _wrong(element, values)]
    found += [
        _finding(
            "missing", element, element.extends or RESULTS, f"{element.title} is {usage.lower()} and not charted yet"
        )
        for element in collect.custom
        if (usage := _NEEDED.get(element.usage)) is not None and element.id not in used
    ]
    return tuple(found)


def custom_errors(tree: Tree, collect: Collect) -> tuple[str, ...]:
    """Of these, what keeps a record from being locked: faults, and mandatory elements that are missing."""
    found = custom_findings(tree, collect)
    return tuple(one.text for one in found if one.kind == "fault" or one.usage == "Mandatory")


def custom_configuration(tree: Tree, collect: Collect) -> Tree | None:
    """The `eCustomConfiguration` that a document of this record needs: the custom elements it uses, defined."""
    used = {text_of(group.get("eCustomResults.02")) for group in groups_at(tree, RESULTS)}
    groups = [_definition(element) for element in collect.custom if element.id in used]
    return {f"{_CONFIGURATION}.CustomGroup": groups} if groups else None


def correlated(tree: Tree) -> Tree:
    """The tree as it leaves: what points at a group by our id finds it by the group's `CorrelationID`.

    While a record is charted, a custom result and an airway confirmation name the group they belong to by its id
    among its repeats; a CorrelationID need only hold within one document (domain: it may be made anew per export).
    """
    named = {text for group in groups_at(tree, RESULTS) if (text := text_of(group.get("eCustomResults.03")))}
    groups = list(walk_groups(tree))
    for _, _, group in groups:
        named.update(value for name, value in group.get("a", {}).items() if name.endswith(_POINTER))
    for path, _, group in groups:
        own = group.get("a", {})
        if group.get("id") in named and "CorrelationID" not in own:
            tree = set_attributes(tree, path, {**own, "CorrelationID": group["id"]})
    return tree


def _wrong(element: CustomElement, values: list[Leaf]) -> Iterator[str]:
    if len(values) > 1 and not element.many:
        yield f"{len(values)} values; at most 1"
    for leaf in values:
        text = text_of(leaf)
        not_value = leaf.get("nv") if isinstance(leaf, dict) else None
        negative = leaf.get("pn") if isinstance(leaf, dict) else None
        if not_value is not None and not_value not in element.not_values:
            yield f"the NOT value {not_value} is not allowed here"
        if negative is not None and negative not in element.pertinent_negatives:
            yield f"the pertinent negative {negative} is not allowed here"
        if text is not None and element.values and text not in element.values:
            yield f"{text!r} is not one of {', '.join(element.values.values())}"


def _finding(kind: Kind, element: CustomElement, path: str, text: str) -> Finding:
    return Finding(
        kind=kind,
        path=path,
        number=element.id,
        label=element.title,
        section="eCustomResults",
        text=text if kind == "missing" else f"{element.title}: {text}",
        usage=_USAGES.get(element.usage, ""),
    )


def _definition(element: CustomElement) -> Tree:
    title: Any = element.title
    if element.extends:
        title = {"v": element.title, "a": {"nemsisElement": element.extends}}
    said = {
        "01": title,
        "02": element.definition,
        "03": element.data_type,
        "04": _YES if element.many else _NO,
        "05": element.usage,
        "06": [_value(element, value) for value in element.values],
        "07": list(element.not_values),
        "08": list(element.pertinent_negatives),
        "09": element.grouping,
    }
    group: Tree = {"a": {"CustomElementID": element.id}}
    return group | {f"{_CONFIGURATION}.{number}": value for number, value in said.items() if value}


def _value(element: CustomElement, value: str) -> Leaf:
    attributes: dict[str, str] = {}
    if value in element.stands_for:
        attributes["nemsisCode"] = element.stands_for[value]
    if element.values[value] != value:
        attributes["customValueDescription"] = element.values[value]
    return {"v": value, "a": attributes} if attributes else value
