"""Everything the map of the Planning page draws for one scenario: heat, posts with their units, cover by hour."""

import msgspec
import numpy as np

from goldenhour.geo.roads import HOT
from goldenhour.planning.siting.cover import Floats, Ints
from goldenhour.planning.study.days import DAY_S, HOUR_S, hourly, level_shares
from goldenhour.planning.study.scenario import DAYS, Day
from goldenhour.planning.study.study import Study
from goldenhour.planning.twin.arrays import ON_DUTY
from goldenhour.planning.whatif.cells import cells_of_points, seconds_to_cells
from goldenhour.planning.whatif.cover_map import CoverMap, cover_map
from goldenhour.planning.whatif.heat import HeatGrid, heat_grid

DAY_H = 24


class PostOnMap(msgspec.Struct, frozen=True, kw_only=True):
    """A station or post where its road begins, its units by name, and how many are on duty at each hour of the day."""

    name: str
    lon: float
    lat: float
    units: list[str]
    on_duty: list[int]


class PlanningMap(msgspec.Struct, frozen=True, kw_only=True):
    """Calls in `heat` are per day; `cell_lon`, `cell_lat`, `cell_calls` (per day) and `cover.minutes` go by cell."""

    heat: HeatGrid
    posts: list[PostOnMap]
    cell_lon: list[float]
    cell_lat: list[float]
    cell_calls: list[float]
    cover: CoverMap


def planning_map(
    study: Study, *, day: Day = "mon", q: float = 0.3, cell_m: float = 1_000.0, travel_target_s: float | None = None
) -> PlanningMap:
    """The map of one day of the week of a prepared study.

    `q`: busy fraction for the expected cover, the study's utilisation where one has been run. `travel_target_s`: by
    default the first level's target less the average dispatch delay and turnout, as the twin counts cover.
    """
    lon, lat, calls = demand_points(study)
    cells = cells_of_points(lon, lat, calls, cell_m=cell_m)
    stops, on_duty = _stops(study), units_on_duty(study, day)
    seconds = seconds_to_cells(
        study.setting.travel,
        cells,
        HOT,
        node=[node for _, node, _ in stops],
        off_m=[off_m for _, _, off_m in stops],
        km_per_degree=study.setting.km_per_degree,
    )
    by_hour = hourly(study.scenario.hours, day)[:DAY_H] / DAY_H
    pace = np.roll(study.rules["pace"][0][HOT], -DAY_H * DAYS.index(day))[:DAY_H]
    graph = study.setting.travel.graph
    return PlanningMap(
        heat=heat_grid(lon, lat, calls, cell_m=cell_m),
        posts=[
            PostOnMap(
                name=name,
                lon=float(graph.lon[node]),
                lat=float(graph.lat[node]),
                units=[unit for unit, post in zip(study.unit_names, study.unit_post, strict=True) if post == at],
                on_duty=on_duty[at].tolist(),
            )
            for at, (name, node, _) in enumerate(stops)
        ],
        cell_lon=cells.lon.round(6).tolist(),
        cell_lat=cells.lat.round(6).tolist(),
        cell_calls=cells.calls.tolist(),
        cover=cover_map(
            seconds,
            on_duty,
            cells.calls[:, None] * by_hour,
            pace=pace,
            targets_s=(_travel_target_s(study) if travel_target_s is None else travel_target_s,),
            q=q,
        ),
    )


def units_on_duty(study: Study, day: Day) -> Ints:
    """Units on duty per post in the middle of each hour of a day of the week, (posts, 24)."""
    begin_s = (DAYS.index(day) - DAYS.index(study.scenario.first_day)) % 7 * DAY_S
    fleet = study.fleet(begin_s + DAY_S)
    found = np.zeros((study.town.n_posts, DAY_H), dtype=np.int64)
    for hour in range(DAY_H):
        at_s = begin_s + (hour + 0.5) * HOUR_S
        duties = fleet.roster[fleet.roster["kind"] == ON_DUTY]
        running = (duties["at_s"] <= at_s) & (at_s < duties["at_s"] + duties["length_s"])
        here = fleet.on_duty.copy()
        here[duties["unit"][running]] = True
        found[:, hour] = np.bincount(fleet.post[here], minlength=study.town.n_posts)
    return found


def demand_points(study: Study) -> tuple[Floats, Floats, Floats]:
    """Where calls come from and how many a day: all levels of the scenario together."""
    setting, scenario = study.setting, study.scenario
    per_day = setting.calls_per_day if scenario.calls_per_day is None else scenario.calls_per_day
    parts = list(zip(setting.demand, level_shares(setting, scenario), strict=True))
    return (
        np.concatenate([demand.lon for demand, _ in parts]),
        np.concatenate([demand.lat for demand, _ in parts]),
        np.concatenate([per_day * share * demand.weight / demand.weight.sum() for demand, share in parts]),
    )


def _stops(study: Study) -> list[tuple[str, int, float]]:
    """Name, node and metres off the road of every post, new ones included."""
    town = study.town.town[0]
    return [
        (name, int(town["stop_node"][i]), float(town["stop_off_m"][i])) for i, name in enumerate(study.station_names)
    ]


def _travel_target_s(study: Study) -> float:
    """As the twin counts cover: the first level's target less the average dispatch delay and turnout."""
    scenario, setting = study.scenario, study.setting
    if scenario.policy.cover_target_s is not None:
        return scenario.policy.cover_target_s
    delay, turnout = scenario.dispatch_delay_s or setting.dispatch_delay_s, scenario.turnout_s or setting.turnout_s
    return float(study.targets_s[1]) - delay.average - turnout.average
