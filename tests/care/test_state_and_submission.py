"""A state's own elements in the chart and in the document; locked records go to the state by themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from goldenhour.care import commands as care
from goldenhour.care.facts import Entry
from goldenhour.care.record.collect import EVERYTHING, Collect
from goldenhour.care.record.custom import custom_configuration, custom_errors, custom_findings
from goldenhour.care.record.fill import filled
from goldenhour.care.state import Record, blank
from goldenhour.chain.registry import REGISTRY
from goldenhour.interop.nemsis.submission.client import SubmissionClient
from goldenhour.interop.nemsis.submission.messages import Answer, Login
from goldenhour.interop.nemsis.submission.outbox import Outbox
from goldenhour.kernel.commands import Command
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import AssignmentId, CommandId, IncidentId, RecordId, UnitId
from goldenhour.kernel.instants import Instant
from goldenhour.run.server.state_configuration import BadState, collected
from goldenhour.run.server.submitting import BadReceiver, Submitter, receiver_in
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.memory import MemoryStore

RECORD = RecordId("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
KIM = Actor(id="kim", role="crew", agency="meridian")
NOON = Instant(1_767_600_000_000)
VACCINE = "eHistory.10"


@pytest.fixture(scope="module")
def arizona(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Collect:
    """What the pre-test's state wants, read from an agency's data folder."""
    data = tmp_path_factory.mktemp("data")
    (data / "state.xml").write_bytes((shared / "nemsis/pretest/full/2025-STATE-1_v351.xml").read_bytes())
    return collected(data / "content", data)


def with_result(value: Any) -> dict[str, Any]:
    group = {"id": "r1", "eCustomResults.01": [value], "eCustomResults.02": VACCINE}
    return blank(RECORD) | {"eCustomResults": {"eCustomResults.ResultsGroup": [group]}}


def test_without_a_state_everything_is_collected_and_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert collected(tmp_path, tmp_path) is EVERYTHING
    (tmp_path / "state.xml").write_text("<StateDataSet")
    with pytest.raises(BadState, match=r"state\.xml"):
        collected(tmp_path, tmp_path)


def test_a_states_own_element_is_checked_and_defined_in_the_document_that_uses_it(arizona: Collect) -> None:
    assert custom_findings(with_result("9910055"), arizona) == ()
    (told,) = custom_errors(with_result("measles"), arizona)
    assert "COVID-19" in told
    configuration = custom_configuration(with_result("9910055"), arizona)
    assert configuration is not None
    (definition,) = configuration["eCustomConfiguration.CustomGroup"]
    assert definition["a"] == {"CustomElementID": VACCINE}
    assert custom_configuration(blank(RECORD), arizona) is None


def test_what_the_state_does_not_collect_is_not_reported_rather_than_not_recorded(arizona: Collect) -> None:
    assert arizona.elements is not None
    without = Collect(state="09", elements=frozenset(arizona.elements - {"eTimes.08"}))
    assert filled(blank(RECORD), collect=without)["eTimes"]["eTimes.08"]["nv"] == "7701005"
    assert filled(blank(RECORD), collect=arizona)["eTimes"]["eTimes.08"]["nv"] == "7701003"


class State(SubmissionClient):
    """A state that takes everything, and remembers what."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9/", login=Login(username="u", password="p", organization="o"))
        self.taken: list[bytes] = []

    async def submit(self, document: bytes, **_: Any) -> Answer:
        self.taken.append(document)
        return Answer(status=1, handle=str(len(self.taken)))

    async def limit(self) -> Answer:
        return Answer(status=51, limit_kb=1000)


class Office:
    """A log with one record, and what sends it on."""

    def __init__(self, folder: Path, *, exercise: bool = False) -> None:
        self.clock = JumpingClock(NOON)
        self.store = MemoryStore()
        self.runtime = Runtime(REGISTRY, self.store, self.clock, exercise=exercise)
        self.state = State()
        self.outbox = Outbox(folder / "outbox.sqlite")
        self.count = 0

    def submitter(self) -> Submitter:
        return Submitter(store=self.store, outbox=self.outbox, client=self.state, document=_document, clock=self.clock)

    async def did(self, *commands: Command) -> None:
        for command in commands:
            self.count += 1
            await self.runtime.handle(command, command_id=CommandId(f"c{self.count}"), by=KIM)


def _document(record: Record) -> bytes:
    return f"{record.id} {record.tree.get('ePatient')}".encode()


OPEN = care.OpenRecord(record=RECORD, incident=IncidentId("i1"), assignment=AssignmentId("i1/1"), unit=UnitId("m1"))
LOCK = care.LockRecord(record=RECORD, signed_by="Kim")
AMEND = care.AmendRecord(record=RECORD, signed_by="Kim", reason="age", entries=(Entry(path="ePatient.15", value="54"),))


@asynccontextmanager
async def an_office(folder: Path, *, exercise: bool = False) -> AsyncIterator[Office]:
    office = Office(folder, exercise=exercise)
    await office.runtime.start()
    yield office
    await office.state.close()
    office.outbox.close()
    await office.runtime.stop()


async def test_a_record_goes_out_once_it_is_locked_and_again_once_it_is_amended(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        submitter = office.submitter()
        await office.did(OPEN)
        await submitter.queue()
        assert submitter.of(RECORD) is None
        await office.did(LOCK)
        await submitter.queue()
        waiting = submitter.of(RECORD)
        assert waiting is not None
        assert waiting.state == "waiting"
        await submitter.send()
        accepted = submitter.of(RECORD)
        assert accepted is not None
        assert accepted.state == "accepted"
        await office.did(AMEND)
        await submitter.queue()
        await submitter.send()
        assert [b"54" in document for document in office.state.taken] == [False, True]


async def test_a_server_that_forgot_its_place_sends_nothing_twice(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await office.did(OPEN, LOCK)
        for _ in range(2):
            submitter = office.submitter()
            await office.store.set_position("submission", 0)
            await submitter.queue()
            await submitter.send()
        assert len(office.state.taken) == 1


async def test_a_drill_sends_nothing(tmp_path: Path) -> None:
    async with an_office(tmp_path, exercise=True) as office:
        await office.did(OPEN, LOCK)
        submitter = office.submitter()
        await submitter.queue()
        assert submitter.of(RECORD) is None


async def test_it_follows_the_log_by_itself(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        running = asyncio.create_task(office.submitter().run())
        await office.did(OPEN, LOCK)
        async with asyncio.timeout(10):
            while not office.state.taken:
                await office.store.wait_for_more(0)
                await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert len(office.state.taken) == 1


def test_the_receiver_is_read_from_the_data_folder_and_a_slip_in_it_is_named(tmp_path: Path) -> None:
    assert receiver_in(tmp_path) is None
    file = tmp_path / "submission.yaml"
    file.write_text("endpoint: https://state.example/nemsis\ncredentials: state.json\nsince: 2026-01-01\n")
    receiver = receiver_in(tmp_path)
    assert receiver is not None
    assert receiver.endpoint == "https://state.example/nemsis"
    file.write_text("endpont: https://state.example/nemsis\n")
    with pytest.raises(BadReceiver, match="endpont"):
        receiver_in(tmp_path)
