"""The PostgreSQL store: reads through a small pool, appends through the node's writer, follows through a listener."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import msgspec

from goldenhour.kernel.codec import FIRST_HASH
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import (
    Appended,
    Batch,
    Changes,
    CommandRow,
    Conflict,
    EntityDoc,
    LoggedFact,
    StreamRow,
    Unusable,
)
from goldenhour.storage.postgres.connect import options
from goldenhour.storage.postgres.listener import Listener
from goldenhour.storage.postgres.outages import outages
from goldenhour.storage.postgres.schema import LOG_LOCK, prepare
from goldenhour.storage.postgres.writer import HEAD, Writer

_PAGE: Final = 2000
_FACT: Final = "SELECT seq, id, type, body, streams, hash FROM fact"
_ENTITY: Final = "SELECT stream, kind, version, is_open, doc FROM entity"
_COMMAND: Final = "SELECT place, id, type, body, by_whom, at, accepted, answer, after_seq FROM command"
_read_streams: Final = msgspec.json.Decoder(tuple[str, ...]).decode


class PostgresStore:
    """One log per database (or per schema in the search path), written by any number of nodes.

    Needs a direct connection or a session-pooling proxy; transaction pooling breaks listening.
    """

    several_nodes = True

    def __init__(self, address: str, *, reading_only: bool = False) -> None:
        self._address = address
        self._reading_only = reading_only
        self._writer: Writer | None = None

    @property
    def commits(self) -> int:
        """How many transactions this node wrote; fewer than appends where these came together."""
        return 0 if self._writer is None else self._writer.commits

    async def open(self) -> None:
        with outages("the database cannot be reached"):
            self._pool = await asyncpg.create_pool(
                self._address, min_size=1, max_size=4, **options(reading_only=self._reading_only)
            )
        try:
            with outages("the log cannot be opened"):
                async with self._pool.acquire() as connection:
                    await prepare(connection, reading_only=self._reading_only)
        except BaseException:
            self._pool.terminate()
            raise
        self._listener = Listener(self._address)
        if not self._reading_only:
            self._writer = Writer(self._address)

    async def close(self) -> None:
        if self._writer is not None:
            await self._writer.stop()
        await self._listener.close()
        self._pool.terminate()

    async def append(self, batch: Batch) -> Appended:
        return await self._writing.append(batch)

    async def answer(self, command: CommandId) -> bytes | None:
        rows = await self._fetch("SELECT answer FROM command WHERE id = $1", command)
        return rows[0][0] if rows else None

    async def read(self, streams: Sequence[str]) -> dict[str, EntityDoc]:
        rows = await self._fetch(f"{_ENTITY} WHERE stream = ANY($1)", list(streams))
        return {row["stream"]: _entity(row) for row in rows}

    async def open_entities(self, kinds: Sequence[str]) -> Changes:
        async with self._one_reading() as db:
            head = await db.fetchrow(HEAD)
            rows = await db.fetch(f"{_ENTITY} WHERE is_open AND kind = ANY($1) ORDER BY stream", list(kinds))
        return Changes(head_seq=_seq(head), facts=(), entities=tuple(map(_entity, rows)))

    async def changes(self, after_seq: int, limit: int = 1000) -> Changes:
        async with self._one_reading() as db:
            head = await db.fetchrow(HEAD)
            facts = tuple(map(_fact, await db.fetch(f"{_FACT} WHERE seq > $1 ORDER BY seq LIMIT $2", after_seq, limit)))
            touched = list(dict.fromkeys(name for fact in facts for name in fact.streams))
            docs = {row["stream"]: row for row in await db.fetch(f"{_ENTITY} WHERE stream = ANY($1)", touched)}
        return Changes(head_seq=_seq(head), facts=facts, entities=tuple(_entity(docs[name]) for name in touched))

    async def head(self) -> tuple[int, bytes]:
        rows = await self._fetch(HEAD)
        return (rows[0]["seq"], rows[0]["hash"]) if rows else (0, FIRST_HASH)

    async def facts_of(self, stream: str) -> list[LoggedFact]:
        query = f"{_FACT} JOIN stream USING (seq) WHERE stream.stream = $1 ORDER BY stream.version"
        return [_fact(row) for row in await self._fetch(query, stream)]

    async def all_facts(self, after_seq: int = 0) -> AsyncIterator[LoggedFact]:
        async for row in self._pages(f"{_FACT} WHERE seq > $1 ORDER BY seq LIMIT {_PAGE}", after_seq):
            yield _fact(row)

    async def all_streams(self) -> AsyncIterator[StreamRow]:
        for stream, version, seq in await self._fetch("SELECT stream, version, seq FROM stream ORDER BY seq, stream"):
            yield StreamRow(stream=stream, version=version, seq=seq)

    async def all_commands(self) -> AsyncIterator[CommandRow]:
        async for row in self._pages(f"{_COMMAND} WHERE place > $1 ORDER BY place LIMIT {_PAGE}", 0):
            yield CommandRow(
                id=row["id"],
                type=row["type"],
                body=row["body"],
                by=row["by_whom"],
                at=row["at"],
                accepted=row["accepted"],
                answer=row["answer"],
                after_seq=row["after_seq"],
            )

    async def all_entities(self) -> AsyncIterator[EntityDoc]:
        async for row in self._pages(f"{_ENTITY} WHERE stream > $1 ORDER BY stream LIMIT {_PAGE}", ""):
            yield _entity(row)

    async def mend(self, docs: Mapping[str, EntityDoc | None], *, head_seq: int) -> None:
        rows = [(d.stream, d.kind, d.version, d.is_open, d.doc) for d in docs.values() if d is not None]
        with outages("the log cannot be written"):
            async with self._pool.acquire() as db, db.transaction():
                await db.execute("SELECT pg_advisory_xact_lock($1)", LOG_LOCK)
                if _seq(await db.fetchrow(HEAD)) != head_seq:
                    raise Conflict(f"the log moved beyond {head_seq}")
                await db.execute("DELETE FROM entity WHERE stream = ANY($1)", list(docs))
                await db.executemany("INSERT INTO entity VALUES ($1, $2, $3, $4, $5)", rows)

    async def position(self, consumer: str) -> int:
        rows = await self._fetch("SELECT seq FROM consumer WHERE name = $1", consumer)
        return rows[0][0] if rows else 0

    async def set_position(self, consumer: str, seq: int) -> None:
        query = "INSERT INTO consumer VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq"
        await self._fetch(query, consumer, seq)

    async def wait_for_more(self, after_seq: int) -> None:
        await self._listener.wait(after_seq)

    @property
    def _writing(self) -> Writer:
        if self._writer is None:
            raise Unusable("the log was opened for reading only")
        return self._writer

    async def _fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        with outages("the log cannot be read"):
            rows: list[asyncpg.Record] = await self._pool.fetch(query, *arguments)
        return rows

    @asynccontextmanager
    async def _one_reading(self) -> AsyncIterator[asyncpg.Connection]:
        """Several queries on one state of the database."""
        with outages("the log cannot be read"):
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                yield connection

    async def _pages(self, query: str, start: int | str) -> AsyncIterator[asyncpg.Record]:
        while rows := await self._fetch(query, start):
            for row in rows:
                yield row
            start = rows[-1][0]


def _seq(head: asyncpg.Record | None) -> int:
    return 0 if head is None else int(head["seq"])


def _fact(row: asyncpg.Record) -> LoggedFact:
    return LoggedFact(
        seq=row["seq"],
        id=row["id"],
        type=row["type"],
        body=row["body"],
        streams=_read_streams(row["streams"]),
        hash=row["hash"],
    )


def _entity(row: asyncpg.Record) -> EntityDoc:
    return EntityDoc(
        stream=row["stream"], kind=row["kind"], version=row["version"], is_open=row["is_open"], doc=row["doc"]
    )
