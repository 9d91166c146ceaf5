"""The hand-over as one table."""

from typing import Final

from goldenhour.handoff import commands as c
from goldenhour.handoff import decide
from goldenhour.handoff.facts import FACTS
from goldenhour.handoff.state import Facility, Handover, facility_after, handover_after
from goldenhour.kernel.parts import EntityKind, Part

HANDOFF: Final = Part(
    name="handoff",
    facts=FACTS,
    entities=(
        EntityKind(kind="facility", shape=Facility, fold=facility_after),
        EntityKind(kind="handover", shape=Handover, fold=handover_after),
    ),
    decisions={
        c.RegisterFacility: decide.register_facility,
        c.SetFacilityStatus: decide.set_facility_status,
        c.PreAlert: decide.pre_alert,
        c.UpdateCondition: decide.update_condition,
        c.AcceptPatient: decide.accept_patient,
        c.AskCrew: decide.ask_crew,
        c.AnswerHospital: decide.answer_hospital,
        c.RedirectHandover: decide.redirect_handover,
        c.ArriveAtFacility: decide.arrive_at_facility,
        c.AssignBed: decide.assign_bed,
        c.SignTransfer: decide.sign_transfer,
        c.WithdrawHandover: decide.withdraw_handover,
    },
)
