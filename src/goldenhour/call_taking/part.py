"""Call taking as one table."""

from typing import Final

from goldenhour.call_taking import commands as c
from goldenhour.call_taking import decide
from goldenhour.call_taking.facts import FACTS
from goldenhour.call_taking.state import Call, call_after
from goldenhour.kernel.parts import EntityKind, Part

CALL_TAKING: Final = Part(
    name="call_taking",
    facts=FACTS,
    entities=(EntityKind(kind="call", shape=Call, fold=call_after),),
    decisions={
        c.RingCall: decide.ring_call,
        c.AnswerCall: decide.answer_call,
        c.OfferLocation: decide.offer_location,
        c.ConfirmLocation: decide.confirm_location,
        c.TakeCallback: decide.take_callback,
        c.TakeComplaint: decide.take_complaint,
        c.AnswerLifeQuestions: decide.answer_life_questions,
        c.SetCallLevel: decide.set_call_level,
        c.NoteCall: decide.note_call,
        c.NoteCallHazard: decide.note_call_hazard,
        c.RequestHelp: decide.request_help,
        c.LinkCall: decide.link_call,
        c.TransferCall: decide.transfer_call,
        c.AbandonCall: decide.abandon_call,
        c.EndCall: decide.end_call,
    },
)
