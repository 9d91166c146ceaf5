"""Collapse the chains of a road graph: what lies between two junctions becomes one street, exactly, both ways.

A *chain* is a maximal run of arcs through nodes where nobody can choose: one way in and one way out, or the two
directions of one street. Times along it add up, so nothing is lost: a place on a chain is its two ends plus offsets.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import RoadGraph
from goldenhour.kernel.machine_code import njit

NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """The reduced graph of r junctions and c chains over the n nodes and m arcs of the full one.

    reverse: i32[m], the same street's other direction, or -1. junction: i32[n], reduced id of a node, or -1 inside a
    chain. node: i32[r], the node of each junction. Chain k runs over arcs chain_arc[chain_start[k]:chain_start[k+1]]
    from junction chain_from[k] to chain_to[k]; two_way[k] says whether the reverse arcs lead back.
    arc_chain: i32[m], chain of each arc, or -1 for an arc that is only the way back of a chain. node_arc: i32[n], for
    a node inside a chain the chain's arc that leaves it.
    before_s, back_s: f64[2, m] per mode: seconds from the chain's beginning to the arc's tail, and from the tail back
    to the beginning (inf on a one-way chain). total_s, total_back_s: f64[2, c] over the whole chain.
    """

    reverse: NDArray[np.int32]
    junction: NDArray[np.int32]
    node: NDArray[np.int32]
    chain_start: NDArray[np.int32]
    chain_arc: NDArray[np.int32]
    chain_from: NDArray[np.int32]
    chain_to: NDArray[np.int32]
    two_way: NDArray[np.bool_]
    arc_chain: NDArray[np.int32]
    node_arc: NDArray[np.int32]
    before_s: NDArray[np.float64]
    back_s: NDArray[np.float64]
    total_s: NDArray[np.float64]
    total_back_s: NDArray[np.float64]

    @property
    def n_junctions(self) -> int:
        return len(self.node)

    @property
    def n_chains(self) -> int:
        return len(self.chain_from)


def collapse(graph: RoadGraph) -> Chains:
    """Find junctions and chains. Arcs closed to a mode (inf) stay arcs of their own, between junctions."""
    tail, head = graph.tail, graph.head
    out_start, out_arc = by_node(tail, graph.n_nodes)
    in_start, in_arc = by_node(head, graph.n_nodes)
    reverse = _pair_directions(tail, head, graph.length_m, out_start, out_arc)
    open_ = np.isfinite(graph.seconds).all(axis=0)
    inside = _inside_a_chain(out_start, out_arc, in_start, in_arc, reverse, open_)
    chain_start, chain_arc, arc_chain = _walk(tail, head, reverse, inside, out_start, out_arc)
    node = np.flatnonzero(~inside).astype(np.int32)
    junction = np.full(graph.n_nodes, NONE, np.int32)
    junction[node] = np.arange(len(node), dtype=np.int32)
    first, last = chain_arc[chain_start[:-1]], chain_arc[chain_start[1:] - 1]
    two_way = reverse[first] >= 0
    node_arc = np.full(graph.n_nodes, NONE, np.int32)
    within = inside[tail[chain_arc]]
    node_arc[tail[chain_arc[within]]] = chain_arc[within]
    before, back, total, total_back = _add_up(graph.seconds, chain_start, chain_arc, reverse, two_way)
    return Chains(
        reverse=reverse,
        junction=junction,
        node=node,
        chain_start=chain_start,
        chain_arc=chain_arc,
        chain_from=junction[tail[first]],
        chain_to=junction[head[last]],
        two_way=two_way,
        arc_chain=arc_chain,
        node_arc=node_arc,
        before_s=before,
        back_s=back,
        total_s=total,
        total_back_s=total_back,
    )


def by_node(end: NDArray[np.int32], n: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Arcs grouped by one of their ends: those of node v are arc[start[v]:start[v + 1]]."""
    start = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(end, minlength=n), out=start[1:])
    return start, np.argsort(end, kind="stable").astype(np.int32)


@njit()
def _pair_directions(tail, head, length_m, out_start, out_arc):  # type: ignore[no-untyped-def]
    """Pair each arc with the opposite one of the same street: same ends, length within 2 % or 2 m, nearest first."""
    reverse = np.full(len(tail), NONE, np.int32)
    for a in range(len(tail)):
        if reverse[a] >= 0 or tail[a] == head[a]:
            continue
        best, best_gap = NONE, max(2.0, 0.02 * length_m[a])
        for k in range(out_start[head[a]], out_start[head[a] + 1]):
            b = out_arc[k]
            gap = abs(length_m[b] - length_m[a])
            if head[b] == tail[a] and reverse[b] < 0 and gap <= best_gap:
                best, best_gap = b, gap
        if best >= 0:
            reverse[a], reverse[best] = best, a
    return reverse


@njit()
def _inside_a_chain(out_start, out_arc, in_start, in_arc, reverse, open_):  # type: ignore[no-untyped-def]
    n = len(out_start) - 1
    inside = np.zeros(n, np.bool_)
    for v in range(n):
        outs = out_arc[out_start[v] : out_start[v + 1]]
        ins = in_arc[in_start[v] : in_start[v + 1]]
        if len(outs) == 1 and len(ins) == 1:
            inside[v] = outs[0] != ins[0] and reverse[outs[0]] < 0 and reverse[ins[0]] < 0
        elif len(outs) == 2 and len(ins) == 2:
            inside[v] = reverse[outs[0]] >= 0 and reverse[outs[1]] >= 0
        for a in outs:
            inside[v] &= open_[a]
        for a in ins:
            inside[v] &= open_[a]
    return inside


@njit()
def _follow(a, head, reverse, inside, out_start, out_arc, arc_chain, chain, chain_arc, filled):  # type: ignore[no-untyped-def]
    """Append the chain that begins with arc a; return the new fill."""
    while True:
        arc_chain[a] = chain
        chain_arc[filled] = a
        filled += 1
        v = head[a]
        if not inside[v]:
            return filled
        onward = out_arc[out_start[v]]
        if onward == reverse[a]:
            onward = out_arc[out_start[v] + 1]
        a = onward


@njit()
def _walk(tail, head, reverse, inside, out_start, out_arc):  # type: ignore[no-untyped-def]
    """Cut the arcs into chains; a ring without a junction gets one (changes `inside`)."""
    m = len(tail)
    arc_chain = np.full(m, NONE, np.int32)
    chain_arc = np.empty(m, np.int32)
    chain_start = np.zeros(m + 1, np.int32)
    chains, filled = 0, 0
    for rings in (False, True):
        for first in range(m):
            back = reverse[first]
            if arc_chain[first] >= 0 or (back >= 0 and arc_chain[back] >= 0):
                continue
            if inside[tail[first]]:
                if not rings:
                    continue
                inside[tail[first]] = False
            filled = _follow(first, head, reverse, inside, out_start, out_arc, arc_chain, chains, chain_arc, filled)
            chains += 1
            chain_start[chains] = filled
    return chain_start[: chains + 1].copy(), chain_arc[:filled].copy(), arc_chain


@njit()
def _add_up(seconds, chain_start, chain_arc, reverse, two_way):  # type: ignore[no-untyped-def]
    modes, m = seconds.shape
    chains = len(two_way)
    before = np.full((modes, m), np.inf)
    back = np.full((modes, m), np.inf)
    total = np.empty((modes, chains))
    total_back = np.empty((modes, chains))
    for mode in range(modes):
        for c in range(chains):
            ahead = 0.0
            home = 0.0 if two_way[c] else np.inf
            for k in range(chain_start[c], chain_start[c + 1]):
                a = chain_arc[k]
                before[mode, a] = ahead
                back[mode, a] = home
                ahead += seconds[mode, a]
                if two_way[c]:
                    home += seconds[mode, reverse[a]]
            total[mode, c] = ahead
            total_back[mode, c] = home
    return before, back, total, total_back
