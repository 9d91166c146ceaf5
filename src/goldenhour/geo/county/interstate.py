"""The interstate: two carriageways, diamond interchanges, crossovers for emergency vehicles."""

from typing import Any, Final

import numpy as np
import shapely

from goldenhour.geo.county.ground import Ground, Highway
from goldenhour.geo.county.lines import Street

HALF_MEDIAN_M: Final = 22.0
RAMP_LENGTH_M: Final = 480.0
RAMP_REACH_M: Final = 130.0  # from the interstate to the ramp's end on the crossing road
CROSSOVER_EVERY_M: Final = 6000.0
MPH: Final = 70.0
RAMP_MPH: Final = 40.0


def interstate(highway: Highway, land: Ground) -> list[Street]:
    """All its parts as streets; eastbound runs on the south side."""
    east = highway.line.parallel_offset(HALF_MEDIAN_M, "right")
    west = shapely.reverse(highway.line.parallel_offset(HALF_MEDIAN_M, "left"))
    if shapely.get_coordinates(east)[0][0] > shapely.get_coordinates(east)[-1][0]:
        east = shapely.reverse(east)
    if shapely.get_coordinates(west)[0][0] < shapely.get_coordinates(west)[-1][0]:
        west = shapely.reverse(west)
    out = [
        Street(line=line, name=highway.name, road_class="motorway", mph=MPH, ref=highway.ref, joins="none", oneway=True)
        for line in (east, west)
    ]
    length = east.length
    county_line = (0.0, length)  # beyond it is the next exit, where one turns round
    out += [_across(east, west, place, "motorway_link", emergency_only=False) for place in county_line]
    crossovers = np.arange(CROSSOVER_EVERY_M, length - CROSSOVER_EVERY_M / 2, CROSSOVER_EVERY_M).tolist()
    out += [_across(east, west, place, "service", emergency_only=True) for place in crossovers]
    for crossing in land.highways:
        if crossing.road_class != "motorway":
            met = crossing.line.intersection(highway.line)
            if not met.is_empty:
                out += _diamond(east, west, crossing.line, shapely.get_coordinates(met)[0])
    return out


def _across(east: Any, west: Any, place: float, road_class: str, *, emergency_only: bool) -> Street:
    start = east.interpolate(place)
    end = west.interpolate(west.project(start))
    return Street(
        line=_lengthened(shapely.LineString([start, end]), 3.0),
        name="",
        road_class=road_class,
        mph=15,
        joins="ends",
        emergency_only=emergency_only,
    )


def _diamond(east: Any, west: Any, crossing: Any, spot: Any) -> list[Street]:
    """Off- and on-ramp of both carriageways to the road that crosses at `spot`."""
    ramps = []
    at = crossing.project(shapely.Point(spot))
    for way in (east, west):
        near = way.project(shapely.Point(spot))
        south = way is east
        sides = [crossing.interpolate(at + RAMP_REACH_M), crossing.interpolate(at - RAMP_REACH_M)]
        sides.sort(key=lambda p: p.y)
        foot = sides[0] if south else sides[1]
        leave, enter = way.interpolate(near - RAMP_LENGTH_M), way.interpolate(near + RAMP_LENGTH_M)
        ramps += [_ramp(leave, foot, way.interpolate(near - 160)), _ramp(foot, enter, way.interpolate(near + 160))]
    return ramps


def _ramp(start: Any, end: Any, lean: Any) -> Street:
    """A bent one-way line that leans towards the carriageway."""
    a, b, c = (np.array([p.x, p.y]) for p in (start, end, lean))
    middle = 0.55 * c + 0.45 * (a + b) / 2
    t = np.linspace(0, 1, 7)[:, None]
    line = shapely.LineString((1 - t) ** 2 * a + 2 * t * (1 - t) * middle + t**2 * b)
    return Street(
        line=_lengthened(line, 3.0), name="", road_class="motorway_link", mph=RAMP_MPH, joins="ends", oneway=True
    )


def _lengthened(line: Any, by_m: float) -> Any:
    """Both ends pulled out a little so that they surely cross what they touch."""
    c = shapely.get_coordinates(line)
    first = c[0] + (c[0] - c[1]) / np.hypot(*(c[0] - c[1])) * by_m
    last = c[-1] + (c[-1] - c[-2]) / np.hypot(*(c[-1] - c[-2])) * by_m
    return shapely.LineString(np.vstack([first, c, last]))
