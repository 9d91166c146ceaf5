"""Install your copy of the official NEMSIS schemas and rules, or your state's or agency's own rules.

PATH is a folder or zip archive of the official download (XSDs and Schematron), or with --state or --agency
Schematron files (.sch). Everything is compiled before it replaces what was there. At the end the check for many records
is made ready, which takes half a minute the first time.
"""

import argparse
import sys
from pathlib import Path

import msgspec
from rich.console import Console

from goldenhour.interop.nemsis.rules.install import InstallRefused, install_official, install_rules
from goldenhour.interop.nemsis.rules.installed import SchemasMissing, find_schemas, home
from goldenhour.interop.nemsis.rules.schematron import RulesRefused
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.interop.nemsis.rules.xsd import SchemaRefused


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folder, zip archive or rule files")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--state", action="store_true", help="these are rules of the state")
    kind.add_argument("--agency", action="store_true", help="these are rules of the agency")
    parser.add_argument("--to", type=Path, metavar="DIR", help="install here; default: the user's data folder")
    parser.add_argument("--json", action="store_true", help="what is installed now, as JSON")


def run(args: argparse.Namespace) -> int:
    """Install and say what is there now."""
    place = args.to or home()
    try:
        if args.state or args.agency:
            install_rules(args.paths, owner="state" if args.state else "agency", home=place)
        elif len(args.paths) > 1:
            raise InstallRefused("the official material is one folder or archive; use --state or --agency for rules")
        else:
            install_official(args.paths[0], home=place)
        folder = find_schemas(place)
        if "EMS" in folder.xsd:
            with Console(stderr=True).status("compiling the bulk check, half a minute the first time"):
                Tiers(folder, prefilter=True).prepare("EMS")
    except (InstallRefused, SchemasMissing, SchemaRefused, RulesRefused, OSError) as fault:
        print(f"goldenhour nemsis install: {fault}", file=sys.stderr)
        return 2
    rules = [str(path.relative_to(place)) for path in folder.rules]
    if args.json:
        installed = {"at": str(place), "data_sets": list(folder.xsd), "rules": rules}
        print(msgspec.json.encode(installed).decode())
    else:
        print(f"Installed at {place}: {', '.join(folder.xsd)} schemas, rules {', '.join(rules)}")
    return 0
