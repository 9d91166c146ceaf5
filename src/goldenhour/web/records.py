"""Patient care records: the chart, its checks, and the dictionary that forms are drawn from. Every read is audited."""

from hashlib import blake2b
from typing import Any

import msgspec
from litestar import Request, Response, get, post

from goldenhour.care.commands import AmendRecord
from goldenhour.care.facts import Accepted, AddedGroup, Entry
from goldenhour.care.record.checks import Finding, check
from goldenhour.care.record.custom import custom_findings
from goldenhour.care.record.redact import redacted
from goldenhour.care.record.sections import browser_dictionary
from goldenhour.care.state import Addendum, Record
from goldenhour.chain.access import GRANTS, Person, may_read
from goldenhour.chain.record_checks import Checked
from goldenhour.chain.submissions import Submission
from goldenhour.chain.views.records import patient_name
from goldenhour.kernel.commands import Refused
from goldenhour.kernel.ids import AssignmentId, IncidentId, RecordId, UnitId, stream
from goldenhour.kernel.instants import Instant, in_clock_time
from goldenhour.kernel.privacy import Phi
from goldenhour.web.errors import Problem
from goldenhour.web.reading import reader_of
from goldenhour.web.serving import Serving, serving
from goldenhour.web.session import may_ask

Asked = Request[Any, Any, Any]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A whole record. `missing` is what is still to chart, or cannot stand; `submission` is how far it has come on
    its way to the state, None where it is not on its way."""

    id: RecordId
    incident: IncidentId
    assignment: AssignmentId
    unit: UnitId
    patient_number: int
    opened_at: Instant
    locked_at: Instant | None
    signed_by: str
    accepted: tuple[Accepted, ...]
    checked_against: str
    addenda: tuple[Addendum, ...]
    version: int
    tree: Phi[dict[str, Any]]
    missing: tuple[Finding, ...]
    submission: Submission | None


class ChartLine(msgspec.Struct, frozen=True, kw_only=True):
    """A record in a list."""

    id: RecordId
    patient_number: int
    patient: Phi[str]
    unit: UnitId
    locked_at: Instant | None
    missing: int


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An addendum before it is signed (see `AmendRecord`)."""

    record: RecordId
    entries: Phi[tuple[Entry, ...]] = ()
    added: Phi[tuple[AddedGroup, ...]] = ()
    removed: tuple[str, ...] = ()


class Charts(msgspec.Struct, frozen=True, kw_only=True):
    records: tuple[ChartLine, ...]


@get("/api/v1/care/record", guards=[may_ask("record")])
async def chart(request: Asked, record: str) -> Chart:
    """One record with everything in it that this person may see."""
    here = serving(request)
    found = await _record(here, request.state.person, RecordId(record))
    _note(here, request, record)
    return await _chart(here, request.state.person, found)


@get("/api/v1/care/records", guards=[may_ask("record")])
async def charts(request: Asked, incident: str) -> Charts:
    """All records of an incident, locked ones too."""
    here = serving(request)
    known = await here.desk.find("incident", incident)
    if known is None:
        raise Problem(404, "dispatch.incident.unknown", "There is no such incident.")
    prefix = stream("record", "")
    ids = [name.removeprefix(prefix) for name in known.related if name.startswith(prefix)]
    records = [await here.desk.runtime.entity("record", one) for one in ids]
    person: Person = request.state.person
    mine = [one for one in records if one is not None and may_read(person, "record", one, here.desk.unit)]
    _note(here, request, incident)
    return Charts(
        records=tuple(
            ChartLine(
                id=one.id,
                patient_number=one.patient,
                patient=patient_name(one.tree) if GRANTS[person.role].sees_phi else "",
                unit=one.unit,
                locked_at=one.locked_at,
                missing=len(_to_do(here, one)),
            )
            for one in mine
        )
    )


@get("/api/v1/care/check", guards=[may_ask("record")])
async def checked(request: Asked, record: str) -> Checked:
    """What all tiers of checks find in a record as it stands: what would keep it from being locked."""
    here = serving(request)
    found = await _record(here, request.state.person, RecordId(record))
    _note(here, request, record)
    return await here.desk.record_checks.check(found)


@post("/api/v1/care/check-addendum", guards=[may_ask("record")], status_code=200, request_class=reader_of(Draft))
async def addendum_checked(request: Asked, data: Draft) -> Checked:
    """What an addendum that is not signed yet would bring to a locked record: what would keep it from being signed."""
    here = serving(request)
    found = await _record(here, request.state.person, data.record)
    _note(here, request, data.record)
    command = AmendRecord(
        record=data.record, signed_by="", reason="", entries=data.entries, added=data.added, removed=data.removed
    )
    try:
        return await here.desk.check_addendum(command, found)
    except Refused as refused:
        raise Problem(409, refused.rule, in_clock_time(refused.text, here.desk.zone)) from refused


@get("/api/v1/care/record.xml", guards=[may_ask("record")])
async def document(request: Asked, record: str) -> Response[bytes]:
    """A locked record as a NEMSIS document."""
    here = serving(request)
    found = await _record(here, request.state.person, RecordId(record))
    if found.locked_at is None:
        raise Problem(409, "care.export.open", "Lock the record first; an open chart is not exported.")
    _note(here, request, record)
    body = await here.desk.record_checks.document(found)
    name = f'attachment; filename="{found.id}.xml"'
    return Response(body, media_type="application/xml", headers={"Content-Disposition": name})


@get("/api/v1/care/dictionary", guards=[may_ask("dictionary")], sync_to_thread=False)
def dictionary(request: Asked) -> Response[bytes]:
    """The data set's elements, codes and rules, for drawing forms, with what the state chose of them; a browser keeps
    it until it changes."""
    body = browser_dictionary(serving(request).desk.collect)
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


async def _record(here: Serving, person: Person, record: RecordId) -> Record:
    found: Record | None = await here.desk.find("record", record)
    if found is None or not may_read(person, "record", found, here.desk.unit):
        raise Problem(404, "care.record.unknown", "There is no such record, or it is not yours to see.")
    return found


async def _chart(here: Serving, person: Person, record: Record) -> Chart:
    docs = await here.desk.runtime.store.read([stream("record", record.id)])
    sees_all = GRANTS[person.role].sees_phi
    return Chart(
        id=record.id,
        incident=record.incident,
        assignment=record.assignment,
        unit=record.unit,
        patient_number=record.patient,
        opened_at=record.opened_at,
        locked_at=record.locked_at,
        signed_by=record.signed_by if sees_all else "",
        accepted=record.accepted,
        checked_against=record.checked_against,
        addenda=record.addenda if sees_all else (),
        version=docs[stream("record", record.id)].version,
        tree=record.tree if sees_all else redacted(record.tree, "deidentified"),
        missing=_to_do(here, record),
        submission=here.desk.submissions.of(record.id),
    )


def _to_do(here: Serving, record: Record) -> tuple[Finding, ...]:
    """What is still to chart or cannot stand, as the state wants it; another system's record is not ours to finish."""
    if record.imported is not None:
        return ()
    collect = here.desk.collect
    return (*check(record.tree, collect=collect), *custom_findings(record.tree, collect))


def _note(here: Serving, request: Asked, which: str) -> None:
    here.accounts.note_read(request.state.person, "record", which, here.wall.now())


RECORDS = [chart, charts, checked, addendum_checked, document, dictionary]
