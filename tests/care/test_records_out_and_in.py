"""Records leave the log as valid documents and come back as the same; bad ones are set aside, breaks do no harm."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from care.conftest import Morning
from goldenhour.care.record.collect import from_state
from goldenhour.care.record.tree import add_group
from goldenhour.care.state import Record
from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.registry import REGISTRY
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.sameness import difference
from goldenhour.interop.nemsis.intake.import_records import AT_ONCE, Outcome, import_records
from goldenhour.interop.nemsis.intake.reports import Incoming, Place, incoming, place_of
from goldenhour.interop.nemsis.rules.resident.sources import documents
from goldenhour.interop.nemsis.rules.resident.wire import Document
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.run.main import main
from goldenhour.run.server.record_checks import finished_document
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.runtime import Runtime
from goldenhour.storage.address import open_store
from goldenhour.storage.memory import MemoryStore


def nemsis(*words: object) -> int:
    return main(["nemsis", *(str(word) for word in words)])


def summary(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    """What the command says in JSON."""
    capsys.readouterr()
    nemsis(*words, "--json")
    said: dict = json.loads(capsys.readouterr().out)
    return said


def same(one: Path, other: Path) -> None:
    """Two folders hold the same documents."""
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    for name in names:
        assert difference((one / name).read_bytes(), (other / name).read_bytes()) is None, name


@pytest.fixture
def exported(morning: Morning, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The morning's locked records."""
    assert summary(capsys, "export", "--store", morning.store, "--out", tmp_path / "out")["written"] >= 5
    return tmp_path / "out"


def test_every_record_of_a_simulated_morning_is_valid_without_an_error(
    morning: Morning, exported: Path, tiers: Tiers
) -> None:
    assert morning.declined == 0
    for path in exported.iterdir():
        report = tiers.check(path.read_bytes(), path=path.name, expected="EMS").report
        assert report.valid, f"{path.name}: {report.xsd} {[one.text for one in report.failed]}"


def test_exported_imported_into_an_empty_log_and_exported_again_is_the_same(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDENHOUR_NEMSIS", str(tmp_path / "nothing installed"))
    log = f"sqlite:{tmp_path / 'new.sqlite'}"
    count = len(list(exported.iterdir()))
    first = summary(capsys, "import", exported, "--store", log)
    assert (first["imported"], first["set_aside"]) == (count, 0), first["faults"]
    assert first["checked_against"].startswith("own checks only")
    nemsis("export", "--store", log, "--out", tmp_path / "again")
    same(exported, tmp_path / "again")
    second = summary(capsys, "import", exported, "--store", log)
    assert (second["imported"], second["updated"], second["unchanged"]) == (0, 0, count)


def test_the_log_that_charted_a_record_does_not_take_it_back_in(
    morning: Morning, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = min(exported.iterdir())
    told = summary(capsys, "import", one, "--store", morning.store)
    assert told["set_aside"] == 1
    assert "charted here" in told["faults"][0]["reasons"][0]


def test_a_record_with_a_states_own_element_is_valid_with_its_definition(
    morning: Morning, official: Path, tiers: Tiers
) -> None:
    record = asyncio.run(_a_record(morning.store))
    group = {"id": "r1", "eCustomResults.01": ["9910055"], "eCustomResults.02": "eHistory.10"}
    tree = add_group(record.tree, "eCustomResults.ResultsGroup", "r1", content=group)
    state = from_state(read_document((official / "pretest/full/2025-STATE-1_v351.xml").read_bytes()).tree)
    agency = Content(default_folder()).agency
    document = finished_document(replace(record, tree=tree), agency, state)
    report = tiers.check(document, path="custom.xml", expected="EMS").report
    assert report.valid, report
    assert b'CustomElementID="eHistory.10"' in document


async def _a_record(address: str) -> Record:
    """One of the log's locked records."""
    store = open_store(address, reading_only=True)
    await store.open()
    try:
        found = [doc async for doc in store.all_entities() if doc.kind == "record" and not doc.is_open]
        record: Record = REGISTRY.read_entity("record", found[0].doc)
        return record
    finally:
        await store.close()


def test_only_what_was_locked_since_is_exported_and_open_charts_only_when_asked_for(
    morning: Morning, exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = len(list(exported.iterdir()))
    later = summary(capsys, "export", "--store", morning.store, "--out", tmp_path / "b", "--since", "2026-01-07")
    assert (later["written"], later["earlier"]) == (0, count)
    everything = summary(capsys, "export", "--store", morning.store, "--out", tmp_path / "c", "--unlocked")
    assert everything["written"] == count + later["open"]
    assert nemsis("export", "--store", morning.store, "--out", tmp_path / "d", "--since", "yesterday") == 2


def test_official_documents_go_in_and_those_that_must_fail_are_set_aside_with_the_reason(
    official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--store", f"sqlite:{tmp_path / 'log.sqlite'}", "--schemas", official, "--workers", "1")
    told = summary(capsys, "import", official / "pretest/full", official / "pretest/fail", *where)
    reasons = {Path(fault["path"]).name: " ".join(fault["reasons"]) for fault in told["faults"]}
    assert told["imported"] == 5
    assert "eSituation.10" in reasons["2025-EMS-FailSchematron_v351.xml"]
    assert "eSituation" in reasons["2025-EMS-FailXsd_v351.xml"]
    assert "no patient care report" in reasons["2025-DEM-1_v351.xml"]
    nemsis("export", *where[:2], "--out", tmp_path / "out")
    nemsis("export", *where[:2], "--out", tmp_path / "national", "--national")
    for folder, extract in (("full", tmp_path / "out"), ("national", tmp_path / "national")):
        for original in (official / "pretest" / folder).glob("*-EMS-*.xml"):
            expected = original.read_bytes()
            assert any(difference(expected, path.read_bytes()) is None for path in extract.iterdir()), original


def test_sample_documents_go_in(official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--store", f"sqlite:{tmp_path / 'log.sqlite'}", "--schemas", official, "--workers", "1")
    samples = sorted((official / "samples/valid/EMS").glob("*.xml"))
    told = summary(capsys, "import", *samples, *where)
    assert told["faults"] == []
    assert told["imported"] + told["updated"] == len(samples)


def test_what_was_set_aside_is_kept_with_the_reason_and_can_be_imported_once_it_is_put_right(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDENHOUR_NEMSIS", str(tmp_path / "nothing installed"))
    broken, cut, whole = tmp_path / "in/broken.xml", tmp_path / "in/cut.xml", tmp_path / "in/whole.xml"
    broken.parent.mkdir()
    good = [path.read_text("utf-8") for path in sorted(exported.iterdir())[:3]]
    broken.write_text(good[0].replace("<eTimes.03>2026", "<eTimes.03>20x6"), "utf-8")
    cut.write_text(good[1][: len(good[1]) // 2], "utf-8")
    whole.write_text(good[2], "utf-8")
    where = ("--store", f"sqlite:{tmp_path / 'log.sqlite'}")
    told = summary(capsys, "import", broken.parent, *where, "--set-aside", tmp_path / "aside")
    assert (told["imported"], told["set_aside"]) == (1, 2)
    reasons = sorted(path.read_text("utf-8") for path in (tmp_path / "aside").glob("*.txt"))
    assert ["eTimes.03" in reasons[0], "not well-formed" in reasons[1]] == [True, True]
    kept = next((tmp_path / "aside").glob("broken.*.xml"))
    kept.write_text(kept.read_text("utf-8").replace("20x6", "2026"), "utf-8")
    assert summary(capsys, "import", kept, *where)["imported"] == 1


class PulledPlug(BaseException):
    """The process ended there."""


async def test_an_import_that_was_broken_off_goes_on_where_it_was(exported: Path, tmp_path: Path) -> None:
    """A large file, cut off in the middle of a batch; nothing is lost, nothing is checked twice but that batch."""
    many = AT_ONCE * 2 + 7
    file = tmp_path / "many.xml"
    found = _many_reports(exported, file, many)
    store = MemoryStore()
    checked: list[str] = []
    outcomes: list[str] = []

    async def check(reports: Sequence[Incoming]) -> list[tuple[str, ...]]:
        checked.extend(one.uuid for one in reports)
        return [()] * len(reports)

    def pull(outcome: Outcome) -> None:
        outcomes.append(outcome.what)
        if len(outcomes) == AT_ONCE + 3:
            raise PulledPlug

    async def take(tell: object) -> int:
        runtime = Runtime(REGISTRY, store, WallClock())
        await runtime.start()
        return await import_records(runtime, found, check=check, tell=tell)  # type: ignore[arg-type]

    with pytest.raises(PulledPlug):
        await take(pull)
    assert len(set(checked)) == 2 * AT_ONCE
    outcomes.clear()
    await take(lambda outcome: outcomes.append(outcome.what))
    assert outcomes == ["unchanged"] * AT_ONCE + ["imported"] * 7
    assert len(checked) == many == len(set(checked))
    facts = [logged.type async for logged in store.all_facts()]
    assert facts == ["RecordImported"] * many
    outcomes.clear()
    await take(lambda outcome: outcomes.append(outcome.what))
    assert outcomes == ["unchanged"] * many


def test_a_place_is_kept_as_one_number() -> None:
    place = Place(documents=12, reports=10_000_000)
    assert place_of(place.as_number()) == place
    assert Place(documents=13).as_number() > place.as_number()


def test_reports_are_taken_from_a_place_on(exported: Path, tmp_path: Path) -> None:
    found = [one for name in ("a", "b") for one in _many_reports(exported, tmp_path / f"{name}.xml", 3, salt=name)]
    everything = [(one.path, one.uuid) for one in incoming(found, start=Place())]
    assert len(everything) == 8
    for place, one in enumerate(incoming(found, start=Place())):
        rest = [(each.path, each.uuid) for each in incoming(found, start=one.after)]
        assert rest == everything[place + 1 :]


def _many_reports(exported: Path, into: Path, count: int, *, salt: str = "a") -> list[Document]:
    """A document of that many reports, each with a UUID of its own."""
    one = min(exported.iterdir())
    text = one.read_text("utf-8")
    start, end = text.index("<PatientCareReport"), text.index("</Header>")
    report = text[start:end]
    reports = (report.replace(one.stem, f"{salt * 8}-0000-4000-8000-{n:012}") for n in range(count))
    into.write_text(text[:start] + "".join(reports) + text[end:], "utf-8")
    return list(documents([str(into)]))
