"""The twin in the live desk's place: a recorded decision in the twin's own arrays, decided by the twin's engine."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit  # noqa: TID251 - keeps nothing on disk

from golden.live_log import Decision
from goldenhour.chain.questions.coverage import MOST_POINTS
from goldenhour.dispatch.facts import Moment, UnitKind
from goldenhour.dispatch.plans import PolicySettings, capabilities_of
from goldenhour.dispatch.policy import Reason, UnitStatus
from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE
from goldenhour.dispatch.state import Unit
from goldenhour.geo.metric import distance_m
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.roads import COLD, HOT
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.levels import MODE_OF_LEVEL, Mode
from goldenhour.planning.study.scenario import Scenario
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import prepare
from goldenhour.planning.twin.arrays import DESK, FLEET, NOBODY, UNIT
from goldenhour.planning.twin.desk.sending import choose_among, fill_places, screen, stands
from goldenhour.planning.twin.ground.position import road_s

ROAD = {Mode.HOT: HOT, Mode.COLD: COLD}
NEAR_POST_M = 150.0
WITH_PATIENT = {Moment.STAGED, Moment.ON_SCENE, Moment.AT_PATIENT}
THERE = {Moment.AT_DESTINATION, Moment.CARE_TRANSFERRED}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Per open slot: the index of the unit (-1: nobody) and the reason; and every unit's seconds until it would be
    there, and of these before it would roll."""

    unit: list[int]
    why: list[Reason]
    travel_s: Any
    turnout_s: Any


class TwinDesk:
    """Decides as the engine does when a call is ready, on what the desk knew then instead of on what the twin knows."""

    def __init__(self, setting: Setting, region: Region, policy: PolicySettings) -> None:
        self.travel: TravelTimes = setting.travel
        self.town = prepare(setting, Scenario()).town
        self.rules = prepare(setting, Scenario()).rules.copy()
        for name, value in policy.numbers()._asdict().items():
            self.rules["numbers"][name] = value
        self.rules["plan_sooner_s"] = -1.0
        places = region.places
        self.posts = {one.id: (one.lon, one.lat) for one in (*places.stations, *places.posts, *places.hospitals)}
        stored = region.geocoder.tables.stored
        step = max(1, len(stored["address_lon"]) // MOST_POINTS)
        addresses = self.travel.snap_many(stored["address_lon"][::step], stored["address_lat"][::step])
        self.addresses = self.travel.spots(addresses, HOT)
        self.policy = policy

    def decide(self, decision: Decision) -> Choice:
        """All open places at once, as for a call that asks for several units."""
        rules, fleet, desk, units, covers = self._arrays(decision)
        fleet["why"] = FIRST_CANDIDATE
        sent_s = self._sent_s(decision, fleet["travel_s"][0])
        size = _fill(rules, fleet, desk, units, covers, sent_s, decision.level.value)
        return Choice(
            unit=desk["chosen"][0, :size].tolist(),
            why=[Reason(int(why)) for why in desk["why_slot"][0, :size]],
            travel_s=fleet["travel_s"][0, : len(decision.units)],
            turnout_s=self._turnout_s(decision, fleet, units),
        )

    def decide_single(self, decision: Decision) -> tuple[int, Reason | None]:
        """The first open place alone, by the engine's shorter way for a call that asks for one unit."""
        rules, fleet, desk, units, covers = self._arrays(decision)
        unit = _one(rules, fleet, desk, units, covers, decision.level.value)
        return unit, None if unit == NOBODY else Reason(int(fleet["why"][0, unit]))

    def _arrays(self, decision: Decision) -> tuple[Any, ...]:
        n, size = len(decision.units), len(decision.slots)
        rules, fleet, desk, units = self.rules.copy(), np.zeros(1, FLEET), np.zeros(1, DESK), np.zeros(n, UNIT)
        rules["plan_size"][0, 0] = size
        rules["plan_slots"][0, 0, :size] = [slot.mask for slot in decision.slots]
        rules["plan_sooner_s"][0, 0, :size] = [slot.sooner_s for slot in decision.slots]
        fleet["n"] = n
        fleet["status"][0, :n] = self._status(decision)
        fleet["capabilities"][0, :n] = [capabilities_of(unit) for unit in decision.units]
        fleet["committed_level"][0, :n] = [self._committed(decision, unit) for unit in decision.units]
        fleet["until_off_s"] = fleet["leg_end_s"] = np.inf
        self._turn_out(decision, units)
        fleet["travel_s"][0, :n] = self._travel_s(decision) + self._turnout_s(decision, fleet, units)
        covers = self._cover(decision, rules, desk, units)
        return rules, fleet, desk, units, covers

    def _sent_s(self, decision: Decision, expected_s: np.ndarray) -> float:
        """When the first of those already sent is there: 0 if somebody ever was, inf if nobody comes."""
        parts = decision.incident.assignments.values()
        if any(Moment.ON_SCENE in part.times for part in parts):
            return 0.0
        coming = {part.unit for part in parts if part.is_active}
        return min((expected_s[i] for i, unit in enumerate(decision.units) if unit.id in coming), default=np.inf)

    def _committed(self, decision: Decision, unit: Unit) -> int:
        levels = [decision.levels[one.incident].value for one in unit.assignments if one.incident in decision.levels]
        return min(levels, default=0)

    def _status(self, decision: Decision) -> list[int]:
        """As the twin keeps it: a free unit stands at its post, or is on the road."""
        away = self._away_m(decision) > NEAR_POST_M
        status = np.array([seen(unit) for unit in decision.units])
        status[(status == UnitStatus.AT_POST) & away] = UnitStatus.MOBILE.value
        found: list[int] = status.tolist()
        return found

    def _away_m(self, decision: Decision) -> np.ndarray:
        """How far each unit is from its own post."""
        posts = np.array([self.posts[unit.post] for unit in decision.units])
        return np.asarray(distance_m(*self._points(decision).T, *posts.T))

    def _turn_out(self, decision: Decision, units: Any) -> None:
        """A crew that was told at its post rolls when its turnout is over; the decision's instant is 0 of the clock."""
        units["leg_depart_s"] = -np.inf
        away = self._away_m(decision) > NEAR_POST_M
        for i, (unit, told_at) in enumerate(zip(decision.units, decision.told_at, strict=True)):
            if unit.status in (Moment.NOTIFIED, Moment.ACKNOWLEDGED) and told_at is not None and not away[i]:
                units["leg_depart_s"][i] = self.policy.turnout_s.get(unit.kind, 0.0) - (decision.at - told_at) / 1000

    def _turnout_s(self, decision: Decision, fleet: Any, units: Any) -> np.ndarray:
        expected_s = np.array([self.policy.turnout_s.get(unit.kind, 0.0) for unit in decision.units])
        out = np.empty(len(decision.units))
        _turnout(fleet, units, expected_s, out)
        return out

    def _points(self, decision: Decision) -> np.ndarray:
        """(lon, lat) of each unit."""
        return np.array([self.posts[one] if isinstance(one, str) else (one.lon, one.lat) for one in decision.where])

    def _travel_s(self, decision: Decision) -> np.ndarray:
        """From where each unit reported itself to the scene, by the twin's roads."""
        location = decision.incident.location
        assert location is not None
        mode = ROAD[MODE_OF_LEVEL[decision.level]]
        starts = self.travel.spots(self.travel.snap_vehicles(*self._points(decision).T), mode)
        scene = self.travel.spots(self.travel.snap_many([location.lon], [location.lat]), mode)
        return self._seconds(starts, scene, mode)[:, 0]

    def _seconds(self, starts: Any, tos: Any, mode: int) -> np.ndarray:
        out = np.empty((len(starts), len(tos)), np.float32)
        roads = self.town.roads
        _measure(roads, self.town.town, starts, tos, mode, self.travel.kernel(mode).off_road_s_per_m, out)
        return out

    def _cover(self, decision: Decision, rules: Any, desk: Any, units: Any) -> np.ndarray:
        """Each unit is its own post; those that are free ambulances cover the addresses that they reach in time."""
        n, groups = len(decision.units), len(self.addresses)
        units["post"] = np.arange(n)
        starts = self.travel.spots(self.travel.snap_vehicles(*self._points(decision).T), HOT)
        reach = (self._seconds(starts, self.addresses, HOT) <= self.policy.cover_within_s).T
        reach &= [one.status == "available" and one.kind is UnitKind.AMBULANCE for one in decision.units]
        rules["n_groups"] = groups
        rules["demand"][0, :groups] = 1.0 / groups
        desk["cover_count"][0, :groups] = reach.sum(axis=1)
        return np.ascontiguousarray(reach, np.float64)


def seen(unit: Unit) -> int:
    """The kernel's status of a unit, said once more in the twin's own words."""
    if unit.status in ("off_duty", "out_of_service"):
        return (UnitStatus.OFF_DUTY if unit.status == "off_duty" else UnitStatus.OUT_OF_SERVICE).value
    doing = unit.status
    if doing in ("available", Moment.RESERVED, Moment.SCHEDULED):
        return UnitStatus.AT_POST.value
    if doing in WITH_PATIENT:
        return UnitStatus.ON_SCENE.value
    if doing in THERE:
        return UnitStatus.AT_DESTINATION.value
    return (UnitStatus.TRANSPORTING if doing == Moment.LEFT_SCENE else UnitStatus.EN_ROUTE).value


@njit
def _turnout(fleets, units, expected_s, out):
    """The twin's own rule of who still has to turn out (`gather`), asked at 0 of its clock."""
    for u in range(len(units)):
        out[u] = expected_s[u] if stands(fleets[0], u, 0.0) else max(0.0, units[u].leg_depart_s)


@njit
def _measure(roads, towns, starts, tos, mode, off_s_per_m, out):
    for j in range(len(tos)):
        for i in range(len(starts)):
            roads.spot[0] = starts[i]
            roads.spot[1] = tos[j]
            out[i, j] = np.float32(road_s(roads, towns[0], mode)) + (starts[i].off_m + tos[j].off_m) * off_s_per_m


@njit
def _fill(rules, fleets, desks, units, covers, sent_s, level):
    return fill_places(rules[0], fleets[0], desks[0], units, covers, 0, sent_s, level)


@njit
def _one(rules, fleets, desks, units, covers, level):
    required = rules[0].plan_slots[0, 0]
    count = screen(rules[0], fleets[0], required, level)
    if count == 0:
        return NOBODY
    return choose_among(rules[0], fleets[0], desks[0], units, covers, required, count)
