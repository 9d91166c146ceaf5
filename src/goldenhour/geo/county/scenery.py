"""What is only drawn: water, woods, fields, parks, built-up land, the railway."""

from typing import Any, Final

import numpy as np
import shapely
from numpy.random import Generator
from shapely.ops import split

from goldenhour.geo.county.ground import FRAME, HEIGHT_M, WIDTH_M, Ground, Town, blob
from goldenhour.geo.county.lines import Piece
from goldenhour.geo.county.townscape import Townscape
from goldenhour.geo.region.survey import Address, Shape

WOODS: Final = 95
FIELD_MARGIN_M: Final = 28.0
SMALLEST_FACE_M2: Final = 150_000
SMALLEST_FIELD_M2: Final = 30_000
FARMED_SHARE: Final = 0.75


def scenery(
    rng: Generator,
    land: Ground,
    scapes: list[Townscape],
    villages: list[Town],
    homes: list[Address],
    pieces: list[Piece],
) -> list[Shape]:
    """Everything to draw, lowest first."""
    built = shapely.union_all([t.outline for t in (*land.towns, *villages)])
    woods = _woods(rng, land, built)
    out = [Shape(kind="farmland", geometry=_degrees(f)) for f in _fields(rng, land, built, pieces)]
    out += [Shape(kind="wood", geometry=_degrees(w)) for w in woods]
    out += [Shape(kind="residential", geometry=_degrees(t.outline), name=t.name) for t in (*land.towns, *villages)]
    out += [
        Shape(kind="commercial", geometry=_degrees(s.centre.difference(land.wet))) for s in scapes[: len(land.towns)]
    ]
    out += [Shape(kind="park", geometry=_degrees(shape), name=name) for s in scapes for name, shape in s.parks]
    out.append(Shape(kind="water", geometry=_degrees(land.river.intersection(land.box)), name="Meridian River"))
    out += [Shape(kind="water", geometry=_degrees(shape), name=name) for name, shape in land.lakes]
    out.append(Shape(kind="boundary", geometry=_degrees(land.box.exterior), name="Meridian County"))
    out.append(Shape(kind="rail", geometry=_degrees(land.railway.intersection(land.box))))
    return out


def _woods(rng: Generator, land: Ground, built: Any) -> list[Any]:
    """Patches everywhere, more of them along the river."""
    out = []
    for k in range(WOODS):
        if k % 2:
            spot = land.river_line.interpolate(rng.random(), normalized=True)
            x, y = spot.x + (rng.random() - 0.5) * 1500, spot.y + (rng.random() - 0.5) * 1500
        else:
            x, y = (rng.random() - 0.5) * WIDTH_M, (rng.random() - 0.5) * HEIGHT_M
        shape = blob(rng, x, y, 150 + 480 * rng.random() ** 2, rough=0.5, corners=15)
        shape = shape.difference(built).intersection(land.box)
        out += [p for p in shapely.get_parts(shape) if p.area > 8000]
    return out


def _fields(rng: Generator, land: Ground, built: Any, pieces: list[Piece]) -> list[Any]:
    """Land between country roads, cut once or twice, some of it left fallow."""
    lines = [shapely.LineString(p.coordinates) for p in pieces if len(p.coordinates) > 1]
    outside = [line for line in lines if not built.contains(line)]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([*outside, land.box.exterior])]))
    faces = sorted(faces, key=lambda f: (round(f.centroid.x), round(f.centroid.y)))
    taken = shapely.union_all([built, land.wet.buffer(40)])
    out = []
    for face in faces:
        for part in _cut(rng, face, 3) if face.area >= SMALLEST_FACE_M2 else []:
            if rng.random() < FARMED_SHARE:
                field = part.buffer(-FIELD_MARGIN_M, join_style="mitre")
                field = field.difference(taken) if field.intersects(taken) else field
                out += [p for p in shapely.get_parts(field) if p.geom_type == "Polygon" and p.area > SMALLEST_FIELD_M2]
    return out


def _cut(rng: Generator, face: Any, depth: int) -> list[Any]:
    if depth == 0 or face.area < 450_000:
        return [face]
    middle, turn = face.centroid, rng.random() * np.pi
    way = np.array([np.cos(turn), np.sin(turn)]) * 40_000
    knife = shapely.LineString([(middle.x - way[0], middle.y - way[1]), (middle.x + way[0], middle.y + way[1])])
    return [p for part in shapely.get_parts(split(face, knife)) for p in _cut(rng, part, depth - 1)]


def _degrees(shape: Any) -> Any:
    return shapely.transform(shape, FRAME.lonlat)
