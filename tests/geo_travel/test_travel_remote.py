"""Valhalla and OSRM behind the travel port, against a loopback server that plays their documented HTTP contract.

The answers follow the engines' published API references (OSRM HTTP v1; Valhalla locate, matrix, route, isochrone).
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import shapely

from goldenhour.geo.estimate import LABEL, straight_line
from goldenhour.geo.port import Travel
from goldenhour.geo.remote.ask import EngineDown, NotOffered
from goldenhour.geo.remote.osrm import Osrm
from goldenhour.geo.remote.valhalla import Valhalla, decoded
from goldenhour.geo.roads import COLD, HOT
from goldenhour.geo.route.drive import NoWay
from goldenhour.geo.travel import OutsideRegion

KM_H_36 = 10.0  # the stub drives 10 m/s along lines of longitude and latitude: |dx| + |dy| in its own metres
SEA = 60.0  # east of this longitude there is no road; between 50 and 60 there is an island


def ride_s(a: tuple[float, float], b: tuple[float, float]) -> float | None:
    if (a[0] > 50) != (b[0] > 50):
        return None
    return round((abs(a[0] - b[0]) + abs(a[1] - b[1])) * 100_000 / KM_H_36, 1)


def encoded(points: list[tuple[float, float]]) -> str:
    text, before = "", (0, 0)
    for lon, lat in points:
        now = (round(lat * 1e6), round(lon * 1e6))
        for delta in (now[0] - before[0], now[1] - before[1]):
            value = ~(delta << 1) if delta < 0 else delta << 1
            while value >= 32:
                text += chr((32 | (value & 31)) + 63)
                value >>= 5
            text += chr(value + 63)
        before = now
    return text


class Engines(BaseHTTPRequestHandler):
    """OSRM on GET, Valhalla on POST. The path prefix /broken answers rubbish."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self, body: Any, status: int = 200) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.startswith("/broken"):
            return self.answer(b"<html>Bad gateway</html>", 502)
        _, verb, version, profile, text = url.path.split("/")
        assert (version, profile) == ("v1", "driving")
        points = [tuple(map(float, pair.split(","))) for pair in text.split(";")]
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        if any(lon > SEA for lon, _ in points):
            return self.answer({"code": "NoSegment", "message": "Could not find a matching segment"}, 400)
        if verb == "nearest":
            lon, lat = points[0]
            waypoint = {
                "location": [lon, round(lat, 3)],
                "distance": abs(lat - round(lat, 3)) * 111_195,
                "name": "Main",
            }
            return self.answer({"code": "Ok", "waypoints": [waypoint]})
        if verb == "table":
            assert len(points) <= 100
            assert asked["annotations"] == "duration"
            froms, tos = ([points[int(i)] for i in asked[key].split(";")] for key in ("sources", "destinations"))
            return self.answer({"code": "Ok", "durations": [[ride_s(a, b) for b in tos] for a in froms]})
        a, b = points
        if ride_s(a, b) is None:
            return self.answer({"code": "NoRoute", "message": "Impossible route between points"}, 400)
        corner = (b[0], a[1])
        legs = [(a, corner, "Main Street"), (corner, b, "Hill Road")]
        steps = [
            {
                "maneuver": {"type": kind, "modifier": side, "location": list(start)},
                "name": name,
                "duration": ride_s(start, end),
                "distance": ride_s(start, end) * KM_H_36,
            }
            for (start, end, name), (kind, side) in zip(
                [*legs, (b, b, "Hill Road")],
                [("depart", "right"), ("turn", "left"), ("arrive", "straight")],
                strict=True,
            )
        ]
        durations = [ride_s(start, end) for start, end, _ in legs]
        leg = {
            "steps": steps,
            "annotation": {"duration": durations, "distance": [s * KM_H_36 for s in durations]},
        }
        geometry = {"type": "LineString", "coordinates": [list(a), list(corner), list(b)]}
        return self.answer({"code": "Ok", "routes": [{"geometry": geometry, "legs": [leg]}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert body["costing"] == "auto"
        if self.path.startswith("/broken"):
            return self.answer({"sources_to_targets": [[{"time": -1}]], "trip": {}})
        points = [(p["lon"], p["lat"]) for key in ("locations", "sources", "targets") for p in body.get(key, [])]
        if self.path == "/locate":
            lon, lat = points[0]
            edges = None if lon > SEA else [{"correlated_lon": lon, "correlated_lat": round(lat, 3)}]
            return self.answer([{"edges": edges, "nodes": None, "input_lon": lon, "input_lat": lat}])
        if any(lon > SEA for lon, _ in points):
            return self.answer({"error_code": 171, "error": "No suitable edges near location", "status_code": 400}, 400)
        if self.path == "/sources_to_targets":
            assert len(body["sources"]) * len(body["targets"]) <= 2500
            rows = [
                [{"time": ride_s((a["lon"], a["lat"]), (b["lon"], b["lat"]))} for b in body["targets"]]
                for a in body["sources"]
            ]
            return self.answer({"sources_to_targets": rows, "units": "kilometers"})
        if self.path == "/isochrone":
            ((lon, lat),) = points
            reach = body["contours"][0]["time"] * 60 * KM_H_36 / 100_000
            ring = [[lon - reach, lat], [lon, lat - reach], [lon + reach, lat], [lon, lat + reach], [lon - reach, lat]]
            shape = {"type": "Polygon", "coordinates": [ring]}
            return self.answer({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": shape}]})
        a, b = points
        if ride_s(a, b) is None:
            return self.answer(
                {"error_code": 442, "error": "No path could be found for input", "status_code": 400}, 400
            )
        corner = (b[0], a[1])
        told = [(1, a, corner, 0, 1, "Main Street"), (15, corner, b, 1, 2, "Hill Road"), (4, b, b, 2, 2, "Hill Road")]
        maneuvers = [
            {
                "type": kind,
                "street_names": [name],
                "time": ride_s(start, end),
                "length": ride_s(start, end) * KM_H_36 / 1000,
                "begin_shape_index": begin,
                "end_shape_index": end_index,
            }
            for kind, start, end, begin, end_index, name in told
        ]
        leg = {"shape": encoded([a, corner, b]), "maneuvers": maneuvers}
        return self.answer({"trip": {"legs": [leg], "status": 0, "units": "kilometers"}})


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    stub = ThreadingHTTPServer(("127.0.0.1", 0), Engines)
    thread = threading.Thread(target=stub.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{stub.server_address[1]}"
    stub.shutdown()
    stub.server_close()
    thread.join()


@pytest.fixture(params=[Osrm, Valhalla])
def engine(request: pytest.FixtureRequest, server: str) -> Travel:
    made: Travel = request.param(server)
    return made


def test_snap_says_where_the_street_is(engine: Travel) -> None:
    place = engine.snap(9.5, 47.1004)
    assert (place.road_lon, place.road_lat) == (9.5, 47.1)
    assert place.off_road_m == pytest.approx(44.5, abs=0.2)
    with pytest.raises(OutsideRegion):
        engine.snap(70.0, 47.1)


def test_times_to_a_call_and_who_is_nearest(engine: Travel) -> None:
    call = engine.snap(9.5, 47.1)
    units = [engine.snap(9.5 + 0.001 * k, 47.1) for k in (5, 1, 3)] + [engine.snap(55.0, 47.1)]
    assert engine.many_to_one(units, call, COLD).tolist() == pytest.approx([50, 10, 30, np.inf])
    assert engine.many_to_one(units, call, HOT).tolist() == pytest.approx([37.5, 7.5, 22.5, np.inf])
    assert engine.nearest(units, call, COLD) == [(1, 10.0), (2, 30.0), (0, 50.0)]


def test_many_places_are_asked_in_blocks(engine: Travel) -> None:
    here = [engine.snap(9.0, 47.0 + 0.001 * k) for k in range(60)]
    times = engine.many_to_many(here, here[:55], COLD)
    expected = np.abs(np.arange(60)[:, None] - np.arange(55)[None, :]) * 10.0
    assert np.allclose(times, expected, atol=0.11)


def test_a_route_has_its_line_and_turns(engine: Travel) -> None:
    route = engine.route(engine.snap(9.5, 47.1), engine.snap(9.51, 47.12), COLD)
    assert route.seconds == pytest.approx(300)
    assert route.distance_m == pytest.approx(3000, rel=0.15)
    assert [(turn.act, turn.street) for turn in route.turns] == [
        ("depart", "Main Street"), ("left", "Hill Road"), ("arrive", "Hill Road"),
    ]  # fmt: skip
    part = route.at(50)
    assert (part.lon, part.lat) == (pytest.approx(9.505), pytest.approx(47.1))
    assert part.heading_deg == pytest.approx(90, abs=0.5)
    with pytest.raises(NoWay):
        engine.route(engine.snap(9.5, 47.1), engine.snap(55.0, 47.1), COLD)


def test_the_area_within_reach(server: str) -> None:
    area = Valhalla(server).reach(Valhalla(server).snap(9.5, 47.1), COLD, 600)
    assert area.covers(shapely.Point(9.5, 47.159))
    assert not area.covers(shapely.Point(9.5, 47.161))
    with pytest.raises(NotOffered, match="Valhalla"):
        Osrm(server).reach(Osrm(server).snap(9.5, 47.1), COLD, 600)


@pytest.mark.parametrize("kind", [Osrm, Valhalla])
def test_a_server_that_is_gone_or_broken_is_named(kind: type, server: str) -> None:
    ends = [kind(server).snap(9.5, 47.1)]
    for url in ("http://127.0.0.1:9", f"{server}/broken"):
        with pytest.raises(EngineDown, match=r"(OSRM|Valhalla|GET|POST).*(table|sources_to_targets)"):
            kind(url, timeout_s=1.0).many_to_many(ends, ends, COLD)


def test_the_polyline_decoder_reads_the_documented_shape() -> None:
    line = [(-76.299179, 40.042874), (-76.299251, 40.042843), (9.0, -47.5)]
    assert np.allclose(decoded(encoded(line)), line, atol=1e-9)


def test_the_straight_line_estimate_is_labelled() -> None:
    estimate = straight_line(174.76, -36.85, 174.76, -36.94, mode=HOT)
    assert estimate.basis == LABEL == "straight-line estimate"
    assert estimate.seconds == pytest.approx(0.09 * 111_195 * 1.3 / (47 / 3.6), rel=1e-3)
