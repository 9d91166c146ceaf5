"""Resident workers: they scale, they notice their own death, and they never call a record valid by accident."""

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from rich.console import Console

from goldenhour.interop.nemsis.rules.install import InstallRefused, install_official, install_rules
from goldenhour.interop.nemsis.rules.installed import (
    SchemaFolder,
    SchemasDamaged,
    SchemasMissing,
    find_schemas,
    resolve,
)
from goldenhour.interop.nemsis.rules.report import Failure, Report
from goldenhour.interop.nemsis.rules.resident import bulk
from goldenhour.interop.nemsis.rules.resident.bulk import check_all
from goldenhour.interop.nemsis.rules.resident.checker import RecordChecker
from goldenhour.interop.nemsis.rules.resident.pool import WorkerDied, WorkerPool, WorkerRefused
from goldenhour.interop.nemsis.rules.resident.sources import NoDocuments, Unreadable, documents, read
from goldenhour.interop.nemsis.rules.schematron import RulesRefused
from goldenhour.interop.nemsis.rules.svrl import RulesDidNotRun, failures
from goldenhour.interop.nemsis.rules.tiers import Tiers, Verdict
from goldenhour.interop.nemsis.rules.xsd import Schema, SchemaRefused
from goldenhour.run.nemsis import validate as command


@pytest.fixture
def overdose(official: Path) -> bytes:
    return (official / "pretest/full/2025-EMS-1-Overdose_v351.xml").read_bytes()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def checker(folder: SchemaFolder) -> AsyncIterator[RecordChecker]:
    async with RecordChecker(folder) as started:
        yield started


@pytest.fixture
def installed(official: Path, tmp_path: Path) -> Path:
    install_official(official, home=tmp_path / "nemsis")
    return tmp_path / "nemsis"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_server_checks_a_record_and_a_dead_worker_is_loud_and_replaced(
    checker: RecordChecker, official: Path, overdose: bytes
) -> None:
    good = await checker.check(overdose)
    assert (good.valid, good.failed) == (True, ())
    bad = await checker.check((official / "pretest/fail/2025-EMS-FailSchematron_v351.xml").read_bytes())
    assert [f.field for f in bad.failed] == ["eSituation.10"]
    assert not (await checker.check(overdose, "DEM")).valid, "not the data set that was asked for"

    deaths, (pid,) = checker.deaths, checker.pids
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match="ended with code -9"):
        await checker.check(overdose)
    assert checker.deaths == deaths + 1
    assert (await checker.check(overdose)).valid, "a new worker took over"
    assert checker.pids != (pid,)


@pytest.mark.asyncio(loop_scope="module")
async def test_checks_at_once_all_get_their_own_answer(checker: RecordChecker, official: Path, overdose: bytes) -> None:
    bad = (official / "pretest/fail/2025-EMS-FailXsd_v351.xml").read_bytes()
    reports = await asyncio.gather(*(checker.check(bad if i % 3 == 0 else overdose, path=str(i)) for i in range(12)))
    assert [r.path for r in reports] == [str(i) for i in range(12)]
    assert [r.valid for r in reports] == [i % 3 != 0 for i in range(12)]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_check_given_up_does_not_answer_the_next_one(checker: RecordChecker, overdose: bytes) -> None:
    given_up = asyncio.create_task(checker.check(overdose, path="first"))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert (await checker.check(overdose, path="second")).path == "second"


async def test_bulk_equals_one_by_one_in_order_with_and_without_the_filter(
    folder: SchemaFolder, official: Path, tiers: Tiers
) -> None:
    everything = list(documents([str(official / "pretest")]))
    failing = list(documents([str(official / "pretest" / "fail")]))
    for workers, prefilter, found in ((1, False, failing), (2, True, everything)):
        expected = [tiers.check(read(document), path=document.path).report for document in found]
        async with WorkerPool(folder.root, workers=workers, prepare=("EMS",), prefilter=prefilter) as pool:
            reports = [v.report async for v in check_all(pool, found, workers=workers)]
        assert reports == expected


async def test_a_bulk_check_stops_when_a_worker_dies(folder: SchemaFolder, official: Path) -> None:
    found = list(documents([str(official / "samples" / "valid" / "EMS")])) * 4
    async with WorkerPool(folder.root, workers=1, prepare=("EMS",)) as pool:
        verdicts = check_all(pool, found, workers=1)
        await anext(verdicts)
        for pid in pool.pids:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await asyncio.wait_for(_exhaust(verdicts), 30)


async def _exhaust(verdicts: AsyncIterator[Verdict]) -> None:
    async for _ in verdicts:
        pass


async def test_a_large_file_is_checked_record_by_record_as_one_document(
    folder: SchemaFolder, official: Path, tmp_path: Path, overdose: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WHOLE_BYTES", 5 * len(overdose))
    head, _, rest = overdose.partition(b"<PatientCareReport")
    good = b"<PatientCareReport" + rest.partition(b"</Header>")[0]
    failing = (official / "pretest/fail/2025-EMS-FailSchematron_v351.xml").read_bytes()
    bad = b"<PatientCareReport" + failing.partition(b"<PatientCareReport")[2].partition(b"</Header>")[0]
    count = 7
    header = head[head.index(b"<Header>") :]
    end = b"</Header></EMSDataSet>"
    variants = {
        "good": head + good * count + end,
        "bad": head + good + b"</Header>" + header + good * count + bad + good + end,
        "stray": head + good * count + b"<eRecord/>" + end,
        "cut": head + good * count,
    }
    paths = [tmp_path / f"{name}.xml" for name in variants]
    for path, content in zip(paths, variants.values(), strict=True):
        path.write_bytes(content)
    async with WorkerPool(folder.root, workers=1, prepare=("EMS",), prefilter=True) as pool:
        reports = [v.report async for v in check_all(pool, documents(map(str, paths)), workers=1)]
    assert [r.valid for r in reports] == [True, False, False, False]
    (failure,) = reports[1].failed
    assert "Header[namespace-uri()='http://www.nemsis.org'][2]" in failure.location
    assert f"PatientCareReport[namespace-uri()='http://www.nemsis.org'][{count + 1}]" in failure.location
    assert "eRecord" in reports[2].xsd[0]
    assert "well-formed" in reports[3].xsd[0]


async def test_damaged_schemas_and_hollow_rules_stop_a_worker_at_its_start(installed: Path, official: Path) -> None:
    national = installed / "schematron" / "EMSDataSet.sch"
    whole = national.read_bytes()
    hollow = whole[: whole.index(b"<sch:pattern")] + b"<sch:diagnostics/></sch:schema>"
    toothless = whole.replace(b"test=\"not(@xsi:nil = 'true') and not(@NV)\"", b'test="true()"')
    for content, reason in ((whole[:90_000], "truncated"), (hollow, "no patterns"), (toothless, "made to fail")):
        national.write_bytes(content)
        with pytest.raises(WorkerRefused, match=reason):
            await WorkerPool(installed, prepare=("EMS",)).start()
    national.write_bytes(whole)
    part = installed / "xsd" / "eVitals_v3.xsd"
    part.write_bytes(part.read_bytes()[:5000])
    with pytest.raises(WorkerRefused, match="truncated"):
        await WorkerPool(installed, prepare=("EMS",)).start()
    part.unlink()
    with pytest.raises(WorkerRefused, match="missing"):
        await WorkerPool(installed, prepare=("EMS",)).start()


def test_an_installed_copy_that_was_changed_is_noticed(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDENHOUR_NEMSIS", str(installed))
    assert set(resolve(None).xsd) == {"EMS", "DEM", "State"}
    (installed / "schematron" / "DEMDataSet.sch").write_bytes(b"<x/>")
    with pytest.raises(SchemasDamaged, match="install the schemas again"):
        resolve(None)


def test_installing_from_an_archive_in_another_layout_and_adding_state_rules(official: Path, tmp_path: Path) -> None:
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in (official / "xsd" / "full").glob("*.xsd"):
            made.write(path, f"NEMSIS_XSDs/XSDs/{path.name}")
        for path in (official / "xsd" / "national").glob("*.xsd"):
            made.write(path, f"NEMSIS_XSDs/National/{path.name}")
        for path in (official / "schematron").glob("*.sch"):
            made.write(path, f"Schematron/rules/{path.name}")
            made.writestr(f"Schematron/development/{path.name}", "<not-to-be-read/>")
    home = tmp_path / "home" / "nemsis"
    installed = install_official(archive, home=home)
    assert (home / "xsd" / "EMSDataSet_v3.xsd").read_bytes() == (official / "xsd/full/EMSDataSet_v3.xsd").read_bytes()
    assert len(installed.rules) == 3
    install_rules([official / "pretest" / "schematron"], owner="state", home=home)
    assert len(find_schemas(home).rules_for("EMS")) == 2
    install_official(archive, home=home)
    assert len(find_schemas(home).rules_for("EMS")) == 2, "the state's rules stay"


def test_what_cannot_be_installed_changes_nothing(installed: Path, official: Path, tmp_path: Path) -> None:
    before = {p: p.read_bytes() for p in installed.rglob("*") if p.is_file()}
    broken = tmp_path / "broken"
    (broken / "schematron").mkdir(parents=True)
    for path in (official / "xsd" / "full").glob("*.xsd"):
        (broken / path.name).write_bytes(path.read_bytes())
    with pytest.raises(SchemasMissing, match="no Schematron"):
        install_official(broken, home=installed)
    for path in (official / "schematron").glob("*.sch"):
        (broken / "schematron" / path.name).write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(RulesRefused, match="truncated"):
        install_official(broken, home=installed)
    with pytest.raises(SchemasMissing, match="neither a folder nor a zip"):
        install_official(official / "schematron" / "EMSDataSet.sch", home=installed)
    with pytest.raises(InstallRefused, match="install the official schemas first"):
        install_rules([official / "pretest" / "schematron"], owner="state", home=tmp_path / "nowhere")
    assert before == {p: p.read_bytes() for p in installed.rglob("*") if p.is_file()}


def test_a_schema_that_accepts_anything_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "EMSDataSet_v3.xsd"
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.nemsis.org">'
        '<xs:element name="EMSDataSet"/></xs:schema>'
    )
    with pytest.raises(SchemaRefused, match="not the official schema"):
        Schema(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<s:active-pattern/><s:active-pattern/>",
        '<s:active-pattern/><f:finished xmlns:f="urn:goldenhour:nemsis:rules"/>',
    ],
    ids=["nothing ran", "did not finish", "a pattern is missing"],
)
def test_a_report_of_rules_that_did_not_run_is_no_clean_report(content: str) -> None:
    namespace = "http://purl.oclc.org/dsdl/svrl"
    svrl = f'<s:schematron-output xmlns:s="{namespace}">{content}</s:schematron-output>'
    with pytest.raises(RulesDidNotRun):
        failures(svrl, patterns=2)


def test_the_command_line_gives_one_json_line_a_document_and_the_exit_code(
    official: Path, tmp_path: Path, overdose: bytes
) -> None:
    archive = tmp_path / "batch.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a/one.xml", overdose)
        made.writestr("bomb.xml", b"<a>" + b" " * 20_000_000 + b"</a>")
    failing = official / "pretest/fail/2025-EMS-FailSchematron_v351.xml"
    done = validate([str(archive), str(failing), "--svrl", str(tmp_path / "svrl")], official)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [set(line) for line in lines] == [{"path", "valid", "xsd", "failed"}] * 3
    assert [line["valid"] for line in lines] == [True, False, False]
    assert "unpack" in lines[1]["xsd"][0]
    assert set(lines[2]["failed"][0]) == {"id", "role", "location", "field", "text"}
    reports = sorted(path.name for path in (tmp_path / "svrl").iterdir())
    assert len(reports) == 2
    assert b"fired-rule" in (tmp_path / "svrl" / reports[0]).read_bytes()

    done = validate([str(official / "pretest" / "national"), "--invalid"], official)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("6 documents: 6 valid, 0 not.")
    for wrong in ([str(tmp_path / "nothing.xml")], [str(tmp_path / "svrl" / "..") + "/empty"]):
        done = validate(wrong, official)
        assert (done.returncode, done.stdout) == (2, "")
        assert "is not there" in done.stderr


def test_a_folder_without_documents_is_an_error_not_a_success(tmp_path: Path) -> None:
    with pytest.raises(NoDocuments, match="holds no"):
        list(documents([str(tmp_path)]))


def test_what_cannot_be_read_in_a_folder_does_not_keep_the_rest_from_being_checked(
    tmp_path: Path, overdose: bytes
) -> None:
    (tmp_path / "one.xml").write_bytes(overdose)
    (tmp_path / "._one.xml").write_bytes(b"what a Mac puts beside it")
    (tmp_path / "broken.zip").write_bytes(b"no archive")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as made:
        made.writestr("readme.txt", "no record")
        made.writestr("__MACOSX/._two.xml", "no record either")
    found = list(documents([str(tmp_path)]))
    assert [Path(one.path).name for one in found] == ["broken.zip", "one.xml", "other.zip"]
    assert read(found[1]) == overdose
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        read(found[0])
    with pytest.raises(Unreadable, match=r"holds no \.xml"):
        read(found[2])
    with pytest.raises(NoDocuments, match="not a readable zip"):
        list(documents([str(tmp_path / "broken.zip")]))


def test_verdicts_go_to_the_file_they_are_sent_to_also_while_a_bar_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(command, "Console", lambda stderr: Console(file=shown, force_terminal=stderr))
    with command._progress() as progress:
        progress.add_task("checking", total=1, invalid=0)
        command._show(Report(path="one.xml", valid=True, xsd=(), failed=()), as_json=False)
    assert capsys.readouterr().out == "one.xml: valid\n"
    assert "not valid" in shown.getvalue()


def test_a_check_of_many_ends_with_what_failed_most_errors_first() -> None:
    def failed(id: str, role: str) -> Failure:
        return Failure(id=id, role=role, location="", field="", text="")

    tally = command._Tally()
    warning, error = failed("w1", "[WARNING]"), failed("e1", "[ERROR]")
    for valid, xsd, failures_there in [
        (True, (), (warning, warning)),
        (False, (), (warning, error)),
        (False, ("incomplete",), ()),
    ]:
        tally.add(Report(path="", valid=valid, xsd=xsd, failed=failures_there))
    assert tally.told().split("\n") == [
        "3 documents: 1 valid, 2 not.",
        "       1  not by the schema",
        "       1  error e1",
        "       2  warning w1",
    ]


def validate(arguments: list[str], official: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import argparse, sys; from goldenhour.run.nemsis import validate as v; p = argparse.ArgumentParser();"
        "v.configure(p); sys.exit(v.run(p.parse_args()))"
    )
    words = [sys.executable, "-c", program, *arguments, "--schemas", str(official), "--json"]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
