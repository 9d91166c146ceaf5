"""House numbers along the streets: even on the left, odd on the right, in the way each kind of street counts."""

from collections import defaultdict
from typing import Final

import numpy as np
import shapely
from numpy.random import Generator

from goldenhour.geo.county.ground import FRAME, XY, Ground
from goldenhour.geo.county.lines import Piece, Street
from goldenhour.geo.region.survey import Address

LOT_M: Final = 19.0
CORNER_M: Final = 14.0
SET_BACK_M: Final = 19.0
FARM_EVERY_M: Final = 190.0
FARM_BACK_M: Final = 55.0
EMPTY_SHARE: Final = {"blocks": 0.1, "simple": 0.0, "rural": 0.45}
COUNTRY_NUMBERS_PER_M: Final = 1000 / 1609.344  # a thousand numbers a mile, as rural addressing plans have


def addresses(rng: Generator, streets: list[Street], pieces: list[Piece], land: Ground) -> list[Address]:
    """Every house of the county, in the order of the streets."""
    done_m: dict[tuple[str, str], float] = defaultdict(float)
    blocks: dict[tuple[str, str], int] = defaultdict(int)
    lots: dict[tuple[str, str], int] = defaultdict(int)
    spots: list[XY] = []
    numbers: list[int] = []
    owners: list[int] = []
    for piece in pieces:
        street = streets[piece.street]
        if not street.numbering or not street.name:
            continue
        key = (street.town, street.name)
        blocks[key] += 1
        line = shapely.LineString(piece.coordinates)
        rural = street.numbering == "rural"
        step, back = (FARM_EVERY_M, FARM_BACK_M) if rural else (LOT_M, SET_BACK_M)
        along = np.arange(CORNER_M + step / 2, line.length - CORNER_M, step)
        xy, way = _points_on(piece.coordinates, along)
        for side in (0, 1):  # left even, right odd
            across = np.stack([-way[:, 1], way[:, 0]], axis=1) * (1 if side == 0 else -1)
            built = rng.random(len(along)) >= EMPTY_SHARE[street.numbering]
            deep = back * (0.8 + 0.5 * rng.random((len(along), 1)))
            spots.append((xy + across * deep)[built])
            counted = _numbers(street.numbering, along + done_m[key], lots[key], blocks[key], side)
            numbers += counted[built].tolist()
            owners += [piece.street] * int(built.sum())
        done_m[key] += line.length
        lots[key] += len(along)
    points = np.vstack(spots)
    dry = ~shapely.contains_xy(land.wet.buffer(12), points[:, 0], points[:, 1])
    lonlat = FRAME.lonlat(points)
    out: dict[tuple[str, str, int], Address] = {}
    for i in np.flatnonzero(dry).tolist():
        street = streets[owners[i]]
        lon, lat = (round(float(v), 6) for v in lonlat[i])
        key_number = (street.town, street.name, numbers[i])
        out.setdefault(
            key_number, Address(number=str(numbers[i]), street=street.name, lon=lon, lat=lat, city=street.town)
        )
    return list(out.values())


def _points_on(coordinates: XY, along: XY) -> tuple[XY, XY]:
    """Positions and unit directions at distances along a line."""
    steps = np.diff(coordinates, axis=0)
    lengths = np.hypot(*steps.T)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    leg = np.clip(np.searchsorted(starts, along, side="right") - 1, 0, len(steps) - 1)
    way = steps[leg] / lengths[leg][:, None]
    return coordinates[leg] + way * (along - starts[leg])[:, None], way


def _numbers(numbering: str, along: XY, lots: int, block: int, side: int) -> np.ndarray:
    """along: metres from the street's start. "simple" counts houses from 1, "blocks" starts each block at a hundred."""
    if numbering == "blocks":
        return 100 * block + 2 * np.arange(len(along)) % 100 + side + (0 if side else 2)
    if numbering == "rural":
        return (1000 + along * COUNTRY_NUMBERS_PER_M).astype(int) // 2 * 2 + side
    return 2 * (lots + np.arange(len(along)) + 1) - side
