"""Siting: MCLP of 5,000 demand points and 300 sites, p = 16, against spopt on the same instance."""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from goldenhour.planning.siting import Demand, mclp
from goldenhour.run.bench.row import Row

T = TypeVar("T")

POINTS, SITES, POSTS, TARGET_S = 5_000, 300, 16, 600.0
TOWNS = {"a town without a centre": 0, "a town of 30 centres": 30}
GOAL = 8.0
SAME = 1e-6  # of the optimum


def rows() -> list[Row]:
    """Both sides build and solve, warm, one after the other; the same optimum is part of what is measured."""
    mclp(_town(centres=0, points=60, sites=12), 3, target_s=TARGET_S)  # compiles
    return [row for name, centres in TOWNS.items() for row in _race(name, _town(centres=centres))]


def _race(name: str, demand: Demand) -> list[Row]:
    ours, ours_s = _timed(lambda: mclp(demand, POSTS, target_s=TARGET_S))
    theirs, theirs_s = _timed(lambda: _spopt(demand))
    if theirs is None or ours.value is None:
        missing = "needs spopt: install the dev dependencies" if theirs is None else ours.status
        return [Row(name=f"MCLP {name}: not measured ({missing})", value=ours_s, unit="s", goal=">= 8x", ok=False)]
    same = ours.proven and abs(ours.value - theirs) <= SAME * theirs
    ratio = theirs_s / ours_s
    return [
        Row(
            name=f"MCLP {name}: seconds",
            value=ours_s,
            unit="s",
            goal="<= spopt / 8",
            baseline=theirs_s,
            ok=ours_s * GOAL <= theirs_s,
        ),
        Row(
            name=f"MCLP {name}: faster than spopt", value=ratio, unit="x", goal=">= 8x", baseline=1.0, ok=ratio >= GOAL
        ),
        Row(name=f"MCLP {name}: same optimum", value=ours.value, unit="calls", goal="equal", baseline=theirs, ok=same),
    ]


def _timed(solve: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    answer = solve()
    return answer, time.perf_counter() - start


def _town(*, centres: int, points: int = POINTS, sites: int = SITES) -> Demand:
    """Points and sites on a square of 6,000 seconds, even or round centres; seeded."""
    rng = np.random.default_rng(0)
    side_s = 6_000.0
    if not centres:
        at, site = rng.uniform(0, 1, (points, 2)), rng.uniform(0, 1, (sites, 2))
    else:
        heart = rng.uniform(0, 1, (centres, 2))
        at, site = (
            np.clip(heart[rng.integers(0, centres, n)] + rng.normal(0, 0.08, (n, 2)), 0, 1) for n in (points, sites)
        )
    travel_s = side_s * np.hypot(at[:, None, 0] - site[None, :, 0], at[:, None, 1] - site[None, :, 1])
    return Demand(travel_s=travel_s, weights=rng.integers(1, 100, points).astype(float))


def _spopt(demand: Demand) -> float | None:
    """The optimum by spopt with its usual solver (CBC), or None where spopt is not installed."""
    try:
        import pulp  # type: ignore[import-untyped]  # dev dependency without stubs
        from spopt.locate import MCLP  # type: ignore[import-untyped]  # dev dependency without stubs
    except ImportError:
        return None
    model = MCLP.from_cost_matrix(demand.travel_s, demand.weights, TARGET_S, POSTS)
    solved = model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1))
    return float(solved.problem.objective.value())
