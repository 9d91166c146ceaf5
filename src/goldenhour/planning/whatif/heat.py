"""Demand as heat: calls per cell of a grid of equal cells, for the map."""

from dataclasses import dataclass

import msgspec
import numpy as np

from goldenhour.planning.siting.cover import BadSiting, Floats, Ints

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


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Row and column of each point in square blocks from the south-west corner."""

    west: float
    south: float
    cell_lon: float
    cell_lat: float
    row: Ints
    column: Ints
    rows: int
    columns: int


def blocks(lon: Floats, lat: Floats, calls: Floats, *, cell_m: float) -> Blocks:
    """Lay blocks of about `cell_m` metres over points; `lon`, `lat` in degrees, `calls` (points,) not all 0."""
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
    return Blocks(
        west=west,
        south=south,
        cell_lon=cell_lon,
        cell_lat=cell_lat,
        row=row,
        column=column,
        rows=int(row.max()) + 1,
        columns=int(column.max()) + 1,
    )


def heat_grid(lon: Floats, lat: Floats, calls: Floats, *, cell_m: float = 500.0) -> HeatGrid:
    """Sum `calls` (points,) at `lon`, `lat` in degrees into cells of about `cell_m` metres."""
    grid = blocks(lon, lat, calls, cell_m=cell_m)
    if grid.columns * grid.rows > MOST_CELLS:
        raise BadSiting(f"{grid.columns} x {grid.rows} cells of {cell_m:g} m are too many; {MOST_CELLS} are drawn")
    sums = np.bincount(grid.row * grid.columns + grid.column, calls, grid.columns * grid.rows)
    cells = np.flatnonzero(sums)
    return HeatGrid(
        west=grid.west,
        south=grid.south,
        cell_lon=grid.cell_lon,
        cell_lat=grid.cell_lat,
        columns=grid.columns,
        rows=grid.rows,
        cells=cells.tolist(),
        calls=sums[cells].tolist(),
        calls_total=float(calls.sum()),
        most=float(sums.max()),
    )
