"""The log in one SQLite file: WAL, synchronous FULL, one writer thread that commits many appends at once."""

from goldenhour.storage.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
