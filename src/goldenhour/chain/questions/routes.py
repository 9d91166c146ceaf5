"""The way there: for the crew's screen and for the map."""

from contextlib import suppress

import msgspec

from goldenhour.chain.desk import Desk
from goldenhour.chain.questions.distances import ROAD_MODE, Point, flies
from goldenhour.dispatch.state import Unit
from goldenhour.geo.route.drive import NoWay
from goldenhour.geo.route.line import Route
from goldenhour.kernel.levels import Mode
from goldenhour.kernel.places import crow_flies_m


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """What the driver does next, into which street, and how long that is then followed."""

    text: str
    street: str
    metres: float
    seconds: float


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A drive: line of (lon, lat), length, time and turns. `estimated`: no road is known, the line is straight.
    `flight`: it is flown, so that the straight line is the way."""

    mode: Mode
    seconds: float
    metres: float
    estimated: bool
    flight: bool = False
    line: tuple[Point, ...]
    turns: tuple[Turn, ...]


def way(desk: Desk, start: Point, to: Point, mode: Mode) -> Way:
    """The fastest way by road, else the labelled straight line."""
    ends = desk.distances.ends(start, to)
    if ends is not None and desk.distances.travel is not None:
        with suppress(NoWay):
            return _by_road(desk.distances.travel.route(*ends, ROAD_MODE[mode]), mode)
    seconds, _ = desk.distances.seconds([start], to, mode=mode)
    return Way(
        mode=mode,
        seconds=float(seconds[0]),
        metres=crow_flies_m(*start, *to),
        estimated=True,
        line=(start, to),
        turns=(),
    )


def way_of(desk: Desk, unit: Unit, start: Point, to: Point, mode: Mode) -> Way:
    """This unit's way from there: a helicopter's is through the air."""
    if not flies(unit):
        return way(desk, start, to, mode)
    return Way(
        mode=mode,
        seconds=desk.distances.flight_s(start, to),
        metres=crow_flies_m(*start, *to),
        estimated=False,
        flight=True,
        line=(start, to),
        turns=(),
    )


def _by_road(route: Route, mode: Mode) -> Way:
    return Way(
        mode=mode,
        seconds=route.seconds,
        metres=route.distance_m,
        estimated=False,
        line=tuple((float(lon), float(lat)) for lon, lat in zip(route.lon, route.lat, strict=True)),
        turns=tuple(
            Turn(text=_words(turn.act, turn.street), street=turn.street, metres=turn.distance_m, seconds=turn.seconds)
            for turn in route.turns
        ),
    )


def _words(act: str, street: str) -> str:
    return (
        f"{act.capitalize()} {'on' if act in ('depart', 'continue') else 'into'} {street}"
        if street
        else act.capitalize()
    )
