"""Check NEMSIS documents against the XSD and every installed rule.

Files, folders, zip archives or - for standard input. Exit code 0 when all are valid, 1 when any is not,
2 when something named is unusable, 3 when the check itself broke (then no document is called valid).
"""

import argparse
import asyncio
import os
import sys
from collections import Counter
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from goldenhour.interop.nemsis.rules.installed import SchemaFolder, SchemasDamaged, SchemasMissing, resolve
from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet, Report, Severity
from goldenhour.interop.nemsis.rules.resident.bulk import check_all
from goldenhour.interop.nemsis.rules.resident.pool import WorkerDied, WorkerPool, WorkerRefused
from goldenhour.interop.nemsis.rules.resident.sources import NoDocuments, are_bulk, documents
from goldenhour.interop.nemsis.rules.resident.wire import Document
from goldenhour.interop.nemsis.rules.tiers import Verdict

DOCUMENTS_WORTH_A_WORKER = 100
"""A worker takes about a second to compile the rules: as long as it takes to check this many documents."""


MOST_RULES = 10
"""Rules named at the end of a check of many: errors first, then what fails most."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="XML files, folders, zip archives, or -")
    parser.add_argument("--schemas", type=Path, metavar="DIR", help="schemas and rules; default: the installed ones")
    parser.add_argument(
        "--rules", type=Path, metavar="FILE", action="append", default=[], help="a further rule file (repeatable)"
    )
    parser.add_argument("--invalid", action="store_true", help="tell only of the documents that are not valid")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and document")
    parser.add_argument("--svrl", type=Path, metavar="DIR", help="write the complete SVRL reports into DIR")
    parser.add_argument("--workers", type=int, metavar="N", help="checking processes; default: by need and cores")


def run(args: argparse.Namespace) -> int:
    """Check and report."""
    try:
        folder = resolve(args.schemas)
        for path in args.rules:
            if not path.is_file():
                raise SchemasMissing(f"{path} is not a file; --rules takes a Schematron file (.sch)")
        found = list(documents(path for path in args.paths))
        return asyncio.run(_check(args, folder, found))
    except (SchemasMissing, SchemasDamaged, WorkerRefused, NoDocuments) as fault:
        print(f"goldenhour nemsis validate: {fault}", file=sys.stderr)
        return 2
    except WorkerDied as fault:
        print(f"goldenhour nemsis validate: the check broke and is not complete: {fault}", file=sys.stderr)
        return 3


async def _check(args: argparse.Namespace, folder: SchemaFolder, found: list[Document]) -> int:
    cores = os.cpu_count() or 1
    workers = args.workers or max(1, min(cores, len(found) // DOCUMENTS_WORTH_A_WORKER))
    tally = _Tally()
    pool = WorkerPool(
        folder.root,
        workers=workers,
        extra_rules=args.rules,
        prepare=_likely(found, folder),
        prefilter=args.svrl is None and are_bulk(found),
    )
    with _progress() as progress:
        task = progress.add_task("compiling schemas and rules", total=len(found), invalid=0)
        async with pool:
            progress.update(task, description="checking")
            verdicts = check_all(pool, found, workers=workers, svrl=args.svrl is not None)
            async for verdict in verdicts:
                tally.add(verdict.report)
                if not (args.invalid and verdict.report.valid):
                    _show(verdict.report, as_json=args.json)
                if args.svrl is not None:
                    _write_svrl(verdict, args.svrl)
                progress.update(task, advance=1, invalid=tally.invalid)
    if len(found) > 1:
        print(tally.told(), file=sys.stderr)
    return 1 if tally.invalid else 0


class _Tally:
    """What a check of many found, in a few lines at the end."""

    def __init__(self) -> None:
        self.valid = self.invalid = 0
        self.failed: Counter[tuple[str, str]] = Counter()
        self.xsd = 0

    def add(self, report: Report) -> None:
        self.valid += report.valid
        self.invalid += not report.valid
        self.xsd += bool(report.xsd)
        self.failed.update({(failure.severity.value, failure.id) for failure in report.failed})

    def told(self) -> str:
        lines = [f"{self.valid + self.invalid} documents: {self.valid} valid, {self.invalid} not."]
        if self.xsd:
            lines.append(f"{self.xsd:>8}  not by the schema")
        most = sorted(self.failed.items(), key=lambda one: (one[0][0] != Severity.ERROR.value, -one[1], one[0][1]))[
            :MOST_RULES
        ]
        lines += [f"{times:>8}  {severity} {rule}" for (severity, rule), times in most]
        if len(self.failed) > MOST_RULES:
            lines.append(f"{'':>8}  and {len(self.failed) - MOST_RULES} other rules")
        return "\n".join(lines)


def _likely(found: list[Document], folder: SchemaFolder) -> tuple[DataSet, ...]:
    """The data sets to compile and self-test before the first document: those the file names speak of."""
    named = tuple(name for name in DATA_SETS if any(name.lower() in d.path.lower() for d in found))
    return named or tuple(folder.xsd)


def _show(report: Report, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
        return
    verdict = "valid" if report.valid else "NOT VALID"
    print(f"{report.path}: {verdict}")
    for fault in report.xsd:
        print(f"    schema   {fault}")
    for failure in report.failed:
        print(f"    {failure.severity.value:<8} {failure.field}: {failure.text} ({failure.id})")


def _write_svrl(verdict: Verdict, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    name = verdict.report.path.strip("/").replace("/", "__").removesuffix(".xml")
    for rules, svrl in verdict.svrl.items():
        (target / f"{name}.{rules}.svrl.xml").write_bytes(svrl)


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[invalid]} not valid"),
        TimeRemainingColumn(),
        console=console,
        redirect_stdout=sys.stdout.isatty(),  # else what goes to a file would be shown beside the bar instead
        disable=not console.is_terminal,
    )
