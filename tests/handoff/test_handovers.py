"""From the pre-alert to two signatures, and what comes in between."""

from typing import Any

import pytest

from decisions import Story, names
from goldenhour.handoff import commands as c
from goldenhour.handoff.facts import Alert, FacilityStatus, Side
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level

W = HandoverId("w")
GENERAL, TRAUMA = FacilityId("general"), FacilityId("trauma")


def hospital(name: FacilityId = GENERAL, **more: Any) -> c.RegisterFacility:
    return c.RegisterFacility(facility=name, name=name.title(), **{"lon": -92.9, "lat": 39.9, "beds": 20} | more)


def told(**more: Any) -> c.PreAlert:
    known: dict[str, Any] = {"alerts": (Alert.STEMI,), "age": "61 y", "words": "crushing chest pain"}
    return c.PreAlert(
        handover=W,
        facility=GENERAL,
        incident=IncidentId("i"),
        assignment=AssignmentId("i/1"),
        unit=UnitId("m1"),
        level=Level.L1,
        **known | more,
    )


def signs(side: Side, **more: Any) -> c.SignTransfer:
    return c.SignTransfer(handover=W, side=side, name="R. Quist", **more)


@pytest.fixture
def coming() -> Story:
    return Story().given([hospital(), told()])


@pytest.fixture
def arrived(coming: Story) -> Story:
    return coming.given([c.ArriveAtFacility(handover=W)])


def test_the_hospital_is_told_once_and_then_of_changes(coming: Story) -> None:
    coming.refuses(told(), "handoff.alert.sent")
    coming.given([c.UpdateCondition(handover=W, level=Level.L1, alerts=(Alert.ARREST,))])
    handover = coming.of("handover", "w")
    assert (handover.alerts, handover.words) == ((Alert.ARREST,), "crushing chest pain"), "silence changes nothing"


def test_care_is_transferred_with_the_second_signature_and_at_its_time(arrived: Story) -> None:
    assert names(arrived.when(signs(Side.CREW))) == ["TransferSigned"]
    assert arrived.of("handover", "w").is_open
    assert names(arrived.when(signs(Side.HOSPITAL))) == ["TransferSigned", "CareHandedOver"]
    assert arrived.of("handover", "w").handed_over_at == arrived.now
    assert not arrived.of("handover", "w").is_open


@pytest.mark.parametrize("first", list(Side))
def test_either_side_may_sign_first_but_nobody_twice(arrived: Story, first: Side) -> None:
    arrived.given([signs(first)])
    assert first.value in arrived.refuses(signs(first), "handoff.sign.signed")


def test_nobody_signs_for_a_patient_who_has_not_arrived(coming: Story) -> None:
    coming.refuses(signs(Side.CREW), "handoff.sign.not_arrived")


def test_care_is_not_transferred_before_the_arrival(arrived: Story) -> None:
    early = Instant(arrived.of("handover", "w").arrived_at - 60_000)
    arrived.refuses(signs(Side.CREW, at=early), "handoff.sign.before_arrival")


def test_an_arrival_that_both_sides_report_counts_once(arrived: Story) -> None:
    at = arrived.of("handover", "w").arrived_at
    assert arrived.when(c.ArriveAtFacility(handover=W)) == []
    assert arrived.of("handover", "w").arrived_at == at


def test_a_redirect_takes_back_the_first_hospitals_yes_and_bed(coming: Story) -> None:
    coming.given([c.AcceptPatient(handover=W), c.AssignBed(handover=W, bed="R2"), hospital(TRAUMA)])
    redirect = c.RedirectHandover(handover=W, facility=TRAUMA, reason="needs surgery")
    coming.given([redirect])
    handover = coming.of("handover", "w")
    assert (handover.facility, handover.accepted_at, handover.bed) == (TRAUMA, None, "")
    assert coming.when(redirect) == [], "the same again changes nothing"


def test_a_patient_who_has_arrived_is_not_redirected(arrived: Story) -> None:
    arrived.refuses(c.RedirectHandover(handover=W, facility=TRAUMA, reason="full"), "handoff.redirect.arrived")


def test_accepting_is_said_once(coming: Story) -> None:
    coming.given([c.AcceptPatient(handover=W)])
    coming.refuses(c.AcceptPatient(handover=W), "handoff.accept.accepted")


def test_question_and_answer_stay_in_order_with_their_side(coming: Story) -> None:
    coming.given([c.AskCrew(handover=W, question="on anticoagulants?"), c.AnswerHospital(handover=W, answer="yes")])
    assert [(one.side, one.text) for one in coming.of("handover", "w").messages] == [
        (Side.HOSPITAL, "on anticoagulants?"),
        (Side.CREW, "yes"),
    ]
    coming.refuses(c.AskCrew(handover=W, question=" "), "handoff.text.empty")


AFTER: list[Command] = [
    c.UpdateCondition(handover=W, level=Level.L2),
    c.AcceptPatient(handover=W),
    c.AskCrew(handover=W, question="?"),
    c.AnswerHospital(handover=W, answer="!"),
    c.RedirectHandover(handover=W, facility=TRAUMA, reason="r"),
    c.ArriveAtFacility(handover=W),
    c.AssignBed(handover=W, bed="1"),
    signs(Side.CREW),
    c.WithdrawHandover(handover=W, reason="r"),
]


@pytest.mark.parametrize("wish", AFTER, ids=lambda one: type(one).__name__)
def test_what_is_over_is_over(wish: Command) -> None:
    done = Story().given([hospital(), told(), c.ArriveAtFacility(handover=W), signs(Side.CREW), signs(Side.HOSPITAL)])
    done.refuses(wish, "handoff.over")
    gone = Story().given([hospital(), told(), c.WithdrawHandover(handover=W, reason="died on scene")])
    gone.refuses(wish, "handoff.withdrawn")


def test_a_hospital_on_diversion_says_why_and_until_when_and_it_ends_by_itself() -> None:
    story = Story().given([hospital()])

    def set_to(status: FacilityStatus, **more: Any) -> c.SetFacilityStatus:
        return c.SetFacilityStatus(facility=GENERAL, status=status, **more)

    ends = Instant(story.now + 3_600_000)
    story.refuses(set_to(FacilityStatus.DIVERSION, expires_at=ends), "handoff.status.no_reason")
    story.refuses(set_to(FacilityStatus.DIVERSION, reason="full"), "handoff.status.no_end")
    story.refuses(set_to(FacilityStatus.DIVERSION, reason="full", expires_at=story.now), "handoff.status.no_end")
    story.refuses(set_to(FacilityStatus.LIMITED, reason="scanner", expires_at=ends), "handoff.status.no_services")
    story.given([set_to(FacilityStatus.DIVERSION, reason="full", expires_at=ends)])
    facility = story.of("facility", "general")
    assert facility.status_at(Instant(ends - 1)) is FacilityStatus.DIVERSION
    assert facility.status_at(ends) is FacilityStatus.OPEN
    story.given([set_to(FacilityStatus.OPEN)])
    assert story.of("facility", "general").status is FacilityStatus.OPEN


def test_registering_a_hospital_again_changes_only_what_changed() -> None:
    story = Story().given([hospital()])
    assert story.when(hospital()) == []
    assert names(story.when(hospital(beds=24))) == ["FacilityRegistered"]
    story.refuses(hospital(TRAUMA, lon=500.0), "handoff.facility.no_place")
