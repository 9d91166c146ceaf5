"""Keep a road graph in one .npz file, and know when that file is not what was written."""

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np

from goldenhour.geo.roads import BadRoads, RoadGraph, require_sound

ARRAYS = (
    "lon", "lat", "tail", "head", "length_m", "seconds", "off_road_access", "road_class", "name",
    "shape_start", "shape_lon", "shape_lat",
)  # fmt: skip
DTYPES = {name: np.dtype(RoadGraph.__annotations__[name].__args__[1].__args__[0]) for name in ARRAYS}


def fingerprint(graph: RoadGraph) -> str:
    """SHA-256 (hex) over every array and name of the graph: same text, same roads."""
    digest = hashlib.sha256()
    for field in ARRAYS:
        array = np.ascontiguousarray(getattr(graph, field), DTYPES[field])
        digest.update(f"{field}{array.shape}".encode())
        digest.update(array.tobytes())
    digest.update(json.dumps([graph.classes, graph.names]).encode())
    return digest.hexdigest()


def save(graph: RoadGraph, path: Path) -> None:
    """Write the graph; the file appears whole or not at all."""
    text = json.dumps({"classes": graph.classes, "names": graph.names, "sha256": fingerprint(graph)})
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            text=np.frombuffer(text.encode(), np.uint8),
            **{field: np.asarray(getattr(graph, field), DTYPES[field]) for field in ARRAYS},
        )
    beside.replace(path)


def load(path: Path) -> RoadGraph:
    """Read a graph written by `save`. Raises BadRoads when the file is damaged or its contents are impossible."""
    try:
        with np.load(path, allow_pickle=False) as file:
            text = json.loads(file["text"].tobytes())
            arrays = {field: file[field] for field in ARRAYS}
        graph = RoadGraph(**arrays, classes=tuple(text["classes"]), names=tuple(text["names"]))
    except FileNotFoundError:
        raise
    except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as fault:
        raise BadRoads(f"{path.name} is not a readable road graph ({fault}); build the region again") from fault
    if fingerprint(graph) != text.get("sha256"):
        raise BadRoads(f"{path.name} does not hold what was written to it; build the region again")
    require_sound(graph)
    return graph
