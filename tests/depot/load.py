"""A node under load: what crash tests kill. Run as `python -m depot.load ADDRESS SEED FIRST_ID`.

Says on stdout, one line each: `ready`, `begin ID` before a command is given, `answer ID accepted|refused SEQ` after it
was acknowledged. Reads ids to repeat on stdin first, as a tablet does after a dead zone.
"""

import asyncio
import random
import sys

import uvloop

from depot.part import CLERK, REGISTRY, Close, Free, Join, Note, Open, Send
from goldenhour.kernel.commands import Command
from goldenhour.kernel.ids import CommandId, IncidentId, UnitId
from goldenhour.runtime.answers import Accepted
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.address import open_store

AT_ONCE = 12
UNITS = [UnitId(f"m{n}") for n in range(6)]
INCIDENTS = [IncidentId(f"i{n}") for n in range(8)]


def wish(command_id: str) -> Command:
    """The command with this id: the same whoever gives it, and whenever."""
    chance = random.Random(command_id)
    incident, unit = chance.choice(INCIDENTS), chance.choice(UNITS)
    kinds: list[Command] = [
        Open(incident=incident),
        Join(unit=unit),
        Send(incident=incident, unit=unit),
        Send(incident=incident, unit=unit),
        Free(incident=incident, unit=unit),
        Free(incident=incident, unit=unit),
        Note(incident=incident, text=command_id, times=chance.randint(1, 4)),
        Close(incident=incident) if chance.random() < 0.05 else Note(incident=incident, text=command_id),
    ]
    return chance.choice(kinds)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def main(address: str, first: str) -> None:
    runtime = Runtime(REGISTRY, open_store(address), WallClock(), patience_s=30)
    await runtime.start()
    say("ready")

    async def give(command_id: str) -> None:
        say(f"begin {command_id}")
        answer = await runtime.handle(wish(command_id), command_id=CommandId(command_id), by=CLERK)
        if isinstance(answer, Accepted):
            say(f"answer {command_id} accepted {len(answer.facts)}")
        else:
            say(f"answer {command_id} {answer.rule} 0")

    await asyncio.gather(*(give(line.strip()) for line in sys.stdin))

    async def work(worker: int) -> None:
        for n in range(100_000):
            await give(f"{first}.{worker}.{n}")

    await asyncio.gather(*map(work, range(AT_ONCE)))


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
