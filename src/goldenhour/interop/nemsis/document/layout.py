"""How each node of a data set stands in XML: compiled once from the dictionary for the reader and the writer."""

from functools import cache
from typing import Any

from goldenhour.care.record.dictionary import LATEST, DataSet, Group, load

INDENT = " "

Layout = tuple[int, str, bool, dict[str, Any] | None, str, str, str]
"""One node, for unpacking: `(position, name, many, children, end, opening, closing)`.

`position` is its place among its siblings; `children` holds a group's children by tag name and is None for a leaf;
`end` is what follows `<` in the closing tag as read; `opening` (without its `>`) and `closing` are ready to write,
with line break and indentation. A plain tuple, because one is unpacked for every element of every record and
CPython unpacks nothing else as fast.
"""


@cache
def layouts(data_set: str, version: str = LATEST) -> dict[str, Layout]:
    """Every node's layout by name, of a data set of a NEMSIS version. Raises KeyError for an unknown data set."""
    return compiled(load(version).data_sets[data_set])


def compiled(data_set: DataSet) -> dict[str, Layout]:
    """A data set's layouts by name; siblings are numbered in schema order."""
    found: dict[str, Layout] = {}

    def lay(name: str, *, many: bool, children: dict[str, Layout] | None, position: int, depth: int) -> Layout:
        margin = "\n" + INDENT * depth
        closing = f"</{name}>" if children is None else f"{margin}</{name}>"
        found[name] = (position, name, many, children, f"/{name}>", f"{margin}<{name}", closing)
        return found[name]

    def below(group: Group, depth: int) -> dict[str, Layout]:
        return {
            child.name: lay(
                child.name,
                many=child.many,
                children=below(child, depth + 1) if isinstance(child, Group) else None,
                position=position,
                depth=depth,
            )
            for position, child in enumerate(group.children)
        }

    root = data_set.root
    lay(root.name, many=False, children=below(root, 1), position=0, depth=0)
    return found
