"""Recorded calls for the twin, from a CSV file or from the log of a live system."""

import asyncio
import hashlib
import sys
import tempfile
from pathlib import Path

from goldenhour.call_taking.state import Call
from goldenhour.chain.registry import REGISTRY
from goldenhour.dispatch.state import Incident
from goldenhour.geo.region.bundle import Region
from goldenhour.planning.study.live_calls import calls_of_log
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.run.replay import stored_log
from goldenhour.runtime.store import Outage

STORES = ("sqlite:", "postgresql://")


def recorded_calls(where: str, *, region: Path | None, cache: Path | None) -> Path:
    """The CSV file that the twin reads: the one named, or one made from the log at a store's address.

    A file made is named by its content and kept under `cache` (else among the system's temporary files), so that
    replications in other processes read the same calls.
    """
    if not where.startswith(STORES):
        return Path(where).resolve()
    text = calls_of_store(where, region=region)
    folder = (cache or Path(tempfile.gettempdir()) / "goldenhour") / "calls"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.csv"
    half = path.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
    return path.resolve()


def calls_of_store(address: str, *, region: Path | None) -> str:
    """The calls of a live log as CSV, on the region's clock (UTC without one). Raises BadScenario."""
    zone = Region.load(region).timezone if region is not None else "UTC"
    try:
        text, lost = asyncio.run(_read(address, zone))
    except (ValueError, Outage) as fault:
        raise BadScenario(f"{address} cannot be read: {fault}") from fault
    if text.count("\n") < 2:
        raise BadScenario(f"{address} holds no incident with a place, so there are no calls to simulate")
    if lost:
        print(f"{lost} incidents without a place are left out", file=sys.stderr)
    return text


async def _read(address: str, zone: str) -> tuple[str, int]:
    store = stored_log(address)
    await store.open()
    try:
        incidents: list[Incident] = []
        calls: dict[str, Call] = {}
        async for doc in store.all_entities():
            if doc.kind == "incident":
                incidents.append(REGISTRY.read_entity("incident", doc.doc))
            elif doc.kind == "call":
                call: Call = REGISTRY.read_entity("call", doc.doc)
                calls[call.id] = call
    finally:
        await store.close()
    return calls_of_log(incidents, calls, zone=zone)
