"""One of several app nodes on one PostgreSQL. Run as `python -m depot.rush ADDRESS NODE ATTEMPTS`.

Says `ready`, waits for a line on stdin, then makes all its attempts to send unit m1 at once, each to an incident of its
own, and says each answer as a line of JSON. Last it says what it knows of the unit.
"""

import asyncio
import sys

import msgspec
import uvloop

from goldenhour.chain.registry import REGISTRY
from goldenhour.dispatch.commands import AssignUnit, Choice
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId, IncidentId, UnitId
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.address import open_store


async def main(address: str, node: str, attempts: str) -> None:
    runtime = Runtime(REGISTRY, open_store(address), WallClock(), patience_s=30)
    await runtime.start()
    told: list[int] = []
    runtime.follow(lambda committed: told.append(committed.seq))
    keeping_up = asyncio.create_task(runtime.keep_up())
    by = Actor(id=f"dispatcher-{node}", role="dispatcher", agency="county")
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    answers = await asyncio.gather(
        *(
            runtime.handle(
                AssignUnit(incident=IncidentId(f"i{node}.{n}"), unit=UnitId("m1"), choice=Choice(slot="als")),
                command_id=CommandId(f"{node}.{n}"),
                by=by,
            )
            for n in range(int(attempts))
        )
    )
    for answer in answers:
        print(msgspec.json.encode(answer).decode())
    await asyncio.to_thread(sys.stdin.readline)
    await runtime.pump()
    unit = await runtime.entity("unit", "m1")
    print(msgspec.json.encode({"seq": runtime.seq, "told": told, "unit": unit}).decode(), flush=True)
    keeping_up.cancel()
    await runtime.stop()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
