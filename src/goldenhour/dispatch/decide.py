"""What dispatch allows about incidents. Each function answers one command with facts, or refuses with a rule."""

from typing import Final

from goldenhour.dispatch import commands as c
from goldenhour.dispatch import facts as f
from goldenhour.dispatch.facts import RequestState
from goldenhour.dispatch.state import Incident
from goldenhour.kernel.books import Book, next_number
from goldenhour.kernel.commands import Refused, said
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import DAY_MS
from goldenhour.kernel.places import Location, check_possible

MOST_ETA_S: Final = 86_400
MOST_AHEAD_MS: Final = 366 * DAY_MS
"""Nobody plans further: a later time is a slip, and one that no calendar has cannot be shown."""


def open_incident(cmd: c.OpenIncident, incident: Incident | None, book: Book | None) -> list[Fact]:
    """Begins an incident with the next number of the day."""
    if incident is not None:
        raise Refused("dispatch.incident.exists", f"Incident {incident.number} is open already under this id.")
    if cmd.location is not None:
        check_location(cmd.location)
    if cmd.scheduled_for is not None and not -DAY_MS <= cmd.scheduled_for - cmd.at <= MOST_AHEAD_MS:
        raise Refused("dispatch.incident.scheduled", "An incident is scheduled for within a year from now.")
    return [
        f.IncidentOpened(
            incident=cmd.incident,
            book=cmd.book,
            number=f"{next_number(book):04d}",
            call=cmd.call,
            location=cmd.location,
            complaint=cmd.complaint,
            level=cmd.level,
            scheduled_for=cmd.scheduled_for,
        )
    ]


def check_location(location: Location) -> None:
    """Refuses what cannot be a place, and a place without a name."""
    check_possible(location, rule="dispatch.location.impossible")
    if not location.label.strip():
        raise Refused("dispatch.location.unnamed", "Give the place an address, a name, or its coordinates as text.")


def locate_incident(cmd: c.LocateIncident, incident: Incident) -> list[Fact]:
    """Places the incident; beside a confirmed place an unconfirmed one is only offered."""
    check_location(cmd.location)
    check_open(incident)
    if incident.location_confirmed and not cmd.confirmed:
        return [f.IncidentLocationOffered(incident=incident.id, location=cmd.location)]
    return [f.IncidentLocated(incident=incident.id, location=cmd.location, confirmed=cmd.confirmed)]


def check_open(incident: Incident) -> None:
    if incident.closed_at is not None:
        raise Refused("dispatch.incident.closed", f"Incident {incident.number} is closed; re-open it first.")


def set_complaint(cmd: c.SetComplaint, incident: Incident) -> list[Fact]:
    check_open(incident)
    return [f.IncidentComplaintSet(incident=incident.id, complaint=_words(cmd.complaint, "a complaint type"))]


def set_level(cmd: c.SetLevel, incident: Incident) -> list[Fact]:
    check_open(incident)
    return [f.IncidentLevelSet(incident=incident.id, level=cmd.level, reason=cmd.reason)]


def note_hazard(cmd: c.NoteHazard, incident: Incident) -> list[Fact]:
    return [f.HazardNoted(incident=incident.id, text=_words(cmd.text, "the hazard"), hold=cmd.hold)]


def note_incident(cmd: c.NoteIncident, incident: Incident) -> list[Fact]:
    """Notes may be added to a closed incident too: what was learned late belongs to it."""
    return [f.IncidentNoted(incident=incident.id, text=_words(cmd.text, "the note"))]


def link_caller(cmd: c.LinkCaller, incident: Incident) -> list[Fact]:
    """Adds a caller; a caller already linked changes nothing."""
    return [] if cmd.call in incident.calls else [f.CallerLinked(incident=incident.id, call=cmd.call)]


def link_incidents(cmd: c.LinkIncidents, incident: Incident, other: Incident) -> list[Fact]:
    """Links two incidents; neither is closed by it."""
    if incident.id == other.id:
        raise Refused("dispatch.link.itself", "An incident cannot be linked to itself; choose another.")
    return [] if other.id in incident.links else [f.IncidentsLinked(incident=incident.id, other=other.id)]


def relate_to_incident(cmd: c.RelateToIncident, incident: Incident) -> list[Fact]:
    if cmd.related in incident.related:
        return []
    return [f.RelatedToIncident(incident=incident.id, related=cmd.related)]


def count_patients(cmd: c.CountPatients, incident: Incident) -> list[Fact]:
    if not 0 <= cmd.count <= 10_000:
        raise Refused("dispatch.patients.count", "Enter a number of patients from 0 to 10000.")
    return [f.PatientsCounted(incident=incident.id, count=cmd.count)]


def request_agency(cmd: c.RequestAgency, incident: Incident) -> list[Fact]:
    check_open(incident)
    if cmd.request in incident.requests:
        raise Refused("dispatch.request.exists", "That request was made already; see its state under Others.")
    return [
        f.AgencyRequested(
            incident=incident.id,
            request=cmd.request,
            agency=_words(cmd.agency, "the agency"),
            wanted=_words(cmd.wanted, "what is wanted"),
            unit=cmd.unit,
            eta_s=_seconds(cmd.eta_s),
            landing_zone=cmd.landing_zone.strip(),
            handover_point=cmd.handover_point.strip(),
        )
    ]


def _seconds(eta_s: int | None) -> int | None:
    if eta_s is not None and not 0 <= eta_s <= MOST_ETA_S:
        raise Refused("dispatch.request.eta", f"Expected in {eta_s} s cannot be; enter 0 to {MOST_ETA_S} s.")
    return eta_s


def move_agency_request(cmd: c.MoveAgencyRequest, incident: Incident) -> list[Fact]:
    request = incident.requests.get(cmd.request)
    if request is None:
        raise Refused("dispatch.request.unknown", f"Incident {incident.number} has no such request.")
    if request.state in (RequestState.DECLINED, RequestState.DONE):
        raise Refused("dispatch.request.ended", f"That request is {request.state.value}; make a new one.")
    if cmd.state is RequestState.ASKED or cmd.state is request.state:
        raise Refused("dispatch.request.no_step", f"The request is {request.state.value} ; enter what came next.")
    return [
        f.AgencyRequestMoved(
            incident=incident.id,
            request=cmd.request,
            state=cmd.state,
            note=cmd.note.strip(),
            eta_s=_seconds(cmd.eta_s),
            landing_zone=cmd.landing_zone.strip(),
            handover_point=cmd.handover_point.strip(),
        )
    ]


def acknowledge_alarm(cmd: c.AcknowledgeAlarm, incident: Incident) -> list[Fact]:
    """The first to see an alarm is named; a second acknowledgement changes nothing."""
    if cmd.clock in incident.acknowledged:
        return []
    return [f.AlarmAcknowledged(incident=incident.id, clock=_words(cmd.clock, "the clock"))]


def close_incident(cmd: c.CloseIncident, incident: Incident) -> list[Fact]:
    """Closes with an outcome, once no unit is bound."""
    check_open(incident)
    if incident.active:
        units = ", ".join(one.unit.upper() for one in incident.active)
        raise Refused(
            "dispatch.close.units_committed",
            f"{units} still on incident {incident.number}; clear or cancel them first.",
        )
    return [f.IncidentClosed(incident=incident.id, outcome=_words(cmd.outcome, "an outcome"))]


def reopen_incident(cmd: c.ReopenIncident, incident: Incident) -> list[Fact]:
    if incident.closed_at is None:
        raise Refused("dispatch.reopen.open", f"Incident {incident.number} is open.")
    return [f.IncidentReopened(incident=incident.id, reason=_words(cmd.reason, "why it is opened again"))]


def _words(text: str, what: str) -> str:
    return said(text, rule="dispatch.text.empty", what=what)
