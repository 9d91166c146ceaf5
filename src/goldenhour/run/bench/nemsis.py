"""How fast NEMSIS records are read, checked and locked: every promise beside its baseline in one run.

The records are the five official compliance records (17-45 KB, all clean), found in the developers' data at
GOLDENHOUR_SHARED or ../shared with the schemas and rules; without it only the rows that need no record are given.
Where this process does all the work, the rate is by its CPU time, so that what else the machine does counts as little
as it can; where workers do it, by the clock on the wall. Every rate is the best of several rounds, both sides of a
comparison taking turns, so that a busy machine slows both.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from lxml import etree

from goldenhour.interop.nemsis.rules.compiled.check import CompiledCheck
from goldenhour.interop.nemsis.rules.installed import SchemaFolder, SchemasMissing, find_schemas
from goldenhour.interop.nemsis.rules.resident.bulk import check_all
from goldenhour.interop.nemsis.rules.resident.checker import RecordChecker
from goldenhour.interop.nemsis.rules.resident.pool import WorkerPool
from goldenhour.interop.nemsis.rules.resident.wire import Document
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.run.bench import nemsis_tree
from goldenhour.run.bench.row import Row

ROUNDS = 12
IN_A_ROW = 8
"""How often all records pass in one turn where a pass is short: bulk is checked one record after the other, with the
processor's caches warm, not in turns with Saxon."""
PER_CPU_S = "records/CPU s"
FRESH_PROCESSES = 3
POOL_DOCUMENTS = 400
LOCKS = 200
_FRESH = (
    "import sys; from pathlib import Path; from goldenhour.interop.nemsis.rules.installed import find_schemas;"
    "from goldenhour.interop.nemsis.rules.tiers import Tiers;"
    "Tiers(find_schemas(Path(sys.argv[1]))).check(Path(sys.argv[2]).read_bytes(), path='x')"
)


def rows() -> list[Row]:
    """Records per second (of CPU where the unit says so), per core unless the name says workers; milliseconds for a
    lock."""
    measured = nemsis_tree.rows()
    shared = Path(os.environ.get("GOLDENHOUR_SHARED", Path.cwd().parent / "shared")) / "nemsis"
    paths = sorted(shared.glob("pretest/full/*EMS*.xml"))
    try:
        folder = find_schemas(shared)
    except SchemasMissing as fault:
        print(f"bench nemsis: {fault}; the rows for checking are left out", file=sys.stderr)
        return measured
    records = [path.read_bytes() for path in paths]
    return [
        *measured,
        _parse_and_xsd(folder, records),
        *_compiled_and_saxon(folder, records),
        *asyncio.run(_workers(folder, paths)),
        asyncio.run(_lock(folder, records)),
    ]


def _parse_and_xsd(folder: SchemaFolder, records: list[bytes]) -> Row:
    """The compiled schema from bytes to verdict, against lxml alone."""
    schema = CompiledCheck(folder.xsd["EMS"], ())
    bare = etree.XMLSchema(etree.parse(str(folder.xsd["EMS"])))
    many = records * IN_A_ROW
    ours_s, lxml_s = _best_of_turns(
        lambda: _require_all(schema.is_clean(xml) for xml in many),
        lambda: _require_all(bare.validate(etree.fromstring(xml)) for xml in many),
    )
    value, baseline = len(many) / ours_s, len(many) / lxml_s
    return Row(name="parse + XSD", value=value, unit=PER_CPU_S, goal=">= 2000", baseline=baseline, ok=value >= 2000)


def _compiled_and_saxon(folder: SchemaFolder, records: list[bytes]) -> list[Row]:
    """Both sides from bytes to verdict in this process."""
    filtering, resident = Tiers(folder, prefilter=True), Tiers(folder)
    compiled_s, saxon_s = _best_of_turns(
        lambda: _require_all(filtering.check(xml, path="").report.valid for xml in records * IN_A_ROW),
        lambda: _require_all(resident.check(xml, path="").report.valid for xml in records),
    )
    value, baseline = IN_A_ROW * len(records) / compiled_s, len(records) / saxon_s
    times = value / baseline
    return [
        Row(
            name="XSD + native rules", value=value, unit=PER_CPU_S, goal=">= 1500", baseline=baseline,
            ok=value >= 1500,
        ),
        Row(
            name="XSD + native rules against XSD + resident Saxon", value=times, unit="times", goal=">= 8",
            ok=times >= 8,
        ),
    ]  # fmt: skip


def _require_all(valid: Iterable[bool]) -> None:
    if not all(valid):
        raise AssertionError("an official record was not found valid: the rates would be of something else")


async def _workers(folder: SchemaFolder, paths: list[Path]) -> list[Row]:
    one = await _pool_rate(folder, paths, workers=1)
    two = await _pool_rate(folder, paths, workers=2)
    again = await _pool_rate(folder, paths, workers=1)
    best = max(one, again)
    fresh = 1 / min(_seconds(partial(_fresh_process, folder, path)) for path in paths[:FRESH_PROCESSES])
    cores = os.cpu_count() or 1
    return [
        Row(
            name="XSD + Saxon rules, one worker", value=best, unit="records/s", goal=">= 150", baseline=fresh,
            ok=best >= 150,
        ),
        Row(
            name=f"XSD + Saxon rules, two workers ({cores} cores)", value=two, unit="records/s",
            goal=f">= {1.5 * best:.0f} (1.5 times one)", baseline=best, ok=two >= 1.5 * best,
        ),
    ]  # fmt: skip


async def _pool_rate(folder: SchemaFolder, paths: list[Path], *, workers: int) -> float:
    found = [Document(path=str(path), size_bytes=path.stat().st_size) for path in paths]
    found *= POOL_DOCUMENTS // len(found)
    async with WorkerPool(folder.root, workers=workers, prepare=("EMS",)) as pool:
        async for _ in check_all(pool, found[: 50 * workers], workers=workers):
            pass
        begun = time.perf_counter()
        async for _ in check_all(pool, found, workers=workers):
            pass
        return len(found) / (time.perf_counter() - begun)


async def _lock(folder: SchemaFolder, records: list[bytes]) -> Row:
    """The 95th percentile of a check at lock, one after the other, as the server asks for it."""
    async with RecordChecker(folder) as checker:
        for xml in records * 10:
            await checker.check(xml)
        taken_ms = []
        for number in range(LOCKS):
            begun = time.perf_counter()
            await checker.check(records[number % len(records)])
            taken_ms.append((time.perf_counter() - begun) * 1000)
    p95 = sorted(taken_ms)[int(0.95 * len(taken_ms))]
    return Row(name="lock, all tiers, p95", value=p95, unit="ms", goal="<= 60", ok=p95 <= 60)


def _fresh_process(folder: SchemaFolder, path: Path) -> None:
    subprocess.run([sys.executable, "-c", _FRESH, str(folder.root), str(path)], check=True, timeout=120)


def _best_of_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """The least CPU time of each, taking turns."""
    ours(), theirs()
    pairs = [(_cpu_seconds(ours), _cpu_seconds(theirs)) for _ in range(ROUNDS)]
    return min(a for a, _ in pairs), min(b for _, b in pairs)


def _cpu_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
