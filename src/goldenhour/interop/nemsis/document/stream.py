"""Read an EMS document of any number of patient care reports, one report at a time, in bounded memory."""

from collections.abc import Iterator
from typing import IO

import msgspec
from lxml import etree

from goldenhour.care.record.dictionary import LATEST
from goldenhour.care.record.tree import Tree
from goldenhour.interop.nemsis.document.plain_xml import NEMSIS, XSI, NotPlain, XmlRefused, plain_element
from goldenhour.interop.nemsis.document.read_xml import read_fragment

MAX_REPORT_BYTES = 32 * 1024 * 1024
_BLOCK = 64 * 1024
_REPORT, _HEADER = f"{{{NEMSIS}}}PatientCareReport", f"{{{NEMSIS}}}Header"
_ROOT = f"{{{NEMSIS}}}EMSDataSet"
_DECLARED, _DECLARED_XSI = f' xmlns="{NEMSIS}"', f' xmlns:xsi="{XSI}"'


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One patient care report with the header it came under (`DemographicGroup`, `eCustomConfiguration`).

    `position` counts reports from 0; `fault` says why a report could not be read, and `tree` is then empty.
    """

    position: int
    header: Tree
    tree: Tree
    fault: str = ""


def read_reports(
    file: IO[bytes], *, version: str = LATEST, max_report_bytes: int = MAX_REPORT_BYTES
) -> Iterator[Report]:
    """The reports of an EMS document, each as soon as it is complete; at most one is held.

    Raises XmlRefused when the document is not well-formed, has a DOCTYPE, is not an EMSDataSet, or lets more than
    `max_report_bytes` pass without a report coming to its end.
    """
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(_ROOT, _HEADER, _REPORT),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    header: Tree = {}
    position = waiting = 0
    try:
        while block := file.read(_BLOCK):
            parser.feed(block)
            waiting += len(block)
            for event, node in parser.read_events():
                parent = node.getparent()
                if parent is None:
                    _check_root(node)
                elif node.tag == _REPORT and parent.tag == _HEADER:
                    if event == "start":
                        before = node.getprevious()
                        if before is None or before.tag != _REPORT:
                            header = _header(node, version)
                    else:
                        yield _report(node, position=position, header=header, version=version)
                        position, waiting = position + 1, 0
                        _let_go(node)
                elif node.tag == _HEADER and event == "end":
                    _let_go(node)
            if waiting > max_report_bytes:
                raise XmlRefused(f"report {position}: more than {max_report_bytes:,} bytes without an end")
        parser.close()
    except etree.XMLSyntaxError as fault:
        raise XmlRefused(f"not well-formed XML: {fault}") from None


def _check_root(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("a document with a DOCTYPE is not taken")
    if root.tag != _ROOT:
        raise XmlRefused(f"{etree.QName(root).localname} holds no patient care reports; an EMSDataSet does")


def _let_go(node: etree._Element) -> None:
    """Free a node that is done, and everything that stands before it."""
    node.clear()
    parent = node.getparent()
    while parent[0] is not node:
        del parent[0]


def _header(report: etree._Element, version: str) -> Tree:
    """What stands before the first report of its header; later reports of the same header share it."""
    header: Tree = {}
    for before in report.itersiblings(preceding=True):
        if before.tag != _REPORT:
            header[etree.QName(before).localname] = _tree(before, version)
    return dict(reversed(header.items()))


def _report(node: etree._Element, *, position: int, header: Tree, version: str) -> Report:
    try:
        tree = _tree(node, version)
    except (NotPlain, XmlRefused) as fault:
        return Report(position=position, header=header, tree={}, fault=str(fault))
    return Report(position=position, header=header, tree=tree)


def _tree(node: etree._Element, version: str) -> Tree:
    """A parsed group as a tree; libxml2's own text is plain already unless the document was unusual."""
    text: str = etree.tostring(node, encoding="unicode", with_tail=False)
    head, mark, rest = text.partition(">")
    head = head.replace(_DECLARED, "", 1).replace(_DECLARED_XSI, "", 1)
    try:
        return read_fragment(head + mark + rest, version=version, with_care=False)
    except NotPlain:
        return read_fragment(plain_element(node, is_root=False), version=version, with_care=True)
