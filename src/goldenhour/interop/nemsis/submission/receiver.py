"""The receiving side of the NEMSIS V3 web service, as a plain ASGI application: for a state, and as test peer."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID, uuid5

import msgspec
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.report import DataSet, Report, Severity
from goldenhour.interop.nemsis.submission import messages, status
from goldenhour.interop.nemsis.submission.messages import Answer, Login, NotUnderstood, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HANDLES = UUID("0c6f9f3e-6a3e-5c11-9b55-7b8f3a6d2e10")
ENVELOPE_BYTES = 64 << 10
_KEYS = etree.XPath("/*/*/@UUID | /*/*/*/@UUID", smart_strings=False)


class Checker(Protocol):
    """Whatever checks a document: `rules.checker.RecordChecker` in earnest."""

    async def check(self, xml: bytes, dataset: DataSet = "EMS", *, path: str = "record") -> Report:
        """The report on a document."""
        ...


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A document that passed. `keys` are the UUIDs of its records: one that is known already is an update."""

    handle: str
    data_set: DataSet
    keys: tuple[str, ...]
    document: bytes
    organization: str


class Receiver:
    """The end point. `deliver` is called once with each accepted document, before the client is told so.

    Validation runs after the answer to SubmitData (status 0), the result is fetched by RetrieveStatus; with
    `immediately` SubmitData already answers with the result. The last `kept` results can be asked for; after a
    restart the client is told that its number is unknown and sends again, which is an update.
    """

    def __init__(
        self,
        checker: Checker,
        *,
        logins: tuple[Login, ...],
        deliver: Callable[[Accepted], Awaitable[None]],
        limit_kb: int = 10_240,
        immediately: bool = False,
        kept: int = 10_000,
    ) -> None:
        self._checker = checker
        self._logins = {login.username: login for login in logins}
        self._deliver = deliver
        self._limit_kb = limit_kb
        self._immediately = immediately
        self._kept = kept
        self._results: dict[str, tuple[str, Answer]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one POST with one SOAP message."""
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await _respond(send, 405, messages.fault_answer("send a SOAP message by POST"))
            return
        body = await _read(receive, limit_bytes=self._limit_kb * 1024 + ENVELOPE_BYTES)
        if body is None:
            too_large = Answer(status=status.TOO_LARGE)
            await _respond(send, 200, messages.submit_answer(too_large))
            return
        try:
            request = messages.read_request(body)
        except (NotUnderstood, safe_xml.HostileXml) as fault:
            await _respond(send, 500, messages.fault_answer(str(fault)))
            return
        await _respond(send, 200, await self._answer(request))

    async def settle(self) -> None:
        """Wait until every document received so far has its result."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _answer(self, request: Request) -> bytes:
        refused = self._refuse_login(request.login)
        if request.operation == "QueryLimit":
            limit = self._limit_kb if refused is None else refused
            return messages.limit_answer(Answer(status=refused or status.LIMIT_KNOWN, limit_kb=limit))
        if request.operation == "RetrieveStatus":
            answer = Answer(status=refused, handle=request.handle) if refused else self._status(request)
            return messages.status_answer(answer)
        return messages.submit_answer(Answer(status=refused) if refused else await self._submit(request))

    def _refuse_login(self, login: Login) -> int | None:
        known = self._logins.get(login.username)
        expected = "" if known is None else known.password
        if not hmac.compare_digest(expected.encode(), login.password.encode()) or known is None:
            return status.BAD_LOGIN
        return None if known.organization == login.organization else status.NO_ORGANIZATION

    def _status(self, request: Request) -> Answer:
        organization, answer = self._results.get(request.handle, ("", Answer(status=0)))
        if request.handle not in self._results or organization != request.login.organization:
            return Answer(status=status.UNKNOWN_HANDLE, handle=request.handle)
        return answer

    async def _submit(self, request: Request) -> Answer:
        data_set = next((name for name, code in status.DATA_SCHEMA.items() if code == request.data_schema), None)
        if data_set is None or not request.document:
            return Answer(status=status.BAD_PARAMETER)
        if len(request.document) > self._limit_kb * 1024:
            return Answer(status=status.TOO_LARGE)
        digest = sha256(request.document).hexdigest()
        handle = str(uuid5(HANDLES, f"{request.login.organization} {digest}"))
        known = self._results.get(handle)
        if known is not None and known[1].status > 0:
            return Answer(status=status.DUPLICATE, handle=handle)
        self._remember(handle, request, Answer(status=status.PENDING, handle=handle))
        task = asyncio.create_task(self._process(handle, request, data_set))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if not self._immediately:
            return Answer(status=status.PENDING, handle=handle)
        await task
        return self._results[handle][1]

    async def _process(self, handle: str, request: Request, data_set: DataSet) -> None:
        """Check and deliver. Whatever breaks on our side is the receiver's fault (-20), never an acceptance."""
        try:
            report = await self._checker.check(request.document, data_set, path=handle)
            answer = _result(handle, report)
            if answer.status > 0:
                accepted = Accepted(
                    handle=handle,
                    data_set=data_set,
                    keys=record_keys(request.document),
                    document=request.document,
                    organization=request.login.organization,
                )
                await self._deliver(accepted)
        except Exception as fault:  # noqa: BLE001 - the sender has to be told, whatever it was
            answer = Answer(status=status.SERVER_ERROR, handle=handle, server_error=f"{type(fault).__name__}: {fault}")
        self._remember(handle, request, answer)

    def _remember(self, handle: str, request: Request, answer: Answer) -> None:
        self._results[handle] = (request.login.organization, answer)
        while len(self._results) > self._kept:
            del self._results[next(iter(self._results))]


def _result(handle: str, report: Report) -> Answer:
    if report.xsd:
        return Answer(status=status.NOT_SCHEMA_VALID, handle=handle, findings=report.xsd)
    if any("fatal" in f.role.lower() for f in report.failed):
        return Answer(status=status.FATAL_RULE, handle=handle, failed=report.failed)
    if any(f.severity is Severity.ERROR for f in report.failed):
        return Answer(status=status.ERROR_RULE, handle=handle, failed=report.failed)
    code = status.IMPORTED_WITH_WARNINGS if report.failed else status.IMPORTED
    return Answer(status=code, handle=handle, failed=report.failed)


def record_keys(document: bytes) -> tuple[str, ...]:
    """The UUIDs that the records of a document keep for ever, in order: those of its patient care reports or of
    its agency; none for a state data set."""
    return tuple(str(uuid) for uuid in _KEYS(safe_xml.parse(document)))


async def _read(receive: Receive, *, limit_bytes: int) -> bytes | None:
    """The body of the request; None as soon as it is too long."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > limit_bytes:
            return None
        parts.append(part)
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return b"".join(parts)


async def _respond(send: Send, code: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/xml; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
