"""Towns that cannot be played: said before anything runs, by the name of what is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from little_town import ALS, calls_of, rules_of, streets

from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.twin.arrays import MOST_UNITS
from goldenhour.planning.twin.ground.town import BadTown, OffTheNetwork, make_town
from goldenhour.planning.twin.simulate import Fleet, simulate


@pytest.fixture(scope="module")
def with_island() -> tuple[TravelTimes, int]:
    """The little town and, off its coast, a street that no road leads to; (travel times, a node on the island)."""
    graph = streets(seed=7)
    first = graph.n_nodes
    arcs = {"tail": [first, first + 1], "head": [first + 1, first]}
    longer = {
        name: np.concatenate([getattr(graph, name), np.array(values, getattr(graph, name).dtype)])
        for name, values in {
            **arcs,
            "lon": [11.0, 11.01],
            "lat": [50.0, 50.0],
            "length_m": [700.0, 700.0],
            "off_road_access": [True, True],
            "road_class": [0, 0],
            "name": [-1, -1],
        }.items()
    }
    seconds = np.concatenate([graph.seconds, np.full((2, 2), 60.0, np.float32)], axis=1)
    shape_start = np.zeros(len(longer["tail"]) + 1, np.int32)
    island = replace(graph, **longer, seconds=seconds, shape_start=shape_start)
    return TravelTimes.build(island, cache=None, threads=1), first


@pytest.mark.parametrize(("at", "name"), [(0, "Harbour station"), (1, "Harbour hospital")])
def test_a_station_or_hospital_off_the_network_is_named(with_island, at, name):
    travel, island = with_island
    stops = [10, 64]
    stops[at] = island
    names = tuple(name if i == at else "Town" for i in range(2))
    with pytest.raises(OffTheNetwork, match=f"{name} is cut off: there is no road from it for 100% of the town"):
        make_town(travel, stop_node=stops, stop_off_m=[0.0, 0.0], n_posts=1, names=names)


def test_nobody_and_too_many_are_refused(town):
    calls = calls_of(town, n=2, seed=1, per_hour=1.0)
    for units in (0, MOST_UNITS + 1):
        fleet = Fleet.always_on([0] * units, [ALS] * units)
        with pytest.raises(BadTown, match=f"1 to {MOST_UNITS} units, not {units}"):
            simulate(town.town, rules_of(town), calls, fleet, covers=town.covers)
