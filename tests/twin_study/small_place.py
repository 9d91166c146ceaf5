"""A grid town with two stations, one hospital and three units."""

import numpy as np

from goldenhour.dispatch.policy import Capability
from goldenhour.geo.roads import RoadGraph
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.study.setting import Demand, LevelSpec, Setting, Stop, UnitSpec, placing
from goldenhour.planning.study.spreads import Spread

SIDE = 8


def grid() -> RoadGraph:
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    across = np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()])
    along = np.column_stack([node[:-1].ravel(), node[1:].ravel()])
    pairs = np.concatenate([across, along])
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    seconds = np.random.default_rng(1).uniform(50, 80, len(pairs))
    m = len(pairs)
    return RoadGraph(
        lon=10 + 0.01 * (np.arange(SIDE * SIDE) % SIDE),
        lat=50 + 0.007 * (np.arange(SIDE * SIDE) // SIDE),
        tail=pairs[:, 0].astype(np.int32),
        head=pairs[:, 1].astype(np.int32),
        length_m=np.full(m, 750.0, np.float32),
        seconds=np.stack([seconds, 1.4 * seconds]).astype(np.float32),
        off_road_access=np.ones(SIDE * SIDE, np.bool_),
        road_class=np.zeros(m, np.uint8),
        classes=("street",),
        name=np.full(m, -1, np.int32),
        names=(),
        shape_start=np.zeros(m + 1, np.int32),
        shape_lon=np.empty(0),
        shape_lat=np.empty(0),
    )


def small_place() -> Setting:
    graph = grid()
    demand = Demand(lon=graph.lon, lat=graph.lat, weight=np.ones(len(graph.lon)), step_lon=0.004, step_lat=0.003)
    travel = TravelTimes.build(graph, cache=None, threads=1)
    als, bls = int(Capability.ALS_AMBULANCE), int(Capability.BLS_AMBULANCE)
    return Setting(
        name="Small",
        fingerprint="small-1",
        travel=travel,
        index=placing(travel),
        stations=(Stop(name="West", node=17, off_m=20.0), Stop(name="East", node=46, off_m=0.0)),
        hospitals=(Stop(name="General", node=36, off_m=30.0, capabilities=frozenset({"stroke"})),),
        units=(
            UnitSpec(name="A1", home=0, capabilities=als),
            UnitSpec(name="A2", home=1, capabilities=als),
            UnitSpec(name="B1", home=1, capabilities=bls),
        ),
        levels=(
            LevelSpec(name="urgent", target_s=480.0, mode=0, share=0.5),
            LevelSpec(name="soon", target_s=900.0, mode=0, share=0.3),
            LevelSpec(name="later", target_s=1800.0, mode=1, share=0.2),
        ),
        demand=(demand, demand, demand),
        calls_per_day=40.0,
        divert={1: (3,)},
        dispatch_delay_s=Spread(always=50.0),
        turnout_s=Spread(low=30.0, high=90.0),
        on_scene_s=Spread(mean=900.0),
        handover_s=Spread(median=900.0, p90=1800.0),
        support_s=Spread(always=400.0),
        transport=0.7,
    )
