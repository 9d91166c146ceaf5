"""The first draft of places.yaml for an OSM region: what the map shows, and openly marked assumptions for the rest."""

import re
import unicodedata
from typing import Final

from goldenhour.geo.metric import distance_m
from goldenhour.geo.region.facilities import Agency, Hospital, Places, Post, Station, Unit
from goldenhour.geo.region.survey import NamedPlace, Site, Survey

GENERAL: Final = "9908007"
ED_BEDS: Final = 12  # a small emergency department; only so that the board has a number
EMS: Final = "ems"
FIRE: Final = "fire"
NAME_REACH_M: Final = 3000.0
_TOWN_ORDER: Final = ("city", "town", "municipality", "village", "suburb", "neighbourhood", "hamlet")


def assumed_places(survey: Survey) -> Places:
    """Stations and hospitals from the survey; one ambulance per station (every second one BLS), one engine per fire
    station, one supervisor: a plausible day, not a real roster.
    """
    ids: set[str] = set()
    hospitals = tuple(_hospital(site, survey, ids) for site in survey.hospitals)
    stations = tuple(_station(site, survey, ids) for site in survey.stations)
    posts: tuple[Post, ...] = ()
    homes = [s.id for s in stations] or [h.id for h in hospitals if h.capabilities][:2]
    if not homes:
        posts = (_post(survey, ids),)
        homes = [posts[0].id]
    agencies = [Agency(id=EMS, name=f"{survey.name} EMS", kind="ems", assumed=("*",))]
    if any(s.kind == "fire" for s in stations):
        agencies.append(Agency(id=FIRE, name=f"{survey.name} Fire", kind="fire", assumed=("*",)))
    return Places(
        agencies=tuple(agencies),
        stations=stations,
        posts=posts,
        hospitals=hospitals,
        units=(*_ambulances(homes), *_engines(stations), _supervisor(homes[0])),
    )


def _hospital(site: Site, survey: Survey, ids: set[str]) -> Hospital:
    """Where some hospitals are tagged as having an emergency department, the others are not assumed to have one."""
    tagged = any(h.emergency for h in survey.hospitals)
    receives = site.emergency is True or (site.emergency is None and not tagged)
    name = site.name or _called("Hospital", site, survey)
    assumed = ["capabilities"] + (["ed_beds"] if site.beds is None or not receives else [])
    return Hospital(
        id=slug(name, ids),
        name=name,
        lon=site.lon,
        lat=site.lat,
        capabilities=(GENERAL,) if receives else (),
        ed_beds=ED_BEDS if receives else 0,
        helipad=site.helipad,
        source=site.source,
        assumed=tuple(assumed + ([] if site.name else ["name"])),
    )


def _station(site: Site, survey: Survey, ids: set[str]) -> Station:
    name = site.name or _called("Ambulance station" if site.ambulance else "Fire station", site, survey)
    return Station(
        id=slug(name, ids),
        name=name,
        lon=site.lon,
        lat=site.lat,
        kind="ambulance" if site.ambulance else "fire",
        agency=EMS if site.ambulance else FIRE,
        source=site.source,
        assumed=("agency",) if site.name else ("agency", "name"),
    )


def _post(survey: Survey, ids: set[str]) -> Post:
    """Without any building, units wait in the middle of the largest place, or of the map."""
    places = [p for p in survey.named if p.kind in _TOWN_ORDER]
    if places:
        chief = min(places, key=lambda p: (_TOWN_ORDER.index(p.kind), p.name))
        return Post(id=slug(chief.name, ids), name=chief.name, lon=chief.lon, lat=chief.lat, assumed=("*",))
    k = len(survey.lon) // 2
    return Post(id="post-1", name="Post 1", lon=float(survey.lon[k]), lat=float(survey.lat[k]), assumed=("*",))


def _called(what: str, site: Site, survey: Survey) -> str:
    """A name for the nameless: after the nearest place."""
    places = [p for p in survey.named if p.kind in _TOWN_ORDER]
    nearest = min(places, key=lambda p: _away_m(site, p), default=None)
    return f"{what} {nearest.name}" if nearest and _away_m(site, nearest) < NAME_REACH_M else what


def _away_m(site: Site, place: NamedPlace) -> float:
    return float(distance_m(site.lon, site.lat, place.lon, place.lat))


def _ambulances(homes: list[str]) -> list[Unit]:
    """At least two, so that one can be out; paramedics on every odd one."""
    spread = homes if len(homes) > 1 else homes * 2
    return [
        Unit(id=f"m{k}", call_sign=f"M{k}", kind="ambulance", als=k % 2 == 1, level="paramedic" if k % 2 else "EMT",
             crew=2, home=home, agency=EMS, transports=True, assumed=("*",))
        for k, home in enumerate(spread, 1)
    ]  # fmt: skip


def _engines(stations: tuple[Station, ...]) -> list[Unit]:
    fire = [s.id for s in stations if s.kind == "fire"]
    return [
        Unit(id=f"e{k}", call_sign=f"E{k}", kind="engine", als=False, level="EMR", crew=4, home=home, agency=FIRE,
             transports=False, assumed=("*",))
        for k, home in enumerate(fire, 1)
    ]  # fmt: skip


def _supervisor(home: str) -> Unit:
    return Unit(id="s1", call_sign="S1", kind="supervisor", als=True, level="paramedic", crew=1, home=home, agency=EMS,
                transports=False, assumed=("*",))  # fmt: skip


def slug(name: str, taken: set[str]) -> str:
    """An id from a name, unlike every id in `taken` (and added to it)."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    stem = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-") or "place"
    out, k = stem, 2
    while out in taken:
        out, k = f"{stem}-{k}", k + 1
    taken.add(out)
    return out
