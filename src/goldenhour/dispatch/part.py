"""Dispatch as one table: its facts, its entities, and who decides what."""

from typing import Final

from goldenhour.dispatch import commands as c
from goldenhour.dispatch import decide, decide_assignments, decide_units
from goldenhour.dispatch.facts import FACTS
from goldenhour.dispatch.state import Incident, Unit, incident_after, unit_after
from goldenhour.kernel.parts import EntityKind, Part

DISPATCH: Final = Part(
    name="dispatch",
    facts=FACTS,
    entities=(
        EntityKind(kind="incident", shape=Incident, fold=incident_after),
        EntityKind(kind="unit", shape=Unit, fold=unit_after),
    ),
    decisions={
        c.OpenIncident: decide.open_incident,
        c.LocateIncident: decide.locate_incident,
        c.SetComplaint: decide.set_complaint,
        c.SetLevel: decide.set_level,
        c.NoteHazard: decide.note_hazard,
        c.NoteIncident: decide.note_incident,
        c.LinkCaller: decide.link_caller,
        c.LinkIncidents: decide.link_incidents,
        c.RelateToIncident: decide.relate_to_incident,
        c.CountPatients: decide.count_patients,
        c.RequestAgency: decide.request_agency,
        c.MoveAgencyRequest: decide.move_agency_request,
        c.AcknowledgeAlarm: decide.acknowledge_alarm,
        c.CloseIncident: decide.close_incident,
        c.ReopenIncident: decide.reopen_incident,
        c.AssignUnit: decide_assignments.assign_unit,
        c.SendPlan: decide_assignments.send_plan,
        c.DivertUnit: decide_assignments.divert_unit,
        c.CancelAssignment: decide_assignments.cancel_assignment,
        c.ReportStatus: decide_assignments.report_status,
        c.ChangeDestination: decide_assignments.change_destination,
        c.CorrectTime: decide_assignments.correct_time,
        c.WithdrawStatus: decide_assignments.withdraw_status,
        c.RegisterUnit: decide_units.register_unit,
        c.GoOnDuty: decide_units.go_on_duty,
        c.GoOffDuty: decide_units.go_off_duty,
        c.TakeOutOfService: decide_units.take_out_of_service,
        c.ReturnToService: decide_units.return_to_service,
        c.PostUnit: decide_units.post_unit,
    },
)
