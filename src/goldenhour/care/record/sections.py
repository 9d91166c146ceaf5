"""The order in which a crew charts, and the dictionary in the form a screen reads it.

Sections stand in clinical order, not in number order: the call, the scene, who and what, then assessment, care,
the story, where to. Every element of the patient care report is reached from exactly one page.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from goldenhour.care.record.checks import needs_value
from goldenhour.care.record.chosen import chosen
from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.dictionary import LATEST, Dictionary, Element, Group
from goldenhour.care.record.tree import scope


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a chart: a stable key, its title, and the NEMSIS sections on it in order."""

    key: str
    title: str
    sections: tuple[str, ...]


CHART: tuple[Page, ...] = (
    Page(key="call", title="Call", sections=("eDispatch", "eResponse", "eCrew")),
    Page(key="times", title="Times", sections=("eTimes",)),
    Page(key="scene", title="Scene", sections=("eScene",)),
    Page(key="patient", title="Patient", sections=("ePatient",)),
    Page(key="complaint", title="Complaint and impression", sections=("eSituation",)),
    Page(key="history", title="History", sections=("eHistory",)),
    Page(key="injury", title="Injury", sections=("eInjury",)),
    Page(key="arrest", title="Cardiac arrest", sections=("eArrest",)),
    Page(key="vitals", title="Vital signs", sections=("eVitals",)),
    Page(key="exam", title="Exam", sections=("eExam", "eLabs")),
    Page(key="airway", title="Airway", sections=("eAirway",)),
    Page(key="medications", title="Medications", sections=("eMedications",)),
    Page(key="procedures", title="Procedures", sections=("eProcedures", "eProtocols", "eDevice")),
    Page(key="narrative", title="Narrative", sections=("eNarrative",)),
    Page(key="disposition", title="Disposition", sections=("eDisposition",)),
    Page(key="payment", title="Payment", sections=("ePayment",)),
    Page(key="finish", title="Signatures and more", sections=("eOther", "eCustomResults", "eOutcome", "eRecord")),
)


@cache
def page_of(section: str) -> Page:
    """The page that a section is charted on. Raises KeyError for a section no page holds."""
    for page in CHART:
        if section in page.sections:
            return page
    raise KeyError(section)


def in_clinical_order(version: str = LATEST) -> Iterator[Element]:
    """Every element of the patient care report, as the pages go."""
    report = scope(version=version)
    for page in CHART:
        for section in page.sections:
            yield from report.data_set.elements(section)


def browser_dictionary(collect: Collect = EVERYTHING, *, version: str = LATEST) -> bytes:
    """The dictionary as JSON for a browser: pages, nodes by section, types with codes, and under `state` what the
    state chose of it (see `chosen`). Short keys, absent when they say nothing:

    `n` name, `l` label, `u` usage (first letter, `C` for recommended), `t` type, `m` may repeat, `r` required by
    the schema, `nil` may be nil, `nv` NOT values, `pn` pertinent negatives, `pv` those that go with a value, `at`
    attributes `[name, type]`, `d` deprecated, `nat` national, `c` children of a group.
    """
    return msgspec.json.encode({**_data_set(version), "state": chosen(collect, version=version)})


@cache
def _data_set(version: str) -> dict[str, msgspec.Raw]:
    """The part that is the same everywhere, encoded once."""
    of = scope(version=version)
    used: set[str] = set()
    sections = {child.name: _node(child, used) for child in of.root.children}
    types = {name: _type(of.dictionary, name) for name in sorted(used)}
    parts: dict[str, Any] = {
        "version": of.dictionary.version,
        "pages": [{"key": p.key, "title": p.title, "sections": p.sections} for p in CHART],
        "notValues": of.dictionary.not_values,
        "pertinentNegatives": of.dictionary.pertinent_negatives,
        "types": types,
        "sections": sections,
    }
    return {name: msgspec.Raw(msgspec.json.encode(part)) for name, part in parts.items()}


_USAGE = {"Mandatory": "M", "Required": "R", "Recommended": "C", "Optional": "O"}


def _node(node: Element | Group, used: set[str]) -> dict[str, Any]:
    form: dict[str, Any] = {"n": node.name}
    used.update(attribute.type for attribute in node.attributes)
    if node.attributes:
        form["at"] = [[attribute.name, attribute.type] for attribute in node.attributes]
    if node.many:
        form["m"] = 1
    if node.min:
        form["r"] = 1
    if isinstance(node, Group):
        return form | {"c": [_node(child, used) for child in node.children]}
    used.add(node.type)
    form |= {"l": node.label, "u": _USAGE[node.usage], "t": node.type}
    flags = {"nil": node.nillable, "d": node.deprecated, "nat": node.national}
    form |= {key: 1 for key, is_set in flags.items() if is_set}
    lists = {
        "nv": node.not_values,
        "pn": node.pertinent_negatives,
        "pv": [code for code in node.pertinent_negatives if needs_value(node, code)],
    }
    return form | {key: codes for key, codes in lists.items() if codes}


def _type(dictionary: Dictionary, name: str) -> dict[str, Any]:
    form: dict[str, Any] = msgspec.to_builtins(dictionary.types[name])
    return form
