"""A study: one setting under one scenario, ready to be played any number of times."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy import Capability, policy_numbers
from goldenhour.geo.roads import HOT
from goldenhour.planning.study.rosters import gaps, roster_events
from goldenhour.planning.study.scenario import DAYS, BadScenario, Scenario
from goldenhour.planning.study.setting import Demand, Setting, Stop
from goldenhour.planning.twin.arrays import DMEXCLP, HOME, MOST_GROUPS, ROSTER, RULES
from goldenhour.planning.twin.ground.town import Town, make_town
from goldenhour.planning.twin.simulate import Fleet, Outcome, simulate

AMBULANCE = int(Capability.EMT | Capability.TRANSPORT)
KINDS = {
    "als": Capability.ALS_AMBULANCE,
    "bls": Capability.BLS_AMBULANCE,
    "first_responder": Capability.EMR,
    "supervisor": Capability.EMR | Capability.EMT | Capability.AEMT | Capability.PARAMEDIC | Capability.SUPERVISE,
}
COVER_SAMPLE = 200_000  # places drawn to weigh the cover groups
WORD = 8  # bytes
SLACK_S = 2 * 86_400.0  # rosters go on this long after the last call, so that nobody is left without a unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """targets_s[level], names[level]; unit_names; notes for people; the rest is what the engine takes."""

    setting: Setting
    scenario: Scenario
    town: Town
    rules: NDArray[Any]
    covers: NDArray[np.float64]
    station_names: tuple[str, ...]
    unit_names: tuple[str, ...]
    unit_post: NDArray[np.int32]
    capabilities: NDArray[np.uint32]
    targets_s: NDArray[np.float64]
    level_names: tuple[str, ...]
    notes: tuple[str, ...]

    def fleet(self, until_s: float) -> Fleet:
        """Who drives until then."""
        n = len(self.unit_post)
        roster, always = np.zeros(0, ROSTER), np.ones(n, np.bool_)
        if self.scenario.units:
            roster, always = roster_events(self.scenario, until_s=until_s)
        return Fleet(post=self.unit_post, capabilities=self.capabilities, on_duty=always, roster=roster)

    def play(self, calls: NDArray[Any]) -> Outcome:
        """Play the calls once."""
        fleet = self.fleet(float(calls["ready_s"][-1]) + SLACK_S)
        return simulate(self.town, self.rules, calls, fleet, covers=self.covers)


def prepare(setting: Setting, scenario: Scenario) -> Study:
    """Bring a scenario and a setting together. Raises BadScenario where the one names what the other has not."""
    stations = _stations(setting, scenario)
    hospitals = _hospitals(setting, scenario)
    town = make_town(
        setting.travel,
        stop_node=[stop.node for stop in (*stations, *hospitals)],
        stop_off_m=[stop.off_m for stop in (*stations, *hospitals)],
        n_posts=len(stations),
        names=tuple(stop.name for stop in (*stations, *hospitals)),
    )
    _put_hospitals(town, hospitals, scenario, len(stations))
    names, post, capabilities = _units(setting, scenario, stations)
    targets_s, level_names = _targets(setting, scenario)
    rules, covers = _rules(setting, scenario, town, targets_s)
    return Study(
        setting=setting,
        scenario=scenario,
        town=town,
        rules=rules,
        covers=covers,
        station_names=tuple(stop.name for stop in stations),
        unit_names=names,
        unit_post=post,
        capabilities=capabilities,
        targets_s=targets_s,
        level_names=level_names,
        notes=(*setting.notes, *gaps(scenario), *_unserved(rules, capabilities)),
    )


def _stations(setting: Setting, scenario: Scenario) -> tuple[Stop, ...]:
    """The setting's in their order, each where the scenario moves it to, then the scenario's own new ones."""
    if not scenario.stations:
        return setting.stations
    node, off_m = setting.index.nearest([s.lon for s in scenario.stations], [s.lat for s in scenario.stations])
    far = [s.name for s, m in zip(scenario.stations, off_m, strict=True) if m > setting.travel.within_m]
    if far:
        raise BadScenario(f"station {far[0]} is off the network: no road within {setting.travel.within_m / 1000:g} km")
    said = {
        s.name: Stop(name=s.name, node=int(n), off_m=float(m))
        for s, n, m in zip(scenario.stations, node, off_m, strict=True)
    }
    if len(said) < len(scenario.stations):
        raise BadScenario("stations: two have the same name")
    there = {stop.name for stop in setting.stations}
    return (
        *(said.get(stop.name, stop) for stop in setting.stations),
        *(stop for name, stop in said.items() if name not in there),
    )


def _hospitals(setting: Setting, scenario: Scenario) -> tuple[Stop, ...]:
    unknown = set(scenario.hospitals) - {h.name for h in setting.hospitals}
    if unknown:
        raise BadScenario(_no_such("hospital", unknown, (h.name for h in setting.hospitals)))
    result = []
    for stop in setting.hospitals:
        changed = scenario.hospitals.get(stop.name)
        if changed is None:
            result.append(stop)
            continue
        able = stop.capabilities if changed.capabilities is None else frozenset(changed.capabilities)
        result.append(Stop(name=stop.name, node=stop.node, off_m=stop.off_m, capabilities=able, bays=changed.bays))
    return tuple(result)


def _put_hospitals(town: Town, hospitals: tuple[Stop, ...], scenario: Scenario, first: int) -> None:
    needs = sorted(scenario.hospital_needs)
    able_anywhere = frozenset[str]().union(*(h.capabilities for h in hospitals))
    for need in needs:
        if need not in able_anywhere:
            raise BadScenario(_no_such("hospital capability", {need}, able_anywhere))
    bay = 0
    for i, stop in enumerate(hospitals, start=first):
        town.town["hospital_can"][0, i] = sum(1 << bit for bit, need in enumerate(needs) if need in stop.capabilities)
        town.town["bays"][0, i] = stop.bays
        town.town["first_bay"][0, i] = bay
        bay += stop.bays


def _units(
    setting: Setting, scenario: Scenario, stations: tuple[Stop, ...]
) -> tuple[tuple[str, ...], NDArray[np.int32], NDArray[np.uint32]]:
    at = {stop.name: i for i, stop in enumerate(stations)}
    if scenario.units:
        unknown = {unit.home for unit in scenario.units} - set(at)
        if unknown:
            raise BadScenario(_no_such("station", unknown, at))
        names = [unit.name for unit in scenario.units]
        post = [at[unit.home] for unit in scenario.units]
        capabilities = [int(KINDS[unit.kind]) for unit in scenario.units]
    else:
        names = [unit.name for unit in setting.units]
        post = [unit.home for unit in setting.units]
        capabilities = [unit.capabilities for unit in setting.units]
    for name, station in scenario.move.items():
        if name not in names or station not in at:
            what, wanted, there = ("unit", name, names) if name not in names else ("station", station, list(at))
            raise BadScenario("move: " + _no_such(what, {wanted}, there))
        post[names.index(name)] = at[station]
    return tuple(names), np.array(post, np.int32), np.array(capabilities, np.uint32)


def _targets(setting: Setting, scenario: Scenario) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    targets = [np.inf, *(level.target_s for level in setting.levels)]
    names = ["", *(level.name for level in setting.levels)]
    for level, target in scenario.targets.items():
        if not 1 <= level < len(targets) or not target.seconds > 0:
            raise BadScenario(
                f"targets: level {level}, {target.seconds} s; levels are 1 to {len(targets) - 1}, above 0 s"
            )
        targets[level] = target.seconds
        names[level] = target.name or names[level]
    return np.array(targets), tuple(names)


def _rules(
    setting: Setting, scenario: Scenario, town: Town, targets_s: NDArray[np.float64]
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    policy = scenario.policy
    divert = policy.divert if policy.divert is not None else setting.divert
    swap_gain_s = policy.swap_gain_s or {level: 60.0 for level in range(1, len(targets_s))}
    try:
        numbers = policy_numbers(
            divert=None if policy.name == "closest" and policy.divert is None else divert,
            divert_gain_s=policy.divert_gain_s,
            spare_s=policy.spare_s,
            cover_slack_s=policy.cover_slack_s,
            end_guard_s=policy.end_guard_s,
            break_level=policy.break_level,
            promote_s=policy.promote_s,
            swap_gain_s=swap_gain_s if policy.name == "swap" else {},
            q=policy.q,
            move_gain=policy.move_gain,
        )
    except ValueError as fault:
        raise BadScenario(f"policy: {fault}") from fault
    rules = np.zeros(1, RULES)
    for name, value in numbers._asdict().items():
        rules["numbers"][name] = value
    rules["redeploy"] = DMEXCLP if policy.name in ("dmexclp", "moveup") else HOME
    rules["swaps"] = policy.name == "swap"
    rules["move_up"] = policy.name == "moveup" and policy.moves_per_hour > 0
    rules["moves_per_hour"] = policy.moves_per_hour
    rules["move_rest_s"] = policy.move_rest_s
    modes = [HOT, *(level.mode for level in setting.levels)]
    rules["mode_of_level"][0, : len(modes)] = modes
    _put_plans(rules, scenario)
    rules["handoff_s"] = scenario.handoff_s
    slower = np.tile(scenario.travel_hours, 168 // len(scenario.travel_hours)) if scenario.travel_hours else 1.0
    rules["pace"] = setting.travel.factors.table.reshape(2, 168) * slower
    rules["first_hour"] = 24 * DAYS.index(scenario.first_day)
    rules["mutual_aid"] = scenario.mutual_aid
    rules["report_s"] = scenario.report_s
    rules["sample_s"] = scenario.sample_minutes * 60.0
    rules["rostered"] = any(unit.shifts for unit in scenario.units)
    covers, demand = _cover_groups(setting, scenario, town, targets_s)
    rules["cover"] = policy.name in ("dmexclp", "moveup") or policy.cover_slack_s > 0
    rules["n_groups"] = len(demand)
    rules["demand"][0, : len(demand)] = demand
    return rules, covers


def _put_plans(rules: NDArray[Any], scenario: Scenario) -> None:
    """Plan 0 is one ambulance; the scenario's follow."""
    rules["slots"] = max([1, *(len(plan.units) for plan in scenario.plans)])
    rules["plan_sooner_s"] = -1.0
    rules["plan_size"][0, 0] = 1
    rules["plan_slots"][0, 0, 0] = AMBULANCE
    for p, plan in enumerate(scenario.plans, start=1):
        rules["plan_size"][0, p] = len(plan.units)
        for k, place in enumerate(plan.units):
            rules["plan_slots"][0, p, k] = sum(int(Capability[need.upper()]) for need in place.needs)
            rules["plan_sooner_s"][0, p, k] = -1.0 if place.sooner_s is None else place.sooner_s


def _cover_groups(
    setting: Setting, scenario: Scenario, town: Town, targets_s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Demand grouped by the set of posts that reach it in time, driving hot: the first level's target less the
    average dispatch delay and turnout, unless the policy names cover_target_s (of travel)."""
    limit_s = scenario.policy.cover_target_s
    if limit_s is None:
        waits = (scenario.dispatch_delay_s or setting.dispatch_delay_s).average
        waits += (scenario.turnout_s or setting.turnout_s).average
        limit_s = float(targets_s[1]) - waits
    if not limit_s > 0:
        raise BadScenario(f"no travel time is left of the first target for cover ({limit_s:.0f} s); set cover_target_s")
    weight: dict[bytes, float] = {}
    for demand, share in _demand_shares(setting):
        node, off_m = _places(setting, demand)
        seconds = town.rows[HOT][node, : town.n_posts] * town.town["quantum_s"][0, HOT]
        within = seconds + off_m[:, None] * town.town["off_s_per_m"][0, HOT] <= limit_s
        for key, times in _counted(np.packbits(within, axis=1)):
            weight[key] = weight.get(key, 0.0) + share * times / COVER_SAMPLE
    heaviest = sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:MOST_GROUPS]
    keys = np.array([np.frombuffer(key, np.uint8) for key, _ in heaviest])
    covers = np.unpackbits(keys, axis=1)[:, : town.n_posts].astype(np.float64)
    return covers, np.array([share for _, share in heaviest])


def _counted(sets: NDArray[np.uint8]) -> list[tuple[bytes, int]]:
    """Each row once, as bytes, with how often it is there; rows that fit a word are counted as numbers: quicker."""
    wide = sets.shape[1]
    if wide > WORD:
        rows, count = np.unique(sets, axis=0, return_counts=True)
        return [(row.tobytes(), int(times)) for row, times in zip(rows, count, strict=True)]
    words = np.zeros((len(sets), WORD), np.uint8)
    words[:, :wide] = sets
    found, count = np.unique(words.view(np.uint64).ravel(), return_counts=True)
    return [(word.tobytes()[:wide], int(times)) for word, times in zip(found, count, strict=True)]


def _demand_shares(setting: Setting) -> list[tuple[Demand, float]]:
    """Each place distribution once, with the share of the calls that follow it."""
    shares: dict[int, float] = {}
    for level, demand in zip(setting.levels, setting.demand, strict=True):
        shares[id(demand)] = shares.get(id(demand), 0.0) + level.share
    return [(demand, shares.pop(id(demand))) for demand in setting.demand if id(demand) in shares]


def _places(setting: Setting, demand: Demand) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Nodes and metres off the road of a fixed sample of places that calls come from."""
    rng = np.random.default_rng(20)
    upto = np.cumsum(demand.weight)
    point = np.minimum(np.searchsorted(upto, rng.random(COVER_SAMPLE) * upto[-1], side="right"), len(upto) - 1)
    lon = demand.lon[point] + (rng.random(COVER_SAMPLE) - 0.5) * demand.step_lon
    lat = demand.lat[point] + (rng.random(COVER_SAMPLE) - 0.5) * demand.step_lat
    return setting.index.nearest(lon, lat)


def _unserved(rules: NDArray[Any], capabilities: NDArray[np.uint32]) -> tuple[str, ...]:
    """Notes on places of plans that no unit at all could fill."""
    size = rules["plan_size"][0]
    masks = {int(rules["plan_slots"][0, p, k]) for p in range(len(size)) for k in range(size[p])}
    return tuple(
        f"no unit can fill a place that needs {Capability(mask)!r}: those calls are never fully answered"
        for mask in sorted(masks)
        if not any((int(c) & mask) == mask for c in capabilities)
    )


def _no_such(what: str, names: set[str], known: Any) -> str:
    there = sorted(known)
    listed = ", ".join(there[:12]) + (f" and {len(there) - 12} more" if len(there) > 12 else "")
    return f"there is no {what} {', '.join(sorted(names))}; there is {listed or 'none'}"
