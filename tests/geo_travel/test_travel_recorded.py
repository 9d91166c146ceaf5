"""OSRM and Valhalla behind the travel port, against answers that the projects themselves recorded.

Source and licence of each are in `recorded/README.md`. The other shapes (routes, areas, the long matrix) are played
from the projects' references in `test_travel_remote`.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goldenhour.geo.remote.ask import EngineDown
from goldenhour.geo.remote.osrm import Osrm
from goldenhour.geo.remote.valhalla import Valhalla
from goldenhour.geo.roads import COLD, HOT

RECORDED = Path(__file__).parent / "recorded"
ANSWERS = {"nearest": "osrm_nearest", "table": "osrm_table", "locate": "valhalla_locate"}
ANSWERS["sources_to_targets"] = "valhalla_matrix"


class Recorded(BaseHTTPRequestHandler):
    """Each service answers what it was recorded to answer, whatever is asked."""

    asked: list[str]

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        service = self.path.split("/")[1]
        self.asked.append(self.path)
        body = (RECORDED / f"{ANSWERS[service]}.json").read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()


@pytest.fixture
def server() -> Iterator[str]:
    Recorded.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorded) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def test_osrm_finds_friedrichstrasse(server: str) -> None:
    place = Osrm(server).snap(13.388860, 52.517037)
    assert (place.road_lon, place.road_lat) == (13.388799, 52.517033)
    assert place.off_road_m == pytest.approx(4.152629)
    assert Recorded.asked == ["/nearest/v1/driving/13.388860,52.517037?number=1"], "the documented form of a request"


def test_osrm_tells_times_across_berlin_there_and_back(server: str) -> None:
    engine = Osrm(server)
    places = [engine.snap(13.388860, 52.517037)] * 3
    cold, hot = (engine.many_to_many(places, places, mode) for mode in (COLD, HOT))
    assert cold.tolist() == pytest.approx(np.array([[0, 192.6, 382.8], [199, 0, 283.9], [344.7, 222.3, 0]]))
    assert hot == pytest.approx(0.75 * cold)


def test_osrm_is_not_believed_when_the_table_has_another_shape(server: str) -> None:
    engine = Osrm(server)
    place = engine.snap(13.388860, 52.517037)
    with pytest.raises(EngineDown, match=r"matrix \(3, 3\) of times came back, \(2, 1\)"):
        engine.many_to_many([place, place], [place], COLD)


def test_valhalla_finds_bomgardner_lane(server: str) -> None:
    place = Valhalla(server).snap(-76.495743, 40.310555)
    assert (place.road_lon, place.road_lat) == (-76.494987, 40.313206)
    assert place.off_road_m == pytest.approx(301, abs=2)


def test_valhalla_tells_times_in_its_concise_form(server: str) -> None:
    """A server may be set up to answer tables instead of a cell for every pair."""
    engine = Valhalla(server)
    places = [engine.snap(-76.495743, 40.310555)] * 2
    assert engine.many_to_many(places, places, COLD).tolist() == [[0, 105], [108, 0]]
