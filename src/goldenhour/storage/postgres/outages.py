"""Which of PostgreSQL's errors are the world's (an outage), and which are ours (a bug)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from goldenhour.runtime.store import Outage, Unusable

_OUTAGES: Final = ("08", "25006", "25P0", "40", "53", "55P03", "57", "58")
"""SQLSTATE classes: connection, read-only server, ended session, deadlock, resources, lock not had in time,
operator's intervention, system error."""

_FINAL: Final = ("28", "3D", "42501", "XX001", "XX002")
"""No access, no such database, no privilege, damaged data."""


def as_outage(error: Exception, what: str) -> Outage | None:
    """The outage that the error means, its text beginning with `what`; None where the error is a bug of ours."""
    if isinstance(error, Outage):
        return error
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        if state.startswith(_FINAL):
            return Unusable(f"{what}: {error}")
        return Outage(f"{what}: {error}") if state.startswith(_OUTAGES) else None
    if isinstance(error, asyncpg.InterfaceError):
        return Outage(f"{what}: {error}") if "clos" in str(error) else None  # "connection is closed", "pool is closing"
    if isinstance(error, asyncpg.TargetServerAttributeNotMatched):
        return Outage(f"{what}: no server takes writes at present")
    if isinstance(error, TimeoutError):
        return Outage(f"{what}: no answer in time")
    if isinstance(error, OSError | asyncpg.InternalClientError):
        return Outage(f"{what}: {error}")
    return None


@contextmanager
def outages(what: str) -> Iterator[None]:
    """Raises the world's errors as `Outage`, its text beginning with `what`; lets bugs through."""
    try:
        yield
    except Exception as error:
        outage = as_outage(error, what)
        if outage is None or outage is error:
            raise
        raise outage from error
