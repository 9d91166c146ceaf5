"""What the hand-over allows. Each function answers one command with facts, or refuses with a rule."""

from goldenhour.handoff import commands as c
from goldenhour.handoff import facts as f
from goldenhour.handoff.facts import FacilityStatus, Side
from goldenhour.handoff.state import Facility, Handover
from goldenhour.kernel.commands import Refused, said
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.instants import as_iso
from goldenhour.kernel.places import outside_the_world


def register_facility(cmd: c.RegisterFacility, facility: Facility | None) -> list[Fact]:
    """Makes a hospital known, or brings what is known up to date; the same again changes nothing."""
    if outside_the_world(cmd.lon, cmd.lat):
        raise Refused("handoff.facility.no_place", f"{cmd.name} needs coordinates in degrees.")
    told = (cmd.name, cmd.lon, cmd.lat, cmd.capabilities, cmd.beds)
    known = facility and (facility.name, facility.lon, facility.lat, facility.capabilities, facility.beds)
    if known == told:
        return []
    return [
        f.FacilityRegistered(
            facility=cmd.facility,
            name=cmd.name,
            lon=cmd.lon,
            lat=cmd.lat,
            capabilities=cmd.capabilities,
            beds=cmd.beds,
        )
    ]


def set_facility_status(cmd: c.SetFacilityStatus, facility: Facility) -> list[Fact]:
    """Open needs nothing; limited names services; limited and diversion need a reason and an end that lies ahead."""
    if cmd.status is FacilityStatus.OPEN:
        return [f.FacilityStatusSet(facility=facility.id, status=cmd.status)]
    if not cmd.reason.strip():
        raise Refused("handoff.status.no_reason", f"Say why {facility.name} is {cmd.status.value}.")
    if cmd.expires_at is None or cmd.expires_at <= cmd.at:
        raise Refused("handoff.status.no_end", "Say until when; the time must lie ahead. It can be prolonged.")
    if cmd.status is FacilityStatus.LIMITED and not cmd.services:
        raise Refused("handoff.status.no_services", "Name the services that are not available.")
    return [
        f.FacilityStatusSet(
            facility=facility.id,
            status=cmd.status,
            services=cmd.services,
            reason=cmd.reason.strip(),
            expires_at=cmd.expires_at,
        )
    ]


def pre_alert(cmd: c.PreAlert, handover: Handover | None) -> list[Fact]:
    if handover is not None:
        raise Refused("handoff.alert.sent", "The hospital was told of this patient; update the condition instead.")
    return [
        f.PreAlerted(
            handover=cmd.handover,
            facility=cmd.facility,
            incident=cmd.incident,
            assignment=cmd.assignment,
            unit=cmd.unit,
            level=cmd.level,
            alerts=cmd.alerts,
            complaint=cmd.complaint,
            age=cmd.age,
            sex=cmd.sex,
            words=cmd.words,
            eta_at=cmd.eta_at,
        )
    ]


def update_condition(cmd: c.UpdateCondition, handover: Handover) -> list[Fact]:
    _check_open(handover)
    return [
        f.ConditionUpdated(handover=handover.id, level=cmd.level, alerts=cmd.alerts, words=cmd.words, eta_at=cmd.eta_at)
    ]


def accept_patient(cmd: c.AcceptPatient, handover: Handover) -> list[Fact]:
    _check_open(handover)
    if handover.accepted_at is not None:
        raise Refused("handoff.accept.accepted", f"The patient was accepted at {as_iso(handover.accepted_at)}.")
    return [f.PatientAccepted(handover=handover.id, note=cmd.note)]


def ask_crew(cmd: c.AskCrew, handover: Handover) -> list[Fact]:
    _check_open(handover)
    return [f.HospitalAsked(handover=handover.id, question=_words(cmd.question))]


def answer_hospital(cmd: c.AnswerHospital, handover: Handover) -> list[Fact]:
    _check_open(handover)
    return [f.CrewAnswered(handover=handover.id, answer=_words(cmd.answer))]


def redirect_handover(cmd: c.RedirectHandover, handover: Handover) -> list[Fact]:
    """Sends the patient to another hospital; the first one's acceptance and bed fall away."""
    _check_open(handover)
    if handover.arrived_at is not None:
        raise Refused("handoff.redirect.arrived", "The patient has arrived; a transfer on is a new incident.")
    if cmd.facility == handover.facility:
        return []
    return [f.HandoverRedirected(handover=handover.id, facility=cmd.facility, reason=_words(cmd.reason))]


def arrive_at_facility(_: c.ArriveAtFacility, handover: Handover) -> list[Fact]:
    _check_open(handover)
    return [] if handover.arrived_at is not None else [f.PatientArrived(handover=handover.id)]


def assign_bed(cmd: c.AssignBed, handover: Handover) -> list[Fact]:
    _check_open(handover)
    return [f.BedAssigned(handover=handover.id, bed=_words(cmd.bed))]


def sign_transfer(cmd: c.SignTransfer, handover: Handover) -> list[Fact]:
    """Signs for one side; with the second signature care is transferred, at that time."""
    _check_open(handover)
    if handover.arrived_at is None:
        raise Refused("handoff.sign.not_arrived", "The patient has not arrived; enter the arrival first.")
    if cmd.at < handover.arrived_at:
        raise Refused(
            "handoff.sign.before_arrival",
            f"The patient arrived at {as_iso(handover.arrived_at)}; care cannot be transferred before.",
        )
    if cmd.side in handover.signatures:
        raise Refused("handoff.sign.signed", f"The {cmd.side.value} has signed already.")
    signed = f.TransferSigned(handover=handover.id, side=cmd.side, name=_words(cmd.name))
    other = Side.HOSPITAL if cmd.side is Side.CREW else Side.CREW
    if other not in handover.signatures:
        return [signed]
    return [
        signed,
        f.CareHandedOver(
            handover=handover.id,
            incident=handover.incident,
            assignment=handover.assignment,
            unit=handover.unit,
            facility=handover.facility,
        ),
    ]


def withdraw_handover(cmd: c.WithdrawHandover, handover: Handover) -> list[Fact]:
    _check_open(handover)
    return [f.HandoverWithdrawn(handover=handover.id, reason=_words(cmd.reason))]


def _check_open(handover: Handover) -> None:
    if handover.handed_over_at is not None:
        raise Refused("handoff.over", f"Care was transferred at {as_iso(handover.handed_over_at)}.")
    if handover.withdrawn_at is not None:
        raise Refused("handoff.withdrawn", "This patient is not coming; send a new pre-alert if that changed.")


def _words(text: str) -> str:
    return said(text, rule="handoff.text.empty", what="what is to be written down")
