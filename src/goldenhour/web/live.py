"""The live stream: server-sent events of changed rows, resumable, with a snapshot for whoever was away too long."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import Request, get
from litestar.response import Stream

from goldenhour.chain.access import GRANTS, Person, owner_of
from goldenhour.web.errors import Problem
from goldenhour.web.hub import Audience
from goldenhour.web.serving import Serving, serving
from goldenhour.web.session import signed_in

BEAT_S: Final = 5.0
"""A sign of life at least this often, so that a screen knows that its data is fresh."""

_PLACE: Final = re.compile(r"[0-9]{1,18}")


@get("/api/v1/live", guards=[signed_in])
async def live(request: Request[Any, Any, Any], views: str = "") -> Stream:
    """Rows as they change. `Last-Event-ID` (or `after`) resumes; `views` names what to see, all allowed if empty."""
    here = serving(request)
    audience = audience_of(request.state.person, views)
    after = request.headers.get("last-event-id") or request.query_params.get("after") or ""
    place = int(after) if _PLACE.fullmatch(after) else None
    _note_seen(here, request.state.person, audience)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(_events(here, request.state.person, audience, place), media_type="text/event-stream", headers=headers)


@get("/api/v1/views", guards=[signed_in], sync_to_thread=False)
def views(request: Request[Any, Any, Any], names: str = "") -> dict[str, Any]:
    """All rows of the named views as they are now, with the place from which `/api/v1/live?after=` goes on."""
    here = serving(request)
    audience = audience_of(request.state.person, names)
    _note_seen(here, request.state.person, audience)
    place, body = here.hub.snapshot(audience)
    return {"place": place, "now": here.desk.clock.now(), "board": msgspec.Raw(body)}


def audience_of(person: Person, names: str) -> Audience:
    """What this person sees of the named views. Raises a 403 problem for a view that is not granted."""
    grant = GRANTS[person.role]
    asked = frozenset(name for name in names.split(",") if name) or grant.views
    if asked - grant.views:
        missing = ", ".join(sorted(asked - grant.views))
        raise Problem(403, "access.view", f"The role {person.role.value} may not see {missing}.")
    return Audience(asked, grant.sees_phi, owner_of(person))


def _note_seen(here: Serving, person: Person, audience: Audience) -> None:
    """Boards show patient data, so opening them is written down."""
    if audience.sees_phi:
        here.accounts.note_read(person, "boards", ",".join(sorted(audience.views)), here.wall.now())


async def _events(here: Serving, person: Person, audience: Audience, place: int | None) -> AsyncIterator[bytes]:
    with here.hub.connected(person.role.value, person.unit or person.facility):
        async for event in _told(here, audience, place):
            yield event


async def _told(here: Serving, audience: Audience, place: int | None) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    if place is None or here.hub.since(place, audience) is None:
        place, body = here.hub.snapshot(audience)
        yield b"id: %d\nevent: snapshot\ndata: {%s,%s\n\n" % (place, _time(here), body[1:])
    loop = asyncio.get_running_loop()
    beat_at = loop.time() + BEAT_S
    while True:
        found = here.hub.since(place, audience)
        if found is None:
            place, body = here.hub.snapshot(audience)
            yield b"id: %d\nevent: snapshot\ndata: {%s,%s\n\n" % (place, _time(here), body[1:])
            continue
        place, message = found
        if message is not None:
            yield b"id: %d\nevent: rows\ndata: %s\n\n" % (place, message)
            beat_at = loop.time() + BEAT_S
        if loop.time() >= beat_at or not await here.hub.wait_beyond(place, beat_at - loop.time()):
            yield b'id: %d\nevent: beat\ndata: {%s,"seq":%d}\n\n' % (place, _time(here), here.desk.boards.seq)
            beat_at = loop.time() + BEAT_S


def _time(here: Serving) -> bytes:
    """The instant and how fast it runs, so that a screen counts on between two signs of life."""
    clock = here.desk.clock
    return b'"now":%d,"rate":%g' % (clock.now(), clock.speed)
