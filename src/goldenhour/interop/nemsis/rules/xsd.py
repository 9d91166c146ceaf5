"""The schema tier: is the document what the XSD says, and if not, in plain words, where not."""

import re
from pathlib import Path

from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.report import NEMSIS

XSD = "http://www.w3.org/2001/XMLSchema"
FAULTS_SHOWN = 100

_NAME = re.compile(r"\{[^{}]*\}")
_ELEMENT = re.compile(r"^Element '([^']+)'(?:, attribute '([^']+)')?: (.*)$", re.DOTALL)
_UNEXPECTED = re.compile(r"This element is not expected\.(?: Expected is (?:one of )?\( (.*) \)\.)?")
_MISSING = re.compile(r"Missing child element\(s\)\. Expected is (?:one of )?\( (.*) \)\.")
_FACET = re.compile(r"\[facet '\w+'\] ")
_ATOMIC = re.compile(r"'(.*)' is not a valid value of the (?:local )?(?:atomic|union) type '?([\w:.]*)'?", re.DOTALL)


class SchemaRefused(ValueError):
    """An XSD that cannot be used: missing, truncated or incomplete."""


class Schema:
    """A compiled XSD, entered at one data set."""

    def __init__(self, path: Path) -> None:
        _require_complete(path, seen=set())
        try:
            self._schema = etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as fault:
            raise SchemaRefused(f"{path} does not compile: {fault}") from None
        name = path.stem.removesuffix("_v3")
        if self._schema.validate(etree.Element(f"{{{NEMSIS}}}{name}")):
            raise SchemaRefused(f"{path} accepts an empty {name}: it is not the official schema")

    def faults(self, root: etree._Element) -> tuple[str, ...]:
        """Nothing for a valid document, else one line of text for each fault (at most FAULTS_SHOWN)."""
        if self._schema.validate(root):
            return ()
        log = list(self._schema.error_log)
        texts = [_in_plain_words(entry.message, line=entry.line) for entry in log[:FAULTS_SHOWN]]
        if len(log) > FAULTS_SHOWN:
            texts.append(f"... and {len(log) - FAULTS_SHOWN} more")
        return tuple(texts) or ("the document is not valid; the XSD engine gave no reason",)


def _require_complete(path: Path, *, seen: set[Path]) -> None:
    """Refuse a schema of which an included file is missing or cut: libxml2 would go on without it."""
    if path in seen:
        return
    seen.add(path)
    if not path.is_file():
        raise SchemaRefused(f"{path} is missing; the schema is not complete")
    try:
        schema = safe_xml.parse(path.read_bytes())
    except safe_xml.HostileXml as fault:
        raise SchemaRefused(f"{path} {fault}; the file may be truncated") from None
    if schema.tag != f"{{{XSD}}}schema":
        raise SchemaRefused(f"{path} is not an XML schema")
    for part in schema.iterchildren(f"{{{XSD}}}include", f"{{{XSD}}}import", f"{{{XSD}}}redefine"):
        place = part.get("schemaLocation")
        if place and "://" not in place:
            _require_complete((path.parent / place).resolve(), seen=seen)


def _in_plain_words(message: str, *, line: int) -> str:
    """libxml2's message with the field first, without namespaces and jargon."""
    found = _ELEMENT.match(_NAME.sub("", message))
    if found is None:
        return f"line {line}: {_NAME.sub('', message)}"
    field = found[1] if found[2] is None else f"{found[1]} (attribute {found[2]})"
    return f"{field}, line {line}: {_reason(found[3])}"


def _reason(text: str) -> str:
    if unexpected := _UNEXPECTED.match(text):
        if unexpected[1] is None:
            return "is not allowed here."
        return f"is not allowed here; expected here: {_alternatives(unexpected[1])}."
    if missing := _MISSING.match(text):
        return f"is incomplete; still expected inside: {_alternatives(missing[1])}."
    if atomic := _ATOMIC.match(text):
        return f"'{atomic[1]}' is not an accepted value (type {atomic[2] or 'of this element'})."
    return _FACET.sub("", text)


def _alternatives(listed: str) -> str:
    names = [name.strip() for name in listed.split(",")]
    return names[0] if len(names) == 1 else " or ".join(names)
