"""Rostering: duty begins and ends, breaks fall due."""

import numpy as np

from goldenhour.dispatch.policy.codes import UnitStatus
from goldenhour.planning.twin.arrays import NOBODY, OFF_DUTY, ON_DUTY
from goldenhour.planning.twin.desk.cover import count_cover
from goldenhour.planning.twin.desk.freeing import begin_break, drive_to_post, go_off_duty
from goldenhour.planning.twin.desk.queue import take_waiting
from goldenhour.planning.twin.machine.compiled import inner

AT_POST = UnitStatus.AT_POST.value
MOBILE = UnitStatus.MOBILE.value
ON_BREAK = UnitStatus.ON_BREAK.value
OUT = UnitStatus.OFF_DUTY.value


@inner
def roster_event(town, rules, fleet, desk, rows, roads, units, calls, places, covers, event, now_s):  # type: ignore[no-untyped-def]
    """Carry out one roster event; a busy unit finishes its call first: overtime, or the break owed.

    Returns the place the unit should be assigned to now, or NOBODY.
    """
    u = event.unit
    unit = units[u]
    status = fleet.status[u]
    available = AT_POST <= status <= MOBILE
    if event.kind == ON_DUTY:
        fleet.off_at_s[u] = now_s + event.length_s
        if status == OUT:
            unit.on_since_s = now_s
            fleet.status[u] = AT_POST if now_s >= fleet.leg_end_s[u] else MOBILE
            count_cover(rules, desk, covers, unit.post, 1)
            return take_waiting(rules, fleet, desk, units, calls, places, u, now_s)
    elif event.kind == OFF_DUTY:
        if now_s < fleet.off_at_s[u]:
            return np.int64(NOBODY)  # the next duty has begun already
        if available:
            count_cover(rules, desk, covers, unit.post, -1)
        if available or status == ON_BREAK:
            go_off_duty(town, rules, fleet, desk, rows, roads, unit, u, now_s)
    elif available:
        count_cover(rules, desk, covers, unit.post, -1)
        if unit.post != unit.home:
            drive_to_post(town, rules, fleet, desk, rows, roads, u, unit, unit.home, now_s)
        begin_break(fleet, unit, u, event.length_s, now_s)
    elif status != OUT and status != ON_BREAK:
        unit.break_owed_s = event.length_s
    return np.int64(NOBODY)
