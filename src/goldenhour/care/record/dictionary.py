"""The NEMSIS dictionary: which elements and groups there are, how they nest, what each may hold.

One JSON file per NEMSIS version under `data/`, made by `goldenhour nemsis dictionary` from the official schemas;
it holds facts (numbers, names, cardinalities, types, codes) and no definitions. Element and group names are
unique within a data set, so a name alone finds a node.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

NOT_APPLICABLE = "7701001"
NOT_RECORDED = "7701003"
NOT_REPORTING = "7701005"

LATEST = "3.5.1"

Usage = Literal["Mandatory", "Required", "Recommended", "Optional"]
DataSetName = Literal["EMSDataSet", "DEMDataSet", "StateDataSet"]


class ValueType(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a value of this type may look like: the facets of its XSD simple type, `codes` as code -> label.

    `base` is the XSD primitive (`string`, `integer`, `positiveInteger`, `decimal`, `dateTime`, `date`,
    `base64Binary`); bounds keep their lexical form. `deprecated` codes stay readable and are refused when new.
    """

    base: str = "string"
    pattern: str | None = None
    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: str | None = None
    maximum: str | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    codes: dict[str, str] = {}
    deprecated: tuple[str, ...] = ()


class Attribute(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An XML attribute other than `NV` and `PN`; `national` when the national extract keeps it."""

    name: str
    type: str = "string"
    required: bool = False
    national: bool = False


class Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="element"):
    """A leaf, such as `eTimes.05`. `max` None is unbounded. `not_values` and `pertinent_negatives` are codes."""

    name: str
    label: str
    usage: Usage
    type: str
    min: int = 1
    max: int | None = 1
    nillable: bool = False
    not_values: tuple[str, ...] = ()
    pertinent_negatives: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    national: bool = False
    state: bool = False
    deprecated: bool = False

    @property
    def many(self) -> bool:
        """Whether the tree holds a list here."""
        return self.max != 1


class Group(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="group"):
    """A node with children in schema order: a data set, a section or a group such as `eVitals.VitalGroup`."""

    name: str
    min: int = 1
    max: int | None = 1
    attributes: tuple[Attribute, ...] = ()
    national: bool = False
    children: tuple["Element | Group", ...] = ()

    @property
    def many(self) -> bool:
        """Whether the tree holds a list here."""
        return self.max != 1


Node = Element | Group


class DictionaryFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file as written: `not_values` and `pertinent_negatives` are code -> label."""

    version: str
    build: str
    namespace: str
    not_values: dict[str, str]
    pertinent_negatives: dict[str, str]
    types: dict[str, ValueType]
    data_sets: dict[str, Group]


class DataSet:
    """One data set's nodes by name, each with its parent and its place in schema order."""

    def __init__(self, root: Group) -> None:
        self.root = root
        self.nodes: dict[str, Node] = {}
        self.parents: dict[str, Group] = {}
        self.order: dict[str, int] = {}
        self._index(root)

    def _index(self, group: Group) -> None:
        self.nodes[group.name] = group
        self.order[group.name] = len(self.order)
        for child in group.children:
            self.parents[child.name] = group
            if isinstance(child, Group):
                self._index(child)
            else:
                self.nodes[child.name] = child
                self.order[child.name] = len(self.order)

    def element(self, number: str) -> Element:
        """The element of this number, such as `eTimes.05`. Raises KeyError when there is none."""
        node = self.nodes[number]
        if not isinstance(node, Element):
            raise KeyError(number)
        return node

    def group(self, name: str) -> Group:
        """The group or section of this name. Raises KeyError when there is none."""
        node = self.nodes[name]
        if not isinstance(node, Group):
            raise KeyError(name)
        return node

    def path(self, name: str) -> tuple[str, ...]:
        """The names from the data set's root down to `name`, both included."""
        names = [name]
        while (parent := self.parents.get(names[-1])) is not None:
            names.append(parent.name)
        return tuple(reversed(names))

    def elements(self, under: str | None = None) -> Iterator[Element]:
        """Every element in schema order, or those below the group `under`."""
        stack: list[Node] = [self.group(under) if under else self.root]
        while stack:
            node = stack.pop()
            if isinstance(node, Element):
                yield node
            else:
                stack.extend(reversed(node.children))


class Dictionary:
    """A loaded NEMSIS version."""

    def __init__(self, file: DictionaryFile) -> None:
        self.file = file
        self.version = file.version
        self.build = file.build
        self.namespace = file.namespace
        self.not_values = file.not_values
        self.pertinent_negatives = file.pertinent_negatives
        self.types = file.types
        self.data_sets = {name: DataSet(root) for name, root in file.data_sets.items()}
        self.ems = self.data_sets["EMSDataSet"]
        self.dem = self.data_sets["DEMDataSet"]
        self.state = self.data_sets["StateDataSet"]

    def value_type(self, node: Element | Attribute) -> ValueType:
        """The facets of an element's or an attribute's value."""
        return self.types[node.type]

    def codes(self, element: Element) -> dict[str, str]:
        """The element's closed code list, code -> label; empty when any value of its type will do."""
        return self.types[element.type].codes

    def label(self, element: Element, code: str) -> str:
        """The words for a code, a NOT value or a pertinent negative of an element; the code itself if unknown."""
        found = self.types[element.type].codes.get(code) or self.not_values.get(code)
        return found or self.pertinent_negatives.get(code, code)

    def called(self, words: str, data_set: str = "EMSDataSet") -> tuple[Element, ...]:
        """Elements whose number or name contains `words`, without regard to case, in schema order."""
        sought = words.casefold()
        found = self.data_sets[data_set].elements()
        return tuple(e for e in found if sought in e.name.casefold() or sought in e.label.casefold())


def decode(content: bytes) -> Dictionary:
    """A dictionary from the bytes of its file."""
    return Dictionary(msgspec.json.decode(content, type=DictionaryFile))


@cache
def load(version: str = LATEST) -> Dictionary:
    """The dictionary of a NEMSIS version that comes with the package. Raises FileNotFoundError otherwise."""
    file = resources.files(__package__).joinpath("data", f"nemsis-{version}.json")
    return decode(file.read_bytes())
