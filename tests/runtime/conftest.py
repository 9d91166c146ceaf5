"""A PostgreSQL for the whole session."""

from collections.abc import Iterator

import pytest

from depot.postgres import postgres_server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's address. It must be there: a store that is not tested is not a store."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server.get_uri()
