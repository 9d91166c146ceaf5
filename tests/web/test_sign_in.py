"""Signing in and out, sessions, CSRF, cookies and the headers that keep a browser safe."""

from pathlib import Path

import httpx
import msgspec
import pytest

from goldenhour.chain.access import Role
from goldenhour.kernel.instants import Instant
from goldenhour.web.accounts import (
    FAILURE_WINDOW_MS,
    LOOK_EVERY_MS,
    MOST_FAILURES,
    SESSION_MS,
    Accounts,
    TooManyFailures,
)
from goldenhour.web.files import SECURITY_HEADERS
from web.office import PASSWORD, STAFF, Office, an_office

SESSION = "/api/v1/session"
KIM = STAFF[Role.DISPATCHER]


async def signed_in(office: Office, client: httpx.AsyncClient) -> httpx.Response:
    office.here.accounts.add(KIM, PASSWORD)
    return await client.post(SESSION, json={"user": KIM.id, "password": PASSWORD})


async def test_the_right_password_opens_a_session_and_signing_out_ends_it(office: Office) -> None:
    client = office.stranger()
    assert (await client.get(SESSION)).status_code == 401
    answer = await signed_in(office, client)
    assert answer.status_code == 200
    assert answer.json()["user"]["role"] == "dispatcher"
    assert (await client.get(SESSION)).json()["user"]["id"] == KIM.id
    csrf = client.cookies["gh_csrf"]
    token = client.cookies["gh_session"]
    assert (await client.delete(SESSION, headers={"x-csrf-token": csrf})).status_code == 204
    assert (await client.get(SESSION, headers={"cookie": f"gh_session={token}"})).status_code == 401


@pytest.mark.parametrize("user", [KIM.id, "nobody", ""])
async def test_a_wrong_password_says_the_same_for_known_and_unknown_users(office: Office, user: str) -> None:
    office.here.accounts.add(KIM, PASSWORD)
    answer = await office.stranger().post(SESSION, json={"user": user, "password": "guess"})
    assert answer.status_code == 401
    assert answer.json()["error"] == {
        "rule": "access.wrong_password", "text": "User or password is wrong.", "where": "",
    }  # fmt: skip
    assert "set-cookie" not in answer.headers


async def test_a_user_without_a_password_is_not_let_in_with_an_empty_one(office: Office) -> None:
    answer = await office.stranger().post(SESSION, json={"user": KIM.id, "password": ""})
    assert answer.status_code == 401


async def test_after_five_wrong_passwords_even_the_right_one_waits(office: Office) -> None:
    office.here.accounts.add(KIM, PASSWORD)
    client = office.stranger()
    for _ in range(MOST_FAILURES):
        assert (await client.post(SESSION, json={"user": KIM.id, "password": "guess"})).status_code == 401
    answer = await signed_in(office, client)
    assert (answer.status_code, answer.json()["error"]["rule"]) == (429, "access.too_many")


def test_the_wait_is_over_after_five_minutes() -> None:
    accounts = Accounts(":memory:")
    accounts.add(KIM, PASSWORD)
    for _ in range(MOST_FAILURES):
        assert accounts.check(KIM.id, "guess", 1000) is None
    with pytest.raises(TooManyFailures):
        accounts.check(KIM.id, PASSWORD, 1000 + FAILURE_WINDOW_MS - 1)
    assert accounts.check(KIM.id, PASSWORD, 1000 + FAILURE_WINDOW_MS) == KIM


def test_a_session_lasts_a_shift_and_only_its_hash_is_kept() -> None:
    accounts = Accounts(":memory:")
    accounts.add(KIM, None)
    token, csrf = accounts.begin(KIM, 0)
    assert accounts.who(token, SESSION_MS - 1) == (KIM, csrf)
    assert accounts.who(token, SESSION_MS) is None
    assert accounts.who(token + "x", 0) is None
    kept = "".join(str(row) for row in accounts._rows("SELECT * FROM session"))
    assert token not in kept


def test_a_role_that_was_taken_away_is_gone_at_once() -> None:
    """By whichever process: `goldenhour user add` beside a running server changes the same file."""
    accounts = Accounts(":memory:")
    accounts.add(STAFF[Role.ADMIN], None)
    token, csrf = accounts.begin(STAFF[Role.ADMIN], 0)
    assert accounts.who(token, 1) == (STAFF[Role.ADMIN], csrf)
    accounts.add(KIM, None)
    accounts._do("UPDATE user SET role = 'planner' WHERE id = 'admin'")
    found = accounts.who(token, 1)
    assert found is not None
    assert found[0].role is Role.PLANNER


async def test_one_click_exists_only_in_the_demo(office: Office) -> None:
    refused = await office.stranger().post(SESSION, json={"demo_role": "dispatcher"})
    assert (refused.status_code, refused.json()["error"]["rule"]) == (403, "access.demo_only")
    assert (await office.stranger().get(f"{SESSION}/roles")).json() == {"roles": []}
    async with an_office(demo=True) as demo:
        client = demo.stranger()
        roles = (await client.get(f"{SESSION}/roles")).json()["roles"]
        assert {one["role"] for one in roles} == {person.id for person in STAFF.values()}
        for one in roles:
            answer = await demo.stranger().post(SESSION, json={"demo_role": one["role"]})
            assert (answer.status_code, answer.json()["demo"]) == (200, True)
        assert (await client.post(SESSION, json={"demo_role": "nobody"})).status_code == 403


@pytest.mark.parametrize("header", [{}, {"x-csrf-token": "wrong"}, {"x-csrf-token": "ü"}])
async def test_a_change_needs_the_csrf_token(office: Office, header: dict[str, str]) -> None:
    client = office.stranger()
    await signed_in(office, client)
    encoded = {name.encode(): value.encode("latin-1") for name, value in header.items()}
    answer = await client.post("/api/v1/dispatch/note-incident", json={}, headers=encoded)
    assert (answer.status_code, answer.json()["error"]["rule"]) == (403, "access.csrf")
    assert (await client.delete(SESSION, headers=encoded)).status_code == 403


@pytest.mark.parametrize("secure", [False, True])
async def test_cookies_are_kept_from_scripts_other_sites_and_plain_http(secure: bool) -> None:
    async with an_office(secure=secure) as office:
        answer = await signed_in(office, office.stranger())
    cookies = {text.split("=")[0]: text.lower() for text in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {"gh_session", "gh_csrf"}
    assert "httponly" in cookies["gh_session"]
    assert "httponly" not in cookies["gh_csrf"], "the page sends it back as a header"
    for text in cookies.values():
        assert "samesite=lax" in text
        assert ("secure" in text) == secure


async def test_every_answer_carries_the_security_headers(office: Office) -> None:
    await office.work()
    client = await office.client(STAFF[Role.DISPATCHER])
    answers = [
        await client.get("/"),
        await client.get("/dispatch"),
        await client.get("/no/such/file.js"),
        await client.get("/api/v1/session"),
        await client.get("/api/v1/views"),
        await client.get("/api/v1/nothing"),
        await client.get("/api/v1/dispatch/recommendation", params={"incident": "nothing"}),
        await client.get("/api/v1/schema/openapi.json"),
        await client.put("/api/v1/session"),
        await client.post("/api/v1/dispatch/note-incident", content=b"{"),
        await office.stranger().get("/api/v1/session"),
        await office.stranger().post(SESSION, json={"user": "a", "password": "b"}),
        await office.give(Role.DISPATCHER, "dispatch/note-incident", incident="i1", text="gate"),
        await office.give(Role.PLANNER, "dispatch/note-incident", incident="i1", text="gate"),
    ]
    for answer in answers:
        for name, value in SECURITY_HEADERS.items():
            assert answer.headers.get(name) == value, (answer.request.url, answer.status_code, name)
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_change_by_another_process_is_seen_within_a_quarter_of_a_second(tmp_path: Path) -> None:
    here, elsewhere = Accounts(tmp_path / "accounts.sqlite"), Accounts(tmp_path / "accounts.sqlite")
    now = Instant(1_000)
    person = STAFF[Role.DISPATCHER]
    here.add(person, None)
    token, csrf = here.begin(person, now)
    assert here.who(token, now) == (person, csrf)
    promoted = msgspec.structs.replace(person, role=Role.SUPERVISOR)
    elsewhere.add(promoted, None)
    now = Instant(now + LOOK_EVERY_MS)
    assert here.who(token, now) == (promoted, csrf)
    elsewhere.end(token)
    now = Instant(now + LOOK_EVERY_MS)
    assert here.who(token, now) is None
    here.close()
    elsewhere.close()


def test_a_change_of_our_own_is_seen_at_once(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.sqlite")
    now = Instant(1_000)
    accounts.add(STAFF[Role.DISPATCHER], None)
    token, csrf = accounts.begin(STAFF[Role.DISPATCHER], now)
    assert accounts.who(token, now) == (STAFF[Role.DISPATCHER], csrf)
    promoted = msgspec.structs.replace(STAFF[Role.DISPATCHER], role=Role.SUPERVISOR)
    accounts.add(promoted, None)
    assert accounts.who(token, now) == (promoted, csrf)
    accounts.end(token)
    assert accounts.who(token, now) is None
    accounts.close()


def test_a_kept_session_ends_with_its_shift(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.sqlite")
    accounts.add(STAFF[Role.CREW], None)
    token, _ = accounts.begin(STAFF[Role.CREW], Instant(0))
    assert accounts.who(token, Instant(SESSION_MS - 1)) is not None
    assert accounts.who(token, Instant(SESSION_MS)) is None
    accounts.close()
