"""What a state wants collected: its State data set and the defined lists, read from the agency's own folders."""

import csv
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from goldenhour.care.record.collect import EVERYTHING, Collect, ListedCode, LowestLevel, from_state
from goldenhour.care.record.dictionary import Element, load
from goldenhour.interop.nemsis.plain_xml import XmlRefused
from goldenhour.interop.nemsis.read_xml import read_document

LISTS: Final = {
    "CauseOfInjury": ("eInjury.01",),
    "EnvironmentalFoodAllergy": ("eHistory.07",),
    "Impression": ("eSituation.11", "eSituation.12"),
    "IncidentLocationType": ("eScene.09",),
    "MedicalSurgicalHistory": ("eHistory.08",),
    "Medication": ("eMedications.03", "eHistory.12"),
    "MedicationAllergy": ("eHistory.06",),
    "PatientActivity": ("eSituation.17",),
    "Procedure": ("eProcedures.03",),
    "Symptom": ("eSituation.09", "eSituation.10"),
}
"""The defined and suggested lists that NEMSIS publishes as CSV files of these names, and the elements they are for."""


SCOPE: Final = Path("care/scope.yaml")
"""In the content: the lowest level of each medication and procedure, where the state does not say who may use it."""


class Practice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int
    medications: tuple[LowestLevel, ...]
    procedures: tuple[LowestLevel, ...]
    approved_by: str | None = None


class BadState(ValueError):
    """The State data set or a list cannot be used; the text says which file and why."""


def collected(content: Path, data: Path | None = None) -> Collect:
    """What `state.xml` in the data folder asks for, else `care/state.xml` of the content; everything without one.

    With the lists of `lists/` there (`Impression.csv`, …), and the content's scope of practice. Raises BadState: a
    state's configuration that is there but cannot be read must not be passed over."""
    places = [*([] if data is None else [data]), content / "care"]
    states = [place / "state.xml" for place in places if (place / "state.xml").is_file()]
    folders = [place / "lists" for place in places if (place / "lists").is_dir()]
    collect = _read(states[0]) if states else EVERYTHING
    if lists := _lists(folders[0]) if folders else {}:
        collect = replace(collect, lists=lists)
    if (content / SCOPE).is_file():
        practice = _practice(content / SCOPE)
        collect = replace(
            collect, lowest_for_medications=practice.medications, lowest_for_procedures=practice.procedures
        )
    return collect


def _practice(path: Path) -> Practice:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=Practice)
    except (OSError, msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise BadState(f"{path}: {fault}") from None


def _read(path: Path) -> Collect:
    try:
        document = read_document(path.read_bytes())
    except (OSError, XmlRefused) as fault:
        raise BadState(f"{path}: {fault}") from None
    if document.data_set != "StateDataSet":
        raise BadState(f"{path} is an {document.data_set}; a StateDataSet says what is collected")
    return from_state(document.tree)


def _lists(folder: Path) -> dict[str, tuple[ListedCode, ...]]:
    """The lists in a folder, by element. A file of another name is nobody's list and is said to be so."""
    found: dict[str, tuple[ListedCode, ...]] = {}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in LISTS:
            raise BadState(f"{path} is no list that is known here; there are {', '.join(LISTS)}")
        for number in LISTS[path.stem]:
            found[number] = _listed(path, number)
    return found


def _listed(path: Path, number: str) -> tuple[ListedCode, ...]:
    element = load().ems.element(number)
    types = _code_types(element)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return tuple(
            ListedCode(
                code=row["Value"],
                label=row["SuggestedLabel"] or row["SourceLabel"],
                code_type=types.get(row["CodeType"].partition("-")[0]),
            )
            for row in rows
            if row["Value"]
        )
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as fault:
        raise BadState(f"{path} is not a list of NEMSIS (Value, CodeType, SuggestedLabel): {fault}") from None


def _code_types(element: Element) -> dict[str, str]:
    """The codes of an element's CodeType attribute by their first word ("SNOMED", "RxNorm", "ICD"); most have none."""
    types = [load().value_type(one).codes for one in element.attributes if one.name == "CodeType"]
    return {words.partition("-")[0]: code for codes in types for code, words in codes.items()}
