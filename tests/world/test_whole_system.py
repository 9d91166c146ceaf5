"""The whole system under simulated people: invariants at the end, with and without faults at the boundary.

A failing seed is printed by pytest as the test's parameter; add it to SEEDS.
"""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.json import decode

from goldenhour.call_taking.state import Call, CallState
from goldenhour.care.record.checks import check
from goldenhour.care.state import Record
from goldenhour.chain.desk import Desk
from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import Incident, Unit, out_of_order
from goldenhour.handoff.state import Handover
from goldenhour.kernel.codec import encode
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId
from goldenhour.kernel.instants import later
from goldenhour.runtime.answers import Accepted, Answer
from goldenhour.runtime.replay import Replay
from goldenhour.world.world import World
from world.simulated import a_desk, loaded, some_hours

SEEDS = [11, 12, 13]
FAULTY_SEEDS = [21, 22, 23]


async def everything(desk: Desk, kind: str) -> list[Any]:
    store, registry = desk.runtime.store, desk.runtime.registry
    return [registry.read_entity(kind, doc.doc) async for doc in store.all_entities() if doc.kind == kind]


async def assert_sound(desk: Desk) -> None:
    """Whatever happened, these hold."""
    incidents: list[Incident] = await everything(desk, "incident")
    parts = {one.id: one for incident in incidents for one in incident.assignments.values()}
    units: list[Unit] = await everything(desk, "unit")
    for unit in units:
        active = [one.id for one in parts.values() if one.unit == unit.id and one.is_active]
        assert sorted(active) == sorted(one.id for one in unit.assignments), unit.id
        assert len([one for one in active if not parts[one].override]) <= 1, (
            f"{unit.id} is bound twice by nobody's will"
        )
    for one in parts.values():
        known = list(one.times)
        flagged = set(out_of_order(one.times))
        assert flagged <= set(known)
        if not flagged:
            in_field_order = [at for moment, at in sorted(one.times.items(), key=lambda pair: _place(pair[0]))]
            assert in_field_order == sorted(in_field_order), one.id
    now = desk.clock.now()
    calls: list[Call] = await everything(desk, "call")
    for call in calls:
        assert call.is_open or call.ended_at is not None, call.id
        assert not call.is_open or now - call.rang_at < 30 * 60_000, f"call {call.number} was forgotten"
        if call.state is CallState.ENDED:
            assert call.incident is not None, f"call {call.number} ended and led nowhere"
    records: list[Record] = await everything(desk, "record")
    for record in records:
        if record.locked_at is not None:
            assert not [finding for finding in check(record.tree) if finding.kind == "fault"], record.id
            assert record.signed_by
    handovers: list[Handover] = await everything(desk, "handover")
    for handover in handovers:
        if handover.handed_over_at is not None:
            assert len(handover.signatures) == 2
            assert handover.arrived_at is not None
            assert handover.arrived_at <= handover.handed_over_at
    replayed = await Replay(desk.runtime.registry, desk.runtime.store).run()
    assert replayed.differences == 0, replayed.shown


def _place(moment: Any) -> int:
    return list(Moment).index(moment)


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_quiet_and_a_busy_morning_end_soundly(county: Path, seed: int) -> None:
    async with some_hours(county, seed=seed, hours=2.5, rate=3) as desk:
        assert desk.runtime.seq > 1000
        await assert_sound(desk)


class Unreliable:
    """What is said to the desk is lost, repeated, late or out of turn: a bad radio link with retries.

    Each command keeps its id, so a repeat is the same wish. A lost one is said again later, as a tablet does.
    """

    def __init__(self, desk: Desk, seed: int) -> None:
        self._submit = desk.submit
        self._random = Random(f"faults:{seed}")
        self._later: list[tuple[Command, CommandId, Actor]] = []
        self.faults = dict.fromkeys(("repeated", "delayed", "out of turn"), 0)
        desk.submit = self.submit  # type: ignore[method-assign] - the fault sits exactly at the boundary

    async def submit(self, command: Command, *, command_id: CommandId, by: Actor) -> Answer:
        if self._later and self._random.random() < 0.5:
            self.faults["out of turn"] += 1
            await self._one_of_the_late()
        if self._random.random() < 0.06:
            self.faults["delayed"] += 1
            self._later.append((command, command_id, by))
            return Accepted(seq=0, facts=())
        answer = await self._submit(command, command_id=command_id, by=by)
        if self._random.random() < 0.15:
            self.faults["repeated"] += 1
            again = await self._submit(command, command_id=command_id, by=by)
            assert type(again) is type(answer)
            if isinstance(answer, Accepted) and isinstance(again, Accepted):
                assert decode(encode(again.facts)) == decode(encode(answer.facts)), "a repeat gets the first answer"
        return answer

    async def _one_of_the_late(self) -> None:
        command, command_id, by = self._later.pop(self._random.randrange(len(self._later)))
        await self._submit(command, command_id=command_id, by=by)


@pytest.mark.parametrize("seed", FAULTY_SEEDS)
async def test_a_bad_link_breaks_nothing(county: Path, seed: int) -> None:
    """Calls may stall when their next step got lost, so only what must hold of what did happen is asserted."""
    desk = a_desk(county)
    await desk.start()
    link = Unreliable(desk, seed)
    world = World(desk, loaded(county)[0], seed=seed, rate=3, report_every_s=60)
    await world.begin()
    await world.run_until(later(desk.clock.now(), 2 * 3600))
    assert all(link.faults.values()), link.faults
    incidents: list[Incident] = await everything(desk, "incident")
    assert len(incidents) > 5
    parts = [one for incident in incidents for one in incident.assignments.values()]
    units: list[Unit] = await everything(desk, "unit")
    bound = {(one.unit, one.id) for one in parts if one.is_active}
    assert bound == {(unit.id, one.id) for unit in units for one in unit.assignments}
    for unit in units:
        willing = [one for one in parts if one.unit == unit.id and one.is_active and not one.override]
        assert len(willing) <= 1, (unit.id, seed)
    for record in await everything(desk, "record"):
        assert record.locked_at is None or not [one for one in check(record.tree) if one.kind == "fault"], seed
    replayed = await Replay(desk.runtime.registry, desk.runtime.store).run()
    assert replayed.differences == 0, (seed, replayed.shown)
    await desk.stop()
