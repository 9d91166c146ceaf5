"""Resident worker processes that check documents: compiled once, scaling with their number, dead ones noticed."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet
from goldenhour.interop.nemsis.rules.resident import wire
from goldenhour.interop.nemsis.rules.tiers import Verdict

START_TIMEOUT_S = 300.0
"""The bulk check of a new installation is compiled before the first worker is ready; that alone may take a minute."""
JOB_TIMEOUT_S = 120.0
LAST_WORDS_BYTES = 2000


class WorkerRefused(RuntimeError):
    """A worker would not start: the schemas or rules are missing, damaged, hollow, or failed the self-test."""


class WorkerDied(RuntimeError):
    """A worker ended, hung or broke while it held documents; those documents have no verdict."""


class Worker:
    """One worker process."""

    def __init__(self, setup: wire.Setup) -> None:
        self._setup = setup
        self._process: asyncio.subprocess.Process | None = None
        self._words: IO[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, None when it is not running."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def start(self) -> None:
        """Start the process and wait until its rules are compiled. Raises WorkerRefused or WorkerDied."""
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the process
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "goldenhour.interop.nemsis.rules.resident.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._words,
        )
        reply = await self._ask(self._setup, timeout_s=START_TIMEOUT_S)
        if not isinstance(reply, wire.Ready):
            raise WorkerRefused(f"a checking process refused to start: {reply}")

    async def check(self, job: wire.Job) -> tuple[Verdict, ...]:
        """The verdicts on a job. Raises WorkerDied; the worker is then finished and must be replaced."""
        reply = await self._ask(job, timeout_s=JOB_TIMEOUT_S)
        if isinstance(reply, wire.Answer) and len(reply.verdicts) == len(job.documents):
            return reply.verdicts
        raise WorkerDied("a checking process gave fewer verdicts than it was given documents")

    async def close(self) -> None:
        """End the process: politely by closing its input, else by force."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), 5.0)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._words is not None:
            self._words.close()
            self._words = None

    async def _ask(self, request: wire.Setup | wire.Job, *, timeout_s: float) -> wire.Reply:
        process = self._process
        if process is None:
            raise WorkerDied("the checking process is not running")
        try:
            reply = await asyncio.wait_for(_exchange(process, request), timeout_s)
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await process.wait()
            raise WorkerDied(f"a checking process ended with code {code}. {self._last_words()}") from None
        except (TimeoutError, asyncio.CancelledError) as fault:
            process.kill()
            await process.wait()
            if isinstance(fault, asyncio.CancelledError):
                raise
            raise WorkerDied(f"a checking process gave no answer in {timeout_s:.0f} s and was ended") from None
        if isinstance(reply, wire.Broken):
            if reply.is_refusal:
                raise WorkerRefused(reply.reason)
            raise WorkerDied(f"no verdict on {reply.reason}")
        return reply

    def _last_words(self) -> str:
        if self._words is None:
            return ""
        end = self._words.seek(0, 2)
        self._words.seek(max(0, end - LAST_WORDS_BYTES))
        return self._words.read().decode("utf-8", "replace").strip()


async def _exchange(process: asyncio.subprocess.Process, request: wire.Setup | wire.Job) -> wire.Reply:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(wire.pack(request))
    await process.stdin.drain()
    head = await process.stdout.readexactly(wire.LENGTH_BYTES)
    return wire.unpack_reply(await process.stdout.readexactly(int.from_bytes(head, "big")))


class WorkerPool:
    """A fixed number of workers. A worker that dies fails the documents it held, loudly (WorkerDied), and is
    replaced when next needed, so that one bad document does not end the service."""

    def __init__(
        self,
        root: Path,
        *,
        workers: int = 1,
        extra_rules: Sequence[Path] = (),
        prepare: tuple[DataSet, ...] = DATA_SETS,
        prefilter: bool = False,
    ) -> None:
        self._setup = wire.Setup(
            root=str(root.resolve()),
            extra_rules=tuple(str(path.resolve()) for path in extra_rules),
            prepare=prepare,
            prefilter=prefilter,
        )
        self._size = workers
        self._idle: asyncio.Queue[Worker | None] = asyncio.Queue()
        self._all: set[Worker] = set()
        self.deaths = 0

    async def start(self) -> None:
        """Start all workers; returns when every one is ready. Raises WorkerRefused."""
        workers = [Worker(self._setup) for _ in range(self._size)]
        self._all.update(workers)
        try:
            await asyncio.gather(*(worker.start() for worker in workers))
        except BaseException:
            await self.close()
            raise
        for worker in workers:
            self._idle.put_nowait(worker)

    async def check(self, job: wire.Job) -> tuple[Verdict, ...]:
        """The verdicts on a job from the next idle worker. Raises WorkerDied or WorkerRefused."""
        worker = await self._idle.get()
        try:
            if worker is None:
                worker = await self._replacement()
            verdicts = await worker.check(job)
        except BaseException:
            if worker is not None:
                self._all.discard(worker)
                self.deaths += 1
                await worker.close()
            self._idle.put_nowait(None)
            raise
        self._idle.put_nowait(worker)
        return verdicts

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the living workers."""
        return tuple(pid for worker in self._all if (pid := worker.pid) is not None)

    async def close(self) -> None:
        """End every worker."""
        workers, self._all = self._all, set()
        await asyncio.gather(*(worker.close() for worker in workers))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _replacement(self) -> Worker:
        worker = Worker(self._setup)
        self._all.add(worker)
        await worker.start()
        return worker
