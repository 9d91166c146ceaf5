"""A state's web service and its client, over loopback: the cases of the compliance test, and the faults between."""

import asyncio
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
import uvicorn
from lxml import etree

from goldenhour.interop.nemsis.rules.report import DataSet, Failure, Report, report_of
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.interop.nemsis.submission import messages, outbox, status
from goldenhour.interop.nemsis.submission.client import CredentialsRefused, SubmissionClient, Unreachable, read_login
from goldenhour.interop.nemsis.submission.messages import Answer, Login
from goldenhour.interop.nemsis.submission.outbox import Outbox
from goldenhour.interop.nemsis.submission.receiver import Accepted, Receiver
from goldenhour.interop.nemsis.submission.sender import FIRST_WAIT_MS, LONGEST_WAIT_MS, work
from goldenhour.interop.nemsis.submission.status import Outcome, meaning

LOGIN = Login(username="agency 49", password="right", organization="Garrett")
NOON_MS = 1_790_000_000_000
HOUR_MS = 3_600_000


class InProcess:
    """A checker without worker processes: the same tiers, called directly."""

    def __init__(self, tiers: Tiers) -> None:
        self._tiers = tiers

    async def check(self, xml: bytes, dataset: DataSet = "EMS", *, path: str = "record") -> Report:
        return self._tiers.check(xml, path=path, expected=dataset).report


class Peer:
    """A receiver that listens on loopback, with what it was delivered."""

    def __init__(self, receiver: Receiver, url: str, store: dict[str, bytes]) -> None:
        self.receiver, self.url, self.store = receiver, url, store


@asynccontextmanager
async def listening(checker: object, **options: object) -> AsyncIterator[Peer]:
    store: dict[str, bytes] = {}

    async def deliver(accepted: Accepted) -> None:
        store.update(dict.fromkeys(accepted.keys, accepted.document))

    receiver = Receiver(checker, logins=(LOGIN,), deliver=deliver, **options)  # type: ignore[arg-type]
    async with on_loopback(receiver) as url:
        yield Peer(receiver, url, store)


class Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, application: object) -> None:
        super().__init__(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
        self.listens = asyncio.Event()

    async def startup(self, sockets: list | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


@asynccontextmanager
async def on_loopback(application: object) -> AsyncIterator[str]:
    server = Server(application)
    task = asyncio.create_task(server.serve())
    await server.listens.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def overdose(official: Path) -> bytes:
    return (official / "pretest/full/2025-EMS-1-Overdose_v351.xml").read_bytes()


@pytest.fixture
def queue(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox.sqlite")


async def test_a_bad_login_is_refused_and_the_queue_waits_for_a_person(
    tiers: Tiers, overdose: bytes, queue: Outbox
) -> None:
    async with listening(InProcess(tiers)) as peer:
        wrong = Login(username=LOGIN.username, password="wrong", organization=LOGIN.organization)
        async with SubmissionClient(peer.url, login=wrong) as client:
            assert (await client.limit()).status == status.BAD_LOGIN
            assert (await client.status("x")).status == status.BAD_LOGIN
            queue.put("a", overdose, data_set="EMS", now_ms=NOON_MS)
            queue.put("b", overdose, data_set="EMS", now_ms=NOON_MS + 1)
            assert await work(queue, client, now_ms=NOON_MS + 2) == 1
        assert [s.state for s in queue.all()].count(outbox.HELD) == 1
        assert peer.store == {}
        assert queue.release(NOON_MS + 10) == 1
        async with SubmissionClient(peer.url, login=LOGIN) as client:
            assert await work(queue, client, now_ms=NOON_MS + 10) == 2


async def test_another_organization_may_not_submit_nor_ask(tiers: Tiers, overdose: bytes) -> None:
    other = Login(username=LOGIN.username, password=LOGIN.password, organization="Elsewhere")
    async with listening(InProcess(tiers)) as peer, SubmissionClient(peer.url, login=other) as client:
        assert (await client.submit(overdose, data_set="EMS")).status == status.NO_ORGANIZATION


async def test_a_valid_record_is_imported_and_a_change_of_it_is_an_update(
    tiers: Tiers, overdose: bytes, queue: Outbox
) -> None:
    key = etree.fromstring(overdose).find(".//{*}PatientCareReport").get("UUID")
    async with listening(InProcess(tiers)) as peer, SubmissionClient(peer.url, login=LOGIN) as client:
        queue.put(key, overdose, data_set="EMS", now_ms=NOON_MS)
        await work(queue, client, now_ms=NOON_MS)
        sent = queue.get(key)
        assert (sent.state, sent.status, bool(sent.handle)) == (outbox.SENT, status.PENDING, True)
        await peer.receiver.settle()
        assert await work(queue, client, now_ms=NOON_MS) == 0, "not before it is time to ask"
        await work(queue, client, now_ms=sent.due_ms)
        assert (queue.get(key).state, queue.get(key).status) == (outbox.ACCEPTED, status.IMPORTED)
        assert set(peer.store) == {key}

        changed = overdose.replace(b"</eRecord.01>", b"9</eRecord.01>", 1)
        queue.put(key, changed, data_set="EMS", now_ms=NOON_MS + HOUR_MS)
        await work(queue, client, now_ms=NOON_MS + HOUR_MS)
        await peer.receiver.settle()
        await work(queue, client, now_ms=NOON_MS + 2 * HOUR_MS)
        assert queue.get(key).state == outbox.ACCEPTED
        assert b"9</eRecord.01>" in peer.store[key]
        assert (await client.submit(changed, data_set="EMS")).status == status.DUPLICATE


@pytest.mark.parametrize(
    ("name", "data_set", "code", "finding"),
    [
        ("2025-EMS-FailXsd_v351.xml", "EMS", status.NOT_SCHEMA_VALID, "eSituation"),
        ("2025-DEM-FailXsd_v351.xml", "DEM", status.NOT_SCHEMA_VALID, "dConfiguration.02"),
        ("2025-EMS-FailSchematron_v351.xml", "EMS", status.ERROR_RULE, "nemSch_e005"),
        ("2025-DEM-FailSchematron_v351.xml", "DEM", status.ERROR_RULE, "nemSch_d016"),
    ],
)
async def test_an_invalid_document_is_refused_with_its_reasons(
    official: Path, tiers: Tiers, name: str, data_set: DataSet, code: int, finding: str
) -> None:
    document = (official / "pretest" / "fail" / name).read_bytes()
    async with (
        listening(InProcess(tiers), immediately=True) as peer,
        SubmissionClient(peer.url, login=LOGIN) as client,
    ):
        answer = await client.submit(document, data_set=data_set)
        assert answer.status == code
        assert any(finding in text for text in answer.findings)
        assert (await client.status(answer.handle)).findings == answer.findings
        assert peer.store == {}


async def test_the_data_set_announced_must_be_the_one_sent(tiers: Tiers, overdose: bytes) -> None:
    async with (
        listening(InProcess(tiers), immediately=True) as peer,
        SubmissionClient(peer.url, login=LOGIN) as client,
    ):
        assert (await client.submit(overdose, data_set="DEM")).status == status.NOT_SCHEMA_VALID


async def test_size_limits_hold_on_both_sides(tiers: Tiers, overdose: bytes, queue: Outbox) -> None:
    async with listening(InProcess(tiers), limit_kb=4) as peer, SubmissionClient(peer.url, login=LOGIN) as client:
        limit = await client.limit()
        assert (limit.status, limit.limit_kb) == (status.LIMIT_KNOWN, 4)
        assert (await client.submit(overdose, data_set="EMS")).status == status.TOO_LARGE
        assert (await client.submit(overdose + b" " * 200_000, data_set="EMS")).status == status.TOO_LARGE
        queue.put("a", overdose, data_set="EMS", now_ms=NOON_MS)
        await work(queue, client, now_ms=NOON_MS, limit_kb=limit.limit_kb)
        assert (queue.get("a").state, queue.get("a").status) == (outbox.REJECTED, status.TOO_LARGE)


async def test_an_unknown_number_is_sent_again(tiers: Tiers, overdose: bytes, queue: Outbox) -> None:
    async with listening(InProcess(tiers)) as first, SubmissionClient(first.url, login=LOGIN) as client:
        queue.put("a", overdose, data_set="EMS", now_ms=NOON_MS)
        await work(queue, client, now_ms=NOON_MS)
        await first.receiver.settle()
    async with listening(InProcess(tiers)) as restarted, SubmissionClient(restarted.url, login=LOGIN) as client:
        await work(queue, client, now_ms=queue.get("a").due_ms)
        assert (queue.get("a").state, queue.get("a").status) == (outbox.WAITING, status.UNKNOWN_HANDLE)
        await work(queue, client, now_ms=queue.get("a").due_ms)
        await restarted.receiver.settle()
        await work(queue, client, now_ms=queue.get("a").due_ms)
        assert queue.get("a").state == outbox.ACCEPTED


async def test_an_unreachable_receiver_is_tried_again_ever_later_and_nothing_is_lost(
    tmp_path: Path, overdose: bytes
) -> None:
    path = tmp_path / "outbox.sqlite"
    async with SubmissionClient("http://127.0.0.1:9/", login=LOGIN) as client:
        with Outbox(path) as queue:
            queue.put("a", overdose, data_set="EMS", now_ms=NOON_MS)
            queue.put("b", overdose, data_set="EMS", now_ms=NOON_MS)
        now_ms, waits = NOON_MS, []
        for _ in range(12):
            with Outbox(path) as queue:  # as after a crash: only the file remains
                assert await work(queue, client, now_ms=now_ms) == 1, "the second would meet the same"
                waits.append(queue.next_due_ms() - now_ms)
                now_ms = queue.next_due_ms()
    assert waits[0] >= FIRST_WAIT_MS
    assert max(waits) <= LONGEST_WAIT_MS * 1.1
    assert sum(waits[-2:]) > sum(waits[:2])
    with Outbox(path) as queue:
        assert {s.state for s in queue.all()} == {outbox.WAITING}
        assert queue.document("b") == overdose


async def test_a_fault_of_the_checker_is_the_receivers_fault_and_never_an_acceptance(
    overdose: bytes, queue: Outbox
) -> None:
    class Broken:
        async def check(self, xml: bytes, dataset: DataSet = "EMS", *, path: str = "record") -> Report:
            raise RuntimeError("the worker died")

    async with listening(Broken(), immediately=True) as peer, SubmissionClient(peer.url, login=LOGIN) as client:
        queue.put("a", overdose, data_set="EMS", now_ms=NOON_MS)
        await work(queue, client, now_ms=NOON_MS)
        waiting = queue.get("a")
        assert (waiting.state, waiting.status) == (outbox.WAITING, status.SERVER_ERROR)
        assert waiting.due_ms >= NOON_MS + FIRST_WAIT_MS
        assert peer.store == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><DropAll/></soap:Body></soap:Envelope>',
    ],
)
async def test_nonsense_gets_a_fault_and_the_service_lives_on(tiers: Tiers, body: bytes) -> None:
    async with listening(InProcess(tiers)) as peer:
        async with httpx.AsyncClient() as http:
            answer = await http.post(peer.url, content=body)
            assert answer.status_code == 500
            with pytest.raises(messages.SoapFault):
                messages.read_answer(answer.content)
            assert b"root:" not in answer.content
            assert (await http.get(peer.url)).status_code == 405
        async with SubmissionClient(peer.url, login=LOGIN) as client:
            assert (await client.limit()).status == status.LIMIT_KNOWN


async def test_an_answer_that_is_no_answer_is_unreachable_not_accepted() -> None:
    async def hello(scope: dict, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<html>It works!</html>"})

    async with on_loopback(hello) as url, SubmissionClient(url, login=LOGIN) as client:
        with pytest.raises(Unreachable, match="HTTP 200"):
            await client.limit()


async def test_the_command_line_checks_queues_sends_and_follows(official: Path, tiers: Tiers, tmp_path: Path) -> None:
    secret = tmp_path / "state.json"
    secret.write_bytes(msgspec.json.encode(LOGIN))
    secret.chmod(0o600)
    box = str(tmp_path / "state.sqlite")
    schemas = ["--schemas", str(official)]
    good = str(official / "pretest/full/2025-EMS-5-CPMIH_v351.xml")
    bad = str(official / "pretest/fail/2025-EMS-FailSchematron_v351.xml")
    code, out, err = await submit(good, bad, "--outbox", box, *schemas)
    assert code == 1
    assert "eSituation.10" in err
    assert "waiting" in out
    async with listening(InProcess(tiers), immediately=True) as peer:
        code, out, _ = await submit("--outbox", box, "--to", peer.url, "--credentials", str(secret), "--json")
        assert (code, msgspec.json.decode(out)["state"]) == (0, "accepted")
        assert len(peer.store) == 1
    code, _, err = await submit("--outbox", box, "--to", "https://state.example/")
    assert (code, "--credentials" in err) == (2, True)


async def submit(*arguments: str) -> tuple[int | None, str, str]:
    program = (
        "import argparse, sys; from goldenhour.run.nemsis import submit as s; p = argparse.ArgumentParser();"
        "s.configure(p); sys.exit(s.run(p.parse_args()))"
    )
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, *arguments, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode, out.decode(), err.decode()


def test_every_message_is_valid_by_the_schema_in_the_wsdl(official: Path, overdose: bytes) -> None:
    wsdl = etree.parse(next((official / "wsdl").glob("*.wsdl")))
    schema = etree.XMLSchema(wsdl.find(".//{http://www.w3.org/2001/XMLSchema}schema"))
    failure = Failure(id="nemSch_e005", role="[ERROR]", location="/a", field="eSituation.10", text="No & no <.")
    answers = [
        Answer(status=-12, handle="h", findings=("eTimes.03, line 1: no",)),
        Answer(status=-14, handle="h", failed=(failure,)),
        Answer(status=1, handle="h"),
        Answer(status=-20, handle="h", server_error="down"),
    ]
    written = [
        messages.submit_data(overdose, data_set="EMS", schema_version="3.5.1", login=LOGIN, note="n"),
        messages.retrieve_status("h", login=LOGIN, note="n"),
        messages.query_limit(login=LOGIN),
        messages.limit_answer(Answer(status=51, limit_kb=10)),
        messages.status_answer(Answer(status=-40, handle="h")),
        *(write(answer) for answer in answers for write in (messages.submit_answer, messages.status_answer)),
    ]
    for message in written:
        body = etree.fromstring(message).find("{http://schemas.xmlsoap.org/soap/envelope/}Body")[0]
        document = etree.fromstring(etree.tostring(body))
        assert schema.validate(document), f"{document.tag}: {schema.error_log}"
    read = messages.read_answer(messages.submit_answer(answers[1]))
    assert read.findings == ("No & no <. (nemSch_e005)",)


def test_a_submitted_document_arrives_unchanged(overdose: bytes) -> None:
    message = messages.submit_data(overdose, data_set="EMS", schema_version="3.5.1", login=LOGIN, note="n")
    arrived = messages.read_request(message)
    assert _canonical(arrived.document) == _canonical(overdose)
    assert (arrived.operation, arrived.login, arrived.data_schema) == ("SubmitData", LOGIN, 61)


def test_credentials_must_be_private_and_never_show(tmp_path: Path) -> None:
    secret = tmp_path / "state.json"
    secret.write_text('{"username": "u", "password": "hunter2", "organization": "o"}')
    secret.chmod(0o644)
    with pytest.raises(CredentialsRefused, match="chmod 600"):
        read_login(secret)
    secret.chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert "hunter2" not in repr(read_login(secret))
    secret.write_text("u:hunter2")
    with pytest.raises(CredentialsRefused) as refused:
        read_login(secret)
    assert "hunter2" not in str(refused.value)


def test_patient_data_goes_over_tls_only() -> None:
    with pytest.raises(ValueError, match="https only"):
        SubmissionClient("http://state.example/", login=LOGIN)


def test_every_status_has_a_meaning_and_unknown_ones_go_to_a_person() -> None:
    assert meaning(-14)[0] is Outcome.REJECTED
    assert meaning(101)[0] is Outcome.ACCEPTED
    assert meaning(-101)[0] is Outcome.REJECTED
    assert meaning(7)[0] is Outcome.HELD


def test_a_document_replaced_while_it_was_being_sent_goes_out_again(queue: Outbox) -> None:
    queue.put("a", b"<old/>", data_set="EMS", now_ms=NOON_MS)
    (sending,) = queue.due(NOON_MS)
    queue.put("a", b"<new/>", data_set="EMS", now_ms=NOON_MS + 1)
    assert not queue.record(sending), "the answer to the old text says nothing about the new one"
    assert queue.get("a").state == outbox.WAITING
    assert queue.document("a") == b"<new/>"


def test_a_report_with_only_warnings_is_imported_with_warnings() -> None:
    warning = Failure(id="x", role="[WARNING]", location="/a", field="eTimes.03", text="later")
    assert report_of("p", failed=(warning,)).valid


def _canonical(document: bytes) -> bytes:
    return etree.tostring(etree.fromstring(document), method="c14n", exclusive=True, with_comments=False)
