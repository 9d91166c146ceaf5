"""Tell what changed between two documents, element by element.

Repeated groups are known by their UUID, or by their place where they have none. Exit code 0 when the documents
say the same, 1 when they differ.
"""

import argparse
import sys

import msgspec

from goldenhour.care.record.dictionary import Element
from goldenhour.care.record.differences import Change, differences
from goldenhour.care.record.tree import Leaf, Scope, identified, leaves, scope, text_of
from goldenhour.run.nemsis.convert import Unusable, document_of


def configure(parser: argparse.ArgumentParser) -> None:
    """`nemsis diff A B`"""
    parser.add_argument("before", metavar="A", help="a NEMSIS document")
    parser.add_argument("after", metavar="B", help="a later version of it")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and change")


def run(args: argparse.Namespace) -> int:
    """Print the changes."""
    try:
        before, after = document_of(args.before), document_of(args.after)
    except Unusable as fault:
        print(f"goldenhour nemsis diff: {fault}", file=sys.stderr)
        return 2
    if before.data_set != after.data_set:
        print(
            f"goldenhour nemsis diff: {args.before} is an {before.data_set}, {args.after} an {after.data_set}",
            file=sys.stderr,
        )
        return 2
    of = scope(before.data_set, data_set=before.data_set)
    changes = differences(identified(before.tree, of=of), identified(after.tree, of=of), of=of)
    for change in changes:
        print(msgspec.json.encode(change).decode() if args.json else _told(change, of))
    return 1 if changes else 0


def _told(change: Change, of: Scope) -> str:
    match change.what:
        case "element":
            element = of.data_set.element(change.path.rpartition("/")[2])
            old, new = (_said(element, value, of) for value in (change.old, change.new))
            return f"{change.path} {element.label}: {old} -> {new}"
        case "attributes":
            return f"{change.path or of.root.name}: attributes {change.old} -> {change.new}"
        case "order":
            return f"{change.path}: in the order {', '.join(change.new)}"
        case what:
            return f"{change.path}: {what}"


def _said(element: Element, value: Leaf | list[Leaf] | None, of: Scope) -> str:
    """A value with the words for its codes."""
    return "; ".join(_words(element, leaf, of) for leaf in leaves(value)) or "nothing"


def _words(element: Element, leaf: Leaf, of: Scope) -> str:
    text = text_of(leaf)
    marks = [] if isinstance(leaf, str) else [leaf[key] for key in ("nv", "pn") if key in leaf]
    parts = ([] if text is None else [of.dictionary.label(element, text)]) + [
        f"({of.dictionary.label(element, mark)})" for mark in marks
    ]
    return " ".join(parts)
