"""The SQLite store: reads on a connection of their own, appends through the writer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import (
    Appended,
    Batch,
    Changes,
    CommandRow,
    EntityDoc,
    LoggedFact,
    StreamRow,
    Unusable,
)
from goldenhour.storage.group import MOST_TOGETHER
from goldenhour.storage.sqlite.claim import Claim, Presence
from goldenhour.storage.sqlite.outages import outages
from goldenhour.storage.sqlite.schema import connect
from goldenhour.storage.sqlite.writer import Mending, Place, Writer, head

_T = TypeVar("_T")
_PAGE: Final = 2000
_FACT: Final = "SELECT seq, id, type, body, streams, hash FROM fact"
_ENTITY: Final = "SELECT stream, kind, version, is_open, doc FROM entity"
_COMMAND: Final = "SELECT place, id, type, body, by_whom, at, accepted, answer, after_seq FROM command"
_read_streams: Final = msgspec.json.Decoder(tuple[str, ...]).decode


class SqliteStore:
    """One file, one writing process; others may read it meanwhile (`reading_only`), as backups and replays do.

    `most_together` appends share a commit; 1 is the baseline that benchmarks compare with.
    """

    several_nodes = False

    def __init__(self, path: Path, *, reading_only: bool = False, most_together: int = MOST_TOGETHER) -> None:
        self.path = path
        self._most_together = most_together
        self._reading_only = reading_only
        self._writer: Writer | None = None
        self._claim: Claim | None = None

    @property
    def commits(self) -> int:
        """How many transactions were written; fewer than appends where these came together."""
        return 0 if self._writer is None else self._writer.commits

    async def open(self) -> None:
        self._reading = ThreadPoolExecutor(1, "log-reader")
        self._grown = asyncio.Event()
        try:
            with outages(f"the log {self.path} cannot be opened"):
                if not self._reading_only:
                    self._begin_writing()
                self._reader = connect(self.path, reading_only=self._reading_only)
                self._seq = (await self.head())[0]
        except BaseException:
            await self._shut()
            raise

    def _begin_writing(self) -> None:
        connect(self.path).close()  # says what is wrong with the file before its folder gets a lock
        self._claim = Claim(self.path)
        connection = connect(self.path)
        head(connection)  # brings the WAL into being, which must not go away either
        self._writer = Writer(connection, Presence(self.path).check, most_together=self._most_together)

    async def close(self) -> None:
        await self._shut()
        self._reader.close()

    async def _shut(self) -> None:
        if self._writer is not None:
            await self._writer.stop()
        if self._claim is not None:
            self._claim.release()
        self._reading.shutdown()

    async def append(self, batch: Batch) -> Appended:
        appended = await self._writing.append(batch)
        self._seq = max(self._seq, appended.last_seq)
        self._grown.set()
        return appended

    async def answer(self, command: CommandId) -> bytes | None:
        row = await self._read(lambda c: c.execute("SELECT answer FROM command WHERE id = ?", (command,)).fetchone())
        return row[0] if row else None

    async def read(self, streams: Sequence[str]) -> dict[str, EntityDoc]:
        marks = ",".join("?" * len(streams))
        rows = await self._read(lambda c: c.execute(f"{_ENTITY} WHERE stream IN ({marks})", streams).fetchall())
        return {row[0]: _entity(row) for row in rows}

    async def open_entities(self, kinds: Sequence[str]) -> Changes:
        query = f"{_ENTITY} WHERE is_open = 1 AND kind IN ({','.join('?' * len(kinds))}) ORDER BY stream"

        def look(connection: sqlite3.Connection) -> Changes:
            with _one_reading(connection):
                seq, _ = head(connection)
                rows = connection.execute(query, kinds).fetchall()
            return Changes(head_seq=seq, facts=(), entities=tuple(map(_entity, rows)))

        return await self._read(look)

    async def changes(self, after_seq: int, limit: int = 1000) -> Changes:
        def look(connection: sqlite3.Connection) -> Changes:
            with _one_reading(connection):
                seq, _ = head(connection)
                rows = connection.execute(f"{_FACT} WHERE seq > ? ORDER BY seq LIMIT ?", (after_seq, limit)).fetchall()
                facts = tuple(map(_fact, rows))
                touched = list(dict.fromkeys(name for fact in facts for name in fact.streams))
                docs = [connection.execute(f"{_ENTITY} WHERE stream = ?", (name,)).fetchone() for name in touched]
            return Changes(head_seq=seq, facts=facts, entities=tuple(map(_entity, docs)))

        return await self._read(look)

    async def head(self) -> tuple[int, bytes]:
        return await self._read(head)

    async def facts_of(self, stream: str) -> list[LoggedFact]:
        query = f"{_FACT} JOIN stream USING (seq) WHERE stream.stream = ? ORDER BY stream.version"
        return [_fact(row) for row in await self._read(lambda c: c.execute(query, (stream,)).fetchall())]

    async def all_facts(self, after_seq: int = 0) -> AsyncIterator[LoggedFact]:
        async for row in self._pages(f"{_FACT} WHERE seq > ? ORDER BY seq LIMIT {_PAGE}", after_seq):
            yield _fact(row)

    async def all_streams(self) -> AsyncIterator[StreamRow]:
        rows = await self._read(
            lambda c: c.execute("SELECT stream, version, seq FROM stream ORDER BY seq, stream").fetchall()
        )
        for stream, version, seq in rows:
            yield StreamRow(stream=stream, version=version, seq=seq)

    async def all_commands(self) -> AsyncIterator[CommandRow]:
        async for row in self._pages(f"{_COMMAND} WHERE place > ? ORDER BY place LIMIT {_PAGE}", 0):
            yield CommandRow(
                id=row[1],
                type=row[2],
                body=row[3],
                by=row[4],
                at=row[5],
                accepted=bool(row[6]),
                answer=row[7],
                after_seq=row[8],
            )

    async def all_entities(self) -> AsyncIterator[EntityDoc]:
        async for row in self._pages(f"{_ENTITY} WHERE stream > ? ORDER BY stream LIMIT {_PAGE}", ""):
            yield _entity(row)

    async def mend(self, docs: Mapping[str, EntityDoc | None], *, head_seq: int) -> None:
        await self._writing.mend(Mending(docs=docs, head_seq=head_seq))

    async def position(self, consumer: str) -> int:
        row = await self._read(lambda c: c.execute("SELECT seq FROM consumer WHERE name = ?", (consumer,)).fetchone())
        return row[0] if row else 0

    async def set_position(self, consumer: str, seq: int) -> None:
        await self._writing.set_position(Place(consumer=consumer, seq=seq))

    async def wait_for_more(self, after_seq: int) -> None:
        while self._seq <= after_seq:
            self._grown.clear()
            await self._grown.wait()

    @property
    def _writing(self) -> Writer:
        if self._writer is None:
            raise Unusable(f"the log {self.path} was opened for reading only")
        return self._writer

    async def _read(self, look: Callable[[sqlite3.Connection], _T]) -> _T:
        with outages(f"the log {self.path} cannot be read"):
            return await asyncio.get_running_loop().run_in_executor(self._reading, look, self._reader)

    async def _pages(self, query: str, start: int | str) -> AsyncIterator[tuple[Any, ...]]:
        while rows := await self._read(lambda c: c.execute(query, (start,)).fetchall()):  # noqa: B023 - read at once
            for row in rows:
                yield row
            start = rows[-1][0]


@contextmanager
def _one_reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Several queries on one state of the database."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _fact(row: Sequence[Any]) -> LoggedFact:
    return LoggedFact(seq=row[0], id=row[1], type=row[2], body=row[3], streams=_read_streams(row[4]), hash=row[5])


def _entity(row: Sequence[Any]) -> EntityDoc:
    return EntityDoc(stream=row[0], kind=row[1], version=row[2], is_open=bool(row[3]), doc=row[4])
