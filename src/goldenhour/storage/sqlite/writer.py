"""The one writer of a SQLite log: takes appends from a queue and commits as many as wait together.

A COMMIT with synchronous FULL costs one wait for the disk. Sharing it among up to 256 appends multiplies the
throughput at the same durability; each append still succeeds or fails for itself.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from goldenhour.kernel.codec import FIRST_HASH, encode
from goldenhour.runtime.store import Appended, Batch, Conflict, EntityDoc, Outage
from goldenhour.storage.group import MOST_TOGETHER, Answered, Group, commands_of, streams_read
from goldenhour.storage.line import Line, Waiting
from goldenhour.storage.sqlite.outages import as_outage, outages

_NOT_KEPT: Final = "the log cannot be written; nothing of this was kept"
_MOST_NAMES: Final = 500
"""Names in one query; older SQLite takes at most 999 parameters."""

_LONGEST_RUN: Final = 64
"""Rows in one INSERT: 8 columns make 512 parameters."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a consumer has come."""

    consumer: str
    seq: int


class Mending(msgspec.Struct, frozen=True, kw_only=True):
    """Documents to replace (None: to remove), if the log still ends at `head_seq`."""

    docs: Mapping[str, EntityDoc | None]
    head_seq: int


_Work = Batch | Place | Mending


class Writer:
    """A thread that owns the writing connection; `check` raises `Outage` when writing would be for nothing.

    A bug in a batch is that batch's alone. A bug in the thread itself ends it: everything that waits, and everything
    that comes later, gets the error.
    """

    def __init__(
        self, connection: sqlite3.Connection, check: Callable[[], None], *, most_together: int = MOST_TOGETHER
    ) -> None:
        self.commits = 0
        self._connection = connection
        self._check = check
        self._groups: queue.SimpleQueue[list[Waiting] | None] = queue.SimpleQueue()
        self._line = Line(self._groups.put, most_together=most_together)
        self._loop = asyncio.get_running_loop()
        self._head = head(connection)
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def append(self, batch: Batch) -> asyncio.Future[Appended]:
        """Puts the batch in line; the future resolves when it is durable."""
        return self._line.join(batch)

    def set_position(self, place: Place) -> asyncio.Future[None]:
        return self._line.join(place)

    def mend(self, mending: Mending) -> asyncio.Future[None]:
        return self._line.join(mending)

    async def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._line.hurry()
        self._groups.put(None)
        await asyncio.to_thread(self._thread.join)
        self._connection.close()

    def _run(self) -> None:
        together: list[Waiting] | None = None
        end: BaseException = Outage("the log is closed")
        try:
            while (together := self._groups.get()) is not None:
                outcomes = self._commit([work for work, _ in together])
                self._loop.call_soon_threadsafe(self._line.back, together, outcomes)
        except BaseException as bug:
            end = bug
            raise
        finally:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._over, together or (), end)

    def _over(self, together: Sequence[Waiting], end: BaseException) -> None:
        """On the loop, like the line itself: nobody joins a group between this and the thread's end."""
        left = [*together]
        while not self._groups.empty():
            left += self._groups.get() or ()
        self._line.end(end, left)

    def _commit(self, works: Sequence[_Work]) -> list[Any]:
        """One transaction for all; what fails in company is done again alone, so that nobody pays for another."""
        try:
            return self._transact(works)
        except Outage as outage:
            self._roll_back()
            return [outage] * len(works)
        except Exception as error:  # noqa: BLE001 - the batch's sender gets it; the thread serves the others
            self._roll_back()
            if len(works) > 1:
                return [outcome for work in works for outcome in self._commit([work])]
            return [(isinstance(error, sqlite3.Error) and as_outage(error, _NOT_KEPT)) or error]

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _transact(self, works: Sequence[_Work]) -> list[Any]:
        self._check()
        with outages(_NOT_KEPT):
            self._connection.execute("BEGIN IMMEDIATE")
        batches = [work for work in works if isinstance(work, Batch)]
        seq, hash = self._head
        group = Group(seq=seq, hash=hash, answered=self._answered(batches), versions=self._versions(batches))
        outcomes: list[Any] = [group.judge(work) if isinstance(work, Batch) else None for work in works]
        self._write(group, [work for work in works if isinstance(work, Place)])
        for place, work in enumerate(works):
            if isinstance(work, Mending):
                outcomes[place] = self._mend(work, group.seq)
        self._connection.execute("COMMIT")
        self.commits += 1
        self._head = group.seq, group.hash
        self._check()
        return outcomes

    def _answered(self, batches: Sequence[Batch]) -> dict[str, Answered]:
        rows = self._named("SELECT id, type, answer FROM command WHERE id IN", commands_of(batches))
        return {row[0]: (row[1], row[2]) for row in rows}

    def _versions(self, batches: Sequence[Batch]) -> dict[str, int]:
        return dict(self._named("SELECT stream, version FROM entity WHERE stream IN", streams_read(batches)))

    def _named(self, query: str, names: Sequence[str]) -> list[Any]:
        rows: list[Any] = []
        for first in range(0, len(names), _MOST_NAMES):
            some = names[first : first + _MOST_NAMES]
            rows += self._connection.execute(f"{query} ({','.join('?' * len(some))})", some)
        return rows

    def _write(self, group: Group, places: Sequence[Place]) -> None:
        self._insert(
            "INSERT INTO command (id, type, body, by_whom, at, accepted, answer, after_seq) VALUES",
            [(c.id, c.type, c.body, c.by, c.at, c.accepted, c.answer, c.after_seq) for c in group.commands],
        )
        self._insert(
            "INSERT INTO fact VALUES",
            [(f.seq, f.id, f.type, f.body, encode(f.streams).decode(), f.hash) for f in group.facts],
        )
        self._insert("INSERT INTO stream VALUES", [(s.stream, s.version, s.seq) for s in group.streams])
        self._insert(
            "INSERT INTO entity VALUES",
            [(d.stream, d.kind, d.version, d.is_open, d.doc) for d in group.entities.values()],
            "ON CONFLICT (stream) DO UPDATE SET version = excluded.version, is_open = excluded.is_open, "
            "doc = excluded.doc",
        )
        self._insert("INSERT OR REPLACE INTO consumer VALUES", [(place.consumer, place.seq) for place in places])

    def _mend(self, mending: Mending, head_seq: int) -> Conflict | None:
        if mending.head_seq != head_seq:
            return Conflict(f"the log moved beyond {mending.head_seq}")
        self._connection.executemany("DELETE FROM entity WHERE stream = ?", [(name,) for name in mending.docs])
        kept = [doc for doc in mending.docs.values() if doc is not None]
        self._insert("INSERT INTO entity VALUES", [(d.stream, d.kind, d.version, d.is_open, d.doc) for d in kept])
        return None

    def _insert(self, into: str, rows: Sequence[tuple[Any, ...]], conflict: str = "") -> None:
        """Many rows in few statements: after each the thread must win the interpreter back from the event loop.

        In runs of 64, 32, … 1 rows, so that the same few statements stay prepared.
        """
        done = 0
        while done < len(rows):
            run = min(_LONGEST_RUN, 1 << ((len(rows) - done).bit_length() - 1))
            some = rows[done : done + run]
            marks = ",".join([f"({','.join('?' * len(some[0]))})"] * run)
            self._connection.execute(f"{into} {marks} {conflict}", [value for row in some for value in row])
            done += run


def head(connection: sqlite3.Connection) -> tuple[int, bytes]:
    """The last fact's place and hash."""
    row = connection.execute("SELECT seq, hash FROM fact ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, FIRST_HASH)
