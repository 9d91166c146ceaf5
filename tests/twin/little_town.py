"""A made-up town, its calls and its rules, small enough to check by another model."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from goldenhour.dispatch.policy import Capability, policy_numbers
from goldenhour.geo.roads import RoadGraph
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.twin.arrays import CALL, DMEXCLP, HOME, ROSTER, RULES
from goldenhour.planning.twin.ground.town import Town, make_town
from goldenhour.planning.twin.simulate import Fleet

SIDE = 9
BENDS = 2  # nodes inside each street, so that chains are collapsed
BLS, ALS = int(Capability.BLS_AMBULANCE), int(Capability.ALS_AMBULANCE)
AMBULANCE = int(Capability.EMT | Capability.TRANSPORT)
HOUR_S = 3600.0


@dataclass(frozen=True)
class LittleTown:
    travel: TravelTimes
    town: Town
    covers: np.ndarray
    demand: np.ndarray


def streets(*, seed: int, side: int = SIDE) -> RoadGraph:
    """Crossings in a grid joined by streets with bends; one in ten is one-way, a few are motorway (no off-road)."""
    rng = np.random.default_rng(seed)
    lon, lat = [], []
    for row in range(side):
        for column in range(side):
            lon.append(10.0 + 0.01 * column)
            lat.append(50.0 + 0.007 * row)
    tail, head, seconds = [], [], []

    def arc(a: int, b: int, s: float) -> None:
        tail.append(a)
        head.append(b)
        seconds.append(s)

    for row in range(side):
        for column in range(side):
            for dr, dc in ((0, 1), (1, 0)):
                if row + dr >= side or column + dc >= side:
                    continue
                a, b = row * side + column, (row + dr) * side + column + dc
                inner = list(range(len(lon), len(lon) + BENDS))
                for k in range(BENDS):
                    f = (k + 1) / (BENDS + 1)
                    lon.append(lon[a] * (1 - f) + lon[b] * f)
                    lat.append(lat[a] * (1 - f) + lat[b] * f)
                one_way = rng.random() < 0.1 and 0 < row < side - 1 and 0 < column < side - 1
                path = [a, *inner, b]
                for x, y in pairwise(path):
                    s = rng.uniform(8, 25)
                    arc(x, y, s)
                    if not one_way:
                        arc(y, x, s * rng.uniform(0.9, 1.1))
    hot = np.array(seconds)
    cold = hot * rng.uniform(1.2, 1.6, len(hot))
    m = len(hot)
    access = np.ones(len(lon), np.bool_)
    access[rng.integers(0, len(lon), 5)] = False
    return RoadGraph(
        lon=np.array(lon),
        lat=np.array(lat),
        tail=np.array(tail, np.int32),
        head=np.array(head, np.int32),
        length_m=(hot * 14).astype(np.float32),
        seconds=np.stack([hot, cold]).astype(np.float32),
        off_road_access=access,
        road_class=np.zeros(m, np.uint8),
        classes=("street",),
        name=np.full(m, -1, np.int32),
        names=(),
        shape_start=np.zeros(m + 1, np.int32),
        shape_lon=np.empty(0),
        shape_lat=np.empty(0),
    )


def little_town(*, seed: int, bays: tuple[int, int] = (0, 0)) -> LittleTown:
    graph = streets(seed=seed)
    travel = TravelTimes.build(graph, cache=None, threads=1)
    stops = [10, 16, 64, 70, 40, 13]  # four stations, two hospitals
    town = make_town(
        travel,
        stop_node=stops,
        stop_off_m=[40.0, 0.0, 25.0, 10.0, 60.0, 0.0],
        n_posts=4,
        names=("North", "East", "South", "West", "General", "Mercy"),
    )
    town.town["hospital_can"][0, 4:6] = (1, 0)
    town.town["bays"][0, 4:6] = bays
    town.town["first_bay"][0, 4:6] = (0, bays[0])
    crossings = np.arange(SIDE * SIDE)
    seconds = town.rows[0][crossings, :4] * town.town["quantum_s"][0, 0]
    key, group = np.unique(seconds <= 150.0, axis=0, return_inverse=True)
    demand = np.bincount(group.ravel(), weights=np.random.default_rng(seed).uniform(0.5, 2, len(crossings)))
    return LittleTown(travel, town, key.astype(np.float64), demand)


def calls_of(town: LittleTown, *, n: int, seed: int, per_hour: float, plans: int = 1, **fixed: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    access = np.flatnonzero(town.travel.graph.off_road_access)
    calls = np.zeros(n, CALL)
    calls["arrival_s"] = np.cumsum(rng.exponential(HOUR_S / per_hour, n))
    calls["ready_s"] = calls["arrival_s"] + 50.0
    calls["node"] = rng.choice(access, n)
    calls["off_m"] = rng.uniform(0, 60, n)
    calls["level"] = rng.choice([1, 2, 3], n, p=[0.4, 0.3, 0.3])
    calls["plan"] = rng.integers(0, plans, n)
    calls["on_scene_s"] = rng.exponential(600, n)
    calls["handover_s"] = rng.exponential(500, n)
    calls["support_s"] = rng.exponential(300, n)
    calls["turnout_s"] = rng.uniform(20, 90, n)
    calls["transport"] = rng.random(n) < 0.8
    calls["hospital_need"] = rng.random(n) < 0.3
    calls["luck"] = 1.0
    for name, value in fixed.items():
        calls[name] = value
    return calls


def rules_of(town: LittleTown, *, redeploy: int = HOME, cover: bool = False, **fields: Any) -> np.ndarray:
    """One-unit rules; `numbers` takes keyword arguments of policy_numbers."""
    rules = np.zeros(1, RULES)
    for name, value in policy_numbers(**fields.pop("numbers", {}))._asdict().items():
        rules["numbers"][name] = value
    rules["slots"] = 1
    rules["redeploy"] = redeploy
    rules["mode_of_level"] = [0, 0, 0, 1, 1, 1]
    rules["plan_slots"][0, 0, 0] = AMBULANCE
    rules["plan_sooner_s"] = -1.0
    rules["plan_size"] = 1
    rules["pace"] = 1.0
    rules["cover"] = cover or redeploy == DMEXCLP
    rules["n_groups"] = len(town.demand)
    rules["demand"][0, : len(town.demand)] = town.demand
    for name, value in fields.items():
        rules[name] = value
    return rules


def rich_rules(town: LittleTown, **fields: Any) -> np.ndarray:
    """Everything at once: plans of one to three units, divert, swaps, DMEXCLP, breaks, hourly pace, reports."""
    pace = 1.0 + 0.4 * np.sin(np.arange(168) * 2 * np.pi / 24) ** 2
    rules = rules_of(
        town,
        redeploy=DMEXCLP,
        numbers={
            "divert": {1: (3,), 2: (3,)},
            "divert_gain_s": 20,
            "spare_s": 45,
            "cover_slack_s": 25,
            "end_guard_s": {3: 1200},
            "promote_s": {3: 900},
            "swap_gain_s": {1: 60, 2: 90, 3: 120},
            "q": 0.4,
        },
        slots=3,
        swaps=1,
        handoff_s=120.0,
        pace=np.stack([pace, pace * 1.05]),
        first_hour=31,
        report_s=30.0,
        rostered=1,
        **fields,
    )
    rules["plan_slots"][0, :3, :3] = (
        (AMBULANCE, 0, 0),
        (int(Capability.PARAMEDIC | Capability.TRANSPORT), int(Capability.EMR), 0),
        (AMBULANCE, int(Capability.EMR), int(Capability.SUPERVISE)),
    )
    rules["plan_sooner_s"][0, 1, 1] = 60.0
    rules["plan_size"][0, :3] = (1, 2, 3)
    return rules


def rich_fleet() -> Fleet:
    """Seven ambulances, two first responders and a supervisor; some in shifts with a break, none at the full minute."""
    post = [0, 0, 1, 1, 2, 2, 3, 0, 3, 1]
    capabilities = [ALS, BLS, ALS, BLS, BLS, ALS, BLS, 1, 1, int(Capability.SUPERVISE | Capability.EMR)]
    events = []
    for unit in (1, 3, 4, 6):
        begin = 7.1 * HOUR_S + unit * 97.3
        for day in range(40):
            start = begin + day * 24 * HOUR_S
            events.append((start, 10.5 * HOUR_S, unit, 0))
            events.append((start + 4.7 * HOUR_S, 1800.0 + unit, unit, 2))
            events.append((start + 10.5 * HOUR_S, 0.0, unit, 1))
    roster = np.array(sorted(events), ROSTER)
    on_duty = np.array([unit not in (1, 3, 4, 6) for unit in range(len(post))])
    return Fleet(
        post=np.array(post, np.int32), capabilities=np.array(capabilities, np.uint32), on_duty=on_duty, roster=roster
    )
