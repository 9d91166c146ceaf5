"""A town for the engine: the road graph in its arrays, and the rows from and to every stop that most questions need."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goldenhour.geo.dijkstra import Junctions
from goldenhour.geo.roads import COLD, HOT, MODES
from goldenhour.geo.spots import SPOT
from goldenhour.geo.table import NEVER, station_rows
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.twin.arrays import ARC, CHAIN, MOST_STOPS, TOWN, Roads

LINE = 32  # u16 entries in a cache line of 64 bytes: a call reads one line for all stations


class BadTown(ValueError):
    """The town cannot be simulated; the message says why."""


class OffTheNetwork(BadTown):
    """A station or hospital from which, or to which, there is no road."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The record, rows and roads that `arrays.World` takes; the same for every plan with these stops."""

    town: NDArray[Any]
    rows: NDArray[np.uint16]
    roads: Roads

    @property
    def n_posts(self) -> int:
        return int(self.town["n_posts"][0])


def make_town(
    travel: TravelTimes,
    *,
    stop_node: ArrayLike,
    stop_off_m: ArrayLike,
    n_posts: int,
    names: tuple[str, ...],
) -> Town:
    """The town of these stops (stations first, then hospitals), given as nodes and metres off the road.

    Raises OffTheNetwork naming a stop that most of the town's roads cannot reach or be reached from.
    """
    nodes, off_m = np.asarray(stop_node, np.int32), np.asarray(stop_off_m, np.float64)
    if len(nodes) > MOST_STOPS:
        raise BadTown(f"{len(nodes)} stations and hospitals are more than the twin holds ({MOST_STOPS})")
    kernels = [travel.kernel(mode) for mode in (HOT, COLD)]
    rows = np.stack(
        [
            _rows(travel, HOT, nodes, off_m, to_nodes=True),
            _rows(travel, COLD, nodes, off_m, to_nodes=True),
            _rows(travel, COLD, nodes, off_m, to_nodes=False),
        ]
    )
    for stop, name in enumerate(names):
        for layer, way in ((HOT, "from"), (2, "to")):
            lost = np.mean(rows[layer][travel.in_use, stop] == NEVER)
            if lost > 0.5:
                raise OffTheNetwork(f"{name} is cut off: there is no road {way} it for {lost:.0%} of the town")
    town = np.zeros(1, TOWN)
    town["n_posts"], town["n_stops"] = n_posts, len(nodes)
    town["quantum_s"] = [float(k.quantum_s) for k in kernels]
    town["off_s_per_m"] = [float(k.off_road_s_per_m) for k in kernels]
    town["slower"] = _slower(travel)
    town["stop_node"][0, : len(nodes)] = nodes
    town["stop_off_m"][0, : len(nodes)] = off_m
    return Town(town=town, rows=rows, roads=_roads(travel))


def _rows(
    travel: TravelTimes, mode: int, nodes: NDArray[np.int32], off_m: NDArray[np.float64], *, to_nodes: bool
) -> NDArray[np.uint16]:
    kernel = travel.kernel(mode)
    spots = kernel.node[nodes].copy()
    spots["off_m"] = off_m
    narrow = station_rows(kernel, spots, to_nodes=to_nodes)
    wide = np.full((len(narrow), -(-len(nodes) // LINE) * LINE), NEVER, np.uint16)
    wide[:, : len(nodes)] = narrow[:, : len(nodes)]
    return wide


def _roads(travel: TravelTimes) -> Roads:
    kernels = [travel.kernel(mode) for mode in (HOT, COLD)]
    chains = travel.chains
    chain = np.zeros(chains.n_chains, CHAIN)
    chain["begin"], chain["end"] = chains.chain_from, chains.chain_to
    chain["ahead_s"], chain["back_s"] = chains.total_s.T, chains.total_back_s.T
    arcs = np.zeros((len(MODES), max(len(k.onward.head) for k in kernels)), ARC)
    for mode, kernel in enumerate(kernels):
        _put_arcs(arcs[mode], kernel.onward)
    return Roads(
        hot=kernels[HOT].table,
        cold=kernels[COLD].table,
        node=np.stack([k.node for k in kernels]),
        start=np.stack([k.onward.start for k in kernels]),
        arc=arcs,
        chain=chain,
        spot=np.zeros(2, SPOT),
    )


def _put_arcs(arcs: NDArray[Any], onward: Junctions) -> None:
    count = len(onward.head)
    arcs["head"][:count], arcs["chain"][:count] = onward.head, onward.chain
    arcs["seconds"][:count] = onward.seconds


def _slower(travel: TravelTimes) -> NDArray[np.float64]:
    """slower[m, k]: the largest ratio, over all arcs and off the road, of time driven in mode k to time in mode m."""
    seconds = travel.graph.seconds.astype(np.float64)
    result = np.ones((len(MODES), len(MODES)))
    for m in range(len(MODES)):
        for k in range(len(MODES)):
            driven = (seconds[m] > 0) & np.isfinite(seconds[m])
            off_road = float(travel.kernel(k).off_road_s_per_m / travel.kernel(m).off_road_s_per_m)
            result[m, k] = np.max(seconds[k][driven] / seconds[m][driven], initial=off_road)
    return result
