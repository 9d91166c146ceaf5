"""OSRM behind the travel port (project-osrm.org, HTTP API v1: nearest, table, route)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import shapely
from numpy.typing import NDArray

from goldenhour.geo.port import Travel
from goldenhour.geo.remote.ask import (
    BLOCK,
    HOT_SHARE,
    TIMEOUT_S,
    EngineDown,
    NotOffered,
    as_place,
    as_seconds,
    ask,
    many,
    scale,
)  # fmt: skip
from goldenhour.geo.route.drive import NoWay
from goldenhour.geo.route.line import Route, Turn
from goldenhour.geo.snap import Place, Places
from goldenhour.geo.travel import WITHIN_M, OutsideRegion
from goldenhour.geo.when import HourFactors, WeekHour


class Osrm(Travel):
    """Travel times from an OSRM server; `url` as http://127.0.0.1:5000."""

    def __init__(
        self,
        url: str,
        *,
        profile: str = "driving",
        hot_share: float = HOT_SHARE,
        factors: HourFactors | None = None,
        within_m: float = WITHIN_M,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._client = httpx.Client(base_url=url, timeout=timeout_s)
        self._profile, self._hot_share, self._within_m = profile, hot_share, within_m
        self._factors = factors or HourFactors.even()

    def _ask(self, verb: str, coordinates: str, **parameters: str) -> dict[str, Any]:
        request = self._client.build_request("GET", f"/{verb}/v1/{self._profile}/{coordinates}", params=parameters)
        answer = ask(self._client, request)
        code = answer.get("code") if isinstance(answer, dict) else None
        if code in ("NoRoute", "NoTable"):
            raise NoWay("OSRM knows no way by road between these places")
        if code == "NoSegment":
            raise OutsideRegion("OSRM knows no street near one of these places")
        if code != "Ok":
            raise EngineDown(f"OSRM {verb}: code {code!r}, not Ok: {answer!s:.200}")
        return dict(answer)

    def snap(self, lon: float, lat: float) -> Place:
        found = self._ask("nearest", f"{lon:.6f},{lat:.6f}", number="1")
        try:
            (road_lon, road_lat), off_m = found["waypoints"][0]["location"], float(found["waypoints"][0]["distance"])
        except (KeyError, IndexError, TypeError, ValueError) as fault:
            raise EngineDown(f"OSRM nearest: unexpected answer ({fault!r})") from fault
        if off_m > self._within_m:
            raise OutsideRegion(f"{lat:.5f}, {lon:.5f} is outside the region: the nearest street is {off_m:.0f} m away")
        return as_place(lon, lat, float(road_lon), float(road_lat), off_m)

    def many_to_many(
        self,
        starts: Sequence[Place] | Places,
        tos: Sequence[Place] | Places,
        mode: int,
        *,
        when: WeekHour | None = None,
    ) -> NDArray[np.float32]:
        froms, ends = many(starts), many(tos)
        times = np.empty((len(froms), len(ends)), np.float32)
        for i in range(0, len(froms), BLOCK):
            for j in range(0, len(ends), BLOCK):
                times[i : i + BLOCK, j : j + BLOCK] = self._block(froms, ends, i, j)
        return times * np.float32(scale(self._factors, self._hot_share, mode, when))

    def _block(self, froms: Places, ends: Places, i: int, j: int) -> NDArray[np.float32]:
        a = [_text(froms, k) for k in range(i, min(i + BLOCK, len(froms)))]
        b = [_text(ends, k) for k in range(j, min(j + BLOCK, len(ends)))]
        answer = self._ask(
            "table",
            ";".join(a + b),
            sources=";".join(map(str, range(len(a)))),
            destinations=";".join(map(str, range(len(a), len(a) + len(b)))),
            annotations="duration",
        )
        return as_seconds(answer.get("durations") or [], (len(a), len(b)), "OSRM table")

    def route(self, start: Place, to: Place, mode: int, *, when: WeekHour | None = None) -> Route:
        ends = Places.of((start, to))
        answer = self._ask(
            "route", f"{_text(ends, 0)};{_text(ends, 1)}",
            overview="full", geometries="geojson", steps="true", annotations="duration,distance",
        )  # fmt: skip
        try:
            return _route(answer["routes"][0], scale(self._factors, self._hot_share, mode, when))
        except (KeyError, IndexError, TypeError, ValueError) as fault:
            raise EngineDown(f"OSRM route: unexpected answer ({fault!r})") from fault

    def reach(self, start: Place, mode: int, seconds: float, *, when: WeekHour | None = None) -> shapely.Geometry:
        raise NotOffered("OSRM draws no areas within reach; use our own travel times or Valhalla")


def _text(places: Places, i: int) -> str:
    return f"{places.road_lon[i]:.6f},{places.road_lat[i]:.6f}"


def _route(found: dict[str, Any], factor: float) -> Route:
    line = np.array(found["geometry"]["coordinates"], float)
    leg = found["legs"][0]
    step_s, step_m = (np.array(leg["annotation"][key], float) for key in ("duration", "distance"))
    if len(step_s) != len(line) - 1:
        raise ValueError(f"{len(line)} points with {len(step_s)} times between them")
    turns, clock_s = [], 0.0
    for step in leg["steps"]:
        turns.append(
            Turn(
                act=_act(step["maneuver"]),
                street=step["name"],
                lon=float(step["maneuver"]["location"][0]),
                lat=float(step["maneuver"]["location"][1]),
                after_s=clock_s,
                seconds=float(step["duration"]) * factor,
                distance_m=float(step["distance"]),
            )
        )
        clock_s += turns[-1].seconds
    return Route(
        lon=line[:, 0],
        lat=line[:, 1],
        after_s=np.concatenate([[0.0], np.cumsum(step_s)]) * factor,
        after_m=np.concatenate([[0.0], np.cumsum(step_m)]),
        turns=_shown(turns),
    )


def _shown(turns: list[Turn]) -> tuple[Turn, ...]:
    """Raise ValueError unless there is a departure and an arrival, in rising time."""
    if len(turns) < 2 or any(b.after_s < a.after_s for a, b in pairwise(turns)):
        raise ValueError("the turn list is not one")
    return tuple(turns)


def _act(maneuver: dict[str, Any]) -> str:
    if maneuver["type"] in ("depart", "arrive"):
        return str(maneuver["type"])
    modifier = str(maneuver.get("modifier", "straight"))
    return {"straight": "continue", "uturn": "turn back"}.get(modifier, modifier)
