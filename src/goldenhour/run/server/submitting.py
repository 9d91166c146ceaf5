"""Locked records go to the state by themselves: the log is followed into an outbox, and the outbox is worked off.

Off unless the data folder holds `submission.yaml`. At least once and without harm: the outbox knows each record by its
UUID, the place in the log is kept in the store, and the state takes a record that comes again as an update.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from goldenhour.care.facts import RecordAmended, RecordLocked
from goldenhour.care.state import Record
from goldenhour.chain.registry import REGISTRY
from goldenhour.chain.submissions import Submission
from goldenhour.interop.nemsis.document.write_xml import TreeUnwritable
from goldenhour.interop.nemsis.submission.client import SubmissionClient, Unreachable, read_login
from goldenhour.interop.nemsis.submission.outbox import Outbox
from goldenhour.interop.nemsis.submission.sender import work
from goldenhour.kernel.ids import RecordId, stream
from goldenhour.kernel.instants import Instant, later
from goldenhour.runtime.clocks import Clock
from goldenhour.runtime.store import Changes, Outage, Store

CONSUMER: Final = "submission"
FILE: Final = "submission.yaml"
TRY_AGAIN_S: Final = 30.0

log = structlog.get_logger()


class Receiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`submission.yaml`: where records go. `credentials` and `trust` (the receiver's own certificate authority) name
    files, from the data folder; records locked before `since` stay here."""

    endpoint: str
    credentials: str
    trust: str | None = None
    since: date | None = None


class BadReceiver(ValueError):
    """`submission.yaml` cannot be used; the text says why."""


def receiver_in(data: Path) -> Receiver | None:
    """What the data folder says of submission; None where it says nothing. Raises BadReceiver."""
    file = data / FILE
    if not file.is_file():
        return None
    try:
        return msgspec.yaml.decode(file.read_bytes(), type=Receiver)
    except (OSError, msgspec.MsgspecError) as fault:
        raise BadReceiver(f"{file}: {fault}") from None


def client_of(receiver: Receiver, data: Path) -> SubmissionClient:
    """The client for a receiver. Raises `CredentialsRefused`, or ValueError for an address that is not safe."""
    trust = None if receiver.trust is None else data / receiver.trust
    return SubmissionClient(receiver.endpoint, login=read_login(data / receiver.credentials), trusted=trust)


class Submitter:
    """Follows the log and sends what was locked or amended; drills and imported records stay here."""

    def __init__(
        self,
        *,
        store: Store,
        outbox: Outbox,
        client: SubmissionClient,
        document: Callable[[Record], bytes],
        clock: Clock,
        since: date | None = None,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._client = client
        self._document = document
        self._clock = clock
        self._since = Instant(0)
        if since is not None:
            self._since = Instant(int(datetime.combine(since, time()).astimezone().timestamp() * 1000))
        self._limit_kb: int | None = None
        self._is_limit_known = False

    def of(self, record: RecordId) -> Submission | None:
        """How far a record has come, None where it was not queued."""
        found = self._outbox.get(record)
        if found is None:
            return None
        return Submission(
            state=found.state, detail=found.detail, findings=found.findings, changed_at=Instant(found.changed_ms)
        )

    async def run(self) -> None:
        """Works until cancelled. What cannot be reached is tried again; it never keeps the server from its work."""
        try:
            while True:
                again_at: Instant | None = None
                try:
                    await self.queue()
                    await self.send()
                except (Outage, Unreachable, OSError, sqlite3.Error) as fault:
                    log.error("submission waits", reason=str(fault))
                    again_at = later(self._clock.now(), TRY_AGAIN_S)
                await self._wait(again_at)
        finally:
            await self._client.close()
            self._outbox.close()

    async def queue(self) -> None:
        """Queues every record locked or amended since last time, as it is now."""
        while True:
            after = await self._store.position(CONSUMER)
            changes = await self._store.changes(after)
            if not changes.facts:
                return
            self._put(changes)
            await self._store.set_position(CONSUMER, changes.facts[-1].seq)

    async def send(self) -> int:
        """Sends and asks about what is due; how many submissions were touched. Raises Unreachable."""
        due_ms = self._outbox.next_due_ms()
        if due_ms is None or due_ms > self._clock.now():
            return 0
        if not self._is_limit_known:
            answer = await self._client.limit()
            self._limit_kb = answer.limit_kb if answer.limit_kb > 0 else None
            self._is_limit_known = True
        return await work(self._outbox, self._client, now_ms=self._clock.now(), limit_kb=self._limit_kb)

    def _put(self, changes: Changes) -> None:
        docs = {doc.stream: doc.doc for doc in changes.entities}
        due: dict[RecordId, None] = {}
        for logged in changes.facts:
            if logged.type not in (RecordLocked.__name__, RecordAmended.__name__):
                continue
            happened = REGISTRY.read_happened(logged.body)
            if not happened.exercise and happened.recorded_at >= self._since:
                due[happened.fact.record] = None
        for record_id in due:
            record: Record = REGISTRY.read_entity("record", docs[stream("record", record_id)])
            if record.imported is not None:
                continue
            try:
                document = self._document(record)
            except TreeUnwritable as fault:
                log.error("record cannot be submitted", record=record_id, reason=str(fault))
                continue
            if self._outbox.get(record_id) is None or self._outbox.document(record_id) != document:
                self._outbox.put(record_id, document, data_set="EMS", now_ms=self._clock.now())

    async def _wait(self, again_at: Instant | None) -> None:
        """Until the log grows, or something is due; after a failure, only for a while."""
        waits: list[asyncio.Task[Any]] = []
        if again_at is None:
            waits.append(asyncio.create_task(self._grown()))
            due_ms = self._outbox.next_due_ms()
            again_at = None if due_ms is None else Instant(due_ms)
        if again_at is not None:
            waits.append(asyncio.create_task(self._clock.sleep_until(again_at)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _grown(self) -> None:
        await self._store.wait_for_more(await self._store.position(CONSUMER))
