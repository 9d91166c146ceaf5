"""Where two streets meet, or nearly meet."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from goldenhour.geo.geocode.found import Found, Matched
from goldenhour.geo.geocode.tables import Tables, in_town

SIDES: Final = 16  # streets considered on each side
ALONE_CORNERS: Final = 12  # corners offered for "mill &" with nothing after it
SIDE_FLOOR: Final = 0.55
NEARLY_M: Final = 60.0  # a roundabout or a divided road between the two names
CORNER_UNCERTAINTY_M: Final = 15.0
Scores = Callable[[str], NDArray[np.float32]]


def crossing_of(tables: Tables, scores: Scores, first: str, second: str) -> list[Found]:
    """Crossings of streets that answer to the two names; with an empty second, the first street's corners."""
    left, left_scores = _side(scores(first))
    if not second:
        return [f for s in left[:2] for f in _corners_of(tables, s, float(left_scores[s]))]
    right, right_scores = _side(scores(second))
    found = []
    for a in left:
        for b in right:
            if tables.texts["street"][a] == tables.texts["street"][b]:
                continue
            score = float(np.sqrt(left_scores[a] * right_scores[b]))
            found += [_corner(tables, a, b, n, score) for n in _shared(tables, a, b)] or _near_miss(tables, a, b, score)
    return found


def _side(scores: NDArray[np.float32]) -> tuple[list[int], NDArray[np.float32]]:
    good = np.flatnonzero(scores >= SIDE_FLOOR)
    return [int(i) for i in good[np.argsort(-scores[good], kind="stable")][:SIDES]], scores


def _shared(tables: Tables, a: int, b: int) -> list[int]:
    """Nodes of both streets, one per spot: neighbours within NEARLY_M count once."""
    nodes = np.intersect1d(tables.nodes_of(a), tables.nodes_of(b), assume_unique=True)
    kept: list[int] = []
    for n in nodes.tolist():
        if all(np.hypot(*(tables.finder.xy[n] - tables.finder.xy[k])) > NEARLY_M for k in kept):
            kept.append(n)
    return kept


def _corner(tables: Tables, a: int, b: int, node: int, score: float) -> Found:
    names = tables.texts["street"]
    return Found(
        label=in_town(f"{names[a]} & {names[b]}", tables.street_town(a)),
        kind="intersection",
        lon=float(tables.roads.lon[node]),
        lat=float(tables.roads.lat[node]),
        uncertainty_m=CORNER_UNCERTAINTY_M,
        source="streets meet here",
        score=score,
        matched=Matched(street=names[a], cross_street=names[b], city=tables.street_town(a)),
    )


def _near_miss(tables: Tables, a: int, b: int, score: float) -> list[Found]:
    left, right = tables.nodes_of(a), tables.nodes_of(b)
    if not len(left) or not len(right):
        return []
    away, nearest = cKDTree(tables.finder.xy[right]).query(tables.finder.xy[left])
    best = int(away.argmin())
    if away[best] > NEARLY_M:
        return []
    names = tables.texts["street"]
    spot = (tables.finder.xy[left[best]] + tables.finder.xy[right[nearest[best]]]) / 2
    lon, lat = tables.frame.lonlat(spot)
    return [
        Found(
            label=in_town(f"{names[a]} & {names[b]}", tables.street_town(a)),
            kind="intersection",
            lon=float(lon),
            lat=float(lat),
            uncertainty_m=CORNER_UNCERTAINTY_M + float(away[best]),
            source=f"streets pass within {away[best]:.0f} m",
            score=score * 0.95,
            matched=Matched(street=names[a], cross_street=names[b], city=tables.street_town(a)),
        )
    ]


def _corners_of(tables: Tables, street: int, score: float) -> list[Found]:
    starts, streets = tables.street_of_node
    names = tables.texts["street"]
    found = []
    for node in tables.nodes_of(street).tolist():
        others = {int(o) for o in streets[starts[node] : starts[node + 1]] if names[o] != names[street]}
        found += [_corner(tables, street, other, node, score * 0.95) for other in sorted(others)]
    return found[:ALONE_CORNERS]
