"""Times and places: exact where they can be, refused where nobody knows what they mean."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldenhour.kernel.instants import Instant, as_datetime, as_iso, from_iso, later
from goldenhour.kernel.places import crow_flies_m, outside_the_world

zones = st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Europe/Vaduz"])
instants = st.integers(0, 4_102_444_800_000).map(Instant)


@given(instants, zones)
def test_a_time_written_in_any_zone_is_read_back_to_the_second(at: Instant, zone: str) -> None:
    written = as_iso(at, zone)
    assert from_iso(written) == at // 1000 * 1000
    assert not written.endswith("Z")


def test_the_hour_that_comes_twice_keeps_both() -> None:
    first, second = from_iso("2026-11-01T01:30:00-04:00"), from_iso("2026-11-01T01:30:00-05:00")
    assert second - first == 3_600_000
    assert as_iso(first, "America/New_York") == "2026-11-01T01:30:00-04:00"
    assert as_iso(second, "America/New_York") == "2026-11-01T01:30:00-05:00"


def test_a_time_without_offset_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        from_iso("2026-11-21T14:32:07")
    with pytest.raises(ValueError, match="Invalid isoformat"):
        from_iso("yesterday")


def test_fractions_and_durations() -> None:
    assert from_iso("1970-01-01T00:00:01.2345+00:00") == 1234
    assert later(Instant(1000), 1.5) == 2500
    assert later(Instant(1000), -1) == 0
    assert as_datetime(Instant(0)).isoformat() == "1970-01-01T00:00:00+00:00"


lons, lats = st.floats(-180, 180), st.floats(-90, 90)


@given(lons, lats, lons, lats)
def test_distance_is_the_same_both_ways_and_never_more_than_half_way_round(
    a: float, b: float, c: float, d: float
) -> None:
    there, back = crow_flies_m(a, b, c, d), crow_flies_m(c, d, a, b)
    assert there == pytest.approx(back, rel=1e-12, abs=1e-6)
    assert 0 <= there <= math.pi * 6_371_008.8 + 1e-6


def test_known_distances() -> None:
    assert crow_flies_m(0, 0, 1, 0) == pytest.approx(111_195, abs=1)
    # Baltimore to Washington
    assert crow_flies_m(-76.6122, 39.2904, -77.0369, 38.9072) == pytest.approx(
        56_300, rel=0.01
    )  # Baltimore, Washington
    assert crow_flies_m(179.9, 0, -179.9, 0) == pytest.approx(22_239, abs=1)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (math.nan, 0), (0, math.inf), (-180.1, 0)])
def test_what_cannot_be_on_earth(lon: float, lat: float) -> None:
    assert outside_the_world(lon, lat)
    assert not outside_the_world(-180, 90)
