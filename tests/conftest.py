"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("GOLDENHOUR_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The developers' folder of official schemas, regions and calls; a user's clone does not have it."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the developers' data at {SHARED} (set GOLDENHOUR_SHARED); not part of a clone")
    return SHARED


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up county of seed 1, built once for all workers of a run."""
    from goldenhour.geo.county import build  # here: not every run of tests needs the map libraries

    root = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        root = root.parent
    built = root / "county-1"
    with FileLock(root / "county-1.lock"):
        if not built.is_dir():
            build(1, built)
    return built


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
