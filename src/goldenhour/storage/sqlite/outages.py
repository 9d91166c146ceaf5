"""Which of SQLite's errors are the world's (an outage), and which are ours (a bug)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from goldenhour.runtime.store import Outage, Unusable

_OUTAGES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_FINAL: Final = frozenset(
    {
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


def as_outage(error: sqlite3.Error, what: str) -> Outage | None:
    """The outage that the error means, its text beginning with `what`; None where the error is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the family, the rest the detail
    if code in _OUTAGES:
        return Outage(f"{what}: {error}")
    if code in _FINAL:
        return Unusable(f"{what}: {error}")
    return None


@contextmanager
def outages(what: str) -> Iterator[None]:
    """Raises the world's errors as `Outage`, its text beginning with `what`; lets bugs through."""
    try:
        yield
    except sqlite3.Error as error:
        outage = as_outage(error, what)
        if outage is None:
            raise
        raise outage from error
