"""The lie of the land: towns, river, highways, lakes of the county. Metres round a centre."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from goldenhour.geo.metric import Frame

FRAME: Final = Frame(-92.9, 39.9)
WIDTH_M: Final = 38_000.0
HEIGHT_M: Final = 30_000.0
RIVER_WIDTH_M: Final = 130.0
XY = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """name, centre x and y, radius; outline: where the streets end."""

    name: str
    kind: str
    x: float
    y: float
    radius_m: float
    outline: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Highway:
    """A through road. street: its name inside a town. carriageways are made where `road_class` is motorway."""

    ref: str
    name: str
    street: str
    road_class: str
    line: Any
    first_mile: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything that streets must respect. `wet` is where no street can be: river and lakes."""

    towns: tuple[Town, ...]
    river: Any
    river_line: Any
    lakes: tuple[tuple[str, Any], ...]
    highways: tuple[Highway, ...]
    railway: Any
    box: Any

    @property
    def wet(self) -> Any:
        return shapely.union_all([self.river, *(shape for _, shape in self.lakes)])


_TOWNS: Final = (
    ("Ashford", "town", -2600.0, 800.0, 2700.0),
    ("Bellmere", "town", 11200.0, 6300.0, 1650.0),
    ("Tolliver", "town", -9600.0, -9000.0, 1250.0),
)
_RIVER: Final = (
    (-14500, 17500),
    (-10800, 10800),
    (-5600, 8400),
    (-2400, 5300),
    (-700, 3000),
    (-1100, 700),
    (-300, -1700),
    (3300, -3800),
    (6300, -7600),
    (10200, -10800),
    (12500, -17500),
)
_HIGHWAYS: Final = (
    (
        "I-92",
        "Interstate 92",
        "Interstate 92",
        "motorway",
        84.0,
        ((-19000, -4700), (-11000, -5300), (-3200, -5600), (3500, -5000), (11600, -3300), (19000, -3500)),
    ),
    (
        "US 163",
        "US Highway 163",
        "Jefferson Street",
        "trunk",
        12.0,
        (
            (-11500, -15000),
            (-9600, -9000),
            (-6200, -7200),
            (-3300, -5600),
            (-2500, -2200),
            (-2600, 800),
            (-3000, 3600),
            (-2300, 7600),
            (-3600, 11500),
            (-2800, 15000),
        ),
    ),
    (
        "SR 7",
        "State Route 7",
        "Main Street",
        "primary",
        3.0,
        (
            (-19000, 2600),
            (-11000, 3400),
            (-6500, 1500),
            (-2600, 800),
            (-400, 1250),
            (3600, 2700),
            (7800, 5700),
            (11200, 6300),
            (15000, 8200),
            (19000, 8600),
        ),
    ),
    (
        "SR 12",
        "State Route 12",
        "Franklin Street",
        "primary",
        0.0,
        ((9300, 15000), (10600, 10200), (11200, 6300), (11900, 1500), (11600, -3300), (13600, -8300), (13000, -15000)),
    ),
    (
        "SR 30",
        "State Route 30",
        "Monroe Street",
        "secondary",
        0.0,
        (
            (-19000, -10600),
            (-13500, -9700),
            (-9600, -9000),
            (-4200, -10300),
            (2500, -11200),
            (7300, -8800),
            (13600, -8300),
            (19000, -9600),
        ),
    ),
)
_RAILWAY: Final = (
    (-19000, 900),
    (-9000, 400),
    (-4300, -1000),
    (-1800, -1500),
    (1800, 900),
    (6200, 7300),
    (11500, 7600),
    (19000, 5600),
)
_LAKES: Final = (
    ("Heron Lake", 4300.0, 9600.0, 900.0),
    ("Tolliver Reservoir", -13200.0, -6600.0, 620.0),
    ("Quarry Pond", 4100.0, -1500.0, 230.0),
    ("Long Slough", 9200.0, -13300.0, 420.0),
)


def ground(rng: Generator) -> Ground:
    """The county's bones; the seed moves them a little, the map stays recognisable."""
    towns = tuple(
        Town(name=name, kind=kind, x=x, y=y, radius_m=r, outline=blob(rng, x, y, r, rough=0.3, corners=40))
        for name, kind, x, y, r in _TOWNS
    )
    river_line = curve(np.array(_RIVER, dtype=float), rng, wander=0.13, step_m=90)
    lakes = tuple((name, blob(rng, x, y, r, rough=0.3, corners=16)) for name, x, y, r in _LAKES)
    highways = tuple(
        Highway(
            ref=ref,
            name=name,
            street=street,
            road_class=kind,
            first_mile=mile,
            line=curve(np.array(points, dtype=float), rng, wander=0.012, step_m=140 if kind != "motorway" else 220),
        )
        for ref, name, street, kind, mile, points in _HIGHWAYS
    )
    return Ground(
        towns=towns,
        river=river_line.buffer(RIVER_WIDTH_M / 2),
        river_line=river_line,
        lakes=lakes,
        highways=highways,
        railway=curve(np.array(_RAILWAY, dtype=float), rng, wander=0.008, step_m=150),
        box=shapely.box(-WIDTH_M / 2, -HEIGHT_M / 2, WIDTH_M / 2, HEIGHT_M / 2),
    )


def curve(points: XY, rng: Generator, *, wander: float, step_m: float) -> Any:
    """A smooth line through `points` (Catmull-Rom) that strays by `wander` of each leg's length, a point per step."""
    points = _strayed(points, rng, wander)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    out = [points[0]]
    for i in range(1, len(padded) - 2):
        a, b, c, d = padded[i - 1 : i + 3]
        n = max(2, round(float(np.hypot(*(c - b))) / step_m))
        t = np.linspace(0, 1, n + 1)[1:, None]
        out += list(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return shapely.LineString(np.array(out))


def _strayed(points: XY, rng: Generator, wander: float) -> XY:
    """Two rounds of midpoint displacement; the given points themselves stay."""
    for _ in range(2):
        legs = np.diff(points, axis=0)
        across = np.stack([-legs[:, 1], legs[:, 0]], axis=1)
        middle = points[:-1] + legs / 2 + across * (rng.random((len(legs), 1)) - 0.5) * 2 * wander
        points = np.insert(points, np.arange(1, len(points)), middle, axis=0)
    return points


def blob(rng: Generator, x: float, y: float, radius_m: float, *, rough: float, corners: int) -> Any:
    """A rounded irregular patch."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False) + rng.random() * 2
    waves = sum(
        (rng.random() - 0.5) * 2 * rough / k**0.7 * np.sin(k * turn + rng.random() * 6.283) for k in range(2, 6)
    )
    r = radius_m * (1 + waves)
    ring = shapely.Polygon(np.stack([x + r * np.cos(turn), y + r * np.sin(turn)], axis=1))
    return ring.buffer(radius_m * 0.12).buffer(-radius_m * 0.12)
