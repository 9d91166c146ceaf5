"""Where the units really are: standing somewhere, on a drive or in the air, and what they report of it."""

from contextlib import suppress
from dataclasses import dataclass
from random import Random

import numpy as np

from goldenhour.chain.desk import Desk
from goldenhour.chain.questions.distances import ROAD_MODE, Point, flies
from goldenhour.geo.route.drive import NoWay
from goldenhour.geo.route.line import Route
from goldenhour.kernel.ids import UnitId
from goldenhour.kernel.instants import SECOND_MS, Instant, later
from goldenhour.kernel.levels import Mode
from goldenhour.kernel.places import crow_flies_m
from goldenhour.runtime.positions import Position


@dataclass(frozen=True)
class Drive:
    """A drive along a route that begins at `left` and takes `pace` times the route's own seconds."""

    route: Route
    to: Point
    left: Instant
    pace: float

    @property
    def arrives(self) -> Instant:
        return later(self.left, self.route.seconds * self.pace)

    def at(self, now: Instant) -> tuple[Point, float]:
        """Position and heading at an instant."""
        place = self.route.at((now - self.left) / SECOND_MS / self.pace)
        return (place.lon, place.lat), place.heading_deg


class Movement:
    """True positions of all units. Drivers vary: each drive takes 0.85 to 1.25 times what the map says."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._standing: dict[UnitId, Point] = {}
        self._driving: dict[UnitId, Drive] = {}

    def where(self, unit: UnitId, now: Instant) -> Point | None:
        """The true position, or None for a unit that has never been placed."""
        drive = self._driving.get(unit)
        return drive.at(now)[0] if drive is not None else self._standing.get(unit)

    def stand(self, unit: UnitId, point: Point, now: Instant) -> None:
        """The unit is here and stays."""
        self._driving.pop(unit, None)
        self._standing[unit] = point
        self.report(unit, now)

    def drive(self, unit: UnitId, to: Point, mode: Mode, now: Instant, random: Random) -> Instant:
        """Sets off; returns when it will be there. A helicopter flies in a straight line, and where no road leads the
        others go along one too."""
        start = self.where(unit, now) or to
        pace = min(1.25, max(0.85, random.gauss(1.0, 0.08)))
        known = self._desk.boards.open.get("unit", unit)
        if known is not None and flies(known):
            route = _straight(start, to, self._desk.distances.flight_s(start, to))
        else:
            route = self._route(start, to, mode)
        self._driving[unit] = Drive(route=route, to=to, left=now, pace=pace)
        self.report(unit, now)
        return self._driving[unit].arrives

    def heading_for(self, unit: UnitId) -> Point | None:
        """Where its drive leads, or where it stands."""
        drive = self._driving.get(unit)
        return drive.to if drive is not None else self._standing.get(unit)

    @property
    def everybody(self) -> list[UnitId]:
        return list({**self._standing, **self._driving})

    @property
    def driving(self) -> list[UnitId]:
        return list(self._driving)

    def report(self, unit: UnitId, now: Instant) -> None:
        """Sends the position to the desk, with the time of arrival that the vehicle's own navigation expects."""
        drive = self._driving.get(unit)
        if drive is None:
            lon, lat = self._standing[unit]
            self._desk.positions.report(Position(unit=unit, lon=lon, lat=lat, at=now))
            return
        (lon, lat), heading = drive.at(now)
        left_s = drive.route.seconds - (now - drive.left) / SECOND_MS / drive.pace
        eta_at = later(now, max(0.0, left_s))
        position = Position(unit=unit, lon=lon, lat=lat, at=now, heading=round(heading, 1), eta_at=eta_at)
        self._desk.positions.report(position)

    def _route(self, start: Point, to: Point, mode: Mode) -> Route:
        ends = self._desk.distances.ends(start, to)
        if ends is not None and self._desk.distances.travel is not None:
            with suppress(NoWay):
                return self._desk.distances.travel.route(*ends, ROAD_MODE[mode])
        seconds, _ = self._desk.distances.seconds([start], to, mode=mode)
        return _straight(start, to, float(seconds[0]))


def _straight(start: Point, to: Point, whole_s: float) -> Route:
    """As the crow flies."""
    line = np.array([start, to])
    after_m = np.array([0.0, crow_flies_m(*start, *to)])
    return Route(lon=line[:, 0], lat=line[:, 1], after_s=np.array([0.0, whole_s]), after_m=after_m, turns=())
