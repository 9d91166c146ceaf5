"""Submit NEMSIS documents to a state or to the national repository, through a queue that survives a crash.

Documents are checked first; one with an error is not queued. Without PATH the queue is worked off. Exit code 0
when everything is accepted, 1 when something was refused or is still waiting, 2 when something named is unusable.
"""

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.installed import SchemasDamaged, SchemasMissing, resolve
from goldenhour.interop.nemsis.rules.resident.checker import RecordChecker
from goldenhour.interop.nemsis.rules.resident.pool import WorkerDied, WorkerRefused
from goldenhour.interop.nemsis.rules.resident.sources import NoDocuments, Unreadable, documents, read
from goldenhour.interop.nemsis.rules.tiers import data_set_of
from goldenhour.interop.nemsis.submission.client import CredentialsRefused, SubmissionClient, Unreachable, read_login
from goldenhour.interop.nemsis.submission.outbox import ACCEPTED, SENT, WAITING, Outbox
from goldenhour.interop.nemsis.submission.receiver import record_keys
from goldenhour.interop.nemsis.submission.sender import work
from goldenhour.kernel.instants import Instant
from goldenhour.runtime.clocks import WallClock

BAD_INPUT = (
    SchemasMissing, SchemasDamaged, WorkerRefused, NoDocuments, Unreadable, CredentialsRefused, ValueError,
)  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="XML files, folders or zip archives to queue")
    parser.add_argument("--outbox", type=Path, required=True, metavar="FILE", help="the queue of one receiver")
    parser.add_argument("--to", metavar="URL", help="the receiver's web service; without it nothing is sent")
    parser.add_argument("--credentials", type=Path, metavar="FILE", help="JSON, readable by its owner only")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="a certificate authority of the receiver's own")
    parser.add_argument("--schemas", type=Path, metavar="DIR", help="schemas and rules; default: the installed ones")
    parser.add_argument("--wait", action="store_true", help="stay until everything has its result")
    parser.add_argument("--release", action="store_true", help="send again what was held for a person")
    parser.add_argument("--json", action="store_true", help="the state of every submission, one object a line")


def run(args: argparse.Namespace) -> int:
    """Queue, send, tell."""
    try:
        return asyncio.run(_run(args))
    except BAD_INPUT as fault:
        print(f"goldenhour nemsis submit: {fault}", file=sys.stderr)
        return 2
    except (WorkerDied, Unreachable) as fault:
        print(f"goldenhour nemsis submit: {fault}", file=sys.stderr)
        return 1


async def _run(args: argparse.Namespace) -> int:
    clock = WallClock()
    if args.to and not args.credentials:
        raise CredentialsRefused("--to needs --credentials FILE")
    with Outbox(args.outbox) as outbox:
        refused = await _queue(args, outbox, now_ms=clock.now())
        if args.release:
            outbox.release(clock.now())
        if args.to:
            await _send(args, outbox, clock)
        everything = outbox.all()
        for submission in everything:
            if args.json:
                print(msgspec.json.encode(submission).decode())
            else:
                print(f"{submission.key}: {submission.state} {submission.detail}".rstrip())
                for finding in submission.findings:
                    print(f"    {finding}")
    return 1 if refused or any(s.state != ACCEPTED for s in everything) else 0


async def _queue(args: argparse.Namespace, outbox: Outbox, *, now_ms: int) -> int:
    """Check each document and queue it; how many were not good enough."""
    if not args.paths:
        return 0
    refused = 0
    async with RecordChecker(resolve(args.schemas)) as checker:
        for document in documents(args.paths):
            xml = read(document)
            data_set = data_set_of(safe_xml.parse(xml))
            report = await checker.check(xml, data_set or "EMS", path=document.path)
            if data_set is None or not report.valid:
                refused += 1
                reasons = [*report.xsd, *(f"{f.field}: {f.text}" for f in report.failed)]
                print(f"{document.path}: not queued. " + " ".join(reasons), file=sys.stderr)
                continue
            keys = record_keys(xml)
            outbox.put(keys[0] if len(keys) == 1 else document.path, xml, data_set=data_set, now_ms=now_ms)
    return refused


async def _send(args: argparse.Namespace, outbox: Outbox, clock: WallClock) -> None:
    login = read_login(args.credentials)
    async with SubmissionClient(args.to, login=login, trusted=args.trust) as client:
        answer = await client.limit()
        limit_kb = answer.limit_kb if answer.limit_kb > 0 else None
        while True:
            await work(outbox, client, now_ms=clock.now(), limit_kb=limit_kb)
            due_ms = outbox.next_due_ms()
            is_open = any(s.state in (WAITING, SENT) for s in outbox.all())
            if due_ms is None or not is_open or not args.wait:
                return
            await clock.sleep_until(Instant(due_ms))
