"""Cut map features into vector tiles."""

from collections.abc import Iterator
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import shapely

from goldenhour.geo.region.map.features import Feature

EXTENT: Final = 4096
MARGIN: Final = 96  # tile units drawn beyond the edge, so that wide lines do not break there
SIMPLIFY: Final = {
    "road": 3.0,
    "waterway": 5.0,
    "rail": 5.0,
    "boundary": 6.0,
    "water": 4.0,
    "landuse": 8.0,
    "building": 2.0,
}
SMALLEST_AREA: Final = {"water": 300.0, "landuse": 3000.0, "building": 30.0}  # square tile units; 8 units are a pixel
SHORTEST: Final = 12.0
_TEXTS: Final = ("name", "ref")

Tile = tuple[int, int, int, bytes]  # z, x, y, encoded


def tiles(features: list[Feature], *, lowest: int, highest: int) -> Iterator[Tile]:
    """Every tile with something in it, zoom by zoom."""
    for zoom in range(lowest, highest + 1):
        shown = [f for f in features if f.zoom <= zoom]
        yield from _zoom(shown, zoom, full=zoom == highest)


def _zoom(shown: list[Feature], zoom: int, *, full: bool) -> Iterator[Tile]:
    """All tiles of one zoom; at the last one nothing is left out, as deeper views are drawn from it."""
    if not shown:
        return
    scale = float(EXTENT << zoom)
    geometry = shapely.transform(np.array([f.geometry for f in shown]), lambda c: c * scale)
    tolerance = np.array([SIMPLIFY.get(f.layer, 0.0) for f in shown]) * (0.5 if full else 1.0)
    geometry = shapely.simplify(geometry, tolerance, preserve_topology=True)
    geometry = _split_large(geometry, shown)
    keep = np.array([full or _big_enough(f, g) for f, g in zip(geometry[1], geometry[0], strict=True)])
    pieces, owners = geometry[0][keep], [f for f, k in zip(geometry[1], keep.tolist(), strict=True) if k]
    if not len(pieces):
        return
    tree = shapely.STRtree(pieces)
    left, top, right, bottom = shapely.total_bounds(pieces)
    for x in range(int(left // EXTENT), int(right // EXTENT) + 1):
        for y in range(int(top // EXTENT), int(bottom // EXTENT) + 1):
            data = _tile(tree, pieces, owners, x, y, zoom)
            if data:
                yield zoom, x, y, data


def _split_large(geometry: Any, shown: list[Feature]) -> tuple[Any, list[Feature]]:
    """Single parts, so that a tile only handles what touches it."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    return parts, [shown[i] for i in owner.tolist()]


def _big_enough(feature: Feature, geometry: Any) -> bool:
    least = SMALLEST_AREA.get(feature.layer)
    if least is not None:
        return bool(geometry.area >= least)
    return geometry.geom_type == "Point" or bool(geometry.length >= SHORTEST)


def _tile(tree: Any, pieces: Any, owners: list[Feature], x: int, y: int, zoom: int) -> bytes:
    left, top = x * EXTENT, y * EXTENT
    box = (left - MARGIN, top - MARGIN, left + EXTENT + MARGIN, top + EXTENT + MARGIN)
    near = np.sort(tree.query(shapely.box(*box)))
    if not len(near):
        return b""
    clipped = shapely.clip_by_rect(pieces[near], *box)
    local = shapely.transform(clipped, lambda c: np.round(c - (left, top)))
    layers: dict[str, dict[tuple[Any, ...], list[Any]]] = {}
    for i, shape in zip(near.tolist(), local.tolist(), strict=True):
        if not shape.is_empty:
            feature = owners[i]
            said = tuple(sorted((k, v) for k, v in feature.properties.items() if _worth(feature, k, zoom)))
            layers.setdefault(feature.layer, {}).setdefault(said, []).append(shape)
    if not layers:
        return b""
    encoded = [
        {"name": name, "features": [_joined(said, shapes) for said, shapes in groups.items()]}
        for name, groups in layers.items()
    ]
    options = {"y_coord_down": True, "extents": EXTENT, "check_winding_order": False}
    data: bytes = mapbox_vector_tile.encode(encoded, default_options=options)
    return data


def _worth(feature: Feature, key: str, zoom: int) -> bool:
    if key == "ref":
        return zoom >= 8
    return key != "name" or zoom >= feature.names_from


def _joined(said: tuple[Any, ...], shapes: list[Any]) -> dict[str, Any]:
    """One feature for all that is said alike in a tile."""
    parts = shapely.get_parts(np.array(shapes))
    dimension = shapely.get_dimensions(parts)
    parts = parts[dimension == dimension.max()]  # an area that only touches the tile leaves a line or a point
    if dimension.max() == 2:
        whole = shapely.orient_polygons(shapely.multipolygons(parts), exterior_cw=False)
    elif dimension.max() == 1:
        whole = shapely.multilinestrings(parts)
    else:
        whole = shapely.multipoints(parts)
    return {"geometry": whole, "properties": dict(said)}
