"""The `goldenhour` command: one table of verbs, each loaded only when it is asked for."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final

import goldenhour

VERBS: Final = {
    "demo": "goldenhour.run.demo",
    "serve": "goldenhour.run.serve",
    "user": "goldenhour.run.user",
    "region": "goldenhour.run.region",
    "simulate": "goldenhour.run.simulate",
    "replay": "goldenhour.run.replay",
    "rehearse": "goldenhour.run.rehearse",
    "nemsis": "goldenhour.run.nemsis",
    "twin": "goldenhour.run.twin",
    "siting": "goldenhour.run.siting",
    "forecast": "goldenhour.run.forecast",
    "bench": "goldenhour.run.benchmarks",
}
"""Verb -> the module that has its `configure` and `run`."""

HELP: Final = {
    "demo": "set everything up and run the system with a simulated world",
    "serve": "run the system for real, on a data directory or a PostgreSQL database",
    "user": "add and list the people who may sign in",
    "region": "build, show or make up a region",
    "simulate": "run the whole system with no people, as fast as it goes",
    "replay": "rebuild everything from the log and check that it is equal",
    "rehearse": "decide the recorded commands again and print what differs",
    "nemsis": "install schemas; validate, convert and send patient care records",
    "twin": "simulate days of calls to compare deployment plans",
    "siting": "choose sites and posts by optimisation",
    "forecast": "forecast calls per zone and hour, and back-test the forecast",
    "bench": "measure every promise of speed",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and returns its exit code: 0 done, 1 a negative finding, 2 bad input, 130 stopped by Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="goldenhour", description=goldenhour.__doc__)
    parser.add_argument("--version", action="version", version=goldenhour.__version__)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for verb, module_name in VERBS.items():
        below = verbs.add_parser(verb, help=HELP[verb], description=HELP[verb])
        if verb == asked:
            module = importlib.import_module(module_name)
            module.configure(below)
            below.set_defaults(run=module.run)
    namespace = parser.parse_args(words)
    try:
        code: int = namespace.run(namespace)
    except KeyboardInterrupt:
        return 130
    return code
