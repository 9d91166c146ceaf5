"""Who is asking: the session cookie, the CSRF token, and the guards that every route passes."""

import asyncio
from hmac import compare_digest
from typing import Any

import msgspec
from litestar import Controller, Request, Response, delete, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler

from goldenhour.chain.access import GRANTS, Person
from goldenhour.web.accounts import SESSION_MS, TooManyFailures
from goldenhour.web.errors import Problem
from goldenhour.web.serving import Serving, serving

SESSION_COOKIE = "gh_session"
CSRF_COOKIE = "gh_csrf"
CSRF_HEADER = "x-csrf-token"
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def person_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Person:
    """The signed-in person. Raises a 401 problem without a session, a 403 one without the CSRF token on a change."""
    token = connection.cookies.get(SESSION_COOKIE, "")
    if connection.scope.get("method") in _CHANGES:
        return changing(serving(connection), token, connection.headers.get(CSRF_HEADER, ""))
    return _who(serving(connection), token)[0]


def changing(here: Serving, token: str, said: str) -> Person:
    """Whose session it is, to change something. Raises as `person_of` does."""
    person, csrf = _who(here, token)
    if not _same(said, csrf):
        raise Problem(403, "access.csrf", "This page is out of date; load it again and repeat.")
    return person


def _who(here: Serving, token: str) -> tuple[Person, str]:
    known = here.accounts.who(token, here.wall.now()) if token else None
    if known is None:
        raise Problem(401, "access.signed_out", "Sign in first.")
    return known


def _same(said: str, kept: str) -> bool:
    return compare_digest(said.encode(), kept.encode())


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Guard: anybody who is signed in. Asynchronous only because a plain one would be run in a thread each time."""
    connection.state.person = person_of(connection)


def may_ask(query: str) -> Any:
    """Guard: roles to which this query is granted."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        person = person_of(connection)
        if query not in GRANTS[person.role].queries:
            raise Problem(403, "access.query", f"The role {person.role.value} may not see {query}.")
        connection.state.person = person

    return guard


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A user with a password; in the demo, one of its people with one click."""

    user: str = ""
    password: str = ""
    demo_role: str = ""


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The person who is signed in, and what they may do."""

    user: Person
    exercise: bool
    demo: bool
    commands: tuple[str, ...]
    views: tuple[str, ...]
    queries: tuple[str, ...]


class DemoRole(msgspec.Struct, frozen=True, kw_only=True):
    role: str
    name: str
    words: str


class DemoRoles(msgspec.Struct, frozen=True, kw_only=True):
    roles: tuple[DemoRole, ...]


class Sessions(Controller):
    """Signing in and out."""

    path = "/api/v1/session"

    @get(guards=[signed_in])
    async def who_am_i(self, request: Request[Any, Any, Any]) -> Me:
        return _me(serving(request), request.state.person)

    @get("/roles")
    async def roles(self, request: Request[Any, Any, Any]) -> DemoRoles:
        """One-click roles; empty unless this is the demo."""
        here = serving(request)
        people = here.accounts.people() if here.demo else []
        return DemoRoles(roles=tuple(DemoRole(role=one.id, name=one.name, words=_words(one)) for one in people))

    @post(status_code=200)
    async def sign_in(self, request: Request[Any, Any, Any], data: SignIn) -> Response[Me]:
        here = serving(request)
        now = here.wall.now()
        if data.demo_role:
            person = here.accounts.find(data.demo_role) if here.demo else None
            if person is None:
                raise Problem(403, "access.demo_only", "One-click sign-in exists only in the demo.")
        else:
            try:
                person = await asyncio.to_thread(here.accounts.check, data.user, data.password, now)
            except TooManyFailures:
                raise Problem(429, "access.too_many", "Too many wrong passwords; wait five minutes.") from None
        if person is None:
            raise Problem(401, "access.wrong_password", "User or password is wrong.")
        token, csrf = here.accounts.begin(person, now)
        age_s = SESSION_MS // 1000
        cookies = [
            Cookie(SESSION_COOKIE, value=token, max_age=age_s, httponly=True, secure=here.secure, samesite="lax"),
            Cookie(CSRF_COOKIE, value=csrf, max_age=age_s, secure=here.secure, samesite="lax"),
        ]
        return Response(_me(here, person), cookies=cookies)

    @delete(status_code=204, guards=[signed_in])
    async def sign_out(self, request: Request[Any, Any, Any]) -> None:
        serving(request).accounts.end(request.cookies[SESSION_COOKIE])


def _me(here: Serving, person: Person) -> Me:
    grant = GRANTS[person.role]
    return Me(
        user=person,
        exercise=here.desk.runtime.exercise,
        demo=here.demo,
        commands=tuple(sorted(command.__name__ for command in grant.commands)),
        views=tuple(sorted(grant.views)),
        queries=tuple(sorted(grant.queries)),
    )


def _words(person: Person) -> str:
    where = person.unit or person.facility
    return f"{person.role.value.replace('_', ' ')}{f' · {where}' if where else ''}"
