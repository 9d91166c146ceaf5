"""What users of other systems complain about (domain/operations.md), as tests under those names."""

from decisions import Story
from dispatch.words import incident, send, status, unit
from goldenhour.dispatch.facts import Moment
from goldenhour.kernel.levels import Level


def two_incidents_and_m1() -> Story:
    return Story().given([incident("a"), incident("b", Level.L1), *unit("m1")])


def test_a_unit_with_two_assignments_keeps_both_each_with_its_own_times() -> None:
    story = two_incidents_and_m1()
    story.given([send("m1", "a"), status("m1", "a", Moment.EN_ROUTE)])
    first = story.of("incident", "a").assignments["a/1"].times
    story.given([send("m1", "b", override="passing by"), status("m1", "b", Moment.ON_SCENE)])
    assert [one.id for one in story.of("unit", "m1").assignments] == ["a/1", "b/1"]
    assert story.of("incident", "a").assignments["a/1"].times == first
    assert set(story.of("incident", "b").assignments["b/1"].times) == {Moment.NOTIFIED, Moment.ON_SCENE}


def test_a_status_belongs_to_one_assignment() -> None:
    story = two_incidents_and_m1()
    story.given([send("m1", "a"), send("m1", "b", override="passing by"), status("m1", "b", Moment.BACK_IN_SERVICE)])
    assert story.of("incident", "a").assignments["a/1"].status is Moment.NOTIFIED
    assert not story.of("incident", "b").assignments["b/1"].is_active
    assert [one.id for one in story.of("unit", "m1").assignments] == ["a/1"]


def test_scheduled_and_reserved_are_states_of_their_own() -> None:
    story = two_incidents_and_m1()
    story.given([send("m1", "a", begins_as=Moment.SCHEDULED)])
    unit_now = story.of("unit", "m1")
    assert unit_now.status == Moment.SCHEDULED
    assert Moment.NOTIFIED not in story.of("incident", "a").assignments["a/1"].times
    story.given([send("m1", "b")])
    assert story.of("unit", "m1").status == Moment.NOTIFIED, "a scheduled transfer does not bind the unit yet"


def test_the_unit_and_its_incident_tell_the_same_status() -> None:
    story = two_incidents_and_m1()
    story.given([send("m1", "a")])
    for moment in (Moment.ACKNOWLEDGED, Moment.EN_ROUTE, Moment.ON_SCENE, Moment.AT_PATIENT, Moment.LEFT_SCENE):
        story.given([status("m1", "a", moment)])
        (mine,) = story.of("unit", "m1").assignments
        assert mine.status is story.of("incident", "a").assignments["a/1"].status is moment


def test_alerts_follow_duty() -> None:
    """A unit that is off duty cannot be sent, so it cannot be paged."""
    story = Story().given([incident("a"), unit("m1")[0]])
    text = story.refuses(send("m1", "a"), "dispatch.assign.unit_off_duty")
    assert "M1" in text
