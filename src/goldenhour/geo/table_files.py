"""Keep built travel tables and hierarchies in the region bundle, and never trust a damaged file."""

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.hierarchy import Hierarchy, Upward
from goldenhour.geo.roads import MODES, RoadGraph

FORMAT = 2  # raise when tables or hierarchies are computed or laid out differently

Table = tuple[NDArray[np.uint16], float]  # [to, from] in quanta, and the quantum in seconds
T = TypeVar("T")
Arrays = dict[str, NDArray[Any]]
AGAIN = "; travel times were computed again"


def kept_at(folder: Path, kind: str, graph: RoadGraph) -> Path:
    """Where what follows from exactly these roads and times is kept: the name holds their hash."""
    digest = hashlib.sha256()
    for array, form in ((graph.tail, "<i4"), (graph.head, "<i4"), (graph.length_m, "<f4"), (graph.seconds, "<f4")):
        digest.update(f"{array.shape}".encode())
        digest.update(np.ascontiguousarray(array, form).tobytes())
    return folder / f"travel-{kind}-{digest.hexdigest()[:16]}.npz"


def kept(
    path: Path | None,
    *,
    load: Callable[[Path], tuple[T | None, str | None]],
    make: Callable[[], T],
    save: Callable[[Path, T], None],
) -> tuple[T, bool, tuple[str, ...]]:
    """What the file holds, or else what is made and written there; whether it came from the file; what went wrong."""
    if path is None:
        return make(), False, ()
    found, fault = load(path)
    faults: tuple[str, ...] = (fault,) if fault else ()
    if found is not None:
        return found, True, faults
    made = make()
    try:
        save(path, made)
    except OSError as refused:
        faults += (f"the travel cache could not be written ({refused}); the next start computes it again",)
    return made, False, faults


def save_tables(path: Path, tables: Sequence[Table]) -> None:
    """Write the table of each mode."""
    _save(
        path,
        {
            "quantum_s": np.array([quantum_s for _, quantum_s in tables]),
            **{mode: table for mode, (table, _) in zip(MODES, tables, strict=True)},
        },
    )


def load_tables(path: Path, n_junctions: int) -> tuple[list[Table] | None, str | None]:
    """The tables, or None and, unless there simply was no file, what was wrong with it."""
    arrays, fault = _load(path)
    if arrays is None:
        return None, fault
    try:
        tables = [(arrays[mode], float(q)) for mode, q in zip(MODES, arrays["quantum_s"], strict=True)]
    except (KeyError, ValueError) as missing:
        return None, f"the travel cache {path.name} is damaged ({missing!r}){AGAIN}"
    if any(table.shape != (n_junctions, n_junctions) or table.dtype != np.uint16 for table, _ in tables):
        return None, f"the travel cache {path.name} belongs to other roads{AGAIN}"
    return tables, None


def save_hierarchies(path: Path, hierarchies: Sequence[Hierarchy]) -> None:
    """Write the hierarchy of each mode."""
    arrays: Arrays = {}
    for mode, h in zip(MODES, hierarchies, strict=True):
        arrays[f"{mode}.rank"] = h.rank
        for way in ("up", "down"):
            for field, array in getattr(h, way)._asdict().items():
                arrays[f"{mode}.{way}.{field}"] = array
    _save(path, arrays)


def load_hierarchies(path: Path, n_junctions: int) -> tuple[list[Hierarchy] | None, str | None]:
    """The hierarchies, or None and, unless there simply was no file, what was wrong with it."""
    arrays, fault = _load(path)
    if arrays is None:
        return None, fault
    try:
        hierarchies = [
            Hierarchy(
                arrays[f"{mode}.rank"],
                *(Upward(*(arrays[f"{mode}.{way}.{field}"] for field in Upward._fields)) for way in ("up", "down")),
            )
            for mode in MODES
        ]
    except KeyError as missing:
        return None, f"the travel cache {path.name} is damaged ({missing!r}){AGAIN}"
    if any(len(h.rank) != n_junctions for h in hierarchies):
        return None, f"the travel cache {path.name} belongs to other roads{AGAIN}"
    return hierarchies, None


def _save(path: Path, arrays: Arrays) -> None:
    """The file appears whole or not at all; zip checksums guard its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, format=np.array(FORMAT), **arrays)
    beside.replace(path)


def _load(path: Path) -> tuple[Arrays | None, str | None]:
    if not path.exists():
        return None, None
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as fault:
        return None, f"the travel cache {path.name} is damaged ({fault}){AGAIN}"
    if int(arrays.get("format", 0)) != FORMAT:
        return None, f"the travel cache {path.name} is of another format{AGAIN}"
    return arrays, None
