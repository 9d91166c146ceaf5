"""A command is answered the same on the shortcut as on the framework's long way, whatever is right or wrong with it."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from litestar import Litestar

from depot.faulty import FaultyStore, outage
from goldenhour.chain.access import Role
from goldenhour.web.app import MOST_BODY_BYTES
from goldenhour.web.files import SECURITY_HEADERS
from web.office import STAFF, Office, an_office

NOTE = "/api/v1/dispatch/note-incident"
LONG_WAY = NOTE + "/"
"""The framework takes this for the same address; the shortcut does not."""


def spied_on(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes on to the framework from now on, by path."""
    passed_on: list[str] = []
    real = Litestar.__call__

    async def spy(self: Any, scope: Any, receive: Any, send: Any) -> None:
        passed_on.append(scope["path"])
        await real(self, scope, receive, send)

    monkeypatch.setattr(Litestar, "__call__", spy)
    return passed_on


def wish(**fields: Any) -> dict[str, Any]:
    return {"command": str(uuid4()), "incident": "i1", "text": "gate code 12", **fields}


SAID: dict[str, tuple[Role, Callable[[], dict[str, Any]], int]] = {
    "done": (Role.DISPATCHER, wish, 200),
    "done long ago": (Role.CALL_TAKER, lambda: wish(at=1_700_000_000_000), 200),
    "refused": (Role.DISPATCHER, lambda: wish(incident="i99"), 409),
    "refused for its id": (Role.DISPATCHER, lambda: wish(incident="\u0000"), 409),
    "another role's": (Role.HOSPITAL, wish, 403),
    "a field too many": (Role.DISPATCHER, lambda: wish(colour="red"), 422),
    "a field of another type": (Role.DISPATCHER, lambda: wish(text=5), 422),
}


@pytest.mark.parametrize(("role", "fields", "status"), SAID.values(), ids=SAID)
async def test_both_ways_say_the_same(
    office: Office, role: Role, fields: Callable[[], dict[str, Any]], status: int
) -> None:
    await office.work()
    client = await office.client(STAFF[role])
    short, long = await client.post(NOTE, json=fields()), await client.post(LONG_WAY, json=fields())
    assert short.status_code == long.status_code == status
    assert alike(short) == alike(long)


def alike(answer: httpx.Response) -> tuple[Any, ...]:
    """What must be the same of two answers to the same wish: the bytes but for the place in the log, all headers."""
    body = answer.json()
    assert msgspec.json.encode(body) == answer.content
    if "seq" in body:
        body["seq"] = 0
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    assert {name.lower(): value for name, value in SECURITY_HEADERS.items()}.items() <= headers.items()
    assert answer.headers["content-length"] == str(len(answer.content))
    return answer.status_code, list(body), body, headers


async def test_a_repeat_gets_the_first_answer_on_either_way(office: Office) -> None:
    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    said = wish()
    answers = [(await client.post(path, json=said)).json() for path in (NOTE, LONG_WAY, NOTE)]
    assert answers[0]["facts"] == answers[1]["facts"] == answers[2]["facts"]
    incident = await office.here.desk.runtime.entity("incident", "i1")
    assert [note.text for note in incident.notes].count("gate code 12") == 1


async def test_what_is_in_order_takes_the_shortcut(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    passed_on = spied_on(monkeypatch)
    assert (await client.post(NOTE, json=wish())).status_code == 200
    assert (await client.post(NOTE, json=wish(incident="i99"))).status_code == 409
    assert passed_on == []
    assert (await client.post(LONG_WAY, json=wish())).status_code == 200
    assert passed_on == [LONG_WAY]


async def test_who_is_not_signed_in_or_has_no_token_is_turned_away_and_nothing_is_done(office: Office) -> None:
    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    seq = office.here.desk.runtime.seq
    turned_away: list[tuple[httpx.Response, int, str]] = [
        (await office.stranger().post(NOTE, json=wish()), 401, "access.signed_out"),
        (await client.post(NOTE, json=wish(), headers={"x-csrf-token": "guessed"}), 403, "access.csrf"),
        (await client.post(NOTE, json=wish(), headers={"x-csrf-token": ""}), 403, "access.csrf"),
        (await client.post(NOTE, json=wish(), headers={b"x-csrf-token": b"\xe9"}), 403, "access.csrf"),
    ]
    for answer, status, rule in turned_away:
        assert (answer.status_code, answer.json()["error"]["rule"]) == (status, rule)
    assert office.here.desk.runtime.seq == seq


async def test_a_cookie_among_others_is_found_and_one_that_ends_alike_is_not(office: Office) -> None:
    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    token, csrf = client.cookies["gh_session"], client.headers["x-csrf-token"]
    stranger = office.stranger()
    for cookie, status in (
        (f"a=b; gh_session={token}; theme=dark", 200),
        (f"gh_session={token}", 200),
        (f"not_gh_session={token}", 401),
        (f"gh_session={token[:-1]}", 401),
        ("gh_session", 401),
    ):
        answer = await stranger.post(NOTE, json=wish(), headers={"cookie": cookie, "x-csrf-token": csrf})
        assert answer.status_code == status, cookie


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
async def test_a_body_that_comes_in_pieces_is_put_together(office: Office, size: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        body = msgspec.json.encode(wish())
        for start in range(0, len(body), size):
            yield body[start : start + size]

    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    answer = await client.post(NOTE, content=pieces(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["accepted"]) == (200, True)


async def test_a_body_as_large_as_may_be_is_read_and_a_larger_one_is_not(office: Office) -> None:
    """Whatever the server hands it over in: uvicorn in pieces of what has arrived, so here in one and in many."""
    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    for path in (NOTE, LONG_WAY):
        large = msgspec.json.encode(wish(text="x" * (MOST_BODY_BYTES - 200)))
        assert (await client.post(path, content=large)).status_code == 200
        answer = await client.post(path, content=large + b" " * 300)
        assert (answer.status_code, answer.json()["error"]["rule"]) == (413, "web.http_413")


async def test_a_host_that_is_none_and_other_methods_are_answered_by_the_framework(office: Office) -> None:
    client = await office.client(STAFF[Role.DISPATCHER])
    for path in (NOTE, LONG_WAY):
        answer = await client.post(path, json=wish(), headers={"host": "a b"})
        assert (answer.status_code, answer.json()["error"]["rule"]) == (400, "web.http_400")
        assert (await client.get(path)).status_code == 405
        assert "POST" in (await client.options(path)).headers["allow"]


@pytest.mark.parametrize("path", [NOTE, LONG_WAY])
async def test_a_log_that_is_away_and_a_fault_of_ours_are_said_as_such(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FaultyStore()
    async with an_office(store=store) as office:
        await office.work()
        office.here.desk.runtime._patience_s = 0.0
        client = await office.client(STAFF[Role.DISPATCHER])
        store.before.append(outage())
        answer = await client.post(path, json=wish())
        assert (answer.status_code, answer.json()["error"]["rule"]) == (503, "web.outage")

        async def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError("a bug")

        monkeypatch.setattr(office.here.desk, "submit", broken)
        answer = await client.post(path, json=wish())
        assert (answer.status_code, answer.json()["error"]["rule"]) == (500, "web.bug")
        assert "ZeroDivision" not in answer.text
        assert answer.headers["content-security-policy"]
