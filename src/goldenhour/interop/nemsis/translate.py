"""Say a 3.5.1 document in 3.5.0, for a state that still wants that.

What 3.5.0 cannot say is mapped to the nearest it can, to *not recorded*, or left out, element by element as in the
mapping that the NEMSIS Technical Assistance Center publishes (EMS 3.5.1 to 3.5.0 of 2025-01, State and DEM of
2025-02). Faults of that mapping are not followed: a grid coordinate keeps its leading zeros and never grows a digit by
rounding, and an age is no longer *approximate*, which 3.5.0 has no attribute for. `ePatient.25` and `dPersonnel.40`
stay: 3.5.0 CP5 took them in at the same time as 3.5.1 CP1. What of this was checked against what: docs/nemsis.md.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from goldenhour.care.record.dictionary import NOT_RECORDED, Element, Group, load
from goldenhour.care.record.tree import Document, Leaf, Tree, leaves, not_value, text_of

TARGETS = ("3.5.0",)

Rule = Callable[[Leaf], Leaf | None]

_LONGEST_SNOMED = 15
_GRID = re.compile(r"(.+)([0-9]{5})([0-9]{5})")
_US_PHONE = re.compile(r"\+1 ?([2-9] ?[0-9] ?[0-9]) ?([2-9] ?[0-9] ?[0-9]) ?([0-9] ?[0-9] ?[0-9] ?[0-9])")


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """One value that does not come through as it was; `became` None is left out."""

    number: str
    was: Leaf
    became: Leaf | None


class Translation(msgspec.Struct, frozen=True, kw_only=True):
    """The document in the other version, and what changed on the way."""

    document: Document
    losses: tuple[Loss, ...]


def translated(document: Document, to: str = "3.5.0") -> Translation:
    """The 3.5.1 document in version `to`. Raises ValueError for a version there is no way to."""
    if to not in TARGETS:
        raise ValueError(f"there is no translation to {to}; only to {', '.join(TARGETS)}")
    losses: list[Loss] = []
    root = load().data_sets[document.data_set].root
    tree = _translated(document.tree, root, losses)
    return Translation(document=Document(data_set=document.data_set, tree=tree), losses=tuple(losses))


def _dropped(_: Leaf) -> None:
    return None


def _unrecorded(leaf: Leaf) -> Leaf:
    correlation = leaf.get("a", {}).get("CorrelationID") if isinstance(leaf, dict) else None
    said = not_value(NOT_RECORDED)
    assert isinstance(said, dict)
    return {**said, "a": {"CorrelationID": correlation}} if correlation else said


def _with_text(leaf: Leaf, text: str) -> Leaf:
    return text if isinstance(leaf, str) else {**leaf, "v": text}


def _codes(**old_by_new: str) -> Rule:
    """Codes that 3.5.0 does not have, each `c<new>=old`; `""` is not recorded, `"-"` left out."""
    table = {new[1:]: old for new, old in old_by_new.items()}

    def rule(leaf: Leaf) -> Leaf | None:
        old = table.get(text_of(leaf) or "")
        if old is None:
            return leaf
        return None if old == "-" else _with_text(leaf, old) if old else _unrecorded(leaf)

    return rule


def _above(last: str, old: str | None) -> Rule:
    """Codes after `last` in their list are `old`, or left out."""

    def rule(leaf: Leaf) -> Leaf | None:
        if (text_of(leaf) or "") <= last:
            return leaf
        return None if old is None else _with_text(leaf, old)

    return rule


def _starting(prefix: str, otherwise: Callable[[Leaf], Leaf | None]) -> Rule:
    return lambda leaf: otherwise(leaf) if (text_of(leaf) or "").startswith(prefix) else leaf


def _longer(otherwise: Callable[[Leaf], Leaf | None]) -> Rule:
    return lambda leaf: otherwise(leaf) if len(text_of(leaf) or "") > _LONGEST_SNOMED else leaf


def _negative(code: str | None, otherwise: Callable[[Leaf], Leaf | None]) -> Rule:
    """A leaf with this pertinent negative (any, when None) is said otherwise."""

    def rule(leaf: Leaf) -> Leaf | None:
        pn = leaf.get("pn") if isinstance(leaf, dict) else None
        return otherwise(leaf) if pn is not None and code in (None, pn) else leaf

    return rule


def _without_negative(leaf: Leaf) -> Leaf:
    rest = {k: v for k, v in leaf.items() if k != "pn"} if isinstance(leaf, dict) else leaf
    return rest["v"] if isinstance(rest, dict) and set(rest) == {"v"} else rest


def _grid(leaf: Leaf) -> Leaf:
    """Ten digits of the US National Grid become eight: each half rounded, never past its square."""
    matched = _GRID.fullmatch(text_of(leaf) or "")
    if matched is None:
        return leaf
    east, north = (min(int(half) + 5, 99999) // 10 for half in matched.group(2, 3))
    return _with_text(leaf, f"{matched[1]}{east:04}{north:04}")


def _phone(leaf: Leaf) -> Leaf | None:
    """A number of the United States loses its +1; 3.5.0 has no other country's numbers."""
    text = text_of(leaf) or ""
    if not text.startswith("+"):
        return leaf
    matched = _US_PHONE.fullmatch(text)
    if matched is None:
        return None
    return _with_text(leaf, "-".join(part.replace(" ", "") for part in matched.groups()))


def _each(rule: Rule, *numbers: str) -> dict[str, tuple[Rule, ...]]:
    return dict.fromkeys(numbers, (rule,))


_RULES: dict[str, tuple[Rule, ...]] = {
    **_each(_dropped, "ePatient.23", "ePatient.24", "eScene.25", "eVitals.34", "eMedications.13"),
    **_each(_dropped, "eProcedures.14", "eProcedures.15", "eOutcome.21", "dAgency.27"),
    **_each(_dropped, "dRecord.01", "dRecord.02", "dRecord.03"),
    **_each(_grid, "eResponse.18", "eScene.12", "eDisposition.10", "dLocation.05", "dFacility.14", "sFacility.14"),
    **_each(_phone, "ePatient.18", "ePayment.31", "ePayment.39", "ePayment.59", "eInjury.13"),
    **_each(_phone, "dContact.10", "dLocation.12", "dPersonnel.09", "dFacility.15", "sFacility.15"),
    **_each(_starting("U", _unrecorded), "eSituation.09", "eSituation.10", "eSituation.11", "eSituation.12"),
    **_each(_longer(_dropped), "eHistory.07", "dConfiguration.07", "sConfiguration.03"),
    "eResponse.09": (_codes(c2209035="2209013"),),
    "eDispatch.01": (_codes(c2301093="2301051", c2301095="2301051", c2301097="2301051", c2301099="2301051"),),
    "ePatient.14": (_negative(None, _unrecorded), _codes(c2514013="2514011")),
    "ePatient.15": (_negative("8801029", _without_negative),),
    "eSituation.18": (_negative("8801029", _without_negative),),
    "eArrest.14": (_negative("8801023", _unrecorded), _negative("8801029", _without_negative)),
    "eHistory.08": (_starting("U", _dropped),),
    "eHistory.17": (_codes(c3117015="", c3117017=""),),
    "eVitals.30": (_codes(c3330027="3330013", c3330025="3330011", c3330029="3330011"),),
    "eExam.13": (_codes(c3513029="3513009", c3513031="3513013"),),
    "eExam.16": (_above("3516083", None),),
    "eProcedures.03": (_longer(_unrecorded),),
    "eAirway.08": (_negative("8801015", _unrecorded),),
    "eDisposition.14": (_codes(c4214021="4214009", c4214023="4214009", c4214025="4214001", c4214027="4214001"),),
    "eDisposition.31": (_codes(c4231017="4231015"),),
    "eOther.06": (_above("4506029", "4506029"),),
    "dPersonnel.13": (_codes(c1513013="1513011"),),
    "dPersonnel.20": (_codes(csgn="-"),),
}

_GROUPS_NEEDING = {"dConfiguration.ProcedureGroup": "dConfiguration.07"}
"""Groups that go when the element they are about is left out and may not be a NOT value."""


def _translated(tree: Tree, group: Group, losses: list[Loss]) -> Tree:
    done: Tree = {key: tree[key] for key in ("a", "id") if key in tree}
    for child in group.children:
        found: Any = tree.get(child.name)
        if found is None:
            continue
        if isinstance(child, Element):
            found = _element(child, found, losses)
        elif child.many:
            below = [_translated(each, child, losses) for each in found]
            needed = _GROUPS_NEEDING.get(child.name)
            found = [each for each in below if needed is None or needed in each] or None
        else:
            found = _translated(found, child, losses) or None
        if found is not None:
            done[child.name] = found
    return done


def _element(element: Element, value: Leaf | list[Leaf], losses: list[Loss]) -> Leaf | list[Leaf] | None:
    rules = _RULES.get(element.name)
    if rules is None:
        return value
    kept: list[Leaf] = []
    for leaf in leaves(value):
        became: Leaf | None = leaf
        for rule in rules:
            became = None if became is None else rule(became)
        if became != leaf:
            losses.append(Loss(number=element.name, was=leaf, became=became))
        if became is not None:
            kept.append(became)
    stated = [leaf for leaf in kept if isinstance(leaf, str) or leaf.get("nv") is None]
    kept = stated or kept[:1]
    if not kept and element.min and NOT_RECORDED in element.not_values:
        kept = [not_value(NOT_RECORDED)]
    if not element.many:
        return kept[0] if kept else None
    return kept or None
