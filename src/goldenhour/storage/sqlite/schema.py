"""The tables of a log, and the pragmas under which an acknowledged fact survives a crash."""

import sqlite3
from pathlib import Path
from typing import Final

SCHEMA_VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE fact (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
    body BLOB NOT NULL, streams TEXT NOT NULL, hash BLOB NOT NULL);
CREATE TABLE stream (stream TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL REFERENCES fact,
    PRIMARY KEY (stream, version)) WITHOUT ROWID;
CREATE TABLE entity (stream TEXT PRIMARY KEY, kind TEXT NOT NULL, version INTEGER NOT NULL,
    is_open INTEGER NOT NULL, doc BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX entity_open ON entity (kind) WHERE is_open = 1;
CREATE TABLE command (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, body BLOB NOT NULL,
    by_whom BLOB NOT NULL, at INTEGER NOT NULL, accepted INTEGER NOT NULL, answer BLOB NOT NULL,
    after_seq INTEGER NOT NULL);
CREATE TABLE consumer (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Opens the file, making the tables in a new one. Raises `sqlite3.Error`; a file of a newer version is refused."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = OFF")  # the writer alone makes rows, always together
    connection.execute("PRAGMA cache_size = -32000")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    elif version != SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"{path} has log version {version}; this program reads version {SCHEMA_VERSION}")
    return connection
