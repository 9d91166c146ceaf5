"""places.yaml: what an agency may write, and the words it gets back when it is wrong."""

from pathlib import Path

import pytest

from goldenhour.geo.region.facilities import Places
from goldenhour.geo.region.places_file import BadPlaces, read_places, write_places

GOOD = """\
agencies:
  - id: ems
    name: County EMS
    kind: ems
stations:
  - id: station-1
    name: Station 1
    lon: 9.5
    lat: 47.1
    kind: ambulance
    agency: ems
posts:
  - {id: market, name: Market Square, lon: 9.51, lat: 47.1}
hospitals:
  - id: st-anne
    name: St. Anne
    lon: 9.52
    lat: 47.1
    capabilities: [9908007, '9908033']
    ed_beds: 10
    assumed: [ed_beds]
units:
  - id: m1
    call_sign: M1
    kind: ambulance
    als: true
    level: paramedic
    crew: 2
    home: station-1
    agency: ems
    transports: true
    assumed: true
"""


def read(tmp_path: Path, text: str, *, away_m: float = 10.0) -> Places:
    path = tmp_path / "places.yaml"
    path.write_text(text, encoding="utf-8")
    return read_places(path, road_distance_m=lambda lon, lat: away_m, limit_m=500)


def test_a_good_file_says_what_it_says(tmp_path: Path) -> None:
    places = read(tmp_path, GOOD)
    assert places.hospitals[0].capabilities == ("9908007", "9908033")
    assert places.home_of(places.units[0]).name == "Station 1"
    assert places.assumptions() == ["hospitals st-anne: ed_beds assumed", "units m1: everything assumed"]


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    places = read(tmp_path, GOOD)
    write_places(tmp_path / "again.yaml", places, heading="one\ntwo")
    again = read_places(tmp_path / "again.yaml", road_distance_m=lambda lon, lat: 0.0, limit_m=500)
    assert again == places
    assert "# Hospital (General), Cardiac-STEMI/PCI Capable (24/7)" in (tmp_path / "again.yaml").read_text()


def test_an_empty_file_is_an_empty_region(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing yet\nunits:\n") == Places()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("ed_beds: 10", "beds: 10", "line 20: hospital 'st-anne': unknown key 'beds'; did you mean 'ed_beds'?"),
        ("ed_beds: 10", "ed_beds: many", "line 20: hospital 'st-anne': 'ed_beds: many' is not a whole number"),
        ("ed_beds: 10", "ed_beds: -3", "line 20: hospital 'st-anne': 'ed_beds: -3' is outside 0 to 1000"),
        ("9908007,", "9908008,", "line 19: hospital 'st-anne': 'capabilities: 9908008' is not known; accepted: 9908"),
        ("home: station-1", "home: station-7", "line 29: home 'station-7' is not in this file; did you mean 'station-"),
        ("agency: ems\n    transports", "agency: red\n    transports", "line 30: agency 'red' is not in this file"),
        ("    call_sign: M1\n", "", "line 23: unit 'm1': needs call_sign"),
        ("level: paramedic", "level: doctor", "line 27: unit 'm1': 'level: doctor' is not known; accepted: EMR, EMT"),
        ("als: true", "als: sometimes", "line 26: unit 'm1': 'als: sometimes' is not true or false"),
        ("    crew: 2\n", "    crew: 2\n    crew: 3\n", "line 29: unit 'm1': 'crew' is given twice"),
        ("units:", "unit:", "line 22: unknown group 'unit'; did you mean 'units'?"),
        ("id: market", "id: Market Square", "line 13: post 'Market Square': id 'Market Square' may hold only small"),
        ("lon: 9.5\n", "lon: 190\n", "line 8: station 'station-1': 'lon: 190' is outside -180 to 180"),
        ("assumed: [ed_beds]", "assumed: [bedz]", "line 21: hospital 'st-anne': 'assumed' names no field 'bedz'"),
        ("posts:\n", "posts: nowhere\nhospitals_:\n", "line 12: 'posts' must be a list"),
        ("kind: ems", "kind: [ems", "not valid YAML"),
    ],
)  # fmt: skip
def test_each_fault_names_its_line_and_what_is_accepted(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    with pytest.raises(BadPlaces) as refused:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert f"places.yaml {complaint}" in str(refused.value) or complaint in str(refused.value)


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    with pytest.raises(BadPlaces) as refused:
        read(
            tmp_path,
            GOOD.replace("kind: ems", "kind: club").replace("crew: 2", "crew: 99").replace("ed_beds: 10", "beds: 1"),
        )
    lines = [int(c.split(" line ")[1].split(":")[0]) for c in refused.value.complaints]
    assert lines == sorted(lines)
    assert len(lines) == 4  # kind, crew, unknown beds, missing ed_beds


def test_a_double_id_names_the_first(tmp_path: Path) -> None:
    with pytest.raises(BadPlaces, match="line 14: id 'market' was already given on line 13"):
        read(tmp_path, GOOD.replace("hospitals:", "  - {id: market, name: Again, lon: 9.5, lat: 47.1}\nhospitals:"))


def test_a_station_off_the_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        BadPlaces, match=r"line 8: 'Station 1' lies 12\.3 km from the nearest road .* accepted: up to 500 m"
    ):
        read(tmp_path, GOOD, away_m=12_345)
