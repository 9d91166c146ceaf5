"""What dispatch allows about assignments: sending, diverting, cancelling, and every time on the way."""

from msgspec.structs import replace

from goldenhour.dispatch import commands as c
from goldenhour.dispatch import facts as f
from goldenhour.dispatch.decide import check_open
from goldenhour.dispatch.facts import FACT_OF_MOMENT, Moment
from goldenhour.dispatch.state import ENDED, Assignment, Incident, Unit, UnitAssignment, status_of
from goldenhour.kernel.commands import Refused
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.ids import AssignmentId, UnitId
from goldenhour.kernel.instants import Instant, as_iso

_BEGINNINGS = (Moment.RESERVED, Moment.SCHEDULED, Moment.NOTIFIED)
_NOT_REPORTED = (Moment.RESERVED, Moment.SCHEDULED, Moment.CANCELLED, Moment.DIVERTED)


def assign_unit(cmd: c.AssignUnit, incident: Incident, unit: Unit) -> list[Fact]:
    """Sends a unit. Refuses one that is off duty or out of service; a busy one needs an override reason."""
    check_open(incident)
    return _assigned(incident, unit, cmd.choice, place=len(incident.assignments) + 1)


def send_plan(cmd: c.SendPlan, incident: Incident, units: tuple[Unit, ...]) -> list[Fact]:
    """Sends all the units of a plan, or none."""
    check_open(incident)
    if not units or len(units) != len(cmd.choices) or len(set(cmd.units)) != len(units):
        raise Refused("dispatch.assign.plan_uneven", "Name at least one unit, each once, with one slot for each.")
    first = len(incident.assignments) + 1
    return [
        fact
        for place, (unit, choice) in enumerate(zip(units, cmd.choices, strict=True), start=first)
        for fact in _assigned(incident, unit, choice, place=place)
    ]


def _assigned(incident: Incident, unit: Unit, choice: c.Choice, *, place: int) -> list[Fact]:
    sign = unit.call_sign
    if choice.begins_as not in _BEGINNINGS:
        raise Refused("dispatch.assign.begins_as", "An assignment begins as notified, reserved or scheduled.")
    if unit.out_of_service:
        raise Refused(
            "dispatch.assign.unit_out_of_service",
            f"{sign} is out of service ({unit.out_of_service}); return it to service or choose another unit.",
        )
    if not unit.on_duty:
        raise Refused("dispatch.assign.unit_off_duty", f"{sign} is off duty; sign its crew on or choose another unit.")
    if any(one.incident == incident.id for one in unit.assignments):
        raise Refused("dispatch.assign.already_assigned", f"{sign} is on incident {incident.number} already.")
    if choice.begins_as is Moment.NOTIFIED and _binding(unit) and not choice.override:
        raise Refused(
            "dispatch.assign.unit_committed",
            f"{sign} is committed ({unit.status}); divert it, or give a reason to send it to both.",
        )
    assignment = AssignmentId(f"{incident.id}/{place}")
    sent: list[Fact] = [
        f.UnitAssigned(
            incident=incident.id,
            unit=unit.id,
            assignment=assignment,
            slot=choice.slot,
            mode=choice.mode,
            begins_as=choice.begins_as,
            plan=choice.plan,
            eta_s=choice.eta_s,
            turnout_s=choice.turnout_s,
            position_age_s=choice.position_age_s,
            reasons=choice.reasons,
            override=choice.override,
        )
    ]
    if choice.begins_as is Moment.NOTIFIED:
        sent.append(f.UnitNotified(incident=incident.id, unit=unit.id, assignment=assignment))
    return sent


def _binding(unit: Unit) -> tuple[UnitAssignment, ...]:
    """Assignments that the unit is working, as against reserved or scheduled ones."""
    return tuple(one for one in unit.assignments if one.status not in (Moment.RESERVED, Moment.SCHEDULED))


def divert_unit(cmd: c.DivertUnit, incident: Incident, unit: Unit, to: Incident) -> list[Fact]:
    """Ends the unit's part here and begins one there, in one step. A unit with a patient on board stays."""
    check_open(to)
    assignment = _active(incident, cmd.assignment, unit.id)
    if Moment.LEFT_SCENE in assignment.times:
        raise Refused("dispatch.divert.patient_on_board", f"{unit.call_sign} has a patient on board; choose another.")
    if not cmd.reason.strip():
        raise Refused("dispatch.divert.no_reason", "Say why the unit is needed more there.")
    ended = f.UnitDiverted(
        incident=incident.id, unit=unit.id, assignment=cmd.assignment, to=to.id, reason=cmd.reason.strip()
    )
    freed = replace(unit, assignments=tuple(one for one in unit.assignments if one.id != cmd.assignment))
    return [ended, *_assigned(to, freed, cmd.choice, place=len(to.assignments) + 1)]


def cancel_assignment(cmd: c.CancelAssignment, incident: Incident, unit: Unit) -> list[Fact]:
    """Stands a unit down, before or after it went en route."""
    assignment = _active(incident, cmd.assignment, unit.id)
    if Moment.LEFT_SCENE in assignment.times:
        raise Refused(
            "dispatch.cancel.patient_on_board", f"{unit.call_sign} has a patient on board; leave it its patient."
        )
    if not cmd.reason.strip():
        raise Refused("dispatch.cancel.no_reason", "Say why the unit is cancelled.")
    return [f.UnitCancelled(incident=incident.id, unit=unit.id, assignment=cmd.assignment, reason=cmd.reason.strip())]


def report_status(cmd: c.ReportStatus, incident: Incident, unit: Unit) -> list[Fact]:
    """Records one time of one assignment. Late entries are welcome; a time that stands already is corrected instead."""
    assignment = _of_unit(incident, cmd.assignment, unit.id)
    if cmd.status in _NOT_REPORTED:
        raise Refused("dispatch.status.not_reported", f"{cmd.status.value} is not reported; assign, cancel or divert.")
    if cmd.status in assignment.times:
        stood = as_iso(assignment.times[cmd.status])
        raise Refused(
            "dispatch.status.already_recorded",
            f"{unit.call_sign} has {_words(cmd.status)} at {stood}; correct that time if it is wrong.",
        )
    begun = min(assignment.times.values())
    if cmd.at < begun:
        raise Refused(
            "dispatch.time.before_assignment",
            f"{unit.call_sign} was assigned at {as_iso(begun)}; enter a time from then on.",
        )
    if not assignment.is_active and cmd.status is Moment.BACK_IN_SERVICE:
        raise Refused(
            "dispatch.status.ended", f"{unit.call_sign} has ended this assignment ({assignment.status.value})."
        )
    if not assignment.is_active and cmd.status is not Moment.HOME and cmd.at > _ended_at(assignment):
        raise Refused(
            "dispatch.status.after_end",
            f"This assignment of {unit.call_sign} ended at {as_iso(_ended_at(assignment))}; enter an earlier time.",
        )
    if cmd.status is Moment.HOME and assignment.is_active:
        raise Refused("dispatch.status.home_while_assigned", f"Enter back in service for {unit.call_sign} first.")
    match cmd.status:
        case Moment.LEFT_SCENE:
            return [
                f.UnitLeftScene(incident=incident.id, unit=unit.id, assignment=cmd.assignment, facility=cmd.facility)
            ]
        case Moment.BACK_IN_SERVICE:
            outcome = cmd.outcome.strip() or _usual_outcome(assignment)
            return [f.UnitBackInService(incident=incident.id, unit=unit.id, assignment=cmd.assignment, outcome=outcome)]
    shape = FACT_OF_MOMENT[cmd.status]
    return [shape(incident=incident.id, unit=unit.id, assignment=cmd.assignment)]


def _usual_outcome(assignment: Assignment) -> str:
    if Moment.CARE_TRANSFERRED in assignment.times or Moment.AT_DESTINATION in assignment.times:
        return "patient transported"
    if Moment.ON_SCENE in assignment.times:
        return "no transport"
    return "stood down"


def _ended_at(assignment: Assignment) -> Instant:
    return max(at for moment, at in assignment.times.items() if moment in ENDED)


def change_destination(cmd: c.ChangeDestination, incident: Incident, unit: Unit) -> list[Fact]:
    assignment = _active(incident, cmd.assignment, unit.id)
    if assignment.facility == cmd.facility:
        return []
    if Moment.AT_DESTINATION in assignment.times:
        raise Refused("dispatch.destination.arrived", f"{unit.call_sign} has arrived; enter a new transport instead.")
    return [
        f.DestinationChanged(
            incident=incident.id,
            unit=unit.id,
            assignment=cmd.assignment,
            facility=cmd.facility,
            reason=cmd.reason,
        )
    ]


def correct_time(cmd: c.CorrectTime, incident: Incident, unit: Unit) -> list[Fact]:
    """Replaces a wrong time; the old one stays in the history."""
    assignment = _of_unit(incident, cmd.assignment, unit.id)
    if cmd.moment not in assignment.times:
        raise Refused("dispatch.correct.no_time", f"{unit.call_sign} has no time for {_words(cmd.moment)}; enter it.")
    if not cmd.reason.strip():
        raise Refused("dispatch.correct.no_reason", "Say why the time is corrected.")
    if cmd.to > cmd.at:
        raise Refused("dispatch.correct.in_future", "The corrected time lies ahead; enter one that has passed.")
    if cmd.to < incident.opened_at:
        raise Refused(
            "dispatch.time.before_call",
            f"Incident {incident.number} began at {as_iso(incident.opened_at)}; enter a time from then on.",
        )
    before = assignment.times[cmd.moment]
    if before == cmd.to:
        return []
    return [
        f.TimeCorrected(
            incident=incident.id,
            unit=unit.id,
            assignment=cmd.assignment,
            moment=cmd.moment,
            before=before,
            after=cmd.to,
            reason=cmd.reason.strip(),
        )
    ]


def withdraw_status(cmd: c.WithdrawStatus, incident: Incident, unit: Unit) -> list[Fact]:
    """Takes back the latest status of an assignment that is still active; the first one can only be cancelled."""
    assignment = _active(incident, cmd.assignment, unit.id)
    rest = {moment: at for moment, at in assignment.times.items() if moment is not cmd.moment}
    if cmd.moment is not assignment.status or not rest or cmd.moment in _BEGINNINGS:
        raise Refused("dispatch.withdraw.not_latest", "Only the latest status can be taken back; correct older times.")
    return [
        f.TimeWithdrawn(
            incident=incident.id,
            unit=unit.id,
            assignment=cmd.assignment,
            moment=cmd.moment,
            before=assignment.times[cmd.moment],
            back_to=status_of(rest),
            reason=cmd.reason,
        )
    ]


def _of_unit(incident: Incident, assignment: AssignmentId, unit: UnitId) -> Assignment:
    found = incident.assignments.get(assignment)
    if found is None or found.unit != unit:
        raise Refused("dispatch.assignment.unknown", f"Incident {incident.number} has no such assignment of that unit.")
    return found


def _active(incident: Incident, assignment: AssignmentId, unit: UnitId) -> Assignment:
    found = _of_unit(incident, assignment, unit)
    if not found.is_active:
        raise Refused("dispatch.assignment.ended", f"That assignment has ended ({_words(found.status)}).")
    return found


def _words(moment: Moment) -> str:
    return moment.value.replace("_", " ")
