"""What the live desk makes of the kernel's answer: places, diverts and the order of the list."""

import math

import numpy as np
import pytest

from goldenhour.dispatch.facts import Moment, UnitKind
from goldenhour.dispatch.plans import Flight, PolicySettings, ResponsePlan, Slot
from goldenhour.dispatch.policy import WORDS, Reason
from goldenhour.dispatch.recommend import FLIES, Known, Recommendation, recommend
from goldenhour.dispatch.state import Unit, UnitAssignment
from goldenhour.kernel.ids import AssignmentId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Skill

ALS = Slot(id="als", name="ALS ambulance", needs=("paramedic", "transport"))
RESPONDER = Slot(id="first_responder", name="First responder", needs=("emr",), sooner_s=30)
PLAN = ResponsePlan(id="l1", name="Immediate threat", levels=(Level.L1,), slots=("als", "first_responder"))
FEVER = IncidentId("fever")


def a_unit(
    name: str, skill: Skill, *, to: IncidentId | None = None, kind: UnitKind = UnitKind.AMBULANCE, on_duty: bool = True
) -> Unit:
    """A unit on duty, on its way to an incident if one is given."""
    assignments = ()
    if to is not None:
        assignments = (
            UnitAssignment(id=AssignmentId(f"{to}/1"), incident=to, status=Moment.EN_ROUTE, since=Instant(0)),
        )
    return Unit(
        id=UnitId(name),
        call_sign=name,
        kind=kind,
        skill=skill,
        agency="",
        post=PostId("p"),
        on_duty=on_duty,
        assignments=assignments,
    )


def recommended(
    units: list[Unit],
    travel_s: list[float],
    *slots: Slot,
    turnout_s: list[float] | None = None,
    at_post: bool = True,
    sent_s: float = math.inf,
    **settings: object,
) -> Recommendation:
    known = Known(
        units=units,
        turnout_s=np.array(turnout_s or [0.0] * len(units)),
        travel_s=np.array(travel_s),
        estimated=np.zeros(len(units), np.bool_),
        at_post=np.full(len(units), at_post),
        position_age_s=np.zeros(len(units)),
        cover_loss=np.zeros(len(units)),
        uncovers=np.zeros(len(units)),
        committed_level={FEVER: Level.L4},
        sent_s=sent_s,
    )
    numbers = PolicySettings(divert={Level.L1: (Level.L4,)}, **settings).numbers()
    return recommend(known, plan=PLAN, open_slots=slots, level=Level.L1, numbers=numbers)


def test_a_unit_diverted_for_a_later_place_says_from_where_it_is_taken() -> None:
    """Screened for the first place it would only lack what that asks for, and be sent as if it were free."""
    medic, basic = a_unit("medic", Skill.PARAMEDIC), a_unit("basic", Skill.EMT, to=FEVER)
    found = recommended([medic, basic], [500.0, 200.0], ALS, RESPONDER)
    assert [one.unit for one in found.proposal] == ["medic", "basic"]
    taken = next(one for one in found.candidates if one.unit == "basic")
    assert taken.diverts_from == FEVER
    assert WORDS[Reason.DIVERTIBLE] in taken.reasons


def test_the_list_is_in_the_kernels_order() -> None:
    """Proposed first; then by what each would cost, a scarce crew's price included; then those that cannot go."""
    medic, basic, far = (a_unit(n, s) for n, s in (("a", Skill.PARAMEDIC), ("b", Skill.EMT), ("c", Skill.EMT)))
    helper = a_unit("d", Skill.EMR)
    bls = Slot(id="bls", name="BLS ambulance", needs=("emt", "transport"))
    found = recommended([medic, basic, far, helper], [100.0, 140.0, 150.0, 50.0], bls, spare_s=60.0)
    assert [one.unit for one in found.candidates] == ["b", "c", "a", "d"]
    assert [one.usable for one in found.candidates] == [True, True, True, False]


def test_a_crew_at_its_post_has_to_turn_out_and_one_on_the_road_does_not() -> None:
    """The nearer by road is not the sooner there, and both say so."""
    waiting, rolling = a_unit("m3", Skill.PARAMEDIC), a_unit("m9", Skill.PARAMEDIC)
    found = recommended([waiting, rolling], [185.0, 240.0], ALS, turnout_s=[60.0, 0.0])
    assert [one.unit for one in found.proposal] == ["m9"]
    by_name = {one.unit: one for one in found.candidates}
    assert (by_name["m3"].eta_s, by_name["m3"].turnout_s) == (245, 60)
    assert "turnout 1:00 + road 3:05" in by_name["m3"].reasons
    assert (by_name["m9"].eta_s, by_name["m9"].turnout_s) == (240, 0)
    assert not any("turnout" in reason for reason in by_name["m9"].reasons)


def test_what_is_sent_keeps_the_parts_of_its_time() -> None:
    found = recommended([a_unit("m3", Skill.PARAMEDIC)], [185.0], ALS, turnout_s=[60.0])
    choice = found.proposal[0].choice
    assert (choice.eta_s, choice.turnout_s) == (245, 60)
    assert choice.reasons == (WORDS[Reason.NEAREST], "turnout 1:00 + road 3:05")


def test_a_first_responder_must_beat_the_ambulance_turnout_included() -> None:
    medic, helper = a_unit("medic", Skill.PARAMEDIC), a_unit("engine", Skill.EMR, kind=UnitKind.FIRST_RESPONDER)
    sooner = recommended([medic, helper], [300.0, 260.0], ALS, RESPONDER, turnout_s=[60.0, 60.0])
    assert [one.unit for one in sooner.proposal] == ["medic", "engine"]
    fire_takes_longer = recommended([medic, helper], [300.0, 260.0], ALS, RESPONDER, turnout_s=[60.0, 80.0])
    assert [one.unit for one in fire_takes_longer.proposal] == ["medic"]


def test_a_first_responder_must_beat_those_already_sent() -> None:
    engine = a_unit("engine", Skill.EMR, kind=UnitKind.FIRST_RESPONDER)
    for sent_s, goes in ((math.inf, True), (291.0, True), (289.0, False), (0.0, False)):
        found = recommended([engine], [260.0], RESPONDER, sent_s=sent_s)
        assert [one.unit for one in found.proposal] == (["engine"] if goes else []), sent_s
        assert found.lacks == ()


def test_where_a_free_unit_is_is_said_in_words() -> None:
    here = recommended([a_unit("m3", Skill.PARAMEDIC)], [100.0], ALS)
    assert WORDS[Reason.AT_POST] in here.candidates[0].reasons
    out = recommended([a_unit("m3", Skill.PARAMEDIC)], [100.0], ALS, at_post=False)
    assert WORDS[Reason.MOBILE] in out.candidates[0].reasons


def test_a_helicopter_is_listed_with_its_flight_and_never_proposed() -> None:
    flight = a_unit("lf1", Skill.PARAMEDIC, kind=UnitKind.HELICOPTER)
    ground = a_unit("m3", Skill.PARAMEDIC)
    for slots in ((ALS, RESPONDER), ()):
        found = recommended([flight, ground], [120.0, 1800.0], *slots, turnout_s=[480.0, 60.0])
        assert "lf1" not in {one.unit for one in found.proposal}
        listed = next(one for one in found.candidates if one.unit == "lf1")
        assert (listed.eta_s, listed.turnout_s, listed.flies, listed.usable) == (600, 480, True, False)
        assert "lift-off 8:00 + flight 2:00" in listed.reasons
        assert FLIES in listed.reasons


def test_a_helicopter_says_why_it_cannot_come() -> None:
    grounded = a_unit("lf1", Skill.PARAMEDIC, kind=UnitKind.HELICOPTER, on_duty=False)
    found = recommended([grounded], [120.0], ALS)
    assert found.candidates[0].reasons[0] == WORDS[Reason.OFF_DUTY]
    assert found.lacks == (ALS.name,)


def test_numbers_of_the_policy_that_cannot_be_are_refused_in_words() -> None:
    for wrong, words in (
        (PolicySettings(q=1.0), "between 0 and 1"),
        (PolicySettings(turnout_s={UnitKind.AMBULANCE: -1.0}), "turnout_s of ambulance"),
        (PolicySettings(turnout_s={UnitKind.HELICOPTER: 60.0}), "lift_off_s"),
        (PolicySettings(helicopter=Flight(cruise_kmh=0.0)), "cruise_kmh"),
        (PolicySettings(cover_within_s=0.0), "cover_within_s"),
    ):
        with pytest.raises(ValueError, match=words):
            wrong.check()
