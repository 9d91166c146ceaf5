"""Read, check, convert and submit NEMSIS documents.

Each sub-verb is a module of this package with a docstring (its first line is the help), `configure` and `run`.
"""

import argparse
from importlib import import_module
from importlib.util import find_spec

SUBVERBS: tuple[str, ...] = (
    "dictionary",
    "validate",
    "roundtrip",
    "national",
    "translate",
    "diff",
    "install",
    "submit",
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Give each sub-verb its own parser; the module behind it is found by name."""
    subparsers = parser.add_subparsers(dest="subverb", required=True, metavar="WHAT")
    for name in SUBVERBS:
        qualified = f"{__name__}.{name}"
        if find_spec(qualified) is None:
            continue
        module = import_module(qualified)
        summary = (module.__doc__ or "").strip().splitlines()[0]
        module.configure(subparsers.add_parser(name, help=summary, description=module.__doc__))


def run(args: argparse.Namespace) -> int:
    """Hand over to the sub-verb that was named; its exit code is ours."""
    return int(import_module(f"{__name__}.{args.subverb}").run(args))
