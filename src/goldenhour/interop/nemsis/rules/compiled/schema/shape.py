"""An XSD as tables of numbers: which elements follow each other in which, with which attributes and values.

Understood are sequences of elements, simple content and attributes, which is all that the NEMSIS schemas use. A type
with anything else is listed in `untranslated`, and an element of such a type is never sure to be valid.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.compiled.native import Ints
from goldenhour.interop.nemsis.rules.compiled.schema.values import SimpleTypes, Values, parts
from goldenhour.interop.nemsis.rules.compiled.tables import Constants
from goldenhour.interop.nemsis.rules.report import NEMSIS
from goldenhour.interop.nemsis.rules.xpath import Unsupported
from goldenhour.interop.nemsis.rules.xsd import XSD, SchemaRefused

NAME, TYPE, IS_NILLABLE = range(3)
"""Columns of a declaration: the word of the element's name, its type, whether xsi:nil may be on it."""
FIRST, AFTER, FIRST_USE, AFTER_USE, REQUIRED, VALUE = range(6)
"""Columns of a type: its particles, its attributes, how many of these are required, the type of its value."""
NO_VALUE, NOBODY_KNOWS = -1, -2
"""In place of the type of a value: only elements inside; a type that was not understood."""
DECLARED, LEAST, MOST = range(3)
"""Columns of a particle: the declaration, and how often the element may stand there."""
USED, USED_TYPE, IS_REQUIRED = range(3)
"""Columns of an attribute: the word of its name, the type of its value, whether it has to be there."""
UNBOUNDED = (1 << 31) - 1
_ELEMENT = {"name", "type", "minOccurs", "maxOccurs", "nillable", "id"}
_ATTRIBUTE = {"name", "type", "use", "id"}


class Shape(NamedTuple):
    """The tables; `root` is the declaration of the outermost element."""

    root: int
    declarations: Ints
    types: Ints
    particles: Ints
    uses: Ints
    values: Values


class SchemaReader:
    """Reads the XSD that starts at `path`, which `Schema` has accepted, into `shape`."""

    def __init__(self, path: Path, constants: Constants) -> None:
        self._constants = constants
        self._named: dict[str, dict[str, etree._Element]] = {"element": {}, "complexType": {}, "simpleType": {}}
        self._include(path, seen=set())
        self._simple = SimpleTypes(self._named["simpleType"], constants)
        self._declarations: list[tuple[int, int, int]] = []
        self._types: list[tuple[int, ...]] = []
        self._type_numbers: dict[str, int] = {}
        self._particles: list[tuple[int, int, int]] = []
        self._uses: list[tuple[int, int, int]] = []
        self._untranslated: list[str] = []
        root = self._named["element"].get(path.stem.removesuffix("_v3"))
        if root is None:
            raise SchemaRefused(f"{path} does not declare the element that it is named after")
        number = self._declaration(root)
        self.names = frozenset(declaration[NAME] for declaration in self._declarations)
        self.untranslated = (*self._untranslated, *self._simple.untranslated)
        self.shape = Shape(
            root=number,
            declarations=np.array(self._declarations, np.int64),
            types=np.array(self._types, np.int64),
            particles=np.array(self._particles or [(0, 0, 0)], np.int64),
            uses=np.array(self._uses or [(0, 0, 0)], np.int64),
            values=self._simple.arrays(),
        )

    def _include(self, path: Path, *, seen: set[Path]) -> None:
        if path in seen:
            return
        seen.add(path)
        schema = safe_xml.parse(path.read_bytes())
        if schema.get("targetNamespace") != NEMSIS or schema.get("elementFormDefault") != "qualified":
            raise SchemaRefused(f"{path} is not a schema of {NEMSIS} with qualified elements")
        for part in parts(schema):
            kind = etree.QName(part).localname
            if kind == "include":
                self._include((path.parent / part.get("schemaLocation")).resolve(), seen=seen)
            elif kind in self._named:
                self._named[kind][part.get("name")] = part
            else:
                raise SchemaRefused(f"{path} has {kind}, which the compiled check does not know")

    def _declaration(self, element: etree._Element) -> int:
        number = len(self._declarations)
        name = self._constants.vocabulary.number(element.get("name"))
        self._declarations.append((name, 0, 0))
        self._declarations[number] = (name, self._type_of(element), element.get("nillable") in ("true", "1"))
        return number

    def _type_of(self, element: etree._Element) -> int:
        name, inside = element.get("type"), parts(element)
        if not _ELEMENT.issuperset(element.attrib) or len(inside) != (name is None):
            return self._unknown(f"element {element.get('name')}")
        if name is None:
            if inside[0].tag == f"{{{XSD}}}simpleType":
                return self._value_type(self._simple.inline(inside[0]))
            return self._complex_type(inside[0])
        if name not in self._type_numbers:
            definition = self._named["complexType"].get(name)
            self._type_numbers[name] = (
                self._value_type(self._simple.named(name)) if definition is None else self._complex_type(definition)
            )
        return self._type_numbers[name]

    def _value_type(self, value: int) -> int:
        self._types.append((0, 0, 0, 0, 0, value))
        return len(self._types) - 1

    def _unknown(self, what: str) -> int:
        self._untranslated.append(what)
        return self._value_type(NOBODY_KNOWS)

    def _complex_type(self, definition: etree._Element) -> int:
        try:
            return self._understood(definition)
        except Unsupported as fault:
            return self._unknown(str(fault))

    def _understood(self, definition: etree._Element) -> int:
        if not {"name", "id"}.issuperset(definition.attrib):
            raise Unsupported(f"a complex type with {sorted(definition.attrib)}")
        content, attributes, value = [], parts(definition), NO_VALUE
        if attributes and attributes[0].tag == f"{{{XSD}}}sequence":
            if attributes[0].attrib:
                raise Unsupported("a sequence that repeats")
            content = parts(attributes.pop(0))
        elif attributes and attributes[0].tag == f"{{{XSD}}}simpleContent":
            (extension,) = parts(attributes.pop(0))
            if extension.tag != f"{{{XSD}}}extension" or attributes:
                raise Unsupported("simple content that is no extension")
            value, attributes = self._simple.named(extension.get("base")), parts(extension)
        if any(e.tag != f"{{{XSD}}}element" for e in content) or any(
            a.tag != f"{{{XSD}}}attribute" for a in attributes
        ):
            raise Unsupported("a complex type of more than elements and attributes")
        particles = [(self._declaration(e), int(e.get("minOccurs", "1")), _most(e)) for e in content]
        uses = [self._use(attribute) for attribute in attributes]
        first, first_use = len(self._particles), len(self._uses)
        self._particles += particles
        self._uses += uses
        required = sum(use[IS_REQUIRED] for use in uses)
        self._types.append((first, first + len(particles), first_use, first_use + len(uses), required, value))
        return len(self._types) - 1

    def _use(self, attribute: etree._Element) -> tuple[int, int, int]:
        inside = parts(attribute)
        if not _ATTRIBUTE.issuperset(attribute.attrib) or len(inside) != ("type" not in attribute.attrib):
            raise Unsupported(f"attribute {attribute.get('name')}")
        if attribute.get("use", "optional") not in ("optional", "required"):
            raise Unsupported(f"attribute {attribute.get('name')}")
        kind = self._simple.inline(inside[0]) if inside else self._simple.named(attribute.get("type"))
        name = self._constants.vocabulary.number(attribute.get("name"))
        return name, kind, attribute.get("use") == "required"


def _most(element: etree._Element) -> int:
    most = element.get("maxOccurs", "1")
    return UNBOUNDED if most == "unbounded" else int(most)
