"""The tables of a log, and the pragmas under which an acknowledged fact survives a crash."""

import sqlite3
from pathlib import Path
from typing import Final

from goldenhour.runtime.store import Unusable
from goldenhour.storage.sqlite.outages import outages

SCHEMA_VERSION: Final = 1

APPLICATION_ID: Final = 0x474F4C44
"""Marks the file as ours ("GOLD"), so that nobody's other database gets our tables."""

_SCHEMA: Final = """
CREATE TABLE fact (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    body BLOB NOT NULL, streams TEXT NOT NULL, hash BLOB NOT NULL);
CREATE TABLE stream (stream TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL REFERENCES fact,
    PRIMARY KEY (stream, version)) WITHOUT ROWID;
CREATE TABLE entity (stream TEXT PRIMARY KEY, kind TEXT NOT NULL, version INTEGER NOT NULL,
    is_open INTEGER NOT NULL, doc BLOB NOT NULL);
CREATE INDEX entity_open ON entity (kind) WHERE is_open = 1;
CREATE TABLE command (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, body BLOB NOT NULL,
    by_whom BLOB NOT NULL, at INTEGER NOT NULL, accepted INTEGER NOT NULL, answer BLOB NOT NULL,
    after_seq INTEGER NOT NULL);
CREATE TABLE consumer (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
"""


def connect(path: Path, *, reading_only: bool = False) -> sqlite3.Connection:
    """Opens the file, making the tables in a new one. Raises `Unusable` for what is not a log we can read."""
    if reading_only and not path.exists():
        raise Unusable(f"there is no log at {path}")
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if reading_only else 'rwc'}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=10,
        )
    except sqlite3.Error as error:
        raise Unusable(f"the log {path} cannot be opened: {error}; name a file in a folder that exists") from error
    try:
        with outages(f"the log {path} cannot be opened"):
            _prepare(connection, path, reading_only=reading_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, reading_only: bool) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    is_new = tables == 0 and version == 0
    if application != APPLICATION_ID and not is_new:
        raise Unusable(f"{path} is a database of something else, not a Golden Hour log; name another file")
    if version not in (0, SCHEMA_VERSION):
        raise Unusable(
            f"{path} is a log of format {version}; this program reads format {SCHEMA_VERSION}. "
            "Use the version of Golden Hour that wrote it, or a newer one."
        )
    if reading_only:
        if is_new:
            raise Unusable(f"{path} is empty; it holds no log")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")  # the writer alone makes rows, always together
    connection.execute("PRAGMA cache_size = -32000")
    connection.execute("PRAGMA journal_size_limit = 67108864")  # a long backup must not leave a huge WAL for ever
    if is_new:
        connection.executescript(
            f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
