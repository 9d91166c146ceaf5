"""Coverage for the map: minutes to each demand cell by hour, and what share of demand that puts in time.

Two readings of a plan: as if every unit stood at its post, and as expected when each is out a fraction q of the time
(Daskin 1983).
"""

import msgspec
import numpy as np

from goldenhour.planning.siting.cover import BadSiting, Demand, Floats, Ints
from goldenhour.planning.siting.mexclp import check_busy

S_PER_MIN = 60.0


class HourCover(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of the day or week: share of its calls within each target if all units are in (`within`) and in
    expectation (`expected`), and the mean minutes to a call from the nearest post."""

    hour: int
    calls: float
    within: list[float]
    expected: list[float]
    mean_min: float | None


class CoverMap(msgspec.Struct, frozen=True, kw_only=True):
    """`minutes[cell][hour]` from the nearest staffed post, None where no road leads; `hours` as given, `targets_s`."""

    targets_s: list[float]
    hours: list[HourCover]
    minutes: list[list[float | None]]


def cover_map(
    travel_s: Floats,
    units_at: Ints,
    calls: Floats,
    *,
    pace: Floats,
    targets_s: tuple[float, ...] = (480.0,),
    q: float,
) -> CoverMap:
    """`travel_s` (cells, posts) at pace 1; `units_at` (posts, hours) on duty; `calls` (cells, hours); `pace` (hours,)
    of travel. An hour with nobody on duty covers nothing."""
    check_busy(q)
    cells, posts = travel_s.shape
    Demand(travel_s=travel_s, weights=calls.sum(axis=1))  # refuses bad times and empty demand
    if units_at.shape != (posts, len(pace)) or (units_at < 0).any() or not units_at.sum():
        raise BadSiting(f"units are counted for {posts} posts x {len(pace)} hours, with at least one unit in all")
    if calls.shape != (cells, len(pace)) or (calls < 0).any() or not (np.isfinite(pace) & (pace > 0)).all():
        raise BadSiting("calls are cells x hours from 0, with a pace above 0 for each hour")
    if not targets_s or not all(target > 0 for target in targets_s):
        raise BadSiting("targets in seconds above 0 are wanted")
    nearest_s = np.stack(
        [np.where(units_at[:, hour] > 0, travel_s * factor, np.inf).min(axis=1) for hour, factor in enumerate(pace)],
        axis=1,
    )
    return CoverMap(
        targets_s=list(targets_s),
        hours=[
            _hour(hour, travel_s * factor, nearest_s[:, hour], units_at[:, hour], calls[:, hour], targets_s, q)
            for hour, factor in enumerate(pace)
        ],
        minutes=[[None if np.isinf(s) else round(float(s) / S_PER_MIN, 2) for s in row] for row in nearest_s],
    )


def _hour(
    hour: int,
    travel_s: Floats,
    nearest_s: Floats,
    units_at: Ints,
    calls: Floats,
    targets_s: tuple[float, ...],
    q: float,
) -> HourCover:
    total = float(calls.sum())
    reached = np.isfinite(nearest_s) & (calls > 0)
    within, expected = [], []
    for target in targets_s:
        count = (travel_s <= target) @ units_at
        within.append(float(calls @ (count > 0)) / total if total else 0.0)
        expected.append(float(calls @ (1 - q**count)) / total if total else 0.0)
    mean_s = calls[reached] @ nearest_s[reached] / calls[reached].sum() if reached.any() else None
    return HourCover(
        hour=hour,
        calls=total,
        within=within,
        expected=expected,
        mean_min=None if mean_s is None else float(mean_s) / S_PER_MIN,
    )
