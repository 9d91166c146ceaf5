"""Writes the golden file of every fact type and version that has none yet: `python tests/golden/write_missing.py`.

A golden file is never written again. When the shape of a released fact changes so that its old file does not load any
more, the fact needs a new `version` and a way to read the old one, not a new file.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from depot.examples import example
from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.codec import encode
from goldenhour.kernel.facts import Actor, Fact, Happened
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import Instant

FOLDER: Final = Path(__file__).parent / "facts"


def file_of(fact: type[Fact]) -> Path:
    """Where the fact's present version has its golden file."""
    return FOLDER / f"{fact.__name__}.v{fact.version}.json"


def golden(fact: type[Fact]) -> bytes:
    """A full example of the fact, with its circumstances, as it stands in a log."""
    happened = Happened(
        id="c-1.0",
        fact=example(fact),
        occurred_at=Instant(1_795_270_000_000),
        recorded_at=Instant(1_795_270_090_000),
        by=Actor(id="robin", role="dispatcher", agency="county"),
        cause=CommandId("c-1"),
        version=fact.version,
        exercise=True,
    )
    return msgspec.json.format(encode(happened), indent=1) + b"\n"


def missing() -> Iterator[type[Fact]]:
    """Registered fact types whose present version has no file."""
    return (fact for fact in REGISTRY.facts.values() if not file_of(fact).exists())


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for fact in missing():
        file_of(fact).write_bytes(golden(fact))
        print(f"wrote {file_of(fact).name}")
