"""This node's one writer: takes appends from a line and commits as many as wait together, under the log's lock."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from goldenhour.kernel.codec import FIRST_HASH, encode
from goldenhour.runtime.store import Appended, Batch, Outage
from goldenhour.storage.group import MOST_TOGETHER, Group, Outcome, commands_of, streams_read
from goldenhour.storage.postgres.connect import ANSWER_WITHIN_S, connect
from goldenhour.storage.postgres.outages import as_outage
from goldenhour.storage.postgres.schema import CHANNEL, LOG_LOCK

HEAD: Final = "SELECT seq, hash FROM fact ORDER BY seq DESC LIMIT 1"

_COMMANDS: Final = """
INSERT INTO command (id, type, body, by_whom, at, accepted, answer, after_seq)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::bigint[], $6::boolean[], $7::bytea[],
    $8::bigint[])"""
_FACTS: Final = """
INSERT INTO fact SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::bytea[])"""
_STREAMS: Final = "INSERT INTO stream SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])"
_ENTITIES: Final = """
INSERT INTO entity SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[], $5::bytea[])
ON CONFLICT (stream) DO UPDATE SET version = excluded.version, is_open = excluded.is_open, doc = excluded.doc"""

_Waiting = tuple[Batch, asyncio.Future[Appended]]


class Writer:
    """A task with a connection of its own. After any error it hangs up (which undoes what was begun) and dials anew."""

    def __init__(self, address: str) -> None:
        self.commits = 0
        self._address = address
        self._connection: asyncpg.Connection | None = None
        self._line: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._ending = False
        self._task = asyncio.create_task(self._run(), name="log-writer")

    def append(self, batch: Batch) -> asyncio.Future[Appended]:
        """Puts the batch in line; the future resolves when it is durable."""
        future: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        if self._task.done():
            bug = None if self._task.cancelled() else self._task.exception()
            future.set_exception(bug or Outage("the log is closed"))
        else:
            self._line.append((batch, future))
            self._wake.set()
        return future

    async def stop(self) -> None:
        """Finishes what waits, then ends the task and the connection."""
        self._ending = True
        self._wake.set()
        await asyncio.wait([self._task])
        await self._hang_up()

    async def _run(self) -> None:
        together: list[_Waiting] = []
        end: BaseException = Outage("the log is closed")
        try:
            while True:
                await self._wake.wait()
                while self._line:
                    together = [self._line.popleft() for _ in range(min(MOST_TOGETHER, len(self._line)))]
                    _resolve(together, await self._commit([batch for batch, _ in together]))
                if self._ending:
                    return
                self._wake.clear()
        except BaseException as bug:
            end = bug
            raise
        finally:
            _resolve([*together, *self._line], [end] * (len(together) + len(self._line)))

    async def _commit(self, batches: Sequence[Batch]) -> list[Outcome]:
        """One transaction for all; what fails in company is done again alone, so that nobody pays for another."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                return await self._transact(batches)
        except Exception as error:  # noqa: BLE001 - the batch's sender gets it; the task serves the others
            await self._hang_up()
            outage = as_outage(error, "the log cannot be written")
            if outage is not None:
                return [outage] * len(batches)
            if len(batches) == 1:
                return [error]
            return [outcome for batch in batches for outcome in await self._commit([batch])]

    async def _transact(self, batches: Sequence[Batch]) -> list[Outcome]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._address)
        db = self._connection
        await db.execute(f"BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})")
        group = await _group(db, batches)
        outcomes = [group.judge(batch) for batch in batches]
        await _write(db, group)
        await db.execute(f"SELECT pg_notify('{CHANNEL}', '{group.seq}'); COMMIT" if group.facts else "COMMIT")
        self.commits += 1
        return outcomes

    async def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


async def _group(db: asyncpg.Connection, batches: Sequence[Batch]) -> Group:
    """What the log knows of the batches, read under its lock."""
    head = await db.fetchrow(HEAD)
    answered = await db.fetch("SELECT id, type, answer FROM command WHERE id = ANY($1)", commands_of(batches))
    versions = await db.fetch("SELECT stream, version FROM entity WHERE stream = ANY($1)", streams_read(batches))
    return Group(
        seq=0 if head is None else head["seq"],
        hash=FIRST_HASH if head is None else head["hash"],
        answered={row["id"]: (row["type"], row["answer"]) for row in answered},
        versions={row["stream"]: row["version"] for row in versions},
    )


async def _write(db: asyncpg.Connection, group: Group) -> None:
    if group.commands:
        await db.execute(
            _COMMANDS,
            *_columns([(c.id, c.type, c.body, c.by, c.at, c.accepted, c.answer, c.after_seq) for c in group.commands]),
        )
    if group.facts:
        facts = [(f.seq, f.id, f.type, f.body, encode(f.streams).decode(), f.hash) for f in group.facts]
        entities = [(d.stream, d.kind, d.version, d.is_open, d.doc) for d in group.entities.values()]
        await db.execute(_FACTS, *_columns(facts))
        if group.streams:
            await db.execute(_STREAMS, *_columns([(s.stream, s.version, s.seq) for s in group.streams]))
            await db.execute(_ENTITIES, *_columns(entities))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _resolve(together: Sequence[_Waiting], outcomes: Sequence[Outcome | BaseException]) -> None:
    for (_, future), outcome in zip(together, outcomes, strict=True):
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
