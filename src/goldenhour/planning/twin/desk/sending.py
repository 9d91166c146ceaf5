"""Sending: travel times for the decision kernel, and the choice it makes."""

import numpy as np

from goldenhour.dispatch.policy import choose_unit, cost_s, fill_plan, screen_units
from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, UnitStatus
from goldenhour.planning.twin.arrays import NOBODY
from goldenhour.planning.twin.desk.cover import weigh_cover
from goldenhour.planning.twin.ground.legs import pace_at
from goldenhour.planning.twin.ground.position import drive_s, least_s
from goldenhour.planning.twin.machine.compiled import inlined, inner

AT_POST = UnitStatus.AT_POST.value
MOBILE = UnitStatus.MOBILE.value
EN_ROUTE = UnitStatus.EN_ROUTE.value
ON_SCENE = UnitStatus.ON_SCENE.value
ON_BREAK = UnitStatus.ON_BREAK.value
NOBODY_SENT = np.inf


@inlined
def refresh(rules, fleet, units, now_s):  # type: ignore[no-untyped-def]
    """Bring statuses that only time changes up to date: arrived at post, arrived on scene. No branches: the processor
    does eight units at once."""
    for u in range(fleet.n):
        status = fleet.status[u]
        arrived = AT_POST if status == MOBILE else (ON_SCENE if status == EN_ROUTE else status)
        fleet.status[u] = arrived if now_s >= fleet.leg_end_s[u] else status
    if rules.rostered:
        for u in range(fleet.n):
            fleet.until_off_s[u] = fleet.off_at_s[u] - now_s


@inlined
def stands(fleet, u, now_s):  # type: ignore[no-untyped-def]
    """Whether the unit stands at its post (on a break or not), so that its turnout counts."""
    status = fleet.status[u]
    return (status == AT_POST) | ((status == ON_BREAK) & (now_s >= fleet.leg_end_s[u]))


@inlined
def reported_s(rules, fleet, u, now_s):  # type: ignore[no-untyped-def]
    """The instant of the unit's last report of where it is; units report in turn, one after the other."""
    if rules.report_s <= 0.0:
        return now_s
    shift_s = rules.report_s * u / fleet.n
    return np.floor((now_s - shift_s) / rules.report_s) * rules.report_s + shift_s


@inlined
def from_road_s(town, desk, roads, unit, mode, node, at_s, now_s):  # type: ignore[no-untyped-def]
    """(rest of its turnout, base seconds of driving) from where the unit was at at_s, its last report, to a node."""
    return max(0.0, unit.leg_depart_s - now_s), drive_s(roads, town, unit, mode, node, at_s, desk.here)


@inlined
def gather(town, rules, fleet, desk, rows, roads, units, call, required, now_s, count, exactly):  # type: ignore[no-untyped-def]
    """Fill travel_s for the `count` candidates, from their reported places.

    Unless `exactly`, a moving unit that cannot win keeps a lower bound in place of its time, as `choose_unit` allows.
    """
    mode = rules.mode_of_level[call.level]
    node = call.node
    pace = pace_at(rules, mode, now_s)
    off_s = np.float64(call.off_m) * town.off_s_per_m[mode]
    quantum_s = town.quantum_s[mode]
    slack_s = rules.numbers.cover_slack_s
    best = np.inf
    moving = 0
    for i in range(count):
        u = fleet.candidate[i]
        at_post = stands(fleet, u, now_s)  # as good as random: written so that nothing branches on it
        travel_s = (rows[mode, node, units[u].post] * quantum_s + off_s) * pace + call.turnout_s
        fleet.travel_s[u] = travel_s
        cost = cost_s(travel_s, fleet.capabilities[u], required, fleet.why[u], rules.numbers)
        best = min(best, cost if at_post else np.inf)
        fleet.moving[moving] = u
        moving += not at_post
    first, first_s = 0, np.inf
    if not exactly:
        for i in range(moving):
            u = fleet.moving[i]
            bound_s = (least_s(town, rows, mode, units[u], now_s, node) + off_s) * pace
            fleet.travel_s[u] = bound_s
            if bound_s < first_s:
                first, first_s = i, bound_s
        # the most promising first: the others are then mostly out of the running
        fleet.moving[0], fleet.moving[first] = fleet.moving[first], fleet.moving[0]
    for i in range(moving):
        u = fleet.moving[i]
        if not exactly:
            least = cost_s(fleet.travel_s[u], fleet.capabilities[u], required, fleet.why[u], rules.numbers)
            if least > best + slack_s:
                continue
        at_s = reported_s(rules, fleet, u, now_s)
        wait_s, base_s = from_road_s(town, desk, roads, units[u], mode, node, at_s, now_s)
        fleet.travel_s[u] = wait_s + (base_s + off_s) * pace
        best = min(best, cost_s(fleet.travel_s[u], fleet.capabilities[u], required, fleet.why[u], rules.numbers))


@inlined
def list_candidates(fleet):  # type: ignore[no-untyped-def]
    """List the units the screen left, in order; returns how many."""
    count = 0
    for u in range(fleet.n):
        fleet.candidate[count] = u
        count += fleet.why[u] >= FIRST_CANDIDATE
    return count


@inlined
def screen(rules, fleet, required, level):  # type: ignore[no-untyped-def]
    """Ask the desk's hard filters of every unit, and list those left; returns how many."""
    n = fleet.n
    screen_units(
        fleet.status[:n],
        fleet.capabilities[:n],
        fleet.committed_level[:n],
        fleet.until_off_s[:n],
        required,
        level,
        rules.numbers,
        fleet.why[:n],
    )
    return list_candidates(fleet)


@inlined
def choose_among(rules, fleet, desk, units, covers, required, count):  # type: ignore[no-untyped-def]
    """The desk's choice among the `count` units that the screen left, their travel_s known; or NOBODY."""
    if rules.numbers.cover_slack_s > 0.0:
        weigh_cover(rules, fleet, desk, units, covers)
    for i in range(count):
        u = fleet.candidate[i]
        fleet.their_travel_s[i] = fleet.travel_s[u]
        fleet.their_capabilities[i] = fleet.capabilities[u]
        fleet.their_loss[i] = fleet.cover_loss[u]
        fleet.their_why[i] = fleet.why[u]
    best = choose_unit(
        fleet.their_travel_s[:count],
        fleet.their_capabilities[:count],
        fleet.their_loss[:count],
        required,
        rules.numbers,
        fleet.their_why[:count],
    )
    if best < 0:
        return np.int64(NOBODY)
    chosen = fleet.candidate[best]
    fleet.why[chosen] = fleet.their_why[best]
    return chosen


@inlined
def choose_for(town, rules, fleet, desk, rows, roads, units, covers, call, slot, now_s):  # type: ignore[no-untyped-def]
    """The unit for one place of a call's plan, or NOBODY."""
    required = rules.plan_slots[call.plan, slot]
    count = screen(rules, fleet, required, call.level)
    if count == 0:
        return np.int64(NOBODY)
    gather(town, rules, fleet, desk, rows, roads, units, call, required, now_s, count, False)
    return choose_among(rules, fleet, desk, units, covers, required, count)


@inner
def choose_plan(town, rules, fleet, desk, rows, roads, units, covers, call, now_s):  # type: ignore[no-untyped-def]
    """Units for all places of a call's plan, into desk.chosen and desk.why_slot; returns the number of places."""
    for u in range(fleet.n):
        status = fleet.status[u]
        may_go = AT_POST <= status <= EN_ROUTE or status == ON_BREAK
        fleet.why[u] = FIRST_CANDIDATE if may_go else 0
    gather(town, rules, fleet, desk, rows, roads, units, call, 0, now_s, list_candidates(fleet), True)
    return fill_places(rules, fleet, desk, units, covers, call.plan, NOBODY_SENT, call.level)


@inlined
def fill_places(rules, fleet, desk, units, covers, plan, sent_s, level):  # type: ignore[no-untyped-def]
    """The desk's choice for all places of a plan, travel_s of those marked in `why` known; returns their number.

    `sent_s` is in how many seconds the first of those already sent is there.
    """
    n, size = fleet.n, rules.plan_size[plan]
    if rules.numbers.cover_slack_s > 0.0:
        weigh_cover(rules, fleet, desk, units, covers)
    fill_plan(
        fleet.travel_s[:n],
        fleet.status[:n],
        fleet.capabilities[:n],
        fleet.committed_level[:n],
        fleet.until_off_s[:n],
        fleet.cover_loss[:n],
        rules.plan_slots[plan, :size],
        rules.plan_sooner_s[plan, :size],
        sent_s,
        level,
        rules.numbers,
        desk.chosen[:size],
        desk.why_slot[:size],
        fleet.why[:n],
    )
    return size
