"""Check many documents through a pool: in order, in batches, with a bounded number in flight."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.report import Report
from goldenhour.interop.nemsis.rules.resident.pool import WorkerPool
from goldenhour.interop.nemsis.rules.resident.records import (
    WHOLE_BYTES,
    Record,
    in_whole_file,
    joined,
    of_fault,
    records,
)
from goldenhour.interop.nemsis.rules.resident.wire import Document, Job
from goldenhour.interop.nemsis.rules.tiers import Verdict

BATCH_DOCUMENTS = 16
BATCH_BYTES = 1 << 20
JOBS_PER_WORKER = 3


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """A whole document, or a record (or a fault around the records) of a large one. `job` is what to check,
    `is_last` whether its document is complete with it."""

    document: Document
    job: Document | None = None
    record: Record | None = None
    is_last: bool = False


async def check_all(
    pool: WorkerPool, source: Iterable[Document], *, workers: int, svrl: bool = False
) -> AsyncIterator[Verdict]:
    """The verdict on each document, in the order of the source; a large EMS file is checked record by record
    (without SVRL). Raises WorkerDied at the first document that gets no verdict: a bulk check that skipped one
    would not be a check."""
    parts: list[Report] = []
    async for piece, verdict in _checked(pool, _pieces(source), workers=workers, svrl=svrl):
        if verdict is not None and piece.record is None:
            yield verdict
            continue
        if piece.record is not None:
            parts.append(_part(piece.document.path, piece.record, verdict))
        if piece.is_last:
            yield Verdict(report=joined(piece.document.path, parts))
            parts = []


async def _checked(
    pool: WorkerPool, pieces: Iterable[_Piece], *, workers: int, svrl: bool
) -> AsyncIterator[tuple[_Piece, Verdict | None]]:
    """Each piece with its verdict (None where there was nothing to check), in order."""
    running: deque[asyncio.Task[list[tuple[_Piece, Verdict | None]]]] = deque()
    try:
        for batch in _batches(pieces):
            running.append(asyncio.create_task(_check(pool, batch, svrl=svrl)))
            if len(running) >= workers * JOBS_PER_WORKER:
                for pair in await running.popleft():
                    yield pair
        while running:
            for pair in await running.popleft():
                yield pair
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _check(pool: WorkerPool, batch: list[_Piece], *, svrl: bool) -> list[tuple[_Piece, Verdict | None]]:
    jobs = tuple(piece.job for piece in batch if piece.job is not None)
    verdicts = iter(await pool.check(Job(documents=jobs, svrl=svrl)) if jobs else ())
    return [(piece, None if piece.job is None else next(verdicts)) for piece in batch]


def _pieces(source: Iterable[Document]) -> Iterator[_Piece]:
    for document in source:
        is_file = document.archive is None and document.xml is None
        if not is_file or document.size_bytes <= WHOLE_BYTES:
            yield _Piece(document=document, job=document, is_last=True)
            continue
        last = Record(header=0, number=0)
        try:
            for record in records(Path(document.path)):
                last = record
                job = (
                    None
                    if record.fault
                    else Document(path=document.path, xml=record.xml, size_bytes=len(record.xml), expected="EMS")
                )
                yield _Piece(document=document, job=job, record=record)
        except safe_xml.HostileXml as fault:
            broken = Record(header=last.header, number=last.number, fault=f"the document {fault}.")
            yield _Piece(document=document, record=broken)
        if last.number == 0:
            nothing = Record(header=0, number=0, fault="the document holds no PatientCareReport in a Header.")
            yield _Piece(document=document, record=nothing)
        yield _Piece(document=document, is_last=True)


def _part(path: str, record: Record, verdict: Verdict | None) -> Report:
    return of_fault(path, record) if verdict is None else in_whole_file(verdict.report, record)


def _batches(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    batch: list[_Piece] = []
    size_bytes = 0
    for piece in pieces:
        batch.append(piece)
        size_bytes += 0 if piece.job is None else piece.job.size_bytes
        if len(batch) == BATCH_DOCUMENTS or size_bytes >= BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch
