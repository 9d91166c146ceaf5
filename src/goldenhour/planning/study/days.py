"""Days of calls, each question drawn from its own seeded stream, so that two plans see the same days."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.planning.study.scenario import DAYS, BadScenario, Scenario
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.spreads import Spread
from goldenhour.planning.twin.arrays import CALL

DAY_S: Final = 86_400.0
HOUR_S: Final = 3600.0
STREAMS: Final = (
    "arrival", "thinning", "level", "place", "within", "dispatch_delay", "turnout", "on_scene", "transport",
    "handover", "support", "luck", "plan", "need",
)  # fmt: skip


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """The stream of one question in one replication; a new question does not disturb the others."""
    key = (replication, STREAMS.index(name))
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def draw_calls(
    setting: Setting,
    scenario: Scenario,
    *,
    seed: int,
    replication: int = 0,
    calls: int | None = None,
    days: float | None = None,
) -> NDArray[Any]:
    """CALL records in order of ready_s: either that many calls or that many days of them."""
    if (calls is None) == (days is None):
        raise BadScenario("give either a number of calls or a number of days")
    if (calls or 0) < 0 or (days or 0) < 0 or calls == 0 or days == 0:
        raise BadScenario("a simulation needs at least one call or a length of more than 0 days")
    arrival_s = _arrivals(setting, scenario, seed, replication, calls, days)
    if not len(arrival_s):
        raise BadScenario("no call fell into so short a time; give more days or calls")
    records = np.zeros(len(arrival_s), CALL)
    records["arrival_s"] = arrival_s
    _place_and_level(setting, scenario, records, seed, replication)
    fill_durations(setting, scenario, records, seed=seed, replication=replication)
    return in_order(records)


def fill_durations(setting: Setting, scenario: Scenario, records: NDArray[Any], *, seed: int, replication: int) -> None:
    """Draw everything a call is not already known to have: delays, durations, plan, hospital, luck."""
    n = len(records)

    def draw(name: str, ours: Spread | None, theirs: Spread) -> NDArray[np.float64]:
        return (ours or theirs).draw(stream(seed, replication, name), n)

    records["ready_s"] = records["arrival_s"] + draw(
        "dispatch_delay", scenario.dispatch_delay_s, setting.dispatch_delay_s
    )
    records["turnout_s"] = draw("turnout", scenario.turnout_s, setting.turnout_s)
    records["on_scene_s"] = draw("on_scene", scenario.on_scene_s, setting.on_scene_s)
    records["handover_s"] = draw("handover", scenario.handover_s, setting.handover_s)
    records["support_s"] = draw("support", scenario.support_s, setting.support_s)
    share = setting.transport if scenario.transport is None else scenario.transport
    records["transport"] = stream(seed, replication, "transport").random(n) < share
    luck = stream(seed, replication, "luck").standard_normal(n)
    sigma = scenario.travel_spread
    records["luck"] = np.exp(sigma * luck - sigma**2 / 2)
    records["plan"] = _plans(scenario, records["level"], stream(seed, replication, "plan").random(n))
    needs = np.zeros(n, np.uint32)
    chance = stream(seed, replication, "need")
    for bit, name in enumerate(sorted(scenario.hospital_needs)):
        needs |= (chance.random(n) < scenario.hospital_needs[name]).astype(np.uint32) << np.uint32(bit)
    records["hospital_need"] = needs


def in_order(records: NDArray[Any]) -> NDArray[Any]:
    """By the instant the desk considers them; `original` is the order of arrival."""
    records["original"] = np.arange(len(records))
    return records[np.argsort(records["ready_s"], kind="stable")]


def hourly(hours: tuple[float, ...], first_day: str) -> NDArray[np.float64]:
    """Factors for the 168 hours that follow the beginning, with mean 1 over the week; all 1 when none are given."""
    if not hours:
        return np.ones(168)
    week = np.tile(np.asarray(hours), 168 // len(hours))
    return np.roll(week / week.mean(), -24 * DAYS.index(first_day))


def _arrivals(
    setting: Setting, scenario: Scenario, seed: int, replication: int, calls: int | None, days: float | None
) -> NDArray[np.float64]:
    """A Poisson process whose rate follows the hours of the week, by thinning."""
    per_day = setting.calls_per_day if scenario.calls_per_day is None else scenario.calls_per_day
    if not per_day > 0:
        raise BadScenario("calls_per_day must be above zero")
    factor = hourly(scenario.hours, scenario.first_day)
    top = float(factor.max())
    gaps, keep = stream(seed, replication, "arrival"), stream(seed, replication, "thinning")
    found: list[NDArray[np.float64]] = []
    count, last = 0, 0.0
    block = int((calls if calls is not None else per_day * (days or 0)) * top * 1.02) + 1000
    while (count < calls) if calls is not None else (last < (days or 0) * DAY_S):
        at = last + np.cumsum(gaps.standard_exponential(block) * (DAY_S / (per_day * top)))
        last = float(at[-1])
        hour = (at // HOUR_S).astype(np.int64) % 168
        at = at[keep.random(block) * top < factor[hour]]
        found.append(at)
        count += len(at)
    arrival_s = np.concatenate(found) if len(found) > 1 else found[0]
    return arrival_s[:calls] if calls is not None else arrival_s[arrival_s < (days or 0) * DAY_S]


def _place_and_level(setting: Setting, scenario: Scenario, records: NDArray[Any], seed: int, replication: int) -> None:
    n = len(records)
    shares = level_shares(setting, scenario)
    level = np.searchsorted(np.cumsum(shares)[:-1], stream(seed, replication, "level").random(n), side="right")
    records["level"] = level + 1
    place, within = stream(seed, replication, "place").random(n), stream(seed, replication, "within").random((2, n))
    lon, lat = np.empty(n), np.empty(n)
    for i, demand in enumerate(setting.demand):
        of = level == i
        upto = np.cumsum(demand.weight)
        point = np.minimum(np.searchsorted(upto, place[of] * upto[-1], side="right"), len(upto) - 1)
        lon[of] = demand.lon[point] + (within[0, of] - 0.5) * demand.step_lon
        lat[of] = demand.lat[point] + (within[1, of] - 0.5) * demand.step_lat
    records["node"], records["off_m"] = setting.index.nearest(lon, lat)


def level_shares(setting: Setting, scenario: Scenario) -> NDArray[np.float64]:
    """Share of the calls per level, adding to 1."""
    shares = np.array([level.share for level in setting.levels])
    for level, share in scenario.level_shares.items():
        if not 1 <= level <= len(shares) or not share >= 0:
            raise BadScenario(f"level_shares: level {level} with {share}; levels are 1 to {len(shares)}, shares from 0")
        shares[level - 1] = share
    if not shares.sum() > 0:
        raise BadScenario("level_shares add to nothing")
    return np.asarray(shares / shares.sum())


def _plans(scenario: Scenario, level: NDArray[np.uint8], chance: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The plan of each call: 0 is one ambulance, k the k-th plan of the scenario."""
    plan = np.zeros(len(level), np.uint8)
    taken = np.zeros(256)
    for number, one in enumerate(scenario.plans, start=1):
        for lv in one.levels:
            low, high = taken[lv], taken[lv] + one.share
            if high > 1 + 1e-9:
                raise BadScenario(f"the plans of level {lv} share out more than all of its calls")
            plan[(level == lv) & (chance >= low) & (chance < high)] = number
            taken[lv] = high
    return plan
