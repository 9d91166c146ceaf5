"""How we talk to the server: as a client that notices quickly when it is gone, and cannot hold others up for long."""

from typing import Any, Final

import asyncpg

ANSWER_WITHIN_S: Final = 10.0
"""How long we wait for an answer before we call it an outage."""

_SETTINGS: Final = {
    "application_name": "goldenhour",
    "lock_timeout": "5s",  # another node is stuck with the log's lock: say so
    "idle_in_transaction_session_timeout": "10s",  # we are stuck with the log's lock: let go
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "synchronous_commit": "on",
    "enable_seqscan": "off",  # a statement prepared on an empty log must not go through all of it for ever after
}


def options(*, reading_only: bool = False) -> dict[str, Any]:
    """What every connection is opened with; a writer wants the server that takes writes, of several named ones."""
    return {
        "timeout": 5.0,
        "command_timeout": ANSWER_WITHIN_S,
        "server_settings": _SETTINGS,
        "target_session_attrs": "any" if reading_only else "read-write",
    }


async def connect(address: str, *, reading_only: bool = False) -> asyncpg.Connection:
    """A connection of one's own. Raises what asyncpg raises."""
    return await asyncpg.connect(address, **options(reading_only=reading_only))
