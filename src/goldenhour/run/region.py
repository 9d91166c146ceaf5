"""Build, inspect and check regions: roads, addresses, facilities and map of an agency's area."""

import argparse
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from goldenhour.geo import county
from goldenhour.geo.region.build import build_region
from goldenhour.geo.region.bundle import Manifest, Region
from goldenhour.geo.region.osm.assume import assumed_places
from goldenhour.geo.region.osm.reading import read_osm
from goldenhour.geo.region.survey import BadRegion

BAD_INPUT = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Sub-verbs: build, show, county."""
    verbs = parser.add_subparsers(dest="region_verb", required=True, metavar="build|show|county")
    build = verbs.add_parser("build", help="make a region from an OpenStreetMap extract")
    build.add_argument("file", type=Path, metavar="FILE.osm.pbf")
    build.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder, or a region to renew")
    build.add_argument("--name", default="", help="what the region is called (default: from the file's name)")
    build.add_argument(
        "--timezone", default="", help="tz database name, such as America/Chicago (default: nearest city's)"
    )
    show = verbs.add_parser("show", help="say what is in a region and check its places.yaml")
    show.add_argument("directory", type=Path, metavar="DIR")
    made_up = verbs.add_parser("county", help="grow the made-up Meridian County from a seed")
    made_up.add_argument("--seed", type=int, default=1)
    made_up.add_argument("--out", type=Path, required=True, metavar="DIR")
    for verb in (build, show, made_up):
        verb.add_argument("--json", action="store_true", help="machine-readable result on stdout")


def run(args: argparse.Namespace) -> int:
    """Exit code 0, or 2 for input that cannot be used (one plain line per fault on stderr)."""
    verbs: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
        "build": _build,
        "show": _show,
        "county": _county,
    }
    try:
        summary = verbs[args.region_verb](args)
    except BadRegion as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    sys.stdout.write(msgspec.json.encode(summary).decode() + "\n" if args.json else _for_people(summary))
    return 0


def _build(args: argparse.Namespace) -> dict[str, Any]:
    with _watched() as progress:
        progress(f"Reading {args.file.name}", 0.0)
        survey = read_osm(args.file, name=args.name, timezone=args.timezone)
        build_region(survey, args.out, places=assumed_places(survey), progress=progress)
    return _summary(Region.load(args.out))


def _county(args: argparse.Namespace) -> dict[str, Any]:
    with _watched() as progress:
        county.build(args.seed, args.out, progress=progress)
    return _summary(Region.load(args.out))


def _show(args: argparse.Namespace) -> dict[str, Any]:
    return _summary(Region.load(args.directory))


def _summary(region: Region) -> dict[str, Any]:
    manifest: dict[str, Any] = msgspec.to_builtins(region.manifest)
    return {
        "directory": str(region.directory),
        **{key: manifest[key] for key in Manifest.__struct_fields__ if key not in ("format", "counts")},
        "content_hash": region.content_hash,
        "counts": manifest["counts"] | _standing(region),
        "assumptions": region.places.assumptions(),
        "map_bytes": region.map_path.stat().st_size,
    }


def _standing(region: Region) -> dict[str, int]:
    """places.yaml may have been edited since the build: count what it says now."""
    return {key: len(getattr(region.places, key)) for key in ("stations", "posts", "hospitals", "units")}


def _for_people(summary: dict[str, Any]) -> str:
    counts = ", ".join(f"{value:,} {key.replace('_', ' ')}" for key, value in summary["counts"].items())
    lines = [
        f"{summary['name']}  ({summary['directory']})",
        f"  {counts}",
        f"  source {summary['source']} {summary['source_date']}; {summary['attribution']}; {summary['licence']}",
        f"  time zone {summary['timezone']}, {summary['measures']}; map {summary['map_bytes'] / 1e6:.1f} MB",
        f"  content {summary['content_hash'][:16]}",
        *(f"  note: {note}" for note in summary["notes"]),
    ]
    if summary["assumptions"]:
        lines.append(f"  assumed, to be confirmed in {summary['directory']}/places.yaml:")
        lines += [f"    {said}" for said in summary["assumptions"]]
    return "\n".join(lines) + "\n"


@contextmanager
def _watched() -> Any:
    """A progress bar on stderr; plain lines where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        said: list[str] = []

        def plain(what: str, _share: float) -> None:
            if said[-1:] != [what]:
                said.append(what)
                console.print(what)

        yield plain
        return
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)
