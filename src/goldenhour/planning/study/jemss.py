"""A JEMSS city directory as a setting."""

from pathlib import Path

import msgspec
import numpy as np

from goldenhour.dispatch.policy import Capability
from goldenhour.geo.jemss import BadCity, City, Draw, read_city
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.study.setting import Demand, LevelSpec, Setting, Stop, UnitSpec, placing
from goldenhour.planning.study.spreads import Spread
from goldenhour.planning.whatif import inputs_hash


def setting_of_city(directory: Path, *, cache: Path | None = None) -> Setting:
    """Read a JEMSS city as it lies there; `cache`: a folder for travel tables, which take seconds to make.

    Raises BadCity, BadRoads or BadRaster in plain words.
    """
    city = read_city(directory)
    travel = TravelTimes.build(city.roads, cache=cache, off_road_kmh=city.off_road_kmh)
    index = placing(travel, km_per_degree=city.km_per_degree)
    sites = [*city.stations, *city.hospitals]
    node, off_m = index.nearest([site.lon for site in sites], [site.lat for site in sites])
    stops = [Stop(name=site.name, node=int(n), off_m=float(m)) for site, n, m in zip(sites, node, off_m, strict=True)]
    demand, rates = _demand(city)
    share = _priority_shares(city)
    return Setting(
        name=city.name,
        fingerprint=inputs_hash(*_plain(city)),
        travel=travel,
        index=index,
        stations=tuple(stops[: len(city.stations)]),
        hospitals=tuple(stops[len(city.stations) :]),
        units=tuple(
            UnitSpec(name=str(i), home=unit.station, capabilities=int(Capability.ALS_AMBULANCE))
            for i, unit in enumerate(city.ambulances, start=1)
        ),
        levels=tuple(
            LevelSpec(name=p.name, target_s=p.target_s, mode=p.mode, share=share[i])
            for i, p in enumerate(city.priorities)
        ),
        demand=demand,
        calls_per_day=86_400.0 / city.draws["interarrivalTime"].parameters[0],
        divert={
            to + 1: tuple(a + 1 for a, b in city.redispatch if b == to)
            for to in sorted({b for _, b in city.redispatch})
        },
        dispatch_delay_s=_spread(city.draws["dispatchDelay"]),
        turnout_s=Spread(always=0.0),
        on_scene_s=_spread(city.draws["onSceneDuration"]),
        handover_s=_spread(city.draws["handoverDuration"]),
        support_s=_spread(city.draws["onSceneDuration"]),
        transport=city.draws["transport"].parameters[0],
        km_per_degree=city.km_per_degree,
        notes=(*city.notes, *travel.notes, *_about_rates(city, rates)),
    )


def _demand(city: City) -> tuple[tuple[Demand, ...], float]:
    """One demand per priority, in the order of the priorities."""
    by_priority: dict[int, Demand] = {}
    by_raster: dict[int, Demand] = {}
    for mode in city.demand:
        raster = mode.where
        if id(raster) in by_raster:
            by_priority[mode.priority] = by_raster[id(raster)]
            continue
        row, column = np.nonzero(raster.value > 0)
        by_priority[mode.priority] = by_raster[id(raster)] = Demand(
            lon=np.asarray(raster.west + (column + 0.5) * raster.step_lon, np.float64),
            lat=np.asarray(raster.north - (row + 0.5) * raster.step_lat, np.float64),
            weight=raster.value[row, column],
            step_lon=raster.step_lon,
            step_lat=raster.step_lat,
        )
    missing = [p.name for i, p in enumerate(city.priorities) if i not in by_priority]
    if missing:
        raise BadCity(f"{city.name}: no demand mode says where {', '.join(missing)} calls come from")
    return tuple(by_priority[i] for i in range(len(city.priorities))), sum(d.calls_per_day for d in city.demand)


def _priority_shares(city: City) -> tuple[float, ...]:
    shares = city.draws["priority"].parameters
    if len(shares) != len(city.priorities) or abs(sum(shares) - 1) > 1e-6:
        raise BadCity(
            f"{city.name}: priority is drawn with {shares}; expected {len(city.priorities)} shares that add to 1"
        )
    return tuple(shares)


def _about_rates(city: City, rates: float) -> tuple[str, ...]:
    drawn = 86_400.0 / city.draws["interarrivalTime"].parameters[0]
    if abs(drawn - rates) <= 0.005 * drawn:
        return ()
    return (f"calls_gen_config.xml draws {drawn:g} calls a day, the demand file says {rates:g}; the first is used",)


def _spread(draw: Draw) -> Spread:
    """A Distributions.jl duration in our words."""
    p = draw.parameters
    if draw.kind == "Exponential":
        return Spread(mean=p[0])
    if draw.kind == "Normal" and p[1] == 0:
        return Spread(always=p[0])
    if draw.kind in ("Gamma", "Erlang"):
        return Spread(mean=p[0] * p[1], shape=p[0])
    if draw.kind == "Uniform":
        return Spread(low=p[0], high=p[1])
    if draw.kind == "LogNormal":
        median = float(np.exp(p[0]))
        return Spread(median=median, p90=median * float(np.exp(1.2815515655446004 * p[1])))
    raise BadCity(f"a duration drawn as {draw.kind}{p} is not one the twin can draw")


def _plain(city: City) -> list[object]:
    """All that decides a simulation, as plain values and arrays."""
    values: list[object] = [
        [msgspec.to_builtins([s.name, s.lon, s.lat]) for s in (*city.stations, *city.hospitals)],
        [[a.station, a.level] for a in city.ambulances],
        [[p.name, p.target_s, p.mode] for p in city.priorities],
        {name: [draw.kind, list(draw.parameters)] for name, draw in city.draws.items()},
        [list(pair) for pair in city.redispatch],
    ]
    roads = city.roads
    values += [roads.lon, roads.lat, roads.tail, roads.head, roads.seconds, roads.off_road_access]
    return [*values, *[mode.where.value for mode in city.demand]]
