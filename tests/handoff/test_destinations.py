"""Which hospital is suggested first, and why."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from goldenhour.chain.content import Content, default_folder
from goldenhour.handoff.destinations import EMERGENCY_DEPARTMENT, AlertRule, suggested
from goldenhour.handoff.facts import FacilityStatus
from goldenhour.handoff.state import Facility
from goldenhour.kernel.ids import FacilityId
from goldenhour.kernel.instants import Instant

NOON = Instant(1_767_600_000_000)
STEMI = AlertRule(id="stemi", name="STEMI", nemsis="4224005", needs=("pci",), within_s=3600.0)
ARREST = AlertRule(id="arrest", name="Arrest", nemsis="4224003", needs=(), despite_diversion=True)


def place(name: str, *capabilities: str, **more: Any) -> Facility:
    return Facility(id=FacilityId(name), name=name, lon=0, lat=0, capabilities=capabilities, **more)


def diverted(name: str, *capabilities: str) -> Facility:
    ends = Instant(NOON + 3_600_000)
    return place(name, *capabilities, status=FacilityStatus.DIVERSION, reason="full", expires_at=ends)


def order(facilities: list[Facility], eta_s: dict[str, float], *needs: AlertRule) -> list[str]:
    found = suggested(facilities, {FacilityId(k): v for k, v in eta_s.items()}, needs, NOON)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    return [one.facility for one in found]


def test_without_needs_the_nearest_open_hospital_is_first() -> None:
    assert order([place("far"), place("near")], {"far": 900, "near": 300}) == ["near", "far"]


def test_a_capable_hospital_comes_before_a_nearer_one_that_cannot_help() -> None:
    far, near = place("far", "pci"), place("near")
    found = suggested([near, far], {near.id: 300.0, far.id: 1500.0}, [STEMI], NOON)
    assert [one.facility for one in found] == ["far", "near"]
    assert [one.capable for one in found] == [True, False]
    assert "STEMI capable" in found[0].reasons
    assert "no STEMI capability" in found[1].reasons


def test_a_capable_hospital_beyond_the_time_limit_says_so() -> None:
    found = suggested([place("far", "pci")], {FacilityId("far"): 4000.0}, [STEMI], NOON)
    assert "beyond 60 min for STEMI" in found[0].reasons


def test_diversion_ranks_lower_but_hides_nothing() -> None:
    assert order([diverted("near"), place("far")], {"near": 100, "far": 900}) == ["far", "near"]
    assert order([diverted("only")], {"only": 100}) == ["only"]


def test_diversion_does_not_bind_for_an_arrest() -> None:
    assert order([diverted("near"), place("far")], {"near": 100, "far": 900}, ARREST) == ["near", "far"]


def test_a_diversion_that_is_over_is_forgotten() -> None:
    over = place("near", status=FacilityStatus.DIVERSION, reason="full", expires_at=NOON)
    assert order([over, place("far")], {"near": 100, "far": 900}) == ["near", "far"]


def test_a_capable_hospital_on_diversion_still_beats_one_that_cannot_help() -> None:
    assert order([diverted("able", "pci"), place("near")], {"able": 900, "near": 100}, STEMI) == ["able", "near"]


def limited(name: str, *capabilities: str, services: tuple[str, ...], reason: str = "fault") -> Facility:
    ends = Instant(NOON + 3_600_000)
    return place(name, *capabilities, status=FacilityStatus.LIMITED, services=services, reason=reason, expires_at=ends)


CATH = "catheter laboratory"
HEART = AlertRule(id="stemi", name="STEMI", nemsis="4224013", needs=("pci",), services=(CATH,), despite_diversion=True)


def test_a_hospital_limited_in_the_needed_service_is_not_capable() -> None:
    near, far = limited("near", "pci", services=(CATH,), reason="generator"), place("far", "pci")
    found = suggested([near, far], {near.id: 300.0, far.id: 1500.0}, [HEART], NOON)
    assert [(one.facility, one.capable) for one in found] == [("far", True), ("near", False)]
    assert "cannot take STEMI now: no catheter laboratory (generator)" in found[1].reasons
    assert "STEMI capable" not in found[1].reasons


def test_being_limited_in_something_else_takes_nothing_away() -> None:
    near, far = limited("near", "pci", services=("psychiatry",)), place("far", "pci")
    found = suggested([near, far], {near.id: 300.0, far.id: 1500.0}, [HEART], NOON)
    assert [(one.facility, one.capable) for one in found] == [("near", True), ("far", True)]
    assert "limited: psychiatry (fault)" in found[0].reasons


def test_a_limit_that_is_over_is_forgotten() -> None:
    over = place("near", "pci", status=FacilityStatus.LIMITED, services=(CATH,), expires_at=NOON)
    assert order([over, place("far", "pci")], {"near": 100, "far": 900}, HEART) == ["near", "far"]


def test_a_limited_emergency_department_binds_as_diversion_does() -> None:
    near = limited("near", "pci", services=("emergency department",))
    assert order([near, place("far", "pci")], {"near": 100, "far": 900}) == ["far", "near"]
    assert order([near, place("far", "pci")], {"near": 100, "far": 900}, HEART) == ["near", "far"]


def test_every_service_of_the_rules_is_one_a_hospital_can_be_limited_in() -> None:
    rules = Content(default_folder()).destinations
    assert EMERGENCY_DEPARTMENT in rules.services
    assert {service for alert in rules.alerts for service in alert.services} <= set(rules.services)


def test_where_no_road_leads_comes_last_and_has_no_time() -> None:
    found = suggested([place("island", "pci"), place("near")], {FacilityId("near"): 100.0}, [STEMI], NOON)
    assert [one.facility for one in found] == ["near", "island"]
    assert found[1].eta_s is None
    assert "no road leads there" in found[1].reasons


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.integers(60, 4000), min_size=4, max_size=4))
def test_the_order_does_not_depend_on_the_order_of_asking(asked: list[str], times: list[int]) -> None:
    all_of = {"a": place("a", "pci"), "b": diverted("b", "pci"), "c": place("c"), "d": diverted("d")}
    eta_s = dict(zip("abcd", map(float, times), strict=True))
    assert order([all_of[name] for name in asked], eta_s, STEMI) == order(list(all_of.values()), eta_s, STEMI)
