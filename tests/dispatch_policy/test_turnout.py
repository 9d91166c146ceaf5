"""Turnout in the dispatcher's words: who still has to get to the vehicle, and for how long."""

import pytest
from msgspec.structs import replace

from goldenhour.dispatch.facts import Moment, UnitKind
from goldenhour.dispatch.state import Unit, UnitAssignment
from goldenhour.dispatch.turnout import turnout_left_s
from goldenhour.kernel.ids import AssignmentId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Skill

M3 = Unit(
    id=UnitId("m3"),
    call_sign="M3",
    kind=UnitKind.AMBULANCE,
    skill=Skill.EMT,
    agency="",
    post=PostId("p"),
    on_duty=True,
)
NOW = Instant(1_000_000)


def left_s(status: Moment | None, *, at_post: bool = True, told_before_s: int | None = None) -> float:
    """What is left of a minute's turnout."""
    given = (
        ()
        if status is None
        else (UnitAssignment(id=AssignmentId("i/1"), incident=IncidentId("i"), status=status, since=NOW),)
    )
    told_at = None if told_before_s is None else Instant(NOW - told_before_s * 1000)
    unit = replace(M3, assignments=given)
    return turnout_left_s(unit, at_post=at_post, told_at=told_at, now=NOW, expected_s=60.0)


def test_a_crew_waiting_at_its_post_needs_its_whole_turnout() -> None:
    assert left_s(None) == 60.0
    assert left_s(Moment.RESERVED) == left_s(Moment.SCHEDULED) == 60.0


def test_a_crew_on_the_road_needs_none() -> None:
    assert left_s(None, at_post=False) == 0.0
    assert left_s(Moment.NOTIFIED, at_post=False, told_before_s=5) == 0.0


@pytest.mark.parametrize(("told_before_s", "expected"), [(0, 60.0), (25, 35.0), (90, 0.0)])
def test_a_crew_that_was_told_needs_what_is_left(told_before_s: int, expected: float) -> None:
    assert left_s(Moment.NOTIFIED, told_before_s=told_before_s) == expected
    assert left_s(Moment.ACKNOWLEDGED, told_before_s=told_before_s) == expected


@pytest.mark.parametrize("status", [Moment.EN_ROUTE, Moment.ON_SCENE, Moment.LEFT_SCENE, Moment.AT_DESTINATION])
def test_a_unit_that_rolled_has_its_turnout_behind_it(status: Moment) -> None:
    assert left_s(status, told_before_s=5) == 0.0
