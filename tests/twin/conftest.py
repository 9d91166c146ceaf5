"""A small town to play in: a grid of streets with bends in them, four stations, two hospitals, known to everybody."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from little_town import LittleTown, little_town


@pytest.fixture(scope="session")
def town() -> LittleTown:
    return little_town(seed=7)
