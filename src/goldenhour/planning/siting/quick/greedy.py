"""Quick good plans: add the best unit again and again, then move one while that helps.

Expected cover is submodular, so adding greedily reaches at least 1 - 1/e of the best (Nemhauser 1978), and on
cities mostly all of it. These plans start the exact solvers and stand on their own where seconds count.
"""

import numpy as np

from goldenhour.planning.siting.cover import BadSiting, Bools, CoverGroups, Floats, Ints

ENOUGH_BETTER = 1e-9


def check_units(units: int, most_at: Ints) -> None:
    """Refuse a number of units that cannot be placed; `most_at` is the room at each site."""
    if units < 1:
        raise BadSiting(f"{units} units: at least 1 is wanted")
    if (most_at < 0).any():
        raise BadSiting("room for units at a site is a number from 0")
    if units > most_at.sum():
        raise BadSiting(f"{units} units do not fit on {len(most_at)} sites with room for {most_at.sum()}")


def greedy_sites(covers: Bools, weights: Floats, units: int) -> Ints:
    """Open `units` different sites (sites,) 0/1, each where it covers the most demand not yet covered."""
    open_at = np.zeros(covers.shape[1], dtype=np.int64)
    left = weights.astype(float)
    for _ in range(units):
        best = int(np.argmax(np.where(open_at == 0, left @ covers, -1.0)))
        open_at[best] = 1
        left = np.where(covers[:, best], 0.0, left)
    return open_at


def expected_cover(groups: CoverGroups, units_at: Ints, q: float) -> float:
    """Expected covered demand: sum_i d_i (1 - q^k_i), k_i units in time of i (Daskin 1983); q = 0 is plain cover."""
    count = groups.covers @ units_at
    return float(groups.weights @ (1.0 - np.where(count > 0, float(q) ** count, 1.0)))


def greedy_cover(groups: CoverGroups, units: int, *, q: float, most_at: Ints) -> Ints:
    """Units per site (sites,) by steepest gain, then improved by moving one unit at a time."""
    covers = groups.covers.astype(np.float64)
    check_units(units, most_at)
    units_at = np.zeros(covers.shape[1], dtype=np.int64)
    left = groups.weights * (1.0 - q)  # what one more unit in time adds to each group
    for _ in range(units):
        gain = np.where(units_at < most_at, left @ covers, -np.inf)
        best = int(np.argmax(gain))
        units_at[best] += 1
        left = np.where(groups.covers[:, best], left * q, left)
    return _moved(groups, covers, units_at, q=q, most_at=most_at)


def _moved(groups: CoverGroups, covers: Floats, units_at: Ints, *, q: float, most_at: Ints) -> Ints:
    """Move single units while the best move gains; ends where no move does."""
    units_at = units_at.copy()
    while True:
        count = covers @ units_at
        best_gain, best = ENOUGH_BETTER * max(1.0, float(groups.weights.sum())), None
        for origin in np.flatnonzero(units_at):
            without = count - covers[:, origin]
            left = groups.weights * (1.0 - q) * float(q) ** without
            gain = left @ covers
            gain = np.where((units_at < most_at) | (np.arange(len(units_at)) == origin), gain, -np.inf)
            to = int(np.argmax(gain))
            if gain[to] - gain[origin] > best_gain:
                best_gain, best = float(gain[to] - gain[origin]), (int(origin), to)
        if best is None:
            return units_at
        units_at[best[0]] -= 1
        units_at[best[1]] += 1
