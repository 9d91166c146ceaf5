"""Keep built travel tables in the region bundle, and never trust a damaged one."""

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from goldenhour.geo.roads import MODES, RoadGraph

FORMAT = 1  # raise when tables are computed or laid out differently


def tables_path(folder: Path, graph: RoadGraph) -> Path:
    """Where the tables of exactly these roads and times are kept: the name holds a hash of what they follow from."""
    digest = hashlib.sha256()
    for array, kind in ((graph.tail, "<i4"), (graph.head, "<i4"), (graph.length_m, "<f4"), (graph.seconds, "<f4")):
        digest.update(f"{array.shape}".encode())
        digest.update(np.ascontiguousarray(array, kind).tobytes())
    return folder / f"travel-{digest.hexdigest()[:16]}.npz"


def save_tables(path: Path, tables: Sequence[tuple[NDArray[np.uint16], float]]) -> None:
    """Write (table, quantum_s) of each mode; the file appears whole or not at all. Zip checksums guard the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            format=np.array(FORMAT),
            quantum_s=np.array([quantum_s for _, quantum_s in tables]),
            **{mode: table for mode, (table, _) in zip(MODES, tables, strict=True)},
        )
    beside.replace(path)


def load_tables(path: Path, n_junctions: int) -> tuple[list[tuple[NDArray[np.uint16], float]] | None, str | None]:
    """The tables, or None and, unless there simply was no file, what was wrong with it."""
    if not path.exists():
        return None, None
    again = "; travel times were computed again"
    try:
        with np.load(path, allow_pickle=False) as file:
            if int(file["format"]) != FORMAT:
                return None, f"the travel cache {path.name} is of an older format{again}"
            tables = [(file[mode], float(q)) for mode, q in zip(MODES, file["quantum_s"], strict=True)]
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as fault:
        return None, f"the travel cache {path.name} is damaged ({fault}){again}"
    if any(table.shape != (n_junctions, n_junctions) or table.dtype != np.uint16 for table, _ in tables):
        return None, f"the travel cache {path.name} belongs to other roads{again}"
    return tables, None
