"""Finding places as people type them, in a county of tens of thousands of addresses."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.geo_region.conftest import Built

from goldenhour.geo.geocode.coordinates import read_coordinates
from goldenhour.geo.geocode.geocoder import Geocoder
from goldenhour.geo.geocode.grid import from_utm, to_mgrs, to_utm
from goldenhour.geo.geocode.house_numbers import place_number, split_number
from goldenhour.geo.geocode.name_index import NameIndex
from goldenhour.geo.geocode.names import words
from goldenhour.geo.geocode.question import Asked, readings
from goldenhour.geo.metric import distance_m


@pytest.fixture(scope="module")
def geocoder(meridian: Built) -> Geocoder:
    return meridian.region.geocoder


@pytest.mark.parametrize(
    ("asked", "label", "kind"),
    [
        ("12 mill ln", "12 Mill Lane, Ashford", "address"),
        ("12 mill lane ashford", "12 Mill Lane, Ashford", "address"),
        ("12 MILL LN., Ashford", "12 Mill Lane, Ashford", "address"),
        ("12 mil lane", "12 Mill Lane, Ashford", "address"),
        ("12 mlil lane", "12 Mill Lane, Ashford", "address"),
        ("12 millane", "12 Mill Lane, Ashford", "address"),
        ("12 mill lane apt 3b", "12 Mill Lane, Ashford", "address"),
        ("mill lane 12", "12 Mill Lane, Ashford", "address"),
        ("staton road ashford", "Station Road, Ashford", "street"),
        ("sttion rd", "Station Road, Ashford", "street"),
        ("mill & station", "Mill Lane & Station Road, Ashford", "intersection"),
        ("mill ln at station rd", "Mill Lane & Station Road, Ashford", "intersection"),
        ("corner of mill lane and station road", "Mill Lane & Station Road, Ashford", "intersection"),
        ("station rd / mill ln", "Station Road & Mill Lane, Ashford", "intersection"),
        ("main st & jefferson st, ashford", "Main Street & Jefferson Street, Ashford", "intersection"),
        ("bellmere", "Bellmere", "place"),
        ("bellm", "Bellmere", "place"),
        ("belmere", "Bellmere", "place"),
        ("saint anne hospital", "St. Anne Hospital", "place"),
        ("st anne", "St. Anne Hospital", "place"),
        ("ashford high school", "Ashford High School, Ashford", "place"),
        ("i-92 mile 90", "I-92, mile 90", "milepost"),
        ("mm 90.5 on I92", "I-92, mile 90.5", "milepost"),
        ("us 163 mile marker 20", "US 163, mile 20", "milepost"),
        ("highway 163 mp 20", "US 163, mile 20", "milepost"),
        ("39.9012, -92.9234", "39.90120, -92.92340", "coordinates"),
    ],
)
def test_as_people_type(geocoder: Geocoder, asked: str, label: str, kind: str) -> None:
    found = geocoder.search(asked)
    assert (found[0].label, found[0].kind) == (label, kind)


def test_every_address_finds_itself(geocoder: Geocoder) -> None:
    tables = geocoder.tables
    rng = random.Random(1)
    for row in rng.sample(range(len(tables.stored["address_number"])), 150):
        street = int(tables.stored["address_street"][row])
        number = f"{tables.stored['address_number'][row]}{tables.texts['address_suffix'][row]}"
        label = tables.address_label(number, street)
        best = geocoder.search(label)[0]
        assert best.label == label
        at = (tables.stored["address_lon"][row], tables.stored["address_lat"][row])
        assert distance_m(best.lon, best.lat, *at) < 1


def test_one_typo_still_finds_the_street(geocoder: Geocoder) -> None:
    """One letter swapped, dropped, doubled or wrong in a word of five or more: nearly always among the first five."""
    rng = random.Random(2)
    names = [n for n in geocoder.tables.texts["street"] if len(n.split()[0]) >= 5 and n.split()[0].isalpha()]
    misses = []
    for name in rng.sample(names, 120):
        town = geocoder.tables.street_town(geocoder.tables.texts["street"].index(name))
        asked = f"{_misspelt(name, rng)}, {town}"
        if not any(f.matched.street == name for f in geocoder.search(asked, limit=5)):
            misses.append((name, asked))
    assert len(misses) <= 4, misses


def _misspelt(name: str, rng: random.Random) -> str:
    i = rng.randrange(1, len(name.split()[0]) - 1)
    swap = name[:i] + name[i + 1] + name[i] + name[i + 2 :]
    return rng.choice([swap, name[:i] + name[i + 1 :], name[:i] + name[i] + name[i:], name[:i] + "z" + name[i + 1 :]])


def test_typing_narrows_down(geocoder: Geocoder) -> None:
    """From four letters on, what is meant stays among the answers."""
    for text in ("station road", "meridian regional medical center"):
        for end in range(4, len(text) + 1):
            labels = [f.label.lower() for f in geocoder.search(text[:end], limit=8)]
            assert any(text.split()[0] in label for label in labels), text[:end]


def test_an_unknown_number_is_placed_between_its_neighbours_and_says_so(geocoder: Geocoder) -> None:
    tables = geocoder.tables
    street = tables.texts["street"].index("Mill Lane")
    numbers = tables.stored["address_number"][tables.addresses_of(street)]
    missing = next(n for n in range(int(numbers[0]), 10_000) if n not in numbers)
    found = geocoder.search(f"{missing} Mill Lane")[0]
    assert found.kind == "interpolated"
    assert found.uncertainty_m > 20
    assert "number" in found.source


def test_nearness_breaks_ties(geocoder: Geocoder) -> None:
    towns = {t: geocoder.search(t)[0] for t in ("Ashford", "Bellmere")}
    for town, at in towns.items():
        assert geocoder.search("main street", near=(at.lon, at.lat))[0].label == f"Main Street, {town}"


def test_a_longitude_without_its_sign_is_west_here(geocoder: Geocoder) -> None:
    found = geocoder.search("39.9012 92.9234")[0]
    assert found.lon == pytest.approx(-92.9234)
    assert "taken as west" in found.source


def test_coordinates_elsewhere_are_a_warning_not_a_wall(geocoder: Geocoder) -> None:
    found = geocoder.search("51.5007, -0.1246")[0]
    assert found.outside
    assert (found.lat, found.lon) == (pytest.approx(51.5007), pytest.approx(-0.1246))


def test_reverse_says_what_is_there(geocoder: Geocoder) -> None:
    home = geocoder.search("12 mill ln")[0]
    assert geocoder.reverse(home.lon, home.lat).label == "12 Mill Lane, Ashford"
    corner = geocoder.search("mill lane & station road")[0]
    assert {geocoder.reverse(corner.lon, corner.lat).matched.street} <= {"Mill Lane", "Station Road"}
    assert geocoder.reverse(-92.9, 39.9).lon == -92.9  # the point stays where it was put
    far = geocoder.reverse(10.0, 50.0)
    assert (far.kind, far.outside) == ("coordinates", True)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_it(meridian: Built, text: str) -> None:
    for found in meridian.region.geocoder.search(text):
        assert 0 <= found.score <= 1.0
        assert -180 <= found.lon <= 180
        assert -90 <= found.lat <= 90
        assert found.uncertainty_m > 0


@settings(max_examples=200, deadline=None)
@given(st.floats(-179.9, 179.9), st.floats(-79.9, 83.9))
def test_grid_references_come_back(lon: float, lat: float) -> None:
    zone, east, north = to_utm(lon, lat)
    assert from_utm(zone, lat >= 0, east, north) == (pytest.approx(lon, abs=1e-8), pytest.approx(lat, abs=1e-8))
    read = read_coordinates(to_mgrs(lon, lat))[0]
    assert distance_m(lon, lat, read.lon, read.lat) < 2


def test_known_grid_references() -> None:
    """The Washington Monument and Honolulu, from the US National Grid's own teaching sheets, to ten metres."""
    assert to_mgrs(-77.03524, 38.88948)[:6] == "18S UJ"
    monument = read_coordinates("18S UJ 2348 0648")[0]
    assert (monument.lat, monument.lon) == (pytest.approx(38.8895, abs=2e-4), pytest.approx(-77.0352, abs=2e-4))
    honolulu = read_coordinates("4QFJ12345678")[0]
    assert (honolulu.lat, honolulu.lon) == (pytest.approx(21.3094, abs=2e-4), pytest.approx(-157.9169, abs=2e-4))


@pytest.mark.parametrize(
    "text",
    [
        "39.95333, -92.90083", "39.95333 -92.90083", "39.95333N 92.90083W", "N39.95333 W92.90083",
        "39°57'12\"N 92°54'3\"W",
        "39 57 12 N, 92 54 3 W", "N39 57.2 W92 54.05", "39° 57.2' N, 92° 54.05' W", "-92.90083, 39.95333",
        "lat 39.95333 lon -92.90083", "Latitude: 39.95333 Longitude: -92.90083", "39.95333; -92.90083",
    ],
)  # fmt: skip
def test_one_place_in_every_common_form(text: str) -> None:
    read = read_coordinates(text)[0]
    assert (read.lat, read.lon) == (pytest.approx(39.95333, abs=1e-4), pytest.approx(-92.90083, abs=1e-4))


@pytest.mark.parametrize(
    "text", ["12 mill", "12 15", "500 E", "", "route 7", "1,2,3", "91 N, 12 E", "39.9", "5th & 6th"]
)
def test_what_is_no_coordinate(text: str) -> None:
    assert read_coordinates(text) == []


@settings(max_examples=100, deadline=None)
@given(st.floats(-179.99, 179.99), st.floats(-89.99, 89.99))
def test_decimal_degrees_round_trip(lon: float, lat: float) -> None:
    read = read_coordinates(f"{lat:.5f}, {lon:.5f}")[0]
    assert (read.lon, read.lat) == (pytest.approx(lon, abs=1e-5), pytest.approx(lat, abs=1e-5))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bahnhofstraße", "bahnhof str."), ("Bahnhofstrasse", "Bahnhofstr"), ("North Main Street", "n main st"),
        ("Saint Joseph Avenue", "St. Joseph Ave"), ("O'Neil Drive", "ONEIL DR"), ("Mölihus", "Moelihus"),
        ("Fifth Avenue", "5th Ave"), ("Rue de la Gare", "rue de la gare"), ("Zürcher Straße", "Zurcher Str"),
    ],
)  # fmt: skip
def test_names_fold_alike(one: str, other: str) -> None:
    assert words(one) == words(other)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)


def test_the_other_side_of_town_is_no_answer() -> None:
    names = ["North Broadway", "South Broadway", "Broadway"]
    scores = NameIndex(names, np.full(3, -1, dtype=np.int32), []).scores(words("s broadway")).tolist()
    assert scores[1] > scores[2] > scores[0]


def test_an_unheard_word_costs_little() -> None:
    index = NameIndex(["Hudson Street", "Hyson Street"], np.zeros(2, dtype=np.int32), ["Baltimore"])
    assert index.scores(words("hudson st baltimore maryland"))[0] > 0.8
    assert index.scores(words("xyzzy street")).max() < 0.5


@pytest.mark.parametrize("text", ["2801 hudson st baltimore md 21224", "2801 hudson st baltimore 21224-1234"])
def test_state_and_zip_are_left_aside(text: str) -> None:
    assert Asked(("hudson", "st", "baltimore"), "2801") in readings(text, frozenset())


def test_the_shorter_name_wins_a_tie() -> None:
    names = ["Old Paper Mill Lane", "Mill Lane", "Miller Lane", "Hill Lane"]
    scores = NameIndex(names, np.full(4, -1, dtype=np.int32), []).scores(words("mill ln"))
    assert int(scores.argmax()) == 1


@pytest.mark.parametrize(
    ("text", "number", "suffix"),
    [
        ("12", 12, ""),
        ("12a", 12, "a"),
        ("12 B", 12, "b"),
        ("14-16", 14, ""),
        ("#7", 7, ""),
        ("3/5", 3, ""),
        ("x", -1, ""),
    ],
)
def test_house_numbers(text: str, number: int, suffix: str) -> None:
    assert split_number(text) == (number, suffix)


@settings(max_examples=100)
@given(st.sets(st.integers(1, 400), min_size=1, max_size=40), st.integers(1, 400))
def test_interpolation_stays_between_its_neighbours(known: set[int], asked: int) -> None:
    numbers = np.array(sorted(known), dtype=np.int32)
    lon = numbers / 10_000
    placed = place_number(
        asked, "", numbers=numbers, suffixes=("",) * len(numbers), lon=lon, lat=np.zeros(len(numbers))
    )
    if asked in known:
        assert placed is not None
        assert placed.kind == "exact"
        assert placed.lon == pytest.approx(asked / 10_000)
    elif min(known) < asked < max(known):
        assert placed is not None
        assert placed.lon == pytest.approx(asked / 10_000)  # this street is numbered evenly
    elif placed is not None:
        assert placed.lon in (lon[0], lon[-1])
