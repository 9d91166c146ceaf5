"""All-pairs travel times between junctions, two bytes a pair, and the look-ups that compose them for any two spots.

What is exact: every entry is the true shortest time (float64), rounded once to the table's quantum; offsets along
chains stay float32. A travel time is therefore within quantum / 2 (+ 1 ms) of the shortest path, however long that is.
Rows are destinations: all units to one call read one or two rows.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from goldenhour.geo.collapse import Chains, by_node
from goldenhour.geo.spots import Spots

NEVER: Final = 65535  # no way there
QUANTA_S: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
BLOCK: Final = 256


class Junctions(NamedTuple):
    """The reduced graph of one mode. Arcs out of junction u: start[u]:start[u + 1], to `head`, in `seconds` (f64).

    `chain` names the chain an arc runs along: k forward, ~k (negative) back along it.
    """

    start: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.float64]
    chain: NDArray[np.int32]


class Kernel(NamedTuple):
    """What numba kernels read: times of one mode. table[to, from]: u16, in quanta; node: spot of every graph node."""

    table: NDArray[np.uint16]
    quantum_s: np.float32
    node: Spots
    onward: Junctions
    off_road_s_per_m: np.float32


def junctions(chains: Chains, mode: int, *, backwards: bool = False) -> Junctions:
    """The reduced graph, grouped by where arcs begin (or, backwards, by where they end, heads being tails)."""
    ids = np.arange(chains.n_chains, dtype=np.int32)
    back = chains.two_way
    tail = np.concatenate([chains.chain_from, chains.chain_to[back]])
    head = np.concatenate([chains.chain_to, chains.chain_from[back]])
    seconds = np.concatenate([chains.total_s[mode], chains.total_back_s[mode][back]])
    chain = np.concatenate([ids, ~ids[back]])
    if backwards:
        tail, head = head, tail
    open_ = np.isfinite(seconds) & (tail != head)
    tail, head, seconds, chain = tail[open_], head[open_], seconds[open_], chain[open_]
    start, arc = by_node(tail, chains.n_junctions)
    return Junctions(start, head[arc], seconds[arc], chain[arc])


def all_pairs(
    backwards: Junctions, *, threads: int = 1, progress: Callable[[float], None] | None = None
) -> tuple[NDArray[np.uint16], float]:
    """Table [to, from] in quanta and the quantum in seconds: the finest of QUANTA_S that holds the longest trip.

    `backwards` is grouped by where arcs end, so a tree from x holds the times *to* x. Raises OverflowError when even
    the coarsest quantum is too fine (a trip of more than 182 hours).
    """
    r = len(backwards.start) - 1
    table = np.empty((r, r), np.uint16)
    longest = _longest_seen(backwards)
    for quantum_s in QUANTA_S:
        if longest <= quantum_s * (NEVER - 1):
            longest = max(longest, _fill(table, backwards, quantum_s, threads, progress))
            if longest <= quantum_s * (NEVER - 1):
                return table, quantum_s
    raise OverflowError(f"a trip takes {longest / 3600:.0f} h, more than the travel table can hold")


def _longest_seen(graph: Junctions) -> float:
    """The longest finite time in a few trees: a lower bound that picks the first quantum to try."""
    r = len(graph.start) - 1
    source, longest = 0, 0.0
    for _ in range(6):
        times = np.empty(r)
        tree(graph, source, times)
        times[~np.isfinite(times)] = -1.0
        source = int(np.argmax(times))
        longest = max(longest, float(times[source]))
    return longest


def _fill(
    table: NDArray[np.uint16],
    graph: Junctions,
    quantum_s: float,
    threads: int,
    progress: Callable[[float], None] | None,
) -> float:
    blocks = range(0, len(table), BLOCK)
    longest = 0.0

    def block(first: int) -> float:
        return float(_rows(table[first : first + BLOCK], first, graph, quantum_s))

    with ThreadPoolExecutor(threads) as pool:
        for done, seen in enumerate(pool.map(block, blocks), start=1):
            longest = max(longest, seen)
            if progress:
                progress(done / len(blocks))
    return longest


@njit(cache=True, nogil=True)
def _rows(rows, first, graph, quantum_s):  # type: ignore[no-untyped-def]
    r = len(graph.start) - 1
    times = np.empty(r)
    heap = np.empty(r, np.int32)
    place = np.empty(r, np.int32)
    longest = 0.0
    for i in range(len(rows)):
        grow(graph, first + i, times, heap, place, np.inf)
        for v in range(r):
            if times[v] == np.inf:
                rows[i, v] = NEVER
            else:
                longest = max(longest, times[v])
                rows[i, v] = np.uint16(min(times[v] / quantum_s + 0.5, NEVER - 1.0))
    return longest


@njit(cache=True, nogil=True)
def tree(graph, source, times):  # type: ignore[no-untyped-def]
    """Shortest times from one junction to all (f64[r], inf where there is no way) into `times`."""
    r = len(graph.start) - 1
    grow(graph, source, times, np.empty(r, np.int32), np.empty(r, np.int32), np.inf)


@njit(cache=True, nogil=True)
def grow(graph, source, times, heap, place, limit_s):  # type: ignore[no-untyped-def]
    """Dijkstra with an indexed 4-ary heap; `heap` and `place` (i32[r]) are scratch. Stops beyond `limit_s`."""
    times[:] = np.inf
    place[:] = -1
    times[source] = 0.0
    heap[0], place[source], size = source, 0, 1
    while size > 0:
        u = heap[0]
        if times[u] > limit_s:
            return
        size -= 1
        place[u] = -2
        if size > 0:
            sink(heap, place, times, heap[size], size)
        for k in range(graph.start[u], graph.start[u + 1]):
            v = graph.head[k]
            t = times[u] + graph.seconds[k]
            if t < times[v]:
                times[v] = t
                if place[v] < 0:
                    place[v] = size
                    size += 1
                rise(heap, place, times, v)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, inline="always")
def _entry(row, junction, quantum_s):  # type: ignore[no-untyped-def]
    quanta = row[junction]
    return np.float32(np.inf) if quanta == NEVER else quanta * quantum_s


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def spot_seconds(table, quantum_s, p, q):  # type: ignore[no-untyped-def]
    """Road seconds from spot p to spot q (records of SPOT); inf where there is no way. At most four look-ups."""
    best = along_chain(p, q)
    if q.in_a < np.inf:
        row = table[q.end_a]
        if p.out_a < np.inf:
            best = min(best, p.out_a + _entry(row, p.end_a, quantum_s) + q.in_a)
        if p.out_b < np.inf:
            best = min(best, p.out_b + _entry(row, p.end_b, quantum_s) + q.in_a)
    if q.in_b < np.inf:
        row = table[q.end_b]
        if p.out_a < np.inf:
            best = min(best, p.out_a + _entry(row, p.end_a, quantum_s) + q.in_b)
        if p.out_b < np.inf:
            best = min(best, p.out_b + _entry(row, p.end_b, quantum_s) + q.in_b)
    return best


@njit(cache=True, nogil=True)
def seconds_between(k, node_a, node_b):  # type: ignore[no-untyped-def]
    """Road seconds between two nodes of the graph, by a Kernel."""
    return spot_seconds(k.table, k.quantum_s, k.node[node_a], k.node[node_b])


@njit(cache=True, nogil=True)
def fill_matrix(table, quantum_s, off_s_per_m, froms, tos, out):  # type: ignore[no-untyped-def]
    """out[i, j] = seconds from froms[i] to tos[j], legs off the road included (f32)."""
    for j in range(len(tos)):
        q = tos[j]
        for i in range(len(froms)):
            p = froms[i]
            out[i, j] = spot_seconds(table, quantum_s, p, q) + (p.off_m + q.off_m) * off_s_per_m


def station_rows(kernel: Kernel, stations: Spots, *, to_nodes: bool = True) -> NDArray[np.uint16]:
    """Times between a few stations (or hospitals) and every node, u16[n, k], in quanta: one cache line a node.

    k is the number of stations rounded up to a multiple of four (the rest NEVER). to_nodes: from station to node;
    otherwise from node to station. Off-road legs of the stations are included.
    """
    width = -(-len(stations) // 4) * 4
    rows = np.full((len(kernel.node), width), NEVER, np.uint16)
    _station_rows(kernel.table, kernel.quantum_s, kernel.off_road_s_per_m, kernel.node, stations, to_nodes, rows)
    return rows


@njit(cache=True, nogil=True)
def _station_rows(table, quantum_s, off_s_per_m, nodes, stations, to_nodes, rows):  # type: ignore[no-untyped-def]
    for v in range(len(nodes)):
        for j in range(len(stations)):
            if to_nodes:
                t = spot_seconds(table, quantum_s, stations[j], nodes[v])
            else:
                t = spot_seconds(table, quantum_s, nodes[v], stations[j])
            if t < np.inf:
                quanta = (t + stations[j].off_m * off_s_per_m) / quantum_s + 0.5
                rows[v, j] = np.uint16(min(quanta, NEVER - 1.0))


def nearest_order(times_s: NDArray[Any]) -> NDArray[np.intp]:
    """Indexes by time, closest first; equal times keep their order, unreachable ones come last."""
    return np.argsort(times_s, kind="stable")
