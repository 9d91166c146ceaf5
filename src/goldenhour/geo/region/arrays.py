"""Named arrays and texts in one file, with a hash that depends on nothing but their content."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.generic]]
Texts = dict[str, tuple[str, ...]]
TEXT_SUFFIX = ".texts"


def save(path: Path, arrays: Arrays, texts: Texts) -> None:
    """Write both into one uncompressed .npz; texts travel as UTF-8 JSON bytes."""
    packed = {key + TEXT_SUFFIX: np.frombuffer(msgspec.json.encode(value), np.uint8) for key, value in texts.items()}
    everything: dict[str, Any] = {**arrays, **packed}
    np.savez(path, **everything)


def load(path: Path) -> tuple[Arrays, Texts]:
    """What `save` wrote."""
    arrays: Arrays = {}
    texts: Texts = {}
    with np.load(path, allow_pickle=False) as stored:
        for key in stored.files:
            value = stored[key]
            if key.endswith(TEXT_SUFFIX):
                texts[key.removesuffix(TEXT_SUFFIX)] = msgspec.json.decode(value.tobytes(), type=tuple[str, ...])
            else:
                arrays[key] = value
    return arrays, texts


def digest(arrays: Arrays, texts: Texts) -> str:
    """sha256 over names, shapes, types and bytes: equal content, equal hash, on every machine."""
    state = hashlib.sha256()
    for key in sorted(arrays):
        value = np.ascontiguousarray(arrays[key])
        state.update(f"{key} {value.dtype.str} {value.shape}\n".encode())
        state.update(value.tobytes())
    for key in sorted(texts):
        state.update(key.encode() + b"\n" + msgspec.json.encode(texts[key]))
    return state.hexdigest()
