"""Play calls through a town under rules: allocate what the engine writes, run it, hand back what happened."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goldenhour.dispatch.policy import UnitStatus
from goldenhour.planning.twin.arrays import (
    DESK,
    FLEET,
    MOST_BAYS,
    MOST_UNITS,
    NOBODY,
    NOWHERE,
    PLACE,
    ROSTER,
    SAMPLE,
    UNIT,
    World,
)
from goldenhour.planning.twin.engine import play
from goldenhour.planning.twin.ground.town import BadTown, Town

COLD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Who drives: post[n], each unit's own; capabilities[n], Capability masks; on_duty[n] at the beginning; roster:
    ROSTER records in time order."""

    post: NDArray[np.int32]
    capabilities: NDArray[np.uint32]
    on_duty: NDArray[np.bool_]
    roster: NDArray[Any]

    @classmethod
    def always_on(cls, post: ArrayLike, capabilities: ArrayLike) -> "Fleet":
        """Units whose duty never ends."""
        posts = np.asarray(post, np.int32)
        return cls(
            post=posts,
            capabilities=np.asarray(capabilities, np.uint32),
            on_duty=np.ones(len(posts), np.bool_),
            roster=np.zeros(0, ROSTER),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened. places: PLACE[calls, slots]; units: UNIT[n] as they ended; samples: SAMPLE[.]; left_waiting:
    places nobody ever filled; most_waiting: the longest queue; events: how many the engine played."""

    places: NDArray[Any]
    units: NDArray[Any]
    samples: NDArray[Any]
    left_waiting: int
    most_waiting: int
    events: int


def simulate(
    town: Town, rules: NDArray[Any], calls: NDArray[Any], fleet: Fleet, *, covers: NDArray[np.float64]
) -> Outcome:
    """Play CALL records, in order of ready_s, under a RULES record (array of one). covers: f64[groups, posts]."""
    n, slots = len(fleet.post), int(rules["slots"][0])
    if not 0 < n <= MOST_UNITS:
        raise BadTown(f"the twin plays 1 to {MOST_UNITS} units, not {n}")
    sample_s = float(rules["sample_s"][0])
    samples = int(calls["ready_s"][-1] // sample_s) + 1 if len(calls) and sample_s > 0 else 0
    desk = np.zeros(1, DESK)
    desk["first"] = desk["last"] = NOBODY
    desk["moves_s"] = -np.inf
    world = World(
        town=town.town,
        rules=rules,
        fleet=_fleet(fleet),
        desk=desk,
        rows=town.rows,
        roads=town.roads._replace(spot=np.zeros_like(town.roads.spot)),
        units=_units(town, fleet),
        calls=calls,
        places=_places(len(calls) * slots),
        covers=np.ascontiguousarray(covers),
        roster=fleet.roster,
        samples=np.zeros(samples, SAMPLE),
    )
    if int(town.town["bays"].sum()) > MOST_BAYS:
        raise BadTown(f"the hospitals have more bays than the twin holds ({MOST_BAYS}); 0 means no limit")
    events = play(world)
    return Outcome(
        places=world.places.reshape(len(calls), slots),
        units=world.units,
        samples=world.samples,
        left_waiting=int(desk["waiting"][0]),
        most_waiting=int(desk["most_waiting"][0]),
        events=int(events),
    )


def _fleet(fleet: Fleet) -> NDArray[Any]:
    n = len(fleet.post)
    record = np.zeros(1, FLEET)
    record["n"] = n
    record["next_s"] = np.inf
    record["until_off_s"] = record["off_at_s"] = np.inf
    record["capabilities"][0, :n] = fleet.capabilities
    record["status"][0, :n] = np.where(fleet.on_duty, UnitStatus.AT_POST, UnitStatus.OFF_DUTY)
    return record


def _units(town: Town, fleet: Fleet) -> NDArray[Any]:
    """Units standing at their own posts."""
    units = np.zeros(len(fleet.post), UNIT)
    for field in ("home", "post", "anchor_stop"):
        units[field] = fleet.post
    for field in ("leg_node", "to_node", "anchor_node"):
        units[field] = town.town["stop_node"][0][fleet.post]
    units["leg_chain"] = NOWHERE
    units["call"] = units["slot"] = NOBODY
    units["leg_mode"] = COLD
    units["leg_pace"] = 1.0
    units["busy_from_s"] = -1.0
    units["moved_s"] = -np.inf
    return units


def _places(count: int) -> NDArray[Any]:
    """Places that nobody was sent to yet; one record copied, for millions of calls wait for nothing but memory."""
    place = np.zeros(1, PLACE)
    for field in ("assigned_s", "arrived_s", "at_hospital_s", "free_s"):
        place[field] = np.nan
    place["unit"] = place["hospital"] = NOBODY
    return np.repeat(place, count)
