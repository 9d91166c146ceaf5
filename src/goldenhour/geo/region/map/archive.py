"""The offline map of a region: one PMTiles archive of vector tiles, a few megabytes, no server needed."""

import gzip
from pathlib import Path
from typing import Any, Final

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from goldenhour.geo.region.map.features import features
from goldenhour.geo.region.map.tiles import tiles
from goldenhour.geo.region.survey import Survey

LOWEST_ZOOM: Final = 5
HIGHEST_ZOOM: Final = 14  # deeper views are drawn from this one; its units are half a metre
_FIELDS: Final[dict[str, dict[str, str]]] = {
    "landuse": {"kind": "String"},
    "water": {"kind": "String", "name": "String"},
    "waterway": {"kind": "String", "name": "String"},
    "building": {},
    "rail": {"kind": "String"},
    "boundary": {"kind": "String"},
    "road": {"class": "String", "name": "String", "ref": "String", "oneway": "Boolean", "level": "Number"},
    "place": {"kind": "String", "name": "String", "rank": "Number"},
    "poi": {"kind": "String", "name": "String"},
}


def write_map(survey: Survey, path: Path) -> None:
    """Draw the survey's roads, shapes and names into `path`. The tiles are in the archive's own (Hilbert) order."""
    made = sorted(
        (zxy_to_tileid(z, x, y), data)
        for z, x, y, data in tiles(features(survey), lowest=LOWEST_ZOOM, highest=HIGHEST_ZOOM)
    )
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]  # pmtiles has no types
        for tile_id, data in made:
            writer.write_tile(tile_id, gzip.compress(data, 6, mtime=0))
        writer.finalize(_header(survey), _metadata(survey))


def _header(survey: Survey) -> dict[str, Any]:
    west, south, east, north = (round(v * 10_000_000) for v in survey.bbox)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": LOWEST_ZOOM,
        "max_zoom": HIGHEST_ZOOM,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": 11,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(survey: Survey) -> dict[str, Any]:
    return {
        "name": survey.name,
        "attribution": survey.attribution,
        "vector_layers": [
            {"id": layer, "fields": fields, "minzoom": LOWEST_ZOOM, "maxzoom": HIGHEST_ZOOM}
            for layer, fields in _FIELDS.items()
        ],
    }
