"""Whom to send to an incident: what the desk knows now, through the decision kernel."""

import math
from collections.abc import Sequence

import msgspec

from goldenhour.chain.desk import Desk
from goldenhour.chain.questions.arrivals import Arrivals, arrivals
from goldenhour.chain.views.incidents import SlotRow
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.recommend import Candidate, Known, Proposed, recommend
from goldenhour.dispatch.state import Incident, Unit
from goldenhour.kernel.ids import IncidentId
from goldenhour.kernel.levels import MODE_OF_LEVEL, Level


class RecommendationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The plan, its slots, every candidate with reasons, what to send, and what is lacking."""

    incident: IncidentId
    plan: str
    plan_name: str
    slots: tuple[SlotRow, ...]
    candidates: tuple[Candidate, ...]
    proposal: tuple[Proposed, ...]
    lacks: tuple[str, ...]


class NotYet(ValueError):
    """The incident has no place or no level yet, so nobody can be recommended."""


def recommendation(desk: Desk, incident: Incident) -> RecommendationAnswer:
    """Over all units, on duty or not. Raises `NotYet` while place or level is missing."""
    if incident.location is None:
        raise NotYet("Give the incident a place first; then units can be compared.")
    level = incident.level or Level.L2
    plan = desk.content.plan_for(incident.complaint, level)
    row = desk.boards.rows["incidents"].get(incident.id)
    slots: tuple[SlotRow, ...] = row.plan.slots if row is not None and row.plan is not None else ()  # type: ignore[attr-defined]
    filled = {slot.slot for slot in slots if slot.filled_by is not None}
    open_slots = [desk.content.slot_by_id[slot] for slot in plan.slots if slot not in filled]
    units = list(desk.boards.open.all("unit").values())
    policy = desk.content.response_plans.policy
    expected = arrivals(
        desk.distances,
        policy,
        desk.boards.open,
        units,
        (incident.location.lon, incident.location.lat),
        mode=MODE_OF_LEVEL[level],
        now=desk.clock.now(),
    )
    loss = desk.coverage.loss(units, within_s=policy.cover_within_s, q=policy.q)
    known = Known(
        units=units,
        turnout_s=expected.turnout_s,
        travel_s=expected.travel_s,
        estimated=expected.estimated,
        at_post=expected.at_post,
        position_age_s=expected.position_age_s,
        cover_loss=loss.expected,
        uncovers=loss.alone,
        committed_level={one.id: one.level for one in desk.boards.open.all("incident").values() if one.level},
        sent_s=_sent_s(incident, units, expected),
    )
    numbers = desk.policy_numbers
    found = recommend(known, plan=plan, open_slots=open_slots, level=level, numbers=numbers)
    return RecommendationAnswer(
        incident=incident.id,
        plan=plan.id,
        plan_name=plan.name,
        slots=slots,
        candidates=found.candidates,
        proposal=found.proposal,
        lacks=found.lacks,
    )


def _sent_s(incident: Incident, units: Sequence[Unit], expected: Arrivals) -> float:
    """In how many seconds the first of those already sent is there: 0 once somebody was, inf while nobody comes."""
    if any(Moment.ON_SCENE in one.times for one in incident.assignments.values()):
        return 0.0
    coming = {one.unit for one in incident.active}
    arrive_s = [
        float(turnout_s + travel_s)
        for unit, turnout_s, travel_s in zip(units, expected.turnout_s, expected.travel_s, strict=True)
        if unit.id in coming
    ]
    return min(arrive_s, default=math.inf)
