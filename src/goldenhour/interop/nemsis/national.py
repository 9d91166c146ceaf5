"""The national extract: the same document with nothing but what the national data set holds.

Pruned by the national flags of the dictionary, which come from the official national schemas, so that nobody
needs those schemas to make an extract.
"""

from functools import cache
from typing import Any

from goldenhour.care.record.dictionary import LATEST, Group, load
from goldenhour.care.record.tree import Document, Leaf, Tree


def national(document: Document, *, version: str = LATEST) -> Document:
    """The document's national extract: national elements and groups, with the attributes those keep."""
    root = load(version).data_sets[document.data_set].root
    kept = _kept_attributes(document.data_set, version)
    return Document(data_set=document.data_set, tree=_pruned(document.tree, root, kept))


def national_report(report: Tree, *, version: str = LATEST) -> Tree:
    """The extract of one patient care report's tree."""
    group = load(version).ems.group("PatientCareReport")
    return _pruned(report, group, _kept_attributes("EMSDataSet", version))


_Kept = dict[str, frozenset[str]]


@cache
def _kept_attributes(data_set: str, version: str) -> _Kept:
    """The attributes that the extract keeps, by the name of the element or group they stand on."""
    nodes = load(version).data_sets[data_set].nodes.values()
    return {node.name: frozenset(a.name for a in node.attributes if a.national) for node in nodes}


def _pruned(tree: Tree, group: Group, kept: _Kept) -> Tree:
    done: Tree = _attributes(tree, kept[group.name])
    for child in group.children:
        found = tree.get(child.name)
        if found is None or not child.national:
            continue
        pruned: Any
        if isinstance(child, Group):
            pruned = [_pruned(each, child, kept) for each in found] if child.many else _pruned(found, child, kept)
        else:
            names = kept[child.name]
            pruned = [_leaf(leaf, names) for leaf in found] if child.many else _leaf(found, names)
        done[child.name] = pruned
    return done


def _attributes(holder: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    kept = {name: value for name, value in holder.get("a", {}).items() if name in names}
    return {"a": kept} if kept else {}


def _leaf(leaf: Leaf, names: frozenset[str]) -> Leaf:
    if isinstance(leaf, str) or "a" not in leaf:
        return leaf
    done = {k: v for k, v in leaf.items() if k != "a"} | _attributes(leaf, names)
    return done["v"] if set(done) == {"v"} else done
