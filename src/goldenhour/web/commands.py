"""One typed route per command, made from the registry: POST /api/v1/dispatch/assign-unit."""

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler

from goldenhour.chain.access import may_command, why_not
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import in_clock_time
from goldenhour.kernel.parts import Decision, Registry
from goldenhour.runtime.answers import Accepted
from goldenhour.web.errors import Problem
from goldenhour.web.reading import reader_of
from goldenhour.web.serving import serving
from goldenhour.web.session import signed_in

SHELL_FILLS = frozenset({"book", "rule", "errors", "checked_against", "source"})
"""Fields that the desk looks up; a client leaves them out, and what it sends in them is not believed."""


SMALL = "answers_are_small"
"""Marks routes whose answers are not worth compressing: it would cost more than the command."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    accepted: bool
    seq: int
    facts: tuple[Any, ...]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    text: str


class Declinal(msgspec.Struct, frozen=True, kw_only=True):
    refused: Refusal


def kebab(name: str) -> str:
    """AssignUnit -> assign-unit, call_taking -> call-taking."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).replace("_", "-").lower()


def command_routes(registry: Registry) -> list[ControllerRouterHandler]:
    """The routes of every command of every part."""
    return [_route(decision) for decision in registry.decisions.values()]


def request_shape(command: type[Command]) -> type[msgspec.Struct]:
    """What a client sends: the command's fields, less what the desk fills, and the command's own id."""
    fields: list[Any] = [("command", UUID)]
    for field in msgspec.structs.fields(command):
        if field.name in SHELL_FILLS:
            continue
        if field.required:
            fields.append((field.name, field.type))
        elif field.default is not msgspec.NODEFAULT:
            fields.append((field.name, field.type, field.default))
        else:
            fields.append((field.name, field.type, msgspec.field(default_factory=field.default_factory)))
    return msgspec.defstruct(
        f"{command.__name__}Request", fields, frozen=True, kw_only=True, forbid_unknown_fields=True
    )


def _route(decision: Decision) -> HTTPRouteHandler:
    command_type = decision.command
    shape: Any = request_shape(command_type)
    filled = {name: _EMPTY[name] for name in SHELL_FILLS if name in command_type.__struct_fields__}
    names = [name for name in shape.__struct_fields__ if name != "command"]

    async def submit(request: Request[Any, Any, Any], data: Any) -> Response[Done | Declinal]:
        here = serving(request)
        person = request.state.person
        command = command_type(**{name: getattr(data, name) for name in names}, **filled)
        if not await may_command(person, command, here.desk.find):
            raise Problem(403, "access.command", why_not(person, command_type))
        actor = Actor(id=person.id, role=person.role.value, agency=person.agency)
        answer = await here.desk.submit(command, command_id=CommandId(str(data.command)), by=actor)
        if isinstance(answer, Accepted):
            return Response(Done(accepted=True, seq=answer.seq, facts=answer.facts), status_code=200)
        return Response(
            Declinal(refused=Refusal(rule=answer.rule, text=in_clock_time(answer.text, here.desk.zone))),
            status_code=409,
        )

    submit.__annotations__["data"] = shape
    submit.__doc__ = (command_type.__doc__ or command_type.__name__).strip()
    return HTTPRouteHandler(
        f"/api/v1/{kebab(decision.part)}/{kebab(command_type.__name__)}",
        http_method=HttpMethod.POST,
        status_code=200,
        guards=[signed_in],
        request_class=reader_of(shape),
        opt={SMALL: True},
        operation_id=command_type.__name__,
        tags=[decision.part],
    )(submit)


_EMPTY: dict[str, Any] = {"book": "", "rule": None, "errors": (), "checked_against": "", "source": "crew"}
