"""Freeing: what a unit does when it is done: off duty, a waiting call, a break, a swap, or to a post."""

import numpy as np

from goldenhour.dispatch.policy import offer_swap
from goldenhour.dispatch.policy.codes import UnitStatus
from goldenhour.geo.roads import COLD
from goldenhour.planning.twin.arrays import AT_HOSPITAL, BREAK_OVER, COLD_IN, FREE, NOBODY, NOWHERE
from goldenhour.planning.twin.desk.cover import best_move, best_post, count_cover
from goldenhour.planning.twin.desk.queue import take_waiting
from goldenhour.planning.twin.desk.sending import from_road_s, refresh, reported_s
from goldenhour.planning.twin.ground.legs import begin_leg, leave_leg, pace_at, set_anchor
from goldenhour.planning.twin.ground.position import find, put_spot, road_s
from goldenhour.planning.twin.machine.compiled import inlined, inner

AT_POST = UnitStatus.AT_POST.value
MOBILE = UnitStatus.MOBILE.value
EN_ROUTE = UnitStatus.EN_ROUTE.value
ON_BREAK = UnitStatus.ON_BREAK.value
OFF_DUTY = UnitStatus.OFF_DUTY.value


@inlined
def unit_event(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, now_s):  # type: ignore[no-untyped-def]
    """The unit's next event has come. Returns the place it should be assigned to now, or NOBODY."""
    unit = units[u]
    if unit.phase == AT_HOSPITAL:
        unit.phase = FREE
        fleet.next_s[u] = _bay_s(town, desk, unit.free_at, calls[unit.call].handover_s, now_s)
        return np.int64(NOBODY)
    fleet.next_s[u] = np.inf
    fleet.status[u] = MOBILE
    if unit.phase == BREAK_OVER:
        unit.phase = FREE
        unit.breaks += 1
        fleet.status[u] = AT_POST if now_s >= fleet.leg_end_s[u] else MOBILE
        count_cover(rules, desk, covers, unit.post, 1)
        return take_waiting(rules, fleet, desk, units, calls, places, u, now_s)
    _leave_call(town, fleet, unit, calls[unit.call], places[unit.call * rules.slots], u, now_s)
    if now_s >= fleet.off_at_s[u]:
        unit.overtime_s += now_s - fleet.off_at_s[u]
        go_off_duty(town, rules, fleet, desk, rows, roads, unit, u, now_s)
        return np.int64(NOBODY)
    if desk.waiting > 0:  # mostly nobody waits, and asking costs a call
        place = take_waiting(rules, fleet, desk, units, calls, places, u, now_s)
        if place != NOBODY:
            return place
    unit.busy_s += now_s - unit.busy_from_s
    if unit.break_owed_s > 0.0:
        drive_to_post(town, rules, fleet, desk, rows, roads, u, unit, unit.home, now_s)
        begin_break(fleet, unit, u, unit.break_owed_s, now_s)
        return np.int64(NOBODY)
    if rules.swaps:
        place = _swap(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, now_s)
        if place != NOBODY:
            unit.busy_from_s = now_s
            return place
    unit.busy_from_s = -1.0
    drive_to_post(
        town, rules, fleet, desk, rows, roads, u, unit, best_post(town, rules, desk, rows, covers, unit), now_s
    )
    count_cover(rules, desk, covers, unit.post, 1)
    return np.int64(NOBODY)


@inner
def _bay_s(town, desk, stop, handover_s, now_s):  # type: ignore[no-untyped-def]
    """When the hand-over will be over: first come, first served by the hospital's bays."""
    first = town.first_bay[stop]
    best = first
    for bay in range(first, first + town.bays[stop]):
        if desk.bay_free_s[bay] < desk.bay_free_s[best]:
            best = bay
    desk.bay_free_s[best] = max(now_s, desk.bay_free_s[best]) + handover_s
    return desk.bay_free_s[best]


@inlined
def _leave_call(town, fleet, unit, call, first_place, u, now_s):  # type: ignore[no-untyped-def]
    """Close the unit's part: it is now free to set off, at the hospital or at the scene, off the road."""
    if unit.slot == 0:
        first_place.free_s = now_s
    leave_leg(town, unit, now_s)
    stop = unit.free_at
    node, off_m = unit.to_node, np.float64(call.off_m)
    if stop != NOWHERE:
        unit.driven_s[COLD] += unit.carry_s
        node, off_m = town.stop_node[stop], town.stop_off_m[stop]
    set_anchor(unit, node, stop)
    unit.leg_node, unit.leg_chain, unit.leg_fraction = node, NOWHERE, 0.0
    begin_leg(fleet, u, unit, COLD, node, now_s, off_m * town.off_s_per_m[COLD], 0.0, 0.0, 1.0)
    fleet.leg_end_s[u] = np.inf  # a drive to nowhere yet: it never arrives
    unit.call = NOBODY
    fleet.committed_level[u] = 0


@inlined
def drive_to_post(town, rules, fleet, desk, rows, roads, u, unit, post, now_s):  # type: ignore[no-untyped-def]
    """Drive cold from where the unit is to a post."""
    at_node, at_chain = find(roads, town, unit, now_s, desk.here)
    off0_s = desk.here[1] * (town.off_s_per_m[COLD] / town.off_s_per_m[unit.leg_mode])
    node = town.stop_node[post]
    off1_s = town.stop_off_m[post] * town.off_s_per_m[COLD]
    if at_node != NOWHERE:
        road = rows[COLD_IN, at_node, post] * town.quantum_s[COLD] - off1_s
    else:
        put_spot(roads, COLD, at_node, at_chain, desk.here[0], roads.spot[0])
        put_spot(roads, COLD, node, NOWHERE, 0.0, roads.spot[1])
        road = road_s(roads, town, COLD)
    leave_leg(town, unit, now_s)
    unit.leg_node, unit.leg_chain, unit.leg_fraction = at_node, at_chain, desk.here[0]
    unit.post = post
    begin_leg(fleet, u, unit, COLD, node, now_s + desk.here[2], off0_s, road, off1_s, pace_at(rules, COLD, now_s))


@inner
def begin_break(fleet, unit, u, length_s, now_s):  # type: ignore[no-untyped-def]
    """Off the board for length_s, the drive to the post included; the urgent may still call it out."""
    unit.break_owed_s = 0.0
    unit.busy_from_s = -1.0
    unit.phase = BREAK_OVER
    fleet.status[u] = ON_BREAK
    fleet.next_s[u] = now_s + length_s


@inner
def go_off_duty(town, rules, fleet, desk, rows, roads, unit, u, now_s):  # type: ignore[no-untyped-def]
    """Off the board at once, and home."""
    if unit.busy_from_s >= 0.0:
        unit.busy_s += now_s - unit.busy_from_s
        unit.busy_from_s = -1.0
    unit.on_duty_s += now_s - unit.on_since_s
    unit.break_owed_s = 0.0
    drive_to_post(town, rules, fleet, desk, rows, roads, u, unit, unit.home, now_s)
    fleet.status[u] = OFF_DUTY
    fleet.next_s[u] = np.inf


@inner
def _swap(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, now_s):  # type: ignore[no-untyped-def]
    """Offer the freed unit to calls whose unit is still on its way. The relieved unit goes to a post; its place is
    returned for the freed one to take."""
    n = fleet.n
    refresh(rules, fleet, units, now_s)
    freed_s, remaining_s = np.empty(n), np.empty(n)
    level, required = np.zeros(n, np.uint8), np.zeros(n, np.uint32)
    other, why = np.zeros(n, np.int64), np.zeros(n, np.uint8)
    count = 0
    for v in range(n):
        if fleet.status[v] != EN_ROUTE:
            continue
        call = calls[units[v].call]
        mode = rules.mode_of_level[call.level]
        pace = pace_at(rules, mode, now_s)
        off_s = np.float64(call.off_m) * town.off_s_per_m[mode]
        wait_s, base_s = from_road_s(town, desk, roads, units[u], mode, call.node, now_s, now_s)
        freed_s[count] = wait_s + (base_s + off_s) * pace
        at_s = reported_s(rules, fleet, v, now_s)
        wait_s, base_s = from_road_s(town, desk, roads, units[v], mode, call.node, at_s, now_s)
        remaining_s[count] = wait_s + (base_s + off_s) * pace
        level[count] = call.level
        required[count] = rules.plan_slots[call.plan, units[v].slot]
        other[count] = v
        count += 1
    best = offer_swap(
        freed_s[:count],
        remaining_s[:count],
        level[:count],
        required[:count],
        fleet.capabilities[u],
        rules.numbers,
        why[:count],
    )
    if best < 0:
        return np.int64(NOBODY)
    v = other[best]
    relieved = units[v]
    place = np.int64(relieved.call) * rules.slots + relieved.slot
    relieved.call = NOBODY
    relieved.busy_s += now_s - relieved.busy_from_s
    relieved.busy_from_s = -1.0
    relieved.swaps += 1
    fleet.status[v] = MOBILE
    fleet.committed_level[v] = 0
    fleet.next_s[v] = np.inf
    post = best_post(town, rules, desk, rows, covers, relieved)
    drive_to_post(town, rules, fleet, desk, rows, roads, v, relieved, post, now_s)
    count_cover(rules, desk, covers, post, 1)
    return place


@inner
def move_up(town, rules, fleet, desk, rows, roads, units, covers, now_s):  # type: ignore[no-untyped-def]
    """Move waiting units, one by one, while a move is worth it and the hour's cap on moves allows."""
    refresh(rules, fleet, units, now_s)
    while True:
        u, post = best_move(town, rules, fleet, desk, rows, units, covers, now_s)
        if u < 0:
            return
        unit = units[u]
        old = unit.post
        count_cover(rules, desk, covers, old, -1)
        drive_to_post(town, rules, fleet, desk, rows, roads, u, unit, post, now_s)
        set_anchor(unit, town.stop_node[old], old)
        count_cover(rules, desk, covers, post, 1)
        unit.moved_s = now_s
        unit.moves += 1
        fleet.status[u] = MOBILE
        oldest = 0
        for i in range(rules.moves_per_hour):
            if desk.moves_s[i] < desk.moves_s[oldest]:
                oldest = i
        desk.moves_s[oldest] = now_s
