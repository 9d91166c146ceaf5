"""The tables of a log. No extensions; text sorts by code point, as it does in the other stores."""

from typing import Final

import asyncpg

from goldenhour.runtime.store import Unusable

SCHEMA_VERSION: Final = 1

LOG_LOCK: Final = 0x476F6C64656E
"""The advisory lock ("Golden") that an append holds until it has committed; so `seq` is the order of commits."""

CHANNEL: Final = "goldenhour_log"
"""Where the last place in the log is notified; a wake-up, never the news itself."""

_SCHEMA: Final = """
CREATE TABLE log_format (version integer NOT NULL);
CREATE TABLE fact (seq bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, type text NOT NULL,
    body bytea NOT NULL, streams text NOT NULL, hash bytea NOT NULL);
CREATE TABLE stream (stream text COLLATE "C" NOT NULL, version bigint NOT NULL, seq bigint NOT NULL,
    PRIMARY KEY (stream, version));
CREATE TABLE entity (stream text COLLATE "C" PRIMARY KEY, kind text NOT NULL, version bigint NOT NULL,
    is_open boolean NOT NULL, doc bytea NOT NULL) WITH (fillfactor = 60);
CREATE INDEX entity_open ON entity (kind) WHERE is_open;
CREATE TABLE command (place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE,
    type text NOT NULL, body bytea NOT NULL, by_whom bytea NOT NULL, at bigint NOT NULL, accepted boolean NOT NULL,
    answer bytea NOT NULL, after_seq bigint NOT NULL);
CREATE TABLE consumer (name text COLLATE "C" PRIMARY KEY, seq bigint NOT NULL);
"""


async def prepare(connection: asyncpg.Connection, *, reading_only: bool) -> None:
    """Makes the tables in an empty database. Raises `Unusable` for a log that this program cannot read or trust."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOG_LOCK)
        if await connection.fetchval("SELECT to_regclass('log_format')") is None:
            if reading_only:
                raise Unusable("this database holds no log")
            if await connection.fetchval("SELECT to_regclass('fact') IS NOT NULL OR to_regclass('entity') IS NOT NULL"):
                raise Unusable("this database has tables of something else; give Golden Hour a database of its own")
            await connection.execute(_SCHEMA)
            await connection.execute("INSERT INTO log_format VALUES ($1)", SCHEMA_VERSION)
        version = await connection.fetchval("SELECT version FROM log_format")
    if version != SCHEMA_VERSION:
        raise Unusable(
            f"this database is a log of format {version}; this program reads format {SCHEMA_VERSION}. "
            "Use the version of Golden Hour that wrote it, or a newer one."
        )
    if not reading_only and await connection.fetchval("SHOW fsync") == "off":
        raise Unusable("this server runs with fsync = off and would lose facts in a crash; switch it on")
