"""The official pre-test cases, and documents made comparable with them: ids and the writing of times apart."""

from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from goldenhour.care.record.dictionary import load
from goldenhour.care.record.tree import Tree
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.safe_xml import parse

NAMESPACE = "{http://www.nemsis.org}"
OF_THE_PROGRAM = ("eRecord.01", "eRecord.02", "eRecord.03", "eRecord.04")
"""The report's number, the software and its version: the official file says the software writes its own."""


def case_file(official: Path, case: str) -> Path:
    """The full document of a case: `1-Overdose`."""
    return official / "pretest" / "full" / f"2025-EMS-{case}_v351.xml"


def report_of(path: Path) -> Tree:
    report: Tree = read_document(path.read_bytes()).tree["Header"][0]["PatientCareReport"][0]
    return report


def told_apart(document: bytes) -> bytes:
    """The document with what two true copies may differ in made the same: the report's UUID, what the program says of
    itself, the names of correlations (numbered as they come), and moments (in UTC)."""
    root = parse(document)
    names: dict[str, str] = {}
    moments = {e.name for e in load().ems.elements() if load().value_type(e).base == "dateTime"}
    for node in root.iter(etree.Element):
        name = node.tag.removeprefix(NAMESPACE)
        if name in OF_THE_PROGRAM:
            node.text = "of the program"
        elif name in moments and node.text:
            node.text = datetime.fromisoformat(node.text).astimezone(UTC).isoformat()
        elif name == "eCustomResults.03":
            node.text = names.setdefault(node.text or "", f"link {len(names)}")
        for attribute in node.attrib:
            if attribute == "UUID":
                del node.attrib[attribute]
            elif attribute.endswith("CorrelationID"):
                node.set(attribute, names.setdefault(node.get(attribute, ""), f"link {len(names)}"))
    return etree.tostring(root)
