"""What was charted, in words: the dictionary's labels and codes, and the short names crews use for vital signs."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any, Final

import msgspec

from goldenhour.care import facts as f
from goldenhour.care.record.collect import Collect
from goldenhour.care.record.dictionary import Dictionary, Element, load
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import as_datetime, from_iso

SIGNS: Final = {
    "eVitals.10": ("heart rate", ""),
    "eVitals.14": ("respirations", ""),
    "eVitals.12": ("SpO\u2082", " %"),
    "eVitals.16": ("ETCO\u2082", ""),
    "eVitals.18": ("glucose", ""),
    "eVitals.23": ("Glasgow score", ""),
    "eVitals.24": ("temperature", " °C"),
    "eVitals.26": ("", ""),
    "eVitals.27": ("pain", "/10"),
}
"""Vital signs as crews say them: name, unit after the value. The order is the one they are said in."""

SYSTOLIC, DIASTOLIC = "eVitals.06", "eVitals.07"
TAKEN: Final = {
    "eVitals.VitalGroup": "eVitals.01",
    "eMedications.MedicationGroup": "eMedications.01",
    "eProcedures.ProcedureGroup": "eProcedures.01",
    "eLabs.LabGroup": "eLabs.01",
}
"""When what a repeat tells of happened."""

SHORT: Final = re.compile(r".*\((.+)\)")
"""A unit's label with its short form: "Milligrams (mg)"."""

UNKNOWN: Final = "–"
UNSUCCESSFUL: Final = "9923001"
MOST_SAID: Final = 5


class ChartWords:
    """Facts of records as sentences. `collect` brings the words of the agency's own lists."""

    def __init__(self, zone: str, collect: Collect) -> None:
        self._zone = zone
        self._of: Dictionary = load()
        self._lists = {number: {one.code: one.label for one in codes} for number, codes in collect.lists.items()}

    def said(self, fact: Fact) -> str:
        """The fact in words; "" for one that is not about a chart."""
        match fact:
            case f.ElementCharted():
                return self._element(fact.path, fact.value)
            case f.GroupAdded():
                return self._added(fact.path, fact.content)
            case f.GroupRemoved():
                return f"{self._group_name(fact.path)} taken out: {fact.reason}"
            case f.RecordOpened():
                return f"Chart begun for patient {fact.patient}"
            case f.RecordLocked():
                return f"Chart signed and locked by {fact.signed_by}"
            case f.RecordAmended():
                changes = "; ".join(self._amendments(fact))
                return f"Chart amended by {fact.signed_by}, {fact.reason}" + (f": {changes}" if changes else "")
        return ""

    def _amendments(self, fact: f.RecordAmended) -> Iterator[str]:
        """What an addendum changed, each with what stood before."""
        yield from (f"{self._added(one.path, one.content)} (added)" for one in fact.added)
        before = {entry.path: entry.value for entry in fact.before}
        for entry in fact.entries:
            said, was = self._element(entry.path, entry.value), before.get(entry.path)
            yield said if was is None else f"{said} (was {self._values(entry.path, was)})"
        yield from (f"{self._added(one.path.rpartition('[')[0], one.content)} (taken out)" for one in fact.removed)

    def _values(self, path: str, value: Any) -> str:
        """What stood at an element or an attribute, in words."""
        node = self._of.ems.nodes.get(path.rpartition("/")[2].partition("[")[0])
        return self._value(node, value) if isinstance(node, Element) else str(value)

    def _element(self, path: str, value: Any) -> str:
        number = path.rpartition("/")[2].partition("[")[0]
        node = self._of.ems.nodes.get(number)
        if not isinstance(node, Element):
            return f"Charted: {number}"
        group = self._group_name(path) if "/" in path else ""
        name = f"{group}: {node.label}" if group else node.label
        return f"{name} cleared" if value is None else f"{name}: {self._value(node, value)}"

    def _added(self, path: str, content: dict[str, Any]) -> str:
        name = path.rpartition("/")[2].partition("[")[0]
        values = dict(self._leaves(content))
        match name:
            case "eVitals.VitalGroup":
                text = self._vitals(values)
            case "eMedications.MedicationGroup":
                text = f"Medication: {self._medication(values)}"
            case "eProcedures.ProcedureGroup":
                worked = self._plain(values.get("eProcedures.06")) != UNSUCCESSFUL
                text = f"Procedure: {self._of_number('eProcedures.03', values)}{'' if worked else ', without success'}"
            case _:
                few = [self._element(number, value) for number, value in list(values.items())[:MOST_SAID]]
                text = f"{self._group_name(path)} added" + (f": {'; '.join(few)}" if few else "")
        taken = self._plain(values.get(TAKEN.get(name, "")))
        return f"{text} at {self._clock(taken)}" if taken else text

    def _vitals(self, values: dict[str, Any]) -> str:
        systolic, diastolic = self._plain(values.get(SYSTOLIC)), self._plain(values.get(DIASTOLIC))
        said = [f"blood pressure {systolic or UNKNOWN}/{diastolic or UNKNOWN}"] if systolic or diastolic else []
        for number, (name, unit) in SIGNS.items():
            if number in values:
                said.append(f"{name} {self._of_number(number, values)}{unit}".strip())
        if not said:
            return "Vitals"
        only = said[0][:1].upper() + said[0][1:]
        return only if len(said) == 1 else f"Vitals: {', '.join(said)}"

    def _medication(self, values: dict[str, Any]) -> str:
        dose = self._plain(values.get("eMedications.05"))
        given = self._of_number("eMedications.03", values)
        if dose:
            unit = self._of_number("eMedications.06", values) if "eMedications.06" in values else ""
            short = SHORT.match(unit)
            given += f" {dose} {short[1] if short else unit}".rstrip()
        return given + (f", {self._of_number('eMedications.04', values)}" if "eMedications.04" in values else "")

    def _group_name(self, path: str) -> str:
        """The repeat that a path names or leads into, in words: "Vital", "Medication", "Crew"."""
        name = path.partition("/")[0].partition("[")[0].rpartition(".")[2].removesuffix("Group")
        if name == "Vital":
            return "Vitals"
        return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip().capitalize()

    def _leaves(self, content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Elements of a group and of the groups in it, by number."""
        for name, value in content.items():
            if isinstance(self._of.ems.nodes.get(name), Element):
                yield name, value
            elif isinstance(value, dict) and name in self._of.ems.nodes:
                yield from self._leaves(value)
            elif isinstance(value, list):
                for one in value:
                    if isinstance(one, dict) and name in self._of.ems.nodes:
                        yield from self._leaves(one)

    def _of_number(self, number: str, values: dict[str, Any]) -> str:
        return self._value(self._of.ems.element(number), values.get(number))

    def _value(self, element: Element, value: Any) -> str:
        leaves: Iterable[Any] = value if isinstance(value, list) else (value,)
        return ", ".join(self._leaf(element, leaf) for leaf in leaves)

    def _leaf(self, element: Element, leaf: Any) -> str:
        if isinstance(leaf, dict):
            negative = leaf.get("pn") and self._of.label(element, leaf["pn"]).lower()
            if "v" not in leaf:
                return negative or self._of.label(element, leaf.get("nv", "")).lower() or "no value"
            return self._text(element, leaf["v"]) + (f" ({negative})" if negative else "")
        return UNKNOWN if leaf is None else self._text(element, str(leaf))

    def _text(self, element: Element, text: str) -> str:
        if self._of.value_type(element).base == "dateTime":
            return self._clock(text)
        listed = self._lists.get(element.name, {}).get(text)
        if listed and listed != text:
            return listed
        named = self._of.label(element, text)
        return named if named != text else (names().get(text) or text)

    def _plain(self, value: Any) -> str:
        leaf = value[0] if isinstance(value, list) and value else value
        return str(leaf.get("v", "")) if isinstance(leaf, dict) else str(leaf or "")

    def _clock(self, text: str) -> str:
        try:
            return f"{as_datetime(from_iso(text), self._zone):%H:%M}"
        except ValueError:
            return text


@cache
def names() -> dict[str, str]:
    """Words for the codes of RxNorm, SNOMED CT and ICD-10-CM that crews use most; the data set lists none of them."""
    body = resources.files("goldenhour.care.record").joinpath("data", "names.json").read_bytes()
    lists = msgspec.json.decode(body, type=dict[str, dict[str, str]])
    return {code: name for codes in lists.values() for code, name in codes.items()}
