"""The live stream over a real connection: snapshot, rows, beats, resuming, and who sees what."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from goldenhour.chain.access import Person, Role
from goldenhour.runtime.positions import Position
from goldenhour.web import hub, live
from web.office import STAFF, Office, an_office

Event = tuple[str, int | None, Any]


class Screen:
    """A connected screen: reads server-sent events off a plain socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.place = 0
        self.views: dict[str, dict[str, Any]] = {}

    async def event(self, within_s: float = 10) -> Event:
        """(name, id, data) of the next event; keeps `views` as a screen does."""
        name, place, data = "", None, None
        async with asyncio.timeout(within_s):
            while True:
                line = (await self._reader.readline()).decode().rstrip("\r\n")
                key, _, value = line.partition(": ")
                if key == "event":
                    name = value
                elif key == "id":
                    place = int(value)
                elif key == "data":
                    data = json.loads(value)
                elif not line and name:
                    break
        self._take(name, data)
        self.place = place or self.place
        return name, place, data

    def _take(self, name: str, data: Any) -> None:
        if name == "snapshot":
            self.views = data["views"]
        elif name == "rows":
            for view, key, row in data["rows"]:
                if row is None:
                    self.views.get(view, {}).pop(key, None)
                else:
                    self.views.setdefault(view, {})[key] = row

    async def until(self, condition: Any, within_s: float = 20) -> None:
        async with asyncio.timeout(within_s):
            while not condition(self.views):
                await self.event(within_s)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


class Server:
    def __init__(self, office: Office, port: int) -> None:
        self.office, self.port = office, port

    async def screen(self, who: Person, query: str = "", last: int | None = None) -> Screen:
        """Connects, and reads as far as the first event's doorstep."""
        client = await self.office.client(who)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        cookie = f"gh_session={client.cookies['gh_session']}"
        head = f"GET /api/v1/live{query} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n"
        head += f"last-event-id: {last}\r\n" if last is not None else ""
        writer.write(head.encode() + b"\r\n")
        status = await reader.readline()
        assert b"200" in status, status
        headers = b""
        while (line := await reader.readline()) not in (b"\r\n", b""):
            headers += line.lower()
        assert b"text/event-stream" in headers
        assert b"no-store" in headers
        return Screen(reader, writer)


@asynccontextmanager
async def a_server(office: Office) -> AsyncIterator[Server]:
    config = uvicorn.Config(
        office.app, host="127.0.0.1", port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield Server(office, server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        server.force_exit = True
        await task


DISPATCHER, PLANNER = STAFF[Role.DISPATCHER], STAFF[Role.PLANNER]


async def note(office: Office, text: str) -> None:
    await office.did(Role.DISPATCHER, "dispatch/note-incident", incident="i1", text=text)


def has_note(text: str) -> Any:
    return lambda views: text in json.dumps(views)


async def test_a_screen_gets_all_rows_and_then_each_change(office: Office) -> None:
    await office.work()
    async with a_server(office) as server:
        screen = await server.screen(DISPATCHER)
        name, place, data = await screen.event()
        assert name == "snapshot"
        assert place == office.here.hub.place
        assert set(data) == {"seq", "views", "now", "rate"}
        assert data["views"]["incidents"]["i1"]["assignments"][0]["status"] == "at_patient"
        await office.status("left_scene")
        await screen.until(lambda views: views["incidents"]["i1"]["assignments"][0]["status"] == "left_scene")
        now = json.loads(office.here.hub.snapshot(live.audience_of(DISPATCHER, ""))[1])["views"]
        await screen.until(lambda views: views == now)


async def test_who_comes_back_gets_what_was_missed_and_no_more(office: Office) -> None:
    await office.work()
    async with a_server(office) as server:
        first = await server.screen(DISPATCHER, "?views=incidents")
        await first.event()
        await first.close()
        await note(office, "while you were away")
        again = await server.screen(DISPATCHER, "?views=incidents", last=first.place)
        name, _, data = await again.event()
        assert name == "rows"
        assert "while you were away" in json.dumps(data)
        assert {view for view, _, _ in data["rows"]} == {"incidents"}


async def test_who_was_away_for_too_long_gets_a_snapshot(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.work()
    async with a_server(office) as server:
        early = office.here.hub._told[0].place - 2
        assert (await (await server.screen(DISPATCHER, last=early)).event())[0] == "snapshot"
        ahead = office.here.hub.place + 1000
        assert (await (await server.screen(DISPATCHER, last=ahead)).event())[0] == "snapshot"


async def test_after_a_restart_of_the_server_a_screen_gets_a_snapshot() -> None:
    """A new process counts from a later first place; the log is the same."""
    async with an_office(first=1_000_000) as before:
        await before.work()
        store, last = before.here.desk.runtime.store, before.here.hub.place
        async with an_office(store=store, first=2_000_000) as after, a_server(after) as server:
            screen = await server.screen(DISPATCHER, last=last)
            name, place, data = await screen.event()
            assert (name, place) == ("snapshot", after.here.hub.place)
            assert "i1" in data["views"]["incidents"]
            await server.screen(DISPATCHER, last=place)


async def test_a_quiet_screen_beats_even_while_others_see_much(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions move all the time; a screen that shows only records must still know that its link lives."""
    monkeypatch.setattr(live, "BEAT_S", 0.3)
    await office.work()
    async with a_server(office) as server:
        screen = await server.screen(DISPATCHER, "?views=records")
        assert (await screen.event())[0] == "snapshot"
        busy = asyncio.create_task(_drive_about(office))
        name, place, data = await screen.event(within_s=3)
        busy.cancel()
        assert name == "beat"
        assert set(data) == {"now", "rate", "seq"}
        assert place is not None, "a beat is a place to go on from: nothing before it is for this screen"


async def _drive_about(office: Office) -> None:
    for step in range(10_000):
        position = Position(unit="m1", lon=9.5 + step / 1e6, lat=47.1, at=step)  # type: ignore[arg-type]
        office.here.desk.positions.report(position)
        await asyncio.sleep(0.02)


async def test_a_planner_is_told_of_changes_without_what_identifies_patients(office: Office) -> None:
    await office.work()
    async with a_server(office) as server:
        screen = await server.screen(PLANNER)
        texts = [json.dumps(await screen.event())]
        await note(office, "SECRET note")
        await office.status("left_scene")
        while '"left_scene"' not in texts[-1]:
            texts.append(json.dumps(await screen.event()))
        assert "SECRET" not in "".join(texts)
        assert "Mill Lane" not in "".join(texts)


async def test_a_patient_who_goes_elsewhere_leaves_the_first_hospitals_board(office: Office) -> None:
    await office.work()
    h2 = Person(id="ed2", name="ED 2", role=Role.HOSPITAL, agency="hospital", facility="h2")
    async with a_server(office) as server:
        first, second = await server.screen(STAFF[Role.HOSPITAL]), await server.screen(h2)
        await first.event()
        await second.event()
        assert (set(first.views["handovers"]), set(second.views["handovers"])) == ({"w1"}, set())
        await office.did(Role.CREW, "handoff/redirect-handover", handover="w1", facility="h2", reason="closer")
        await second.until(lambda views: "w1" in views["handovers"])
        await first.until(lambda views: "w1" not in views["handovers"])


async def test_fifty_screens_miss_nothing(office: Office) -> None:
    await office.work()
    async with a_server(office) as server:
        screens = [await server.screen(DISPATCHER, "?views=incidents") for _ in range(50)]
        reading = [asyncio.create_task(one.until(has_note("last of all"))) for one in screens]
        for n in range(60):
            await note(office, f"note {n}")
        await note(office, "last of all")
        await asyncio.gather(*reading)
        texts = [f"note {n}" for n in range(60)] + ["last of all"]
        for one in screens:
            assert [text["text"] for text in one.views["incidents"]["i1"]["notes"]][-61:] == texts
            await one.close()


async def test_a_screen_that_leaves_is_no_longer_counted_as_present(office: Office) -> None:
    await office.work()
    async with a_server(office) as server:
        screen = await server.screen(STAFF[Role.CREW])
        await screen.event()
        assert office.here.hub.present("crew", "m1")
        assert not office.here.hub.present("crew", "m2")
        await screen.close()
        async with asyncio.timeout(10):
            while office.here.hub.present("crew", "m1"):  # noqa: ASYNC110 - a count, not an event
                await asyncio.sleep(hub.TICK_S)
