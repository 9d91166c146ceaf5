"""A place as it is: roads, stations, hospitals, units, where and how often people call, and what is promised them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.planning.study.spreads import Spread


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
    seconds; km_per_degree: the plane calls are snapped to nodes in; notes: what people should know about the data."""

    name: str
    fingerprint: str
    travel: TravelTimes
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
