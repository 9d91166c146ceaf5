"""Which elements identify a person, and the record without them.

`IDENTIFIERS` are the direct identifiers of 45 CFR 164.514(b)(2)(i): names, addresses below the state, birth date,
telephone, e-mail, social security, licence, insurance and record numbers, device serial numbers, pictures. Free
text and custom elements may hold any of them. `SAFE_HARBOR` hides the rest of that list as well: every date of the
event, places below the state, numbers that lead back to the record.
"""

from typing import Literal

from goldenhour.care.record.dictionary import Group
from goldenhour.care.record.tree import NOT_CHILDREN, Scope, Tree, scope

Sight = Literal["full", "operational", "deidentified"]
"""How much a role sees: all of it; the care without who the patient is; the care without what could tell."""


def _numbers(section: str, *numbers: int) -> frozenset[str]:
    return frozenset(f"{section}.{number:02}" for number in numbers)


FREE_TEXT = frozenset({"eNarrative.01", "eCustomResults.01"})
PICTURES = frozenset({"eDevice.05", "eLabs.08", "eOther.11", "eOther.18"})

IDENTIFIERS: frozenset[str] = (
    _numbers("ePatient", 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 17, 18, 19, 20, 21, 23)
    | _numbers("ePayment", 9, 10, 12, 13, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 29, 31)
    | _numbers("ePayment", 33, 34, 35, 37, 39, 53, 58, 59, 60)
    | _numbers("eInjury", 12, 13)
    | _numbers("eOther", 16, 20, 21, 22)
    | _numbers("eOutcome", 4)
    | _numbers("eDevice", 1)
    | FREE_TEXT
    | PICTURES
)

_EVENT_PLACES = (
    _numbers("eScene", 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 23)
    | _numbers("eInjury", 15)
    | _numbers("eResponse", 17, 18)
    | _numbers("eDisposition", 1, 2, 3, 4, 6, 7, 9, 10)
)
_RECORD_NUMBERS = _numbers("eRecord", 1) | _numbers("eResponse", 3, 4) | _numbers("eDispatch", 6)
_OTHER_PEOPLE = _numbers("eHistory", 2, 3, 4) | _numbers("ePayment", 3, 6, 7) | _numbers("eCrew", 1)
SAFE_HARBOR: frozenset[str] = IDENTIFIERS | _EVENT_PLACES | _RECORD_NUMBERS | _OTHER_PEOPLE

_OLDEST_AGE_TOLD_YEARS = 89  # 45 CFR 164.514(b)(2)(i)(C): ages over 89 are one class
_YEARS = "2516009"


def redacted(tree: Tree, sight: Sight, *, of: Scope | None = None) -> Tree:
    """The record as someone with this sight may see it; what is hidden is left out."""
    of = of or scope()
    if sight == "full":
        return tree
    hidden = IDENTIFIERS if sight == "operational" else SAFE_HARBOR | _dates(of)
    shown = _without(tree, of.root, hidden, keep_attributes=sight == "operational")
    return _very_old(shown) if sight == "deidentified" else shown


def _dates(of: Scope) -> frozenset[str]:
    """Elements that hold a date or a moment: only their year could be told, so they are not."""
    types = of.dictionary.types
    elements = of.data_set.elements(of.root.name)
    return frozenset(e.name for e in elements if types[e.type].base in ("date", "dateTime"))


def _without(tree: Tree, group: Group, hidden: frozenset[str], *, keep_attributes: bool) -> Tree:
    """Attributes go too where they must: a UUID leads back to the record, `StreetAddress2` to the house."""
    done = {key: tree[key] for key in NOT_CHILDREN if key in tree and (key == "id" or (keep_attributes and key == "a"))}
    for child in group.children:
        if child.name not in tree or child.name in hidden:
            continue
        found = tree[child.name]
        if not isinstance(child, Group):
            done[child.name] = found
        elif child.many:
            done[child.name] = [_without(each, child, hidden, keep_attributes=keep_attributes) for each in found]
        else:
            done[child.name] = _without(found, child, hidden, keep_attributes=keep_attributes)
    return done


def _very_old(tree: Tree) -> Tree:
    patient = tree.get("ePatient", {})
    group = patient.get("ePatient.AgeGroup", {})
    age, unit = group.get("ePatient.15"), group.get("ePatient.16")
    if isinstance(age, str) and age.isdigit() and unit == _YEARS and int(age) > _OLDEST_AGE_TOLD_YEARS:
        group = {**group, "ePatient.15": str(_OLDEST_AGE_TOLD_YEARS + 1)}
        return {**tree, "ePatient": {**patient, "ePatient.AgeGroup": group}}
    return tree
