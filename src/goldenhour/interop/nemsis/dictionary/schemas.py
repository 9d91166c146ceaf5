"""Make the compact dictionary from an agency's copy of the official XSDs.

Only facts are taken: numbers, names, nesting, cardinalities, types, facets, codes with labels, usage, flags.
The schemas use no `choice`, `any`, `all` or derivation of complex types; anything of the kind stops the
generator rather than being skipped.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from lxml import etree

from goldenhour.care.record.dictionary import (
    Attribute,
    DictionaryFile,
    Element,
    Group,
    Node,
    ValueType,
)

XS = "{http://www.w3.org/2001/XMLSchema}"
NEMSIS = "http://www.nemsis.org"
TAC = f"{{{NEMSIS}}}"
DATA_SETS = ("EMSDataSet", "DEMDataSet", "StateDataSet")

_DEPRECATED = re.compile(r"\s*\(DEPRECATED\)\s*", re.IGNORECASE)
_NUMBER_FACETS = {
    "length": "length",
    "minLength": "min_length",
    "maxLength": "max_length",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
}
_TEXT_FACETS = {"pattern": "pattern", "minInclusive": "minimum", "maxInclusive": "maximum"}


class SchemaError(ValueError):
    """The schemas hold something this generator does not know how to say."""


class _Schemas:
    """The named types and global elements of one folder of XSDs, from a data set's root file."""

    def __init__(self, folder: Path, data_set: str) -> None:
        self.simple: dict[str, etree._Element] = {}
        self.complex: dict[str, etree._Element] = {}
        self.roots: dict[str, etree._Element] = {}
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        waiting, seen = [f"{data_set}_v3.xsd"], set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for node in etree.parse(str(folder / name), parser).getroot().iterchildren(tag=etree.Element):
                match etree.QName(node).localname:
                    case "include":
                        waiting.append(node.get("schemaLocation"))
                    case "simpleType":
                        self.simple[node.get("name")] = node
                    case "complexType":
                        self.complex[node.get("name")] = node
                    case "element":
                        self.roots[node.get("name")] = node
                    case other:
                        raise SchemaError(f"{name}: xs:{other} is not known here")


def generate(*, full: Path, national: Path, version: str, build: str) -> DictionaryFile:
    """The dictionary of the XSDs in `full`; what also stands in `national` is flagged as national."""
    types: dict[str, ValueType] = {}
    roots = {}
    for data_set in DATA_SETS:
        schemas, extract = _Schemas(full, data_set), _Schemas(national, data_set)
        kept = dict(_walk(extract.roots[data_set], extract, ()))
        roots[data_set] = _group(schemas.roots[data_set], schemas, (), kept, types)
    return DictionaryFile(
        version=version,
        build=build,
        namespace=NEMSIS,
        not_values=types["NV"].codes,
        pertinent_negatives=types["PN"].codes,
        types=dict(sorted(types.items())),
        data_sets=roots,
    )


def encode(file: DictionaryFile) -> bytes:
    """The file's bytes, indented so that a new NEMSIS version reads as a diff."""
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def _walk(
    node: etree._Element, schemas: _Schemas, above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """(path, names of its attributes) of every node of a schema graph."""
    path = (*above, node.get("name"))
    body = _complex_type(node, schemas)
    yield path, {a.get("name") for a in _attribute_nodes(body)}
    for child in _sequence(body):
        yield from _walk(child, schemas, path)


def _node(
    node: etree._Element,
    schemas: _Schemas,
    above: tuple[str, ...],
    kept: dict[tuple[str, ...], set[str]],
    types: dict[str, ValueType],
) -> Node:
    body = _complex_type(node, schemas)
    if body is not None and body.find(f"{XS}sequence") is not None:
        return _group(node, schemas, above, kept, types)
    return _element(node, schemas, above, kept, types)


def _group(
    node: etree._Element,
    schemas: _Schemas,
    above: tuple[str, ...],
    kept: dict[tuple[str, ...], set[str]],
    types: dict[str, ValueType],
) -> Group:
    path = (*above, node.get("name"))
    body = _complex_type(node, schemas)
    return Group(
        name=node.get("name"),
        min=int(node.get("minOccurs", "1")),
        max=_maximum(node),
        national=path in kept,
        attributes=_attributes(body, schemas, kept.get(path, set()), types),
        children=tuple(_node(child, schemas, path, kept, types) for child in _sequence(body)),
    )


def _element(
    node: etree._Element,
    schemas: _Schemas,
    above: tuple[str, ...],
    kept: dict[tuple[str, ...], set[str]],
    types: dict[str, ValueType],
) -> Element:
    path = (*above, node.get("name"))
    body = _complex_type(node, schemas)
    notes = node.find(f"{XS}annotation/{XS}documentation/{TAC}nemsisTacDoc")
    if notes is None:
        raise SchemaError(f"{node.get('name')} has no nemsisTacDoc")
    base = node.get("type") if body is None else body.find(f"{XS}simpleContent/{XS}extension").get("base")
    label = notes.findtext(f"{TAC}name").strip()
    return Element(
        name=node.get("name"),
        label=" ".join(_DEPRECATED.sub("", label).split()),
        usage=notes.findtext(f"{TAC}usage").strip(),
        type=_type(base, schemas, types),
        min=int(node.get("minOccurs", "1")),
        max=_maximum(node),
        nillable=node.get("nillable") == "true",
        not_values=_codes_of("NV", body, schemas, types),
        pertinent_negatives=_codes_of("PN", body, schemas, types),
        attributes=_attributes(body, schemas, kept.get(path, set()), types),
        national=path in kept,
        state=notes.findtext(f"{TAC}state") == "Yes",
        deprecated=notes.findtext(f"{TAC}deprecated") == "Yes",
    )


def _complex_type(node: etree._Element, schemas: _Schemas) -> etree._Element | None:
    inline = node.find(f"{XS}complexType")
    return inline if inline is not None else schemas.complex.get(node.get("type"))


def _sequence(body: etree._Element | None) -> list[etree._Element]:
    sequence = None if body is None else body.find(f"{XS}sequence")
    if sequence is None:
        return []
    known = (f"{XS}element", f"{XS}annotation")
    strange = [c.tag for c in sequence.iterchildren(tag=etree.Element) if c.tag not in known]
    if strange:
        raise SchemaError(f"a sequence holds {strange}")
    found: list[etree._Element] = sequence.findall(f"{XS}element")
    return found


def _maximum(node: etree._Element) -> int | None:
    value = node.get("maxOccurs", "1")
    return None if value == "unbounded" else int(value)


def _attribute_nodes(body: etree._Element | None) -> list[etree._Element]:
    if body is None:
        return []
    direct: list[etree._Element] = body.findall(f"{XS}attribute")
    extending: list[etree._Element] = body.findall(f"{XS}simpleContent/{XS}extension/{XS}attribute")
    return direct + extending


def _attributes(
    body: etree._Element | None, schemas: _Schemas, kept: set[str], types: dict[str, ValueType]
) -> tuple[Attribute, ...]:
    return tuple(
        Attribute(
            name=a.get("name"),
            type=_attribute_type(a, schemas, types),
            required=a.get("use") == "required",
            national=a.get("name") in kept,
        )
        for a in _attribute_nodes(body)
        if a.get("name") not in ("NV", "PN")
    )


def _codes_of(
    name: str, body: etree._Element | None, schemas: _Schemas, types: dict[str, ValueType]
) -> tuple[str, ...]:
    """The codes that the element's attribute `name` (`NV` or `PN`) may take, in code order."""
    for attribute in _attribute_nodes(body):
        if attribute.get("name") == name:
            return tuple(sorted(_attribute_facets(attribute, schemas).codes))
    return ()


def _attribute_type(attribute: etree._Element, schemas: _Schemas, types: dict[str, ValueType]) -> str:
    if (named := attribute.get("type")) is not None:
        return _type(named, schemas, types)
    members = attribute.find(f"{XS}simpleType/{XS}union").get("memberTypes").split()
    _remember("|".join(members), _attribute_facets(attribute, schemas), types)
    return "|".join(members)


def _attribute_facets(attribute: etree._Element, schemas: _Schemas) -> ValueType:
    if (named := attribute.get("type")) is not None:
        return _facets(schemas.simple[named])
    members = attribute.find(f"{XS}simpleType/{XS}union").get("memberTypes").split()
    codes: dict[str, str] = {}
    for member in members:
        codes |= _facets(schemas.simple[member]).codes
    return ValueType(codes=codes)


def _type(name: str, schemas: _Schemas, types: dict[str, ValueType]) -> str:
    if name.startswith("xs:"):
        types[name] = ValueType(base=name.removeprefix("xs:"))
        return name
    _remember(name, _facets(schemas.simple[name]), types)
    for always in ("NV", "PN"):
        if always in schemas.simple and always not in types:
            types[always] = _facets(schemas.simple[always])
    return name


def _remember(name: str, facets: ValueType, types: dict[str, ValueType]) -> None:
    if types.setdefault(name, facets) != facets:
        raise SchemaError(f"two data sets disagree about the simple type {name}")


def _facets(node: etree._Element) -> ValueType:
    restriction = node.find(f"{XS}restriction")
    if restriction is None or not restriction.get("base").startswith("xs:"):
        raise SchemaError(f"simple type {node.get('name')} does not restrict a built-in type")
    facets: dict[str, object] = {"base": restriction.get("base").removeprefix("xs:")}
    codes, deprecated = {}, []
    for facet in restriction.iterchildren(tag=etree.Element):
        kind, value = etree.QName(facet).localname, facet.get("value")
        if kind == "enumeration":
            label = " ".join((facet.findtext(f"{XS}annotation/{XS}documentation") or value).split())
            codes[value] = _DEPRECATED.sub(" ", label).strip()
            if _DEPRECATED.search(label):
                deprecated.append(value)
        elif kind in _NUMBER_FACETS:
            facets[_NUMBER_FACETS[kind]] = int(value)
        elif kind in _TEXT_FACETS and _TEXT_FACETS[kind] not in facets:
            facets[_TEXT_FACETS[kind]] = value
        else:
            raise SchemaError(f"simple type {node.get('name')}: facet xs:{kind} is not known here, or is repeated")
    return msgspec.convert(facets | {"codes": codes, "deprecated": deprecated}, ValueType)
