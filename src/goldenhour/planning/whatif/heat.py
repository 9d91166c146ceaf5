"""Demand as heat: calls per cell of a grid of equal cells, for the map."""

import msgspec
import numpy as np

from goldenhour.planning.siting.cover import BadSiting, Floats

METRES_A_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km
MOST_CELLS = 250_000


class HeatGrid(msgspec.Struct, frozen=True, kw_only=True):
    """Cells that have demand, of `columns` x `rows` from the south-west corner; cell number = row * columns + column.

    `calls[i]` belongs to `cells[i]`; `calls_total` is the sum and `most` the greatest, for the colour scale.
    """

    west: float
    south: float
    cell_lon: float
    cell_lat: float
    columns: int
    rows: int
    cells: list[int]
    calls: list[float]
    calls_total: float
    most: float


def heat_grid(lon: Floats, lat: Floats, calls: Floats, *, cell_m: float = 500.0) -> HeatGrid:
    """Sum `calls` (points,) at `lon`, `lat` in degrees into cells of about `cell_m` metres."""
    if not (len(lon) == len(lat) == len(calls)) or not len(lon):
        raise BadSiting("demand is points with a longitude, a latitude and calls each, at least one")
    if not np.isfinite([lon, lat, calls]).all() or (calls < 0).any():
        raise BadSiting("a point of demand is missing or negative")
    if (np.abs(lat) >= 90).any() or (np.abs(lon) > 180).any():
        raise BadSiting("a point of demand is not on the map: longitudes to 180 and latitudes below 90 are wanted")
    if not calls.sum():
        raise BadSiting("there is no demand to show: all calls are 0")
    if not cell_m > 0:
        raise BadSiting(f"cells of {cell_m} m: more than 0 is wanted")
    south, west = float(lat.min()), float(lon.min())
    cell_lat = cell_m / METRES_A_DEGREE
    cell_lon = cell_lat / float(np.cos(np.radians(lat.mean())))
    column = ((lon - west) // cell_lon).astype(np.int64)
    row = ((lat - south) // cell_lat).astype(np.int64)
    columns, rows = int(column.max()) + 1, int(row.max()) + 1
    if columns * rows > MOST_CELLS:
        raise BadSiting(f"{columns} x {rows} cells of {cell_m:g} m are too many; {MOST_CELLS} are drawn")
    sums = np.bincount(row * columns + column, calls, columns * rows)
    cells = np.flatnonzero(sums)
    return HeatGrid(
        west=west,
        south=south,
        cell_lon=cell_lon,
        cell_lat=cell_lat,
        columns=columns,
        rows=rows,
        cells=cells.tolist(),
        calls=sums[cells].tolist(),
        calls_total=float(calls.sum()),
        most=float(sums.max()),
    )
