"""Run compiled rule sets in Saxon, inside the process that holds this object.

Not for the server's own process: Saxon takes 130-250 MB and must stay in the thread that made it. `pool.py` keeps
worker processes that each hold one.
"""

import saxonche

from goldenhour.interop.nemsis.rules.report import Failure
from goldenhour.interop.nemsis.rules.schematron import RuleSet, RulesRefused
from goldenhour.interop.nemsis.rules.stylesheet import compile_stylesheet
from goldenhour.interop.nemsis.rules.svrl import complete_svrl, failures


class SaxonRules:
    """The rule sets of one data set, compiled once; then 3-15 ms a document."""

    def __init__(self, rule_sets: tuple[RuleSet, ...], *, processor: saxonche.PySaxonProcessor | None = None) -> None:
        self._processor = processor or saxonche.PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        self._compiled = []
        for rules in rule_sets:
            try:
                sheet = compiler.compile_stylesheet(stylesheet_text=compile_stylesheet(rules).decode())
            except saxonche.PySaxonApiError as fault:
                raise RulesRefused(f"{rules.name}: does not compile: {fault}") from None
            self._compiled.append((rules, sheet))

    def check(self, xml: str) -> tuple[Failure, ...]:
        """The failed rules of every set, in order of the sets. `xml` must have passed `safe_xml`."""
        document = self._processor.parse_xml(xml_text=xml)
        found: list[Failure] = []
        for rules, sheet in self._compiled:
            found += failures(sheet.transform_to_string(xdm_node=document), patterns=len(rules.patterns))
        return tuple(found)

    def svrl(self, xml: str) -> dict[str, bytes]:
        """Rule set name (numbered where two share one) -> the complete SVRL file."""
        document = self._processor.parse_xml(xml_text=xml)
        reports: dict[str, bytes] = {}
        for number, (rules, sheet) in enumerate(self._compiled, 1):
            sheet.set_parameter("all", self._processor.make_boolean_value(True))
            try:
                svrl = sheet.transform_to_string(xdm_node=document)
            finally:
                sheet.clear_parameters()
            failures(svrl, patterns=len(rules.patterns))
            reports[f"{rules.name}-{number}" if rules.name in reports else rules.name] = complete_svrl(svrl)
        return reports
