"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("GOLDENHOUR_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The developers' folder of official schemas, regions and calls; a user's clone does not have it."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the developers' data at {SHARED} (set GOLDENHOUR_SHARED); not part of a clone")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
