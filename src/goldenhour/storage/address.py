"""Where a log is, as people write it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from goldenhour.runtime.store import Store
from goldenhour.storage.memory import MemoryStore
from goldenhour.storage.postgres import PostgresStore
from goldenhour.storage.sqlite import SqliteStore

DATABASE_VARIABLE: Final = "GOLDENHOUR_DATABASE_URL"


def open_store(address: str, *, reading_only: bool = False) -> Store:
    """The store (not yet opened) at `sqlite:FILE`, `memory` or `postgresql://…`. Raises `ValueError` for others."""
    scheme, colon, rest = address.partition(":")
    if address == "memory":
        return MemoryStore()
    if scheme == "sqlite" and rest.strip():
        return SqliteStore(Path(rest).expanduser(), reading_only=reading_only)
    if scheme in ("postgresql", "postgres") and colon and rest.startswith("//"):
        return PostgresStore(address, reading_only=reading_only)
    shown = f"{scheme}:…" if colon else address  # what follows may hold a password
    raise ValueError(f"{shown!r} is no log; write sqlite:FILE, memory, or postgresql://USER@HOST/DATABASE")


def store_of_folder(data: Path, environment: Mapping[str, str] = os.environ) -> Store:
    """The store of a server with this data folder: what GOLDENHOUR_DATABASE_URL says, else a SQLite file in it.

    `sqlite` alone means that file too.
    """
    address = environment.get(DATABASE_VARIABLE, "").strip()
    if address in ("", "sqlite"):
        return SqliteStore(data / "log.sqlite")
    try:
        return open_store(address)
    except ValueError as error:
        raise ValueError(f"{DATABASE_VARIABLE}: {error}") from error
