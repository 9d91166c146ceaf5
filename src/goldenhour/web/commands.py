"""One typed route per command, made from the registry: POST /api/v1/dispatch/assign-unit."""

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response
from litestar.handlers import HTTPRouteHandler

from goldenhour.chain.access import Person, may_command, why_not
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import in_clock_time
from goldenhour.kernel.parts import Decision, Registry
from goldenhour.runtime.answers import Accepted
from goldenhour.web.errors import Problem
from goldenhour.web.reading import reader_of
from goldenhour.web.serving import Serving, serving
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


class Door:
    """Where one command comes in: its address, the shape of what a client sends, and how that is answered."""

    def __init__(self, decision: Decision) -> None:
        self.command = decision.command
        self.part = decision.part
        self.path = f"/api/v1/{kebab(decision.part)}/{kebab(decision.command.__name__)}"
        self.shape = request_shape(decision.command)
        self.reader = reader_of(self.shape)
        self._names = [name for name in self.shape.__struct_fields__ if name != "command"]
        self._filled = {name: _EMPTY[name] for name in SHELL_FILLS if name in decision.command.__struct_fields__}

    async def give(self, here: Serving, person: Person, data: Any) -> tuple[int, Done | Declinal]:
        """(status, answer) to what this person sent. Raises a 403 problem where it is not theirs to give."""
        command = self.command(**{name: getattr(data, name) for name in self._names}, **self._filled)
        if not await may_command(person, command, here.desk.find):
            raise Problem(403, "access.command", why_not(person, self.command))
        actor = Actor(id=person.id, role=person.role.value, agency=person.agency)
        answer = await here.desk.submit(command, command_id=CommandId(str(data.command)), by=actor)
        if isinstance(answer, Accepted):
            return 200, Done(accepted=True, seq=answer.seq, facts=answer.facts)
        return 409, Declinal(refused=Refusal(rule=answer.rule, text=in_clock_time(answer.text, here.desk.zone)))


def doors(registry: Registry) -> list[Door]:
    """The doors of every command of every part."""
    return [Door(decision) for decision in registry.decisions.values()]


def command_route(door: Door) -> HTTPRouteHandler:
    """The door as a route: what the schema shows, and the long way for whatever is not in order."""

    async def submit(request: Request[Any, Any, Any], data: Any) -> Response[Done | Declinal]:
        status, answer = await door.give(serving(request), request.state.person, data)
        return Response(answer, status_code=status)

    submit.__annotations__["data"] = door.shape
    submit.__doc__ = (door.command.__doc__ or door.command.__name__).strip()
    return HTTPRouteHandler(
        door.path,
        http_method=HttpMethod.POST,
        status_code=200,
        guards=[signed_in],
        request_class=door.reader,
        opt={SMALL: True},
        operation_id=door.command.__name__,
        tags=[door.part],
    )(submit)


_EMPTY: dict[str, Any] = {"book": "", "rule": None, "errors": (), "checked_against": "", "source": "crew"}
