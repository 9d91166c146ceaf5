"""Compile, or load from the cache, what the first decision would otherwise wait for: seconds on a new machine."""

import numpy as np

from goldenhour.chain.desk import Desk
from goldenhour.chain.questions.routes import way
from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.recommend import Known, recommend
from goldenhour.dispatch.state import Unit
from goldenhour.kernel.ids import PostId, UnitId
from goldenhour.kernel.levels import Level, Mode, Skill


def warm(desk: Desk) -> None:
    """Takes every compiled way of a recommendation and of a route once, about nobody and with no effect."""
    points = [point for _, point in desk.posts.values()][:2]
    if len(points) == 2:
        for mode in Mode:
            desk.distances.seconds([points[0]], points[1], mode=mode)
            way(desk, points[0], points[1], mode)
        desk.distances.matrix([points[0]], [points[1]], mode=Mode.HOT)
    nobody = Unit(
        id=UnitId("nobody"),
        call_sign="",
        kind=UnitKind.AMBULANCE,
        skill=Skill.PARAMEDIC,
        agency="",
        post=PostId(""),
        on_duty=True,
    )
    known = Known(
        units=[nobody],
        turnout_s=np.full(1, 60.0),
        travel_s=np.full(1, 60.0),
        estimated=np.zeros(1, np.bool_),
        at_post=np.ones(1, np.bool_),
        position_age_s=np.zeros(1),
        cover_loss=np.zeros(1),
        uncovers=np.zeros(1),
        committed_level={},
    )
    plan = desk.content.plan_for(None, Level.L1)
    slots = [desk.content.slot_by_id[slot] for slot in plan.slots]
    recommend(known, plan=plan, open_slots=slots, level=Level.L1, numbers=desk.policy_numbers)
