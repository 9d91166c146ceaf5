"""Small made-up towns for the siting tests, and the plain way to find their best plan: try all."""

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement

import numpy as np
from hypothesis import strategies as st

from goldenhour.planning.siting import Demand


def town(seed: int, *, points: int, sites: int, side_s: float = 1000.0) -> Demand:
    """Points and sites thrown on a square of `side_s` seconds, whole weights."""
    rng = np.random.default_rng(seed)
    at, site = rng.uniform(0, side_s, (points, 2)), rng.uniform(0, side_s, (sites, 2))
    travel_s = np.hypot(at[:, None, 0] - site[None, :, 0], at[:, None, 1] - site[None, :, 1])
    return Demand(travel_s=travel_s, weights=rng.integers(1, 20, points).astype(float))


@st.composite
def towns(draw: st.DrawFn, *, most_points: int = 14, most_sites: int = 7) -> Demand:
    """Towns of few distinct times, so that ties and equal cover sets are common; some sites out of reach."""
    points, sites = draw(st.integers(1, most_points)), draw(st.integers(1, most_sites))
    times = st.sampled_from([0.0, 60.0, 120.0, 240.0, 480.0, 481.0, 900.0, float("inf")])
    travel_s = draw(st.lists(st.lists(times, min_size=sites, max_size=sites), min_size=points, max_size=points))
    weights = draw(st.lists(st.integers(0, 9), min_size=points, max_size=points).filter(any))
    return Demand(travel_s=np.array(travel_s), weights=np.array(weights, dtype=float))


def open_sites(sites: int, units: int) -> Iterator[np.ndarray]:
    """Every choice of `units` different sites, 0/1 per site."""
    for chosen in combinations(range(sites), units):
        yield np.bincount(chosen, minlength=sites)


def placements(sites: int, units: int) -> Iterator[np.ndarray]:
    """Every way to place `units` alike units on sites, any number at each."""
    for chosen in combinations_with_replacement(range(sites), units):
        yield np.bincount(chosen, minlength=sites)
