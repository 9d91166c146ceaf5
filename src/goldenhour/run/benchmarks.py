"""Measure every promise of speed beside its baseline, in one run."""

import argparse
import importlib
import sys
from collections.abc import Callable
from typing import Final

import msgspec

from goldenhour.run.bench.row import Row

BENCHMARKS: Final = {
    "ops": "durable commands, the board, restarts",
    "live": "from commit to every connected screen",
    "twin": "the simulator, travel times, siting",
    "nemsis": "records: trees, schemas, rules",
    "geocode": "places as one types",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Which one."""
    parser.add_argument("name", choices=sorted(BENCHMARKS), help="; ".join(f"{n}: {w}" for n, w in BENCHMARKS.items()))
    parser.add_argument("--json", action="store_true", help='print {"rows": [...]}')


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when every promise held, 1 when one did not."""
    module = importlib.import_module(f"goldenhour.run.bench.{args.name}")
    measure: Callable[[], list[Row]] = module.rows
    rows = measure()
    if args.json:
        sys.stdout.write(msgspec.json.encode({"rows": rows}).decode() + "\n")
    else:
        for row in rows:
            base = f"  (baseline {row.baseline:g})" if row.baseline is not None else ""
            sys.stdout.write(
                f"{'ok ' if row.ok else 'NO '} {row.name}: {row.value:g} {row.unit}, goal {row.goal}{base}\n"
            )
    return 0 if all(row.ok for row in rows) else 1
