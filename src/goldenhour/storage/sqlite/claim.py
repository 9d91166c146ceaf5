"""One process per log file, and the file still there: what the writer must be sure of before it acknowledges."""

import os
import sqlite3
from pathlib import Path

from goldenhour.runtime.store import Outage, Unusable


class Claim:
    """Holds `FILE.lock` for as long as this process writes the log. It ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._lock = sqlite3.connect(f"{path}.lock", isolation_level=None, check_same_thread=False, timeout=2)
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._lock.close()
            raise Unusable(
                f"the log {path} is being written by another process; end that one first, "
                "or use PostgreSQL for several nodes"
            ) from error

    def release(self) -> None:
        self._lock.close()


class Presence:
    """Whether the files that we opened still stand under their names; writing to removed ones would be for nothing."""

    def __init__(self, path: Path) -> None:
        self._files = [str(path), f"{path}-wal"]
        self._opened = [_identity(file) for file in self._files]

    def check(self) -> None:
        """Raises `Outage` when a file was removed, moved or replaced."""
        for file, opened in zip(self._files, self._opened, strict=True):
            if _identity(file) != opened:
                raise Outage(f"the log file {file} was removed or replaced while in use; put it back")


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # plain: it is asked with every commit
    except OSError:
        return None
    return found.st_dev, found.st_ino
