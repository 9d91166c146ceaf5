"""What has been simulated before, by the hash of its inputs: one JSON file each, checked when it is read."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


class Memory:
    """Results in a folder. A damaged file is as good as none: it is simulated again and overwritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, key: str, value: object) -> None:
        """Write so that a reader sees all of it or nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        body = msgspec.json.encode(value)
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".half")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        Path(name).replace(self._path(key))

    def recall(self, key: str, kind: type[T]) -> T | None:
        """The value, or None when it is not there or not whole."""
        try:
            digest, _, body = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        if digest != hashlib.sha256(body).hexdigest().encode():
            return None
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.DecodeError:  # written by another version of the program
            return None

    def _path(self, key: str) -> Path:
        return self.folder / f"{key[:32]}.json"


def default_cache() -> Path:
    """The user's cache folder for this program."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "goldenhour"
