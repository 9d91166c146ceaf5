"""The application, with a shortcut for commands that are in order: most of what a busy desk sends.

The framework's way through routing, middleware, guards and response objects takes longer than the command itself. What
comes to a command's door from a signed-in person, small, whole and readable, is given at once; anything else takes the
long way, where it is answered as everything is.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.types import Receive

from goldenhour.chain.access import Person
from goldenhour.web.commands import Door
from goldenhour.web.errors import Problem
from goldenhour.web.files import ENCODED_SECURITY_HEADERS
from goldenhour.web.serving import Serving
from goldenhour.web.session import CSRF_HEADER, SESSION_COOKIE, changing

_MOST_PIECES: Final = 4
_MOST_BYTES: Final = 65_536
"""Of a body on the shortcut, and the pieces in which it may come. The long way knows how large one may be."""

_PLAIN_HOST: Final = re.compile(rb"[0-9A-Za-z.:\[\]-]*")
_COOKIE: Final = SESSION_COOKIE.encode()
_CSRF: Final = CSRF_HEADER.encode()
_HEADERS: Final = ((b"content-type", b"application/json"), *ENCODED_SECURITY_HEADERS)
_encode: Final = msgspec.json.Encoder().encode


class Shortcut(Litestar):
    """The framework's application with these doors before it."""

    def __init__(self, doors: Iterable[Door], /, **framework: Any) -> None:
        super().__init__(**framework)
        self._doors = {door.path: door for door in doors}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As ASGI has it."""
        door = self._doors.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if door is None:
            await super().__call__(scope, receive, send)
            return
        here: Serving = self.state.serving
        messages = [await receive()]
        while messages[-1].get("more_body") and len(messages) < _MOST_PIECES:
            messages.append(await receive())
        in_order = _in_order(here, door, scope, messages)
        if in_order is None:
            await super().__call__(scope, _again(messages, receive), send)
            return
        try:
            status, answer = await door.give(here, *in_order)
        except Exception as error:  # noqa: BLE001 - the framework meets it where it reads the body, and answers it
            await super().__call__(scope, _failing(error), send)
            return
        body = _encode(answer)
        headers = [(b"content-length", b"%d" % len(body)), *_HEADERS]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _in_order(here: Serving, door: Door, scope: Any, messages: list[Any]) -> tuple[Person, Any] | None:
    """Who sends it and what, unless anything about it wants a closer look."""
    if messages[-1]["type"] != "http.request" or messages[-1].get("more_body"):
        return None
    body = b"".join([message["body"] for message in messages])
    if len(body) > _MOST_BYTES:
        return None
    headers = dict(scope["headers"])
    if not _PLAIN_HOST.fullmatch(headers.get(b"host", b"")):
        return None
    try:
        person = changing(here, _session(headers), headers.get(_CSRF, b"").decode("latin-1"))
        return person, door.reader.decoder.decode(body)
    except (Problem, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _session(headers: dict[bytes, bytes]) -> str:
    for cookie in headers.get(b"cookie", b"").split(b";"):
        name, _, value = cookie.strip().partition(b"=")
        if name == _COOKIE:
            return value.decode("latin-1")
    return ""


def _again(messages: list[Any], receive: Receive) -> Receive:
    """What was received already, then the rest."""
    received = iter(messages)

    async def receiving() -> Any:
        return next(received, None) or await receive()

    return receiving


def _failing(error: Exception) -> Receive:
    async def receiving() -> Any:
        raise error

    return receiving
