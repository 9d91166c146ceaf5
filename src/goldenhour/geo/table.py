"""All-pairs travel times between junctions, two bytes a pair, and the look-ups that compose them for any two spots.

What is exact: every entry is the true shortest time (float64), rounded once to the table's quantum; offsets along
chains stay float32. A travel time is therefore within quantum / 2 (+ 1 ms) of the shortest path, however long that is.
Rows are destinations: all units to one call read one or two rows.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from goldenhour.geo.dijkstra import Junctions, tree
from goldenhour.geo.hierarchy import Hierarchy, fill_rows
from goldenhour.geo.spots import Spots, along_chain

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


@njit(cache=True, inline="always")
def _entry(row, junction, quantum_s):  # type: ignore[no-untyped-def]
    quanta = row[junction]
    return np.float32(np.inf) if quanta == NEVER else quanta * quantum_s


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
