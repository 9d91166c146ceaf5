"""What the live desk makes of the kernel's answer: places, diverts and the order of the list."""

import numpy as np

from goldenhour.dispatch.facts import Moment, UnitKind
from goldenhour.dispatch.plans import PolicySettings, ResponsePlan, Slot
from goldenhour.dispatch.policy import WORDS, Reason
from goldenhour.dispatch.recommend import Known, Recommendation, recommend
from goldenhour.dispatch.state import Unit, UnitAssignment
from goldenhour.kernel.ids import AssignmentId, IncidentId, PostId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Skill

ALS = Slot(id="als", name="ALS ambulance", needs=("paramedic", "transport"))
RESPONDER = Slot(id="first_responder", name="First responder", needs=("emr",), sooner_s=30)
PLAN = ResponsePlan(id="l1", name="Immediate threat", levels=(Level.L1,), slots=("als", "first_responder"))
FEVER = IncidentId("fever")


def a_unit(name: str, skill: Skill, *, to: IncidentId | None = None) -> Unit:
    """An ambulance on duty, on its way to an incident if one is given."""
    assignments = ()
    if to is not None:
        assignments = (
            UnitAssignment(id=AssignmentId(f"{to}/1"), incident=to, status=Moment.EN_ROUTE, since=Instant(0)),
        )
    return Unit(
        id=UnitId(name),
        call_sign=name,
        kind=UnitKind.AMBULANCE,
        skill=skill,
        agency="",
        post=PostId("p"),
        on_duty=True,
        assignments=assignments,
    )


def recommended(units: list[Unit], travel_s: list[float], *slots: Slot, **settings: object) -> Recommendation:
    known = Known(
        units=units,
        travel_s=np.array(travel_s),
        estimated=np.zeros(len(units), np.bool_),
        position_age_s=np.zeros(len(units)),
        cover_loss=np.zeros(len(units)),
        committed_level={FEVER: Level.L4},
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
