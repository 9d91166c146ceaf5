"""A small place to study: the little town of the twin's own tests as a JEMSS city directory."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_place import small_place

from goldenhour.planning.study import Setting


@pytest.fixture(scope="session")
def place() -> Setting:
    return small_place()
