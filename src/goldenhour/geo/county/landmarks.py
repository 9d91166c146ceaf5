"""What people call by name in the county: towns, schools, shops, churches, parks, water."""

from typing import Any, Final

from numpy.random import Generator

from goldenhour.geo.county.ground import FRAME, Ground, Town
from goldenhour.geo.county.townscape import Townscape
from goldenhour.geo.region.survey import Address, NamedPlace

_IN_TOWN: Final = (
    ("school", "{town} High School"),
    ("school", "{town} Middle School"),
    ("school", "Lincoln Elementary School"),
    ("school", "Prairie Elementary School"),
    ("townhall", "{town} City Hall"),
    ("library", "{town} Public Library"),
    ("police", "{town} Police Department"),
    ("post_office", "{town} Post Office"),
    ("place_of_worship", "First Baptist Church"),
    ("place_of_worship", "St. Joseph Catholic Church"),
    ("place_of_worship", "Grace Lutheran Church"),
    ("supermarket", "Hometown Market"),
    ("supermarket", "Green Basket Foods"),
    ("fuel", "Corner Fuel & Deli"),
    ("fuel", "Prairie Gas"),
    ("restaurant", "Blue Plate Diner"),
    ("restaurant", "Pizza Barn"),
    ("nursing_home", "Golden Meadows Care Center"),
    ("nursing_home", "Riverview Manor"),
    ("hotel", "Traveler's Rest Motel"),
    ("sports_centre", "{town} Community Center"),
    ("bank", "Farmers Bank of {town}"),
    ("pharmacy", "Main Street Pharmacy"),
    ("cinema", "Orpheum Theatre"),
    ("college", "Meridian Community College"),
    ("courthouse", "Meridian County Courthouse"),
    ("industrial", "Ashford Grain Elevator"),
    ("station", "Ashford Station"),
    ("industrial", "Tri-County Feed Mill"),
)
_SMALL_TOWN: Final = 22


def landmarks(
    rng: Generator, land: Ground, villages: list[Town], homes: list[Address], scapes: list[Townscape]
) -> list[NamedPlace]:
    """Named places; those in towns stand at a real address of theirs."""
    out = [_at(t.name, t.kind, t.x, t.y) for t in (*land.towns, *villages)]
    for town in land.towns:
        here = [a for a in homes if a.city == town.name]
        offered = _IN_TOWN if town is land.towns[0] else _IN_TOWN[:_SMALL_TOWN]
        for kind, pattern in offered:
            home = here[int(rng.integers(0, len(here)))]
            name = pattern.format(town=town.name)
            if kind == "station":
                home = [a for a in here if a.street == "Station Road"][-1]
            out.append(NamedPlace(name=name, kind=kind, lon=home.lon, lat=home.lat))
    for scape in scapes:
        out += [_at(name, "park", shape.centroid.x, shape.centroid.y) for name, shape in scape.parks]
    out += [_at(name, "water", shape.centroid.x, shape.centroid.y) for name, shape in land.lakes]
    middle: Any = land.river_line.interpolate(0.5, normalized=True)
    return [*out, _at("Meridian River", "river", middle.x, middle.y)]


def _at(name: str, kind: str, x: float, y: float) -> NamedPlace:
    lon, lat = FRAME.lonlat([x, y])
    return NamedPlace(name=name, kind=kind, lon=round(float(lon), 6), lat=round(float(lat), 6))
