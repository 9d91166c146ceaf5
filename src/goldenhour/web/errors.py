"""The shapes in which the server says no, and how every kind of no becomes one of them."""

import traceback

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    SerializationException,
    ValidationException,
)
from litestar.types import ExceptionHandlersMap

from goldenhour.runtime.store import Outage

log = structlog.get_logger()


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` names what was broken, `text` says it for people, `where` points into what was sent."""

    rule: str
    text: str
    where: str = ""


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    error: ErrorBody


class Problem(HTTPException):
    """Anything the server answers with an error body."""

    def __init__(self, status: int, rule: str, text: str, where: str = "") -> None:
        super().__init__(detail=text, status_code=status)
        self.body = ErrorBody(rule=rule, text=text, where=where)


def _answer(status: int, rule: str, text: str, where: str = "") -> Response[Wrong]:
    return Response(Wrong(error=ErrorBody(rule=rule, text=text, where=where)), status_code=status)


def _problem(_: Request, error: Problem) -> Response[Wrong]:  # type: ignore[type-arg]
    return Response(Wrong(error=error.body), status_code=error.status_code)


def _invalid(_: Request, error: Exception) -> Response[Wrong]:  # type: ignore[type-arg]
    where = ""
    text = getattr(error, "detail", str(error))
    extra = getattr(error, "extra", None)
    if isinstance(extra, list) and extra:
        where = str(extra[0].get("key", ""))
        text = str(extra[0].get("message", text))
    return _answer(422, "web.invalid", f"That cannot be read: {text}", where)


def _http(_: Request, error: HTTPException) -> Response[Wrong]:  # type: ignore[type-arg]
    return _answer(error.status_code, f"web.http_{error.status_code}", error.detail)


def _outage(_: Request, error: Outage) -> Response[Wrong]:  # type: ignore[type-arg]
    log.error("store outage", text=str(error))
    return _answer(503, "web.outage", "The log cannot be reached; nothing was lost. Your entry is kept and sent again.")


def _bug(request: Request, error: Exception) -> Response[Wrong]:  # type: ignore[type-arg]
    where = "".join(traceback.format_exception(error))  # without the values of variables: they may be a patient's
    log.error("bug", path=request.url.path, error=type(error).__name__, traceback=where)
    return _answer(500, "web.bug", "The program has a fault here; it was written down. Nothing of this was kept.")


HANDLERS: ExceptionHandlersMap = {
    Problem: _problem,
    ValidationException: _invalid,
    SerializationException: _invalid,
    ClientException: _http,
    NotFoundException: _http,
    MethodNotAllowedException: _http,
    HTTPException: _http,
    Outage: _outage,
    Exception: _bug,
}
