"""What a state wants collected, read from its State data set: elements, custom elements, levels, lists, agencies."""

from typing import Any, Literal

import msgspec

from goldenhour.care.record.dictionary import LATEST, Dictionary, Element, load
from goldenhour.care.record.tree import Tree, leaves, text_of


class CustomElement(msgspec.Struct, frozen=True, kw_only=True):
    """An element a state added. `extends` is the NEMSIS element or group it belongs to; `values` maps each allowed
    value to its words, and `stands_for` to the NEMSIS code it refines. Codes as in `eCustomConfiguration`."""

    id: str
    title: str
    definition: str
    data_type: str
    usage: str
    many: bool
    extends: str | None = None
    values: dict[str, str] = {}
    stands_for: dict[str, str] = {}
    not_values: tuple[str, ...] = ()
    pertinent_negatives: tuple[str, ...] = ()
    grouping: str | None = None


class Permitted(msgspec.Struct, frozen=True, kw_only=True):
    """What one licensure level may do: codes of procedures or medications."""

    level: str
    codes: tuple[str, ...]


class LowestLevel(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest level that may give a medication or do a procedure, as the agency's content has it."""

    code: str
    name: str
    level: Literal["emr", "emt", "aemt", "paramedic"]


class Facility(msgspec.Struct, frozen=True, kw_only=True):
    """A destination the state knows; `kind` and `designations` are codes."""

    name: str
    code: str
    kind: str | None = None
    designations: tuple[str, ...] = ()
    address: dict[str, str] = {}


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """An EMS agency the state has licensed."""

    state_id: str | None
    number: str | None
    name: str | None


class ListedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of a defined list. `code_type` is the value of the element's CodeType attribute where it has one."""

    code: str
    label: str
    code_type: str | None = None


class Collect(msgspec.Struct, frozen=True, kw_only=True):
    """What is collected. `elements` is None when no state said so: then every element is.

    National elements are always collected, whatever the state's list says. `lists` are the agency's copies of defined
    lists, by element: words for codes of RxNorm, SNOMED CT and ICD-10-CM, which the data set does not list.
    """

    state: str | None = None
    effective_date: str | None = None
    elements: frozenset[str] | None = None
    custom: tuple[CustomElement, ...] = ()
    custom_demographic: tuple[CustomElement, ...] = ()
    levels: tuple[str, ...] = ()
    procedures: tuple[Permitted, ...] = ()
    medications: tuple[Permitted, ...] = ()
    protocols: tuple[str, ...] = ()
    agencies: tuple[Agency, ...] = ()
    facilities: tuple[Facility, ...] = ()
    lists: dict[str, tuple[ListedCode, ...]] = {}
    lowest_for_medications: tuple[LowestLevel, ...] = ()
    lowest_for_procedures: tuple[LowestLevel, ...] = ()

    def collects(self, element: Element) -> bool:
        """Whether this element is to be collected: national, mandatory, or on the state's list."""
        return (
            self.elements is None or element.national or element.usage == "Mandatory" or element.name in self.elements
        )


EVERYTHING = Collect()


def from_state(state: Tree, *, version: str = LATEST) -> Collect:
    """The configuration a State data set's tree (the content of `StateDataSet`) asks for."""
    dictionary = load(version)
    configuration = state.get("sConfiguration", {})
    return Collect(
        state=_text(state, "sState", "sState.01"),
        effective_date=state.get("a", {}).get("effectiveDate"),
        elements=_elements(state, dictionary),
        custom=_custom(state, "seCustomConfiguration"),
        custom_demographic=_custom(state, "sdCustomConfiguration"),
        levels=_texts(configuration, "sConfiguration.01"),
        procedures=_permitted(configuration, "ProcedureGroup", level="02", codes="03"),
        medications=_permitted(configuration, "MedicationGroup", level="04", codes="05"),
        protocols=_texts(configuration, "sConfiguration.06"),
        agencies=tuple(
            Agency(
                state_id=_text(each, "sAgency.01"),
                number=_text(each, "sAgency.02"),
                name=_text(each, "sAgency.03"),
            )
            for each in state.get("sAgency", {}).get("sAgencyGroup", [])
        ),
        facilities=_facilities(state.get("sFacility", {})),
    )


def _elements(state: Tree, dictionary: Dictionary) -> frozenset[str] | None:
    """The elements on the state's list; a section's or a group's name stands for all that it holds."""
    listed = _texts(state.get("sElement", {}), "sElement.01")
    if not listed:
        return None
    numbers: set[str] = set()
    for name in listed:
        numbers.add(name)
        for data_set in dictionary.data_sets.values():
            if name in data_set.nodes and not isinstance(data_set.nodes[name], Element):
                numbers.update(element.name for element in data_set.elements(name))
    return frozenset(numbers)


def _custom(state: Tree, section: str) -> tuple[CustomElement, ...]:
    return tuple(custom_element(group, section) for group in state.get(section, {}).get(f"{section}.CustomGroup", []))


def custom_element(group: Tree, section: str) -> CustomElement:
    """One `CustomGroup` of `section` (`eCustomConfiguration`, `seCustomConfiguration`, …)."""
    title = group.get(f"{section}.01")
    values, stands_for = {}, {}
    for leaf in leaves(group.get(f"{section}.06")):
        value, attributes = text_of(leaf) or "", leaf.get("a", {}) if isinstance(leaf, dict) else {}
        values[value] = attributes.get("customValueDescription", value)
        if "nemsisCode" in attributes:
            stands_for[value] = attributes["nemsisCode"]
    return CustomElement(
        id=group.get("a", {}).get("CustomElementID", ""),
        title=text_of(title) or "",
        definition=_text(group, f"{section}.02") or "",
        data_type=_text(group, f"{section}.03") or "",
        many=_text(group, f"{section}.04") == "9923003",
        usage=_text(group, f"{section}.05") or "",
        extends=title.get("a", {}).get("nemsisElement") if isinstance(title, dict) else None,
        values=values,
        stands_for=stands_for,
        not_values=_texts(group, f"{section}.07"),
        pertinent_negatives=_texts(group, f"{section}.08"),
        grouping=_text(group, f"{section}.09"),
    )


def _permitted(configuration: Tree, group: str, *, level: str, codes: str) -> tuple[Permitted, ...]:
    return tuple(
        Permitted(level=permitted, codes=_texts(each, f"sConfiguration.{codes}"))
        for each in configuration.get(f"sConfiguration.{group}", [])
        if (permitted := _text(each, f"sConfiguration.{level}"))
    )


def _facilities(section: Tree) -> tuple[Facility, ...]:
    address = {f"sFacility.{n:02}": n for n in range(6, 15)}
    return tuple(
        Facility(
            name=_text(each, "sFacility.02") or "",
            code=_text(each, "sFacility.03") or "",
            kind=_text(kind, "sFacility.01"),
            designations=_texts(each, "sFacility.04"),
            address={name: found for name in address if (found := _text(each, name))},
        )
        for kind in section.get("sFacilityGroup", [])
        for each in kind.get("sFacility.FacilityGroup", [])
    )


def _text(tree: Tree, *names: str) -> str | None:
    here: Any = tree
    for name in names:
        here = here.get(name) if isinstance(here, dict) else None
    return text_of(here)


def _texts(tree: Tree, name: str) -> tuple[str, ...]:
    return tuple(text for leaf in leaves(tree.get(name)) if (text := text_of(leaf)))
