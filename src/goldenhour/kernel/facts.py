"""Facts: what happened, in the past tense, never changed; and the envelope that says who, when and why."""

from functools import cache
from typing import Any, ClassVar, get_type_hints

import msgspec

from goldenhour.kernel.ids import CommandId, stream, stream_kind
from goldenhour.kernel.instants import Instant


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, omit_defaults=True):
    """Base of every fact. Its typed ids say which streams it belongs to; `version` is that of its shape."""

    version: ClassVar[int] = 1


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it: a person or device (`id`), in which role, for which agency."""

    id: str
    role: str
    agency: str


class Happened(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact with its circumstances, before the log has given it a place.

    `occurred_at` is when it happened as far as the people know; `recorded_at` when the system learned of it. They
    differ for late entries, and both are shown. `cause` is the command that led to it. `exercise` marks facts of
    demos and drills.
    """

    id: str
    fact: Any
    occurred_at: Instant
    recorded_at: Instant
    by: Actor
    cause: CommandId
    version: int = 1
    exercise: bool = False

    @property
    def late(self) -> bool:
        """Entered more than a minute after it happened."""
        return self.recorded_at - self.occurred_at > 60_000


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A fact in the log: `seq` is its place (and the only order there is), `hash` chains it to all before it."""

    seq: int
    hash: bytes
    happened: Happened


@cache
def stream_fields(shape: type) -> tuple[tuple[str, str, bool], ...]:
    """(field, stream kind, whether many) of the fields of a fact or a command that name entities."""
    hints = get_type_hints(shape, include_extras=True)
    found = ((name, stream_kind(hint)) for name, hint in hints.items())
    return tuple((name, kind[0], kind[1]) for name, kind in found if kind is not None)


def streams_of(message: msgspec.Struct) -> tuple[str, ...]:
    """The streams that a fact belongs to, or that a command reads, in the order of their fields."""
    names: dict[str, None] = {}
    for field, kind, many in stream_fields(type(message)):
        value = getattr(message, field)
        if value is not None:
            for entity_id in value if many else (value,):
                names[stream(kind, entity_id)] = None
    return tuple(names)
