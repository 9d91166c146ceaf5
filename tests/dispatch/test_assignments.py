"""Sending, diverting, cancelling, late entries and corrections."""

import pytest

from decisions import NOON, Story, names
from dispatch.words import BOOK, incident, send, status, unit
from goldenhour.dispatch import commands as c
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import out_of_order
from goldenhour.kernel.ids import AssignmentId, IncidentId, UnitId
from goldenhour.kernel.instants import DAY_MS, Instant


@pytest.fixture
def sent() -> Story:
    """M1 is notified for incident a."""
    return Story().given([incident("a"), incident("b"), *unit("m1"), *unit("m2"), send("m1", "a")])


def test_sending_notifies() -> None:
    story = Story().given([incident("a"), *unit("m1")])
    assert names(story.when(send("m1", "a"))) == ["UnitAssigned", "UnitNotified"]


def test_a_unit_out_of_service_is_not_sent() -> None:
    story = Story().given([incident("a"), *unit("m1"), c.TakeOutOfService(unit=UnitId("m1"), reason="brakes")])
    text = story.refuses(send("m1", "a"), "dispatch.assign.unit_out_of_service")
    assert "brakes" in text


def test_a_committed_unit_needs_a_reason(sent: Story) -> None:
    sent.refuses(send("m1", "b"), "dispatch.assign.unit_committed")
    assert sent.when(send("m1", "b", override="both on one corner"))


def test_the_same_unit_is_not_sent_twice_to_one_incident(sent: Story) -> None:
    sent.refuses(send("m1", "a"), "dispatch.assign.already_assigned")


def test_a_plan_goes_all_or_nothing(sent: Story) -> None:
    plan = c.SendPlan(
        incident=IncidentId("b"),
        units=(UnitId("m2"), UnitId("m1")),
        choices=(c.Choice(slot="als"), c.Choice(slot="bls")),
    )
    sent.refuses(plan, "dispatch.assign.unit_committed")
    assert not sent.of("unit", "m2").assignments


def test_a_late_entry_keeps_the_status_and_adds_the_time(sent: Story) -> None:
    sent.given([status("m1", "a", Moment.ON_SCENE)])
    notified = sent.of("incident", "a").assignments["a/1"].times[Moment.NOTIFIED]
    sent.given([status("m1", "a", Moment.EN_ROUTE, at=Instant(notified + 30_000))])
    one = sent.of("incident", "a").assignments["a/1"]
    assert one.status is Moment.ON_SCENE
    assert one.times[Moment.EN_ROUTE] == notified + 30_000
    assert sent.of("unit", "m1").status == Moment.ON_SCENE
    assert out_of_order(one.times) == ()


def test_a_late_entry_out_of_order_is_kept_and_flagged(sent: Story) -> None:
    sent.given([status("m1", "a", Moment.ON_SCENE)])
    sent.given([status("m1", "a", Moment.EN_ROUTE)])
    assert out_of_order(sent.of("incident", "a").assignments["a/1"].times) == (Moment.ON_SCENE,)


def test_a_time_before_the_assignment_is_refused(sent: Story) -> None:
    early = Instant(sent.now - 3_600_000)
    sent.refuses(status("m1", "a", Moment.EN_ROUTE, at=early), "dispatch.time.before_assignment")


def test_a_time_in_the_future_is_refused(sent: Story) -> None:
    ahead = Instant(sent.now + 3_600_000)
    sent.refuses(status("m1", "a", Moment.EN_ROUTE, at=ahead), "kernel.time_in_future")


def test_a_time_that_stands_is_corrected_not_entered_again(sent: Story) -> None:
    sent.given([status("m1", "a", Moment.EN_ROUTE)])
    sent.refuses(status("m1", "a", Moment.EN_ROUTE), "dispatch.status.already_recorded")
    stood = sent.of("incident", "a").assignments["a/1"].times[Moment.EN_ROUTE]
    corrected = c.CorrectTime(
        incident=IncidentId("a"),
        unit=UnitId("m1"),
        assignment=AssignmentId("a/1"),
        moment=Moment.EN_ROUTE,
        to=Instant(stood - 20_000),
        reason="pressed late",
    )
    (fact,) = sent.when(corrected)
    assert (fact.before, fact.after) == (stood, stood - 20_000)  # type: ignore[attr-defined]
    assert sent.of("incident", "a").assignments["a/1"].times[Moment.EN_ROUTE] == stood - 20_000


def test_a_slip_of_the_thumb_is_taken_back(sent: Story) -> None:
    sent.given([status("m1", "a", Moment.EN_ROUTE), status("m1", "a", Moment.ON_SCENE)])
    undo = c.WithdrawStatus(
        incident=IncidentId("a"), unit=UnitId("m1"), assignment=AssignmentId("a/1"), moment=Moment.ON_SCENE
    )
    sent.given([undo])
    assert sent.of("unit", "m1").status == Moment.EN_ROUTE
    sent.refuses(undo, "dispatch.withdraw.not_latest")


def test_diverting_ends_one_assignment_and_begins_the_other(sent: Story) -> None:
    divert = c.DivertUnit(
        incident=IncidentId("a"),
        unit=UnitId("m1"),
        assignment=AssignmentId("a/1"),
        to=IncidentId("b"),
        choice=c.Choice(slot="als"),
        reason="more urgent",
    )
    assert names(sent.when(divert)) == ["UnitDiverted", "UnitAssigned", "UnitNotified"]
    assert sent.of("incident", "a").assignments["a/1"].status is Moment.DIVERTED
    assert [one.incident for one in sent.of("unit", "m1").assignments] == ["b"]


def test_a_unit_with_a_patient_on_board_is_not_diverted(sent: Story) -> None:
    sent.given([status("m1", "a", Moment.ON_SCENE), status("m1", "a", Moment.LEFT_SCENE)])
    divert = c.DivertUnit(
        incident=IncidentId("a"),
        unit=UnitId("m1"),
        assignment=AssignmentId("a/1"),
        to=IncidentId("b"),
        choice=c.Choice(slot="als"),
        reason="more urgent",
    )
    sent.refuses(divert, "dispatch.divert.patient_on_board")


def test_an_incident_closes_only_when_nobody_is_bound(sent: Story) -> None:
    close = c.CloseIncident(incident=IncidentId("a"), outcome="patient refused")
    text = sent.refuses(close, "dispatch.close.units_committed")
    assert "M1" in text
    sent.given([status("m1", "a", Moment.BACK_IN_SERVICE), close])
    assert not sent.of("incident", "a").is_open
    sent.refuses(send("m2", "a"), "dispatch.incident.closed")
    sent.given([c.ReopenIncident(incident=IncidentId("a"), reason="called again"), send("m2", "a")])


def test_an_unknown_unit_is_named(sent: Story) -> None:
    text = sent.refuses(send("m99", "a"), "kernel.unknown_unit")
    assert "m99" in text


@pytest.mark.parametrize("days", [-3, 400, 10**10])
def test_a_transport_is_scheduled_for_a_day_that_one_plans(days: int) -> None:
    when = Instant(NOON + days * DAY_MS)
    Story().refuses(
        c.OpenIncident(incident=IncidentId("a"), book=BOOK, scheduled_for=when), "dispatch.incident.scheduled"
    )
    next_week = Instant(NOON + 7 * DAY_MS)
    assert Story().when(c.OpenIncident(incident=IncidentId("a"), book=BOOK, scheduled_for=next_week))


def test_a_unit_is_out_of_service_for_no_longer_than_one_plans() -> None:
    story = Story().given(unit("m1"))
    for_ever = c.TakeOutOfService(unit=UnitId("m1"), reason="brakes", until=Instant(10**18))
    story.refuses(for_ever, "dispatch.service.until_far")


def test_what_was_reckoned_when_a_unit_was_chosen_stays_with_its_assignment() -> None:
    """So that the turnout in its time can be taken out again once it rolls."""
    story = Story().given([incident("a"), *unit("m1")])
    choice = c.Choice(slot="als", eta_s=245, turnout_s=60)
    story.when(c.AssignUnit(incident=IncidentId("a"), unit=UnitId("m1"), choice=choice))
    (assignment,) = story.of("incident", "a").assignments.values()
    assert (assignment.eta_s, assignment.turnout_s) == (245, 60)


@pytest.mark.parametrize("begins_as", [Moment.NOTIFIED, Moment.RESERVED])
def test_a_late_entry_to_an_assignment_that_is_over_binds_no_unit(begins_as: Moment) -> None:
    """The time is written down; the unit stays free for the next incident."""
    story = Story().given([incident("a"), incident("b"), *unit("m1"), send("m1", "a", begins_as=begins_as)])
    told_at = story.now
    story.given(
        [c.CancelAssignment(incident=IncidentId("a"), unit=UnitId("m1"), assignment=AssignmentId("a/1"), reason="r")]
    )
    story.when(status("m1", "a", Moment.ACKNOWLEDGED, at=told_at + 5_000))
    assert story.of("unit", "m1").status == "available"
    assert Moment.ACKNOWLEDGED in story.of("incident", "a").assignments["a/1"].times
    assert story.when(send("m1", "b"))
