"""What a state and an agency chose of the data set, in the form a screen reads it."""

from typing import Any, Final

from goldenhour.care.record.checks import is_wanted
from goldenhour.care.record.collect import Collect, CustomElement, Facility, Permitted
from goldenhour.care.record.dictionary import LATEST, Dictionary
from goldenhour.care.record.scope_of_practice import Scope as PracticeScope
from goldenhour.care.record.scope_of_practice import scopes
from goldenhour.care.record.tree import Scope, scope

HOSPITAL: Final = "1701005"
_USAGE: Final = {"9903001": "M", "9903003": "R", "9903005": "C", "9903007": "O"}
_KIND: Final = {"9902001": "binary", "9902003": "dateTime", "9902005": "number", "9902011": "boolean"}
_DESTINATION: Final = {
    "sFacility.07": "eDisposition.03",
    "sFacility.08": "eDisposition.04",
    "sFacility.09": "eDisposition.05",
    "sFacility.11": "eDisposition.06",
    "sFacility.10": "eDisposition.07",
    "sFacility.12": "eDisposition.08",
    "sFacility.13": "eDisposition.09",
    "sFacility.14": "eDisposition.10",
}
"""A facility's address and place, and where the chart says the same of a destination."""


def chosen(collect: Collect, *, version: str = LATEST) -> dict[str, Any]:
    """`off`: elements that are not collected; `wanted`: recommended ones that are missing while blank; `custom`: the
    state's own elements; `choices`: the codes it takes of a closed list; `lists`: codes with words, as
    `[code, label, code type or null]`; `scope`: what is beyond which role; `destinations`: what each facility
    says, by element."""
    of = scope(version=version)
    elements = list(of.data_set.elements(of.root.name))
    return {
        "off": [one.name for one in elements if not collect.collects(one)],
        "wanted": [one.name for one in elements if one.usage == "Recommended" and is_wanted(one, collect)],
        "custom": [_custom(one) for one in collect.custom],
        "choices": {
            number: codes
            for number, codes in (("eCrew.02", _levels(collect, of)), ("eProtocols.01", list(collect.protocols)))
            if codes
        },
        "lists": {number: _codes(number, collect) for number in {**collect.lists, **_permitted(collect)}},
        "scope": {number: _limits(scope) for number, scope in scopes(collect).items()},
        "destinations": [_destination(one, of.dictionary) for one in collect.facilities],
    }


def _custom(element: CustomElement) -> dict[str, Any]:
    return {
        "id": element.id,
        "title": element.title,
        "definition": element.definition,
        "kind": _KIND.get(element.data_type, "text"),
        "usage": _USAGE.get(element.usage, "O"),
        "many": element.many,
        "extends": element.extends,
        "values": element.values,
        "standsFor": element.stands_for,
        "nv": element.not_values,
        "pn": element.pertinent_negatives,
    }


def _levels(collect: Collect, of: Scope) -> list[str]:
    """The crew levels of the state's licensure levels: two lists of the data set with the same words."""
    words = of.dictionary.codes(of.dictionary.state.element("sConfiguration.01"))
    known = {words[level] for level in collect.levels if level in words}
    return [code for code, word in of.dictionary.codes(of.data_set.element("eCrew.02")).items() if word in known]


def _permitted(collect: Collect) -> dict[str, tuple[Permitted, ...]]:
    both = {"eMedications.03": collect.medications, "eProcedures.03": collect.procedures}
    return {number: levels for number, levels in both.items() if levels}


def _codes(number: str, collect: Collect) -> list[tuple[str, str, str | None]]:
    """An element's codes with their words: the agency's list, and what the state permits some level to use besides."""
    rows = {one.code: (one.code, one.label, one.code_type) for one in collect.lists.get(number, ())}
    permitted = dict.fromkeys(code for level in _permitted(collect).get(number, ()) for code in level.codes)
    return [*rows.values(), *((code, code, None) for code in permitted if code not in rows)]


def _limits(scope: PracticeScope) -> dict[str, Any]:
    limits = {
        role: {"only": sorted(one.only)} if one.only is not None else {"beyond": sorted(one.beyond)}
        for role, one in scope.limits.items()
    }
    return {"says": scope.says, "limits": limits}


def _destination(facility: Facility, dictionary: Dictionary) -> dict[str, Any]:
    """What a chart says of a patient brought there. Kinds of facility and of destination share their words."""
    kinds = dictionary.codes(dictionary.state.element("sFacility.01"))
    types = dictionary.codes(dictionary.ems.element("eDisposition.21"))
    said: dict[str, Any] = {"eDisposition.01": facility.name, "eDisposition.02": facility.code}
    said |= {_DESTINATION[name]: text for name, text in facility.address.items() if name in _DESTINATION}
    same = [code for code, word in types.items() if facility.kind and word == kinds.get(facility.kind)]
    if same:
        said["eDisposition.21"] = same[0]
    if facility.designations:
        said["eDisposition.23"] = list(facility.designations)
    return {"name": facility.name, "code": facility.code, "said": said}
