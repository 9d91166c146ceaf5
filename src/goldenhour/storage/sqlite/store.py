"""The SQLite store: reads on a connection of their own, appends through the writer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import Appended, Batch, Changes, CommandRow, EntityDoc, LoggedFact, Outage
from goldenhour.storage.sqlite.schema import connect
from goldenhour.storage.sqlite.writer import Writer, head

_T = TypeVar("_T")
_PAGE: Final = 2000
_FACT: Final = "SELECT seq, id, type, body, streams, hash FROM fact"
_ENTITY: Final = "SELECT stream, kind, version, is_open, doc FROM entity"


class SqliteStore:
    """One file, one process. A second process on the same file is refused by SQLite's own lock on writing."""

    several_nodes = False

    def __init__(self, path: Path) -> None:
        self.path = path

    async def open(self) -> None:
        try:
            self._reading = ThreadPoolExecutor(1, "log-reader")
            self._reader = await asyncio.get_running_loop().run_in_executor(self._reading, connect, self.path)
            self._writer = Writer(connect(self.path))
        except sqlite3.Error as error:
            raise Outage(f"the log {self.path} cannot be opened: {error}") from error
        self._grown = asyncio.Event()
        self._seq = (await self.head())[0]

    async def close(self) -> None:
        await self._writer.stop()
        self._reading.shutdown()
        self._reader.close()

    async def append(self, batch: Batch) -> Appended:
        appended = await self._writer.append(batch)
        self._seq = appended.last_seq
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
        marks = ",".join("?" * len(kinds))

        def look(connection: sqlite3.Connection) -> Changes:
            with _one_reading(connection):
                seq, _ = head(connection)
                rows = connection.execute(f"{_ENTITY} WHERE is_open = 1 AND kind IN ({marks})", kinds).fetchall()
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

    async def all_commands(self) -> AsyncIterator[CommandRow]:
        columns = "place, id, type, body, by_whom, at, accepted, answer, after_seq"
        async for row in self._pages(f"SELECT {columns} FROM command WHERE place > ? ORDER BY place LIMIT {_PAGE}", 0):
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

    async def position(self, consumer: str) -> int:
        row = await self._read(lambda c: c.execute("SELECT seq FROM consumer WHERE name = ?", (consumer,)).fetchone())
        return row[0] if row else 0

    async def set_position(self, consumer: str, seq: int) -> None:
        await self._writer.submit(
            lambda c: c.execute("INSERT OR REPLACE INTO consumer VALUES (?, ?)", (consumer, seq)).rowcount
        )

    async def wait_for_more(self, after_seq: int) -> None:
        while self._seq <= after_seq:
            self._grown.clear()
            await self._grown.wait()

    async def _read(self, look: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reading, look, self._reader)
        except sqlite3.Error as error:
            raise Outage(f"the log {self.path} cannot be read: {error}") from error

    async def _pages(self, query: str, start: int | str) -> AsyncIterator[tuple[Any, ...]]:
        while rows := await self._read(lambda c: c.execute(query, (start,)).fetchall()):  # noqa: B023 - read at once
            for row in rows:
                yield row
            start = rows[-1][0]


class _one_reading:
    """Several queries on one state of the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN")

    def __exit__(self, *_: object) -> None:
        self._connection.execute("COMMIT")


def _fact(row: Sequence[Any]) -> LoggedFact:
    return LoggedFact(
        seq=row[0], id=row[1], type=row[2], body=row[3], streams=tuple(row[4].split(" ") if row[4] else ()), hash=row[5]
    )


def _entity(row: Sequence[Any]) -> EntityDoc:
    return EntityDoc(stream=row[0], kind=row[1], version=row[2], is_open=bool(row[3]), doc=row[4])
