"""The one way to machine code: numba, with what it compiled kept on disk until any kernel of the project changes."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numba


def _sources() -> str:
    """A hash of all files in and below the folders that hold kernels: 20 ms, once a process."""
    package = Path(__file__).resolve().parents[1]
    marked = f"{__name__} import njit".encode()
    folders = {path.parent for path in package.rglob("*.py") if marked in path.read_bytes()}
    files = {Path(__file__), *(path for folder in folders for path in folder.rglob("*.py"))}
    return sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


SOURCES: Final = _sources()


def njit(**options: Any) -> Any:
    """`numba.njit(cache=True, ...)`, but safe across files.

    Numba keeps a compiled function until the file that it stands in changes, with its callees and constants of other
    files compiled into it: after an update, a caller would go on deciding by the old rule. Here it is kept until any
    file near any kernel changes.
    """

    def compiled(function: Any) -> Any:
        kernel = numba.njit(cache=True, **options)(function)  # noqa: TID251 - here it is made safe
        kernel._cache._cache_file._source_stamp = SOURCES
        return kernel

    return compiled
