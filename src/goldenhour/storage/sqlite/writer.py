"""The one writer of a SQLite log: takes appends from a queue and commits as many as wait together.

A COMMIT with synchronous FULL costs one wait for the disk. Sharing it among up to 256 appends triples the throughput
at the same durability; each append still succeeds or fails for itself.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final

from goldenhour.kernel.codec import FIRST_HASH, chain_hash
from goldenhour.runtime.store import AlreadyAnswered, Appended, Batch, Conflict, Outage

MOST_TOGETHER: Final = 256

Work = Callable[[sqlite3.Connection], Any]
_Waiting = tuple[Work, asyncio.Future[Any]]


class Writer:
    """A thread that owns the writing connection. `submit` is called from the event loop."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._seq, self._hash = head(connection)
        self._thread = threading.Thread(target=self._run, name="log-writer")
        self._thread.start()

    def submit(self, work: Work) -> asyncio.Future[Any]:
        """Does the work inside a transaction; the future resolves when it is durable."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((work, future))
        return future

    def append(self, batch: Batch) -> asyncio.Future[Appended]:
        return self.submit(lambda connection: self._append(connection, batch))

    async def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            together = [first]
            ending = False
            while len(together) < MOST_TOGETHER and not self._queue.empty():
                more = self._queue.get()
                if more is None:
                    ending = True
                    break
                together.append(more)
            outcomes = self._commit(together)
            self._loop.call_soon_threadsafe(_resolve, together, outcomes)
            if ending:
                return

    def _commit(self, together: list[_Waiting]) -> list[Any]:
        before = self._seq, self._hash
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._one(work) for work, _ in together]
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._seq, self._hash = before
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            outage = Outage(f"the log cannot be written: {error}; nothing of this was kept")
            return [outage] * len(together)
        return outcomes

    def _one(self, work: Work) -> Any:
        try:
            return work(self._connection)
        except (Conflict, AlreadyAnswered) as answer:
            return answer

    def _append(self, connection: sqlite3.Connection, batch: Batch) -> Appended:
        known = connection.execute("SELECT answer FROM command WHERE id = ?", (batch.command.id,)).fetchone()
        if known is not None:
            raise AlreadyAnswered(known[0])
        for stream, expected in batch.expected.items():
            row = connection.execute("SELECT version FROM entity WHERE stream = ?", (stream,)).fetchone()
            if (row[0] if row else 0) != expected:
                raise Conflict(stream)
        command = batch.command
        connection.execute(
            "INSERT INTO command (id, type, body, by_whom, at, accepted, answer, after_seq) VALUES (?,?,?,?,?,?,?,?)",
            (
                command.id,
                command.type,
                command.body,
                command.by,
                command.at,
                command.accepted,
                command.answer,
                self._seq,
            ),
        )
        versions = dict(batch.expected)
        for fact in batch.facts:
            self._seq += 1
            self._hash = chain_hash(self._hash, self._seq, fact.body)
            connection.execute(
                "INSERT INTO fact VALUES (?,?,?,?,?,?)",
                (self._seq, fact.id, fact.type, fact.body, " ".join(fact.streams), self._hash),
            )
            for stream in fact.streams:
                versions[stream] += 1
                connection.execute("INSERT INTO stream VALUES (?,?,?)", (stream, versions[stream], self._seq))
        connection.executemany(
            "INSERT OR REPLACE INTO entity VALUES (?,?,?,?,?)",
            [(doc.stream, doc.kind, doc.version, doc.is_open, doc.doc) for doc in batch.entities],
        )
        return Appended(last_seq=self._seq)


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """The last fact's place and hash."""
    row = connection.execute("SELECT seq, hash FROM fact ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, FIRST_HASH)


def _resolve(together: list[_Waiting], outcomes: list[Any]) -> None:
    for (_, future), outcome in zip(together, outcomes, strict=True):
        if future.cancelled():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
