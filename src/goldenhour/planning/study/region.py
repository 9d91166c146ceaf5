"""A region bundle as a setting: the agency's own stations, posts, hospitals and units on its own roads."""

from pathlib import Path

import numpy as np

from goldenhour.chain.content import Content, ResponsePlans, default_folder
from goldenhour.dispatch.policy import Capability
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.facilities import Unit
from goldenhour.geo.roads import COLD, HOT
from goldenhour.geo.travel import TravelTimes
from goldenhour.planning.study.agency import divert_of, turnout_of
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.planning.study.setting import Demand, LevelSpec, Setting, Stop, UnitSpec, placing
from goldenhour.planning.study.spreads import Spread
from goldenhour.planning.whatif.run_log import inputs_hash

# What the scenario file is there to replace. Durations: a rural volunteer district's medians (scene 13.0 min,
# turnaround 22.2) with the spread of New York responses (median 271 s, p90 454 s).
P90_OVER_MEDIAN = 454 / 271
ASSUMED_CALLS_PER_DAY_PER_UNIT = 6.0
LEVELS = (
    LevelSpec(name="L1", target_s=480.0, mode=HOT, share=0.05),
    LevelSpec(name="L2", target_s=480.0, mode=HOT, share=0.30),
    LevelSpec(name="L3", target_s=900.0, mode=HOT, share=0.35),
    LevelSpec(name="L4", target_s=1800.0, mode=COLD, share=0.25),
    LevelSpec(name="L5", target_s=3600.0, mode=COLD, share=0.05),
)


def setting_of_region(directory: Path, plans: ResponsePlans | None = None) -> Setting:
    """Open a region bundle; travel tables are kept in it. `plans`: the agency's, whose turnout and diverts hold (those
    that come with the program where none are given). Raises BadRegion in plain words."""
    said = Content(default_folder()).response_plans if plans is None else plans
    turnout_s, divert = turnout_of(said.policy), divert_of(said.policy)
    region = Region.load(directory)
    travel = TravelTimes.build(region.roads, cache=region.travel_cache)
    index = placing(travel)
    places = region.places
    homes = [*places.stations, *places.posts]
    units = [u for u in places.units if u.kind != "helicopter" and not u.mutual_aid]
    if not homes or not units:
        raise BadScenario(f"{directory} has no stations or no units in places.yaml: nobody could be sent")
    if not places.hospitals:
        raise BadScenario(f"{directory} has no hospitals in places.yaml: patients could not be taken anywhere")
    hospital_ids = {h.id for h in places.hospitals}
    based_there = [h for h in places.hospitals if any(u.home == h.id for u in units)]
    homes += based_there
    sites = [*homes, *places.hospitals]
    node, off_m = index.nearest([s.lon for s in sites], [s.lat for s in sites])
    stops = [
        Stop(
            name=site.name,
            node=int(n),
            off_m=float(m),
            capabilities=frozenset(getattr(site, "capabilities", ())) if site.id in hospital_ids else frozenset(),
        )
        for site, n, m in zip(sites, node, off_m, strict=True)
    ]
    home_of = {site.id: i for i, site in enumerate(homes)}
    demand, about = _demand(region)
    return Setting(
        name=region.name,
        fingerprint=inputs_hash(region.content_hash, turnout_s, sorted(divert.items())),
        travel=travel,
        index=index,
        stations=tuple(stops[: len(homes)]),
        hospitals=tuple(stops[len(homes) :]),
        units=tuple(UnitSpec(name=u.call_sign, home=home_of[u.home], capabilities=_capabilities(u)) for u in units),
        levels=LEVELS,
        demand=(demand,) * len(LEVELS),
        calls_per_day=ASSUMED_CALLS_PER_DAY_PER_UNIT * sum(u.transports for u in units),
        divert=divert,
        dispatch_delay_s=Spread(median=60, p90=60 * P90_OVER_MEDIAN),
        turnout_s=turnout_s,
        on_scene_s=Spread(median=780, p90=780 * P90_OVER_MEDIAN),
        handover_s=Spread(median=1332, p90=1332 * P90_OVER_MEDIAN),
        support_s=Spread(median=600, p90=600 * P90_OVER_MEDIAN),
        transport=0.8,
        notes=(
            *travel.notes,
            about,
            f"calls a day ({ASSUMED_CALLS_PER_DAY_PER_UNIT:g} per ambulance), levels, targets and durations but "
            "turnout are assumed; a scenario file replaces them",
        ),
    )


def _capabilities(unit: Unit) -> int:
    """What a unit's crew and vehicle can do. Crew levels include those below (Scope of Practice Model 2019)."""
    ranks = ("EMR", "EMT", "AEMT", "paramedic")
    own = ranks.index(unit.level)
    mask = Capability(0)
    for rank, capability in enumerate((Capability.EMR, Capability.EMT, Capability.AEMT, Capability.PARAMEDIC)):
        if rank <= own:
            mask |= capability
    if unit.transports:
        mask |= Capability.TRANSPORT
    if unit.kind == "supervisor":
        mask |= Capability.SUPERVISE
    return int(mask)


def _demand(region: Region) -> tuple[Demand, str]:
    """People call from where the addresses are; without addresses, from along the streets."""
    stored = region.geocoder.tables.stored
    lon, lat = np.asarray(stored["address_lon"], np.float64), np.asarray(stored["address_lat"], np.float64)
    if len(lon):
        return Demand(lon=lon, lat=lat, weight=np.ones(len(lon))), f"demand is even over {len(lon)} addresses"
    roads = region.roads
    open_ = roads.off_road_access
    along = np.bincount(roads.tail, roads.length_m, minlength=roads.n_nodes)[open_]
    return (
        Demand(lon=roads.lon[open_], lat=roads.lat[open_], weight=np.asarray(along + 1.0, np.float64)),
        "no addresses: demand is even along the streets",
    )
