"""Measure travel times on Auckland: the table against scipy and against the contraction hierarchy, build, memory."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from goldenhour.geo.collapse import collapse
from goldenhour.geo.dijkstra import junctions
from goldenhour.geo.hierarchy import contract, search_matrix
from goldenhour.geo.jemss import read_roads
from goldenhour.geo.roads import HOT, RoadGraph
from goldenhour.geo.table import spot_seconds
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.machine_code import njit
from goldenhour.run.bench.row import Row

SOURCES, UNITS, CALLS = 100, 100, 500


def shared() -> Path:
    """The developers' data: GOLDENHOUR_SHARED, or ../shared beside the checkout."""
    beside = Path(__file__).resolve().parents[4].parent / "shared"
    return Path(os.environ.get("GOLDENHOUR_SHARED", beside))


def timed_s(work: Callable[[], Any], *, times: int) -> float:
    """Seconds of the quickest of a few runs, after one to warm up: the least disturbed by other work."""
    work()
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def rows() -> list[Row]:
    """All rows, on one core; both sides of each comparison in this process."""
    roads = read_roads(shared() / "regions/jemss/auckland")
    travel = TravelTimes.build(roads, cache=None, threads=1)
    rng = np.random.default_rng(1)
    return [
        _build(roads, travel),
        _memory(travel),
        _all_nodes(roads, travel, rng.integers(0, roads.n_nodes, SOURCES)),
        *_units_to_a_call(roads, travel, rng),
    ]


def _build(roads: RoadGraph, travel: TravelTimes) -> Row:
    build_s = timed_s(lambda: TravelTimes.build(roads, cache=None, threads=1), times=3)
    return Row(
        name=f"build travel times, both modes, {travel.chains.n_junctions} junctions",
        value=round(build_s, 3),
        unit="s",
        goal="<= 3",
        ok=build_s <= 3,
    )


def _memory(travel: TravelTimes) -> Row:
    table_mb = travel.kernel(HOT).table.nbytes / 1e6
    return Row(name="travel table of one mode", value=round(table_mb, 1), unit="MB", goal="<= 40", ok=table_mb <= 40)


def _all_nodes(roads: RoadGraph, travel: TravelTimes, sources: np.ndarray) -> Row:
    nodes = travel.kernel(HOT).node
    ours_s = timed_s(lambda: travel.matrix(nodes[sources], nodes, HOT), times=10)
    arcs = csr_matrix(
        (roads.seconds[HOT].astype(float), (roads.tail, roads.head)), shape=(roads.n_nodes, roads.n_nodes)
    )
    theirs_s = timed_s(lambda: dijkstra(arcs, indices=sources), times=3)
    return Row(
        name=f"{SOURCES} sources x all nodes ({ours_s * 1e3:.1f} ms), times faster than scipy csgraph",
        value=round(theirs_s / ours_s, 1),
        unit="x",
        goal=">= 50",
        baseline=round(theirs_s * 1e3, 1),
        ok=theirs_s / ours_s >= 50,
    )


def _units_to_a_call(roads: RoadGraph, travel: TravelTimes, rng: np.random.Generator) -> list[Row]:
    k = travel.kernel(HOT)
    units = k.node[rng.integers(0, roads.n_nodes, UNITS)]
    calls = k.node[rng.integers(0, roads.n_nodes, CALLS)]
    table_s = timed_s(lambda: _nearest_units(k.table, k.quantum_s, units, calls), times=20) / CALLS
    hierarchy = contract(junctions(collapse(roads), HOT))
    out = np.empty((UNITS, 1), np.float32)
    search_s = timed_s(
        lambda: [search_matrix(hierarchy, k.off_road_s_per_m, units, calls[j : j + 1], out) for j in range(200)],
        times=3,
    )
    search_s /= 200
    return [
        Row(
            name=f"{UNITS} units to one call by table",
            value=round(table_s * 1e6, 2),
            unit="us",
            goal="<= 5",
            ok=table_s <= 5e-6,
        ),
        Row(
            name=f"nearest of {UNITS} units by table, times faster than the contraction hierarchy",
            value=round(search_s / table_s, 1),
            unit="x",
            goal=">= 15",
            baseline=round(search_s * 1e6, 1),
            ok=search_s / table_s >= 15,
        ),
    ]


@njit()
def _nearest_units(table, quantum_s, units, calls):  # type: ignore[no-untyped-def]
    """The closest unit of each call: what the live desk asks at every key stroke."""
    chosen = np.empty(len(calls), np.int32)
    for j in range(len(calls)):
        closest, least = -1, np.float32(np.inf)
        for i in range(len(units)):
            seconds = spot_seconds(table, quantum_s, units[i], calls[j])
            if seconds < least:
                closest, least = i, seconds
        chosen[j] = closest
    return chosen
