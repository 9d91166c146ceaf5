"""The event loop: calls, units and roster in the order of time.

Once a unit is on scene nothing the desk does can change its day with that patient, so a call costs two events, its
dispatch and the unit coming free; what lies between is worked out when the unit is sent.
"""

import numpy as np

from goldenhour.dispatch.policy import covered_share, marginal_demand
from goldenhour.dispatch.policy.codes import Reason, UnitStatus
from goldenhour.kernel.machine_code import njit
from goldenhour.planning.twin.arrays import NOBODY, Roads
from goldenhour.planning.twin.desk.assigning import assign
from goldenhour.planning.twin.desk.cover import count_cover
from goldenhour.planning.twin.desk.freeing import move_up, unit_event
from goldenhour.planning.twin.desk.queue import enqueue
from goldenhour.planning.twin.desk.rostering import roster_event
from goldenhour.planning.twin.desk.sending import choose_for, choose_plan, refresh
from goldenhour.planning.twin.machine.borrow import borrow
from goldenhour.planning.twin.machine.compiled import inlined, inner
from goldenhour.planning.twin.machine.prefetch import prefetch

AT_POST = UnitStatus.AT_POST.value
MOBILE = UnitStatus.MOBILE.value
SLOT_NOT_NEEDED = Reason.SLOT_NOT_NEEDED.value


@njit(nogil=True)
def play(world):  # type: ignore[no-untyped-def]
    """Play all calls to the end of the last one's care. At one instant: roster, then units, then calls, then samples.

    Returns the number of events.
    """
    town, rules, fleet, desk = world.town[0], world.rules[0], world.fleet[0], world.desk[0]
    rows, covers, samples = borrow(world.rows), borrow(world.covers), borrow(world.samples)
    units, calls, places = borrow(world.units), borrow(world.calls), borrow(world.places)
    roster = borrow(world.roster)
    of = world.roads
    roads = Roads(
        borrow(of.hot),
        borrow(of.cold),
        borrow(of.node),
        borrow(of.start),
        borrow(of.arc),
        borrow(of.chain),
        borrow(of.spot),
    )
    begin(rules, fleet, desk, units, covers)
    next_call, next_roster, next_sample, events = 0, 0, 0, 0
    while True:
        call_s = calls[next_call].ready_s if next_call < len(calls) else np.inf
        roster_s = roster[next_roster].at_s if next_roster < len(roster) else np.inf
        sample_s = next_sample * rules.sample_s if next_sample < len(samples) else np.inf
        u, unit_s = 0, fleet.next_s[0]
        for v in range(1, fleet.n):
            if fleet.next_s[v] < unit_s:
                u, unit_s = v, fleet.next_s[v]
        now_s = min(min(call_s, unit_s), min(roster_s, sample_s))
        if now_s == np.inf or (call_s == np.inf and unit_s == np.inf and desk.waiting == 0):
            return events
        events += 1
        place = np.int64(NOBODY)
        if now_s == roster_s:
            event = roster[next_roster]
            next_roster += 1
            u = event.unit
            place = roster_event(town, rules, fleet, desk, rows, roads, units, calls, places, covers, event, now_s)
        elif now_s == unit_s:
            place = unit_event(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, now_s)
        elif now_s == call_s:
            refresh(rules, fleet, units, now_s)
            call = calls[next_call]
            if rules.plan_size[call.plan] == 1:
                place = next_call * rules.slots
                u = choose_for(town, rules, fleet, desk, rows, roads, units, covers, call, 0, now_s)
                if u < 0:
                    enqueue(rules, desk, calls, places, place)
                    place = np.int64(NOBODY)
            else:
                send_plan(town, rules, fleet, desk, rows, roads, units, calls, places, covers, next_call, now_s)
            next_call += 1
            if next_call < len(calls):
                look_ahead(rows, roads, np.int64(calls[next_call].node))
        else:
            take_sample(rules, fleet, desk, units, covers, samples[next_sample])
            next_sample += 1
            continue
        while place != NOBODY:
            place = assign(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, place, now_s)
            if place != NOBODY:
                u = choose_again(town, rules, fleet, desk, rows, roads, units, calls, places, covers, place, now_s)
                if u < 0:
                    place = np.int64(NOBODY)
        if rules.move_up:
            move_up(town, rules, fleet, desk, rows, roads, units, covers, now_s)


@inlined
def look_ahead(rows, roads, node):  # type: ignore[no-untyped-def]
    """Fetch what the next call will ask for: times from and to all stops, and its place on the roads."""
    for layer in range(3):
        prefetch(rows, (np.int64(layer), node, np.int64(0)))
    for mode in range(2):
        prefetch(roads.node, (np.int64(mode), node))


@inner
def choose_again(town, rules, fleet, desk, rows, roads, units, calls, places, covers, place, now_s):  # type: ignore[no-untyped-def]
    """Another unit for a place that lost its own to a divert; without one the place waits.

    A first responder that was only to be there sooner is not replaced.
    """
    call = calls[place // rules.slots]
    slot = place % rules.slots
    if rules.plan_sooner_s[call.plan, slot] >= 0.0:
        return NOBODY
    refresh(rules, fleet, units, now_s)
    u = choose_for(town, rules, fleet, desk, rows, roads, units, covers, call, slot, now_s)
    if u < 0:
        enqueue(rules, desk, calls, places, place)
    return u


@inner
def send_plan(town, rules, fleet, desk, rows, roads, units, calls, places, covers, c, now_s):  # type: ignore[no-untyped-def]
    """Send a plan of several units, then again to every place that lost its unit to them."""
    size = choose_plan(town, rules, fleet, desk, rows, roads, units, covers, calls[c], now_s)
    lost = 0
    for slot in range(size):
        place = c * rules.slots + slot
        u = desk.chosen[slot]
        if u >= 0:
            bumped = assign(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, place, now_s)
            if bumped != NOBODY:
                desk.bumped[lost] = bumped
                lost += 1
        elif desk.why_slot[slot] != SLOT_NOT_NEEDED:
            enqueue(rules, desk, calls, places, place)
    while lost > 0:
        lost -= 1
        place = desk.bumped[lost]
        u = choose_again(town, rules, fleet, desk, rows, roads, units, calls, places, covers, place, now_s)
        if u >= 0:
            bumped = assign(town, rules, fleet, desk, rows, roads, units, calls, places, covers, u, place, now_s)
            if bumped != NOBODY:
                desk.bumped[lost] = bumped
                lost += 1


@inner
def begin(rules, fleet, desk, units, covers):  # type: ignore[no-untyped-def]
    """Count the cover of the units that are on duty at the beginning."""
    groups = rules.n_groups
    marginal_demand(desk.cover_count[:groups], rules.demand[:groups], rules.numbers.q, desk.marginal[:groups])
    for u in range(fleet.n):
        if fleet.status[u] == AT_POST:
            count_cover(rules, desk, covers, units[u].post, 1)


@inner
def take_sample(rules, fleet, desk, units, covers, sample):  # type: ignore[no-untyped-def]
    """Write down how things stand: units available, places waiting, share of demand that somebody covers."""
    sample.available = 0
    sample.waiting = desk.waiting
    count = np.zeros(rules.n_groups, np.int32)
    for u in range(fleet.n):
        if AT_POST <= fleet.status[u] <= MOBILE:
            sample.available += 1
            post = units[u].post
            for group in range(rules.n_groups):
                count[group] += covers[group, post] > 0.0
    sample.covered = covered_share(count, rules.demand[: rules.n_groups])
