"""The log of runs: one JSON file per run in a folder, named by its instant and the hash of its inputs.

A run with the same inputs gives the same results, so the log is also the memory of what has been answered before.
"""

import hashlib
import os
from pathlib import Path

import msgspec
import numpy as np

HASH_DIGITS = 16


class LoggedRun(msgspec.Struct, frozen=True, kw_only=True):
    """`at` in ms UTC; `inputs_hash` of everything that decides the results; `inputs` what a person wants to read of
    them; `results` JSON-ready."""

    at: int
    name: str
    inputs_hash: str
    inputs: dict[str, object]
    results: dict[str, object]


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the log that cannot be read, and why: shown in the list, never left out of it."""

    file: str
    why: str


def inputs_hash(*inputs: object) -> str:
    """SHA-256 over structs, plain values and arrays (with their types and shapes), the same on every machine."""
    digest = hashlib.sha256()
    for one in inputs:
        if isinstance(one, np.ndarray):
            digest.update(f"array {one.dtype.str} {one.shape}\0".encode())
            digest.update(np.ascontiguousarray(one).tobytes())
        else:
            digest.update(b"value\0" + msgspec.json.encode(one, order="deterministic") + b"\0")
    return digest.hexdigest()


class RunLog:
    """Runs in `folder`, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, run: LoggedRun) -> Path:
        """Write the run so that a reader sees all of it or nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{run.at:015d}-{run.inputs_hash[:HASH_DIGITS]}.json"
        half = path.with_suffix(".half")
        with half.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(run)))
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        return path

    def runs(self) -> list[LoggedRun | Unreadable]:
        """All runs, the latest first; damaged files stand in their place as Unreadable."""
        if not self.folder.is_dir():
            return []
        return [_read(path) for path in sorted(self.folder.glob("*.json"), reverse=True)]

    def answered(self, wanted: str) -> LoggedRun | None:
        """The latest run with these inputs, by the hash."""
        for path in sorted(self.folder.glob(f"*-{wanted[:HASH_DIGITS]}.json"), reverse=True):
            run = _read(path)
            if isinstance(run, LoggedRun) and run.inputs_hash == wanted:
                return run
        return None


def _read(path: Path) -> LoggedRun | Unreadable:
    try:
        return msgspec.json.decode(path.read_bytes(), type=LoggedRun)
    except (OSError, msgspec.DecodeError) as error:
        return Unreadable(file=path.name, why=str(error))
