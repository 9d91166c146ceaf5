"""Valhalla behind the travel port (valhalla.github.io, HTTP API: locate, sources_to_targets, route, isochrone)."""

from collections.abc import Sequence
from typing import Any, Final

import httpx
import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray

from goldenhour.geo.metric import distance_m
from goldenhour.geo.port import Travel
from goldenhour.geo.remote.ask import (
    BLOCK,
    HOT_SHARE,
    TIMEOUT_S,
    EngineDown,
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

NO_STREET: Final = (170, 171)  # error codes: locations unconnected or without edges near them
NO_PATH: Final = (441, 442)
ACTS: Final = {
    **dict.fromkeys((1, 2, 3), "depart"),
    **dict.fromkeys((4, 5, 6), "arrive"),
    **dict.fromkeys((9, 18, 20, 23, 37), "slight right"),
    **dict.fromkeys((10,), "right"),
    **dict.fromkeys((11,), "sharp right"),
    **dict.fromkeys((12, 13), "turn back"),
    **dict.fromkeys((14,), "sharp left"),
    **dict.fromkeys((15,), "left"),
    **dict.fromkeys((16, 19, 21, 24, 38), "slight left"),
}  # the rest: "continue"


class Valhalla(Travel):
    """Travel times from a Valhalla server; `url` as http://127.0.0.1:8002."""

    def __init__(
        self,
        url: str,
        *,
        costing: str = "auto",
        hot_share: float = HOT_SHARE,
        factors: HourFactors | None = None,
        within_m: float = WITHIN_M,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._client = httpx.Client(base_url=url, timeout=timeout_s)
        self._costing, self._hot_share, self._within_m = costing, hot_share, within_m
        self._factors = factors or HourFactors.even()

    def _ask(self, verb: str, **body: Any) -> Any:
        answer = ask(
            self._client, self._client.build_request("POST", f"/{verb}", json={"costing": self._costing, **body})
        )
        code = answer.get("error_code") if isinstance(answer, dict) else None
        if code in NO_STREET:
            raise OutsideRegion("Valhalla knows no street near one of these places")
        if code in NO_PATH:
            raise NoWay("Valhalla knows no way by road between these places")
        if code is not None:
            raise EngineDown(f"Valhalla {verb}: {code}: {answer.get('error', 'no message')}")
        return answer

    def snap(self, lon: float, lat: float) -> Place:
        found = self._ask("locate", locations=[{"lon": lon, "lat": lat}])
        try:
            edges = found[0]["edges"] or []
            if not edges:
                raise OutsideRegion(f"{lat:.5f}, {lon:.5f} is outside the region: Valhalla knows no street near it")
            road_lon, road_lat = float(edges[0]["correlated_lon"]), float(edges[0]["correlated_lat"])
        except (KeyError, IndexError, TypeError) as fault:
            raise EngineDown(f"Valhalla locate: unexpected answer ({fault!r})") from fault
        off_m = float(distance_m(lon, lat, road_lon, road_lat))
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
                a, b = _locations(froms, i), _locations(ends, j)
                answer = self._ask("sources_to_targets", sources=a, targets=b)
                try:
                    rows = _rows(answer["sources_to_targets"])
                except (KeyError, TypeError) as fault:
                    raise EngineDown(f"Valhalla sources_to_targets: unexpected answer ({fault!r})") from fault
                times[i : i + BLOCK, j : j + BLOCK] = as_seconds(rows, (len(a), len(b)), "Valhalla sources_to_targets")
        return times * np.float32(scale(self._factors, self._hot_share, mode, when))

    def route(self, start: Place, to: Place, mode: int, *, when: WeekHour | None = None) -> Route:
        answer = self._ask("route", locations=_locations(Places.of((start, to)), 0), units="kilometers")
        try:
            return _route(answer["trip"]["legs"][0], scale(self._factors, self._hot_share, mode, when))
        except (KeyError, IndexError, TypeError, ValueError) as fault:
            raise EngineDown(f"Valhalla route: unexpected answer ({fault!r})") from fault

    def reach(self, start: Place, mode: int, seconds: float, *, when: WeekHour | None = None) -> shapely.Geometry:
        minutes = seconds / 60 / scale(self._factors, self._hot_share, mode, when)
        answer = self._ask(
            "isochrone", locations=_locations(Places.of((start,)), 0), contours=[{"time": minutes}], polygons=True
        )
        try:
            shapes = [shapely.geometry.shape(feature["geometry"]) for feature in answer["features"]]
        except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as fault:
            raise EngineDown(f"Valhalla isochrone: unexpected answer ({fault!r})") from fault
        return shapely.union_all(shapes)


def _rows(told: Any) -> list[list[float | None]]:
    """Seconds by row: a cell for every pair, or tables where the server is set up to be concise (`verbose` false)."""
    if isinstance(told, dict):
        rows: list[list[float | None]] = told["durations"]
        return rows
    return [[cell["time"] for cell in row] for row in told]


def _locations(places: Places, first: int) -> list[dict[str, float]]:
    return [
        {"lon": round(float(places.road_lon[k]), 6), "lat": round(float(places.road_lat[k]), 6)}
        for k in range(first, min(first + BLOCK, len(places)))
    ]


def decoded(shape: str) -> NDArray[np.float64]:
    """Points f64[k, 2] (lon, lat) of an encoded polyline with six decimals."""
    values, value, shift = [], 0, 0
    for letter in shape:
        bits = ord(letter) - 63
        if not 0 <= bits < 64:
            raise ValueError(f"{letter!r} is no letter of a polyline")
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    points = np.cumsum(np.array(values, np.int64).reshape(-1, 2), axis=0) / 1e6
    flipped: NDArray[np.float64] = points[:, ::-1]
    return flipped


def _route(leg: dict[str, Any], factor: float) -> Route:
    """Seconds run evenly along each maneuver's part of the line."""
    line = decoded(leg["shape"])
    run = distance_m(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1])
    step_s, turns, clock_s = np.zeros(len(run)), [], 0.0
    for told in leg["maneuvers"]:
        part = slice(told["begin_shape_index"], told["end_shape_index"])
        seconds = float(told["time"]) * factor
        if run[part].sum() > 0:
            step_s[part] = seconds * run[part] / run[part].sum()
        lon, lat = line[told["begin_shape_index"]]
        turns.append(
            Turn(
                act=ACTS.get(int(told["type"]), "continue"),
                street=(told.get("street_names") or [""])[0],
                lon=float(lon),
                lat=float(lat),
                after_s=clock_s,
                seconds=seconds,
                distance_m=float(told["length"]) * 1000,
            )
        )
        clock_s += seconds
    return Route(
        lon=line[:, 0],
        lat=line[:, 1],
        after_s=np.concatenate([[0.0], np.cumsum(step_s)]),
        after_m=np.concatenate([[0.0], np.cumsum(run)]),
        turns=tuple(turns),
    )
