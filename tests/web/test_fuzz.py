"""Every command route against whatever comes: never a fault of ours, and every no names a rule."""

import asyncio
from typing import Any, get_args, get_origin
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldenhour.chain.access import GRANTS, Role
from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.commands import Command
from goldenhour.web.commands import kebab, request_shape
from web.office import COMPLAINT, RECORD, STAFF, Office, an_office

COMMANDS = {
    one.command: f"/api/v1/{kebab(one.part)}/{kebab(one.command.__name__)}" for one in REGISTRY.decisions.values()
}
KNOWN = st.sampled_from(
    ["i1", "m1", "m2", "k1", "h1", "h2", "w1", "i1/1", "p1", RECORD, COMPLAINT, "als", "ePatient.02"]
)
TEXTS = (
    KNOWN | st.text(max_size=30) | st.sampled_from(["\x00", "\ufeff", "\u202ex", "'; DROP TABLE fact;--", "x" * 5000])
)
NUMBERS = st.integers(-5, 5) | st.integers(-(2**70), 2**70) | st.sampled_from([1_800_000_000_000, 2**53, 2**63, 10**15])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values that fit the type, from the middle of what it allows to its edges."""
    hint = getattr(hint, "__supertype__", hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return of_struct(hint)
    if isinstance(hint, type) and hasattr(hint, "__members__"):
        return st.sampled_from([one.value for one in hint])
    if hint in (str, int, float, bool):
        return {str: TEXTS, int: NUMBERS, float: st.floats(allow_nan=False), bool: st.booleans()}[hint]
    if hint is type(None):
        return st.none()
    parts = get_args(hint)
    if get_origin(hint) is tuple:
        return st.lists(of_type(parts[0]), max_size=3)
    if get_origin(hint) is dict or hint is Any or not parts:
        return st.dictionaries(TEXTS, ANYTHING, max_size=4) if get_origin(hint) is dict else ANYTHING
    if "Annotated" in str(type(hint)):
        return of_type(parts[0])
    return st.one_of([of_type(part) for part in parts])


def of_struct(shape: type[msgspec.Struct]) -> st.SearchStrategy[dict[str, Any]]:
    needed, spare = {}, {}
    for field in msgspec.structs.fields(shape):
        if field.name == "command":
            needed["command"] = st.just("")
        elif field.required:
            needed[field.encode_name] = of_type(field.type)
        else:
            spare[field.encode_name] = of_type(field.type)
    return st.fixed_dictionaries(needed, optional=spare)


@st.composite
def bodies(draw: st.DrawFn, command: type[Command]) -> dict[str, Any]:
    """A fitting body; now and then with one field of the wrong kind, one too many, or one too few."""
    body: dict[str, Any] = {**draw(of_struct(request_shape(command)))}
    spoil = draw(st.integers(0, 9))
    if spoil == 0:
        body[draw(st.sampled_from(sorted(body)))] = draw(ANYTHING)
    if spoil == 1:
        body.pop(draw(st.sampled_from(sorted(body))))
    if spoil == 2:
        body[draw(TEXTS)] = draw(ANYTHING)
    return body


def whoever_may(command: type[Command]) -> Role:
    """Somebody to whom it is granted; for what only the chain may give, somebody who is told so."""
    return next((role for role in Role if command in GRANTS[role].commands), Role.DISPATCHER)


async def the_office_still_works(office: Office) -> None:
    """Nothing that was accepted may have broken a board, a stream or the log."""
    desk = office.here.desk
    assert desk.boards.seq == desk.runtime.seq
    fallen = [task for task in desk.background if task.done() and task.exception() is not None]
    assert fallen == [], "background work fell over"
    assert [task.get_name() for task in desk.background if task.done()] in ([], ["recent-incidents"])
    for role in (Role.DISPATCHER, Role.PLANNER, Role.CREW, Role.HOSPITAL):
        answer = await office.ask(role, "views")
        assert answer.status_code == 200, answer.text
    for incident in desk.boards.open.all("incident"):
        told = await office.ask(Role.DISPATCHER, "timeline/incident", incident=incident)
        assert told.status_code == 200, told.text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.__name__)
def test_no_body_finds_a_fault(command: type[Command]) -> None:
    """One office for all bodies of a command: what was accepted before is part of what comes next."""
    with asyncio.Runner() as runner:
        opened = an_office()
        office = runner.run(opened.__aenter__())
        runner.run(office.work())
        client = runner.run(office.client(STAFF[whoever_may(command)]))

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(bodies(command))
        def fuzz(body: dict[str, Any]) -> None:
            sent = {**body, "command": str(uuid4())} if body.get("command") == "" else body
            answer = runner.run(client.post(COMMANDS[command], content=msgspec.json.encode(sent)))
            assert answer.status_code in (200, 403, 409, 422), answer.text
            if answer.status_code != 200:
                said = answer.json()
                no = said.get("refused") or said["error"]
                assert "." in no["rule"]
                assert no["text"]

        fuzz()
        runner.run(the_office_still_works(office))
        runner.run(opened.__aexit__(None, None, None))
