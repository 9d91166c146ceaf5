"""A call's own life: ringing, answered, transferred, abandoned, ended; its place, its number, what it leads to."""

import pytest

from call_taking.words import CALL, FALL, FROM_PHONE, INCIDENT, MILL_LANE, answered, complaint, rings
from decisions import Story, names
from goldenhour.call_taking import commands as c
from goldenhour.call_taking.state import CallState
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import CallId, IncidentId
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location, LocationSource


def test_calls_of_a_day_are_numbered_one_after_the_other() -> None:
    story = Story().given([rings("a"), rings("b")])
    assert (story.of("call", "a").number, story.of("call", "b").number) == ("C0001", "C0002")
    story.refuses(rings("a"), "call.exists")


def test_a_place_that_came_with_the_call_is_offered_and_not_confirmed() -> None:
    story = Story()
    assert names(story.when(rings(location=FROM_PHONE))) == ["CallRang", "CallLocationOffered"]
    call = story.of("call", "k")
    assert (call.location, call.location_confirmed_at) == (FROM_PHONE, None)


def test_a_confirmed_place_is_never_overwritten_by_one_that_nobody_checked() -> None:
    story = answered().given([c.ConfirmLocation(call=CALL, location=MILL_LANE)])
    story.given([c.OfferLocation(call=CALL, location=FROM_PHONE)])
    call = story.of("call", "k")
    assert call.location == MILL_LANE
    assert call.locations_offered == (FROM_PHONE,)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (float("nan"), 0), (float("inf"), 0)])
def test_impossible_coordinates_are_refused_wherever_they_come_in(lon: float, lat: float) -> None:
    nowhere = Location(label="nowhere", lon=lon, lat=lat, source=LocationSource.MAP)
    Story().refuses(rings(location=nowhere), "call.location.impossible")
    story = answered()
    story.refuses(c.ConfirmLocation(call=CALL, location=nowhere), "call.location.impossible")
    story.refuses(c.OfferLocation(call=CALL, location=nowhere), "call.location.impossible")


def test_two_call_takers_reach_for_one_call_and_the_second_is_told_who_has_it() -> None:
    text = answered().refuses(c.AnswerCall(call=CALL, desk="desk 2"), "call.answer.not_ringing")
    assert "desk 1" in text


def test_who_hangs_up_before_the_answer_has_abandoned_the_call() -> None:
    story = Story().given([rings(), c.AbandonCall(call=CALL)])
    assert story.of("call", "k").state is CallState.ABANDONED
    assert not story.of("call", "k").is_open
    answered().refuses(c.AbandonCall(call=CALL), "call.abandon.not_ringing")


EARLY: list[Command] = [
    c.ConfirmLocation(call=CALL, location=MILL_LANE),
    c.TakeCallback(call=CALL, callback="555-0199"),
    complaint(FALL),
    c.SetCallLevel(call=CALL, level=Level.L2),
    c.RequestHelp(call=CALL, incident=INCIDENT),
    c.TransferCall(call=CALL, to="poison centre"),
    c.EndCall(call=CALL),
]


@pytest.mark.parametrize("wish", EARLY, ids=lambda one: type(one).__name__)
def test_nothing_is_asked_of_a_caller_before_somebody_answers_nor_after_the_end(wish: Command) -> None:
    Story().given([rings()]).refuses(wish, "call.not_answered")
    answered().given([c.EndCall(call=CALL)]).refuses(wish, "call.over")


def test_units_are_sent_before_the_questions_are_finished() -> None:
    story = answered()
    help_now = c.RequestHelp(call=CALL, incident=INCIDENT)
    story.refuses(help_now, "call.help.no_place")
    story.given([c.OfferLocation(call=CALL, location=FROM_PHONE)])
    story.refuses(help_now, "call.help.no_level")
    story.given([complaint(FALL)])
    assert names(story.when(help_now)) == ["HelpRequested"], "an unconfirmed place and a level are enough"
    story.refuses(help_now, "call.help.requested")


def test_a_second_caller_is_linked_and_both_calls_stay() -> None:
    story = answered().given([rings("b"), c.AnswerCall(call=CallId("b"), desk="desk 2")])
    story.given([c.LinkCall(call=CallId("b"), incident=INCIDENT), c.LinkCall(call=CALL, incident=INCIDENT)])
    assert story.of("call", "k").incident == story.of("call", "b").incident == INCIDENT
    assert story.of("call", "b").ani == "555-0100"
    story.refuses(c.LinkCall(call=CALL, incident=IncidentId("other")), "call.link.linked")


def test_a_call_that_was_transferred_says_where_to() -> None:
    story = answered().given([c.TransferCall(call=CALL, to=" poison   centre ")])
    assert (story.of("call", "k").state, story.of("call", "k").transferred_to) == (
        CallState.TRANSFERRED,
        "poison centre",
    )


def test_notes_and_hazards_keep_their_order_and_are_not_empty() -> None:
    story = answered().given([c.NoteCall(call=CALL, text="dog"), c.NoteCall(call=CALL, text="gate code 12")])
    story.given([c.NoteCallHazard(call=CALL, text="knife", hold=True)])
    call = story.of("call", "k")
    assert [note.text for note in call.notes] == ["dog", "gate code 12"]
    assert call.hazards[0].hold
    story.refuses(c.NoteCall(call=CALL, text="  "), "call.text.empty")
    story.refuses(c.NoteCallHazard(call=CALL, text=""), "call.text.empty")
