"""Two app nodes on one PostgreSQL: however many want a unit at once, one gets it and the others are told why not."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from depot.postgres import new_database
from goldenhour.chain.registry import REGISTRY
from goldenhour.dispatch.commands import GoOnDuty, OpenIncident, RegisterUnit
from goldenhour.dispatch.facts import CrewMember, UnitKind
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import BookId, CommandId, IncidentId, PostId, UnitId
from goldenhour.kernel.levels import Level, Skill
from goldenhour.runtime.answers import Accepted
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.replay import Replay
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.address import open_store

TESTS = Path(__file__).resolve().parent.parent
ATTEMPTS = 100
NODES = ("a", "b")
CHIEF = Actor(id="chief", role="supervisor", agency="county")


async def a_county(address: str) -> None:
    """One unit on duty, and an incident for every attempt."""
    runtime = Runtime(REGISTRY, open_store(address), WallClock())
    await runtime.start()
    medic = RegisterUnit(
        unit=UnitId("m1"),
        call_sign="Medic 1",
        kind=UnitKind.AMBULANCE,
        skill=Skill.PARAMEDIC,
        agency="county",
        post=PostId("p1"),
    )
    crew = (CrewMember(id="kim", name="Kim", skill=Skill.PARAMEDIC),)
    wishes = [medic, GoOnDuty(unit=UnitId("m1"), crew=crew)]
    for node in NODES:
        for n in range(ATTEMPTS):
            # a book each, for here nobody cares about numbers and they would be given out one after another
            book = BookId(f"incidents/{node}.{n}")
            wishes.append(OpenIncident(incident=IncidentId(f"i{node}.{n}"), book=book, level=Level.L1))
    for n, wish in enumerate(wishes[:2]):
        assert isinstance(await runtime.handle(wish, command_id=CommandId(f"s{n}"), by=CHIEF), Accepted)
    opened = await asyncio.gather(
        *(runtime.handle(wish, command_id=CommandId(f"o{n}"), by=CHIEF) for n, wish in enumerate(wishes[2:]))
    )
    assert all(isinstance(one, Accepted) for one in opened)
    await runtime.stop()


def start(address: str, node: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "depot.rush", address, node, str(ATTEMPTS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    )


def say(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def rush(address: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All answers that the nodes gave, and what each knows in the end."""
    nodes = [start(address, node) for node in NODES]
    try:
        for process in nodes:
            assert hear(process) == "ready\n"
        for process in nodes:
            say(process)
        answers = [msgspec.json.decode(hear(process)) for process in nodes for _ in range(ATTEMPTS)]
        for process in nodes:
            say(process)
        return answers, [msgspec.json.decode(hear(process)) for process in nodes]
    finally:
        for process in nodes:
            process.kill()
            process.communicate()


def test_two_hundred_attempts_to_send_one_unit_give_one_assignment_and_clear_refusals(postgres: str) -> None:
    address = new_database(postgres)
    asyncio.run(a_county(address))
    answers, knowledge = rush(address)
    sent = [answer for answer in answers if answer["answer"] == "accepted"]
    refused = [answer for answer in answers if answer["answer"] == "refused"]
    assert (len(sent), len(refused)) == (1, 2 * ATTEMPTS - 1)
    assert {(answer["rule"], answer["text"]) for answer in refused} == {
        (
            "dispatch.assign.unit_committed",
            "Medic 1 is committed (notified); divert it, or give a reason to send it to both.",
        )
    }
    (fact, _) = sent[0]["facts"]
    assert [one["incident"] for one in knowledge[0]["unit"]["assignments"]] == [fact["incident"]]
    assert knowledge[0]["unit"] == knowledge[1]["unit"]
    assert knowledge[0]["seq"] == knowledge[1]["seq"]
    assert knowledge[0]["told"] == knowledge[1]["told"] == [sent[0]["seq"]]
    asyncio.run(looked_through(address))


async def looked_through(address: str) -> None:
    store = open_store(address)
    await store.open()
    assert [fact.type for fact in await store.facts_of("unit:m1")].count("UnitAssigned") == 1
    assert (await Replay(REGISTRY, store).run()).shown == ()
    await store.close()
