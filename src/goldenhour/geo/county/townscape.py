"""Streets of a town: through roads first, then quarters between them, each with its own pattern and dead ends."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from shapely.ops import substring

from goldenhour.geo.county.ground import XY, Ground, Town, blob, curve
from goldenhour.geo.county.lines import Street, relined
from goldenhour.geo.county.naming import Namer

OVERLAP_M: Final = 7.0  # how far a quarter's streets reach over its edge so that they meet the road there
SMALLEST_QUARTER_M2: Final = 9000
OLD_SHARE: Final = 0.45  # of the radius within which quarters are laid out in the old way
GAP_SHARE: Final = {"old": 0.07, "suburb": 0.24}  # blocks without a street between
BANK_M: Final = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Townscape:
    """A town's streets and what is drawn between them."""

    streets: list[Street]
    parks: list[tuple[str, Any]]
    centre: Any


def townscape(rng: Generator, town: Town, land: Ground, namer: Namer, fixed: list[Street]) -> Townscape:
    """fixed: streets that must be there, by name (they are returned too)."""
    namer.reserve(town.name, *(s.name for s in fixed), *(h.street for h in land.highways))
    own_ground = town.outline.difference(land.wet.buffer(BANK_M))
    through = [h.line for h in land.highways if h.road_class != "motorway" and h.line.intersects(town.outline)]
    collectors = _collectors(rng, town, namer)
    parks = _parks(rng, town, own_ground)
    green = shapely.union_all([shape for _, shape in parks])
    edges = shapely.union_all(
        [*through, *(s.line for s in collectors), *(s.line for s in fixed), land.railway, own_ground.boundary]
    )
    quarters = [q for q in shapely.get_parts(shapely.polygonize([edges.intersection(town.outline.buffer(1))]))]
    quarters = [q for q in quarters if own_ground.buffer(1).contains(q.representative_point())]
    quarters.sort(key=lambda q: (round(q.representative_point().x), round(q.representative_point().y)))
    centre = shapely.Point(town.x, town.y)
    streets = list(fixed) + [p for s in collectors for p in _dry(s, own_ground)]
    for quarter in quarters:
        old = quarter.representative_point().distance(centre) < OLD_SHARE * town.radius_m
        built = quarter.difference(green)
        if built.area > SMALLEST_QUARTER_M2:
            streets += _quarter(rng, town, built, "old" if old else "suburb", namer)
    streets += _spurs(rng, town, streets, own_ground.difference(green), namer)
    return Townscape(streets=streets, parks=parks, centre=centre.buffer(0.2 * town.radius_m))


def _dry(street: Street, own_ground: Any) -> list[Street]:
    """The parts of a collector on dry ground: only named bridges cross the river."""
    parts = shapely.get_parts(street.line.intersection(own_ground))
    return [relined(street, part) for part in parts if part.geom_type == "LineString" and part.length > 60]


def _collectors(rng: Generator, town: Town, namer: Namer) -> list[Street]:
    """A crooked ring and a few roads from near the centre to the edge."""
    out = []
    for share in (0.42, 0.74) if town.radius_m > 1800 else (0.55,):
        turn = np.linspace(0, 2 * np.pi, 9)[:-1] + rng.random() * 0.6
        r = town.radius_m * share * (1 + (rng.random(8) - 0.5) * 0.3)
        ring = np.stack([town.x + r * np.cos(turn), town.y + r * np.sin(turn)], axis=1)
        out += [_collector(rng, half, town, namer) for half in (ring[:5], np.vstack([ring[4:], ring[:1]]))]
    spokes = 5 if town.radius_m > 1800 else 3
    start = rng.random() * 6.283
    for k in range(spokes):
        angle = start + k * 2 * np.pi / spokes + (rng.random() - 0.5) * 0.5
        way = np.array([np.cos(angle), np.sin(angle)])
        side = np.array([-way[1], way[0]]) * (rng.random() - 0.5) * 0.35 * town.radius_m
        at = np.array([town.x, town.y])
        legs = [at + way * town.radius_m * 0.18, at + way * town.radius_m * 0.6 + side, at + way * town.radius_m * 1.08]
        out.append(_collector(rng, np.array(legs), town, namer))
    return out


def _collector(rng: Generator, points: XY, town: Town, namer: Namer) -> Street:
    return Street(
        line=curve(points, rng, wander=0.04, step_m=80),
        name=namer.street(town.name, "old"),
        road_class="tertiary",
        mph=35,
        town=town.name,
        numbering="blocks",
    )


def _parks(rng: Generator, town: Town, own_ground: Any) -> list[tuple[str, Any]]:
    names = ("Riverside Park", "Veterans Park", "Memorial Park", "Fairgrounds", "Arboretum", "Mill Park")
    out = []
    for k in range(max(2, round(town.radius_m / 650))):
        angle, reach = rng.random() * 6.283, town.radius_m * (0.25 + 0.6 * rng.random())
        x, y = town.x + reach * np.cos(angle), town.y + reach * np.sin(angle)
        shape = blob(rng, x, y, 90 + 190 * rng.random(), rough=0.25, corners=14).intersection(own_ground)
        if shape.area > 15000:
            out.append((f"{names[k % len(names)]}", shape))
    return out


def _quarter(rng: Generator, town: Town, quarter: Any, style: str, namer: Namer) -> list[Street]:
    """Two families of lines, bent together, gaps left at random; long axis along the quarter's longest edge."""
    angle = _grain(quarter) + (rng.random() - 0.5) * (0.06 if style == "old" else 0.3)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    middle = np.array([quarter.centroid.x, quarter.centroid.y])
    reach = float(np.hypot(*(shapely.get_coordinates(quarter.envelope) - middle).T).max()) + 200
    bend = _bend(rng, 16.0 if style == "old" else 58.0)
    spacing = ((105.0, 160.0), (150.0, 265.0))[style == "suburb"]
    room = quarter.buffer(OVERLAP_M)
    streets = []
    for family, (way, side) in enumerate(((along, across), (across, along))):
        step = spacing[family]
        for place in np.arange(-reach, reach, step):
            offset = place + (rng.random() - 0.5) * step * 0.35
            t = np.arange(-reach, reach, 32.0)[:, None]
            line = bend(middle + t * way + offset * side)
            name = ""
            for part in shapely.get_parts(shapely.intersection(shapely.LineString(line), room)):
                for run in _with_gaps(rng, part, spacing[1 - family], GAP_SHARE[style]):
                    name = name or namer.street(town.name, style)
                    streets.append(
                        Street(
                            line=shapely.simplify(run, 2.0),
                            name=name,
                            road_class="residential",
                            mph=25,
                            town=town.name,
                            numbering="blocks",
                        )
                    )
    return streets


def _grain(quarter: Any) -> float:
    box = shapely.get_coordinates(quarter.minimum_rotated_rectangle)
    sides = np.diff(box, axis=0)[:2]
    longest = sides[int(np.hypot(*sides.T).argmax())]
    return float(np.arctan2(longest[1], longest[0]))


def _bend(rng: Generator, amount_m: float) -> Any:
    """A smooth displacement of the plane: lattices come out as bent streets, neighbours bent alike."""
    waves = rng.random((4, 4))

    def bent(xy: XY) -> XY:
        out = xy.copy()
        for phase, heading, length, share in waves:
            k = np.array([np.cos(heading * 6.283), np.sin(heading * 6.283)]) / (380 + 700 * length)
            swing = np.sin(xy @ k * 6.283 + phase * 6.283) * amount_m * (0.5 + share)
            out += swing[:, None] * np.array([-np.sin(heading * 6.283), np.cos(heading * 6.283)])
        return out

    return bent


def _with_gaps(rng: Generator, line: Any, block_m: float, share: float) -> list[Any]:
    """The line with some blocks taken out; what is left of it in runs worth driving."""
    if line.geom_type != "LineString" or line.length < 45:
        return []
    blocks = max(1, round(line.length / block_m))
    keep = rng.random(blocks) >= share
    runs, start = [], None
    for i in range(blocks + 1):
        inside = i < blocks and bool(keep[i])
        if inside and start is None:
            start = i
        if not inside and start is not None:
            lo, hi = start / blocks * line.length, i / blocks * line.length
            lo, hi = (lo if start == 0 else lo + 12), (hi if i == blocks else hi - 12)
            runs.append(substring(line, lo, hi))
            start = None
    return [run for run in runs if run.length > 40]


def _spurs(rng: Generator, town: Town, streets: list[Street], own_ground: Any, namer: Namer) -> list[Street]:
    """Short dead ends into blocks that are deep enough."""
    tree = shapely.STRtree([s.line for s in streets])
    made: list[Any] = []
    out = []
    for street in streets:
        if street.road_class != "residential" or street.line.length < 150:
            continue
        for place in np.arange(70, street.line.length - 60, 130):
            if rng.random() > 0.2:
                continue
            line = _spur(rng, street.line, float(place) + 40 * (rng.random() - 0.5))
            body = substring(line, 18, line.length)
            clear = tree.query(body.buffer(24), predicate="intersects").size == 0
            if clear and own_ground.contains(body) and all(m.distance(body) > 34 for m in made[-60:]):
                made.append(body)
                name = namer.street(town.name, "spur")
                out.append(
                    Street(line=line, name=name, road_class="residential", mph=20, town=town.name, numbering="simple")
                )
    return out


def _spur(rng: Generator, line: Any, place: float) -> Any:
    foot, ahead = line.interpolate(place), line.interpolate(place + 5)
    way = np.array([ahead.x - foot.x, ahead.y - foot.y]) / 5
    side = np.array([-way[1], way[0]]) * (1 if rng.random() < 0.5 else -1)
    at = np.array([foot.x, foot.y])
    length = 70 + 60 * rng.random()
    lean = (rng.random() - 0.5) * 0.6
    return shapely.LineString([at - side * 5, at + side * length * 0.55, at + side * length + way * length * lean])
