"""Spots: a place on the road as the two ends of its chain and the seconds to and from each, ready for numba kernels.

One record serves a junction, a node inside a chain and any point part-way along an arc, so a travel time between any
two of them is the same few additions.
"""

from typing import Any, Final

import numpy as np
from numba import from_dtype
from numpy.typing import NDArray

from goldenhour.geo.collapse import Chains
from goldenhour.geo.roads import RoadGraph
from goldenhour.kernel.machine_code import njit

# 32 bytes, two to a cache line. end_a, end_b: junctions where the chain begins and ends (the junction itself, twice,
# for a spot on one). out_*: seconds from the spot to that end; in_*: from that end to the spot; inf where there is no
# way. chain: -1 on a junction. off_m: the leg off the road, in metres.
SPOT: Final = np.dtype(
    [
        ("end_a", np.int32),
        ("end_b", np.int32),
        ("out_a", np.float32),
        ("out_b", np.float32),
        ("in_a", np.float32),
        ("in_b", np.float32),
        ("chain", np.int32),
        ("off_m", np.float32),
    ],
    align=True,
)
SPOT_TYPE: Final = from_dtype(SPOT)

Spots = NDArray[Any]  # of dtype SPOT


def at_arcs(
    graph: RoadGraph, chains: Chains, mode: int, arc: NDArray[np.int32], fraction: NDArray[np.float64]
) -> Spots:
    """Spots part-way (0..1) along arcs; either direction of a street names the same spot."""
    spots = np.empty(len(arc), SPOT)
    _fill(
        spots,
        np.asarray(arc, np.int32),
        np.asarray(fraction, np.float64),
        graph.seconds[mode],
        chains.reverse,
        chains.arc_chain,
        chains.chain_start,
        chains.chain_arc,
        chains.chain_from,
        chains.chain_to,
        chains.before_s[mode],
        chains.back_s[mode],
        chains.total_s[mode],
        chains.total_back_s[mode],
    )
    return spots


def at_nodes(graph: RoadGraph, chains: Chains, mode: int) -> Spots:
    """The spot of every node of the graph, in node order."""
    spots = np.zeros(graph.n_nodes, SPOT)
    within = chains.junction < 0
    arcs = chains.node_arc[within]
    spots[within] = at_arcs(graph, chains, mode, arcs, np.zeros(len(arcs)))
    on = ~within
    spots["end_a"][on] = spots["end_b"][on] = chains.junction[on]
    for end in ("out_b", "in_b"):
        spots[end][on] = np.inf
    spots["chain"][on] = -1
    return spots


@njit()
def _fill(  # type: ignore[no-untyped-def]
    spots, arc, fraction, seconds, reverse, arc_chain, chain_start, chain_arc,
    chain_from, chain_to, before, back, total, total_back,
):  # fmt: skip
    for i in range(len(spots)):
        a, f = arc[i], fraction[i]
        if arc_chain[a] < 0:
            a, f = reverse[a], 1.0 - f
        c = arc_chain[a]
        s = spots[i]
        s.end_a, s.end_b, s.chain, s.off_m = chain_from[c], chain_to[c], c, 0.0
        if (f <= 0.0 and a == chain_arc[chain_start[c]]) or (f >= 1.0 and a == chain_arc[chain_start[c + 1] - 1]):
            s.end_a = s.end_b = chain_from[c] if f <= 0.0 else chain_to[c]
            s.out_a, s.in_a, s.out_b, s.in_b, s.chain = 0.0, 0.0, np.inf, np.inf, -1
            continue
        s.in_a = before[a] + (f * seconds[a] if f > 0.0 else 0.0)
        s.out_b = total[c] - before[a] - f * seconds[a] if np.isfinite(seconds[a]) else np.inf
        if reverse[a] >= 0:
            home = seconds[reverse[a]]
            s.out_a = back[a] + (f * home if f > 0.0 else 0.0)
            s.in_b = total_back[c] - back[a] - f * home if np.isfinite(home) else np.inf
        else:
            s.out_a, s.in_b = np.inf, np.inf


@njit(nogil=True)
def along_chain(p, q):  # type: ignore[no-untyped-def]
    """Seconds from spot p to spot q without leaving their common chain; inf if they share none."""
    best = np.float32(np.inf)
    if p.chain >= 0 and p.chain == q.chain:
        forward = q.in_a - p.in_a
        if forward >= 0 and p.out_b < np.inf:
            best = forward
        backward = p.out_a - q.out_a
        if backward >= 0 and backward < best:
            best = backward
    return best
