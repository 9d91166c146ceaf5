"""What one part's fact asks of another part: the whole table, readable in a minute."""

from collections.abc import Callable, Mapping

from goldenhour.call_taking import facts as call
from goldenhour.call_taking.state import Call
from goldenhour.care import facts as care
from goldenhour.dispatch import commands as dispatch
from goldenhour.dispatch import facts as response
from goldenhour.dispatch.facts import Moment
from goldenhour.handoff import commands as handoff
from goldenhour.handoff import facts as handed
from goldenhour.handoff.state import Handover
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Fact, Happened
from goldenhour.kernel.ids import BookId, IncidentId, stream
from goldenhour.kernel.instants import Instant
from goldenhour.runtime.boards import Open
from goldenhour.runtime.reactions import React

BookOfDay = Callable[[str, Instant], BookId]
"""(what is numbered, when) -> the book of that local day."""


def reactions(book_of_day: BookOfDay, chart: React) -> Mapping[type[Fact], tuple[React, ...]]:
    """Fact type -> what it leads to, in order. `chart` brings open charts up to date with what dispatch knows."""

    def open_incident(happened: Happened, now: Open) -> list[Command]:
        return _open_incident(happened, now, book_of_day)

    return {
        call.HelpRequested: (open_incident,),
        call.CallLinked: (_link_caller,),
        call.CallLocationConfirmed: (_locate,),
        call.CallLocationOffered: (_locate,),
        call.ComplaintTaken: (_set_complaint,),
        call.CallLevelSet: (_set_level,),
        call.CallHazardNoted: (_note_hazard,),
        call.CallNoted: (_note,),
        response.IncidentLocated: (chart,),
        response.IncidentComplaintSet: (chart,),
        response.IncidentLevelSet: (chart,),
        response.PatientsCounted: (chart,),
        response.UnitNotified: (chart,),
        response.UnitAcknowledged: (chart,),
        response.UnitEnRoute: (chart,),
        response.UnitStaged: (chart,),
        response.UnitArrivedOnScene: (chart,),
        response.UnitArrivedAtPatient: (chart,),
        response.UnitLeftScene: (_redirect, chart),
        response.DestinationChanged: (_redirect, chart),
        response.PatientArrivedAtDestination: (_arrive, chart),
        response.CareTransferred: (chart,),
        response.UnitBackInService: (_withdraw, chart),
        response.UnitArrivedHome: (chart,),
        response.UnitCancelled: (_withdraw, chart),
        response.UnitDiverted: (_withdraw, chart),
        response.TimeCorrected: (chart,),
        response.TimeWithdrawn: (chart,),
        care.RecordOpened: (_relate_record, chart),
        handed.PreAlerted: (_relate_handover, chart),
        handed.PatientArrived: (_report_arrival,),
        handed.CareHandedOver: (_report_transfer,),
    }


def _open_incident(happened: Happened, now: Open, book_of_day: BookOfDay) -> list[Command]:
    """The incident begins with all the call knows."""
    fact: call.HelpRequested = happened.fact
    known: Call | None = now.get("call", fact.call)
    if known is None:
        return []
    at = happened.occurred_at
    commands: list[Command] = [
        dispatch.OpenIncident(
            at=at,
            incident=fact.incident,
            book=book_of_day("incidents", at),
            call=fact.call,
            location=known.location,
            complaint=known.complaint,
            level=known.level,
        )
    ]
    if known.location is not None and known.location_confirmed_at is not None:
        commands.append(dispatch.LocateIncident(at=at, incident=fact.incident, location=known.location, confirmed=True))
    commands += [
        dispatch.NoteHazard(at=at, incident=fact.incident, text=one.text, hold=one.hold) for one in known.hazards
    ]
    if known.words:
        commands.append(dispatch.NoteIncident(at=at, incident=fact.incident, text=f"caller: {known.words}"))
    commands += [dispatch.NoteIncident(at=one.at, incident=fact.incident, text=one.text) for one in known.notes]
    return commands


def _incident_of(happened: Happened, now: Open) -> tuple[IncidentId | None, bool]:
    """The open incident that a call's fact belongs to, and whether this call opened it."""
    known: Call | None = now.get("call", happened.fact.call)
    incident = now.get("incident", known.incident) if known else None
    if known is None or incident is None:
        return None, False
    return incident.id, incident.calls[:1] == (known.id,)


def _link_caller(happened: Happened, now: Open) -> list[Command]:
    fact: call.CallLinked = happened.fact
    if now.get("incident", fact.incident) is None:
        return []
    return [dispatch.LinkCaller(at=happened.occurred_at, incident=fact.incident, call=fact.call)]


def _locate(happened: Happened, now: Open) -> list[Command]:
    """The first caller's confirmed place is the incident's; any other caller's is only offered."""
    incident, opened_it = _incident_of(happened, now)
    if incident is None:
        return []
    confirmed = opened_it and isinstance(happened.fact, call.CallLocationConfirmed)
    return [
        dispatch.LocateIncident(
            at=happened.occurred_at, incident=incident, location=happened.fact.location, confirmed=confirmed
        )
    ]


def _set_complaint(happened: Happened, now: Open) -> list[Command]:
    incident, opened_it = _incident_of(happened, now)
    if incident is None or not opened_it:
        return []
    fact: call.ComplaintTaken = happened.fact
    commands: list[Command] = [
        dispatch.SetComplaint(at=happened.occurred_at, incident=incident, complaint=fact.complaint)
    ]
    if fact.words:
        commands.append(dispatch.NoteIncident(at=happened.occurred_at, incident=incident, text=f"caller: {fact.words}"))
    return commands


def _set_level(happened: Happened, now: Open) -> list[Command]:
    """The first caller's level holds; another caller can only make it more urgent."""
    incident, opened_it = _incident_of(happened, now)
    if incident is None:
        return []
    fact: call.CallLevelSet = happened.fact
    present = now.get("incident", incident).level
    if not opened_it and present is not None and present <= fact.level:
        return []
    return [dispatch.SetLevel(at=happened.occurred_at, incident=incident, level=fact.level, reason=fact.reason)]


def _note_hazard(happened: Happened, now: Open) -> list[Command]:
    incident, _ = _incident_of(happened, now)
    if incident is None:
        return []
    fact: call.CallHazardNoted = happened.fact
    return [dispatch.NoteHazard(at=happened.occurred_at, incident=incident, text=fact.text, hold=fact.hold)]


def _note(happened: Happened, now: Open) -> list[Command]:
    incident, _ = _incident_of(happened, now)
    if incident is None:
        return []
    return [dispatch.NoteIncident(at=happened.occurred_at, incident=incident, text=happened.fact.text)]


def _handovers_of(happened: Happened, now: Open) -> list[Handover]:
    return [one for one in now.all("handover").values() if one.assignment == happened.fact.assignment]


def _redirect(happened: Happened, now: Open) -> list[Command]:
    """The pre-alert follows the ambulance to its new destination."""
    facility = happened.fact.facility
    return [
        handoff.RedirectHandover(
            at=happened.occurred_at, handover=one.id, facility=facility, reason="destination changed by the crew"
        )
        for one in _handovers_of(happened, now)
        if facility is not None and one.facility != facility and one.arrived_at is None
    ]


def _arrive(happened: Happened, now: Open) -> list[Command]:
    return [
        handoff.ArriveAtFacility(at=happened.occurred_at, handover=one.id)
        for one in _handovers_of(happened, now)
        if one.arrived_at is None
    ]


def _withdraw(happened: Happened, now: Open) -> list[Command]:
    """A transport that ended before the hospital was reached brings nobody."""
    return [
        handoff.WithdrawHandover(at=happened.occurred_at, handover=one.id, reason="the assignment ended")
        for one in _handovers_of(happened, now)
        if one.arrived_at is None
    ]


def _relate_handover(happened: Happened, now: Open) -> list[Command]:
    fact: handed.PreAlerted = happened.fact
    related = stream("handover", fact.handover)
    return [dispatch.RelateToIncident(at=happened.occurred_at, incident=fact.incident, related=related)]


def _relate_record(happened: Happened, now: Open) -> list[Command]:
    fact: care.RecordOpened = happened.fact
    related = stream("record", fact.record)
    return [dispatch.RelateToIncident(at=happened.occurred_at, incident=fact.incident, related=related)]


def _report_arrival(happened: Happened, now: Open) -> list[Command]:
    """The hospital saw them first."""
    handover: Handover | None = now.get("handover", happened.fact.handover)
    return [] if handover is None else _status(happened, handover, Moment.AT_DESTINATION, now)


def _report_transfer(happened: Happened, now: Open) -> list[Command]:
    """Both have signed: the assignment's transfer-of-care time (eTimes.12) is that of the second signature."""
    return _status(happened, happened.fact, Moment.CARE_TRANSFERRED, now)


def _status(happened: Happened, of: Handover | handed.CareHandedOver, moment: Moment, now: Open) -> list[Command]:
    incident = now.get("incident", of.incident)
    assignment = incident.assignments.get(of.assignment) if incident else None
    if assignment is None or moment in assignment.times or not assignment.is_active:
        return []
    return [
        dispatch.ReportStatus(
            at=happened.occurred_at,
            incident=of.incident,
            unit=of.unit,
            assignment=of.assignment,
            status=moment,
        )
    ]
