"""The present plan is the agency's own: who goes to which level, and by which numbers, as its live desk decides."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from goldenhour.chain.content import Content, default_folder
from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.plans import PolicySettings, ResponsePlan
from goldenhour.kernel.levels import Level
from goldenhour.planning.study.agency import changed_by, divert_of, left_out, scenario_of_agency, turnout_of
from goldenhour.planning.study.scenario import BadScenario, Place, scenario_of

SHIPPED = Content(default_folder()).response_plans


def test_every_level_is_answered_as_its_response_plan_says() -> None:
    plans = {level: plan.units for plan in scenario_of_agency(SHIPPED).plans for level in plan.levels}
    als, bls = Place(needs=("paramedic", "transport")), Place(needs=("emt", "transport"))
    first_responder = Place(needs=("emr",), sooner_s=30)
    assert plans == {1: (als, bls, first_responder), 2: (als, first_responder), 3: (bls,), 4: (bls,), 5: (bls,)}


def test_the_numbers_are_those_of_the_desk() -> None:
    policy, desk = scenario_of_agency(SHIPPED).policy, SHIPPED.policy
    assert policy.name == "redispatch"
    assert (policy.divert_gain_s, policy.spare_s, policy.cover_slack_s, policy.q) == (
        desk.divert_gain_s,
        desk.spare_s,
        desk.cover_slack_s,
        desk.q,
    )
    assert policy.cover_target_s == desk.cover_within_s
    assert divert_of(desk) == {1: (3, 4, 5), 2: (4, 5)}
    assert turnout_of(desk).median == desk.turnout_s[UnitKind.AMBULANCE]


def test_who_diverts_nobody_plans_without_it() -> None:
    without = replace(SHIPPED, policy=PolicySettings())
    assert scenario_of_agency(without).policy.name == "closest"
    assert turnout_of(without.policy).average == 0


def test_what_a_simulated_day_does_not_know_is_said() -> None:
    special = ResponsePlan(id="stroke", name="Stroke car", levels=(Level.L2,), slots=("als",), complaints=("stroke",))
    alone = ResponsePlan(id="l5", name="Visit", levels=(Level.L5,), slots=("first_responder",))
    said = left_out(replace(SHIPPED, plans=(*SHIPPED.plans[:-1], alone, special)))
    assert [words.split(": ")[1] for words in said] == ["Supervisor", "Stroke car", "Visit"]


def test_who_transports_comes_first_in_a_plan() -> None:
    mixed = ResponsePlan(id="l1", name="L1", levels=(Level.L1,), slots=("first_responder", "bls", "als"))
    (first, *_) = scenario_of_agency(replace(SHIPPED, plans=(mixed, *SHIPPED.plans[1:]))).plans
    assert [place.needs for place in first.units] == [("emt", "transport"), ("paramedic", "transport"), ("emr",)]


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "present.yaml"
    file.write_text("calls_per_day: 99\npolicy: {name: closest, spare_s: 0}\n", "utf-8")
    agency = scenario_of_agency(SHIPPED)
    found = changed_by(agency, file)
    assert found.calls_per_day == 99
    assert found.policy == replace(agency.policy, name="closest", spare_s=0.0)
    assert found.plans == agency.plans
    file.write_text("plicy: {}\n", "utf-8")
    with pytest.raises(BadScenario, match="plicy"):
        changed_by(agency, file)


def test_what_the_agency_says_is_a_scenario_that_can_be_played() -> None:
    said = msgspec.to_builtins(scenario_of_agency(SHIPPED))
    assert scenario_of(said, source="the agency's plans") == scenario_of_agency(SHIPPED)
