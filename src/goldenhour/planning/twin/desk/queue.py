"""The queue: places of plans that nobody could fill, by level, longest waiting first."""

import numpy as np

from goldenhour.dispatch.policy import choose_waiting, screen_unit
from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, UnitStatus
from goldenhour.dispatch.policy.numbers import LEVELS
from goldenhour.planning.twin.arrays import NOBODY
from goldenhour.planning.twin.machine.compiled import inner

MOBILE = UnitStatus.MOBILE.value


@inner
def enqueue(rules, desk, calls, places, place):  # type: ignore[no-untyped-def]
    """Let a place wait, behind those of its level whose calls arrived earlier; with mutual aid nobody waits."""
    if rules.mutual_aid:
        return
    slots = rules.slots
    arrival_s, level = calls[place // slots].arrival_s, calls[place // slots].level
    desk.waiting += 1
    desk.most_waiting = max(desk.most_waiting, desk.waiting)
    before, after = np.int64(NOBODY), desk.first[level]
    last = desk.last[level]
    if last != NOBODY and calls[last // slots].arrival_s <= arrival_s:
        before, after = last, np.int64(NOBODY)
    while after != NOBODY and calls[after // slots].arrival_s <= arrival_s:
        before, after = after, np.int64(places[after].onward)
    places[place].onward = after
    if before == NOBODY:
        desk.first[level] = place
    else:
        places[before].onward = place
    if after == NOBODY:
        desk.last[level] = place


@inner
def take_waiting(rules, fleet, desk, units, calls, places, u, now_s):  # type: ignore[no-untyped-def]
    """The waiting place this free unit should fill, taken off the queue; NOBODY when it can fill none.

    The kernel chooses among the longest-waiting place of each level that the unit may be sent to.
    """
    if desk.waiting == 0:
        return np.int64(NOBODY)
    slots = rules.slots
    found_at, found_before = np.empty(LEVELS, np.int64), np.empty(LEVELS, np.int64)
    level, required = np.zeros(LEVELS, np.uint8), np.zeros(LEVELS, np.uint32)
    waited_s = np.zeros(LEVELS)
    found = 0
    until_off_s = fleet.off_at_s[u] - now_s
    for lv in range(1, LEVELS):
        before, at = np.int64(NOBODY), desk.first[lv]
        while at != NOBODY:
            call = calls[at // slots]
            mask = rules.plan_slots[call.plan, at % slots]
            why = screen_unit(MOBILE, fleet.capabilities[u], 0, until_off_s, mask, lv, rules.numbers)
            if why >= FIRST_CANDIDATE:
                found_at[found], found_before[found], level[found], required[found] = at, before, lv, mask
                waited_s[found] = now_s - call.arrival_s
                found += 1
                break
            before, at = at, np.int64(places[at].onward)
    best = choose_waiting(level[:found], waited_s[:found], required[:found], fleet.capabilities[u], rules.numbers)
    if best < 0:
        return np.int64(NOBODY)
    place, before = found_at[best], found_before[best]
    onward = np.int64(places[place].onward)
    if before == NOBODY:
        desk.first[level[best]] = onward
    else:
        places[before].onward = onward
    if onward == NOBODY:
        desk.last[level[best]] = before
    desk.waiting -= 1
    return place
