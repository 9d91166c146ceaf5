"""Counting cover: how many available units protect each group of demand, kept up to date as they come and go."""

import numpy as np

from goldenhour.dispatch.policy import choose_move, choose_post, loss_of_leaving, marginal_of
from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, UnitStatus
from goldenhour.geo.roads import COLD
from goldenhour.geo.table import NEVER
from goldenhour.planning.twin.arrays import COLD_IN, DMEXCLP
from goldenhour.planning.twin.machine.compiled import inlined, inner

AT_POST = UnitStatus.AT_POST.value
MOBILE = UnitStatus.MOBILE.value
HOUR_S = 3600.0


@inlined
def count_cover(rules, desk, covers, post, change):  # type: ignore[no-untyped-def]
    """Count an available unit in (1) or out (-1) of the groups its post covers."""
    if rules.cover == 0:
        return
    for group in range(rules.n_groups):
        if covers[group, post] > 0.0:
            desk.cover_count[group] += change
            desk.marginal[group] = marginal_of(rules.demand[group], desk.cover_count[group], rules.numbers.q)


@inlined
def best_post(town, rules, desk, rows, covers, unit):  # type: ignore[no-untyped-def]
    """Where a freed unit goes: its own post, or the one where it adds the most cover."""
    if rules.redeploy != DMEXCLP:
        return unit.home
    posts = town.n_posts
    row = rows[COLD_IN, unit.to_node]
    for w in range(posts):
        desk.post_travel_s[w] = np.inf if row[w] == NEVER else np.float64(row[w])
    post = choose_post(desk.marginal[: rules.n_groups], covers, desk.post_travel_s[:posts], desk.gain[:posts])
    return np.int32(post) if post >= 0 else unit.home


@inner
def weigh_cover(rules, fleet, desk, units, covers):  # type: ignore[no-untyped-def]
    """What each available candidate would leave uncovered, for a policy that pays seconds to keep cover."""
    for u in range(fleet.n):
        fleet.cover_loss[u] = 0.0
        if fleet.why[u] >= FIRST_CANDIDATE and (fleet.status[u] == AT_POST or fleet.status[u] == MOBILE):
            groups = rules.n_groups
            fleet.cover_loss[u] = loss_of_leaving(
                desk.cover_count[:groups], covers, rules.demand[:groups], units[u].post, rules.numbers.q
            )


@inner
def best_move(town, rules, fleet, desk, rows, units, covers, now_s):  # type: ignore[no-untyped-def]
    """(unit, post) of the move most worth making now, (-1, -1) for none or when the hour's moves are used up."""
    n, posts, groups = fleet.n, town.n_posts, rules.n_groups
    recent = 0
    for i in range(rules.moves_per_hour):
        if desk.moves_s[i] > now_s - HOUR_S:
            recent += 1
    if recent >= rules.moves_per_hour:
        return -1, -1
    movable, unit_post = np.zeros(n, np.bool_), np.zeros(n, np.int32)
    travel_s, why = np.full((n, posts), np.inf), np.zeros(n, np.uint8)
    for u in range(n):
        unit = units[u]
        unit_post[u] = unit.post
        movable[u] = fleet.status[u] == AT_POST and now_s - unit.moved_s >= rules.move_rest_s
        if movable[u]:
            row = rows[COLD_IN, town.stop_node[unit.post]]
            for w in range(posts):
                travel_s[u, w] = np.inf if row[w] == NEVER else row[w] * town.quantum_s[COLD]
    return choose_move(
        unit_post,
        movable,
        travel_s,
        desk.cover_count[:groups],
        covers,
        rules.demand[:groups],
        rules.numbers,
        why,
    )
