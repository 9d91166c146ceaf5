"""Where a unit on the road is: checked against the shortest path of scipy on the full graph."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from goldenhour.planning.twin.arrays import NOWHERE, UNIT
from goldenhour.planning.twin.ground.position import drive_s, find, least_s, put_spot, road_s

EXACT_S = 0.35  # table rounding, a few times over


@pytest.fixture(scope="module")
def exact(town):
    """Seconds between all nodes, cold."""
    graph = town.travel.graph
    return dijkstra(csr_array((graph.seconds[1], (graph.tail, graph.head)), shape=(graph.n_nodes,) * 2))


def on_its_way(town, a: int, b: int, road: float):
    unit = np.zeros(1, UNIT)[0]
    unit["leg_node"], unit["leg_chain"], unit["to_node"] = a, NOWHERE, b
    unit["leg_mode"], unit["leg_pace"], unit["leg_road_s"] = 1, 1.0, road
    unit["anchor_node"], unit["anchor_stop"] = a, NOWHERE
    return unit


def test_a_unit_is_always_on_its_shortest_way(town, exact):
    rng = np.random.default_rng(1)
    roads, record, here = town.town.roads, town.town.town[0], np.zeros(3)
    for a, b in rng.integers(0, len(exact), (150, 2)):
        if a == b:
            continue
        unit = on_its_way(town, a, b, exact[a, b])
        for share in sorted(rng.random(6)):
            node, chain = find(roads, record, unit, share * exact[a, b], here)
            put_spot(roads, 1, node, chain, here[0], roads.spot[0])
            put_spot(roads, 1, b, NOWHERE, 0.0, roads.spot[1])
            assert abs(road_s(roads, record, 1) - (1 - share) * exact[a, b]) < EXACT_S


def test_the_bound_never_exceeds_the_true_time(town, exact):
    rng = np.random.default_rng(2)
    roads, record, here = town.town.roads, town.town.town[0], np.zeros(3)
    useful = 0
    for a, b, c in rng.integers(0, len(exact), (300, 3)):
        if a == b:
            continue
        unit = on_its_way(town, a, b, exact[a, b])
        now_s = rng.random() * exact[a, b]
        for mode in (0, 1):
            bound = least_s(record, town.town.rows, mode, unit, now_s, c)
            true = drive_s(roads, record, unit, mode, c, now_s, here)
            assert bound <= true + 1e-6
            useful += bound > 0.5 * true > 0
    assert useful > 50, "a bound that is never near the truth saves nothing"
