"""Ask a routing server over HTTP: one way to fail, whatever went wrong."""

from typing import Any, Final

import httpx
import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import HOT
from goldenhour.geo.snap import OFF_THE_MAP, Place, Places
from goldenhour.geo.when import HourFactors, WeekHour

TIMEOUT_S: Final = 2.0
# Routing servers know ordinary driving only. With lights and siren a trip takes this share of it: the ratio of the
# average speeds in the JEMSS.jl models (Manhattan 11 / 14.7 = 0.75, Auckland 33 / 47 = 0.70), the cautious one.
HOT_SHARE: Final = 0.75
BLOCK: Final = 50  # starts and destinations a request: OSRM takes 100 coordinates, Valhalla 2,500 pairs by default


class EngineDown(RuntimeError):
    """The routing server did not answer, or answered something else than its interface promises."""


class NotOffered(NotImplementedError):
    """This engine cannot do that; the text says which can."""


def ask(client: httpx.Client, request: httpx.Request) -> Any:
    """The JSON object (or list) the server answers. Raises EngineDown with the reason."""
    where = f"{request.method} {request.url.copy_with(query=None)}"
    try:
        response = client.send(request)
        answer = response.json()
    except (httpx.HTTPError, ValueError) as fault:
        raise EngineDown(f"{where}: {fault or type(fault).__name__}") from fault
    if not isinstance(answer, dict | list):
        raise EngineDown(f"{where}: answered {answer!r:.40}, an object was expected")
    if response.is_error and "code" not in answer and "error_code" not in answer:
        raise EngineDown(f"{where}: HTTP {response.status_code}")
    return answer


def as_place(lon: float, lat: float, road_lon: float, road_lat: float, off_road_m: float) -> Place:
    """A place known to a server by its coordinates only."""
    return Place(
        lon=lon,
        lat=lat,
        arc=OFF_THE_MAP,
        fraction=0.0,
        off_road_m=off_road_m,
        road_lon=road_lon,
        road_lat=road_lat,
    )


def many(places: Any) -> Places:
    return places if isinstance(places, Places) else Places.of(tuple(places))


def as_seconds(rows: list[list[float | None]], shape: tuple[int, int], where: str) -> NDArray[np.float32]:
    """A matrix of seconds; None becomes inf. Raises EngineDown on another shape or a negative time."""
    try:
        times = np.array([[np.inf if t is None else float(t) for t in row] for row in rows], np.float32)
    except (TypeError, ValueError) as fault:
        raise EngineDown(f"{where}: the matrix of times is broken ({fault})") from fault
    if times.shape != shape or not (times >= 0).all():
        raise EngineDown(f"{where}: a matrix {times.shape} of times came back, {shape} of times >= 0 was expected")
    return times


def scale(factors: HourFactors, hot_share: float, mode: int, when: WeekHour | None) -> float:
    """What ordinary driving times are multiplied by."""
    return factors.at(mode, when) * (hot_share if mode == HOT else 1.0)
