"""The turn list: what a crew is told at each junction where it has a choice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import RoadGraph
from goldenhour.geo.route.line import Piece, Turn, heading_deg
from goldenhour.geo.snap import Place

# Bends, in degrees, from which a change of direction is told as such.
SLIGHT, PLAIN, SHARP, BACK = 20.0, 45.0, 120.0, 170.0


def act(bend_deg: float) -> str:
    """The word for a bend: negative to the left, positive to the right (-180..180)."""
    size, side = abs(bend_deg), "left" if bend_deg < 0 else "right"
    if size < SLIGHT:
        return "continue"
    if size < PLAIN:
        return f"slight {side}"
    if size < SHARP:
        return side
    return f"sharp {side}" if size < BACK else "turn back"


def turning_nodes(graph: RoadGraph) -> NDArray[np.bool_]:
    """Which nodes have more than two neighbours: there one can go wrong (bool[n])."""
    pairs = np.concatenate([np.stack([graph.tail, graph.head]), np.stack([graph.head, graph.tail])], axis=1)
    neighbours = np.unique(pairs, axis=1)
    choice: NDArray[np.bool_] = np.bincount(neighbours[0], minlength=graph.n_nodes) > 2
    return choice


def turns(
    graph: RoadGraph, choice: NDArray[np.bool_], pieces: Sequence[Piece], start: Place, to: Place, *,
    off_s_per_m: float, factor: float,
) -> tuple[Turn, ...]:  # fmt: skip
    """Depart, each change of street, each change of direction where there is a choice (bool[n], by node), arrive."""
    begins = [0] if pieces else []
    acts = ["depart"]
    for i in range(1, len(pieces)):
        node = int(graph.tail[pieces[i].stretch.arc])
        bend = (_heading_in(pieces[i]) - _heading_out(pieces[i - 1]) + 180.0) % 360.0 - 180.0
        renamed = _street(graph, pieces[i]) != _street(graph, pieces[i - 1])
        onto_named = renamed and _street(graph, pieces[i]) != ""
        if onto_named or abs(bend) >= BACK or (choice[node] and (renamed or abs(bend) >= PLAIN)):
            begins.append(i)
            acts.append(act(bend))
    told, clock_s = [], start.off_road_m * off_s_per_m * factor
    for k, first in enumerate(begins):
        run = pieces[first : begins[k + 1] if k + 1 < len(begins) else len(pieces)]
        seconds = sum(piece.seconds for piece in run) * factor
        told.append(
            Turn(
                act=acts[k],
                street=_street(graph, run[0]),
                lon=float(run[0].points[0, 0]),
                lat=float(run[0].points[1, 0]),
                after_s=clock_s,
                seconds=seconds,
                distance_m=sum(piece.length_m for piece in run),
            )
        )
        clock_s += seconds
    street = _street(graph, pieces[-1]) if pieces else ""
    arrive = Turn(
        act="arrive", street=street, lon=to.road_lon, lat=to.road_lat, after_s=clock_s, seconds=0.0, distance_m=0.0
    )
    return (*told, arrive)


def _street(graph: RoadGraph, piece: Piece) -> str:
    name = int(graph.name[piece.stretch.arc])
    return graph.names[name] if name >= 0 else ""


def _heading_in(piece: Piece) -> float:
    (lon, lat) = piece.points[:, :2].tolist()
    return heading_deg(lon[0], lat[0], lon[1], lat[1])


def _heading_out(piece: Piece) -> float:
    (lon, lat) = piece.points[:, -2:].tolist()
    return heading_deg(lon[0], lat[0], lon[1], lat[1])
