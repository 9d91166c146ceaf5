"""MEXCLP: place units, several at a site if need be, so that the expected cover is greatest though each is busy a
fraction q of the time (Daskin 1983).

max sum_g sum_k d_g (1-q) q^(k-1) y_gk;  sum_k y_gk <= sum of units that cover g;  sum x = A;  x whole, y in 0..1.
"""

import numpy as np
from scipy import sparse

from goldenhour.planning.siting.cover import BadSiting, CoverGroups, Demand, Floats, Ints, group_cover
from goldenhour.planning.siting.mip import Answer, Limits, Programme, solve
from goldenhour.planning.siting.quick.greedy import check_units, greedy_cover

DEFAULT_LIMITS = Limits()


def check_busy(q: float) -> None:
    """Refuse a busy fraction that is none."""
    if not 0 < q < 1:
        raise BadSiting(f"a busy fraction q of {q}: more than 0 and less than 1 is wanted")


def mexclp(
    demand: Demand,
    units: int,
    *,
    target_s: float,
    q: float,
    most_at: Ints | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Answer:
    """Units per site for the greatest expected cover; `most_at` (sites,) is the room at each, without it any number."""
    check_busy(q)
    room = np.full(demand.sites, units, dtype=np.int64) if most_at is None else most_at
    if room.shape != (demand.sites,):
        raise BadSiting(f"room for units is one number for each of {demand.sites} sites")
    check_units(units, room)
    return place(group_cover(demand, target_s), units, q=q, most_at=room, limits=limits, total=demand.total)


def place(groups: CoverGroups, units: int, *, q: float, most_at: Ints, limits: Limits, total: float) -> Answer:
    """MEXCLP over groups already made; `total` is the demand that `share` is a part of."""
    depth = np.minimum(units, groups.covers @ most_at).astype(np.int64)
    layer_of = np.repeat(np.arange(groups.size), depth)
    layer = np.arange(len(layer_of)) - np.repeat(np.cumsum(depth) - depth, depth)
    start = _start(groups, greedy_cover(groups, units, q=q, most_at=most_at), layer_of, layer)
    done = solve(_programme(groups, units, q, most_at, layer_of, layer), limits, start=start)
    if done.values is None:
        return Answer(model="mexclp", status=done.status, groups=groups.size)
    return Answer(
        model="mexclp",
        status=done.status,
        units_at=np.rint(done.values[: len(most_at)]).astype(int).tolist(),
        value=done.value,
        bound=done.bound,
        gap=done.gap,
        share=done.value / total,
        groups=groups.size,
        note=f"{groups.beyond / total:.1%} of demand is out of reach of every site" if groups.beyond else "",
    )


def _start(groups: CoverGroups, units_at: Ints, layer_of: Ints, layer: Ints) -> Floats:
    filled = layer < (groups.covers @ units_at)[layer_of]
    return np.concatenate([units_at, filled]).astype(float)


def _programme(groups: CoverGroups, units: int, q: float, most_at: Ints, layer_of: Ints, layer: Ints) -> Programme:
    sites, layers = len(most_at), len(layer_of)
    filled = sparse.csr_matrix((np.ones(layers), (layer_of, np.arange(layers))), shape=(groups.size, layers))
    link = sparse.hstack([sparse.csr_matrix(groups.covers, dtype=float), -filled])
    count = sparse.csr_matrix(np.concatenate([np.ones(sites), np.zeros(layers)]))
    return Programme(
        gain=np.concatenate([np.zeros(sites), groups.weights[layer_of] * (1 - q) * q**layer]),
        rows=sparse.vstack([link, count], format="csr"),
        rows_low=np.concatenate([np.zeros(groups.size), [units]]),
        rows_high=np.concatenate([np.full(groups.size, np.inf), [units]]),
        least=np.zeros(sites + layers),
        most=np.concatenate([most_at, np.ones(layers)]).astype(float),
        whole=np.arange(sites + layers) < sites,
    )
