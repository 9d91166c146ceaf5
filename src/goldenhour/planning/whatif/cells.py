"""Demand of a city as cells a planner can see: where, how many calls an hour, and how far from every site.

Population and call rasters have hundreds of thousands of cells; planning looks at square blocks of them, each at the
centre of its calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from goldenhour.geo.jemss import City, Raster, Site
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.siting.cover import BadSiting, Floats
from goldenhour.planning.whatif.heat import METRES_A_DEGREE

DAY_H = 24.0


@dataclass(frozen=True, kw_only=True)
class DemandCells:
    """`lon`, `lat` (cells,): the centre of the calls of each cell; `calls_per_h` (cells,), never 0."""

    lon: Floats
    lat: Floats
    calls_per_h: Floats


def cells_of_raster(raster: Raster, calls_per_h: float, *, cell_m: float) -> DemandCells:
    """Share `calls_per_h` over blocks of about `cell_m` metres by the raster's densities."""
    density = raster.value
    if not density.sum() > 0:
        raise BadSiting("the demand raster is empty: no cell has any density")
    if not cell_m > 0 or not calls_per_h > 0:
        raise BadSiting(f"cells of {cell_m} m and {calls_per_h} calls an hour: more than 0 is wanted of both")
    row, column = np.nonzero(density)
    lat = raster.north - (row + 0.5) * raster.step_lat
    lon = raster.west + (column + 0.5) * raster.step_lon
    block_lat = max(1, round(cell_m / (raster.step_lat * METRES_A_DEGREE)))
    block_lon = max(1, round(cell_m / (raster.step_lon * METRES_A_DEGREE * float(np.cos(np.radians(lat.mean()))))))
    across = density.shape[1] // block_lon + 1
    _, block = np.unique(row // block_lat * across + column // block_lon, return_inverse=True)
    here = density[row, column]
    sums = np.bincount(block, here)
    return DemandCells(
        lon=np.bincount(block, here * lon) / sums,
        lat=np.bincount(block, here * lat) / sums,
        calls_per_h=calls_per_h * sums / sums.sum(),
    )


def cells_of_city(city: City, *, cell_m: float = 1_000.0, priorities: Sequence[int] | None = None) -> DemandCells:
    """The calls of some priorities (indices; all without) of a JEMSS city."""
    wanted = [part for part in city.demand if priorities is None or part.priority in priorities]
    per_day = sum(part.calls_per_day for part in wanted)
    if not per_day > 0:
        raise BadSiting(f"{city.name} has no calls of the priorities {priorities}")
    grids = {id(part.where): part.where for part in wanted}
    if len(grids) > 1:
        return _joined([cells_of_raster(part.where, part.calls_per_day / DAY_H, cell_m=cell_m) for part in wanted])
    return cells_of_raster(wanted[0].where, per_day / DAY_H, cell_m=cell_m)


def _joined(parts: Sequence[DemandCells]) -> DemandCells:
    """Cells of several rasters side by side; they may lie over each other."""
    return DemandCells(
        lon=np.concatenate([part.lon for part in parts]),
        lat=np.concatenate([part.lat for part in parts]),
        calls_per_h=np.concatenate([part.calls_per_h for part in parts]),
    )


def seconds_to_cells(
    travel: TravelTimes,
    cells: DemandCells,
    sites: Sequence[Site],
    mode: int,
    *,
    km_per_degree: tuple[float, float] | None = None,
) -> Floats:
    """(cells, sites) from each site to each cell, by the nearest node at both ends, legs off the road included."""
    index = travel.node_index(km_per_degree=km_per_degree)
    nodes = travel.kernel(mode).node

    def spots(lon: Floats, lat: Floats) -> np.ndarray:
        node, off_m = index.nearest(lon, lat)
        found = nodes[node].copy()
        found["off_m"] = off_m
        return found

    starts = spots(np.array([site.lon for site in sites]), np.array([site.lat for site in sites]))
    return travel.matrix(starts, spots(cells.lon, cells.lat), mode).T.astype(np.float64)
