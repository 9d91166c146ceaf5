"""The official material, compiled once for all tests of the rules."""

from pathlib import Path

import pytest

from goldenhour.interop.nemsis.rules.installed import SchemaFolder, find_schemas
from goldenhour.interop.nemsis.rules.tiers import Tiers


@pytest.fixture(scope="session")
def official(shared: Path) -> Path:
    """The folder of official NEMSIS material."""
    return shared / "nemsis"


@pytest.fixture(scope="session")
def folder(official: Path) -> SchemaFolder:
    """The schemas and rules in it."""
    return find_schemas(official)


@pytest.fixture(scope="session")
def tiers(folder: SchemaFolder) -> Tiers:
    """All tiers, in this process; Saxon always runs."""
    return Tiers(folder)
