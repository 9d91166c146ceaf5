"""Generate the compact dictionary from the official schemas, or look something up in the one we ship.

With `--schemas` the folder must hold `full` and `national`, each with the XSDs of one NEMSIS version; the result
goes to `--out`. With words, elements whose number or name contains them are listed.
"""

import argparse
import sys
from pathlib import Path

import msgspec
from lxml import etree

from goldenhour.care.record.dictionary import LATEST, Dictionary, Element, load
from goldenhour.interop.nemsis.dictionary import schemas, texts


def configure(parser: argparse.ArgumentParser) -> None:
    """`nemsis dictionary WORDS` or `nemsis dictionary --schemas PATH --out FILE`."""
    parser.add_argument("words", nargs="*", help="list the elements whose number or name contains these words")
    parser.add_argument("--schemas", type=Path, help="folder with `full` and `national` XSDs to generate from")
    parser.add_argument("--texts", type=Path, help="folder of the official dictionary texts, to compare with")
    parser.add_argument("--version", default=LATEST, help="NEMSIS version (default: %(default)s)")
    parser.add_argument("--build", default="", help="build of the schemas, such as 3.5.1.250403CP1")
    parser.add_argument("--out", type=Path, help="file to write the generated dictionary to")
    parser.add_argument("--json", action="store_true", help="machine output: one element a line")


def run(args: argparse.Namespace) -> int:
    """0 when done, 2 when the schemas cannot be read."""
    if args.schemas is None:
        return _look_up(" ".join(args.words), version=args.version, as_json=args.json)
    if args.out is None:
        print("nemsis dictionary: --schemas needs --out FILE", file=sys.stderr)
        return 2
    try:
        made = schemas.generate(
            full=args.schemas / "full",
            national=args.schemas / "national",
            version=args.version,
            build=args.build or args.version,
        )
    except (OSError, etree.XMLSyntaxError, schemas.SchemaError) as fault:
        print(f"nemsis dictionary: cannot read the schemas in {args.schemas}: {fault}", file=sys.stderr)
        return 2
    args.out.write_bytes(schemas.encode(made))
    if args.texts is not None:
        for line in texts.disagreements(Dictionary(made), args.texts):
            print(line, file=sys.stderr)
    return 0


def _look_up(words: str, *, version: str, as_json: bool) -> int:
    try:
        dictionary = load(version)
    except FileNotFoundError:
        print(f"nemsis dictionary: there is no dictionary of NEMSIS {version} here", file=sys.stderr)
        return 2
    found = [e for name in dictionary.data_sets for e in dictionary.called(words, name)]
    for element in found:
        if as_json:
            codes = dictionary.codes(element)
            print(msgspec.json.encode(msgspec.to_builtins(element) | {"codes": codes}).decode())
        else:
            print(_line(dictionary, element))
    return 0 if found else 1


def _line(dictionary: Dictionary, element: Element) -> str:
    marks = [element.usage, "national" if element.national else "", "many" if element.many else ""]
    codes = len(dictionary.codes(element))
    marks += [f"{codes} codes" if codes else element.type, "deprecated" if element.deprecated else ""]
    return f"{element.name:<24} {element.label}  ({', '.join(m for m in marks if m)})"
