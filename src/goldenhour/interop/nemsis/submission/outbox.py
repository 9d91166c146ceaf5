"""What has to be submitted and what became of it: one SQLite file that survives a crash or a power cut."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet

_SCHEMA = """
create table if not exists submission (
  key text primary key, data_set text not null, document blob not null, state text not null,
  attempts integer not null default 0, due_ms integer not null, handle text not null default '',
  status integer, detail text not null default '', findings text not null default '[]',
  queued_ms integer not null, changed_ms integer not null, revision integer not null default 1
) strict;
create index if not exists submission_due on submission (state, due_ms);
"""
WAITING, SENT, ACCEPTED, REJECTED, HELD = "waiting", "sent", "accepted", "rejected", "held"


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One document on its way. `key` is the record's UUID (sending it again is an update); `state` is waiting,
    sent (asking for its status), accepted, rejected (correct the record) or held (a person has to act)."""

    key: str
    data_set: DataSet
    state: str
    attempts: int
    due_ms: int
    handle: str
    status: int | None
    detail: str
    findings: tuple[str, ...]
    queued_ms: int
    changed_ms: int
    revision: int


class Outbox:
    """The queue of one receiver. Times are milliseconds UTC, given by the caller."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(_SCHEMA)

    def put(self, key: str, document: bytes, *, data_set: DataSet, now_ms: int) -> None:
        """Queue a document; one of the same key that is still here is replaced and goes out anew."""
        if data_set not in DATA_SETS:
            raise ValueError(f"{data_set} is not a data set; accepted are {', '.join(DATA_SETS)}")
        self._db.execute(
            "insert into submission (key, data_set, document, state, due_ms, queued_ms, changed_ms)"
            " values (?, ?, ?, 'waiting', ?, ?, ?)"
            " on conflict (key) do update set data_set = excluded.data_set, document = excluded.document,"
            " state = 'waiting', attempts = 0, due_ms = excluded.due_ms, handle = '', status = null, detail = '',"
            " findings = '[]', changed_ms = excluded.changed_ms, revision = submission.revision + 1",
            (key, data_set, document, now_ms, now_ms, now_ms),
        )

    def due(self, now_ms: int, *, limit: int = 100) -> list[Submission]:
        """What to send or to ask about now, the longest waiting first."""
        return self._select("state in ('waiting', 'sent') and due_ms <= ? order by due_ms, key limit ?", now_ms, limit)

    def next_due_ms(self) -> int | None:
        """When there is something to do, None for never."""
        row = self._db.execute("select min(due_ms) from submission where state in ('waiting', 'sent')").fetchone()
        return None if row[0] is None else int(row[0])

    def all(self) -> list[Submission]:
        """Everything, the latest change first."""
        return self._select("true order by changed_ms desc, key")

    def get(self, key: str) -> Submission | None:
        """The submission of that key."""
        found = self._select("key = ?", key)
        return found[0] if found else None

    def document(self, key: str) -> bytes:
        """The document of that key. Raises KeyError."""
        row = self._db.execute("select document from submission where key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def record(self, change: Submission) -> bool:
        """Write what became of a submission; False (and nothing written) when it was replaced meanwhile."""
        done = self._db.execute(
            "update submission set state = ?, attempts = ?, due_ms = ?, handle = ?, status = ?, detail = ?,"
            " findings = ?, changed_ms = ? where key = ? and revision = ?",
            (
                change.state,
                change.attempts,
                change.due_ms,
                change.handle,
                change.status,
                change.detail,
                msgspec.json.encode(change.findings).decode(),
                change.changed_ms,
                change.key,
                change.revision,
            ),
        )
        return done.rowcount == 1

    def release(self, now_ms: int) -> int:
        """Let what was held go out again, after a person has acted; how many there were."""
        done = self._db.execute(
            "update submission set state = 'waiting', attempts = 0, due_ms = ?, changed_ms = ? where state = 'held'",
            (now_ms, now_ms),
        )
        return done.rowcount

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _select(self, condition: str, *values: object) -> list[Submission]:
        fields = Submission.__struct_fields__
        rows = self._db.execute(f"select {', '.join(fields)} from submission where {condition}", values)
        found = []
        for row in rows:
            named = dict(zip(fields, row, strict=True))
            named["findings"] = msgspec.json.decode(named["findings"], type=tuple[str, ...])
            found.append(Submission(**named))
        return found
