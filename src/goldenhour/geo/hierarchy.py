"""A contraction hierarchy of the junctions: exact shortest times from small upward searches and one downward sweep.

Method: Geisberger et al. 2008 (contraction hierarchies), Delling et al. 2011 (PHAST: one-to-all as a linear sweep). It
fills the all-pairs table of a city, and answers by itself where a table would not fit in memory.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.dijkstra import Junctions, rise, sink
from goldenhour.geo.spots import along_chain
from goldenhour.kernel.machine_code import njit

SETTLED_MOST: Final = (
    60  # nodes a witness search may settle; missing a witness costs a needless shortcut, never exactness
)


class Upward(NamedTuple):
    """Arcs from each rank to higher ones: start i64[r + 1], head (a rank) i32, seconds f64."""

    start: NDArray[np.int64]
    head: NDArray[np.int32]
    seconds: NDArray[np.float64]


class Hierarchy(NamedTuple):
    """rank: i32[r] of each junction, the most important highest. up: arcs driven away from a place; down: arcs driven
    towards it, turned round (both lead to higher ranks)."""

    rank: NDArray[np.int32]
    up: Upward
    down: Upward


def contract(graph: Junctions) -> Hierarchy:
    """Order the junctions and add the shortcuts. Seconds must be finite and not negative."""
    tail = np.repeat(np.arange(len(graph.start) - 1, dtype=np.int32), np.diff(graph.start))
    rank, arc_tail, arc_head, seconds = _contract(len(graph.start) - 1, tail, graph.head, graph.seconds)
    low, high = rank[arc_tail], rank[arc_head]
    upward = low < high
    return Hierarchy(
        rank,
        _upward(low[upward], high[upward], seconds[upward], len(rank)),
        _upward(high[~upward], low[~upward], seconds[~upward], len(rank)),
    )


def _upward(low: NDArray[np.int32], high: NDArray[np.int32], seconds: NDArray[np.float64], r: int) -> Upward:
    order = np.argsort(low, kind="stable")
    start = np.zeros(r + 1, np.int64)
    np.cumsum(np.bincount(low, minlength=r), out=start[1:])
    return Upward(start, np.ascontiguousarray(high[order]), np.ascontiguousarray(seconds[order]))


class _Arcs(NamedTuple):
    """Arcs among the junctions left, in two linked lists: those out of a node and those into it (-1 ends a list)."""

    first_out: NDArray[np.int32]
    first_in: NDArray[np.int32]
    next_out: NDArray[np.int32]
    next_in: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.float64]


class _Search(NamedTuple):
    """Scratch of a witness search; all times are inf and all places -1 between searches."""

    times: NDArray[np.float64]
    place: NDArray[np.int32]
    heap: NDArray[np.int32]
    touched: NDArray[np.int32]


@njit()
def _add(g, filled, u, w, t):  # type: ignore[no-untyped-def]
    """Add arc u -> w or shorten the one there is; return the new number of arcs."""
    a = g.first_out[u]
    while a >= 0:
        if g.head[a] == w:
            g.seconds[a] = min(g.seconds[a], t)
            return filled
        a = g.next_out[a]
    g.tail[filled], g.head[filled], g.seconds[filled] = u, w, t
    g.next_out[filled], g.first_out[u] = g.first_out[u], filled
    g.next_in[filled], g.first_in[w] = g.first_in[w], filled
    return filled + 1


@njit()
def _unlink(g, v):  # type: ignore[no-untyped-def]
    """Take v's arcs out of its neighbours' lists."""
    a = g.first_out[v]
    while a >= 0:
        w = g.head[a]
        before, b = -1, g.first_in[w]
        while b != a:
            before, b = b, g.next_in[b]
        if before < 0:
            g.first_in[w] = g.next_in[a]
        else:
            g.next_in[before] = g.next_in[a]
        a = g.next_out[a]
    a = g.first_in[v]
    while a >= 0:
        u = g.tail[a]
        before, b = -1, g.first_out[u]
        while b != a:
            before, b = b, g.next_out[b]
        if before < 0:
            g.first_out[u] = g.next_out[a]
        else:
            g.next_out[before] = g.next_out[a]
        a = g.next_in[a]


@njit()
def _witness(g, s, u, without, limit_s, settled_most):  # type: ignore[no-untyped-def]
    """Times from u around `without`, up to limit_s; returns how many nodes were touched (for the reset)."""
    s.times[u], s.heap[0], s.place[u], s.touched[0] = 0.0, u, 0, u
    size, touched, settled = 1, 1, 0
    while size > 0 and settled < settled_most:
        x = s.heap[0]
        if s.times[x] > limit_s:
            break
        size -= 1
        s.place[x] = -2
        settled += 1
        if size > 0:
            sink(s.heap, s.place, s.times, s.heap[size], size)
        a = g.first_out[x]
        while a >= 0:
            w, t = g.head[a], s.times[x] + g.seconds[a]
            if w != without and t < s.times[w] and t <= limit_s:
                if s.times[w] == np.inf:
                    s.touched[touched] = w
                    touched += 1
                s.times[w] = t
                if s.place[w] < 0:
                    s.place[w] = size
                    size += 1
                rise(s.heap, s.place, s.times, w)
            a = g.next_out[a]
    return touched


@njit()
def _shortcuts(g, s, v, settled_most, found_tail, found_head, found_seconds):  # type: ignore[no-untyped-def]
    """The arcs needed if v goes: fills found_* (as far as they reach) and returns (needed, arcs at v)."""
    found, arcs, farthest = 0, 0, 0.0
    b = g.first_out[v]
    while b >= 0:
        arcs, farthest = arcs + 1, max(farthest, g.seconds[b])
        b = g.next_out[b]
    a = g.first_in[v]
    while a >= 0:
        arcs += 1
        u = g.tail[a]
        touched = _witness(g, s, u, v, g.seconds[a] + farthest, settled_most)
        b = g.first_out[v]
        while b >= 0:
            w, t = g.head[b], g.seconds[a] + g.seconds[b]
            if w != u and s.times[w] > t:
                if found < len(found_tail):
                    found_tail[found], found_head[found], found_seconds[found] = u, w, t
                found += 1
            b = g.next_out[b]
        for i in range(touched):
            s.times[s.touched[i]], s.place[s.touched[i]] = np.inf, -1
        a = g.next_in[a]
    return found, arcs


@njit()
def _grown(g, room):  # type: ignore[no-untyped-def]
    """The same arcs with room for more."""
    return _Arcs(
        g.first_out,
        g.first_in,
        np.concatenate((g.next_out, np.empty(room, np.int32))),
        np.concatenate((g.next_in, np.empty(room, np.int32))),
        np.concatenate((g.tail, np.empty(room, np.int32))),
        np.concatenate((g.head, np.empty(room, np.int32))),
        np.concatenate((g.seconds, np.empty(room, np.float64))),
    )


@njit()
def _contract(r, tail, head, seconds):  # type: ignore[no-untyped-def]
    room = 4 * len(tail) + 1024
    g = _Arcs(
        np.full(r, -1, np.int32),
        np.full(r, -1, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.float64),
    )
    filled = 0
    for a in range(len(tail)):
        filled = _add(g, filled, tail[a], head[a], seconds[a])
    s = _Search(np.full(r, np.inf), np.full(r, -1, np.int32), np.empty(r, np.int32), np.empty(r, np.int32))
    found_tail, found_head, found_seconds = np.empty(4096, np.int32), np.empty(4096, np.int32), np.empty(4096)
    rank, depth = np.full(r, -1, np.int32), np.zeros(r)
    cost = np.empty(r)
    heap, place, size = np.empty(r, np.int32), np.full(r, -1, np.int32), 0
    for v in range(r):
        needed, arcs = _shortcuts(g, s, v, SETTLED_MOST, found_tail, found_head, found_seconds)
        cost[v] = 2.0 * needed - arcs
        place[v] = size
        size += 1
        rise(heap, place, cost, v)
    contracted = 0
    while size > 0:
        v = heap[0]
        needed, arcs = _shortcuts(g, s, v, SETTLED_MOST, found_tail, found_head, found_seconds)
        cost[v] = 2.0 * needed - arcs + depth[v]
        sink(heap, place, cost, v, size)
        if heap[0] != v:
            continue
        size -= 1
        if size > 0:
            sink(heap, place, cost, heap[size], size)
        if needed > len(found_tail):
            found_tail, found_head = np.empty(2 * needed, np.int32), np.empty(2 * needed, np.int32)
            found_seconds = np.empty(2 * needed)
            _shortcuts(g, s, v, SETTLED_MOST, found_tail, found_head, found_seconds)
        _unlink(g, v)
        if filled + needed > len(g.tail):
            g = _grown(g, len(g.tail) + needed)
        for i in range(needed):
            filled = _add(g, filled, found_tail[i], found_head[i], found_seconds[i])
        rank[v] = contracted
        contracted += 1
        a = g.first_out[v]
        while a >= 0:
            depth[g.head[a]] = max(depth[g.head[a]], depth[v] + 1.0)
            a = g.next_out[a]
        a = g.first_in[v]
        while a >= 0:
            depth[g.tail[a]] = max(depth[g.tail[a]], depth[v] + 1.0)
            a = g.next_in[a]
    return rank, g.tail[:filled].copy(), g.head[:filled].copy(), g.seconds[:filled].copy()


LANES: Final = 8  # trees swept at once: one cache line of times per junction


@njit(nogil=True)
def climb(graph, start_a, seconds_a, start_b, seconds_b, times, place, heap, seen):  # type: ignore[no-untyped-def]
    """Upward search from one or two ranks (start_b -1: one) with seconds already spent; returns the number seen.

    Settled ranks are in `seen` with their `times`; the caller resets times to inf and place to -1 for those.
    """
    size, found = 0, 0
    for end in range(2):
        start, t = (start_a, seconds_a) if end == 0 else (start_b, seconds_b)
        if start >= 0 and t < times[start]:
            if times[start] == np.inf:
                seen[found], place[start] = start, size
                found += 1
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
            v, t = graph.head[k], times[u] + graph.seconds[k]
            if t < times[v]:
                if times[v] == np.inf:
                    seen[found], place[v] = v, size
                    found += 1
                    size += 1
                times[v] = t
                rise(heap, place, times, v)
    return found


@njit(nogil=True)
def sweep(graph, lanes):  # type: ignore[no-untyped-def]
    """Finish LANES trees at once, from the top rank down: lanes f64[r, LANES] holds climbed times, inf elsewhere."""
    for v in range(len(graph.start) - 2, -1, -1):
        for k in range(graph.start[v], graph.start[v + 1]):
            above, t = graph.head[k], graph.seconds[k]
            for lane in range(LANES):
                through = lanes[above, lane] + t
                lanes[v, lane] = through if through < lanes[v, lane] else lanes[v, lane]


@njit(nogil=True)
def fill_rows(h, first, rows, quantum_s, never):  # type: ignore[no-untyped-def]
    """rows[i, from] = quanta to junction first + i, rounded (never: no way). Returns the longest time in seconds."""
    r = len(h.rank)
    times, place = np.full(r, np.inf), np.full(r, -1, np.int32)
    heap, seen = np.empty(r, np.int32), np.empty(r, np.int32)
    lanes = np.empty((r, LANES))
    longest = 0.0
    for base in range(0, len(rows), LANES):
        lanes[:] = np.inf
        for lane in range(min(LANES, len(rows) - base)):
            found = climb(h.down, h.rank[first + base + lane], 0.0, -1, 0.0, times, place, heap, seen)
            for i in range(found):
                lanes[seen[i], lane] = times[seen[i]]
                times[seen[i]], place[seen[i]] = np.inf, -1
        sweep(h.up, lanes)
        for lane in range(min(LANES, len(rows) - base)):
            row = rows[base + lane]
            for v in range(r):
                t = lanes[h.rank[v], lane]
                if t == np.inf:
                    row[v] = never
                else:
                    longest = max(longest, t)
                    row[v] = np.uint16(min(t / quantum_s + 0.5, never - 1.0))
    return longest


@njit(nogil=True)
def _climbed_to(h, q, times, place, heap, seen):  # type: ignore[no-untyped-def]
    """Climb from a destination spot, against the traffic."""
    b = h.rank[q.end_b] if q.in_b < np.inf else -1
    a = h.rank[q.end_a] if q.in_a < np.inf else -1
    return climb(h.down, a, np.float64(q.in_a), b, np.float64(q.in_b), times, place, heap, seen)


@njit(nogil=True)
def search_matrix(h, off_s_per_m, starts, tos, out):  # type: ignore[no-untyped-def]
    """out[i, j] = seconds from spot i to spot j without a table: each climbs once, and they meet at the best rank."""
    r = len(h.rank)
    times, place = np.full(r, np.inf), np.full(r, -1, np.int32)
    heap, seen = np.empty(r, np.int32), np.empty(r, np.int32)
    first = np.zeros(len(starts) + 1, np.int64)
    met, spent = np.empty(256, np.int32), np.empty(256)
    for i in range(len(starts)):
        p = starts[i]
        a = h.rank[p.end_a] if p.out_a < np.inf else -1
        b = h.rank[p.end_b] if p.out_b < np.inf else -1
        found = climb(h.up, a, np.float64(p.out_a), b, np.float64(p.out_b), times, place, heap, seen)
        first[i + 1] = first[i] + found
        if first[i + 1] > len(met):
            met = np.concatenate((met, np.empty(len(met) + found, np.int32)))
            spent = np.concatenate((spent, np.empty(len(spent) + found)))
        for k in range(found):
            met[first[i] + k], spent[first[i] + k] = seen[k], times[seen[k]]
            times[seen[k]], place[seen[k]] = np.inf, -1
    for j in range(len(tos)):
        q = tos[j]
        found = _climbed_to(h, q, times, place, heap, seen)
        for i in range(len(starts)):
            best = np.float64(along_chain(starts[i], q))
            for k in range(first[i], first[i + 1]):
                best = min(best, spent[k] + times[met[k]])
            out[i, j] = best + (starts[i].off_m + q.off_m) * off_s_per_m
        for k in range(found):
            times[seen[k]], place[seen[k]] = np.inf, -1
