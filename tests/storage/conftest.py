"""The stores that pass one contract, and a PostgreSQL for the whole session."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from depot.postgres import new_database, postgres_server
from goldenhour.runtime.store import Store
from goldenhour.storage.address import open_store

NewStore = Callable[[], Store]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The server's address. It must be there: a store that is not tested is not a store."""
    with postgres_server() as server:
        yield server.get_uri()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> NewStore:
    """Makes an empty store of each kind; it is opened and closed by the test."""
    if request.param == "memory":
        return lambda: open_store("memory")
    if request.param == "sqlite":
        return lambda: open_store(f"sqlite:{tmp_path / uuid4().hex}")
    postgres = request.getfixturevalue("postgres")
    return lambda: open_store(new_database(postgres))
