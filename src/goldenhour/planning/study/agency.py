"""The agency's own rules as a scenario: the response plans and the numbers that its live desk decides by."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from goldenhour.chain.content import ResponsePlans
from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.plans import PolicySettings, ResponsePlan, Slot
from goldenhour.planning.study.scenario import (
    Needs,
    Place,
    Plan,
    Policy,
    Scenario,
    read_scenario,
    scenario_of,
)
from goldenhour.planning.study.spreads import Spread

P90_OVER_MEDIAN = 1.5
"""How far turnouts spread: assumed."""

KNOWN_NEEDS = frozenset(get_args(Needs))
MOST_PLACES = 6


def scenario_of_agency(said: ResponsePlans) -> Scenario:
    """Who goes to which level, and by which numbers the choice is made; diverts are the setting's."""
    policy = said.policy
    return Scenario(
        plans=tuple(plan for one in said.plans if (plan := _plan(one, said)) is not None),
        policy=Policy(
            name="redispatch" if any(policy.divert.values()) else "closest",
            divert_gain_s=policy.divert_gain_s,
            spare_s=policy.spare_s,
            cover_slack_s=policy.cover_slack_s,
            cover_target_s=policy.cover_within_s,
            q=policy.q,
        ),
    )


def _plan(one: ResponsePlan, said: ResponsePlans) -> Plan | None:
    """A plan of levels with what the twin can play of it: places that are always or conditionally filled."""
    if one.complaints:
        return None
    slot_by_id = {slot.id: slot for slot in said.slots}
    places = [_place(slot_by_id[slot]) for slot in one.slots if not slot_by_id[slot].optional]
    places.sort(key=lambda place: "transport" not in place.needs or place.sooner_s is not None)  # who transports first
    if not places or "transport" not in places[0].needs or places[0].sooner_s is not None:
        return None
    return Plan(name=one.name, levels=tuple(level.value for level in one.levels), units=tuple(places[:MOST_PLACES]))


def _place(slot: Slot) -> Place:
    needs: Any = tuple(word for word in slot.needs if word in KNOWN_NEEDS)
    return Place(needs=needs, sooner_s=slot.sooner_s if slot.sooner_s >= 0 else None)


def left_out(said: ResponsePlans) -> tuple[str, ...]:
    """Notes for people: what of the agency's plans a simulated day does not know."""
    optional = [slot.name for slot in said.slots if slot.optional]
    special = [plan.name for plan in said.plans if plan.complaints]
    unplayed = [plan.name for plan in said.plans if not plan.complaints and _plan(plan, said) is None]
    kinds = (
        ("places that may stay empty are not played", optional),
        ("plans of single complaints are not played", special),
        ("plans without a place that transports are played as one ambulance", unplayed),
    )
    return tuple(f"{what}: {', '.join(names)}" for what, names in kinds if names)


def divert_of(policy: PolicySettings) -> dict[int, tuple[int, ...]]:
    """To which level one may divert from which."""
    return {to.value: tuple(one.value for one in sources) for to, sources in policy.divert.items()}


def turnout_of(policy: PolicySettings) -> Spread:
    """Turnouts of the calls: the twin draws one for a call, whoever answers it, so an ambulance's."""
    median_s = policy.expected_turnout_s(UnitKind.AMBULANCE)
    return Spread(median=median_s, p90=median_s * P90_OVER_MEDIAN) if median_s > 0 else Spread(always=0.0)


def changed_by(scenario: Scenario, file: Path) -> Scenario:
    """The scenario with what a file says instead, its policy number by number. Raises BadScenario."""
    read_scenario(file)
    said: dict[str, Any] = yaml.safe_load(file.read_text("utf-8")) or {}
    base: dict[str, Any] = msgspec.to_builtins(scenario)
    policy = {**base.get("policy", {}), **said.get("policy", {})}
    return scenario_of({**base, **said, "policy": policy}, source=str(file))
