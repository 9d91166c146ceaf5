"""Where a log is, as people write it."""

from pathlib import Path

import pytest

from goldenhour.storage.address import open_store, store_of_folder
from goldenhour.storage.memory import MemoryStore
from goldenhour.storage.postgres import PostgresStore
from goldenhour.storage.sqlite import SqliteStore


def test_each_kind_of_store_has_an_address() -> None:
    assert isinstance(open_store("memory"), MemoryStore)
    assert isinstance(open_store("postgresql://desk@db.example/ems"), PostgresStore)
    assert isinstance(open_store("postgres:///ems"), PostgresStore)
    store = open_store("sqlite:/var/lib/with space/log.db")
    assert isinstance(store, SqliteStore)
    assert store.path == Path("/var/lib/with space/log.db")


@pytest.mark.parametrize("wrong", ["", "sqlite:", "sqlite", "mysql://x", "postgresql:db", "log.db", "memory:1"])
def test_anything_else_is_refused_with_what_would_be_accepted(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"write sqlite:FILE, memory, or postgresql://"):
        open_store(wrong)


def test_an_error_shows_no_password() -> None:
    with pytest.raises(ValueError) as told:
        open_store("postgre://desk:secret@db.example/ems")
    assert "secret" not in str(told.value)


def test_a_server_keeps_its_log_in_its_folder_unless_told_otherwise(tmp_path: Path) -> None:
    for environment in ({}, {"GOLDENHOUR_DATABASE_URL": "sqlite"}, {"GOLDENHOUR_DATABASE_URL": " "}):
        store = store_of_folder(tmp_path, environment)
        assert isinstance(store, SqliteStore)
        assert store.path == tmp_path / "log.sqlite"
    assert isinstance(store_of_folder(tmp_path, {"GOLDENHOUR_DATABASE_URL": "postgresql://db/ems"}), PostgresStore)
    with pytest.raises(ValueError, match="GOLDENHOUR_DATABASE_URL"):
        store_of_folder(tmp_path, {"GOLDENHOUR_DATABASE_URL": "oracle://x"})
