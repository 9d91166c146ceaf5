"""How urgent: by complaint, by the two life questions, by a human's judgement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from call_taking.words import CALL, FALL, FIT, answered, complaint, life
from decisions import names
from goldenhour.call_taking import commands as c
from goldenhour.call_taking.facts import Said
from goldenhour.call_taking.policy import ARREST_REASON, suggested_level
from goldenhour.kernel.levels import Level

Y, N, U = Said.YES, Said.NO, Said.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "awake", "breathing", "level"),
    [
        (FALL, None, None, Level.L3),
        (FALL, Y, Y, Level.L3),
        (FALL, N, Y, Level.L2),
        (FALL, Y, N, Level.L2),
        (FALL, N, N, Level.L1),
        (FALL, U, U, Level.L1),
        (FALL, U, Y, Level.L2),
        (FIT, N, Y, Level.L1),
        (FIT, Y, Y, Level.L2),
        (None, N, N, Level.L1),
        (None, Y, Y, None),
        (None, None, None, None),
    ],
)
def test_no_no_go(rule: object, awake: Said | None, breathing: Said | None, level: Level | None) -> None:
    """Domain/clinical.md section 2: not awake and not breathing normally is L1; either alone at least L2."""
    found = suggested_level(rule, awake, breathing)  # type: ignore[arg-type]
    assert (found[0] if found else None) == level


@given(st.sampled_from([FALL, FIT, None]), st.sampled_from([None, Y]), st.sampled_from([None, Y]))
def test_a_worse_answer_never_makes_it_less_urgent(rule: object, awake: Said | None, breathing: Said | None) -> None:
    def urgency(a: Said | None, b: Said | None) -> int:
        found = suggested_level(rule, a, b)  # type: ignore[arg-type]
        return found[0] if found else 9

    for worse in (N, U):
        assert urgency(worse, breathing) <= urgency(awake, breathing)
        assert urgency(awake, worse) <= urgency(awake, breathing)


def test_the_level_follows_the_complaint_and_then_the_answers() -> None:
    story = answered()
    assert names(story.when(complaint(FALL))) == ["ComplaintTaken", "CallLevelSet"]
    assert story.of("call", "k").level is Level.L3
    story.given([life(N, N, FALL)])
    call = story.of("call", "k")
    assert (call.level, call.level_reason, call.level_by_human) == (Level.L1, ARREST_REASON, False)


def test_the_same_answer_again_changes_no_level() -> None:
    story = answered().given([complaint(FALL), life(N, N, FALL)])
    assert names(story.when(life(N, N, FALL))) == ["LifeQuestionsAnswered"]


def test_lowering_what_the_rules_gave_needs_a_reason() -> None:
    story = answered().given([complaint(FIT)])
    text = story.refuses(c.SetCallLevel(call=CALL, level=Level.L4), "call.level.no_reason")
    assert "L4" in text
    assert "L2" in text
    story.given([c.SetCallLevel(call=CALL, level=Level.L4, reason="known, over, with her doctor")])
    assert story.of("call", "k").level_by_human


def test_raising_needs_no_reason_and_the_rules_do_not_lower_it_again() -> None:
    story = answered().given([c.SetCallLevel(call=CALL, level=Level.L1), complaint(FALL), life(Y, Y, FALL)])
    call = story.of("call", "k")
    assert (call.level, call.level_reason) == (Level.L1, "call taker's judgement")


def test_an_arrest_overrides_a_humans_lower_level() -> None:
    story = answered().given([c.SetCallLevel(call=CALL, level=Level.L4), life(N, N)])
    assert story.of("call", "k").level is Level.L1


def test_a_complaint_that_is_on_no_list_is_refused() -> None:
    unknown = c.TakeComplaint(call=CALL, complaint="boredom", rule=None)
    assert "boredom" in answered().refuses(unknown, "call.complaint.unknown")
    answered().refuses(c.TakeComplaint(call=CALL, complaint="fall", rule=FIT), "call.complaint.unknown")
