"""Who may give what and do what: the codes beyond a level, for the screen's lists and for the check before a lock.

A state says it in its data set, level by level (sConfiguration.02 to .05): what is not on a level's list is beyond it.
Where it does not, the agency's content names the lowest level of a code (the national scope model), and what it does
not name is not judged. A chart says what happened: beyond a level is a warning that stays with a reason, not a refusal.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from goldenhour.care.record.collect import Collect, LowestLevel, Permitted
from goldenhour.care.record.dictionary import Dictionary, load
from goldenhour.care.record.tree import Tree, groups_at, leaves, text_of

MEDICATION: Final = "eMedications.03"
PROCEDURE: Final = "eProcedures.03"
_GROUPS: Final = {MEDICATION: "eMedications.MedicationGroup", PROCEDURE: "eProcedures.ProcedureGroup"}
_BEFORE_US: Final = {MEDICATION: "eMedications.02", PROCEDURE: "eProcedures.02"}
_ROLE: Final = {MEDICATION: "eMedications.10", PROCEDURE: "eProcedures.10"}
_YES: Final = "9923003"

LEVELS: Final = {"emr": "9905003", "emt": "9905005", "aemt": "9905001", "paramedic": "9905007"}
"""The four levels of the national model, lowest first, as NEMSIS codes who did it (EMSCaregiverLevel)."""

STATE: Final = "the state's list"
MODEL: Final = "the national scope model"


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is beyond one level: all but `only`, or, where that is None, the codes of `beyond`."""

    only: frozenset[str] | None = None
    beyond: frozenset[str] = frozenset()

    def is_beyond(self, code: str) -> bool:
        return code in self.beyond if self.only is None else code not in self.only


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of one element by who did it (codes of eMedications.10, eProcedures.10), and who says so."""

    says: str
    limits: dict[str, Limit]


class Beyond(msgspec.Struct, frozen=True, kw_only=True):
    """Something given or done beyond the level of the person who did it."""

    path: str
    number: str
    text: str


def scopes(collect: Collect) -> dict[str, Scope]:
    """The scope of each element that has one."""
    both = {
        MEDICATION: (collect.medications, collect.lowest_for_medications),
        PROCEDURE: (collect.procedures, collect.lowest_for_procedures),
    }
    return {number: scope for number, (state, model) in both.items() if (scope := _scope(state, model)) is not None}


def beyond_scope(tree: Tree, collect: Collect) -> Iterator[Beyond]:
    """What this crew did beyond its level: by the role charted with it, else by the crew's highest level."""
    dictionary = load()
    for number, scope in scopes(collect).items():
        roles = dictionary.codes(dictionary.ems.element(_ROLE[number]))
        for group in groups_at(tree, _GROUPS[number]):
            codes = [text for leaf in leaves(group.get(number)) if _as_given(leaf) and (text := text_of(leaf))]
            role = text_of(group.get(_ROLE[number])) or _highest(tree, dictionary)
            limit = scope.limits.get(role or "")
            if limit is None or text_of(group.get(_BEFORE_US[number])) == _YES:
                continue
            for code in codes:
                if limit.is_beyond(code):
                    by = f"{roles[role or '']}, by {scope.says}"
                    text = f"{_name(collect, number, code)} is beyond the scope of {by}"
                    yield Beyond(path=f"{_GROUPS[number]}[{group.get('id')}]/{number}", number=number, text=text)


def _scope(state: tuple[Permitted, ...], model: tuple[LowestLevel, ...]) -> Scope | None:
    if state:
        return Scope(says=STATE, limits=dict(_by_state(state)))
    if not model:
        return None
    ranks = {level: rank for rank, level in enumerate(LEVELS)}
    limits = {
        role: Limit(beyond=frozenset(one.code for one in model if ranks[one.level] > ranks[level]))
        for level, role in LEVELS.items()
    }
    return Scope(says=MODEL, limits=limits)


def _by_state(permitted: Iterable[Permitted]) -> Iterator[tuple[str, Limit]]:
    """Licensure levels and roles are two lists of the data set with the same words."""
    dictionary = load()
    words = dictionary.codes(dictionary.state.element("sConfiguration.01"))
    roles = {word: code for code, word in dictionary.codes(dictionary.ems.element(_ROLE[MEDICATION])).items()}
    for one in permitted:
        role = roles.get(words.get(one.level, ""))
        if role is not None:
            yield role, Limit(only=frozenset(one.codes))


def _highest(tree: Tree, dictionary: Dictionary) -> str | None:
    """The highest of the four levels among the crew that is charted (eCrew.02); None where it is not."""
    words = dictionary.codes(dictionary.ems.element("eCrew.02"))
    roles = dictionary.codes(dictionary.ems.element(_ROLE[MEDICATION]))
    charted = {words.get(text_of(one.get("eCrew.02")) or "") for one in groups_at(tree, "eCrew.CrewGroup")}
    return next((role for role in reversed(LEVELS.values()) if roles[role] in charted), None)


def _as_given(leaf: Any) -> bool:
    """Whether it was given or done at all: a pertinent negative says why it was not."""
    return not (isinstance(leaf, dict) and leaf.get("pn"))


def _name(collect: Collect, number: str, code: str) -> str:
    names = {one.code: one.label for one in collect.lists.get(number, ())}
    lowest = {one.code: one.name for one in (*collect.lowest_for_medications, *collect.lowest_for_procedures)}
    return names.get(code) or lowest.get(code) or code
