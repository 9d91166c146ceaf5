"""Assigning: a unit is committed to a call, and what that means for its drive, its day and the other units there."""

import numpy as np

from goldenhour.dispatch.policy.codes import UnitStatus
from goldenhour.geo.roads import COLD
from goldenhour.planning.twin.arrays import AT_HOSPITAL, COLD_IN, FREE, NOBODY, NOWHERE
from goldenhour.planning.twin.desk.cover import count_cover
from goldenhour.planning.twin.desk.sending import stands
from goldenhour.planning.twin.ground.legs import begin_leg, leave_leg, pace_at, set_anchor
from goldenhour.planning.twin.ground.position import find, put_spot, road_s
from goldenhour.planning.twin.machine.compiled import inlined, inner

EN_ROUTE = UnitStatus.EN_ROUTE.value
ON_BREAK = UnitStatus.ON_BREAK.value


@inlined
def assign(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, place, now_s):  # type: ignore[no-untyped-def]
    """Commit the unit to a place of a call and set it on its way; returns the place it is diverted from, or NOBODY."""
    unit = units[u]
    slots = rules.slots
    c, slot = place // slots, place % slots
    call = calls[c]
    bumped = np.int64(NOBODY)
    if fleet.status[u] == EN_ROUTE:
        bumped = np.int64(unit.call) * slots + unit.slot
        places[bumped].arrived_s = np.nan
        places[bumped].unit = NOBODY
        unit.diverted += 1
    elif unit.busy_from_s < 0.0:
        unit.busy_from_s = now_s
        if fleet.status[u] == ON_BREAK:
            unit.breaks_cut += 1
        else:
            count_cover(rules, desk, covers, unit.post, -1)
    _drive_to(town, rules, fleet, desk, rows, roads, u, unit, call, now_s)
    unit.call, unit.slot = c, slot
    unit.runs += 1
    fleet.status[u] = EN_ROUTE
    fleet.committed_level[u] = call.level
    places[place].assigned_s = now_s
    places[place].arrived_s = fleet.leg_end_s[u]
    places[place].unit = u
    if slot == 0:
        fleet.next_s[u] = _plan_ahead(town, rules, rows, unit, call, places[place], fleet.leg_end_s[u])
    if rules.plan_size[call.plan] > 1:
        retime_support(rules, fleet, units, calls, places, c)
    if bumped != NOBODY and rules.plan_size[calls[bumped // slots].plan] > 1:
        retime_support(rules, fleet, units, calls, places, bumped // slots)
    return bumped


@inlined
def _drive_to(town, rules, fleet, desk, rows, roads, u, unit, call, now_s):  # type: ignore[no-untyped-def]
    mode = rules.mode_of_level[call.level]
    off1_s = np.float64(call.off_m) * town.off_s_per_m[mode]
    pace = pace_at(rules, mode, now_s) * call.luck
    if stands(fleet, u, now_s):
        post = unit.post
        leave_leg(town, unit, now_s)
        off0_s = town.stop_off_m[post] * town.off_s_per_m[mode]
        road = rows[mode, call.node, post] * town.quantum_s[mode] - off0_s
        set_anchor(unit, town.stop_node[post], post)
        unit.leg_node, unit.leg_chain, unit.leg_fraction = town.stop_node[post], NOWHERE, 0.0
        begin_leg(fleet, u, unit, mode, call.node, now_s + call.turnout_s, off0_s, road, off1_s, pace)
        return
    at_node, at_chain = find(roads, town, unit, now_s, desk.here)
    put_spot(roads, mode, at_node, at_chain, desk.here[0], roads.spot[0])
    put_spot(roads, mode, call.node, NOWHERE, 0.0, roads.spot[1])
    road = road_s(roads, town, mode)
    off0_s = desk.here[1] * (town.off_s_per_m[mode] / town.off_s_per_m[unit.leg_mode])
    leave_leg(town, unit, now_s)
    unit.leg_node, unit.leg_chain, unit.leg_fraction = at_node, at_chain, desk.here[0]
    begin_leg(fleet, u, unit, mode, call.node, now_s + desk.here[2], off0_s, road, off1_s, pace)


@inlined
def _plan_ahead(town, rules, rows, unit, call, place, arrive_s):  # type: ignore[no-untyped-def]
    """The unit's next event. Nothing can divert a unit once it is on scene, so its day with this patient is known."""
    leave_s = arrive_s + call.on_scene_s
    unit.phase = FREE
    unit.free_at = NOWHERE
    place.at_hospital_s = np.nan
    place.hospital = NOBODY
    if call.transport == 0:
        return leave_s
    row = rows[COLD_IN, call.node]
    stop = nearest_hospital(town, row, call.hospital_need)
    base_s = np.float64(call.off_m) * town.off_s_per_m[COLD] + row[stop] * town.quantum_s[COLD]
    there_s = leave_s + base_s * pace_at(rules, COLD, leave_s)
    unit.free_at = stop
    unit.carry_s = base_s
    place.at_hospital_s = there_s
    place.hospital = stop - town.n_posts
    if town.bays[stop] > 0:
        unit.phase = AT_HOSPITAL
        return there_s
    return there_s + call.handover_s


@inlined
def nearest_hospital(town, row, need):  # type: ignore[no-untyped-def]
    """The stop of the nearest hospital that can do what the patient needs; the nearest of all when none can.

    `row`: times from the scene to every stop.
    """
    best, nearest = NOWHERE, town.n_posts
    for stop in range(town.n_posts, town.n_stops):
        if row[stop] < row[nearest]:
            nearest = stop
        if (town.hospital_can[stop] & need) == need and (best < 0 or row[stop] < row[best]):
            best = stop
    return best if best >= 0 else nearest


@inner
def retime_support(rules, fleet, units, calls, places, c):  # type: ignore[no-untyped-def]
    """Supporting units leave when they have done their part and the first unit has been there for the hand-over."""
    first_s = places[c * rules.slots].arrived_s
    for u in range(fleet.n):
        unit = units[u]
        if unit.call == c and unit.slot > 0:
            unit.phase = FREE
            unit.free_at = NOWHERE
            if np.isnan(first_s):
                fleet.next_s[u] = np.inf
            else:
                fleet.next_s[u] = max(fleet.leg_end_s[u] + calls[c].support_s, first_s + rules.handoff_s)
