"""Damaged caches, roads in pieces, impossible numbers: said aloud, never a silent time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from street_maps import graph_of, made_up_town

from goldenhour.geo.roads import COLD, HOT, BadRoads
from goldenhour.geo.travel import NoTable, TravelTimes
from goldenhour.geo.when import HourFactors, WeekHour

STREET = graph_of([0, 0.01, 0.02], [0, 0, 0], [(0, 1, 60, 90), (1, 0, 60, 90), (1, 2, 60, 90), (2, 1, 60, 90)])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1.0, "arc 2 has a negative hot travel time"), (np.nan, "arc 2 has no hot travel time")],
)
def test_negative_and_missing_times_are_refused(seconds: float, text: str) -> None:
    wrong = STREET.seconds.copy()
    wrong[HOT, 2] = seconds
    with pytest.raises(BadRoads, match=text):
        TravelTimes.build(replace(STREET, seconds=wrong), cache=None)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadRoads, match="seconds has shape"):
        TravelTimes.build(replace(STREET, seconds=STREET.seconds[:, :3]), cache=None)
    with pytest.raises(BadRoads, match="ends at a node outside"):
        TravelTimes.build(replace(STREET, head=STREET.head + 1), cache=None)


def test_a_graph_in_pieces_is_told_and_stubs_are_not_snapped_to() -> None:
    town = made_up_town(3, size=10)
    stub = graph_of(
        [*town.lon, 174.7001],
        [*town.lat, -36.8999],
        [*zip(town.tail, town.head, *town.seconds, strict=True), (0, town.n_nodes, 5, 5)],
    )
    travel = TravelTimes.build(stub, cache=None)
    assert "pieces; the largest holds" in travel.notes[0]
    assert not travel.in_use[-1]
    assert travel.snap(174.7001, -36.8999).arc != stub.n_arcs - 1
    whole = TravelTimes.build(STREET, cache=None)
    assert whole.notes == ()


@pytest.mark.parametrize("engine", [{}, {"table_limit": 0}], ids=["table", "hierarchy"])
def test_the_cache_is_used_and_a_damaged_one_is_reported_and_made_again(tmp_path: Path, engine: dict[str, int]) -> None:
    first = TravelTimes.build(STREET, cache=tmp_path, **engine)
    assert not first.from_cache
    again = TravelTimes.build(STREET, cache=tmp_path, **engine)
    assert again.from_cache
    ends = first.at_node(0), first.at_node(2)
    assert again.seconds(*ends, HOT) == first.seconds(*ends, HOT) == pytest.approx(120)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    at = whole.index(b"hot.rank.npy" if engine else b"hot.npy") + 200
    for damaged in (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole[: len(whole) // 2], b"", b"rubbish"):
        file.write_bytes(damaged)
        again = TravelTimes.build(STREET, cache=tmp_path, **engine)
        assert not again.from_cache
        assert "damaged" in again.notes[0]
        assert again.seconds(*ends, HOT) == first.seconds(*ends, HOT)
        assert TravelTimes.build(STREET, cache=tmp_path, **engine).notes == ()


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    travel = TravelTimes.build(STREET, cache=tmp_path / "file")
    assert "could not be written" in travel.notes[0]
    assert travel.seconds(travel.at_node(0), travel.at_node(1), HOT) == 60


def test_other_roads_do_not_take_this_cache(tmp_path: Path) -> None:
    TravelTimes.build(STREET, cache=tmp_path)
    slower = replace(STREET, seconds=STREET.seconds * 2)
    travel = TravelTimes.build(slower, cache=tmp_path)
    assert not travel.from_cache
    assert travel.seconds(travel.at_node(0), travel.at_node(2), HOT) == 240


def test_a_region_without_a_table_says_so_to_kernels() -> None:
    with pytest.raises(NoTable, match="table_limit"):
        TravelTimes.build(STREET, cache=None, table_limit=1).kernel(HOT)


def test_factors_by_weekday_and_hour() -> None:
    factor = np.ones((2, 7, 24))
    factor[COLD, 4, 17] = 1.5
    travel = TravelTimes.build(STREET, cache=None, factors=HourFactors(factor))
    ends = travel.at_node(0), travel.at_node(2)
    friday_5pm = WeekHour(weekday=4, hour=17)
    assert travel.seconds(*ends, COLD, when=friday_5pm) == pytest.approx(270)
    assert travel.seconds(*ends, COLD) == pytest.approx(180)
    assert travel.seconds(*ends, HOT, when=friday_5pm) == pytest.approx(120)
    assert travel.route(*ends, COLD, when=friday_5pm).seconds == pytest.approx(270)
    with pytest.raises(ValueError, match="hour of the week"):
        travel.seconds(*ends, COLD, when=WeekHour(7, 0))
    for wrong in (np.zeros((7, 24)), np.ones((24, 7)), np.full((7, 24), np.nan)):
        with pytest.raises(ValueError, match="hour factors"):
            HourFactors(wrong)
