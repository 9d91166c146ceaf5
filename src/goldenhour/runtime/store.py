"""The port to the log. Three stores stand behind it (memory, SQLite, PostgreSQL) and pass one contract suite."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

import msgspec

from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import Instant


class NewFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact on its way into the log: its id, its type's name, its bytes, and the streams it belongs to."""

    id: str
    type: str
    body: bytes
    streams: tuple[str, ...]


class LoggedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it stands in the log."""

    seq: int
    id: str
    type: str
    body: bytes
    streams: tuple[str, ...]
    hash: bytes


class EntityDoc(msgspec.Struct, frozen=True, kw_only=True):
    """An entity's newest state: the number of facts in its stream, whether it is open, and the document."""

    stream: str
    kind: str
    version: int
    is_open: bool
    doc: bytes


class StreamRow(msgspec.Struct, frozen=True, kw_only=True):
    """The fact at `seq` is the stream's `version`th."""

    stream: str
    version: int
    seq: int


class CommandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it was decided at `at`: accepted or refused, with the answer that a repeat will get.

    `after_seq` is the head of the log when it was decided: a refusal leaves no fact, and a rehearsal needs to know
    what it was decided on.
    """

    id: CommandId
    type: str
    body: bytes
    by: bytes
    at: Instant
    accepted: bool
    answer: bytes
    after_seq: int = 0


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What one command adds to the log, all or nothing, if every stream still has the version in `expected`."""

    command: CommandRow
    facts: tuple[NewFact, ...]
    expected: Mapping[str, int]
    entities: tuple[EntityDoc, ...]


class Appended(msgspec.Struct, frozen=True, kw_only=True):
    """Where the batch's facts stand now: `last_seq` is the last one's place; a batch's facts follow each other."""

    last_seq: int


class Conflict(Exception):
    """A stream moved between reading and appending."""


class AlreadyAnswered(Exception):
    """The log knows a command of this id; `answer` is what it said then, `type` what the command was."""

    def __init__(self, answer: bytes, type: str) -> None:
        super().__init__("this command was answered before")
        self.answer = answer
        self.type = type


class Outage(Exception):
    """The store cannot be reached or cannot write (no connection, full disk). Nothing was half done.

    It is not known whether an append that failed so was kept (the connection may break after the commit): ask again
    with the same command id.
    """


class Unusable(Outage):
    """The store is there, but asking again will not help: a newer version, not a log, damaged, in use, no access."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Facts after a place in the log, with the newest state of what they touched, as one consistent reading."""

    head_seq: int
    facts: tuple[LoggedFact, ...]
    entities: tuple[EntityDoc, ...]


class Store(Protocol):
    """Every method may raise `Outage`. Nothing is acknowledged before it is durable."""

    @property
    def several_nodes(self) -> bool:
        """Whether other processes may append to the same log."""
        ...

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    async def append(self, batch: Batch) -> Appended:
        """Adds a batch. Raises `Conflict` or `AlreadyAnswered` instead of adding anything."""
        ...

    async def answer(self, command: CommandId) -> bytes | None:
        """What this command was answered before, if it was."""
        ...

    async def read(self, streams: Sequence[str]) -> dict[str, EntityDoc]:
        """The newest states of these streams, as one consistent reading; missing ones are left out."""
        ...

    async def open_entities(self, kinds: Sequence[str]) -> Changes:
        """All open entities of these kinds at one head of the log (`facts` stays empty)."""
        ...

    async def changes(self, after_seq: int, limit: int = 1000) -> Changes:
        """Up to `limit` facts after a place, with the touched entities' newest states."""
        ...

    async def head(self) -> tuple[int, bytes]:
        """The last fact's place and hash; (0, FIRST_HASH) for an empty log."""
        ...

    async def facts_of(self, stream: str) -> list[LoggedFact]:
        """All facts of one stream, in order."""
        ...

    def all_facts(self, after_seq: int = 0) -> AsyncIterator[LoggedFact]:
        """The whole log in order."""
        ...

    def all_streams(self) -> AsyncIterator[StreamRow]:
        """Which fact is whose how-manieth, in the order of the log, then of the names."""
        ...

    def all_commands(self) -> AsyncIterator[CommandRow]:
        """Every decided command, in the order in which they were decided."""
        ...

    def all_entities(self) -> AsyncIterator[EntityDoc]:
        """Every stored entity, open or closed, ordered by stream."""
        ...

    async def mend(self, docs: Mapping[str, EntityDoc | None], *, head_seq: int) -> None:
        """Replaces stored documents (None: removes them) by what the facts up to the head make, all or none.

        Raises `Conflict` if that is not the head any more.
        """
        ...

    async def position(self, consumer: str) -> int:
        """How far a consumer of the log (reactions, exports, alerts) has come; 0 for a new one."""
        ...

    async def set_position(self, consumer: str, seq: int) -> None: ...

    async def wait_for_more(self, after_seq: int) -> None:
        """Returns when the log may have grown beyond a place; may return early, never misses."""
        ...
