"""Who answers in Meridian County: its agencies, stations, hospitals and units. Made up, so nothing in it is assumed."""

from typing import Any, Final

import numpy as np

from goldenhour.geo.county.ground import FRAME
from goldenhour.geo.region.facilities import Agency, Hospital, Places, Post, Station, Unit
from goldenhour.geo.region.survey import Address

_AGENCIES: Final = (
    ("meridian-ems", "Meridian County EMS", "ems", False),
    ("ashford-fire", "Ashford Fire Department", "fire", False),
    ("meridian-fire", "Meridian County Fire District", "fire", False),
    ("lifeflight", "Prairie LifeFlight", "air", False),
    ("tamarack-ems", "Tamarack County Ambulance District", "neighbour", True),
)
# id, name, kind, agency, x, y in metres from the county's centre
_STATIONS: Final = (
    ("station-1", "Station 1 Ashford Central", "combined", "ashford-fire", -2300, 1200),
    ("station-2", "Station 2 Ashford East", "combined", "ashford-fire", 700, 1500),
    ("station-3", "Station 3 Bellmere", "combined", "meridian-fire", 10900, 6000),
    ("station-4", "Station 4 Tolliver", "combined", "meridian-fire", -9300, -8700),
    ("station-5", "Station 5 Northwest", "combined", "meridian-fire", -11500, 4300),
    ("station-6", "Station 6 Southeast", "combined", "meridian-fire", 12600, -8200),
)
_NEIGHBOUR: Final = ("tamarack-post", "Tamarack County line, US 163 south", "neighbour", "tamarack-ems", -11300, -14300)
_POSTS: Final = (
    ("post-main-river", "Main Street at the river", -900, 1100),
    ("post-interchange", "I-92 and US 163", -3300, -5300),
    ("post-bellmere-south", "State Route 12 at I-92", 11700, -2900),
    ("post-north", "US 163 north", -2400, 8200),
)
_GENERAL: Final = "9908007"
# id, name, capabilities, treatment places, helipad, x, y
_HOSPITALS: Final = (
    (
        "meridian-regional",
        "Meridian Regional Medical Center",
        (_GENERAL, "9908023", "9908033", "9908041", "9908009", "9908011", "9908047"),
        42,
        True,
        -3700,
        2100,
    ),
    (
        "st-anne",
        "St. Anne Hospital",
        (_GENERAL, "9908027", "9908035", "9908039", "9908047", "9908001"),
        24,
        False,
        500,
        700,
    ),
    (
        "bellmere-community",
        "Bellmere Community Hospital",
        (_GENERAL, "9908029", "9908035", "9908037", "9908047"),
        14,
        True,
        11700,
        6900,
    ),
    ("tolliver-memorial", "Tolliver Memorial Hospital", (_GENERAL, "9908005"), 6, True, -10000, -9300),
)
# call sign, advanced life support, home
_AMBULANCES: Final = (
    ("M1", True, "station-1"),
    ("M2", True, "station-1"),
    ("M3", True, "station-2"),
    ("M4", False, "station-1"),
    ("M5", False, "station-2"),
    ("M6", True, "station-3"),
    ("M7", False, "station-3"),
    ("M8", True, "station-4"),
    ("M9", True, "post-interchange"),
    ("M10", True, "station-5"),
    ("M11", True, "station-6"),
    ("M12", False, "station-4"),
)
_ENGINES: Final = (
    ("E1", "station-1"),
    ("E2", "station-2"),
    ("E3", "station-3"),
    ("E4", "station-4"),
    ("E5", "station-5"),
    ("E6", "station-6"),
    ("E7", "station-1"),
)
_SOURCE: Final = "made-up county"


def services(homes: list[Address]) -> Places:
    """Everyone, placed at the address nearest to where the plan wants them."""
    xy = FRAME.xy([a.lon for a in homes], [a.lat for a in homes])
    agency_of = {row[0]: row[3] for row in (*_STATIONS, _NEIGHBOUR)}

    def spot(x: float, y: float) -> dict[str, Any]:
        home = homes[int(np.hypot(*(xy - (x, y)).T).argmin())]
        return {"lon": home.lon, "lat": home.lat}

    stations = tuple(
        Station(id=i, name=name, kind=kind, agency=agency, source=_SOURCE, **spot(x, y))
        for i, name, kind, agency, x, y in (*_STATIONS, _NEIGHBOUR)
    )
    hospitals = tuple(
        Hospital(id=i, name=name, capabilities=can, ed_beds=beds, helipad=pad, source=_SOURCE, **spot(x, y))
        for i, name, can, beds, pad, x, y in _HOSPITALS
    )
    return Places(
        agencies=tuple(Agency(id=i, name=n, kind=k, mutual_aid=aid) for i, n, k, aid in _AGENCIES),
        stations=stations,
        posts=tuple(Post(id=i, name=name, **spot(x, y)) for i, name, x, y in _POSTS),
        hospitals=hospitals,
        units=(*_ambulances(), *_engines(agency_of), *_others()),
    )


def _ambulances() -> list[Unit]:
    return [
        Unit(
            id=call.lower(),
            call_sign=call,
            kind="ambulance",
            als=als,
            level="paramedic" if als else "EMT",
            crew=2,
            home=home,
            agency="meridian-ems",
            transports=True,
        )
        for call, als, home in _AMBULANCES
    ]


def _engines(agency_of: dict[str, str]) -> list[Unit]:
    return [
        Unit(
            id=call.lower(),
            call_sign=call,
            kind="engine",
            als=False,
            level="EMT" if call in ("E1", "E2") else "EMR",
            crew=4 if home == "station-1" else 3,
            home=home,
            agency=agency_of[home],
            transports=False,
        )
        for call, home in _ENGINES
    ]


def _others() -> list[Unit]:
    neighbour = [
        Unit(
            id=call.lower(),
            call_sign=call,
            kind="ambulance",
            als=als,
            level="paramedic" if als else "EMT",
            crew=2,
            home="tamarack-post",
            agency="tamarack-ems",
            transports=True,
            mutual_aid=True,
        )
        for call, als in (("T21", True), ("T22", False))
    ]
    supervisor = Unit(
        id="s1",
        call_sign="S1",
        kind="supervisor",
        als=True,
        level="paramedic",
        crew=1,
        home="station-1",
        agency="meridian-ems",
        transports=False,
    )
    helicopter = Unit(
        id="lf1",
        call_sign="LF1",
        kind="helicopter",
        als=True,
        level="paramedic",
        crew=3,
        home="meridian-regional",
        agency="lifeflight",
        transports=True,
    )
    return [supervisor, helicopter, *neighbour]
