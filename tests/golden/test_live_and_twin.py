"""One kernel: what the live desk decided, the twin decides again from the desk's log (DESIGN section 6).

A day of simulated people is worked by a real desk whose dispatchers follow the recommendation. Its log and the reported
positions are all that is handed on. The twin folds them, measures travel and cover on its own roads and decides by its
own engine; every unit, reason and arrival that was recorded must come out again.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from golden.live_log import Decision, decisions, live_log
from golden.twin_desk import Choice, TwinDesk
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.questions import coverage
from goldenhour.dispatch import policy, recommend
from goldenhour.dispatch.policy import Reason
from goldenhour.dispatch.turnout import TURNING_OUT
from goldenhour.planning.siting import moveup
from goldenhour.planning.study.region import setting_of_region
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.twin import engine
from goldenhour.planning.twin.desk import cover, freeing, queue, sending
from world.simulated import loaded

CONTENT = Content(default_folder())
POLICY = CONTENT.response_plans.policy


@pytest.fixture(scope="module")
def setting(county: Path) -> Setting:
    return setting_of_region(county)


@pytest.fixture(scope="module")
def recorded(county: Path) -> list[Decision]:
    """Four very busy hours: enough for diverts, for places that nobody can fill, and for crews spared."""
    return list(decisions(asyncio.run(live_log(county, seed=5, hours=4.0, rate=6.0)), CONTENT))


def twin_desk(county: Path, setting: Setting, **changed: object) -> TwinDesk:
    return TwinDesk(setting, loaded(county)[0], replace(POLICY, **changed))


def differing(decision: Decision, choice: Choice) -> list[str]:
    """What the twin would have done otherwise, slot by slot, in words."""
    sent = {one.slot: one for one in decision.sent}
    found = []
    for slot, unit, why in zip(decision.slots, choice.unit, choice.why, strict=True):
        was = sent.get(slot.id)
        then = None if was is None else (was.unit, was.reason, was.eta_s, was.turnout_s, was.parts)
        now = None if unit < 0 else (decision.units[unit].id, why, *_time(choice, unit))
        if then != now:
            found.append(f"incident {decision.incident.number}, {slot.id}: {then} then, {now} in the twin")
    return found


def _time(choice: Choice, unit: int) -> tuple[int, int, tuple[str, ...]]:
    """Seconds until it is there, of these before it rolls, and both in the desk's words."""
    eta_s, turnout_s = round(float(choice.travel_s[unit])), round(float(choice.turnout_s[unit]))
    road_s = eta_s - turnout_s
    words = f"turnout {turnout_s // 60}:{turnout_s % 60:02d} + road {road_s // 60}:{road_s % 60:02d}"
    return eta_s, turnout_s, (words,) if turnout_s else ()


def all_differing(desk: TwinDesk, recorded: list[Decision]) -> Iterator[str]:
    for decision in recorded:
        yield from differing(decision, desk.decide(decision))


def test_the_log_holds_decisions_of_every_sort(recorded: list[Decision]) -> None:
    """What follows proves nothing about a rule that the log never exercised."""
    sent = [one for decision in recorded for one in decision.sent]
    assert len(recorded) > 60
    assert sum(len(decision.sent) > 1 for decision in recorded) > 10, "plans of several units"
    assert sum(len(decision.sent) < len(decision.slots) for decision in recorded) > 5, "places that stayed empty"
    reasons = Counter(one.reason for one in sent)
    assert min(reasons[reason] for reason in (Reason.NEAREST, Reason.SPARES_SCARCE, Reason.KEEPS_COVER)) > 0, reasons
    diverted = [
        one
        for decision in recorded
        for one in decision.sent
        for unit in decision.units
        if unit.id == one.unit and unit.assignments
    ]
    assert diverted, "units taken from less urgent incidents"
    turnouts = Counter(one.turnout_s for one in sent)
    assert min(turnouts[60], turnouts[80], turnouts[0]) > 5, f"crews at their posts and on the road: {turnouts}"
    turning_out = [unit for one in recorded for unit in one.units if unit.status in TURNING_OUT]
    assert len(turning_out) > 20, "crews in the middle of turning out, to be compared with the others"


def test_the_twin_decides_as_the_desk_did(county: Path, setting: Setting, recorded: list[Decision]) -> None:
    """The same units, for the same reasons, expected after the same seconds, in every recorded decision."""
    assert list(all_differing(twin_desk(county, setting), recorded)) == []


def test_the_short_way_for_one_unit_decides_the_same(county: Path, setting: Setting, recorded: list[Decision]) -> None:
    """The engine looks for a single unit among the candidates only; the live desk always fills a plan."""
    desk = twin_desk(county, setting)
    single = [one for one in recorded if one.slots[0].sooner_s < 0]
    assert len(single) > 50
    for decision in single:
        choice = desk.decide(decision)
        why = choice.why[0] if choice.unit[0] >= 0 else None
        assert desk.decide_single(decision) == (choice.unit[0], why), decision.incident.number


@pytest.mark.parametrize(
    "changed",
    [{"spare_s": 600.0}, {"cover_slack_s": 0.0}, {"divert": {}}, {"q": 0.9}, {"turnout_s": {}}],
    ids=lambda changed: next(iter(changed)),
)
def test_another_number_would_have_been_noticed(
    county: Path, setting: Setting, recorded: list[Decision], changed: dict[str, object]
) -> None:
    """The equality above can fail: with one number of the policy changed, some decision comes out different."""
    assert list(all_differing(twin_desk(county, setting, **changed), recorded))


def test_desk_and_twin_call_the_same_symbols() -> None:
    """Not copies, not wrappers: what a module of the desk or the twin calls by a rule's name is that rule."""
    desk, twin = (recommend, coverage), (sending, freeing, cover, queue, engine, moveup)
    used = {module.__name__: {name for name in policy.__all__ if hasattr(module, name)} for module in (*desk, *twin)}
    for module in (*desk, *twin):
        for name in used[module.__name__]:
            assert getattr(module, name) is getattr(policy, name), f"{module.__name__}.{name} is not the kernel's"
    live = {name for module in desk for name in used[module.__name__] if callable(getattr(policy, name))}
    planned = {name for module in twin for name in used[module.__name__]}
    assert {"fill_plan", "screen_unit", "screen_units", "loss_of_leaving"} <= live & planned
    kernel = {name for name in policy.__all__ if hasattr(getattr(policy, name), "py_func")}
    inside = {"queue_level"}  # which choose_waiting asks
    unused = kernel - live - planned - inside
    assert not unused, f"rules that neither the desk nor the twin asks: {unused}"
