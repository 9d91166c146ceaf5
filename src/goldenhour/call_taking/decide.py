"""What call taking allows. Each function answers one command with facts, or refuses with a rule."""

from goldenhour.call_taking import commands as c
from goldenhour.call_taking import facts as f
from goldenhour.call_taking.facts import Said
from goldenhour.call_taking.policy import ComplaintRule, suggested_level
from goldenhour.call_taking.state import Call, CallState
from goldenhour.kernel.books import Book, next_number
from goldenhour.kernel.commands import Refused, said
from goldenhour.kernel.facts import Fact
from goldenhour.kernel.places import Location, check_possible


def ring_call(cmd: c.RingCall, call: Call | None, book: Book | None) -> list[Fact]:
    """A call arrives; a place that came with it is offered, not confirmed."""
    if call is not None:
        raise Refused("call.exists", f"Call {call.number} is known already under this id.")
    number = f"C{next_number(book):04d}"
    rang: list[Fact] = [f.CallRang(call=cmd.call, book=cmd.book, number=number, line=cmd.line, ani=cmd.ani)]
    if cmd.location is not None:
        _check_location(cmd.location)
        rang.append(f.CallLocationOffered(call=cmd.call, location=cmd.location))
    return rang


def answer_call(cmd: c.AnswerCall, call: Call) -> list[Fact]:
    if call.state is not CallState.RINGING:
        by = f" by {call.desk}" if call.desk else ""
        raise Refused("call.answer.not_ringing", f"Call {call.number} is {call.state.value}{by}.")
    return [f.CallAnswered(call=call.id, desk=cmd.desk)]


def offer_location(cmd: c.OfferLocation, call: Call) -> list[Fact]:
    _check_location(cmd.location)
    return [f.CallLocationOffered(call=call.id, location=cmd.location)]


def confirm_location(cmd: c.ConfirmLocation, call: Call) -> list[Fact]:
    _check_location(cmd.location)
    _check_answered(call)
    return [f.CallLocationConfirmed(call=call.id, location=cmd.location)]


def take_callback(cmd: c.TakeCallback, call: Call) -> list[Fact]:
    _check_answered(call)
    return [f.CallbackTaken(call=call.id, callback=cmd.callback.strip(), caller=cmd.caller.strip())]


def take_complaint(cmd: c.TakeComplaint, call: Call) -> list[Fact]:
    """Takes what happened; the level follows by rule unless a human has set it."""
    _check_answered(call)
    if cmd.rule is None or cmd.rule.id != cmd.complaint:
        raise Refused("call.complaint.unknown", f"{cmd.complaint!r} is no complaint type; choose one from the list.")
    taken = f.ComplaintTaken(call=call.id, complaint=cmd.complaint, words=cmd.words.strip())
    return [taken, *_level_by_rule(call, cmd.rule, call.awake, call.breathing)]


def answer_life_questions(cmd: c.AnswerLifeQuestions, call: Call) -> list[Fact]:
    """Records both answers; the level follows by rule unless a human has set it higher."""
    _check_answered(call)
    answered = f.LifeQuestionsAnswered(call=call.id, awake=cmd.awake, breathing=cmd.breathing)
    return [answered, *_level_by_rule(call, cmd.rule, cmd.awake, cmd.breathing)]


def _level_by_rule(call: Call, rule: ComplaintRule | None, awake: Said | None, breathing: Said | None) -> list[Fact]:
    suggested = suggested_level(rule, awake, breathing)
    if suggested is None:
        return []
    level, reason = suggested
    human_stands = call.level_by_human and call.level is not None and call.level <= level
    if human_stands or (call.level is level and call.level_reason == reason):
        return []
    return [f.CallLevelSet(call=call.id, level=level, reason=reason)]


def set_call_level(cmd: c.SetCallLevel, call: Call) -> list[Fact]:
    """The call taker's own judgement; lowering what the rules gave needs a reason."""
    _check_answered(call)
    lowers = call.level is not None and cmd.level > call.level
    if lowers and not cmd.reason.strip():
        raise Refused("call.level.no_reason", f"Say why L{cmd.level} is enough where the rules say L{call.level}.")
    reason = cmd.reason.strip() or "call taker's judgement"
    return [f.CallLevelSet(call=call.id, level=cmd.level, reason=reason, by_human=True)]


def note_call(cmd: c.NoteCall, call: Call) -> list[Fact]:
    return [f.CallNoted(call=call.id, text=_words(cmd.text))]


def note_call_hazard(cmd: c.NoteCallHazard, call: Call) -> list[Fact]:
    return [f.CallHazardNoted(call=call.id, text=_words(cmd.text), hold=cmd.hold)]


def request_help(cmd: c.RequestHelp, call: Call) -> list[Fact]:
    """Sends before the questions are finished: a place and a level are enough."""
    _check_answered(call)
    if call.incident is not None:
        raise Refused("call.help.requested", f"Call {call.number} has its incident already.")
    if call.location is None:
        raise Refused("call.help.no_place", "Enter where help is needed; an unconfirmed place will do.")
    if call.level is None:
        raise Refused("call.help.no_level", "Choose what happened or a level first.")
    return [f.HelpRequested(call=call.id, incident=cmd.incident)]


def link_call(cmd: c.LinkCall, call: Call) -> list[Fact]:
    """Joins the call to an incident that is known; the call and its caller stay."""
    if call.incident is not None:
        raise Refused("call.link.linked", f"Call {call.number} belongs to an incident already.")
    return [f.CallLinked(call=call.id, incident=cmd.incident)]


def transfer_call(cmd: c.TransferCall, call: Call) -> list[Fact]:
    _check_answered(call)
    return [f.CallTransferred(call=call.id, to=_words(cmd.to))]


def abandon_call(_: c.AbandonCall, call: Call) -> list[Fact]:
    """The caller hung up before anybody answered."""
    if call.state is not CallState.RINGING:
        raise Refused("call.abandon.not_ringing", f"Call {call.number} is {call.state.value}; end it instead.")
    return [f.CallAbandoned(call=call.id)]


def end_call(_: c.EndCall, call: Call) -> list[Fact]:
    _check_answered(call)
    return [f.CallEnded(call=call.id)]


def _check_answered(call: Call) -> None:
    if call.state is CallState.RINGING:
        raise Refused("call.not_answered", f"Answer call {call.number} first.")
    if not call.is_open:
        raise Refused("call.over", f"Call {call.number} is {call.state.value}; add a note, or work in the incident.")


def _check_location(location: Location) -> None:
    check_possible(location, rule="call.location.impossible")


def _words(text: str) -> str:
    return said(text, rule="call.text.empty", what="what is to be written down")
