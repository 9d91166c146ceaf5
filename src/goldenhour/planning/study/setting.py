"""A place as it is: roads, stations, hospitals, units, where and how often people call, and what is promised them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from goldenhour.geo.snap import NodeIndex
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.planning.study.spreads import Spread


def placing(travel: TravelTimes, *, km_per_degree: tuple[float, float] | None = None) -> NodeIndex:
    """Nodes to place things on: those from which one can drive everywhere and back in every mode; not behind a gate
    that only opens to lights and siren, nor on a piece of road that leads nowhere."""
    graph = travel.graph
    open_ = np.isfinite(graph.seconds).all(axis=0)
    arcs = csr_array((np.ones(int(open_.sum())), (graph.tail[open_], graph.head[open_])), shape=(graph.n_nodes,) * 2)
    _, piece = connected_components(arcs, directed=True, connection="strong")
    largest = np.argmax(np.bincount(piece))
    return NodeIndex(graph, usable=piece == largest, km_per_degree=km_per_degree)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A station or hospital: the node of the road graph it stands at, and how far off it. capabilities: names of what
    a hospital can do; bays: how many patients it takes over at once (0: no limit)."""

    name: str
    node: int
    off_m: float
    capabilities: frozenset[str] = frozenset()
    bays: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSpec:
    """A unit, the index of its station and its Capability mask."""

    name: str
    home: int
    capabilities: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSpec:
    """A priority: its name, response target, driving mode (HOT, COLD) and share of the calls."""

    name: str
    target_s: float
    mode: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Where calls come from: points in degrees with a weight each; a call falls within half a step of its point."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    weight: NDArray[np.float64]
    step_lon: float = 0.0
    step_lat: float = 0.0

    def __post_init__(self) -> None:
        if not len(self.weight) or not (self.weight >= 0).all() or not self.weight.sum() > 0:
            raise BadScenario("the demand is empty: no place that calls come from has a weight above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Everything a scenario starts from. levels: by level 1, 2, …; divert: to level -> from levels; durations in
    seconds; index: nearest nodes that calls and stops are placed on; notes: what people should know about the data."""

    name: str
    fingerprint: str
    travel: TravelTimes
    index: NodeIndex
    stations: tuple[Stop, ...]
    hospitals: tuple[Stop, ...]
    units: tuple[UnitSpec, ...]
    levels: tuple[LevelSpec, ...]
    demand: tuple[Demand, ...]
    calls_per_day: float
    divert: dict[int, tuple[int, ...]]
    dispatch_delay_s: Spread
    turnout_s: Spread
    on_scene_s: Spread
    handover_s: Spread
    support_s: Spread
    transport: float
    km_per_degree: tuple[float, float] | None = None
    notes: tuple[str, ...] = field(default=())
