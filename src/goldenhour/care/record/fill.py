"""Make a record whole for export: say why each blank that the standard asks about is blank.

Blank Mandatory stays blank (the checks report it); blank Required and Recommended become *not recorded*, or *not
reporting* where the agency does not collect the element; blank Optional is left out; required groups always stand,
and a group that may be left out and holds nothing is left out.
"""

from typing import Any

from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.dictionary import NOT_RECORDED, NOT_REPORTING, Element, Group, Usage
from goldenhour.care.record.tree import NOT_CHILDREN, Scope, Tree, not_value, scope

ASKED_ABOUT: frozenset[Usage] = frozenset({"Required", "Recommended"})
INSISTED_ON: frozenset[Usage] = frozenset({"Required"})


def filled(
    tree: Tree,
    *,
    collect: Collect = EVERYTHING,
    usages: frozenset[Usage] = ASKED_ABOUT,
    of: Scope | None = None,
) -> Tree:
    """The tree with every blank of these usages given its NOT value; what is charted is never touched.

    The schema only insists on Required; with Recommended left out of `usages` nothing is said that nobody said."""
    of = of or scope()
    return _filled(tree, of.root, collect, usages)


def _filled(tree: Tree, group: Group, collect: Collect, usages: frozenset[Usage]) -> Tree:
    done: Tree = {key: tree[key] for key in NOT_CHILDREN if key in tree}
    for child in group.children:
        found: Any = tree.get(child.name)
        if isinstance(child, Element):
            if found is None or found == []:
                found = _blank(child, collect) if child.usage in usages else None
        elif child.many:
            repeats = found or ([{}] if child.min else [])
            found = [_filled(each, child, collect, usages) for each in repeats] or None
        elif found is not None or child.min:
            found = _filled(found or {}, child, collect, usages)
        if found is not None:
            done[child.name] = found
    return done


def _blank(element: Element, collect: Collect) -> Any:
    """What a blank element says on export, or None when it is left out."""
    if element.deprecated:
        return None
    if element.usage == "Recommended" and NOT_REPORTING in element.not_values and not collect.collects(element):
        return _said(element, NOT_REPORTING)
    return _said(element, NOT_RECORDED) if NOT_RECORDED in element.not_values else None


def _said(element: Element, code: str) -> Any:
    return [not_value(code)] if element.many else not_value(code)
