"""Read, check, convert and submit NEMSIS documents.

Each sub-verb is a module of this package with a docstring, `configure` and `run`, loaded only when it is named.
"""

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

SUBVERBS: Final = {
    "install": "Install your copy of the official NEMSIS schemas and rules, or your state's or agency's own rules.",
    "lists": "Put your copies of NEMSIS's published lists into a server's data folder: codes are looked up by name.",
    "validate": "Check NEMSIS documents against the XSD and every installed rule.",
    "roundtrip": "Read documents into trees, write them again, and compare: nothing may be lost.",
    "diff": "Tell what changed between two documents, element by element.",
    "national": "Make the national extract of a document: nothing but what the national data set holds.",
    "translate": "Say a 3.5.1 document in an earlier version, for a state that still wants it.",
    "submit": (
        "Submit NEMSIS documents to a state or to the national repository, through a queue that survives a crash."
    ),
    "import": "Import patient care reports of other systems into a log: known by their UUID, checked, resumable.",
    "export": "Export the locked records of a log as NEMSIS documents, one file a record.",
    "dictionary": "Generate the compact dictionary from the official schemas, or look something up in the one we ship.",
}
"""Sub-verb -> the first line of its module's docstring."""

_MODULES: Final = {"import": "importing"}
"""Where a module cannot be called as its sub-verb is."""


def module_of(subverb: str) -> str:
    """The full name of the module that does a sub-verb's work."""
    return f"{__name__}.{_MODULES.get(subverb, subverb)}"


class _Subverb(argparse.ArgumentParser):
    """A parser that learns its arguments from its module only when it has something to parse."""

    module_name = ""

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """Load the module, then parse as any parser does."""
        module = import_module(self.module_name)
        self.description = module.__doc__
        module.configure(self)
        return super().parse_known_args(args, namespace)


def configure(parser: argparse.ArgumentParser) -> None:
    """Give each sub-verb its own parser."""
    subparsers = parser.add_subparsers(dest="subverb", required=True, metavar="WHAT", parser_class=_Subverb)
    for name, summary in SUBVERBS.items():
        subparsers.add_parser(name, help=summary).module_name = module_of(name)


def run(args: argparse.Namespace) -> int:
    """Hand over to the sub-verb that was named; its exit code is ours."""
    return int(import_module(module_of(args.subverb)).run(args))
