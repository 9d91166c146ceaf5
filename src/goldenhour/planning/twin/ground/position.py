"""Where a unit on the road is, how long it takes from there, and a quick bound that often makes asking needless.

numba functions here are untyped for mypy: their arguments are records and arrays of the types named in `arrays`.
"""

import numpy as np

from goldenhour.geo.roads import HOT
from goldenhour.geo.spots import along_chain
from goldenhour.geo.table import NEVER, spot_seconds
from goldenhour.kernel.machine_code import njit
from goldenhour.planning.twin.arrays import NOWHERE

ROUNDING_QUANTA = 4.0  # table roundings that may add up in a bound
MOST_HOPS = 100_000


@njit(nogil=True)
def road_s(roads, town, mode):  # type: ignore[no-untyped-def]
    """Base seconds by road between the two scratch spots."""
    if mode == HOT:
        return np.float64(spot_seconds(roads.hot, np.float32(town.quantum_s[HOT]), roads.spot[0], roads.spot[1]))
    return np.float64(spot_seconds(roads.cold, np.float32(town.quantum_s[mode]), roads.spot[0], roads.spot[1]))


@njit(nogil=True)
def put_spot(roads, mode, node, chain, fraction, spot):  # type: ignore[no-untyped-def]
    """Write the spot of a node, or of a place part-way along a chain (node NOWHERE), for one mode."""
    if node != NOWHERE:
        known = roads.node[mode, node]
        spot.end_a, spot.end_b, spot.chain, spot.off_m = known.end_a, known.end_b, known.chain, 0.0
        spot.out_a, spot.out_b, spot.in_a, spot.in_b = known.out_a, known.out_b, known.in_a, known.in_b
        return
    along = roads.chain[chain]
    spot.end_a, spot.end_b, spot.chain, spot.off_m = along.begin, along.end, chain, 0.0
    spot.in_a = fraction * along.ahead_s[mode]
    spot.out_b = (1.0 - fraction) * along.ahead_s[mode]
    back_s = along.back_s[mode]
    spot.out_a = fraction * back_s if back_s < np.inf else np.inf
    spot.in_b = (1.0 - fraction) * back_s if back_s < np.inf else np.inf


@njit(nogil=True)
def find(roads, town, unit, now_s, here):  # type: ignore[no-untyped-def]
    """Where the unit is: (node, chain). Writes `here`: [0] its fraction along the chain, [1] base seconds (of its
    leg's mode) it is off the road, [2] what is left of its turnout."""
    here[0] = unit.leg_fraction
    here[2] = max(0.0, unit.leg_depart_s - now_s)
    gone_s = max(0.0, now_s - unit.leg_depart_s) / unit.leg_pace
    if gone_s <= unit.leg_off0_s:
        here[1] = unit.leg_off0_s - gone_s
        return unit.leg_node, unit.leg_chain
    on_road_s = gone_s - unit.leg_off0_s
    if on_road_s >= unit.leg_road_s:
        here[1] = min(on_road_s - unit.leg_road_s, unit.leg_off1_s)
        return unit.to_node, np.int32(NOWHERE)
    here[1] = 0.0
    chain = _along(roads, town, unit, on_road_s, here)
    return (unit.to_node if chain == NOWHERE else np.int32(NOWHERE)), chain


@njit(nogil=True)
def _along(roads, town, unit, on_road_s, here):  # type: ignore[no-untyped-def]
    """The chain the unit is on, on_road_s into the road part of its leg; NOWHERE at the leg's end."""
    if unit.walk_known == 0 or on_road_s < unit.walk_s:
        _choose_way(roads, town, unit)
    if unit.walk_last == NOWHERE or on_road_s < unit.walk_first_s:
        return _first_chain(roads, unit, on_road_s, here)
    return _walk(roads, town, unit, on_road_s, here)


@njit(nogil=True)
def _first_chain(roads, unit, on_road_s, here):  # type: ignore[no-untyped-def]
    """Still on the chain the drive began on: `here` is how far along it."""
    mode, start, to = unit.leg_mode, roads.spot[0], roads.spot[1]
    put_spot(roads, mode, unit.leg_node, unit.leg_chain, unit.leg_fraction, start)
    ahead = unit.walk_ahead == 1
    if unit.walk_last == NOWHERE:
        put_spot(roads, mode, unit.to_node, NOWHERE, 0.0, to)
        ahead = to.in_a >= start.in_a
    whole_s = roads.chain[start.chain].ahead_s[mode] if ahead else roads.chain[start.chain].back_s[mode]
    here[0] = _share(start.in_a + on_road_s if ahead else start.out_a - on_road_s, whole_s)
    return start.chain


@njit(nogil=True)
def _walk(roads, town, unit, on_road_s, here):  # type: ignore[no-untyped-def]
    """From junction to junction by the arc that the shortest way takes, on from where the unit was last found."""
    mode = unit.leg_mode
    row = roads.hot[unit.walk_last] if mode == HOT else roads.cold[unit.walk_last]
    quantum_s = town.quantum_s[mode]
    for _ in range(MOST_HOPS):
        at = unit.walk_at
        if at == unit.walk_last:
            return _last_chain(roads, unit, on_road_s - unit.walk_s, here)
        best, least = NOWHERE, np.inf
        for i in range(roads.start[mode, at], roads.start[mode, at + 1]):
            arc = roads.arc[mode, i]
            if row[arc.head] == NEVER or arc.head == unit.walk_before:
                continue
            seconds = arc.seconds + row[arc.head] * quantum_s
            if seconds < least:
                best, least = i, seconds
        if best == NOWHERE:
            break
        arc = roads.arc[mode, best]
        if on_road_s < unit.walk_s + arc.seconds:
            part = (on_road_s - unit.walk_s) / arc.seconds
            here[0] = part if arc.chain >= 0 else 1.0 - part
            return arc.chain if arc.chain >= 0 else ~arc.chain
        unit.walk_s += arc.seconds
        unit.walk_before = at
        unit.walk_at = arc.head
    return np.int32(NOWHERE)


@njit(nogil=True)
def _last_chain(roads, unit, into_s, here):  # type: ignore[no-untyped-def]
    """On the chain the drive ends on, into_s from the junction before it."""
    mode, to = unit.leg_mode, roads.spot[1]
    put_spot(roads, mode, unit.to_node, NOWHERE, 0.0, to)
    if to.chain == NOWHERE:
        return np.int32(NOWHERE)
    chain = roads.chain[to.chain]
    if unit.walk_last == to.end_a and (to.end_a != to.end_b or to.in_a <= to.in_b):
        here[0] = _share(min(into_s, to.in_a), chain.ahead_s[mode])
    else:
        here[0] = 1.0 - _share(min(into_s, to.in_b), chain.back_s[mode])
    return to.chain


@njit(nogil=True)
def _share(seconds, whole_s):  # type: ignore[no-untyped-def]
    return min(1.0, max(0.0, seconds / whole_s)) if whole_s > 0.0 else 0.0


@njit(nogil=True)
def _choose_way(roads, town, unit):  # type: ignore[no-untyped-def]
    """Which end of its chain the drive leaves by and which it comes in by: the same least sum as `spot_seconds`."""
    start, to = roads.spot[0], roads.spot[1]
    put_spot(roads, unit.leg_mode, unit.leg_node, unit.leg_chain, unit.leg_fraction, start)
    put_spot(roads, unit.leg_mode, unit.to_node, NOWHERE, 0.0, to)
    unit.walk_known = 1
    unit.walk_before = NOWHERE
    unit.walk_last = NOWHERE
    unit.walk_s = 0.0
    best = np.float64(along_chain(start, to))
    table = roads.hot if unit.leg_mode == HOT else roads.cold
    quantum_s = town.quantum_s[unit.leg_mode]
    for leave in range(2):
        out_s = np.float64(start.out_a if leave == 0 else start.out_b)
        by = start.end_a if leave == 0 else start.end_b
        for enter in range(2):
            in_s = np.float64(to.in_a if enter == 0 else to.in_b)
            at = to.end_a if enter == 0 else to.end_b
            if not (out_s < np.inf and in_s < np.inf) or table[at, by] == NEVER:
                continue
            seconds = out_s + table[at, by] * quantum_s + in_s
            if seconds < best:
                best = seconds
                unit.walk_last, unit.walk_at, unit.walk_ahead = at, by, leave
                unit.walk_first_s = unit.walk_s = out_s


@njit(nogil=True, forceinline=True)
def least_s(town, rows, mode, unit, now_s, node):  # type: ignore[no-untyped-def]
    """A lower bound of the base seconds from where the unit is to a node, by the triangle inequality.

    From a stop it left: (stop -> node) - (the most it can have driven away). From any other place it left: the same,
    with (place -> node) bounded by the largest difference of the times from each stop.
    """
    row = rows[mode, node]
    most = np.int64(0)
    if unit.anchor_stop != NOWHERE:
        most = np.int64(row[unit.anchor_stop])
    else:
        anchor = rows[mode, unit.anchor_node]
        for stop in range(town.n_stops):
            most = max(most, np.int64(row[stop]) - np.int64(anchor[stop]))
    whole_s = unit.leg_off0_s + unit.leg_road_s + unit.leg_off1_s
    gone_s = min(whole_s, max(0.0, now_s - unit.leg_depart_s) / unit.leg_pace)
    away_s = unit.away_s[mode] + gone_s * town.slower[unit.leg_mode, mode]
    return (most - ROUNDING_QUANTA) * town.quantum_s[mode] - away_s


@njit(nogil=True)
def drive_s(roads, town, unit, mode, node, at_s, here):  # type: ignore[no-untyped-def]
    """Base seconds of `mode` from where the unit was at at_s to a node, any leg back to the road included."""
    at_node, at_chain = find(roads, town, unit, at_s, here)
    put_spot(roads, mode, at_node, at_chain, here[0], roads.spot[0])
    put_spot(roads, mode, node, NOWHERE, 0.0, roads.spot[1])
    off_s = here[1] * (town.off_s_per_m[mode] / town.off_s_per_m[unit.leg_mode])
    return off_s + road_s(roads, town, mode)
