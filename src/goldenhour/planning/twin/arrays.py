"""What the engine reads and writes, as records and arrays of fixed types.

Compiled code pays for every array it hands on, so scalars, small tables and the vectors of the decision kernel live in
four records of fixed size (town, rules, fleet, desk), and only what is truly large is an array of its own.
Times are float64 seconds from the beginning; "base" seconds are those of the travel table, at pace 1.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.numbers import LEVELS

NOBODY: Final = -1
NOWHERE: Final = -1

MOST_UNITS: Final = 1024
MOST_STOPS: Final = 512
MOST_BAYS: Final = 2048
MOST_GROUPS: Final = 4096
MOST_PLANS: Final = 64
MOST_SLOTS: Final = 6
MOST_MOVES: Final = 240
WEEK_H: Final = 168

HOME: Final = 0  # where a freed unit goes: its own post,
DMEXCLP: Final = 1  # or the post where it adds the most expected cover

ON_DUTY: Final = 0  # kinds of roster events
OFF_DUTY: Final = 1
BREAK: Final = 2

FREE: Final = 0  # kinds of unit events
AT_HOSPITAL: Final = 1
BREAK_OVER: Final = 2

HOT_OUT: Final = 0  # layers of World.rows: from stops by mode,
COLD_OUT: Final = 1
COLD_IN: Final = 2  # and towards them


def record(*fields: tuple[Any, ...]) -> np.dtype[np.void]:
    """A record type laid out as C would, so that compiled code reads it directly."""
    return np.dtype(list(fields), align=True)


# Stops are the stations (posts) first, then the hospitals. slower[m, k]: the largest ratio of time driven in mode k to
# the same driven in mode m. A hospital's bays: 0 is no limit; first_bay: where its bays begin in desk.bay_free_s.
TOWN: Final = record(
    ("n_posts", np.int64),
    ("n_stops", np.int64),
    ("quantum_s", np.float64, (2,)),
    ("off_s_per_m", np.float64, (2,)),
    ("slower", np.float64, (2, 2)),
    ("stop_node", np.int32, (MOST_STOPS,)),
    ("stop_off_m", np.float64, (MOST_STOPS,)),
    ("hospital_can", np.uint32, (MOST_STOPS,)),
    ("bays", np.int64, (MOST_STOPS,)),
    ("first_bay", np.int64, (MOST_STOPS,)),
)

# The kernel's PolicyNumbers, field for field.
NUMBERS: Final = record(
    ("divert", np.uint8, (LEVELS, LEVELS)),
    ("divert_gain_s", np.float64),
    ("scarce", np.int64),
    ("spare_s", np.float64),
    ("cover_slack_s", np.float64),
    ("end_guard_s", np.float64, (LEVELS,)),
    ("break_level", np.int64),
    ("promote_s", np.float64, (LEVELS,)),
    ("swap_gain_s", np.float64, (LEVELS,)),
    ("q", np.float64),
    ("move_gain", np.float64),
)

# slots: places per call in the log. The first place of a plan treats and transports; the others support it and leave
# when they have worked their support time and the first has been there for handoff_s. plan_slots, plan_sooner_s as
# `fill_plan` takes them. pace: true seconds per base second by mode and hour of the week; first_hour: at time 0.
# report_s: how often units report where they are (0: always known). sample_s: 0 takes no samples. cover: whether
# cover is counted. rostered: whether anybody's duty ends. mutual_aid: whether
# a call that finds nobody free is given to neighbours and not queued. demand: of the cover groups.
RULES: Final = record(
    ("numbers", NUMBERS),
    ("slots", np.int64),
    ("redeploy", np.int64),
    ("swaps", np.int64),
    ("move_up", np.int64),
    ("moves_per_hour", np.int64),
    ("move_rest_s", np.float64),
    ("mode_of_level", np.int64, (LEVELS,)),
    ("plan_slots", np.uint32, (MOST_PLANS, MOST_SLOTS)),
    ("plan_sooner_s", np.float64, (MOST_PLANS, MOST_SLOTS)),
    ("plan_size", np.int64, (MOST_PLANS,)),
    ("handoff_s", np.float64),
    ("pace", np.float64, (2, WEEK_H)),
    ("first_hour", np.int64),
    ("report_s", np.float64),
    ("sample_s", np.float64),
    ("cover", np.int64),
    ("rostered", np.int64),
    ("mutual_aid", np.int64),
    ("n_groups", np.int64),
    ("demand", np.float64, (MOST_GROUPS,)),
)

# What the decision kernel takes, one entry per unit, and what every event asks of all units, side by side: each one's
# next event, the end of its drive (leg_end_s) and of its duty (off_at_s). candidate: the units the screen left, in
# order, and their_*: the same for those alone, so that what follows does not stumble over the others; moving: of these,
# those on the road.
FLEET: Final = record(
    ("n", np.int64),
    ("next_s", np.float64, (MOST_UNITS,)),
    ("leg_end_s", np.float64, (MOST_UNITS,)),
    ("off_at_s", np.float64, (MOST_UNITS,)),
    ("travel_s", np.float64, (MOST_UNITS,)),
    ("cover_loss", np.float64, (MOST_UNITS,)),
    ("until_off_s", np.float64, (MOST_UNITS,)),
    ("capabilities", np.uint32, (MOST_UNITS,)),
    ("status", np.uint8, (MOST_UNITS,)),
    ("committed_level", np.uint8, (MOST_UNITS,)),
    ("why", np.uint8, (MOST_UNITS,)),
    ("candidate", np.int64, (MOST_UNITS + 1,)),
    ("moving", np.int64, (MOST_UNITS + 1,)),
    ("their_travel_s", np.float64, (MOST_UNITS,)),
    ("their_loss", np.float64, (MOST_UNITS,)),
    ("their_capabilities", np.uint32, (MOST_UNITS,)),
    ("their_why", np.uint8, (MOST_UNITS,)),
)

# The desk's own state: first and last waiting place of each level, what is covered, which bay is free when; and
# scratch: here (see position.find), chosen and why_slot (fill_plan), bumped (places that lost their unit).
DESK: Final = record(
    ("waiting", np.int64),
    ("most_waiting", np.int64),
    ("first", np.int64, (LEVELS,)),
    ("last", np.int64, (LEVELS,)),
    ("cover_count", np.int32, (MOST_GROUPS,)),
    ("marginal", np.float64, (MOST_GROUPS,)),
    ("gain", np.float64, (MOST_STOPS,)),
    ("post_travel_s", np.float64, (MOST_STOPS,)),
    ("bay_free_s", np.float64, (MOST_BAYS,)),
    ("moves_s", np.float64, (MOST_MOVES,)),
    ("here", np.float64, (3,)),
    ("chosen", np.int64, (MOST_SLOTS,)),
    ("why_slot", np.uint8, (MOST_SLOTS,)),
    ("bumped", np.int64, (MOST_SLOTS,)),
)

# One unit. post: stop it belongs to now; home: its own; call, slot: what it is committed to. phase: what its next
# event is; free_at: the hospital (stop) it will be free at, or NOWHERE for the scene; carry_s: base seconds to there.
# leg_*: the drive it is on (its end is in the fleet): from a node, or part-way (0..1) along a chain; off0, road, off1
# base seconds; pace: true seconds a base second takes. walk_*: how far along that drive it was last found. anchor_*: a
# node it left, and for each mode the most base seconds it can be away from it.
UNIT: Final = record(
    ("home", np.int32),
    ("post", np.int32),
    ("call", np.int32),
    ("slot", np.int32),
    ("phase", np.int32),
    ("free_at", np.int32),
    ("leg_mode", np.int32),
    ("leg_node", np.int32),
    ("leg_chain", np.int32),
    ("to_node", np.int32),
    ("anchor_node", np.int32),
    ("anchor_stop", np.int32),
    ("leg_fraction", np.float64),
    ("leg_depart_s", np.float64),
    ("leg_off0_s", np.float64),
    ("leg_road_s", np.float64),
    ("leg_off1_s", np.float64),
    ("leg_pace", np.float64),
    ("carry_s", np.float64),
    ("away_s", np.float64, (2,)),
    ("walk_known", np.int32),
    ("walk_last", np.int32),
    ("walk_at", np.int32),
    ("walk_before", np.int32),
    ("walk_ahead", np.int32),
    ("walk_first_s", np.float64),
    ("walk_s", np.float64),
    ("on_since_s", np.float64),
    ("break_owed_s", np.float64),
    ("busy_from_s", np.float64),
    ("moved_s", np.float64),
    ("busy_s", np.float64),
    ("driven_s", np.float64, (2,)),
    ("on_duty_s", np.float64),
    ("overtime_s", np.float64),
    ("runs", np.int64),
    ("diverted", np.int64),
    ("swaps", np.int64),
    ("moves", np.int64),
    ("breaks", np.int64),
    ("breaks_cut", np.int64),
)

# One call, one cache line, in the order the desk considers them: ready_s is arrival plus dispatch delay. luck: the true
# travel time of a response as a multiple of the expected one.
CALL: Final = record(
    ("arrival_s", np.float64),
    ("ready_s", np.float64),
    ("node", np.int32),
    ("off_m", np.float32),
    ("on_scene_s", np.float32),
    ("handover_s", np.float32),
    ("turnout_s", np.float32),
    ("support_s", np.float32),
    ("luck", np.float32),
    ("hospital_need", np.uint32),
    ("level", np.uint8),
    ("plan", np.uint8),
    ("transport", np.uint8),
    ("original", np.int64),
)

# One place of a call's plan (number call * slots + slot): who was assigned last, when, when that unit arrived (NaN:
# never); next in the queue; and, at the first place only, the patient's arrival at hospital and the unit's end.
PLACE: Final = record(
    ("assigned_s", np.float64),
    ("arrived_s", np.float64),
    ("at_hospital_s", np.float64),
    ("free_s", np.float64),
    ("onward", np.int32),
    ("unit", np.int16),
    ("hospital", np.int16),
)

ARC: Final = record(("head", np.int32), ("chain", np.int32), ("seconds", np.float64))
CHAIN: Final = record(
    ("begin", np.int32), ("end", np.int32), ("ahead_s", np.float64, (2,)), ("back_s", np.float64, (2,))
)
ROSTER: Final = record(("at_s", np.float64), ("length_s", np.float64), ("unit", np.int32), ("kind", np.int32))
SAMPLE: Final = record(("available", np.int32), ("waiting", np.int32), ("covered", np.float64))


class Roads(NamedTuple):
    """The collapsed road graph of both modes: table [to, from] of each; node: SPOT[2, n]; the arcs out of junction u
    are arc[mode, start[mode, u]:start[mode, u + 1]]; chain CHAIN[c]; spot: SPOT[2] of scratch."""

    hot: NDArray[np.uint16]
    cold: NDArray[np.uint16]
    node: NDArray[Any]
    start: NDArray[np.int32]
    arc: NDArray[Any]
    chain: NDArray[Any]
    spot: NDArray[Any]


class World(NamedTuple):
    """Everything at once, as `engine.play` takes it; town, rules, fleet, desk are arrays of one record.

    rows: u16[3, n, w], quanta from stops by mode (HOT_OUT, COLD_OUT) and towards them (COLD_IN) for every node, the
    stops' own legs off the road included. covers: f64[g, posts], 1 where a post covers a group in time.
    """

    town: NDArray[Any]
    rules: NDArray[Any]
    fleet: NDArray[Any]
    desk: NDArray[Any]
    rows: NDArray[np.uint16]
    roads: Roads
    units: NDArray[Any]
    calls: NDArray[Any]
    places: NDArray[Any]
    covers: NDArray[np.float64]
    roster: NDArray[Any]
    samples: NDArray[Any]
