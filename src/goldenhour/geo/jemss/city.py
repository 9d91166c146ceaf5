"""Read a JEMSS.jl city directory as it lies there, zip files unopened: roads, stations, hospitals, ambulances, demand.

JEMSS.jl (github.com/uoa-ems-research/JEMSS.jl) counts time in days, distance in km and speed in km a day, from index 1;
here it is seconds, metres, km/h, from index 0.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from goldenhour.geo.jemss.draws import DAY_S, Draw, read_config, read_draws
from goldenhour.geo.jemss.raster import BadRaster, Raster, read_raster
from goldenhour.geo.jemss.tables import BadCity, Table, column, find, numbers, read_bytes, read_text, tables
from goldenhour.geo.metric import distance_m
from goldenhour.geo.roads import COLD, HOT, RoadGraph, require_sound


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A station (capacity: how many ambulances it holds) or a hospital (capacity 0)."""

    name: str
    lon: float
    lat: float
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambulance:
    """`station` is an index into City.stations; `level` JEMSS' class as written ("1")."""

    station: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """A priority, its response-time target and the mode (HOT, COLD) in which units drive to it."""

    name: str
    target_s: float
    mode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Calls of one priority (an index into City.priorities): how many a day, and where."""

    priority: int
    calls_per_day: float
    where: Raster


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A JEMSS city.

    km_per_degree: (east-west, north-south), JEMSS' plane. off_road_kmh: by mode. calls: where calls arise (relative
    density). draws: interarrivalTime, priority, dispatchDelay, onSceneDuration, transport, handoverDuration.
    redispatch: pairs of priorities (from, to): a unit on its way to a `from` call may be sent to a `to` call instead.
    notes: what of the files was not taken over, for people.
    """

    name: str
    roads: RoadGraph
    km_per_degree: tuple[float, float]
    off_road_kmh: tuple[float, float]
    stations: tuple[Site, ...]
    hospitals: tuple[Site, ...]
    ambulances: tuple[Ambulance, ...]
    priorities: tuple[Priority, ...]
    demand: tuple[Demand, ...]
    calls: Raster
    draws: dict[str, Draw]
    redispatch: tuple[tuple[int, int], ...]
    notes: tuple[str, ...]


def read_city(city: Path) -> City:
    """Read the whole model. Raises BadCity, BadRoads or BadRaster, naming the file and what was expected."""
    if not city.is_dir():
        raise BadCity(f"{city} is not a directory; give a JEMSS city directory (with roads.zip, stations_1.csv, …)")
    modes, speed_kmh, notes = _travel(city)
    priorities, used = _priorities(city, modes)
    names = [priority.name for priority in priorities]
    stations = _sites(city, "stations")
    raster = cache(lambda name: _raster(city, name))
    demand, of_demand = _demand(city, names, raster)
    config = read_config(city)
    if len(used) > 2:
        raise BadCity(f"{city}: priorities use {len(used)} travel modes; one for lights and siren and one more fit")
    return City(
        name=city.resolve().name,
        roads=read_roads(city, columns=(f"mode_{used[0]}", f"mode_{used[-1]}")),
        km_per_degree=_scale(city),
        off_road_kmh=(speed_kmh[used[0]], speed_kmh[used[-1]]),
        stations=stations,
        hospitals=_sites(city, "hospitals"),
        ambulances=_ambulances(city, len(stations)),
        priorities=priorities,
        demand=demand,
        calls=_calls(config, demand, raster),
        draws=read_draws(config),
        redispatch=_redispatch(city, names),
        notes=notes + of_demand,
    )


def read_roads(city: Path, *, columns: tuple[str, str] = ("mode_1", "mode_2")) -> RoadGraph:
    """The road graph, its hot and cold seconds from two columns of arcs.csv. Missing lengths are straight lines."""
    nodes = _table(tables(read_text(city, "nodes.csv"), "nodes.csv"), "nodes", "nodes.csv")
    of_arcs = tables(read_text(city, "arcs.csv"), "arcs.csv")
    arcs = _table(of_arcs, "arcs", "arcs.csv")
    lon, lat = numbers(nodes, "x", "nodes.csv"), numbers(nodes, "y", "nodes.csv")
    tail = numbers(arcs, "fromNode", "arcs.csv").astype(np.int32) - 1
    head = numbers(arcs, "toNode", "arcs.csv").astype(np.int32) - 1
    if ((tail < 0) | (head < 0) | (tail >= len(lon)) | (head >= len(lon))).any():
        raise BadCity(f"arcs.csv: an arc names a node outside 1..{len(lon)}")
    seconds = np.array([numbers(arcs, mode, "arcs.csv") for mode in columns]) * DAY_S
    if "distance" in arcs:
        length_m = numbers(arcs, "distance", "arcs.csv") * 1000
    else:
        length_m = distance_m(lon[tail], lat[tail], lon[head], lat[head])
    form = column(_table(of_arcs, "miscData", "arcs.csv"), "arcForm", "arcs.csv")[0]
    if form not in ("directed", "undirected"):
        raise BadCity(f"arcs.csv: arcForm is {form!r}; directed or undirected is expected")
    if form == "undirected":
        tail, head = np.concatenate([tail, head]), np.concatenate([head, tail])
        seconds, length_m = np.concatenate([seconds, seconds], axis=1), np.concatenate([length_m, length_m])
    access = np.array([cell in ("1", "1.0", "true") for cell in nodes.get("offRoadAccess", ["1"] * len(lon))])
    graph = RoadGraph(
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        length_m=length_m.astype(np.float32),
        seconds=seconds.astype(np.float32),
        off_road_access=access,
        road_class=np.zeros(len(tail), np.uint8),
        classes=("road",),
        name=np.full(len(tail), -1, np.int32),
        names=(),
        shape_start=np.zeros(len(tail) + 1, np.int32),
        shape_lon=np.empty(0),
        shape_lat=np.empty(0),
    )
    require_sound(graph)
    return graph


def _table(found: dict[str, Table], name: str, source: str) -> Table:
    if name not in found:
        raise BadCity(f"{source} has no table {name!r}; it has {', '.join(found) or 'none'}")
    return found[name]


def _read(city: Path, kind: str, table: str) -> tuple[Table, str]:
    path = find(city, kind)
    return _table(tables(path.read_text("utf-8-sig"), path.name), table, path.name), path.name


def _scale(city: Path) -> tuple[float, float]:
    table, source = _read(city, "map", "map")
    x, y = float(numbers(table, "xScale", source)[0]), float(numbers(table, "yScale", source)[0])
    if not (x > 0 and y > 0):
        raise BadCity(f"{source}: xScale and yScale must be above 0 km a degree")
    return x, y


def _sites(city: Path, kind: str) -> tuple[Site, ...]:
    table, source = _read(city, kind, kind)
    lon, lat = numbers(table, "x", source), numbers(table, "y", source)
    names = next((table[c] for c in table if c.lower() in ("name", "address")), [""] * len(lon))
    capacity = numbers(table, "capacity", source).astype(int) if "capacity" in table else [0] * len(lon)
    return tuple(
        Site(name=name or f"{kind[:-1]} {i}", lon=float(x), lat=float(y), capacity=int(room))
        for i, (name, x, y, room) in enumerate(zip(names, lon, lat, capacity, strict=True), start=1)
    )


def _ambulances(city: Path, stations: int) -> tuple[Ambulance, ...]:
    table, source = _read(city, "ambulances", "ambulances")
    at = numbers(table, "stationIndex", source).astype(int) - 1
    if ((at < 0) | (at >= stations)).any():
        raise BadCity(f"{source}: an ambulance belongs to a station outside 1..{stations}")
    levels = column(table, "class", source)
    return tuple(Ambulance(station=int(s), level=level) for s, level in zip(at, levels, strict=True))


def _travel(city: Path) -> tuple[dict[str, int], dict[int, float], tuple[str, ...]]:
    """Travel mode of each priority in the first travel set, and off-road km/h of each mode."""
    path = find(city, "travel")
    found = tables(path.read_text("utf-8-sig"), path.name)
    table = _table(found, "travelModes", path.name)
    index = numbers(table, "travelModeIndex", path.name).astype(int)
    speed = numbers(table, "offRoadSpeed", path.name) / 24
    sets = _table(found, "travelSets", path.name)
    timing = numbers(_table(found, "travelSetsTiming", path.name), "travelSetIndex", path.name).astype(int)
    in_set = numbers(sets, "travelSetIndex", path.name).astype(int) == timing[0]
    mode = numbers(sets, "travelModeIndex", path.name).astype(int)
    modes = {
        name: int(m) for name, m, here in zip(column(sets, "priority", path.name), mode, in_set, strict=True) if here
    }
    notes: tuple[str, ...] = ()
    if len(set(timing)) > 1:
        notes = (f"{path.name}: travel changes over time; the first set ({timing[0]}) is used throughout",)
    return modes, {int(i): float(s) for i, s in zip(index, speed, strict=True)}, notes


def _priorities(city: Path, modes: dict[str, int]) -> tuple[tuple[Priority, ...], list[int]]:
    """The priorities, and the travel modes they use, that of the first one first."""
    table, source = _read(city, "priorities", "priorities")
    names = column(table, "name", source)
    target = "targetResponseDuration" if "targetResponseDuration" in table else "targetResponseTime"
    target_s = numbers(table, target, source) * DAY_S
    if not names or not (target_s > 0).all():
        raise BadCity(f"{source}: every priority needs a {target} above 0")
    driven_as = table.get("responseTravelPriority", names)
    if missing := [name for name in driven_as if name not in modes]:
        raise BadCity(f"{city}: no travel mode for {', '.join(missing)} in the travel file")
    used = list(dict.fromkeys(modes[name] for name in (*driven_as, *names)))
    return tuple(
        Priority(name=name, target_s=float(target), mode=HOT if modes[driven] == used[0] else COLD)
        for name, driven, target in zip(names, driven_as, target_s, strict=True)
    ), used


def _demand(
    city: Path, priorities: list[str], raster_of: Callable[[str], Raster]
) -> tuple[tuple[Demand, ...], tuple[str, ...]]:
    """Demand modes of the first demand set; rasters are looked for by their file name, in zip files too."""
    path = find(city, "demand")
    found = tables(path.read_text("utf-8-sig"), path.name)
    rasters = _table(found, "demandRasters", path.name)
    modes = _table(found, "demandModes", path.name)
    where = [raster_of(re.split(r"[/\\]", name)[-1]) for name in column(rasters, "rasterFilename", path.name)]
    in_force, notes = _demand_set(found, path.name)
    result = []
    for mode, name, raster, rate in zip(
        numbers(modes, "modeIndex", path.name).astype(int),
        column(modes, "priority", path.name),
        numbers(modes, "rasterIndex", path.name).astype(int),
        numbers(modes, "arrivalRate", path.name),
        strict=True,
    ):
        if name not in priorities or not 1 <= raster <= len(where) or not rate >= 0:
            raise BadCity(f"{path.name}: demand mode ({name}, raster {raster}, rate {rate}) does not fit the model")
        if mode in in_force:
            demand = Demand(priority=priorities.index(name), calls_per_day=float(rate), where=where[raster - 1])
            result.append(demand)
    return tuple(result), notes


def _demand_set(found: dict[str, Table], source: str) -> tuple[set[int], tuple[str, ...]]:
    """The mode indexes of the set in force at the start, and a note when others follow."""
    timing = numbers(_table(found, "demandSetsTiming", source), "setIndex", source).astype(int)
    sets = _table(found, "demandSets", source)
    for index, modes in zip(
        numbers(sets, "setIndex", source).astype(int), column(sets, "modeIndices", source), strict=True
    ):
        if index == timing[0]:
            several = len(set(timing)) > 1
            note = f"{source}: demand changes over time; the first set ({index}) is used throughout"
            return {int(mode) for mode in re.findall(r"\d+", modes)}, (note,) if several else ()
    raise BadCity(f"{source}: demandSets has no set {timing[0]}, which demandSetsTiming names")


def _raster(city: Path, name: str) -> Raster:
    raster = read_raster(read_bytes(city, name))
    if not raster.value.any():
        raise BadRaster(f"{name} holds no demand at all: every cell is 0 or without data")
    return raster


def _calls(config: Element, demand: tuple[Demand, ...], raster_of: Callable[[str], Raster]) -> Raster:
    """The call density the configuration names; without one, the demand raster."""
    name = config.findtext(".//callDensityRaster/filename")
    if name:
        return raster_of(re.split(r"[/\\]", name.strip())[-1])
    if not demand:
        raise BadCity("the city has neither a call density raster nor demand")
    return demand[0].where


def _redispatch(city: Path, priorities: list[str]) -> tuple[tuple[int, int], ...]:
    """Allowed changes of destination; none when the city has no redispatch file."""
    found = sorted(city.glob("redispatch*.csv"))
    if not found:
        return ()
    by_name = tables(found[0].read_text("utf-8-sig"), found[0].name)
    if not numbers(_table(by_name, "miscData", found[0].name), "allowRedispatch", found[0].name)[0]:
        return ()
    table = _table(by_name, "redispatchConditions", found[0].name)
    pairs = zip(
        column(table, "fromCallPriority", found[0].name),
        column(table, "toCallPriority", found[0].name),
        numbers(table, "allowRedispatch", found[0].name),
        strict=True,
    )
    try:
        return tuple((priorities.index(a), priorities.index(b)) for a, b, allowed in pairs if allowed)
    except ValueError as fault:
        raise BadCity(f"{found[0].name}: {fault}; the priorities are {', '.join(priorities)}") from fault
