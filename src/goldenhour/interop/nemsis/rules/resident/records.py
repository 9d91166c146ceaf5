"""Check a large EMS file record by record, in bounded memory, as if it were one document.

Each patient care report is checked as a document of its own, together with what stands before it in its header;
locations are put back to what they are in the whole file. National rules never look from one record into another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.report import NEMSIS, Failure, Report, report_of

WHOLE_BYTES = 16 << 20
"""Up to this size a file is checked as one document, about 300 records."""

_HEADER, _REPORT, _ROOT = (f"{{{NEMSIS}}}{name}" for name in ("Header", "PatientCareReport", "EMSDataSet"))
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_FIRST_HEADER = f"/*:Header[namespace-uri()='{NEMSIS}'][1]"
_FIRST_REPORT = f"/*:PatientCareReport[namespace-uri()='{NEMSIS}'][1]"


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record with its place in the file (both counted from 1), as a document of its own; or, without `xml`,
    a fault in what surrounds the records."""

    header: int
    number: int
    xml: bytes = b""
    fault: str = ""


def records(path: Path) -> Iterator[Record]:
    """The records of a file in order, each gone from memory when the next is asked for. Raises HostileXml."""
    header = number = 0
    before = b""
    for element in safe_xml.iterate(path, tags=(_REPORT, _HEADER, _ROOT)):
        if element.tag == _REPORT:
            surrounding = element.getparent()
            if surrounding is None or surrounding.tag != _HEADER:
                yield Record(header=header, number=number, fault="a PatientCareReport stands outside of a Header.")
                continue
            if number == 0:
                header += 1
                ahead = [_written(e) for e in element.itersiblings("*", preceding=True)]
                before = b"".join(reversed(ahead))
            number += 1
            yield Record(header=header, number=number, xml=_document(before, element))
            element.clear()
            _forget(element, tag=_REPORT)
        elif element.tag == _HEADER:
            if fault := _fault_around(element, last=_REPORT):
                yield Record(header=header, number=number, fault=fault)
            number = 0
            element.clear()
            _forget(element, tag=_HEADER)
        elif fault := _fault_around(element, last=_HEADER):
            yield Record(header=header, number=number, fault=fault)


def in_whole_file(report: Report, record: Record) -> Report:
    """The report on a record with its places as in the whole file."""
    place = f"record {record.number} of header {record.header}"
    return msgspec.structs.replace(
        report,
        xsd=tuple(f"{place}: {text}" for text in report.xsd),
        failed=tuple(_moved(failure, record) for failure in report.failed),
    )


def of_fault(path: str, record: Record) -> Report:
    """The report on a fault around the records."""
    return report_of(path, xsd=(f"After record {record.number} of header {record.header}: {record.fault}",))


def joined(path: str, reports: list[Report]) -> Report:
    """The reports on the records of a file as one."""
    return report_of(
        path,
        xsd=tuple(text for report in reports for text in report.xsd),
        failed=tuple(failure for report in reports for failure in report.failed),
    )


def _moved(failure: Failure, record: Record) -> Failure:
    header = _FIRST_HEADER.replace("[1]", f"[{record.header}]")
    number = _FIRST_REPORT.replace("[1]", f"[{record.number}]")
    location = failure.location.replace(_FIRST_HEADER, header, 1).replace(_FIRST_REPORT, number, 1)
    return msgspec.structs.replace(failure, location=location)


def _document(before: bytes, report: etree._Element) -> bytes:
    return b"".join(
        (f'<EMSDataSet xmlns="{NEMSIS}"><Header>'.encode(), before, _written(report), b"</Header></EMSDataSet>")
    )


def _written(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, encoding="UTF-8", with_tail=False))


def _forget(element: etree._Element, *, tag: str) -> None:
    """Take the neighbour before out of the tree; the emptied element itself stays to keep its place."""
    previous = element.getprevious()
    if previous is not None and previous.tag == tag:
        element.getparent().remove(previous)


def _fault_around(element: etree._Element, *, last: str) -> str:
    """What is wrong with a Header or the root besides its records."""
    names = [etree.QName(child).localname for child in element.iterchildren("*")]
    expected = etree.QName(last).localname
    here = etree.QName(element).localname
    if any(not name.startswith(_XSI) for name in element.attrib):
        return f"{here} has attributes, and none are allowed."
    if names.count(expected) != 1 or names[-1] != expected:
        return f"{here} has to end with its {expected} elements, and holds {', '.join(names) or 'nothing'}."
    return ""
