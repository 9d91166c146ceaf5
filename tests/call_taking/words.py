"""Commands of the call-taking tests, short enough to read as sentences."""

from decisions import Story
from goldenhour.call_taking import commands as c
from goldenhour.call_taking.facts import Said
from goldenhour.call_taking.policy import ComplaintRule
from goldenhour.kernel.ids import BookId, CallId, IncidentId
from goldenhour.kernel.levels import Level
from goldenhour.kernel.places import Location, LocationSource

CALL = CallId("k")
INCIDENT = IncidentId("i")
MILL_LANE = Location(label="12 Mill Ln", lon=-92.9, lat=39.9, source=LocationSource.TYPED)
FROM_PHONE = Location(label="", lon=-92.91, lat=39.91, source=LocationSource.DEVICE, uncertainty_m=300)
FALL = ComplaintRule(id="fall", name="Fall", nemsis="2301031", default_level=Level.L3, family="trauma")
FIT = ComplaintRule(id="fit", name="Seizure", nemsis="2301019", default_level=Level.L2, not_awake=Level.L1)


def rings(name: str = "k", location: Location | None = None) -> c.RingCall:
    return c.RingCall(call=CallId(name), book=BookId("calls/2026-01-05"), ani="555-0100", location=location)


def answered(location: Location | None = None) -> Story:
    """A call that somebody has picked up."""
    return Story().given([rings(location=location), c.AnswerCall(call=CALL, desk="desk 1")])


def complaint(rule: ComplaintRule) -> c.TakeComplaint:
    return c.TakeComplaint(call=CALL, complaint=rule.id, words="he fell", rule=rule)


def life(awake: Said, breathing: Said, rule: ComplaintRule | None = None) -> c.AnswerLifeQuestions:
    return c.AnswerLifeQuestions(call=CALL, awake=awake, breathing=breathing, rule=rule)
