"""Read one-band GeoTIFF rasters in degrees: population and call density. Only what such rasters use.

Format: TIFF 6.0 (Adobe, 1992), GeoTIFF 1.1 (OGC 19-008r4). Strips or tiles; uncompressed, LZW or deflate.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.kernel.machine_code import njit


class BadRaster(ValueError):
    """The raster cannot be read, or holds nothing usable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """Cell values f64[rows, columns], row 0 in the north; west, north: the outer corner, steps in degrees a cell."""

    west: float
    north: float
    step_lon: float
    step_lat: float
    value: NDArray[np.float64]


WIDTH, HEIGHT, BITS, COMPRESSION, STRIP_OFFSETS, SAMPLES, ROWS_PER_STRIP, STRIP_SIZES = (
    256, 257, 258, 259, 273, 277, 278, 279,
)  # fmt: skip
PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_SIZES, SAMPLE_FORMAT = 317, 322, 323, 324, 325, 339
PIXEL_SCALE, TIE_POINT, NODATA = 33550, 33922, 42113
TYPES: Final = {1: "B", 2: "s", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
KINDS: Final = {1: "u", 2: "i", 3: "f"}


def read_raster(data: bytes) -> Raster:
    """Parse a GeoTIFF. Cells without data (nodata value, NaN) become 0; a negative cell raises BadRaster."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or struct.unpack(order + "H", data[2:4])[0] != 42:
        raise BadRaster("not a TIFF file (BigTIFF is not read)")
    try:
        tags = _tags(data, order)
        cells = _pixels(data, order, tags)
        (step_lon, step_lat, *_), tie = tags[PIXEL_SCALE], tags[TIE_POINT]
    except (struct.error, zlib.error, KeyError, ValueError) as fault:
        raise BadRaster(f"the raster is damaged or has no place on the map ({fault!r})") from fault
    empty = ~np.isfinite(cells)
    if NODATA in tags:  # as text, so rounded to the cells' own type before comparing
        empty |= cells == np.float64(bytes(tags[NODATA][0]).rstrip(b"\0 ")).astype(cells.dtype)
    value = np.where(empty, 0.0, cells).astype(np.float64)
    if (value < 0).any():
        raise BadRaster("the raster has negative cells; densities are 0 or more")
    west, north = tie[3] - tie[0] * step_lon, tie[4] + tie[1] * step_lat
    return Raster(west=west, north=north, step_lon=step_lon, step_lat=step_lat, value=value)


def _tags(data: bytes, order: str) -> dict[int, tuple]:  # type: ignore[type-arg]
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    tags = {}
    for i in range(count):
        entry = at + 2 + 12 * i
        tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
        if kind in TYPES:
            form = f"{order}{number}{TYPES[kind]}"
            where = entry + 8
            if struct.calcsize(form) > 4:
                (where,) = struct.unpack_from(order + "I", data, where)
            tags[tag] = struct.unpack_from(form, data, where)
    return tags


def _pixels(data: bytes, order: str, tags: dict[int, tuple]) -> NDArray[Any]:  # type: ignore[type-arg]
    if tags.get(SAMPLES, (1,))[0] != 1:
        raise BadRaster("the raster has several bands; one is expected")
    if tags.get(PREDICTOR, (1,))[0] != 1:
        raise BadRaster("the raster uses a predictor, which is not read; save it without one")
    width, height = tags[WIDTH][0], tags[HEIGHT][0]
    cell = np.dtype(f"{order}{KINDS[tags.get(SAMPLE_FORMAT, (1,))[0]]}{tags[BITS][0] // 8}")
    tiled = TILE_OFFSETS in tags
    wide = tags[TILE_WIDTH][0] if tiled else width
    high = tags[TILE_HEIGHT][0] if tiled else min(height, tags.get(ROWS_PER_STRIP, (height,))[0])
    offsets, sizes = (tags[TILE_OFFSETS], tags[TILE_SIZES]) if tiled else (tags[STRIP_OFFSETS], tags[STRIP_SIZES])
    across = -(-width // wide)
    value = np.empty((height, width), cell.newbyteorder("="))
    for i, (offset, size) in enumerate(zip(offsets, sizes, strict=True)):
        top, left = i // across * high, i % across * wide
        rows = high if tiled else min(high, height - top)
        if offset + size > len(data):
            raise BadRaster("the raster file is cut off")
        packed = _unpack(data[offset : offset + size], tags.get(COMPRESSION, (1,))[0], rows * wide * cell.itemsize)
        block = np.frombuffer(packed, cell, rows * wide).reshape(rows, wide)
        value[top : top + rows, left : left + wide] = block[: height - top, : width - left]
    return value


def _unpack(packed: bytes, compression: int, size: int) -> bytes:
    match compression:
        case 1:
            return packed
        case 5:
            return bytes(_lzw(np.frombuffer(packed, np.uint8), size))
        case 8 | 32946:
            return zlib.decompress(packed)
    raise BadRaster(f"the raster's compression ({compression}) is not read; use none, LZW or deflate")


@njit()
def _lzw(packed, size):  # type: ignore[no-untyped-def]
    """TIFF's LZW: 9 to 12 bit codes, most significant bit first, widened one code early."""
    out = np.zeros(size, np.uint8)
    start, length = np.zeros(4097, np.int64), np.zeros(4097, np.int64)
    bit, width, free, filled, begin_before, length_before = 0, 9, 258, 0, 0, 0
    while bit + width <= 8 * len(packed) and filled < size:
        code = 0
        for _ in range(width):
            code = (code << 1) | ((packed[bit >> 3] >> (7 - (bit & 7))) & 1)
            bit += 1
        if code == 257:
            break
        if code == 256:
            width, free, length_before = 9, 258, 0
            continue
        if length_before > 0 and free < 4096:
            start[free], length[free] = begin_before, length_before + 1
            free += 1
        begin = filled
        if code < 256:
            out[filled] = code
            filled += 1
        elif code < free:
            for k in range(min(length[code], size - filled)):
                out[filled] = out[start[code] + k]
                filled += 1
        else:
            raise ValueError("broken LZW code")
        begin_before, length_before = begin, filled - begin
        if free >= (1 << width) - 1 and width < 12:
            width += 1
    return out
