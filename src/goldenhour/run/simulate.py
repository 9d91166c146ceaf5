"""Run the whole system with no people: the simulated world plays every part, and the clock jumps."""

import argparse
import asyncio
import math
import sys
import time
from collections import defaultdict
from pathlib import Path

import msgspec

from goldenhour.chain.content import BadContent, Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import Incident
from goldenhour.geo.region.bundle import Region
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.travel import TravelTimes
from goldenhour.kernel.instants import SECOND_MS, Instant, from_iso, later
from goldenhour.run.server.record_checks import finished_document
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.store import Outage, Store
from goldenhour.storage.address import open_store
from goldenhour.world.world import World

START = "2026-01-05T06:00:00-06:00"
REPORT_EVERY_S = 30.0


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a simulation. Response times are from the incident's opening to its first unit on scene, in
    seconds, by level, nearest-rank percentiles. `log_head` is the hash of the last fact: equal for equal runs.
    """

    incidents: int
    facts: int
    refusals: int
    response_p50_s: dict[str, float]
    response_p90_s: dict[str, float]
    records_locked: int
    wall_s: float
    facts_per_s: float
    log_head: str


def configure(parser: argparse.ArgumentParser) -> None:
    """Region, hours, seed and store."""
    parser.add_argument("--region", type=Path, required=True, metavar="DIR")
    parser.add_argument("--hours", type=float, required=True, metavar="H", help="hours of simulated time")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--rate", type=float, default=1.0, help="emergencies over the region's usual rate")
    parser.add_argument("--store", default="memory", help="sqlite:FILE, memory (default) or postgresql://…")
    parser.add_argument("--content", type=Path, default=None, metavar="DIR", help="content packs to decide by")
    parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="where summary.json and records/ go")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; 2 for input that cannot be used."""
    if not args.hours > 0 or not args.rate > 0:
        sys.stderr.write("goldenhour simulate: --hours and --rate must be above 0\n")
        return 2
    try:
        region = Region.load(args.region)
        store = open_store(args.store)
        content = Content(args.content or default_folder())
        summary = asyncio.run(_simulate(args, region, store, content))
    except (BadRegion, BadContent, ValueError, Outage) as error:
        sys.stderr.write(f"goldenhour simulate: {error}\n")
        return 2
    body = msgspec.json.encode(summary)
    if args.out is not None:
        (args.out / "summary.json").write_bytes(msgspec.json.format(body))
    sys.stdout.write((body.decode() if args.json else _for_people(summary)) + "\n")
    return 0


async def _simulate(args: argparse.Namespace, region: Region, store: Store, content: Content) -> Summary:
    clock = JumpingClock(from_iso(START))
    travel = TravelTimes.build(region.roads, cache=region.travel_cache)
    desk = Desk(store=store, clock=clock, content=content, region=region, travel=travel, exercise=True)
    begun = time.perf_counter()
    if await desk.start():
        await desk.stop()
        raise ValueError(f"{args.store} holds a log already; a simulation begins a new one")
    world = World(desk, region, seed=args.seed, rate=args.rate, report_every_s=REPORT_EVERY_S)
    await world.begin()
    await world.run_until(later(clock.now(), args.hours * 3600))
    wall_s = time.perf_counter() - begun
    summary = await _summary(desk, wall_s)
    if args.out is not None:
        (args.out / "records").mkdir(parents=True, exist_ok=True)
        await _write_records(desk, args.out / "records")
    await desk.stop()
    return summary


async def _write_records(desk: Desk, folder: Path) -> None:
    """Every locked record as a NEMSIS document, named by its UUID."""
    async for doc in desk.runtime.store.all_entities():
        if doc.kind == "record" and not doc.is_open:
            record = desk.runtime.registry.read_entity("record", doc.doc)
            (folder / f"{record.id}.xml").write_bytes(finished_document(record, desk.content.agency))


async def _summary(desk: Desk, wall_s: float) -> Summary:
    incidents = records = 0
    response: dict[str, list[float]] = defaultdict(list)
    async for doc in desk.runtime.store.all_entities():
        if doc.kind == "record":
            records += not doc.is_open
        if doc.kind == "incident":
            incidents += 1
            incident: Incident = desk.runtime.registry.read_entity("incident", doc.doc)
            first = _first_on_scene(incident)
            if first is not None and incident.level is not None:
                response[f"L{incident.level.value}"].append((first - incident.opened_at) / SECOND_MS)
    facts, head = await desk.runtime.store.head()
    return Summary(
        incidents=incidents,
        facts=facts,
        refusals=desk.runtime.refusals,
        response_p50_s={level: _nearest_rank(times, 0.5) for level, times in sorted(response.items())},
        response_p90_s={level: _nearest_rank(times, 0.9) for level, times in sorted(response.items())},
        records_locked=records,
        wall_s=round(wall_s, 3),
        facts_per_s=round(facts / wall_s, 1),
        log_head=head.hex(),
    )


def _first_on_scene(incident: Incident) -> Instant | None:
    times = [one.times[Moment.ON_SCENE] for one in incident.assignments.values() if Moment.ON_SCENE in one.times]
    return min(times, default=None)


def _nearest_rank(values: list[float], share: float) -> float:
    return round(sorted(values)[math.ceil(len(values) * share) - 1], 1)


def _for_people(summary: Summary) -> str:
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in msgspec.to_builtins(summary).items()]
    return "\n".join(lines)
