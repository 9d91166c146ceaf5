"""What is told to whoever sends something that cannot be: one error shape, a named rule, nothing half done."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from depot.faulty import FaultyStore, outage
from goldenhour.chain.access import Role
from goldenhour.runtime.clocks import WallClock
from goldenhour.web.app import MOST_BODY_BYTES
from goldenhour.web.files import _range
from web.office import PLACE, RECORD, STAFF, Office, an_office

NOTE = "/api/v1/dispatch/note-incident"


@pytest.mark.parametrize(
    ("body", "status"),
    {
        "nothing": (b"", 422),
        "half a body": (b'{"command": "', 422),
        "a list": (b"[]", 422),
        "null": (b"null", 422),
        "not unicode": (b'{"text": "\xff\xfe"}', 422),
        "half a character": (b'{"text": "\\ud800"}', 422),
        "deeper than anybody nests": (b'{"a":' * 100_000, 422),
        "too much": (b'"' + b"x" * (MOST_BODY_BYTES + 1) + b'"', 413),
    }.values(),
    ids=lambda one: "" if isinstance(one, int) else None,
)
async def test_a_body_that_cannot_be_read(office: Office, body: bytes, status: int) -> None:
    client = await office.client(STAFF[Role.DISPATCHER])
    answer = await client.post(NOTE, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["rule"]
    assert error["text"]


async def test_a_body_without_a_stated_length_is_bounded_too(office: Office) -> None:
    async def endless() -> Any:
        while True:
            yield b"x" * 65_536

    client = await office.client(STAFF[Role.DISPATCHER])
    answer = await client.post(NOTE, content=endless(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"incident": 5, "text": "t"}, "incident"),
        ({"incident": "i1"}, "text"),
        ({"incident": "i1", "text": "t", "colour": "red"}, "colour"),
        ({"incident": "i1", "text": "t", "at": "noon"}, "at"),
        ({"incident": "i1", "text": "t", "command": "7"}, "command"),
    ],
)
async def test_the_answer_points_to_the_field_that_is_wrong(office: Office, fields: dict[str, Any], where: str) -> None:
    answer = await office.give(Role.DISPATCHER, "dispatch/note-incident", **fields)
    error = answer.json()["error"]
    assert (answer.status_code, error["rule"]) == (422, "web.invalid")
    assert where in error["where"] + error["text"]


async def test_an_unknown_command_and_an_unknown_question_are_named(office: Office) -> None:
    client = await office.client(STAFF[Role.DISPATCHER])
    answer = await client.post("/api/v1/dispatch/launch-rocket", json={})
    assert answer.status_code in (404, 405)
    assert answer.json()["error"]["rule"] == f"web.http_{answer.status_code}"
    answer = await client.get("/api/v1/launch")
    assert (answer.status_code, answer.json()["error"]["rule"]) == (404, "web.http_404")


HOUR = 3_600_000
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a place off the map": (
        "dispatch/locate-incident",
        {"incident": "i1", "location": {**PLACE, "lon": 181.0}},
        "dispatch.location.impossible",
    ),
    "a time in the future": (
        "dispatch/note-incident",
        {"incident": "i1", "text": "t", "at": HOUR},
        "kernel.time_in_future",
    ),
    "a time before there were computers": (
        "dispatch/note-incident",
        {"incident": "i1", "text": "t", "at": None},
        "kernel.time_impossible",
    ),
    "a time before the unit was sent": (
        "dispatch/report-status",
        {"incident": "i1", "unit": "m1", "assignment": "i1/1", "status": "left_scene", "at": -HOUR},
        "dispatch.time.before_assignment",
    ),
    "an unknown unit": (
        "dispatch/assign-unit",
        {"incident": "i1", "unit": "m99", "choice": {"slot": "als"}},
        "kernel.unknown_unit",
    ),
    "an unknown incident": ("dispatch/note-incident", {"incident": "i99", "text": "t"}, "kernel.unknown_incident"),
    "an id that cannot be": (
        "dispatch/note-incident",
        {"incident": "\u0000", "text": "t"},
        "kernel.impossible_incident",
    ),
    "an id without end": (
        "dispatch/note-incident",
        {"incident": "i" * 9999, "text": "t"},
        "kernel.impossible_incident",
    ),
    "an empty note": ("dispatch/note-incident", {"incident": "i1", "text": " \n"}, "dispatch.text.empty"),
}


@pytest.mark.parametrize(("command", "fields", "rule"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused_by_a_rule(
    office: Office, command: str, fields: dict[str, Any], rule: str
) -> None:
    await office.work()
    now, seq = office.here.desk.clock.now(), office.here.desk.runtime.seq
    if "at" in fields:
        fields = {**fields, "at": -5 if fields["at"] is None else now + fields["at"]}
    answer = await office.give(Role.DISPATCHER, command, **fields)
    assert (answer.status_code, answer.json()["refused"]["rule"]) == (409, rule)
    assert answer.json()["refused"]["text"]
    assert office.here.desk.runtime.seq == seq, "a refusal leaves no fact"


async def test_a_record_that_is_signed_is_not_signed_again(office: Office) -> None:
    await office.work()
    await office.did(Role.CREW, "care/lock-record", record=RECORD, signed_by="Kim")
    again = await office.give(Role.CREW, "care/lock-record", record=RECORD, signed_by="Lou")
    assert (again.status_code, again.json()["refused"]["rule"]) == (409, "care.lock.locked")
    assert (await office.here.desk.runtime.entity("record", RECORD)).signed_by == "Kim"


async def test_the_same_command_twice_is_done_once(office: Office) -> None:
    await office.work()
    wish = {"command": str(uuid4()), "incident": "i1", "text": "gate code 12"}
    first = await office.did(Role.DISPATCHER, "dispatch/note-incident", **wish)
    again = await office.did(Role.DISPATCHER, "dispatch/note-incident", **wish)
    assert again["facts"] == first["facts"]
    incident = await office.here.desk.runtime.entity("incident", "i1")
    assert [note.text for note in incident.notes].count("gate code 12") == 1


async def test_a_store_that_is_away_is_said_and_nothing_is_half_done() -> None:
    store = FaultyStore()
    async with an_office(store=store, clock=WallClock()) as office:
        await office.work()
        office.here.desk.runtime._patience_s = 0.0
        seq = office.here.desk.runtime.seq
        wish = {"command": str(uuid4()), "incident": "i1", "unit": "m2", "choice": {"slot": "als"}}
        store.before.append(outage())
        answer = await office.give(Role.DISPATCHER, "dispatch/assign-unit", **wish)
        assert (answer.status_code, answer.json()["error"]["rule"]) == (503, "web.outage")
        assert office.here.desk.runtime.seq == seq
        assert not office.here.desk.boards.open.get("unit", "m2").assignments
        assert (await office.give(Role.DISPATCHER, "dispatch/assign-unit", **wish)).status_code == 200
        assert len(office.here.desk.boards.open.get("unit", "m2").assignments) == 1


async def test_an_answer_lost_on_the_way_back_is_given_again() -> None:
    """The log kept it, the connection broke: the same command id gets the first answer, and the boards move."""
    store = FaultyStore()
    async with an_office(store=store, clock=WallClock()) as office:
        await office.work()
        office.here.desk.runtime._patience_s = 0.0
        wish = {"command": str(uuid4()), "incident": "i1", "unit": "m2", "choice": {"slot": "als"}}
        store.after.append(outage())
        assert (await office.give(Role.DISPATCHER, "dispatch/assign-unit", **wish)).status_code == 503
        assert (await office.give(Role.DISPATCHER, "dispatch/assign-unit", **wish)).status_code == 200
        assert len(office.here.desk.boards.open.get("unit", "m2").assignments) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/../accounts.py",
        "/..%2f..%2faccounts.py",
        "/%2e%2e/%2e%2e/app.py",
        "/assets/..%2f..%2f..%2fapp.py",
        "//etc/passwd",
        "/%00",
        "/..%5c..%5capp.py",
    ],
)
async def test_no_path_leaves_the_folder_of_screens(office: Office, path: str) -> None:
    answer = await office.stranger().get(path)
    assert answer.status_code in (200, 400, 404, 503), answer.text
    assert "def " not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("header", "size", "span"),
    [("", 100, (0, 100)), ("bytes=0-9", 100, (0, 10)), ("bytes=90-", 100, (90, 100)), ("bytes=90-999", 100, (90, 100))],
)
def test_ranges_of_the_map(header: str, size: int, span: tuple[int, int]) -> None:
    assert _range(header, size) == span


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=9-3", "bytes=-5", "bytes=0-1,5-6", "pages=1-2", "bytes=\u00b2-5", "bytes=a-b"]
)
async def test_ranges_that_cannot_be(tmp_path: Path, header: str) -> None:
    from goldenhour.web.errors import Problem

    with pytest.raises(Problem) as told:
        _range(header, 100)
    assert told.value.status_code == 416


@pytest.mark.parametrize("after", ["\u00b2", "-1", "9" * 5000, "abc", ""])
async def test_a_place_in_the_stream_that_cannot_be_gets_a_snapshot(office: Office, after: str) -> None:
    client = await office.client(STAFF[Role.PLANNER])
    with pytest.raises(asyncio.TimeoutError):  # the stream never ends, and this client waits for its end
        async with asyncio.timeout(0.3):
            await client.get("/api/v1/live", params={"after": after})
