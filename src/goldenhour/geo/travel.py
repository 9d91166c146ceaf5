"""Travel times by road: the face everybody asks. Seconds from any place to any other, for each mode and hour."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from goldenhour.geo import snap as snapping
from goldenhour.geo.collapse import Chains, collapse
from goldenhour.geo.dijkstra import Junctions, junctions
from goldenhour.geo.hierarchy import Hierarchy, contract, search_matrix
from goldenhour.geo.port import Travel
from goldenhour.geo.roads import MODES, RoadGraph, pieces, require_sound
from goldenhour.geo.route.drive import drive
from goldenhour.geo.route.line import Piece, Route, join, piece_of
from goldenhour.geo.route.reach import reach
from goldenhour.geo.route.turns import turning_nodes, turns
from goldenhour.geo.snap import NodeIndex, Place, Places, Segments
from goldenhour.geo.spots import Spots, at_arcs, at_nodes
from goldenhour.geo.table import Kernel, all_pairs, fill_matrix, fill_wide_matrix
from goldenhour.geo.table_files import kept, kept_at, load_hierarchies, load_tables, save_hierarchies, save_tables
from goldenhour.geo.when import HourFactors, WeekHour

TABLE_LIMIT: Final = 20_000  # junctions; above it a table would pass 800 MB a mode
WITHIN_M: Final = 2_000.0  # a coordinate farther than this from any street is outside the region
OFF_ROAD_KMH: Final = (15.0, 15.0)  # drive, yard or track between street and coordinate; our assumption, per mode
SMALL_PIECE: Final = 0.01  # pieces with fewer of the nodes than this (cut-off stubs) are never snapped to


class OutsideRegion(ValueError):
    """No street within reach of the coordinate: the place is not in this region."""


class NoTable(RuntimeError):
    """The region is too large for an all-pairs table; times come from the contraction hierarchy instead."""


class TravelTimes(Travel):
    """Road travel times of one region. Build once, ask from anywhere; holds no mutable state.

    Every answer is in seconds, inf where there is no way; legs off the road are included. `notes` says, for people,
    what was wrong with the data and what was done about it (empty when nothing was).
    """

    def __init__(
        self,
        graph: RoadGraph,
        chains: Chains,
        onward: Sequence[Junctions],
        tables: Sequence[tuple[NDArray[np.uint16], float]] | None,
        hierarchies: Sequence[Hierarchy] | None,
        *,
        notes: tuple[str, ...],
        from_cache: bool,
        factors: HourFactors,
        off_road_kmh: tuple[float, float],
        within_m: float,
    ) -> None:
        self.graph: Final = graph
        self.chains: Final = chains
        self.notes: Final = notes
        self.from_cache: Final = from_cache
        self.factors: Final = factors
        self.within_m: Final = within_m
        piece = pieces(graph)
        size = np.bincount(piece)
        self.in_use: Final[NDArray[np.bool_]] = (size >= SMALL_PIECE * graph.n_nodes)[piece]
        self.segments: Final[Segments] = snapping.segments(graph, chains.reverse, self.in_use)
        self._onward: Final = onward
        self._nodes: Final = tuple(at_nodes(graph, chains, mode) for mode in range(len(MODES)))
        self._choice: Final = turning_nodes(graph)
        self._off_s_per_m: Final = tuple(np.float32(3.6 / kmh) for kmh in off_road_kmh)
        self._hierarchies: Final = hierarchies
        self._kernels: Final = tuple(
            Kernel(table, np.float32(quantum_s), self._nodes[mode], onward[mode], self._off_s_per_m[mode])
            for mode, (table, quantum_s) in enumerate(tables or ())
        )

    @classmethod
    def build(
        cls,
        graph: RoadGraph,
        *,
        cache: Path | None,
        factors: HourFactors | None = None,
        off_road_kmh: tuple[float, float] = OFF_ROAD_KMH,
        within_m: float = WITHIN_M,
        table_limit: int = TABLE_LIMIT,
        threads: int | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Self:
        """Collapse the graph and make its tables, or take them from the folder `cache` when they are there and whole.

        Raises BadRoads when the graph cannot be used. A graph in pieces, or a damaged cache, is told in `notes`.
        """
        require_sound(graph)
        if not all(speed > 0 for speed in off_road_kmh):
            raise ValueError(f"off-road speeds must be above 0 km/h, not {off_road_kmh}")
        chains = collapse(graph)
        notes = _about_pieces(graph)
        onward = [junctions(chains, mode) for mode in range(len(MODES))]
        tables, hierarchies = None, None
        if chains.n_junctions > table_limit:
            hierarchies, from_cache, faults = kept(
                kept_at(cache, "hierarchy", graph) if cache else None,
                load=lambda path: load_hierarchies(path, chains.n_junctions),
                make=lambda: [contract(onto) for onto in onward],
                save=save_hierarchies,
            )
        else:
            cores = threads or os.cpu_count() or 1
            tables, from_cache, faults = kept(
                kept_at(cache, "table", graph) if cache else None,
                load=lambda path: load_tables(path, chains.n_junctions),
                make=lambda: [all_pairs(onto, contract(onto), threads=cores, progress=progress) for onto in onward],
                save=save_tables,
            )
        return cls(
            graph,
            chains,
            onward,
            tables,
            hierarchies,
            notes=notes + faults,
            from_cache=from_cache,
            factors=factors or HourFactors.even(),
            off_road_kmh=off_road_kmh,
            within_m=within_m,
        )

    def kernel(self, mode: int) -> Kernel:
        """The arrays numba kernels read (`table.seconds_between`, `table.spot_seconds`). Raises NoTable."""
        if not self._kernels:
            raise NoTable(
                f"this region has {self.chains.n_junctions} junctions, too many for a travel table; "
                "ask `matrix`, or build with a higher table_limit where memory allows (2 bytes x junctions²)"
            )
        return self._kernels[mode]

    def snap(self, lon: float, lat: float) -> Place:
        """The street place of an address or a call: the nearest street where one can leave the road.

        Raises OutsideRegion when none is within `within_m`.
        """
        return self._inside(self.snap_many([lon], [lat]))

    def snap_many(self, lon: ArrayLike, lat: ArrayLike) -> Places:
        """As `snap`, for arrays; arc is -1 and off_road_m inf where no street is within reach."""
        return snapping.snap_many(self.segments, lon, lat, walkable_only=True, within_m=self.within_m)

    def snap_vehicle(self, lon: float, lat: float, *, heading_deg: float | None = None) -> Place:
        """The street a vehicle is on, motorways included; its heading tells carriageways apart."""
        heading = None if heading_deg is None else [heading_deg]
        return self._inside(self.snap_vehicles([lon], [lat], heading_deg=heading))

    def snap_vehicles(self, lon: ArrayLike, lat: ArrayLike, *, heading_deg: ArrayLike | None = None) -> Places:
        """As `snap_vehicle`, for arrays; NaN is an unknown heading."""
        return snapping.snap_many(
            self.segments, lon, lat, heading_deg=heading_deg, walkable_only=False, within_m=self.within_m
        )

    def node_index(self, *, km_per_degree: tuple[float, float] | None = None) -> NodeIndex:
        """Nearest nodes, for models that place calls on nodes."""
        return NodeIndex(self.graph, usable=self.in_use, km_per_degree=km_per_degree)

    def at_node(self, node: int) -> Place:
        """A node of the graph as a place. Raises ValueError where no street begins or ends."""
        lon, lat = float(self.graph.lon[node]), float(self.graph.lat[node])
        for end, fraction in ((self.graph.tail, 0.0), (self.graph.head, 1.0)):
            if len(arcs := np.flatnonzero(end == node)):
                arc = int(arcs[0])
                return Place(lon=lon, lat=lat, arc=arc, fraction=fraction, off_road_m=0.0, road_lon=lon, road_lat=lat)
        raise ValueError(f"node {node} is on no street")

    def spots(self, places: Sequence[Place] | Places, mode: int) -> Spots:
        """Places as records for numba kernels. Raises OutsideRegion when one of them is off the map."""
        many = places if isinstance(places, Places) else Places.of(tuple(places))
        off = np.flatnonzero(many.arc < 0)
        if len(off):
            raise _outside(many[int(off[0])], self.within_m)
        spots = at_arcs(self.graph, self.chains, mode, many.arc, many.fraction)
        spots["off_m"] = many.off_road_m
        return spots

    def many_to_many(
        self,
        starts: Sequence[Place] | Places,
        tos: Sequence[Place] | Places,
        mode: int,
        *,
        when: WeekHour | None = None,
    ) -> NDArray[np.float32]:
        """Seconds from each start to each destination, f32[n, m]."""
        factor = self.factors.at(mode, when)
        return np.multiply(self.matrix(self.spots(starts, mode), self.spots(tos, mode), mode), factor, dtype=np.float32)

    def matrix(self, starts: Spots, tos: Spots, mode: int) -> NDArray[np.float32]:
        """As `many_to_many`, from spots made before with `spots` or `kernel(mode).node[...]`."""
        n, m = len(starts), len(tos)
        if self._hierarchies is not None:
            out = np.empty((n, m), np.float32)
            search_matrix(self._hierarchies[mode], self._off_s_per_m[mode], starts, tos, out)
            return out
        k = self._kernels[mode]
        if m <= len(k.table):
            out = np.empty((n, m), np.float32)
            fill_matrix(k.table, k.quantum_s, k.off_road_s_per_m, starts, tos, out)
            return out
        turned = np.empty((m, n), np.float32)
        fill_wide_matrix(k.table, k.quantum_s, k.off_road_s_per_m, starts, tos, turned)
        return turned.T

    def route(self, start: Place, to: Place, mode: int, *, when: WeekHour | None = None) -> Route:
        """The fastest way: its line, the seconds along it and the turns. Raises NoWay.

        Its seconds are the exact sum, so within half a quantum of what `seconds` says.
        """
        pieces, off_s_per_m, factor = self._pieces(start, to, mode), self._off_s(mode), self.factors.at(mode, when)
        told = turns(self.graph, self._choice, pieces, start, to, off_s_per_m=off_s_per_m, factor=factor)
        return join(pieces, start, to, told, off_s_per_m=off_s_per_m, factor=factor)

    def line(self, start: Place, to: Place, mode: int, *, when: WeekHour | None = None) -> Route:
        """Like `route` without the turns: for what follows the line and needs no directions."""
        pieces = self._pieces(start, to, mode)
        return join(pieces, start, to, (), off_s_per_m=self._off_s(mode), factor=self.factors.at(mode, when))

    def _off_s(self, mode: int) -> float:
        return float(self._off_s_per_m[mode])

    def _pieces(self, start: Place, to: Place, mode: int) -> list[Piece]:
        spots = self.spots([start, to], mode)
        limit_s = float(self.matrix(spots[:1], spots[1:], mode)[0, 0]) + 1.0
        stretches = drive(self.chains, self._onward[mode], start, to, spots, limit_s=limit_s)
        return [piece_of(self.graph, stretch, mode) for stretch in stretches]

    def reach(self, start: Place, mode: int, seconds: float, *, when: WeekHour | None = None) -> shapely.Geometry:
        """The area within `seconds` of a place: (multi)polygon in lon, lat, empty when not even the street is."""
        return reach(
            self.graph,
            self.chains,
            self.segments,
            self._onward[mode],
            self._nodes[mode],
            self.spots([start], mode),
            start=start,
            mode=mode,
            limit_s=seconds / self.factors.at(mode, when) - start.off_road_m * float(self._off_s_per_m[mode]),
        )

    def _inside(self, places: Places) -> Place:
        if places.arc[0] < 0:
            raise _outside(places[0], self.within_m)
        return places[0]

    @property
    def summary(self) -> dict[str, Any]:
        """Sizes, for people and benchmarks."""
        return {
            "nodes": self.graph.n_nodes,
            "arcs": self.graph.n_arcs,
            "junctions": self.chains.n_junctions,
            "engine": "contraction hierarchy" if self._hierarchies is not None else "table",
            "quantum_s": [round(float(k.quantum_s), 3) for k in self._kernels],
            "table_mb_per_mode": [round(k.table.nbytes / 1e6, 1) for k in self._kernels],
            "from_cache": self.from_cache,
            "notes": list(self.notes),
        }


def _outside(place: Place, within_m: float) -> OutsideRegion:
    return OutsideRegion(
        f"{place.lat:.5f}, {place.lon:.5f} is outside the region: no street within {within_m / 1000:g} km"
    )


def _about_pieces(graph: RoadGraph) -> tuple[str, ...]:
    piece = pieces(graph)
    size = np.bincount(piece)
    if len(size) == 1:
        return ()
    kept = size >= SMALL_PIECE * graph.n_nodes
    return (
        f"the road graph is in {len(size)} pieces; the largest holds {size[0] / graph.n_nodes:.1%} of the nodes. "
        f"Calls and units are placed on {int(kept.sum())} of them; {int(size[~kept].sum())} nodes are cut off, and "
        "between pieces there may be no way",
    )
