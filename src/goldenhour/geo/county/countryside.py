"""Country roads between the towns: they follow the land, join the highways, and rarely cross the river."""

from collections import defaultdict
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from scipy.spatial import Delaunay

from goldenhour.geo.county.ground import HEIGHT_M, WIDTH_M, XY, Ground, curve
from goldenhour.geo.county.lines import Street
from goldenhour.geo.county.naming import Namer

SPACING_M: Final = 1850.0
ANCHOR_EVERY_M: Final = 1900.0  # along a highway
STRAIGHT_ENOUGH: Final = 0.75  # cosine of the bend up to which a road keeps its name
TRACK_EVERY_M: Final = 3500.0
MAIN_ROAD_M: Final = 9000.0


def junctions(rng: Generator, land: Ground) -> tuple[XY, int]:
    """Where country roads meet: scattered points, then (from the returned index on) points on the highways."""
    keep_out = shapely.union_all([*(t.outline for t in land.towns), land.wet.buffer(260)])
    motorway = next(h.line for h in land.highways if h.road_class == "motorway")
    grid_x, grid_y = np.meshgrid(
        np.arange(-WIDTH_M / 2, WIDTH_M / 2, SPACING_M) + SPACING_M / 2,
        np.arange(-HEIGHT_M / 2, HEIGHT_M / 2, SPACING_M) + SPACING_M / 2,
    )
    grid_x[::2] += SPACING_M / 2
    loose = np.stack([grid_x.ravel(), grid_y.ravel()], axis=1)
    loose += (rng.random(loose.shape) - 0.5) * SPACING_M * 0.85
    loose = loose[rng.random(len(loose)) < 0.9]
    inside = (np.abs(loose[:, 0]) < WIDTH_M / 2 - 300) & (np.abs(loose[:, 1]) < HEIGHT_M / 2 - 300)
    points = shapely.points(loose)
    clear = ~shapely.contains(keep_out, points) & (shapely.distance(motorway, points) > 350)
    through = [h.line for h in land.highways if h.road_class != "motorway"]
    clear &= np.min([shapely.distance(line, points) for line in through], axis=0) > 700
    loose = loose[inside & clear]
    anchors = []
    for line in through:
        for place in np.arange(ANCHOR_EVERY_M / 2, line.length, ANCHOR_EVERY_M):
            spot = line.interpolate(place + (rng.random() - 0.5) * 700)
            if not keep_out.contains(spot) and motorway.distance(spot) > 500:
                anchors.append((spot.x, spot.y))
    gates = [xy for town in land.towns for xy in _gates(rng, town, land)]
    return np.vstack([loose, np.array(anchors + gates)]), len(loose)


def _gates(rng: Generator, town: Any, land: Ground) -> list[tuple[float, float]]:
    """Points just inside a town's edge, where country roads run into its streets."""
    ring = town.outline.buffer(-0.12 * town.radius_m).exterior
    count = max(5, round(ring.length / 2300))
    places = (np.arange(count) + rng.random(count) * 0.6) / count * ring.length
    spots = [ring.interpolate(float(p)) for p in places]
    return [(s.x, s.y) for s in spots if not land.wet.buffer(150).contains(s)]


def country_roads(rng: Generator, land: Ground, namer: Namer, points: XY, first_anchor: int) -> list[Street]:
    """Gabriel graph of the junctions, less what the river cuts, as winding named roads."""
    edges = _edges(rng, points, first_anchor, land)
    roads = []
    for chain in _chains(points, edges):
        line = curve(points[chain], rng, wander=0.055, step_m=130)
        if line.intersects(land.wet):
            line = shapely.LineString(points[chain])
        main = line.length > MAIN_ROAD_M
        roads.append(
            Street(
                line=line,
                name=namer.rural(),
                road_class="tertiary" if main else "unclassified",
                mph=55 if main else 45,
                numbering="rural",
            )
        )
    return roads


def farm_tracks(rng: Generator, roads: list[Street], land: Ground) -> list[Street]:
    """Unnamed tracks into the fields; dead ends."""
    built = shapely.union_all([land.wet.buffer(40), *(t.outline for t in land.towns)])
    out = []
    for road in roads:
        for place in np.arange(TRACK_EVERY_M * rng.random(), road.line.length - 200, TRACK_EVERY_M):
            foot, ahead = road.line.interpolate(place), road.line.interpolate(place + 5)
            way = np.array([ahead.x - foot.x, ahead.y - foot.y]) / 5
            side = np.array([-way[1], way[0]]) * (1 if rng.random() < 0.5 else -1)
            at, length = np.array([foot.x, foot.y]), 250 + 500 * rng.random()
            end = at + side * length + way * length * (rng.random() - 0.5)
            line = curve(np.array([at - side * 4, at + side * length * 0.5, end]), rng, wander=0.08, step_m=90)
            if not line.intersects(built):
                out.append(Street(line=line, name="", road_class="track", mph=15))
    return out


def _edges(rng: Generator, points: XY, first_anchor: int, land: Ground) -> list[tuple[int, int]]:
    triangles = Delaunay(points).simplices
    pairs = np.unique(np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1), axis=0)
    middle = (points[pairs[:, 0]] + points[pairs[:, 1]]) / 2
    half = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T) / 2
    lines = shapely.linestrings(np.stack([points[pairs[:, 0]], points[pairs[:, 1]]], axis=1))
    blocked = shapely.intersects(land.wet.buffer(60), lines)
    motorway = next(h.line for h in land.highways if h.road_class == "motorway")
    blocked |= shapely.intersects(motorway, lines) & (rng.random(len(pairs)) < 0.6)
    anchored = (pairs >= first_anchor).all(axis=1)  # the highway or the town already joins them
    through_town = shapely.union_all([t.outline.buffer(-0.15 * t.radius_m) for t in land.towns])
    blocked |= shapely.intersects(through_town, lines) | anchored | (half > 2600)
    gabriel = np.array([not (np.hypot(*(points - m).T) < h * 0.999).any() for m, h in zip(middle, half, strict=True)])
    dropped = rng.random(len(pairs)) < 0.12
    return [(int(a), int(b)) for a, b in pairs[gabriel & ~blocked & ~dropped]]


def _chains(points: XY, edges: list[tuple[int, int]]) -> list[list[int]]:
    """Edges joined end to end where a road goes nearly straight on, as one road has one name."""
    onward: dict[tuple[int, int], int] = {}
    at: dict[int, list[int]] = defaultdict(list)
    for a, b in edges:
        at[a].append(b)
        at[b].append(a)
    for node, others in at.items():
        free = set(others)
        ways = [(_straightness(points, i, node, j), i, j) for i in others for j in others if i < j]
        for fit, i, j in sorted(ways, reverse=True):
            if fit > STRAIGHT_ENOUGH and i in free and j in free:
                onward[i, node], onward[j, node] = j, i
                free -= {i, j}
    chains: list[list[int]] = []
    done: set[frozenset[int]] = set()
    for a, b in edges:
        if frozenset((a, b)) not in done:
            chain = _follow(onward, _follow(onward, [a, b])[::-1][:2])
            done.update(frozenset(pair) for pair in pairwise(chain))
            chains.append(chain)
    return chains


def _straightness(points: XY, i: int, node: int, j: int) -> float:
    one, other = points[node] - points[i], points[j] - points[node]
    return float(one @ other / (np.hypot(*one) * np.hypot(*other)))


def _follow(onward: dict[tuple[int, int], int], start: list[int]) -> list[int]:
    chain = list(start)
    while (chain[-2], chain[-1]) in onward and len(chain) < 400:
        nxt = onward[chain[-2], chain[-1]]
        if nxt == chain[0] or nxt in chain:
            break
        chain.append(nxt)
    return chain
