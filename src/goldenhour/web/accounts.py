"""Who may sign in: users with argon2id passwords, server-side sessions, and the audit of reads of patient data.

Kept apart from the log, in a small SQLite file of its own: an account is not something that happened to a patient.
"""

import hashlib
import secrets
import sqlite3
import threading
from functools import cache
from pathlib import Path
from typing import Any, Final

import argon2

from goldenhour.chain.access import Person, Role
from goldenhour.kernel.instants import HOUR_MS, MINUTE_MS, Instant

SESSION_MS: Final = 12 * HOUR_MS
"""A session lasts a shift; every use within it is free, then one signs in again."""

MOST_FAILURES: Final = 5
FAILURE_WINDOW_MS: Final = 5 * MINUTE_MS

LOOK_EVERY_MS: Final = 250
"""How long what another process does to the accounts may go unseen: a user who is removed is out at once."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS user (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, agency TEXT NOT NULL,
    unit TEXT, facility TEXT, password TEXT);
CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, user TEXT NOT NULL, csrf TEXT NOT NULL,
    until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS failure (user TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS audit (at INTEGER NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, what TEXT NOT NULL,
    which TEXT NOT NULL);
"""

_WHO: Final = (
    "SELECT session.until, session.csrf, user.* FROM session JOIN user ON user.id = session.user "
    "WHERE session.token = ?"
)


class TooManyFailures(Exception):
    """Sign-in is closed for this name for a while."""


class Accounts:
    """The accounts file. Passwords are checked in a thread of the caller's; every other call is a short query."""

    def __init__(self, path: Path | str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")  # an audit row must not hold up every screen
        self._connection.executescript(_SCHEMA)
        self._lock = threading.Lock()
        self._hasher = argon2.PasswordHasher()
        self._known: dict[str, tuple[Instant, Person, str]] = {}
        self._version = -1
        self._looked_at = Instant(0)

    def close(self) -> None:
        self._connection.close()

    def add(self, person: Person, password: str | None) -> None:
        """Adds or replaces a user; without a password only the demo's one-click sign-in lets them in."""
        hashed = None if password is None else self._hasher.hash(password)
        self._do(
            "INSERT OR REPLACE INTO user VALUES (?,?,?,?,?,?,?)",
            (person.id, person.name, person.role.value, person.agency, person.unit, person.facility, hashed),
        )

    def people(self) -> list[Person]:
        return [_person(row) for row in self._rows("SELECT * FROM user ORDER BY id")]

    def find(self, user: str) -> Person | None:
        rows = self._rows("SELECT * FROM user WHERE id = ?", (user,))
        return _person(rows[0]) if rows else None

    def check(self, user: str, password: str, now: Instant) -> Person | None:
        """The user if the password is right, else None. Raises `TooManyFailures` after five within five minutes."""
        since = now - FAILURE_WINDOW_MS
        ((failures,),) = self._rows("SELECT count(*) FROM failure WHERE user = ? AND at > ?", (user, since))
        if failures >= MOST_FAILURES:
            raise TooManyFailures
        rows = self._rows("SELECT * FROM user WHERE id = ?", (user,))
        nobody = _nobody()  # made for a known user too: the first time takes long
        stored = rows[0][6] if rows and rows[0][6] else nobody
        try:
            self._hasher.verify(stored, password)
        except argon2.exceptions.VerificationError:
            self._do("DELETE FROM failure WHERE at <= ?", (since,))
            self._do("INSERT INTO failure VALUES (?, ?)", (user, now))
            return None
        self._do("DELETE FROM failure WHERE user = ?", (user,))
        return _person(rows[0])

    def begin(self, person: Person, now: Instant) -> tuple[str, str]:
        """A new session: (its secret token, its CSRF token). Only the token's hash is stored."""
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        self._do("DELETE FROM session WHERE until <= ?", (now,))
        self._do("INSERT INTO session VALUES (?,?,?,?)", (_hashed(token), person.id, csrf, now + SESSION_MS))
        return token, csrf

    def who(self, token: str, now: Instant) -> tuple[Person, str] | None:
        """(the person as they are in the accounts now, the CSRF token) of a session that has not ended.

        Asked for with every request, so answers are kept until the file changes: by us, or, as looked for several times
        a second, by another process.
        """
        if not 0 <= now - self._looked_at < LOOK_EVERY_MS:
            self._look(now)
        known = self._known.get(token)
        if known is None:
            rows = self._rows(_WHO, (_hashed(token),))
            if not rows:
                return None
            known = self._known[token] = (Instant(rows[0][0]), _person(rows[0][2:]), str(rows[0][1]))
        until, person, csrf = known
        return (person, csrf) if now < until else None

    def _look(self, now: Instant) -> None:
        version = self._rows("PRAGMA data_version")[0][0]
        if version != self._version:
            self._known.clear()
        self._version, self._looked_at = version, now

    def end(self, token: str) -> None:
        self._do("DELETE FROM session WHERE token = ?", (_hashed(token),))

    def note_read(self, person: Person, what: str, which: str, now: Instant) -> None:
        """Writes down that patient data was read."""
        self._do("INSERT INTO audit VALUES (?,?,?,?,?)", (now, person.id, person.role.value, what, which))

    def reads(self) -> list[tuple[int, str, str, str, str]]:
        """Every audited read: (at, user, role, what, which)."""
        return [(row[0], row[1], row[2], row[3], row[4]) for row in self._rows("SELECT * FROM audit ORDER BY at")]

    def _do(self, query: str, values: tuple[Any, ...] = ()) -> None:
        with self._lock:
            self._connection.execute(query, values)
            self._known.clear()  # data_version tells of other connections' changes only

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


@cache
def _nobody() -> str:
    """What an unknown user's password is checked against, so that asking takes as long as for a known one."""
    return argon2.PasswordHasher().hash(secrets.token_urlsafe(16))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _person(row: tuple[Any, ...]) -> Person:
    user, name, role, agency, unit, facility, _ = row
    return Person(
        id=str(user),
        name=str(name),
        role=Role(str(role)),
        agency=str(agency),
        unit=None if unit is None else str(unit),
        facility=None if facility is None else str(facility),
    )
