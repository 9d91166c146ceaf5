"""Cover: what is left protected, where a freed unit helps most, and whether moving one is worth it.

Expected coverage of Daskin's MEXCLP (1983) read by Jagtenberg's DMEXCLP (2015): demand d_i that k available units
cover counts (1 - q^k) d_i, so the k-th unit adds d_i (1 - q) q^(k-1). Units are counted at their destination.
"""

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.codes import Reason
from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers


@compiled
def marginal_demand(
    cover_count: NDArray[np.int32], demand: NDArray[np.float64], q: float, marginal: NDArray[np.float64]
) -> None:
    """Write what one more unit covering each group would add: demand_i (1-q) q^{k_i}, k_i = cover_count[i], all [g]."""
    for group in range(len(demand)):
        marginal[group] = marginal_of(demand[group], cover_count[group], q)


@compiled
def marginal_of(demand: float, cover_count: int, q: float) -> float:
    """What one more unit adds to a group of this demand that `cover_count` units cover already."""
    return demand * (1.0 - q) * q**cover_count


@compiled
def choose_post(
    marginal: NDArray[np.float64],
    covers: NDArray[np.float64],
    travel_s: NDArray[np.float64],
    gain: NDArray[np.float64],
) -> int:
    """The post where a freed unit adds the most expected cover (DMEXCLP), or -1 when none is open.

    `marginal` f64[g] from `marginal_demand`, counting the *other* available units at their destination; `covers`
    f64[g, w] is 1 where post w covers group g in time, else 0. `travel_s` f64[w]: the unit's time to the post, inf
    for a post it may not take. Writes `gain` f64[w]. Ties go to the nearer post, then the lower index.
    """
    posts = len(travel_s)
    for post in range(posts):
        gain[post] = 0.0
    for group in range(len(marginal)):
        adds = marginal[group]
        for post in range(posts):
            gain[post] += adds * covers[group, post]
    best = -1
    for post in range(posts):
        if not travel_s[post] < np.inf:
            continue
        if best < 0 or gain[post] > gain[best] or (gain[post] == gain[best] and travel_s[post] < travel_s[best]):
            best = post
    return best


@compiled
def loss_of_leaving(
    cover_count: NDArray[np.int32],
    covers: NDArray[np.float64],
    demand: NDArray[np.float64],
    post: int,
    q: float,
) -> float:
    """Expected covered demand lost when one of the available units (counted in cover_count) leaves `post`."""
    total = 0.0
    for group in range(len(demand)):
        if covers[group, post] > 0.0 and cover_count[group] > 0:
            total += demand[group] * q ** (cover_count[group] - 1)
    return total * (1.0 - q)


@compiled
def covered_share(cover_count: NDArray[np.int32], demand: NDArray[np.float64]) -> float:
    """Share of demand that at least one available unit covers; 0 when there is no demand."""
    covered = 0.0
    total = 0.0
    for group in range(len(demand)):
        total += demand[group]
        if cover_count[group] > 0:
            covered += demand[group]
    return covered / total if total > 0.0 else 0.0


@compiled
def choose_move(
    unit_post: NDArray[np.int32],
    movable: NDArray[np.bool_],
    travel_s: NDArray[np.float64],
    cover_count: NDArray[np.int32],
    covers: NDArray[np.float64],
    demand: NDArray[np.float64],
    numbers: PolicyNumbers,
    why: NDArray[np.uint8],
) -> tuple[int, int]:
    """The waiting unit to move and the post to move it to, or (-1, -1) when no move gains numbers.move_gain.

    Per unit [n]: `unit_post` where it stands or goes, `movable`; `travel_s` f64[n, w] to each post (inf: closed).
    Other arrays as in `choose_post`, with every available unit counted. The gain is expected covered demand after
    the move minus before, as a share of all demand; ties go to the shorter drive. Writes `why` u8[n].
    """
    total = demand.sum()
    best_unit = -1
    best_post = -1
    best_gain = numbers.move_gain * total
    best_s = np.inf
    for unit in range(len(unit_post)):
        why[unit] = Reason.NOT_ASKED.value
        if not movable[unit]:
            continue
        why[unit] = Reason.NO_GAIN.value
        home = unit_post[unit]
        for post in range(covers.shape[1]):
            if post == home or not travel_s[unit, post] < np.inf:
                continue
            gain = 0.0
            for group in range(len(demand)):
                if covers[group, post] != covers[group, home]:
                    if covers[group, post] > 0.0:
                        gain += demand[group] * numbers.q ** cover_count[group]
                    else:
                        gain -= demand[group] * numbers.q ** (cover_count[group] - 1)
            gain *= 1.0 - numbers.q
            if gain > best_gain or (best_unit >= 0 and gain == best_gain and travel_s[unit, post] < best_s):
                best_unit = unit
                best_post = post
                best_gain = gain
                best_s = travel_s[unit, post]
    if best_unit >= 0:
        why[best_unit] = Reason.BEST_COVER.value
    return best_unit, best_post
