"""When each unit would be at a place: what is left of its turnout, then the road, or the air for a helicopter."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour.chain.questions.distances import Distances, Point, flies
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.plans import PolicySettings
from goldenhour.dispatch.state import Unit
from goldenhour.dispatch.turnout import TURNING_OUT, WAITING, turnout_left_s
from goldenhour.kernel.ids import UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Mode
from goldenhour.runtime.boards import Open


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """In the units' order: seconds before it rolls and on its way from then on (f64, inf: no way), whether the way is
    only estimated, whether the unit stands at its post, position age in s (nan: none)."""

    turnout_s: NDArray[np.float64]
    travel_s: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    at_post: NDArray[np.bool_]
    position_age_s: NDArray[np.float64]


def arrivals(
    distances: Distances,
    policy: PolicySettings,
    open_entities: Open,
    units: Sequence[Unit],
    to: Point,
    *,
    mode: Mode,
    now: Instant,
) -> Arrivals:
    """What the desk may expect of every unit, were it told now to go there."""
    reckoned = distances.to_place(units, to, mode=mode, now=now)
    at_post = np.array([distances.at_post(unit) for unit in units], np.bool_)
    turnout_s = np.array(
        [
            turnout_left_s(
                unit,
                at_post=bool(stands),
                told_at=_told_at(unit, open_entities),
                now=now,
                expected_s=policy.expected_turnout_s(unit.kind),
            )
            for unit, stands in zip(units, at_post, strict=True)
        ],
        np.float64,
    )
    return Arrivals(
        turnout_s=turnout_s,
        travel_s=reckoned.travel_s,
        estimated=reckoned.estimated,
        at_post=at_post,
        position_age_s=reckoned.position_age_s,
    )


def soonest_flight(
    distances: Distances, policy: PolicySettings, open_entities: Open, to: Point, *, now: Instant
) -> tuple[UnitId, int] | None:
    """The helicopter that is free and would be there first, with its seconds, lift-off included; None for nobody."""
    free = [one for one in open_entities.all("unit").values() if flies(one) and one.status in WAITING]
    expected = arrivals(distances, policy, open_entities, free, to, mode=Mode.HOT, now=now)
    there_s = (expected.turnout_s + expected.travel_s).tolist()
    found = min(((s, unit.id) for s, unit in zip(there_s, free, strict=True) if math.isfinite(s)), default=None)
    return None if found is None else (found[1], round(found[0]))


def _told_at(unit: Unit, open_entities: Open) -> Instant | None:
    """When the crew of a unit that turns out was told first."""
    if unit.status not in TURNING_OUT:
        return None
    told = []
    for one in unit.assignments:
        incident = open_entities.get("incident", one.incident)
        if incident is not None and Moment.NOTIFIED in incident.assignments[one.id].times:
            told.append(incident.assignments[one.id].times[Moment.NOTIFIED])
    return min(told, default=None)
