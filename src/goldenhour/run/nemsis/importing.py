"""Import patient care reports of other systems into a log: known by their UUID, checked, resumable.

A report that is there already is updated when it says something else, and otherwise left alone. What does not pass the
checks, and what would replace a record charted here, is set aside with the reason; the rest goes in. After an
interruption the same command goes on where it was. Exit code 0 when everything is in, 1 when something was set aside,
2 when something named is unusable, 3 when the checks or the log broke.
"""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from goldenhour.chain.registry import REGISTRY
from goldenhour.interop.nemsis.intake.import_records import Check, Outcome, import_records
from goldenhour.interop.nemsis.intake.reports import Incoming, own_faults
from goldenhour.interop.nemsis.rules.installed import SchemasDamaged, SchemasMissing, resolve
from goldenhour.interop.nemsis.rules.report import Report, Severity
from goldenhour.interop.nemsis.rules.resident.pool import WorkerDied, WorkerPool, WorkerRefused
from goldenhour.interop.nemsis.rules.resident.sources import NoDocuments, are_bulk, documents
from goldenhour.interop.nemsis.rules.resident.wire import Document, Job
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.runtime.store import Outage, Store, Unusable
from goldenhour.storage.address import open_store

REPORTS_IN_A_JOB = 16


class Summary(msgspec.Struct, kw_only=True):
    """What an import did: documents in all and done in an earlier run, reports by outcome, and how they were checked.

    `faults` are the reports (or whole documents) set aside: which, and why.
    """

    documents: int
    documents_done_before: int = 0
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    set_aside: int = 0
    checked_against: str = ""
    faults: list["Fault"] = []


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A report that was set aside."""

    path: str
    record: str
    reasons: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="XML files, folders, zip archives, or -")
    parser.add_argument("--store", required=True, metavar="ADDRESS", help="sqlite:FILE or postgresql://…")
    parser.add_argument("--set-aside", type=Path, metavar="DIR", help="keep what did not go in there, with the reasons")
    parser.add_argument("--schemas", type=Path, metavar="DIR", help="schemas and rules; default: the installed ones")
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="checking processes; default: one a core")
    parser.add_argument("--json", action="store_true", help="the summary as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Import, and say what came of it."""
    try:
        if args.store == "memory":
            raise ValueError("a log in memory ends with this command; name sqlite:FILE or postgresql://USER@HOST/DB")
        summary = asyncio.run(_import(args, list(documents(args.paths)), open_store(args.store)))
    except (SchemasMissing, SchemasDamaged, WorkerRefused, NoDocuments, Unusable, ValueError) as fault:
        print(f"goldenhour nemsis import: {fault}", file=sys.stderr)
        return 2
    except (WorkerDied, Outage, OSError) as fault:
        print(f"goldenhour nemsis import: broken off, the same command goes on there: {fault}", file=sys.stderr)
        return 3
    if args.json:
        print(msgspec.json.encode(summary).decode())
    else:
        print(_for_people(summary))
    return 1 if summary.set_aside else 0


async def _import(args: argparse.Namespace, found: list[Document], store: Store) -> Summary:
    summary = Summary(documents=len(found))
    runtime = Runtime(REGISTRY, store, WallClock())
    with _progress() as progress:
        task = progress.add_task("importing", total=None)

        def tell(outcome: Outcome) -> None:
            setattr(summary, outcome.what, getattr(summary, outcome.what) + 1)
            progress.advance(task)
            if outcome.what == "set_aside":
                _set_aside(outcome, summary, args.set_aside)

        async with _checks(args, found) as (check, summary.checked_against):
            await runtime.start()
            try:
                summary.documents_done_before = await import_records(runtime, found, check=check, tell=tell)
            finally:
                await runtime.stop()
    return summary


@asynccontextmanager
async def _checks(args: argparse.Namespace, found: list[Document]) -> AsyncIterator[tuple[Check, str]]:
    """All tiers where schemas are named or installed, else our own checks, and the word which."""
    try:
        folder = resolve(args.schemas)
    except SchemasMissing:
        if args.schemas is not None:
            raise
        yield _own_checks, "own checks only, no schemas installed"
        return
    workers = args.workers or os.cpu_count() or 1
    async with WorkerPool(folder.root, workers=workers, prepare=("EMS",), prefilter=are_bulk(found)) as pool:

        async def check(reports: Sequence[Incoming]) -> list[tuple[str, ...]]:
            jobs = [reports[at : at + REPORTS_IN_A_JOB] for at in range(0, len(reports), REPORTS_IN_A_JOB)]
            return [one for part in await asyncio.gather(*(_verdicts(pool, job) for job in jobs)) for one in part]

        yield check, f"installed schemas and {len(folder.rules_for('EMS'))} rule files"


async def _own_checks(reports: Sequence[Incoming]) -> list[tuple[str, ...]]:
    return [own_faults(one.tree or {}) for one in reports]


async def _verdicts(pool: WorkerPool, reports: Sequence[Incoming]) -> list[tuple[str, ...]]:
    job = [(one, one.document()) for one in reports]
    written = tuple(Document(path=one.path, xml=xml, size_bytes=len(xml), expected="EMS") for one, xml in job)
    return [_against(verdict.report) for verdict in await pool.check(Job(documents=written))]


def _against(report: Report) -> tuple[str, ...]:
    """What keeps a report out: faults of form and failed ERRORs; a warning does not."""
    errors = (failed for failed in report.failed if failed.severity is Severity.ERROR)
    return (*report.xsd, *(f"{failed.field}: {failed.text}" for failed in errors))


def _set_aside(outcome: Outcome, summary: Summary, folder: Path | None) -> None:
    """Keeps a report (a whole file where it could not be read) and beside it, in words, why it did not go in."""
    one = outcome.incoming
    summary.faults.append(Fault(path=one.path, record=one.uuid, reasons=outcome.reasons))
    print(f"{one.path} {one.uuid}: set aside. {' '.join(outcome.reasons[:3])}", file=sys.stderr)
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{Path(one.path).stem}.{summary.set_aside}"
    (folder / f"{name}.txt").write_text("\n".join((one.path, one.uuid, *outcome.reasons)) + "\n", "utf-8")
    if one.tree:
        (folder / f"{name}.xml").write_bytes(one.document())
    elif Path(one.path).is_file():
        shutil.copyfile(one.path, folder / f"{name}.xml")


def _for_people(summary: Summary) -> str:
    done = f" ({summary.documents_done_before} done before)" if summary.documents_done_before else ""
    outcomes = ("imported", "updated", "unchanged", "set_aside")
    counts = ", ".join(f"{getattr(summary, what)} {what.replace('_', ' ')}" for what in outcomes)
    return f"{summary.documents} documents{done}: {counts}. Checked against: {summary.checked_against}."


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), MofNCompleteColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
