"""The chart that the facts make is the one that was written."""

from hypothesis import given
from hypothesis import strategies as st

from care.test_decisions import OPEN, RECORD, charted
from decisions import Story
from goldenhour.care import commands as care
from goldenhour.care.facts import Entry
from goldenhour.care.record.tree import add_group, remove_group, set_element
from goldenhour.care.state import blank
from goldenhour.kernel.commands import Command, Refused

GROUPS = ("v1", "v2")
OXYGEN = tuple(f"eVitals.VitalGroup[{group}]/eVitals.12" for group in GROUPS)
PLACES = ("ePatient.02", "ePatient.15", "eScene.15", "eSituation.10", *OXYGEN)
VALUES = st.sampled_from(["97", "12", "R07.9", None])

entries = st.builds(lambda path, value: charted(path, value), st.sampled_from(PLACES), VALUES)
several = st.builds(
    lambda values: care.ChartElements(record=RECORD, entries=tuple(Entry(path=p, value=v) for p, v in values)),
    st.lists(st.tuples(st.sampled_from(PLACES[:3]), VALUES), min_size=1, max_size=4),
)
added = st.builds(
    lambda group: care.AddGroup(record=RECORD, path="eVitals.VitalGroup", group=group, content={"eVitals.14": "16"}),
    st.sampled_from(GROUPS),
)
removed = st.builds(
    lambda group: care.RemoveGroup(record=RECORD, path=f"eVitals.VitalGroup[{group}]", reason="a mistake"),
    st.sampled_from(GROUPS),
)


def written(tree: dict, command: Command) -> dict:
    """The oracle: the tree functions themselves, one after the other."""
    match command:
        case care.ChartElements():
            for entry in command.entries:
                tree = set_element(tree, entry.path, entry.value)
        case care.AddGroup():
            tree = add_group(tree, command.path, command.group, content=command.content)
        case care.RemoveGroup():
            tree = remove_group(tree, command.path)
    return tree


@given(st.lists(st.one_of(entries, several, added, removed), max_size=30))
def test_the_facts_fold_to_what_was_written(commands: list[Command]) -> None:
    story, tree = Story().given([OPEN]), blank(RECORD)
    accepted = 0
    for command in commands:
        try:
            story.when(command)
        except Refused:
            continue
        tree = written(tree, command)
        accepted += 1
        assert story.of("record", RECORD).tree == tree
    assert story.told == accepted + 1
