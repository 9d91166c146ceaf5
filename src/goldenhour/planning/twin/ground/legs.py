"""Drives: beginning one, leaving one, and the pace of the hour."""

import numpy as np

from goldenhour.planning.twin.arrays import WEEK_H
from goldenhour.planning.twin.machine.compiled import inlined

HOUR_S = 3600.0


@inlined
def pace_at(rules, mode, at_s):  # type: ignore[no-untyped-def]
    """True seconds that a base second of driving takes when one sets off at at_s."""
    return rules.pace[mode, (rules.first_hour + np.int64(at_s / HOUR_S)) % WEEK_H]


@inlined
def begin_leg(fleet, u, unit, mode, to_node, depart_s, off0_s, road_s, off1_s, pace):  # type: ignore[no-untyped-def]
    """Set the unit on its way from the place already written in leg_node, leg_chain and leg_fraction."""
    unit.leg_mode = mode
    unit.to_node = to_node
    unit.leg_depart_s = depart_s
    unit.leg_off0_s = off0_s
    unit.leg_road_s = road_s
    unit.leg_off1_s = off1_s
    unit.leg_pace = pace
    fleet.leg_end_s[u] = depart_s + (off0_s + road_s + off1_s) * pace
    unit.walk_known = 0
    unit.walk_s = 0.0


@inlined
def leave_leg(town, unit, now_s):  # type: ignore[no-untyped-def]
    """Account for what was driven of the leg so far, and for how far from its anchor that may have taken the unit."""
    whole_s = unit.leg_off0_s + unit.leg_road_s + unit.leg_off1_s
    gone_s = min(whole_s, max(0.0, now_s - unit.leg_depart_s) / unit.leg_pace)
    unit.driven_s[unit.leg_mode] += gone_s
    unit.away_s[0] += gone_s * town.slower[unit.leg_mode, 0]
    unit.away_s[1] += gone_s * town.slower[unit.leg_mode, 1]


@inlined
def set_anchor(unit, node, stop):  # type: ignore[no-untyped-def]
    """The unit is at this node, which is a stop or not (NOWHERE)."""
    unit.anchor_node = node
    unit.anchor_stop = stop
    unit.away_s[0] = 0.0
    unit.away_s[1] = 0.0
