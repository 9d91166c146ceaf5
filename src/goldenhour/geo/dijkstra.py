"""Shortest-time trees over the junctions: Dijkstra with an indexed 4-ary heap, for numba kernels."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.collapse import Chains, by_node
from goldenhour.kernel.machine_code import njit


class Junctions(NamedTuple):
    """The reduced graph of one mode. Arcs out of junction u: start[u]:start[u + 1], to `head`, in `seconds` (f64).

    `chain` names the chain an arc runs along: k forward, ~k (negative) back along it.
    """

    start: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.float64]
    chain: NDArray[np.int32]


def junctions(chains: Chains, mode: int) -> Junctions:
    """The reduced graph of one mode, without closed arcs and streets that only lead back to where they began."""
    ids = np.arange(chains.n_chains, dtype=np.int32)
    back = chains.two_way
    tail = np.concatenate([chains.chain_from, chains.chain_to[back]])
    head = np.concatenate([chains.chain_to, chains.chain_from[back]])
    seconds = np.concatenate([chains.total_s[mode], chains.total_back_s[mode][back]])
    chain = np.concatenate([ids, ~ids[back]])
    open_ = np.isfinite(seconds) & (tail != head)
    tail, head, seconds, chain = tail[open_], head[open_], seconds[open_], chain[open_]
    start, arc = by_node(tail, chains.n_junctions)
    return Junctions(start, head[arc], seconds[arc], chain[arc])


@njit(nogil=True)
def tree(graph, start_a, seconds_a, start_b, seconds_b, limit_s):  # type: ignore[no-untyped-def]
    """Times from one or two junctions (-1: none) with seconds already spent, as far as limit_s.

    Returns times f64[r] (inf beyond) and came_by i32[r], the arc that reaches each junction first (-1: a start).
    """
    r = len(graph.start) - 1
    times, came_by = np.full(r, np.inf), np.full(r, -1, np.int32)
    place, heap, size = np.full(r, -1, np.int32), np.empty(r, np.int32), 0
    for end in range(2):
        start, t = (start_a, seconds_a) if end == 0 else (start_b, seconds_b)
        if start >= 0 and t <= limit_s and t < times[start]:
            if place[start] < 0:
                place[start] = size
                size += 1
            times[start] = t
            rise(heap, place, times, start)
    while size > 0:
        u = heap[0]
        size -= 1
        place[u] = -2
        if size > 0:
            sink(heap, place, times, heap[size], size)
        for k in range(graph.start[u], graph.start[u + 1]):
            v = graph.head[k]
            t = times[u] + graph.seconds[k]
            if t < times[v] and t <= limit_s:
                times[v], came_by[v] = t, k
                if place[v] < 0:
                    place[v] = size
                    size += 1
                rise(heap, place, times, v)
    return times, came_by


@njit(nogil=True)
def rise(heap, place, times, v):  # type: ignore[no-untyped-def]
    """Move v up from where it is until its parent is no later."""
    i, t = place[v], times[v]
    while i > 0:
        parent = (i - 1) >> 2
        w = heap[parent]
        if times[w] <= t:
            break
        heap[i], place[w] = w, i
        i = parent
    heap[i], place[v] = v, i


@njit(nogil=True)
def sink(heap, place, times, v, size):  # type: ignore[no-untyped-def]
    """Put v at the top and move it down until no child is earlier."""
    i, t = 0, times[v]
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least, earliest = child, times[heap[child]]
        for k in range(child + 1, min(child + 4, size)):
            if times[heap[k]] < earliest:
                least, earliest = k, times[heap[k]]
        if earliest >= t:
            break
        heap[i] = heap[least]
        place[heap[i]] = i
        i = least
    heap[i], place[v] = v, i
