"""From surveyed roads to the road graph: one arc per direction and piece, only what one can drive to and back from."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from goldenhour.geo.metric import distance_m
from goldenhour.geo.region.speeds import CLASSES, LIMITED_ACCESS, speed_kmh
from goldenhour.geo.region.survey import BadRegion, Road, Survey
from goldenhour.geo.roads import COLD, HOT, RoadGraph

LOST_SHARE_NOTED = 0.02  # cut-off roads are normal at an extract's edge; more than this share is worth a word


def road_graph(survey: Survey) -> tuple[RoadGraph, NDArray[np.int64]]:
    """The graph, and for each surveyed point its node (-1: none). `seconds` is inf where a mode may not drive.

    Keeps the largest part in which every node reaches every other with lights and siren; notes on the survey how
    much was cut off. Raises BadRegion when nothing is drivable.
    """
    drivable = [road for road in survey.roads if road.hot and len(road.nodes) > 1]
    if not drivable:
        raise BadRegion(
            f"{survey.source}: no drivable road in it. A region needs OSM ways tagged highway=residential, "
            "primary, …; is this a full extract, not a filtered one?"
        )
    arcs = _arcs(drivable, survey)
    keep, lost = _mutually_reachable(arcs["tail"], arcs["head"], len(survey.lon))
    if lost > LOST_SHARE_NOTED:
        survey.notes.append(
            f"{lost:.1%} of the road nodes cannot be driven to and back from (islands, cut at the edge); left out."
        )
    return _compact(arcs, keep, survey), np.where(keep, np.cumsum(keep) - 1, -1)


def _arcs(roads: list[Road], survey: Survey) -> dict[str, np.ndarray]:
    """Forward pieces of every road, then backward pieces of two-way roads, as parallel arrays."""
    counts = np.array([len(road.nodes) - 1 for road in roads])
    flat = np.concatenate([np.asarray(road.nodes, dtype=np.int64) for road in roads])
    ends = np.cumsum(counts + 1) - 1
    first = np.delete(flat, ends)
    second = np.delete(flat, ends - counts)
    road_of = np.repeat(np.arange(len(roads)), counts)
    backward = ~np.array([road.oneway for road in roads])[road_of]
    forward_kmh = np.array([_kmh(road, road.limit_kmh) for road in roads])[road_of]
    back_limit = [road.limit_kmh if road.limit_back_kmh is None else road.limit_back_kmh for road in roads]
    backward_kmh = np.array([_kmh(r, limit) for r, limit in zip(roads, back_limit, strict=True)])[road_of]
    tail = np.concatenate([first, second[backward]])
    head = np.concatenate([second, first[backward]])
    kmh = np.concatenate([forward_kmh, backward_kmh[backward]]).T
    road = np.concatenate([road_of, road_of[backward]])
    length = distance_m(survey.lon[tail], survey.lat[tail], survey.lon[head], survey.lat[head])
    with np.errstate(divide="ignore"):
        seconds = np.maximum(length, 0.1) * 3.6 / kmh  # two points on one spot still cost an instant
    codes = np.array([CLASSES.index(r.road_class) for r in roads], dtype=np.uint8)[road]
    names = np.array([r.name or r.ref for r in roads], dtype=object)[road]
    real = tail != head
    columns = {"tail": tail, "head": head, "length_m": length, "class": codes, "name": names}
    return {key: column[real] for key, column in columns.items()} | {"seconds": seconds[:, real]}


def _kmh(road: Road, limit_kmh: float | None) -> tuple[float, float]:
    speeds = speed_kmh(road.road_class, limit_kmh)
    return speeds[HOT], speeds[COLD] if road.cold else 0.0


def _mutually_reachable(tail: np.ndarray, head: np.ndarray, n: int) -> tuple[np.ndarray, float]:
    """Whether each of n points is in the largest strongly connected part; and the share of road points that is not."""
    links = coo_matrix((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n, n))
    _, part = connected_components(links, directed=True, connection="strong")
    used = np.zeros(n, dtype=bool)
    used[tail] = used[head] = True
    sizes = np.bincount(part[used])
    keep = used & (part == sizes.argmax())
    return keep, 1.0 - keep.sum() / used.sum()


def _compact(arcs: dict[str, np.ndarray], keep: np.ndarray, survey: Survey) -> RoadGraph:
    alive = keep[arcs["tail"]] & keep[arcs["head"]]
    number = np.cumsum(keep) - 1
    tail = number[arcs["tail"][alive]].astype(np.int32)
    head = number[arcs["head"][alive]].astype(np.int32)
    codes = arcs["class"][alive]
    n = int(keep.sum())
    open_road = ~np.isin(codes, [CLASSES.index(c) for c in sorted(LIMITED_ACCESS)])
    access = np.zeros(n, dtype=bool)
    access[tail[open_road]] = access[head[open_road]] = True
    spoken = arcs["name"][alive]
    names = tuple(sorted({name for name in spoken if name}))
    index = {name: i for i, name in enumerate(names)} | {"": -1}
    return RoadGraph(
        lon=survey.lon[keep],
        lat=survey.lat[keep],
        tail=tail,
        head=head,
        length_m=arcs["length_m"][alive].astype(np.float32),
        seconds=np.ascontiguousarray(arcs["seconds"][:, alive].astype(np.float32)),
        off_road_access=access,
        road_class=codes,
        classes=CLASSES,
        name=np.array([index[name] for name in spoken], dtype=np.int32),
        names=names,
        shape_start=np.zeros(len(tail) + 1, dtype=np.int32),
        shape_lon=np.zeros(0),
        shape_lat=np.zeros(0),
    )
