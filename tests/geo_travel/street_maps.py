"""Made-up street maps for the tests, and the plain shortest-path oracle they are compared with."""

from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from goldenhour.geo.metric import distance_m
from goldenhour.geo.roads import RoadGraph

WEST, SOUTH, BLOCK_DEG = 174.70, -36.90, 0.004


def graph_of(lon, lat, streets, *, access=None, names=(), shapes=None) -> RoadGraph:
    """A graph from arcs (tail, head, hot_s, cold_s, name index); shapes: inner points (lon, lat) per arc."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    tail, head = (np.array([s[i] for s in streets], np.int32) for i in (0, 1))
    shapes = shapes or [[] for _ in streets]
    inner = [point for shape in shapes for point in shape]
    line = [[(lon[t], lat[t]), *shape, (lon[h], lat[h])] for t, h, shape in zip(tail, head, shapes, strict=True)]
    length = [sum(float(distance_m(*map(np.array, (*a, *b)))) for a, b in pairwise(points)) for points in line]
    return RoadGraph(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        length_m=np.array(length, np.float32),
        seconds=np.array([[s[2] for s in streets], [s[3] for s in streets]], np.float32).reshape(2, -1),
        off_road_access=np.ones(len(lon), bool) if access is None else np.asarray(access, bool),
        road_class=np.zeros(len(streets), np.uint8),
        classes=("street",),
        name=np.array([s[4] if len(s) > 4 else -1 for s in streets], np.int32),
        names=tuple(names),
        shape_start=np.concatenate([[0], np.cumsum([len(s) for s in shapes])]).astype(np.int32),
        shape_lon=np.array([p[0] for p in inner], float),
        shape_lat=np.array([p[1] for p in inner], float),
    )


def made_up_town(seed: int, *, size: int = 5) -> RoadGraph:
    """A grid of blocks made awkward: bends, one-way streets, dead ends, closed and parallel streets, a ring apart."""
    rng = np.random.default_rng(seed)
    lon, lat, streets = [], [], []

    def node(x: float, y: float) -> int:
        lon.append(WEST + x * BLOCK_DEG)
        lat.append(SOUTH + y * BLOCK_DEG)
        return len(lon) - 1

    corner = {(x, y): node(x, y) for x in range(size) for y in range(size)}

    def street(a: int, b: int, ways: str) -> None:
        """A street with bends from a to b: "both", "one" way, or two directions of which one is "closed" to a mode."""
        bends = int(rng.integers(0, 4))
        stops = [a]
        for k in range(1, bends + 1):
            f = k / (bends + 1)
            x, y = ((v[b] * f + v[a] * (1 - f)) for v in (lon, lat))
            stops.append(
                node((x - WEST) / BLOCK_DEG + rng.normal(0, 0.05), (y - SOUTH) / BLOCK_DEG + rng.normal(0, 0.05))
            )
        stops.append(b)
        for u, v in pairwise(stops):
            t = float(rng.uniform(1, 60))
            streets.append((u, v, t, t * 1.4))
            if ways != "one":
                home = float(rng.uniform(1, 60))
                streets.append((v, u, np.inf if ways == "closed" and rng.random() < 0.3 else home, home * 1.4))

    for (x, y), here in corner.items():
        for dx, dy in ((1, 0), (0, 1)):
            if (x + dx, y + dy) in corner and rng.random() < 0.85:
                ends = (here, corner[x + dx, y + dy])
                street(*(ends if rng.random() < 0.5 else ends[::-1]), rng.choice(["both", "both", "one", "closed"]))
    for _ in range(3):
        street(corner[int(rng.integers(size)), int(rng.integers(size))], node(*rng.uniform(0, size, 2)), "both")
    a, b = corner[0, 0], corner[1, 1]
    street(a, b, "both")
    street(a, b, "both")
    ring = [node(size + 2 + x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    ways = rng.choice(["both", "one"])
    for u, v in zip(ring, ring[1:] + ring[:1], strict=True):
        street(u, v, ways)
    return graph_of(lon, lat, streets)


def arc_matrix(n: int, tail, head, seconds) -> csr_matrix:
    """The fastest arc between each pair of nodes (scipy would add parallel ones up)."""
    open_ = np.isfinite(seconds)
    tail, head, seconds = np.asarray(tail)[open_], np.asarray(head)[open_], np.asarray(seconds, float)[open_]
    order = np.lexsort((seconds, head, tail))
    tail, head, seconds = tail[order], head[order], seconds[order]
    first = np.concatenate([[True], (np.diff(tail) != 0) | (np.diff(head) != 0)])
    return csr_matrix((np.maximum(seconds[first], 1e-12), (tail[first], head[first])), shape=(n, n))


def oracle(graph: RoadGraph, mode: int, sources) -> np.ndarray:
    """Seconds from each source node to every node, by scipy on the whole graph."""
    arcs = arc_matrix(graph.n_nodes, graph.tail, graph.head, graph.seconds[mode])
    return dijkstra(arcs, indices=np.asarray(sources))


def oracle_between_places(graph: RoadGraph, reverse, mode: int, places) -> np.ndarray:
    """Seconds between places part-way along arcs: every street is cut at its places, then scipy."""
    n = graph.n_nodes
    tail, head, seconds = list(graph.tail), list(graph.head), list(graph.seconds[mode].astype(float))
    cuts: dict[int, list[tuple[float, int]]] = {}
    for i, place in enumerate(places):
        cuts.setdefault(place.arc, []).append((place.fraction, n + i))
        if reverse[place.arc] >= 0:
            cuts.setdefault(int(reverse[place.arc]), []).append((1 - place.fraction, n + i))
    for arc, at in cuts.items():
        stops = [(0.0, int(graph.tail[arc])), *sorted(at), (1.0, int(graph.head[arc]))]
        for (f, u), (g, v) in pairwise(stops):
            tail.append(u)
            head.append(v)
            seconds.append((g - f) * float(graph.seconds[mode, arc]) if g > f else 0.0)
    arcs = arc_matrix(n + len(places), tail, head, np.array(seconds))
    return dijkstra(arcs, indices=np.arange(n, n + len(places)))[:, n:]
