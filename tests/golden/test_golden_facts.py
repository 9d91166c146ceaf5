"""Every version of every fact ever released still loads, and says what it said."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from golden.write_missing import FOLDER, file_of, missing
from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.codec import encode

FILES = sorted(FOLDER.glob("*.json"))


def test_every_fact_has_its_golden_file() -> None:
    without = [file_of(fact).name for fact in missing()]
    assert not without, f"run `python tests/golden/write_missing.py` and commit: {without}"


def test_there_are_files_to_test() -> None:
    assert len(FILES) >= len(REGISTRY.facts) > 50


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_released_fact_still_loads_and_says_what_it_said(file: Path) -> None:
    body = file.read_bytes()
    happened = REGISTRY.read_happened(body)
    name, version = file.stem.split(".v")
    assert (type(happened.fact).__name__, happened.version) == (name, int(version))
    lost = list(_lost(msgspec.json.decode(body), msgspec.json.decode(encode(happened)), ""))
    assert not lost, f"these are not read any more: {lost}"


def _lost(old: Any, new: Any, path: str) -> Any:
    """Paths of the file that are gone or changed; what a newer shape adds is fine."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            if key not in new:
                yield f"{path}.{key}"
            else:
                yield from _lost(value, new[key], f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _lost(before, after, f"{path}[{place}]")
    elif old != new:
        yield path
