"""An office to test against: a desk on a store in memory, one person for each role, and a client that is signed in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from functools import cache
from typing import Any
from uuid import uuid4

import httpx
from litestar import Litestar
from litestar.datastructures import State

from goldenhour.chain.access import Person, Role
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.runtime.clocks import Clock, WallClock
from goldenhour.runtime.store import Store
from goldenhour.storage.memory import MemoryStore
from goldenhour.web.accounts import Accounts
from goldenhour.web.app import application
from goldenhour.web.hub import Hub
from goldenhour.web.serving import Serving
from goldenhour.web.session import CSRF_COOKIE, CSRF_HEADER

CONTENT = Content(default_folder())
COMPLAINT = CONTENT.complaints.complaints[0].id
PASSWORD = "correct horse battery"
PLACE = {"label": "12 Mill Lane", "lon": 9.5, "lat": 47.1, "source": "typed"}

STAFF = {
    role: Person(
        id=role.value,
        name=role.value,
        role=role,
        agency="meridian",
        unit="m1" if role is Role.CREW else None,
        facility="h1" if role is Role.HOSPITAL else None,
    )
    for role in Role
}


@cache
def _built() -> Litestar:
    """Routes are made once for all offices: that takes a second, and only `state` differs."""
    placeholder: Any = None
    return application(placeholder)


def the_application(here: Serving) -> Litestar:
    app = copy(_built())
    app.state = State({"serving": here})
    return app


class Office:
    """The server's parts and a client for each person."""

    def __init__(self, here: Serving) -> None:
        self.here = here
        self.app = the_application(here)
        self._clients: dict[str, httpx.AsyncClient] = {}

    def stranger(self) -> httpx.AsyncClient:
        """Somebody who has not signed in. Server errors come back as answers, as a browser would see them."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    async def client(self, person: Person) -> httpx.AsyncClient:
        """A client with this person's session and CSRF header."""
        if person.id not in self._clients:
            self.here.accounts.add(person, None)
            token, csrf = self.here.accounts.begin(person, self.here.wall.now())
            client = self.stranger()
            client.cookies.set("gh_session", token)
            client.cookies.set(CSRF_COOKIE, csrf)
            client.headers[CSRF_HEADER] = csrf
            self._clients[person.id] = client
        return self._clients[person.id]

    async def give(self, role: Role | Person, command: str, /, **fields: Any) -> httpx.Response:
        """Posts a command ("dispatch/assign-unit") as this person; mints its id unless one is given."""
        client = await self.client(role if isinstance(role, Person) else STAFF[role])
        return await client.post(f"/api/v1/{command}", json={"command": str(uuid4()), **fields})

    async def did(self, role: Role | Person, command: str, /, **fields: Any) -> dict[str, Any]:
        """Like `give`, for what must be accepted."""
        answer = await self.give(role, command, **fields)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def ask(self, role: Role | Person, path: str, **query: Any) -> httpx.Response:
        client = await self.client(role if isinstance(role, Person) else STAFF[role])
        return await client.get(f"/api/v1/{path}", params=query)

    async def work(self) -> None:
        """A call is taken, M1 is sent and on scene with a chart, and the hospital is told of the patient."""
        await self.units()
        await self.did(Role.CALL_TAKER, "call-taking/ring-call", call="k1", ani="555-0100")
        await self.did(Role.CALL_TAKER, "call-taking/answer-call", call="k1", desk="desk 1")
        await self.did(Role.CALL_TAKER, "call-taking/confirm-location", call="k1", location=PLACE)
        complaint = {"complaint": COMPLAINT, "words": "SECRETWORDS"}
        await self.did(Role.CALL_TAKER, "call-taking/take-complaint", call="k1", **complaint)
        await self.did(Role.CALL_TAKER, "call-taking/request-help", call="k1", incident="i1")
        await self.did(Role.DISPATCHER, "dispatch/assign-unit", incident="i1", unit="m1", choice={"slot": "als"})
        for moment in ("en_route", "on_scene", "at_patient"):
            await self.status(moment)
        here = {"incident": "i1", "assignment": "i1/1", "unit": "m1"}
        await self.did(Role.CREW, "care/open-record", record=RECORD, **here)
        entries = [{"path": "ePatient.02", "value": "SECRETNAME"}]
        await self.did(Role.CREW, "care/chart-elements", record=RECORD, entries=entries)
        told = {"handover": "w1", "facility": "h1", "level": 2, "words": "SECRETWORDS"}
        await self.did(Role.CREW, "handoff/pre-alert", **told, **here)

    async def units(self) -> None:
        """Two ambulances on duty and two hospitals."""
        for unit in ("m1", "m2"):
            await self.did(
                Role.ADMIN,
                "dispatch/register-unit",
                unit=unit,
                call_sign=unit.upper(),
                kind="ambulance",
                skill="paramedic",
                agency="meridian",
                post="p1",
            )
            crew = [{"id": f"{unit}-kim", "name": "Kim", "skill": "paramedic"}]
            await self.did(Role.DISPATCHER, "dispatch/go-on-duty", unit=unit, crew=crew)
        for facility, lon in (("h1", 9.52), ("h2", 9.6)):
            place = {"name": f"Hospital {facility}", "lon": lon, "lat": 47.14}
            await self.did(Role.ADMIN, "handoff/register-facility", facility=facility, **place)

    async def status(self, moment: str) -> dict[str, Any]:
        where = {"incident": "i1", "unit": "m1", "assignment": "i1/1"}
        return await self.did(Role.CREW, "dispatch/report-status", status=moment, **where)


RECORD = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


@asynccontextmanager
async def an_office(
    *, store: Store | None = None, clock: Clock | None = None, demo: bool = False, secure: bool = False, first: int = 1
) -> AsyncIterator[Office]:
    """A running desk behind its application."""
    desk = Desk(store=store or MemoryStore(), clock=clock or WallClock(), content=CONTENT, exercise=demo)
    await desk.start()
    accounts = Accounts(":memory:")
    for person in STAFF.values():
        accounts.add(person, None)
    office = Office(
        Serving(desk=desk, accounts=accounts, hub=Hub(desk.boards, first_place=first), demo=demo, secure=secure)
    )
    try:
        yield office
    finally:
        await desk.stop()
        accounts.close()
