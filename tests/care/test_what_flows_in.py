"""Dispatch's times flow into open charts by themselves, and never over what the crew wrote."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from goldenhour.care import commands as care
from goldenhour.care.facts import Entry
from goldenhour.care.record.tree import element_at, groups_at
from goldenhour.care.state import Record
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.dispatch import commands as dispatch
from goldenhour.dispatch.facts import CrewMember, Moment, UnitKind
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import AssignmentId, BookId, CommandId, IncidentId, PostId, RecordId, UnitId
from goldenhour.kernel.instants import Instant, as_iso
from goldenhour.kernel.levels import Level, Skill
from goldenhour.runtime.answers import Accepted
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.storage.memory import MemoryStore

BEGIN = Instant(1_767_600_000_000)
MINUTE_MS = 60_000
KIM = Actor(id="kim", role="dispatcher", agency="meridian")
INCIDENT = IncidentId("i1")
RECORDS = {
    "m1": RecordId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
    "e1": RecordId("7f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
}


class Shift:
    """A desk at work on one incident; each command a minute after the one before."""

    def __init__(self, desk: Desk, clock: JumpingClock) -> None:
        self.desk, self.clock = desk, clock
        self.at: dict[str, str] = {}

    async def did(self, command: Command) -> None:
        self.clock.jump_to(Instant(self.clock.now() + MINUTE_MS))
        answer = await self.desk.submit(command, command_id=CommandId(str(uuid4())), by=KIM)
        assert isinstance(answer, Accepted), answer

    async def sent(self, unit: str, kind: UnitKind, *skills: Skill) -> None:
        crew = tuple(CrewMember(id=f"{unit}-{n}", name=f"Crew {n}", skill=skill) for n, skill in enumerate(skills))
        await self.did(
            dispatch.RegisterUnit(
                unit=UnitId(unit), call_sign=unit, kind=kind, skill=skills[0], agency="a", post=PostId("p")
            )
        )
        await self.did(dispatch.GoOnDuty(unit=UnitId(unit), crew=crew))
        await self.did(dispatch.AssignUnit(incident=INCIDENT, unit=UnitId(unit), choice=dispatch.Choice(slot="als")))

    async def opened(self, unit: str, *, patient: int = 1, record: RecordId | None = None) -> None:
        await self.did(
            care.OpenRecord(
                record=record or RECORDS[unit],
                incident=INCIDENT,
                assignment=self.assignment(unit),
                unit=UnitId(unit),
                patient=patient,
            )
        )

    def assignment(self, unit: str) -> AssignmentId:
        incident = self.desk.boards.open.get("incident", INCIDENT)
        return next(one.id for one in incident.assignments.values() if one.unit == unit)

    async def status(self, unit: str, *moments: Moment) -> None:
        for moment in moments:
            await self.did(
                dispatch.ReportStatus(
                    incident=INCIDENT, unit=UnitId(unit), assignment=self.assignment(unit), status=moment
                )
            )
            self.at[f"{unit} {moment.value}"] = as_iso(self.clock.now(), self.desk.zone)

    async def charted(self, unit: str, path: str, value: Any) -> None:
        await self.did(care.ChartElements(record=RECORDS[unit], entries=(Entry(path=path, value=value),)))

    def record(self, unit: str) -> Record:
        found: Record = self.desk.boards.open.get("record", RECORDS[unit])
        return found

    def says(self, unit: str, path: str) -> Any:
        return element_at(self.record(unit).tree, path)


@pytest.fixture
async def shift() -> AsyncIterator[Shift]:
    clock = JumpingClock(BEGIN)
    desk = Desk(store=MemoryStore(), clock=clock, content=Content(default_folder()))
    await desk.start()
    one = Shift(desk, clock)
    await one.did(dispatch.OpenIncident(incident=INCIDENT, book=BookId("x"), level=Level.L1))
    await one.sent("m1", UnitKind.AMBULANCE, Skill.PARAMEDIC, Skill.EMT, Skill.EMT)
    yield one
    await desk.stop()


async def test_times_known_before_and_after_the_chart_was_opened_stand_in_it(shift: Shift) -> None:
    await shift.status("m1", Moment.EN_ROUTE, Moment.ON_SCENE)
    await shift.opened("m1")
    await shift.status("m1", Moment.AT_PATIENT)
    for element, moment in (("eTimes.05", "en_route"), ("eTimes.06", "on_scene"), ("eTimes.07", "at_patient")):
        assert shift.says("m1", element) == shift.at[f"m1 {moment}"]
    assert shift.says("m1", "eTimes.13") is None
    assert shift.says("m1", "eResponse.13") == "m1"


async def test_what_the_crew_charted_or_cleared_is_left_alone(shift: Shift) -> None:
    await shift.opened("m1")
    await shift.charted("m1", "eTimes.06", "2026-01-05T09:00:00+00:00")
    await shift.status("m1", Moment.EN_ROUTE, Moment.ON_SCENE, Moment.AT_PATIENT)
    assert shift.says("m1", "eTimes.06") == "2026-01-05T09:00:00+00:00"
    await shift.charted("m1", "eTimes.05", None)
    await shift.status("m1", Moment.LEFT_SCENE)
    assert shift.says("m1", "eTimes.05") is None


async def test_a_time_taken_back_or_corrected_is_cleared_or_corrected_in_the_chart(shift: Shift) -> None:
    await shift.opened("m1")
    await shift.status("m1", Moment.EN_ROUTE, Moment.ON_SCENE)
    where: dict[str, Any] = {"incident": INCIDENT, "unit": UnitId("m1"), "assignment": shift.assignment("m1")}
    await shift.did(dispatch.WithdrawStatus(**where, moment=Moment.ON_SCENE, reason="wrong button"))
    assert shift.says("m1", "eTimes.06") is None
    assert shift.says("m1", "eScene.01") is None
    earlier = Instant(shift.clock.now() - 90_000)
    await shift.did(dispatch.CorrectTime(**where, moment=Moment.EN_ROUTE, to=earlier, reason="late entry"))
    assert shift.says("m1", "eTimes.05") == as_iso(earlier, shift.desk.zone)


async def test_a_cancelled_unit_is_cancelled_and_back_in_service_at_that_time(shift: Shift) -> None:
    await shift.opened("m1")
    await shift.status("m1", Moment.EN_ROUTE)
    await shift.did(
        dispatch.CancelAssignment(
            incident=INCIDENT, unit=UnitId("m1"), assignment=shift.assignment("m1"), reason="not needed"
        )
    )
    now = as_iso(shift.clock.now(), shift.desk.zone)
    assert (shift.says("m1", "eTimes.14"), shift.says("m1", "eTimes.13")) == (now, now)


async def test_a_patient_who_leaves_with_another_unit_was_given_over_by_then(shift: Shift) -> None:
    await shift.sent("e1", UnitKind.FIRST_RESPONDER, Skill.EMT)
    await shift.opened("e1")
    await shift.status("e1", Moment.EN_ROUTE, Moment.ON_SCENE, Moment.AT_PATIENT)
    await shift.opened("m1")
    await shift.status("m1", Moment.EN_ROUTE, Moment.ON_SCENE, Moment.AT_PATIENT)
    assert (shift.says("e1", "eScene.01"), shift.says("m1", "eScene.01")) == ("9923003", "9923001")
    assert shift.says("e1", "eTimes.08") is None
    await shift.status("m1", Moment.LEFT_SCENE)
    assert shift.says("e1", "eTimes.08") == shift.at["m1 left_scene"]
    assert shift.says("m1", "eTimes.08") is None


async def test_the_crew_stands_in_the_chart_by_role_and_stays_out_once_the_crew_took_it_out(shift: Shift) -> None:
    await shift.opened("m1")
    crew = groups_at(shift.record("m1").tree, "eCrew.CrewGroup")
    assert [one["eCrew.03"] for one in crew] == [["2403011", "2403013"], ["2403001", "2403003"], ["2403007", "2403009"]]
    assert [one["eCrew.02"] for one in crew] == ["9925007", "9925005", "9925005"]
    for one in crew:
        path = f"eCrew.CrewGroup[{one['id']}]"
        await shift.did(care.RemoveGroup(record=RECORDS["m1"], path=path, reason="other crew today"))
    await shift.status("m1", Moment.EN_ROUTE)
    assert groups_at(shift.record("m1").tree, "eCrew.CrewGroup") == []


async def test_two_patients_of_one_unit_have_records_of_different_numbers(shift: Shift) -> None:
    await shift.opened("m1")
    await shift.opened("m1", patient=2, record=RECORDS["e1"])
    assert shift.says("m1", "eRecord.01") != shift.says("e1", "eRecord.01")
    assert shift.says("m1", "eResponse.04") == shift.says("e1", "eResponse.04")


async def test_what_stands_already_is_not_charted_again(shift: Shift) -> None:
    await shift.opened("m1")
    before = len(await shift.desk.runtime.store.facts_of(f"record:{RECORDS['m1']}"))
    await shift.status("m1", Moment.EN_ROUTE)
    after = len(await shift.desk.runtime.store.facts_of(f"record:{RECORDS['m1']}"))
    assert after - before == 1
