"""What the map shows: minutes, cover by hour, and demand as heat."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldenhour.planning.siting import BadSiting
from goldenhour.planning.whatif import CoverMap, HeatGrid, cover_map, heat_grid

TRAVEL_S = np.array([[120.0, 600.0], [600.0, 300.0], [np.inf, np.inf]])
CALLS = np.array([[2.0, 0.0], [1.0, 1.0], [1.0, 0.0]])


def test_cover_by_hand() -> None:
    """Night at pace 1, rush hour at half speed; two units at the first post, one at the second."""
    found = cover_map(
        TRAVEL_S, np.array([[2, 2], [1, 1]]), CALLS, pace=np.array([1.0, 2.0]), targets_s=(480.0, 600.0), q=0.5
    )
    night, rush = found.hours
    assert found.minutes == [[2.0, 4.0], [5.0, 10.0], [None, None]]
    assert night.within == pytest.approx([3 / 4, 3 / 4])
    assert night.expected == pytest.approx([(2 * 0.75 + 0.5) / 4, (2 * 0.875 + 0.875) / 4])
    assert rush.within == pytest.approx([0, 1])
    assert night.mean_min == pytest.approx((2 * 2 + 5) / 3)
    assert rush.mean_min == pytest.approx(10)


def test_an_hour_without_calls_has_no_mean() -> None:
    found = cover_map(TRAVEL_S[:1], np.array([[1, 1], [0, 0]]), np.array([[1.0, 0.0]]), pace=np.ones(2), q=0.3)
    assert found.hours[1].mean_min is None
    assert found.hours[1].within == [0]


def test_an_hour_with_nobody_on_duty_covers_nothing() -> None:
    found = cover_map(TRAVEL_S, np.array([[1, 0], [1, 0]]), CALLS, pace=np.ones(2), q=0.3)
    assert found.hours[1].within == [0]
    assert [row[1] for row in found.minutes] == [None, None, None]
    assert found.hours[0].within[0] > 0


def test_a_post_without_units_covers_nothing() -> None:
    found = cover_map(TRAVEL_S[:2], np.array([[0, 0], [1, 1]]), CALLS[:2], pace=np.ones(2), q=0.3)
    assert [row[0] for row in found.minutes] == [10.0, 5.0]


@settings(max_examples=50, deadline=None)
@given(q=st.floats(0.01, 0.99), seed=st.integers(0, 1000), extra=st.integers(0, 3))
def test_expected_is_at_most_within_and_one_more_unit_never_hurts(q: float, seed: int, extra: int) -> None:
    rng = np.random.default_rng(seed)
    travel_s, calls = rng.uniform(0, 900, (12, 4)), rng.uniform(0, 2, (12, 3))
    units = rng.integers(0, 3, 4) + np.array([1, 0, 0, 0])
    more = units + (np.arange(4) == extra)
    few, many = (cover_map(travel_s, np.tile(u[:, None], 3), calls, pace=np.ones(3), q=q) for u in (units, more))
    for hour, richer in zip(few.hours, many.hours, strict=True):
        assert hour.expected[0] <= hour.within[0] + 1e-12
        assert richer.expected[0] >= hour.expected[0] - 1e-12
        assert richer.within[0] >= hour.within[0] - 1e-12


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"travel_s": -TRAVEL_S}, "time of row"),
        ({"units_at": np.zeros((2, 2), dtype=int)}, "at least one unit"),
        ({"units_at": np.ones((1, 2), dtype=int)}, "at least one unit"),
        ({"calls": CALLS * 0}, "all weights are 0"),
        ({"calls": -CALLS}, "weights are 0 or more"),
        ({"pace": np.array([1.0, 0.0])}, "pace"),
        ({"q": 1.0}, "busy fraction"),
        ({"targets_s": ()}, "targets"),
    ],
)
def test_bad_cover_input_is_refused(changed: dict[str, object], says: str) -> None:
    given_ = {
        "travel_s": TRAVEL_S,
        "units_at": np.ones((2, 2), dtype=int),
        "calls": CALLS,
        "pace": np.ones(2),
        "q": 0.3,
    }
    with pytest.raises(BadSiting, match=says):
        cover_map(**{**given_, **changed})  # type: ignore[arg-type]


def test_the_map_goes_as_json() -> None:
    found = cover_map(TRAVEL_S, np.ones((2, 2), dtype=int), CALLS, pace=np.ones(2), q=0.3)
    assert msgspec.json.decode(msgspec.json.encode(found), type=CoverMap) == found


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), cell_m=st.sampled_from([200.0, 500.0, 5000.0]))
def test_heat_loses_no_call_and_puts_each_in_its_cell(seed: int, cell_m: float) -> None:
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(174.6, 174.9, 50), rng.uniform(-37.0, -36.8, 50)
    calls = rng.integers(0, 4, 50).astype(float) + (np.arange(50) == 0)
    grid = heat_grid(lon, lat, calls, cell_m=cell_m)
    assert sum(grid.calls) == pytest.approx(calls.sum())
    assert grid.most == pytest.approx(max(grid.calls))
    for i in np.flatnonzero(calls):
        cell = int((lat[i] - grid.south) // grid.cell_lat) * grid.columns + int((lon[i] - grid.west) // grid.cell_lon)
        assert cell in grid.cells
    assert msgspec.json.decode(msgspec.json.encode(grid), type=HeatGrid) == grid


def test_cells_are_as_large_as_they_say() -> None:
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    grid = heat_grid(np.array([10.0, 10.1]), np.array([60.0, 60.0]), np.ones(2), cell_m=1000.0)
    assert grid.cell_lon / grid.cell_lat == pytest.approx(2, rel=1e-6)
    assert grid.cell_lat * 111.195 == pytest.approx(1)


@pytest.mark.parametrize(
    ("lon", "lat", "calls", "says"),
    [
        ([], [], [], "at least one"),
        ([1.0], [1.0], [0.0], "no demand to show"),
        ([1.0], [1.0], [-1.0], "missing or negative"),
        ([1.0], [np.nan], [1.0], "missing or negative"),
        ([1.0], [91.0], [1.0], "not on the map"),
        ([1.0, 90.0], [1.0, 50.0], [1.0, 1.0], "too many"),
    ],
)
def test_bad_heat_is_refused(lon: list[float], lat: list[float], calls: list[float], says: str) -> None:
    with pytest.raises(BadSiting, match=says):
        heat_grid(np.array(lon), np.array(lat), np.array(calls))
