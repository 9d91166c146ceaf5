"""The check at preview and lock, for the server: asynchronous, in resident workers, never valid by accident."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from goldenhour.interop.nemsis.rules.installed import SchemaFolder
from goldenhour.interop.nemsis.rules.report import DataSet, Report
from goldenhour.interop.nemsis.rules.resident.pool import WorkerPool
from goldenhour.interop.nemsis.rules.resident.wire import Document, Job


class RecordChecker:
    """Checks one document at a time through all tiers: XSD, then every rule file in Saxon.

    Workers start with `start`, or at the first check. A check whose worker dies raises WorkerDied, counts in
    `deaths`, and the next check gets a new worker. Schemas or rules that cannot be trusted raise WorkerRefused.
    """

    def __init__(
        self,
        folder: SchemaFolder,
        *,
        workers: int = 1,
        extra_rules: Sequence[Path] = (),
        prepare: tuple[DataSet, ...] = ("EMS",),
    ) -> None:
        self._pool = WorkerPool(folder.root, workers=workers, extra_rules=extra_rules, prepare=prepare)
        self._starting = asyncio.Lock()
        self._is_started = False

    async def start(self) -> None:
        """Start the workers and wait until their rules are compiled (about a second)."""
        async with self._starting:
            if not self._is_started:
                await self._pool.start()
                self._is_started = True

    async def check(self, xml: bytes, dataset: DataSet = "EMS", *, path: str = "record") -> Report:
        """The report on a document that has to be of that data set. Raises WorkerDied or WorkerRefused."""
        await self.start()
        document = Document(path=path, xml=xml, size_bytes=len(xml), expected=dataset)
        (verdict,) = await self._pool.check(Job(documents=(document,)))
        return verdict.report

    @property
    def deaths(self) -> int:
        """How many workers were lost so far; a number to watch."""
        return self._pool.deaths

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the living workers."""
        return self._pool.pids

    async def close(self) -> None:
        """End the workers."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
