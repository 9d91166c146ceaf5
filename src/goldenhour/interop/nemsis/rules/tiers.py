"""All tiers for one document, in this process: safe parsing, XSD, then every rule set."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.installed import SchemaFolder, concerns
from goldenhour.interop.nemsis.rules.report import DATA_SETS, NEMSIS, DataSet, Report, report_of
from goldenhour.interop.nemsis.rules.saxon import SaxonRules
from goldenhour.interop.nemsis.rules.schematron import read_rules
from goldenhour.interop.nemsis.rules.xsd import Schema

if TYPE_CHECKING:
    from goldenhour.interop.nemsis.rules.compiled.check import CompiledCheck


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A report, and the complete SVRL files (rule set name -> text) where they were asked for."""

    report: Report
    svrl: dict[str, bytes] = {}


LIMITS = safe_xml.Limits(depth=safe_xml.PARSER_DEPTH)
"""The XSD allows no nesting to speak of, so no other limit of depth is needed here."""

PREFILTERED: tuple[DataSet, ...] = ("EMS",)
"""The data set that comes in bulk; DEM and State sets are few."""


class Tiers:
    """The compiled schemas and rules of one folder; each data set is compiled when first met (0.1-0.8 s). With
    `prefilter`, a record that the compiled check is sure of is shown neither to the XSD engine nor to Saxon; every
    other one is. (Its kernels are compiled once per installation, in half a minute: nothing for the server's locks.)"""

    def __init__(self, folder: SchemaFolder, *, extra_rules: tuple[Path, ...] = (), prefilter: bool = False) -> None:
        self._folder = folder
        self._extra_rules = extra_rules
        self._prefilter = prefilter
        self._schemas: dict[DataSet, Schema] = {}
        self._rules: dict[DataSet, SaxonRules] = {}
        self._compiled: dict[DataSet, CompiledCheck] = {}

    def prepare(self, data_set: DataSet) -> None:
        """Compile what a data set needs. Raises SchemaRefused or RulesRefused."""
        if data_set in self._rules:
            return
        extra = tuple(path for path in self._extra_rules if concerns(path, data_set))
        self._schemas[data_set] = Schema(self._folder.xsd[data_set])
        rule_sets = tuple(read_rules(path) for path in (*self._folder.rules_for(data_set), *extra))
        self._rules[data_set] = SaxonRules(rule_sets)
        if self._prefilter and data_set in PREFILTERED:
            # here, because a worker that does without it is spared the time and memory that numba takes
            from goldenhour.interop.nemsis.rules.compiled.check import CompiledCheck

            self._compiled[data_set] = CompiledCheck(self._folder.xsd[data_set], rule_sets)

    def check(self, xml: bytes, *, path: str, svrl: bool = False, expected: DataSet | None = None) -> Verdict:
        """The verdict on a document. Rules are run on a schema-valid document only, as the national
        repository does. A document that is not of the `expected` data set is not valid."""
        if not svrl and self._is_clean(xml, expected):
            return Verdict(report=report_of(path))
        try:
            root = safe_xml.parse(xml, bare=True, limits=LIMITS)
        except safe_xml.HostileXml as fault:
            return Verdict(report=report_of(path, xsd=(f"The document {fault}.",)))
        data_set = data_set_of(root)
        accepted = tuple(self._folder.xsd) if expected is None else (expected,)
        if data_set is None or data_set not in accepted:
            return Verdict(report=report_of(path, xsd=(_not_accepted(root, accepted),)))
        self.prepare(data_set)
        faults = self._schemas[data_set].faults(root)
        if faults:
            return Verdict(report=report_of(path, xsd=faults))
        text = _as_text(xml, root)
        failed = self._rules[data_set].check(text)
        complete = self._rules[data_set].svrl(text) if svrl else {}
        return Verdict(report=report_of(path, failed=failed), svrl=complete)

    def _is_clean(self, xml: bytes, expected: DataSet | None) -> bool:
        """Whether a compiled check is sure of the document."""
        return any(
            compiled.is_clean(xml) for data_set, compiled in self._compiled.items() if expected in (None, data_set)
        )


def data_set_of(root: etree._Element) -> DataSet | None:
    """Which data set a document is, by its root element."""
    return next((name for name in DATA_SETS if root.tag == f"{{{NEMSIS}}}{name}DataSet"), None)


def _not_accepted(root: etree._Element, accepted: tuple[DataSet, ...]) -> str:
    names = ", ".join(f"{name}DataSet" for name in accepted)
    return f"The document starts with {etree.QName(root).localname}; accepted here: {names} in {NEMSIS}."


def _as_text(xml: bytes, root: etree._Element) -> str:
    """The document for Saxon: the same bytes where they are UTF-8, else written anew."""
    try:
        text = xml.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(etree.tostring(root, encoding="unicode"))
    head = text[:200].lower()
    if head.startswith("<?xml") and "encoding" in head.partition("?>")[0] and "utf-8" not in head.partition("?>")[0]:
        return str(etree.tostring(root, encoding="unicode"))
    return text
