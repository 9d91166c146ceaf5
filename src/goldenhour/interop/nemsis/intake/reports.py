"""Take patient care reports out of what a person names, one at a time, ready to be checked and imported."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import msgspec

from goldenhour.care.record.checks import check_element
from goldenhour.care.record.tree import Document as Written
from goldenhour.care.record.tree import Tree, identified, walk, walk_groups
from goldenhour.interop.nemsis.document.plain_xml import XmlRefused
from goldenhour.interop.nemsis.document.stream import read_reports
from goldenhour.interop.nemsis.document.write_xml import write_document
from goldenhour.interop.nemsis.rules.resident.sources import Unreadable, read
from goldenhour.interop.nemsis.rules.resident.wire import Document

_REPORTS_IN_A_DOCUMENT = 1 << 32


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far one has come: whole documents, then reports of the next one."""

    documents: int = 0
    reports: int = 0

    def as_number(self) -> int:
        """One number, as the store keeps positions."""
        return self.documents * _REPORTS_IN_A_DOCUMENT + self.reports


def place_of(number: int) -> Place:
    """The place that a number stands for."""
    documents, reports = divmod(number, _REPORTS_IN_A_DOCUMENT)
    return Place(documents=documents, reports=reports)


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A report with its header, or the end of a document (`tree` None). `after` is the place once it is done;
    `fault` says why there is nothing that could be imported."""

    path: str
    after: Place
    header: Tree = {}
    tree: Tree | None = None
    fault: str = ""

    @property
    def uuid(self) -> str:
        """The UUID that the report keeps for ever, in lower case; "" where it has none."""
        return str((self.tree or {}).get("a", {}).get("UUID", "")).lower()

    @property
    def digest(self) -> str:
        """SHA-256 of header and report as they were said."""
        return sha256(msgspec.json.encode([self.header, self.tree])).hexdigest()

    def document(self) -> bytes:
        """The report as a document of its own."""
        return write_document(standing_alone(self.header, self.tree or {}))


def standing_alone(header: Tree, report: Tree) -> Written:
    """A document of one report under its header."""
    return Written(data_set="EMSDataSet", tree={"Header": [{**header, "PatientCareReport": [report]}]})


def incoming(documents: Sequence[Document], *, start: Place) -> Iterator[Incoming]:
    """Every report from `start` on, and the end of each document; one report is held at a time."""
    for number, document in enumerate(documents[start.documents :], start=start.documents):
        done = start.reports if number == start.documents else 0
        end = Place(documents=number + 1)
        seen = 0
        try:
            with _opened(document) as file:
                for report in read_reports(file):
                    seen += 1
                    if seen <= done:
                        continue
                    yield Incoming(
                        path=document.path,
                        after=Place(documents=number, reports=seen),
                        header=report.header,
                        tree=identified(report.tree),
                        fault=report.fault,
                    )
        except (XmlRefused, Unreadable) as fault:
            yield Incoming(path=document.path, after=end, fault=str(fault))
            continue
        empty = "" if seen else "it holds no patient care report"
        yield Incoming(path=document.path, after=end, fault=empty)


def own_faults(report: Tree) -> tuple[str, ...]:
    """What our own dictionary finds wrong where no schemas are installed; codes of old records may be deprecated."""
    found = [f"{path or 'the report'} holds elements that have no place there" for path in _strays(report)]
    for path, element, value in walk(report):
        found += [f"{path} ({element.label}): {text}" for text in check_element(element, value, is_new=False)]
    return tuple(found)


def _strays(report: Tree) -> Iterator[str]:
    for path, _, group in walk_groups(report):
        if "stray" in group:
            yield path


def _opened(document: Document) -> IO[bytes]:
    if document.archive is None and document.xml is None:
        try:
            return Path(document.path).open("rb")
        except OSError as fault:
            raise Unreadable(f"The file cannot be read: {fault.strerror}.") from None
    return BytesIO(read(document))


def fingerprint(documents: Sequence[Document]) -> str:
    """A name for these documents as they are now: paths, sizes, times of change (contents where there is no file)."""
    return sha256(msgspec.json.encode([_stamp(document) for document in documents])).hexdigest()[:32]


def _stamp(document: Document) -> list[Any]:
    if document.xml is not None:
        return [document.path, sha256(document.xml).hexdigest()]
    file = Path(document.archive or document.path)
    return [str(file.resolve()), document.member, document.size_bytes, file.stat().st_mtime_ns]
