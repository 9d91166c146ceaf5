"""Changing, comparing and merging records."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenhour.care.record.dictionary import Element
from goldenhour.care.record.differences import differences, with_changes
from goldenhour.care.record.merge import merge
from goldenhour.care.record.tree import (
    NoSuchPlace,
    Tree,
    add_group,
    clear,
    element_at,
    group_at,
    groups_at,
    identified,
    in_schema_order,
    remove_group,
    scope,
    set_attributes,
    set_element,
    walk,
    walk_groups,
)
from nemsis_record.made_documents import made_document, made_value

MODEST = settings(max_examples=50, deadline=None)


def record(seed: int, fullness: float = 0.3) -> Tree:
    report = made_document("EMSDataSet", seed, fullness=fullness).tree["Header"][0]["PatientCareReport"][0]
    return identified(report)


def edited(tree: Tree, chance: random.Random, edits: int) -> Tree:
    """The record after some edits: elements set and cleared, repeats added and removed, attributes set."""
    of = scope()
    for _ in range(edits):
        groups = [(path, group) for path, group, _ in walk_groups(tree)]
        path, group = chance.choice(groups)
        child = chance.choice(group.children)
        prefix = f"{path}/" if path.endswith("]") else path.rpartition("/")[0] + "/" if "/" in path else ""
        below = f"{prefix}{child.name}"
        if isinstance(child, Element):
            value = made_value(of.dictionary.types[child.type], chance)
            tree = clear(tree, below) if chance.random() < 0.3 else set_element(tree, below, value)
        elif child.many and chance.random() < 0.7:
            tree = add_group(tree, below, f"n{chance.randrange(1000)}")
        elif path.endswith("]") and chance.random() < 0.6:
            tree = remove_group(tree, path)
        elif path.endswith("]"):
            tree = set_attributes(tree, path, {"CorrelationID": f"c{chance.randrange(9)}"})
    return tree


def settled(tree: Tree) -> tuple[object, ...]:
    """What a record says, without empty single groups: they say nothing."""
    groups = [(p, g.get("a", {})) for p, _, g in walk_groups(tree) if p.endswith("]") or g.get("a")]
    return groups, [(path, value) for path, _, value in walk(tree)]


def test_an_element_is_set_and_read_where_the_dictionary_puts_it() -> None:
    tree = set_element({}, "eTimes.05", "2026-03-14T15:09:26-05:00")
    assert tree == {"eTimes": {"eTimes.05": "2026-03-14T15:09:26-05:00"}}
    tree = set_element(tree, "eTimes.03", "2026-03-14T15:08:00-05:00")
    assert list(tree["eTimes"]) == ["eTimes.03", "eTimes.05"]
    tree = set_element(tree, "eResponse.10", "2210023")
    assert list(tree) == ["eResponse", "eTimes"]
    assert element_at(tree, "eResponse.10") == ["2210023"]
    assert clear(clear(tree, "eTimes.03"), "eTimes.05") == {"eResponse": {"eResponse.10": ["2210023"]}}


def test_a_repeat_keeps_its_name_when_others_come_and_go() -> None:
    tree = add_group(add_group({}, "eVitals.VitalGroup", "first"), "eVitals.VitalGroup", "second")
    tree = set_element(tree, "eVitals.VitalGroup[second]/eVitals.06", "120")
    tree = remove_group(tree, "eVitals.VitalGroup[first]")
    assert element_at(tree, "eVitals.VitalGroup[second]/eVitals.06") == "120"
    assert [group["id"] for group in groups_at(tree, "eVitals.VitalGroup")] == ["second"]
    assert add_group(tree, "eVitals.VitalGroup", "second") == tree
    assert remove_group(tree, "eVitals.VitalGroup[second]") == {}


def test_repeats_within_repeats_are_reached_by_both_names() -> None:
    tree = add_group({}, "eExam.AssessmentGroup", "a")
    tree = add_group(tree, "eExam.AssessmentGroup[a]/eExam.AbdomenGroup", "g")
    path = "eExam.AssessmentGroup[a]/eExam.AbdomenGroup[g]/eExam.10"
    tree = set_element(tree, path, "3510001")
    assert [path for path, _, _ in walk(tree)] == [path]
    assert group_at(tree, "eExam.AssessmentGroup[a]/eExam.AbdomenGroup[g]") is not None


@pytest.mark.parametrize(
    "path", ["eTimes.99", "eVitals.06", "eVitals.VitalGroup[nobody]/eVitals.06", "eTimes", "eTimes..05", "", "x]["]
)
def test_a_path_to_nowhere_is_refused(path: str) -> None:
    with pytest.raises(NoSuchPlace):
        set_element({}, path, "120")


def test_two_values_for_a_single_element_are_refused() -> None:
    with pytest.raises(ValueError, match="takes one value"):
        set_element({}, "eTimes.05", ["a", "b"])


@MODEST
@given(st.integers(0), st.randoms(), st.integers(0, 12))
def test_a_change_never_touches_the_tree_it_started_from(seed: int, chance: random.Random, edits: int) -> None:
    before, same = record(seed), record(seed)
    after = edited(before, chance, edits)
    assert before == same
    assert in_schema_order(after) == after
    assert list(str(in_schema_order(after))) == list(str(after))


@MODEST
@given(st.integers(0), st.randoms(), st.integers(0, 15))
def test_the_differences_turn_one_version_into_the_other(seed: int, chance: random.Random, edits: int) -> None:
    old = record(seed)
    new = edited(old, chance, edits)
    assert settled(with_changes(old, differences(old, new))) == settled(new)
    assert settled(with_changes(new, differences(new, old))) == settled(old)
    assert differences(new, new) == ()


@MODEST
@given(st.integers(0), st.integers(0))
def test_the_differences_turn_any_record_into_any_other(one: int, other: int) -> None:
    old, new = record(one), record(other)
    assert settled(with_changes(old, differences(old, new))) == settled(new)


@MODEST
@given(st.integers(0), st.randoms(), st.integers(0, 12))
def test_merging_with_one_who_changed_nothing_is_the_other(seed: int, chance: random.Random, edits: int) -> None:
    base = record(seed)
    ours = edited(base, chance, edits)
    for one, two in ((ours, base), (base, ours), (ours, ours)):
        merged = merge(base, one, two)
        assert settled(merged.tree) == settled(ours)
        assert merged.conflicts == ()


@MODEST
@given(st.integers(0), st.randoms(), st.integers(0, 12), st.integers(0, 12))
def test_a_merge_loses_nothing_that_either_side_charted(
    seed: int, chance: random.Random, mine: int, others: int
) -> None:
    base = record(seed)
    ours, theirs = edited(base, chance, mine), edited(base, chance, others)
    merged = merge(base, ours, theirs)
    said = str([conflict for conflict in merged.conflicts])
    for side in (ours, theirs):
        for change in differences(base, side):
            if change.what == "element" and change.new is not None:
                kept = change.path in dict(_elements(merged.tree))
                assert (kept and _elements(merged.tree)[change.path] == change.new) or repr(change.new) in said
    assert {c.path for c in merged.conflicts} == {c.path for c in merge(base, theirs, ours).conflicts}


def _elements(tree: Tree) -> dict[str, object]:
    return {path: value for path, _, value in walk(tree)}


def test_two_medics_who_chart_different_things_both_keep_theirs() -> None:
    base = add_group({}, "eVitals.VitalGroup", "v1")
    ours = set_element(base, "eVitals.VitalGroup[v1]/eVitals.06", "120")
    theirs = set_element(add_group(base, "eVitals.VitalGroup", "v2"), "eVitals.VitalGroup[v2]/eVitals.10", "88")
    merged = merge(base, ours, theirs)
    assert merged.conflicts == ()
    assert element_at(merged.tree, "eVitals.VitalGroup[v1]/eVitals.06") == "120"
    assert element_at(merged.tree, "eVitals.VitalGroup[v2]/eVitals.10") == "88"


def test_two_medics_who_chart_the_same_thing_differently_are_asked() -> None:
    base = set_element({}, "eSituation.11", "R07.9")
    merged = merge(base, set_element(base, "eSituation.11", "I21.3"), set_element(base, "eSituation.11", "I20.0"))
    (conflict,) = merged.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == (
        "eSituation.11",
        "R07.9",
        "I21.3",
        "I20.0",
    )
    assert element_at(merged.tree, "eSituation.11") == "I21.3"


def test_a_group_one_removed_and_the_other_went_on_with_stays() -> None:
    base = set_element(add_group({}, "eVitals.VitalGroup", "v1"), "eVitals.VitalGroup[v1]/eVitals.06", "120")
    removed = remove_group(base, "eVitals.VitalGroup[v1]")
    went_on = set_element(base, "eVitals.VitalGroup[v1]/eVitals.10", "88")
    for ours, theirs in ((removed, went_on), (went_on, removed)):
        merged = merge(base, ours, theirs)
        assert [conflict.path for conflict in merged.conflicts] == ["eVitals.VitalGroup[v1]"]
        assert element_at(merged.tree, "eVitals.VitalGroup[v1]/eVitals.10") == "88"
        assert element_at(merged.tree, "eVitals.VitalGroup[v1]/eVitals.06") == "120"


def test_groups_that_share_a_uuid_or_carry_a_strange_one_still_get_ids_of_their_own() -> None:
    of = scope("DemographicReport", data_set="DEMDataSet")
    groups = [{"a": {"UUID": uuid}} for uuid in ("same", "same", "a/b]", "2")]
    made = identified({"dVehicle": {"dVehicle.VehicleGroup": groups}}, of=of)
    assert [g["id"] for g in made["dVehicle"]["dVehicle.VehicleGroup"]] == ["same", "2", "3", "4"]


def test_an_id_that_cannot_stand_in_a_path_is_refused() -> None:
    for id in ("", "a/b", "a]"):
        with pytest.raises(ValueError, match="cannot be the id"):
            add_group({}, "eVitals.VitalGroup", id)


def test_an_imported_record_gets_the_same_ids_every_time() -> None:
    bare = made_document("EMSDataSet", 3, fullness=0.8).tree["Header"][0]["PatientCareReport"][0]
    assert identified(bare) == identified(bare)
    assert all(g["id"] for path, _, g in walk_groups(identified(bare)) if path.endswith("]"))
    minted = identified(bare, mint=lambda name, place: f"{name}-{place}")
    assert groups_at(minted, "eVitals.VitalGroup")[0]["id"] == "eVitals.VitalGroup-0"
