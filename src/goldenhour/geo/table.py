"""All-pairs travel times between junctions, two bytes a pair, and the look-ups that compose them for any two spots.

What is exact: every entry is the true shortest time (float64), rounded once to the table's quantum; offsets along
chains stay float32. A travel time is therefore within quantum / 2 (+ 1 ms) of the shortest path, however long that is.
Rows are destinations: all units to one call read one or two rows.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.dijkstra import Junctions, tree
from goldenhour.geo.hierarchy import Hierarchy, fill_rows
from goldenhour.geo.spots import Spots, along_chain
from goldenhour.kernel.machine_code import njit

NEVER: Final = 65535  # no way there
QUANTA_S: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
BLOCK: Final = 256


class Kernel(NamedTuple):
    """What numba kernels read: times of one mode. table[to, from]: u16, in quanta; node: spot of every graph node."""

    table: NDArray[np.uint16]
    quantum_s: np.float32
    node: Spots
    onward: Junctions
    off_road_s_per_m: np.float32


def all_pairs(
    onward: Junctions,
    hierarchy: Hierarchy,
    *,
    threads: int = 1,
    progress: Callable[[float], None] | None = None,
) -> tuple[NDArray[np.uint16], float]:
    """Table [to, from] in quanta and the quantum in seconds: the finest of QUANTA_S that holds the longest trip.

    Raises OverflowError when even the coarsest quantum is too fine (a trip of more than 182 hours).
    """
    r = len(hierarchy.rank)
    table = np.empty((r, r), np.uint16)
    longest = _longest_seen(onward)
    for quantum_s in QUANTA_S:
        if longest <= quantum_s * (NEVER - 1):
            longest = max(longest, _fill(table, hierarchy, quantum_s, threads, progress))
            if longest <= quantum_s * (NEVER - 1):
                return table, quantum_s
    raise OverflowError(f"a trip takes {longest / 3600:.0f} h, more than the travel table can hold")


def _longest_seen(onward: Junctions) -> float:
    """The longest finite time in a few trees: a lower bound that picks the first quantum to try."""
    source, longest = 0, 0.0
    for _ in range(6):
        times, _ = tree(onward, source, 0.0, -1, 0.0, np.inf)
        times[~np.isfinite(times)] = -1.0
        source = int(np.argmax(times))
        longest = max(longest, float(times[source]))
    return longest


def _fill(
    table: NDArray[np.uint16],
    hierarchy: Hierarchy,
    quantum_s: float,
    threads: int,
    progress: Callable[[float], None] | None,
) -> float:
    blocks = range(0, len(table), BLOCK)
    longest = 0.0

    def block(first: int) -> float:
        return float(fill_rows(hierarchy, first, table[first : first + BLOCK], quantum_s, NEVER))

    with ThreadPoolExecutor(threads) as pool:
        for done, seen in enumerate(pool.map(block, blocks), start=1):
            longest = max(longest, seen)
            if progress:
                progress(done / len(blocks))
    return longest


@njit(inline="always")
def _entry(row, junction, quantum_s):  # type: ignore[no-untyped-def]
    quanta = row[np.uint32(junction)]  # unsigned: no test for an index from the end
    return np.float32(np.inf) if quanta == NEVER else quanta * quantum_s


@njit(nogil=True)
def spot_seconds(table, quantum_s, p, q):  # type: ignore[no-untyped-def]
    """Road seconds from spot p to spot q (records of SPOT); inf where there is no way. At most four look-ups.

    Does not ask whether p is on a junction (its missing end costs inf and the same cache line): a branch that the
    processor cannot foresee costs more than the look-up.
    """
    best = along_chain(p, q)
    if q.in_a < np.inf:
        row = table[np.uint32(q.end_a)]
        by_a = p.out_a + _entry(row, p.end_a, quantum_s) + q.in_a
        by_b = p.out_b + _entry(row, p.end_b, quantum_s) + q.in_a
        best = by_a if by_a < best else best
        best = by_b if by_b < best else best
    if q.in_b < np.inf:
        row = table[np.uint32(q.end_b)]
        by_a = p.out_a + _entry(row, p.end_a, quantum_s) + q.in_b
        by_b = p.out_b + _entry(row, p.end_b, quantum_s) + q.in_b
        best = by_a if by_a < best else best
        best = by_b if by_b < best else best
    return best


@njit(nogil=True)
def seconds_between(k, node_a, node_b):  # type: ignore[no-untyped-def]
    """Road seconds between two nodes of the graph, by a Kernel."""
    return spot_seconds(k.table, k.quantum_s, k.node[node_a], k.node[node_b])


@njit(nogil=True)
def fill_matrix(table, quantum_s, off_s_per_m, froms, tos, out):  # type: ignore[no-untyped-def]
    """out[i, j] = seconds from froms[i] to tos[j], legs off the road included (f32)."""
    for j in range(len(tos)):
        q = tos[j]
        for i in range(len(froms)):
            p = froms[i]
            out[i, j] = spot_seconds(table, quantum_s, p, q) + (p.off_m + q.off_m) * off_s_per_m


@njit(nogil=True)
def fill_wide_matrix(table, quantum_s, off_s_per_m, starts, tos, out):  # type: ignore[no-untyped-def]
    """out[j, i] = seconds from starts[i] to tos[j]: as `fill_matrix` turned round, quicker for more destinations than
    junctions. One pass over the table to every junction, then one over the destinations, starts side by side."""
    n = len(starts)
    at = _to_junctions(table, quantum_s, starts)
    off_s = np.empty(n, np.float32)
    chains = 0
    for i in range(n):
        off_s[i] = starts[i].off_m * off_s_per_m
        chains = max(chains, starts[i].chain + 1)
    begun = np.zeros(chains, np.bool_)
    for i in range(n):
        if starts[i].chain >= 0:
            begun[starts[i].chain] = True
    for j in range(len(tos)):
        q, line = tos[j], out[j]
        by_a, by_b = at[q.end_a], at[q.end_b]
        in_a, in_b, leave_s = q.in_a, q.in_b, q.off_m * off_s_per_m
        for i in range(n):
            a, b = by_a[i] + in_a, by_b[i] + in_b
            line[i] = (a if a < b else b) + off_s[i] + leave_s
        if 0 <= q.chain < chains and begun[q.chain]:
            for i in range(n):
                line[i] = min(line[i], along_chain(starts[i], q) + off_s[i] + leave_s)


@njit(nogil=True)
def _to_junctions(table, quantum_s, starts):  # type: ignore[no-untyped-def]
    """Seconds f32[r, n] to every junction from n spots."""
    n = len(starts)
    end_a, end_b = np.empty(n, np.int32), np.empty(n, np.int32)
    out_a, out_b = np.empty(n, np.float32), np.empty(n, np.float32)
    for i in range(n):
        end_a[i], end_b[i] = starts[i].end_a, starts[i].end_b
        out_a[i], out_b[i] = starts[i].out_a, starts[i].out_b
    at = np.empty((len(table), n), np.float32)
    for j in range(len(table)):
        row, line = table[j], at[j]
        for i in range(n):
            a = out_a[i] + _entry(row, end_a[i], quantum_s)
            b = out_b[i] + _entry(row, end_b[i], quantum_s)
            line[i] = a if a < b else b
    return at


def station_rows(kernel: Kernel, stations: Spots, *, to_nodes: bool = True) -> NDArray[np.uint16]:
    """Times between a few stations (or hospitals) and every node, u16[n, k], in quanta: one cache line a node.

    k is the number of stations rounded up to a multiple of four (the rest NEVER). to_nodes: from station to node;
    otherwise from node to station. Off-road legs of the stations are included.
    """
    width = -(-len(stations) // 4) * 4
    rows = np.full((len(kernel.node), width), NEVER, np.uint16)
    _station_rows(kernel.table, kernel.quantum_s, kernel.off_road_s_per_m, kernel.node, stations, to_nodes, rows)
    return rows


@njit(nogil=True)
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
