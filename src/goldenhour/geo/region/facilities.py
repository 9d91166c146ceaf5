"""What stands in a region and who drives from it: agencies, stations, posts, hospitals, units."""

from typing import Final

import msgspec

# NEMSIS v3.5.1 eDisposition.23, Hospital Capability
CAPABILITIES: Final[dict[str, str]] = {
    "9908001": "Behavioral Health",
    "9908003": "Burn Center",
    "9908005": "Critical Access Hospital",
    "9908007": "Hospital (General)",
    "9908009": "Neonatal Center",
    "9908011": "Pediatric Center",
    "9908019": "Rehab Center",
    "9908021": "Trauma Center Level 1",
    "9908023": "Trauma Center Level 2",
    "9908025": "Trauma Center Level 3",
    "9908027": "Trauma Center Level 4",
    "9908029": "Trauma Center Level 5",
    "9908031": "Cardiac-STEMI/PCI Capable",
    "9908033": "Cardiac-STEMI/PCI Capable (24/7)",
    "9908035": "Cardiac-STEMI/Non-PCI Capable",
    "9908037": "Stroke-Acute Stroke Ready Hospital (ASRH)",
    "9908039": "Stroke-Primary Stroke Center (PSC)",
    "9908041": "Stroke-Thrombectomy-Capable Stroke Center (TSC)",
    "9908043": "Stroke-Comprehensive Stroke Center (CSC)",
    "9908045": "Cancer Center",
    "9908047": "Labor and Delivery",
}
AGENCY_KINDS: Final = ("ems", "fire", "hospital", "air", "police", "neighbour")
STATION_KINDS: Final = ("fire", "ambulance", "combined", "helipad", "neighbour")
UNIT_KINDS: Final = ("ambulance", "engine", "supervisor", "helicopter")
LEVELS: Final = ("EMR", "EMT", "AEMT", "paramedic")  # of the crew's most qualified member


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Anything with an id, a name and a spot. `assumed` names the fields nobody has confirmed ("*": all of them)."""

    id: str
    name: str
    lon: float
    lat: float
    assumed: tuple[str, ...] = ()


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    kind: str
    mutual_aid: bool = False
    assumed: tuple[str, ...] = ()


class Station(Placed, frozen=True, kw_only=True):
    """A building that units start from."""

    kind: str
    agency: str
    source: str = ""


class Post(Placed, frozen=True, kw_only=True):
    """A street corner or lot where a unit may be told to wait."""


class Hospital(Placed, frozen=True, kw_only=True):
    """capabilities: eDisposition.23 codes. ed_beds: treatment places in the emergency department."""

    capabilities: tuple[str, ...]
    ed_beds: int
    helipad: bool = False
    source: str = ""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A staffed vehicle. `als`: can give advanced life support; `level`: its most qualified crew member.

    `home` is the id of a station, post or hospital; `transports` says whether it can carry a patient.
    """

    id: str
    call_sign: str
    kind: str
    als: bool
    level: str
    crew: int
    home: str
    agency: str
    transports: bool
    mutual_aid: bool = False
    assumed: tuple[str, ...] = ()


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """The content of places.yaml, checked."""

    agencies: tuple[Agency, ...] = ()
    stations: tuple[Station, ...] = ()
    posts: tuple[Post, ...] = ()
    hospitals: tuple[Hospital, ...] = ()
    units: tuple[Unit, ...] = ()

    def home_of(self, unit: Unit) -> Placed:
        """Where a unit starts its day."""
        return next(p for p in (*self.stations, *self.posts, *self.hospitals) if p.id == unit.home)

    def assumptions(self) -> list[str]:
        """One plain sentence for everything that nobody has confirmed yet."""
        said = []
        for group in ("agencies", "stations", "posts", "hospitals", "units"):
            for item in getattr(self, group):
                if item.assumed:
                    what = "everything" if item.assumed == ("*",) else ", ".join(item.assumed)
                    said.append(f"{group} {item.id}: {what} assumed")
        return said
