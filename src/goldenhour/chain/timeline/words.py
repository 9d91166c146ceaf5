"""A fact of a call, of the response or of the hand-over as a sentence, as the people on the radio would say it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from goldenhour.call_taking import facts as call
from goldenhour.dispatch import facts as response
from goldenhour.handoff import facts as handoff
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import Instant, as_datetime
from goldenhour.kernel.levels import Level, Mode
from goldenhour.kernel.places import Location

Name = Callable[[str], str]
"""An id -> what people call it."""

_DRIVES: Final = {Mode.HOT: "lights and siren", Mode.COLD: "without lights"}

_HAPPENED: Final[dict[type[Fact], str]] = {
    response.UnitNotified: "notified",
    response.UnitAcknowledged: "acknowledged",
    response.UnitEnRoute: "en route",
    response.UnitStaged: "staged",
    response.UnitArrivedOnScene: "arrived on scene",
    response.UnitArrivedAtPatient: "arrived at patient",
    response.PatientArrivedAtDestination: "arrived at destination",
    response.CareTransferred: "transferred care",
    response.UnitArrivedHome: "arrived home",
}
"""Facts of an assignment that say nothing more."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Says facts in words; `zone` is where the times are told."""

    zone: str
    unit: Name
    facility: Name
    incident: Name
    complaint: Name
    slot: Name

    def said(self, fact: Fact) -> str:
        """The fact as a sentence; its own name for one that no time line of an incident tells."""
        return self._call(fact) or self._incident(fact) or self._assignment(fact) or self._hand_over(fact) or name(fact)

    def _call(self, fact: Fact) -> str:
        match fact:
            case call.CallRang():
                return f"Call {fact.number} rang on line {fact.line}" + _more(" from ", fact.ani)
            case call.CallAnswered():
                return f"Call answered at {fact.desk}"
            case call.CallLocationOffered():
                return f"Location offered: {_place(fact.location)}"
            case call.CallLocationConfirmed():
                return f"Location confirmed: {_place(fact.location)}"
            case call.CallbackTaken():
                return f"Call back on {fact.callback}" + _more(", ", fact.caller)
            case call.ComplaintTaken():
                return f"Complaint: {self.complaint(fact.complaint)}" + _quoted(fact.words)
            case call.LifeQuestionsAnswered():
                return f"Awake: {fact.awake}; breathing normally: {fact.breathing}"
            case call.CallLevelSet():
                return _level(fact.level, fact.reason)
            case call.CallNoted():
                return f"Note: {fact.text}"
            case call.CallHazardNoted():
                return _hazard(fact.text, fact.hold)
            case call.CallLinked():
                return f"Call linked to incident {self.incident(fact.incident)}"
            case call.CallTransferred():
                return f"Call transferred to {fact.to}"
        return ""

    def _incident(self, fact: Fact) -> str:
        match fact:
            case response.IncidentOpened():
                known = [
                    None if fact.complaint is None else self.complaint(fact.complaint),
                    None if fact.level is None else _one(fact.level),
                    None if fact.location is None else _place(fact.location),
                    None if fact.scheduled_for is None else f"scheduled for {self._clock(fact.scheduled_for)}",
                ]
                return f"Incident {fact.number} opened" + _more(": ", ", ".join(one for one in known if one))
            case response.IncidentLocated():
                return f"Incident located: {_place(fact.location)}" + (", confirmed" if fact.confirmed else "")
            case response.IncidentLocationOffered():
                return f"Another location offered: {_place(fact.location)}"
            case response.IncidentComplaintSet():
                return f"Complaint: {self.complaint(fact.complaint)}"
            case response.IncidentLevelSet():
                return _level(fact.level, fact.reason)
            case response.HazardNoted():
                return _hazard(fact.text, fact.hold)
            case response.IncidentNoted():
                return f"Note: {fact.text}"
            case response.CallerLinked():
                return "Another caller linked"
            case response.IncidentsLinked():
                return f"Linked with incident {self.incident(fact.other)}"
            case response.PatientsCounted():
                return "1 patient" if fact.count == 1 else f"{fact.count} patients"
            case response.AgencyRequested():
                return f"Asked {_one(fact.agency)} for {fact.wanted}" + _more(": ", self._flight(fact))
            case response.AgencyRequestMoved():
                return (
                    f"Request to another agency: {_one(fact.state)}"
                    + _more(", ", fact.note)
                    + _more(", ", self._flight(fact))
                )
            case response.AlarmAcknowledged():
                return f"Alarm acknowledged: {_one(fact.clock)}"
            case response.IncidentClosed():
                return f"Incident closed: {fact.outcome}"
            case response.IncidentReopened():
                return f"Incident opened again: {fact.reason}"
        return ""

    def _flight(self, fact: response.AgencyRequested | response.AgencyRequestMoved) -> str:
        """Of an air ambulance: which, when it would be there, and where."""
        unit = fact.unit if isinstance(fact, response.AgencyRequested) else None
        said = [
            "" if unit is None else self.unit(unit),
            "" if fact.eta_s is None else f"ETA {fact.eta_s // 60}:{fact.eta_s % 60:02d}",
            fact.landing_zone and f"landing zone {fact.landing_zone}",
            fact.handover_point and f"hand-over at {fact.handover_point}",
        ]
        return ", ".join(one for one in said if one)

    def _assignment(self, fact: Fact) -> str:
        if isinstance(fact, response.UnitAssigned):
            return self._sent(fact)
        if not isinstance(fact, response.AssignmentFact):
            return ""
        unit = self.unit(fact.unit)
        match fact:
            case response.UnitLeftScene():
                return f"{unit} left scene" + ("" if fact.facility is None else f" for {self.facility(fact.facility)}")
            case response.DestinationChanged():
                return f"{unit}: destination changed to {self.facility(fact.facility)}" + _more(", ", fact.reason)
            case response.UnitBackInService():
                return f"{unit} back in service" + _more(": ", fact.outcome)
            case response.UnitCancelled():
                return f"{unit} cancelled: {fact.reason}"
            case response.UnitDiverted():
                return f"{unit} diverted to incident {self.incident(fact.to)}" + _more(": ", fact.reason)
            case response.TimeCorrected():
                times = f"{self._clock(fact.after)} instead of {self._clock(fact.before)}"
                return f"{unit} {_one(fact.moment)} at {times}" + _more(": ", fact.reason)
            case response.TimeWithdrawn():
                times = f"{_one(fact.moment)} at {self._clock(fact.before)}"
                return f"{unit} not {times}, back to {_one(fact.back_to)}" + _more(": ", fact.reason)
        return f"{unit} {_HAPPENED[type(fact)]}"

    def _sent(self, fact: response.UnitAssigned) -> str:
        begins = {response.Moment.RESERVED: "reserved", response.Moment.SCHEDULED: "scheduled"}
        how = [_DRIVES[fact.mode], *([] if fact.eta_s is None else [f"ETA {fact.eta_s // 60}:{fact.eta_s % 60:02d}"])]
        why = [*fact.reasons, *([f"instead of what was recommended: {fact.override}"] if fact.override else [])]
        sent = f"{self.unit(fact.unit)} {begins.get(fact.begins_as, 'sent')}" + _more(" as ", self.slot(fact.slot))
        return f"{sent}, {', '.join(how)}" + _more(": ", ", ".join(why))

    def _hand_over(self, fact: Fact) -> str:
        match fact:
            case handoff.PreAlerted():
                who = [fact.age, fact.sex]
                said = [*map(_one, fact.alerts), _one(fact.level), self.complaint(fact.complaint), *who]
                told = f"Pre-alert to {self.facility(fact.facility)}: {', '.join(one for one in said if one)}"
                return told + _quoted(fact.words) + self._expected(fact.eta_at)
            case handoff.ConditionUpdated():
                said = [*map(_one, fact.alerts), _one(fact.level)]
                return f"Condition: {', '.join(said)}" + _quoted(fact.words) + self._expected(fact.eta_at)
            case handoff.PatientAccepted():
                return "Hospital accepts the patient" + _more(": ", fact.note)
            case handoff.HospitalAsked():
                return f"Hospital asks: {fact.question}"
            case handoff.CrewAnswered():
                return f"Crew answers: {fact.answer}"
            case handoff.HandoverRedirected():
                return f"Redirected to {self.facility(fact.facility)}: {fact.reason}"
            case handoff.PatientArrived():
                return "Patient is at the hospital"
            case handoff.BedAssigned():
                return f"Bed {fact.bed} assigned"
            case handoff.TransferSigned():
                return f"Transfer of care signed for the {fact.side} by {fact.name}"
            case handoff.CareHandedOver():
                return f"Care handed over at {self.facility(fact.facility)}"
            case handoff.HandoverWithdrawn():
                return f"Hand-over withdrawn: {fact.reason}"
        return ""

    def _clock(self, at: Instant) -> str:
        return f"{as_datetime(at, self.zone):%H:%M:%S}"

    def _expected(self, eta_at: Instant | None) -> str:
        return "" if eta_at is None else f", expected {self._clock(eta_at)}"


def name(fact: Fact) -> str:
    """HelpRequested -> "Help requested"."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(fact).__name__).lower().capitalize()


def _more(before: str, text: str) -> str:
    return f"{before}{text}" if text else ""


def _quoted(text: str) -> str:
    return f", “{text}”" if text else ""


def _place(place: Location) -> str:
    return place.label + _more(", ", place.detail)


def _level(level: Level, reason: str) -> str:
    return f"Level {_one(level)}" + _more(": ", reason)


def _hazard(text: str, hold: bool) -> str:
    return f"Hazard: {text}" + (", units hold" if hold else "")


def _one(value: StrEnum | Level | str) -> str:
    return f"L{value.value}" if isinstance(value, Level) else str(value).replace("_", " ")
