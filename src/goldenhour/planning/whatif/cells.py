"""Demand as cells a planner can see: where, how many calls an hour, and how far from every site.

Population and call rasters have hundreds of thousands of points; planning looks at square blocks of them, each at the
centre of its calls.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.siting.cover import Floats
from goldenhour.planning.whatif.heat import blocks


@dataclass(frozen=True, kw_only=True)
class DemandCells:
    """`lon`, `lat` (cells,): the centre of the calls of each cell; `calls` (cells,), never 0."""

    lon: Floats
    lat: Floats
    calls: Floats


def cells_of_points(lon: Floats, lat: Floats, calls: Floats, *, cell_m: float = 1_000.0) -> DemandCells:
    """Sum points into square blocks of about `cell_m` metres. Refuses what `heat_grid` refuses."""
    grid = blocks(lon, lat, calls, cell_m=cell_m)
    _, block = np.unique(grid.row * grid.columns + grid.column, return_inverse=True)
    sums = np.bincount(block, calls)
    some = sums > 0
    return DemandCells(
        lon=np.bincount(block, calls * lon)[some] / sums[some],
        lat=np.bincount(block, calls * lat)[some] / sums[some],
        calls=np.asarray(sums[some], dtype=np.float64),
    )


def seconds_to_cells(
    travel: TravelTimes,
    cells: DemandCells,
    mode: int,
    *,
    node: ArrayLike,
    off_m: ArrayLike,
    km_per_degree: tuple[float, float] | None = None,
) -> Floats:
    """(cells, sites) from sites at these nodes, `off_m` metres off the road, to the node nearest to each cell."""
    nodes = travel.kernel(mode).node
    starts = nodes[np.asarray(node)].copy()
    starts["off_m"] = off_m
    cell_node, cell_off_m = travel.node_index(km_per_degree=km_per_degree).nearest(cells.lon, cells.lat)
    ends = nodes[cell_node].copy()
    ends["off_m"] = cell_off_m
    return np.asarray(travel.matrix(starts, ends, mode).T, dtype=np.float64)
