"""What dispatch, call takers and hospitals did is told as they would tell it, whatever the fact."""

from pathlib import Path

import pytest

from goldenhour.call_taking import facts as call
from goldenhour.chain.registry import REGISTRY
from goldenhour.chain.timeline.words import Words, name
from goldenhour.dispatch import facts as response
from goldenhour.handoff import facts as handoff
from goldenhour.kernel.facts import Fact, streams_of
from goldenhour.kernel.ids import AssignmentId, FacilityId, HandoverId, IncidentId, PlanId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.kernel.levels import Level, Mode

NOON = Instant(1_795_262_400_000)
NAMES = {"m12": "M12", "i7": "0007", "st-anne": "St. Anne Hospital", "als": "ALS ambulance", "stroke": "Stroke"}
WORDS = Words(
    zone="UTC",
    **{one: lambda said: NAMES.get(said, said) for one in ("unit", "facility", "incident", "complaint", "slot")},
)
PART = {"incident": IncidentId("i1"), "unit": UnitId("m12"), "assignment": AssignmentId("i1/1")}
SENT = {**PART, "slot": "als", "begins_as": response.Moment.NOTIFIED, "plan": PlanId("l2"), "position_age_s": 4}
HANDOVER = {"handover": HandoverId("h1")}
ALERTED = {
    "facility": FacilityId("st-anne"),
    "incident": IncidentId("i1"),
    "assignment": AssignmentId("i1/1"),
    "unit": UnitId("m12"),
}
TELLS_ALL_BY_ITS_NAME = {"HelpRequested", "CallAbandoned", "CallEnded", "RelatedToIncident"}
FACTS = sorted((Path(__file__).parents[1] / "golden" / "facts").glob("*.json"))


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            response.UnitAssigned(
                **SENT, mode=Mode.HOT, eta_s=139, turnout_s=60, reasons=("soonest there", "turnout 1:00 + road 1:19")
            ),
            "M12 sent as ALS ambulance, lights and siren, ETA 2:19: soonest there, turnout 1:00 + road 1:19",
        ),
        (
            response.UnitAssigned(**SENT, mode=Mode.COLD, override="closer than its last report"),
            "M12 sent as ALS ambulance, without lights: instead of what was recommended: closer than its last report",
        ),
        (
            response.UnitAssigned(**{**SENT, "begins_as": response.Moment.RESERVED}, mode=Mode.COLD),
            "M12 reserved as ALS ambulance, without lights",
        ),
        (
            response.UnitLeftScene(**PART, facility=FacilityId("st-anne")),
            "M12 left scene for St. Anne Hospital",
        ),
        (
            response.UnitDiverted(**PART, to=IncidentId("i7"), reason="more urgent"),
            "M12 diverted to incident 0007: more urgent",
        ),
        (
            response.TimeCorrected(
                **PART, moment=response.Moment.ON_SCENE, before=NOON, after=Instant(NOON + 90_000), reason="late tap"
            ),
            "M12 on scene at 12:01:30 instead of 12:00:00: late tap",
        ),
        (
            response.AgencyRequested(
                incident=IncidentId("i1"),
                request="r1",
                agency="air_ambulance",
                wanted="scene flight",
                unit=UnitId("m12"),
                eta_s=605,
                landing_zone="the field",
                handover_point="Mill Ln gate",
            ),
            "Asked air ambulance for scene flight: M12, ETA 10:05, landing zone the field, hand-over at Mill Ln gate",
        ),
        (
            response.AgencyRequestMoved(
                incident=IncidentId("i1"), request="r1", state=response.RequestState.DECLINED, note="weather"
            ),
            "Request to another agency: declined, weather",
        ),
        (
            call.LifeQuestionsAnswered(call="c1", awake=call.Said.YES, breathing=call.Said.NO),
            "Awake: yes; breathing normally: no",
        ),
        (
            handoff.PreAlerted(
                **HANDOVER,
                **ALERTED,
                level=Level.L2,
                alerts=(handoff.Alert.STROKE,),
                complaint="stroke",
                age="71 y",
                words="left side weak",
                eta_at=NOON,
            ),
            "Pre-alert to St. Anne Hospital: stroke, L2, Stroke, 71 y, “left side weak”, expected 12:00:00",
        ),
        (
            handoff.TransferSigned(**HANDOVER, side=handoff.Side.HOSPITAL, name="R. Diaz"),
            "Transfer of care signed for the hospital by R. Diaz",
        ),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Fact) else "",
)
def test_facts_are_told_as_people_tell_them(fact: Fact, text: str) -> None:
    assert WORDS.said(fact) == text


@pytest.mark.parametrize("file", FACTS, ids=lambda file: file.stem)
def test_every_fact_of_an_incident_has_words_of_its_own(file: Path) -> None:
    fact = REGISTRY.read_happened(file.read_bytes()).fact
    told = {stream.partition(":")[0] for stream in streams_of(fact)} & {"call", "incident", "handover"}
    if told:
        text = WORDS.said(fact)
        assert text
        assert (text == name(fact)) == (type(fact).__name__ in TELLS_ALL_BY_ITS_NAME), text
