"""What a record is found by: a flat projection of one tree, for the search index and the list of records."""

from collections.abc import Iterable

import msgspec

from goldenhour.care.record.tree import Leaf, Tree, leaves, scope, text_of, walk

_CODED = ("eSituation.09", "eSituation.10", "eSituation.11", "eSituation.12", "eMedications.03", "eProcedures.03")


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """One row. Times are the record's own lexical form; `codes` are impressions, symptoms, drugs and procedures that
    were found or given (not those denied by a pertinent negative); `words` is everything a person would type."""

    uuid: str | None
    report_number: str | None
    incident_number: str | None
    unit: str | None
    unit_notified: str | None
    patient_last_name: str | None
    patient_first_name: str | None
    patient_birth_date: str | None
    complaint: str | None
    destination: str | None
    crew: tuple[str, ...]
    codes: tuple[str, ...]
    words: str


def projection(tree: Tree) -> Projection:
    """The search row of a patient care report."""
    of = scope()
    found: dict[str, list[Leaf]] = {}
    words: list[str] = []
    for _, element, value in walk(tree, of=of):
        found.setdefault(element.name, []).extend(leaves(value))
        if of.dictionary.value_type(element).base != "base64Binary":
            texts = (text_of(leaf) for leaf in leaves(value))
            words.extend(of.dictionary.label(element, text) for text in texts if text)

    def first(number: str) -> str | None:
        return next((text for leaf in found.get(number, []) if (text := text_of(leaf))), None)

    return Projection(
        uuid=tree.get("a", {}).get("UUID"),
        report_number=first("eRecord.01"),
        incident_number=first("eResponse.03"),
        unit=first("eResponse.14"),
        unit_notified=first("eTimes.03"),
        patient_last_name=first("ePatient.02"),
        patient_first_name=first("ePatient.03"),
        patient_birth_date=first("ePatient.17"),
        complaint=first("eSituation.04"),
        destination=first("eDisposition.01"),
        crew=tuple(_stated(found.get("eCrew.01", []))),
        codes=tuple(dict.fromkeys(code for number in _CODED for code in _stated(found.get(number, [])))),
        words=" ".join(dict.fromkeys(words)),
    )


def _stated(found: Iterable[Leaf]) -> list[str]:
    """Values that hold, without those that a pertinent negative says did not happen."""
    return [text for leaf in found if not _denied(leaf) and (text := text_of(leaf))]


def _denied(leaf: Leaf) -> bool:
    return isinstance(leaf, dict) and leaf.get("pn") is not None
