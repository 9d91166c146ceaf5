"""Check many documents through a pool: in order, in batches, with a bounded number in flight."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator

from goldenhour.interop.nemsis.rules.pool import WorkerPool
from goldenhour.interop.nemsis.rules.tiers import Verdict
from goldenhour.interop.nemsis.rules.wire import Document, Job

BATCH_DOCUMENTS = 16
BATCH_BYTES = 1 << 20
JOBS_PER_WORKER = 3


async def check_all(
    pool: WorkerPool, source: Iterable[Document], *, workers: int, svrl: bool = False
) -> AsyncIterator[Verdict]:
    """The verdict on each document, in the order of the source. Raises WorkerDied at the first document that
    gets no verdict: a bulk check that skipped one would not be a check."""
    running: deque[asyncio.Task[tuple[Verdict, ...]]] = deque()
    try:
        for batch in _batches(source):
            running.append(asyncio.create_task(pool.check(Job(documents=batch, svrl=svrl))))
            if len(running) >= workers * JOBS_PER_WORKER:
                for verdict in await running.popleft():
                    yield verdict
        while running:
            for verdict in await running.popleft():
                yield verdict
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _batches(source: Iterable[Document]) -> Iterator[tuple[Document, ...]]:
    batch: list[Document] = []
    size_bytes = 0
    for document in source:
        batch.append(document)
        size_bytes += document.size_bytes
        if len(batch) == BATCH_DOCUMENTS or size_bytes >= BATCH_BYTES:
            yield tuple(batch)
            batch, size_bytes = [], 0
    if batch:
        yield tuple(batch)
