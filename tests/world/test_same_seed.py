"""Same seed, same version: the same log byte for byte, whatever the hash seed of the process."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path


def log_of(county: Path, out: Path, *, seed: int, hash_seed: str) -> tuple[str, int, str]:
    """(hash of all facts' bytes, how many, the log's head) of two simulated hours in a process of its own."""
    store = out / f"log-{seed}-{hash_seed}"
    verb = ["simulate", "--region", str(county), "--hours", "2", "--seed", str(seed), "--store", f"sqlite:{store}"]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    said = subprocess.run(
        [sys.executable, "-m", "goldenhour", *verb, "--json"], env=environment, check=True, capture_output=True
    )
    with sqlite3.connect(store) as db:
        bodies = [row[0] for row in db.execute("SELECT body FROM fact ORDER BY seq")]
    digest = hashlib.sha256(b"\n".join(bytes(body) for body in bodies)).hexdigest()
    return digest, len(bodies), json.loads(said.stdout)["log_head"]


def test_two_runs_of_one_seed_write_the_same_log(county: Path, tmp_path: Path) -> None:
    first = log_of(county, tmp_path, seed=5, hash_seed="1")
    again = log_of(county, tmp_path, seed=5, hash_seed="4242")
    assert first == again
    assert first[1] > 100


def test_another_seed_writes_another_log(county: Path, tmp_path: Path) -> None:
    assert log_of(county, tmp_path, seed=5, hash_seed="0")[0] != log_of(county, tmp_path, seed=6, hash_seed="0")[0]
