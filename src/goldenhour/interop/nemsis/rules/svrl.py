"""Read an SVRL report: the failed rules, each with the field it is about."""

import re

from lxml import etree

from goldenhour.interop.nemsis.rules.report import NEMSIS, Failure
from goldenhour.interop.nemsis.rules.stylesheet import OURS, SVRL

_STEP = re.compile(r"/(?:\*:)?([A-Za-z_][\w.-]*)(?:\[|$)|/@\*?(?:\[local-name\(\)=')?([\w:.-]+)")
_NUMBER = re.compile(r"^[a-z][A-Za-z]*\.\d+$")


class RulesDidNotRun(RuntimeError):
    """The engine came back without having run every pattern to the end: no verdict may be drawn from it."""


def failures(svrl: str, *, patterns: int) -> tuple[Failure, ...]:
    """The failed asserts and successful reports in order. `patterns` is how many must have been active."""
    report = etree.fromstring(svrl.encode())
    active = sum(1 for _ in report.iterchildren(f"{{{SVRL}}}active-pattern"))
    if active != patterns or report.find(f"{{{OURS}}}finished") is None:
        raise RulesDidNotRun(f"the rule engine ran {active} of {patterns} patterns or did not finish")
    return tuple(
        _failure(found) for found in report.iterchildren(f"{{{SVRL}}}failed-assert", f"{{{SVRL}}}successful-report")
    )


def complete_svrl(svrl: str) -> bytes:
    """The report as a file, without our marks."""
    report = etree.fromstring(svrl.encode())
    for mark in report.findall(f"{{{OURS}}}finished"):
        report.remove(mark)
    etree.cleanup_namespaces(report)
    return bytes(etree.tostring(report, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _failure(found: etree._Element) -> Failure:
    location = found.get("location", "")
    broken = found.get(f"{{{OURS}}}broken")
    text = " ".join("".join(found.find(f"{{{SVRL}}}text").itertext()).split())
    role = found.get("role", "")
    if broken is not None:
        role = "[ERROR]"
        text = f"Rule {found.get('id')} could not be evaluated here: {broken}"
    return Failure(id=found.get("id", ""), role=role, location=location, field=_field(found, location), text=text)


def _field(found: etree._Element, location: str) -> str:
    """The element number at the location; for a group or section, the first element that the rule names as
    the one to revisit, or as missing."""
    here = last_step(location)
    if _NUMBER.match(here):
        return here
    named = [last_step(e.get("location", "")) for e in found.iter(f"{{{NEMSIS}}}element") if e.get("location")]
    missing = [e.get("name", "") for e in found.iter(f"{{{NEMSIS}}}element") if e.get("parentLocation")]
    return next((name for name in missing + named if _NUMBER.match(name)), here)


def last_step(location: str) -> str:
    """The last element name of an SVRL path (an attribute's element, if the path ends in an attribute)."""
    names = [element for element, _ in _STEP.findall(location) if element]
    return names[-1] if names else location
