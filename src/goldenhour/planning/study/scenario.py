"""The scenario file: what is changed from the place as it is, in YAML, checked before anything runs."""

import re
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import yaml

from goldenhour.planning.study.spreads import Spread

PolicyName = Literal["closest", "redispatch", "dmexclp", "swap", "moveup"]
POLICIES: Final = ("closest", "redispatch", "dmexclp", "swap", "moveup")
Needs = Literal["emr", "emt", "aemt", "paramedic", "transport", "supervise", "rescue", "bariatric", "neonatal"]
Kind = Literal["als", "bls", "first_responder", "supervisor"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BadScenario(ValueError):
    """The scenario cannot be used; the message says which line of thought is wrong and what would be accepted."""


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file: an unknown key is an error, so that a typing slip is not silently ignored."""


class Policy(Said, frozen=True):
    """closest: the nearest available unit. redispatch: and units on their way to less urgent calls are diverted.
    swap: and a unit freed nearer takes over. dmexclp: redispatch, and freed units go where cover gains most (q).
    moveup: dmexclp, and waiting units are moved too, at most moves_per_hour. The rest overrides the policy's own
    numbers, see `dispatch.policy.PolicyNumbers`.
    """

    name: PolicyName = "closest"
    divert: dict[int, tuple[int, ...]] | None = None
    divert_gain_s: float = 0.0
    spare_s: float = 0.0
    cover_slack_s: float = 0.0
    cover_target_s: float | None = None
    end_guard_s: dict[int, float] = {}
    break_level: int = 2
    promote_s: dict[int, float] = {}
    swap_gain_s: dict[int, float] = {}
    q: float = 0.3
    move_gain: float = 0.01
    moves_per_hour: int = 6
    move_rest_s: float = 1800.0


class Shift(Said, frozen=True):
    """Hours of duty on some days, "07:00" to "19:00"; an end not after its start is on the next day."""

    start: str
    end: str
    days: tuple[Day, ...] = DAYS
    breaks: tuple["Break", ...] = ()


class Break(Said, frozen=True):
    at: str
    minutes: float


class Unit(Said, frozen=True):
    """A unit in the roster. Without shifts it is always on duty."""

    name: str
    home: str
    kind: Kind = "als"
    shifts: tuple[Shift, ...] = ()


class Place(Said, frozen=True):
    """One place in a plan; sooner_s: sent only when it would be there that much before all others chosen."""

    needs: tuple[Needs, ...]
    sooner_s: float | None = None


class Plan(Said, frozen=True):
    """Who goes to which calls: a share of the calls of some levels; the rest get one ambulance."""

    name: str
    levels: tuple[int, ...]
    units: tuple[Place, ...]
    share: float = 1.0


class Hospital(Said, frozen=True):
    """bays: patients taken over at once (0: no limit); capabilities replace what the setting knows."""

    bays: int = 0
    capabilities: tuple[str, ...] | None = None


class Target(Said, frozen=True):
    seconds: float
    name: str | None = None


class Station(Said, frozen=True):
    """A new station or post; with the name of one that is there, that one moves here."""

    name: str
    lon: float
    lat: float


class Scenario(Said, frozen=True):
    """Everything is optional: an empty file is the place as it is. Times of day are local; the simulation begins on
    `first_day` at 00:00. hours, travel_hours: 24 or 168 factors of the calls and of travel time; travel_spread: sigma
    of how far true travel strays from the expected; report_s: how often units report where they are; handoff_s: how
    long supporting units stay after the first has arrived; mutual_aid: neighbours take the calls that find no unit
    free; move: unit -> station; hospital_needs: capability -> share of the patients."""

    name: str = "as it is"
    first_day: Day = "mon"
    calls_per_day: float | None = None
    level_shares: dict[int, float] = {}
    hours: tuple[float, ...] = ()
    travel_hours: tuple[float, ...] = ()
    travel_spread: float = 0.0
    report_s: float = 0.0
    dispatch_delay_s: Spread | None = None
    turnout_s: Spread | None = None
    on_scene_s: Spread | None = None
    handover_s: Spread | None = None
    support_s: Spread | None = None
    transport: float | None = None
    handoff_s: float = 300.0
    mutual_aid: bool = False
    targets: dict[int, Target] = {}
    stations: tuple[Station, ...] = ()
    units: tuple[Unit, ...] = ()
    move: dict[str, str] = {}
    plans: tuple[Plan, ...] = ()
    hospitals: dict[str, Hospital] = {}
    hospital_needs: dict[str, float] = {}
    sample_minutes: float = 15.0
    policy: Policy = Policy()


def read_scenario(path: Path) -> Scenario:
    """Read and check a scenario file. Raises BadScenario naming the place in the file and what is accepted there."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as fault:
        raise BadScenario(f"{path} cannot be read: {fault.strerror}") from fault
    except yaml.YAMLError as fault:
        raise BadScenario(f"{path} is not YAML: {fault}") from fault
    return scenario_of(content or {}, source=str(path))


def scenario_of(content: Any, *, source: str) -> Scenario:
    """Check what a file said."""
    try:
        scenario = msgspec.convert(content, Scenario, strict=False)
    except msgspec.ValidationError as fault:
        raise BadScenario(f"{source}: {fault}") from fault
    _check(scenario, source)
    return scenario


def with_settings(scenario: Scenario, settings: list[str], *, policy: str | None = None) -> Scenario:
    """The scenario with `--policy NAME` and `--set key=value` applied: the policy's keys first, then the scenario's."""
    content = msgspec.to_builtins(scenario)
    if policy is not None:
        content.setdefault("policy", {})["name"] = policy
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            raise BadScenario(f"--set takes key=value, not {setting!r}")
        place = content.setdefault("policy", {}) if key in Policy.__struct_fields__ and key != "name" else content
        if place is content and key not in Scenario.__struct_fields__:
            known = ", ".join(sorted({*Policy.__struct_fields__, *Scenario.__struct_fields__} - {"name", "policy"}))
            raise BadScenario(f"--set {key}: no such number; there are {known}")
        place[key] = yaml.safe_load(value)
    return scenario_of(content, source="--set" if settings else "--policy")


def minutes_of(clock: str) -> int:
    """Minutes since midnight of "HH:MM" ("24:00" is the day's end)."""
    form = re.fullmatch(r"(\d\d):(\d\d)", clock)
    minutes = int(form[1]) * 60 + int(form[2]) if form else -1
    if not form or int(form[2]) > 59 or minutes > 24 * 60:
        raise BadScenario(f"{clock!r} is no time of day; HH:MM is expected")
    return minutes


def _check(scenario: Scenario, source: str) -> None:
    """What types cannot say. Names of stations, units and hospitals are checked against the setting, later."""
    faults = []
    for name, hours in (("hours", scenario.hours), ("travel_hours", scenario.travel_hours)):
        if hours and len(hours) not in (24, 168):
            faults.append(f"{name} has {len(hours)} numbers; 24 (a day) or 168 (a week from Monday) are expected")
        if any(not hour >= 0 for hour in hours) or (hours and not sum(hours) > 0):
            faults.append(f"{name} must be zero or more, and not all zero")
    if any(not hour > 0 for hour in scenario.travel_hours):
        faults.append("travel_hours must be above zero")
    numbers = {
        "calls_per_day": (scenario.calls_per_day, 0.0, 1e7),
        "transport": (scenario.transport, 0.0, 1.0),
        "travel_spread": (scenario.travel_spread, 0.0, 2.0),
        "report_s": (scenario.report_s, 0.0, 3600.0),
        "handoff_s": (scenario.handoff_s, 0.0, 86_400.0),
        "sample_minutes": (scenario.sample_minutes, 0.0, 1440.0),
        "policy.moves_per_hour": (scenario.policy.moves_per_hour, 0, 240),
        "policy.move_rest_s": (scenario.policy.move_rest_s, 0.0, 1e6),
    }
    for name, (number, least, most) in numbers.items():
        if number is not None and not least <= number <= most:
            faults.append(f"{name} is {number}; {least:.3g} to {most:.3g} is expected")
    if not 0 < scenario.policy.q < 1:
        faults.append(
            f"policy.q is {scenario.policy.q:g}; it is the share of its time that a unit is busy, above 0 and below 1"
        )
    for name, share in [*((f"plan {p.name}", p.share) for p in scenario.plans), *scenario.hospital_needs.items()]:
        if not 0 <= share <= 1:
            faults.append(f"the share of {name} is {share}; 0 to 1 is expected")
    for plan in scenario.plans:
        if not 1 <= len(plan.units) <= 6 or not all(place.needs for place in plan.units):
            faults.append(f"plan {plan.name} needs one to six units, each with something it needs")
        elif "transport" not in plan.units[0].needs or plan.units[0].sooner_s is not None:
            faults.append(f"the first unit of plan {plan.name} treats and transports: it needs transport, always")
    names = [unit.name for unit in scenario.units]
    if len(set(names)) != len(names):
        faults.append("two units have the same name")
    for unit in scenario.units:
        for shift in unit.shifts:
            for clock in (shift.start, shift.end, *(b.at for b in shift.breaks)):
                minutes_of(clock)
    if faults:
        raise BadScenario(f"{source}: " + "; ".join(faults))
