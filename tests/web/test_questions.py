"""Questions about what has just ended: a screen may ask in that very moment, and null is no fault."""

from goldenhour.chain.access import Role
from web.office import Office


async def test_what_is_asked_about_an_open_incident_is_answered(office: Office) -> None:
    await office.work()
    for role, path, about in _questions("i1", "i1/1", "k1"):
        answer = await office.ask(role, path, **about)
        assert answer.status_code == 200, answer.text
        assert answer.json(), path


async def test_a_question_about_what_is_not_open_is_answered_with_null(office: Office) -> None:
    await office.work()
    await office.did(Role.CALL_TAKER, "call-taking/end-call", call="k1")
    way = (Role.DISPATCHER, "dispatch/route", {"unit": "m1", "to_incident": "gone"})
    for role, path, about in [*_questions("gone", "gone/1", "k1"), way]:
        answer = await office.ask(role, path, **about)
        assert answer.status_code == 200, answer.text
        assert answer.json() is None, path


def _questions(incident: str, assignment: str, call: str) -> list[tuple[Role, str, dict[str, str]]]:
    return [
        (Role.DISPATCHER, "dispatch/recommendation", {"incident": incident}),
        (Role.CALL_TAKER, "call-taking/duplicates", {"call": call}),
        (Role.CREW, "handoff/destinations", {"incident": incident, "assignment": assignment, "needs": "stemi"}),
    ]
