"""Bytes that are the same for the same value, whoever writes them: what the log stores and hashes."""

from hashlib import sha256
from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")

FIRST_HASH: Final = bytes(32)
"""What the first fact of a log is chained to."""


def encode(value: Any) -> bytes:
    """Canonical JSON: sorted keys for mappings, declared order for structs, no spaces."""
    return _ENCODER.encode(value)


def chain_hash(previous: bytes, seq: int, body: bytes) -> bytes:
    """The hash of a fact in the log: SHA-256 over the hash before it, its place, and its bytes."""
    return sha256(previous + seq.to_bytes(8, "big") + body).digest()
