"""Whose is what: the centre serves every agency of its region; an agency's people act on and read what is their own.

`SCOPE` and `OTHERS_SEE` are written by hand, apart from `chain/access.py`: a new role, view or question that nobody
decided on fails here.
"""

from argparse import ArgumentParser
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from goldenhour.chain.access import GRANTS, Person, Role, Scope
from goldenhour.run import user
from goldenhour.web.live import audience_of
from web.office import PLACE, RECORD, STAFF, Office, an_office
from web.test_access import MAY, body_of, route_of

SCOPE = {
    Role.CALL_TAKER: Scope.REGION,
    Role.DISPATCHER: Scope.REGION,
    Role.CREW: Scope.UNIT,
    Role.HOSPITAL: Scope.FACILITY,
    Role.SUPERVISOR: Scope.AGENCY,
    Role.MEDICAL_DIRECTOR: Scope.AGENCY,
    Role.PLANNER: Scope.AGENCY,
    Role.ADMIN: Scope.AGENCY,
}
OF_AGENCIES = [role for role, scope in SCOPE.items() if scope is Scope.AGENCY]
OTHERS_SEE = {
    "calls": "plain",
    "incidents": "plain",
    "units": "plain",
    "handovers": "nothing",
    "records": "nothing",
    "positions": "all",
    "facilities": "all",
    "desk": "all",
    "health": "all",
}
"""What an agency's people see of the rows that are not theirs; plain: all but what identifies patients."""

IN_COMMON = {"RegisterFacility"}
"""Hospitals are everybody's to know."""

SECRETS = ("SECRET", PLACE["label"], "555-0100")


def of(agency: str, role: Role) -> Person:
    return Person(id=f"{agency or 'nobody'}-{role.value}", name=role.value, role=role, agency=agency)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """Meridian's M1 at work on incident i1, Tamarack's T1 on duty with nothing to do."""
    async with an_office() as one:
        await one.work()
        await register(one, of("tamarack", Role.ADMIN), "t1", "tamarack")
        await one.did(
            Role.DISPATCHER, "dispatch/go-on-duty", unit="t1", crew=[{"id": "t1-lee", "name": "Lee", "skill": "emt"}]
        )
        yield one


async def register(office: Office, who: Person, unit: str, agency: str) -> None:
    place = {"kind": "ambulance", "skill": "emt", "post": "p1"}
    await office.did(who, "dispatch/register-unit", unit=unit, call_sign=unit.upper(), agency=agency, **place)


async def send_t1(office: Office) -> None:
    await office.did(Role.DISPATCHER, "dispatch/assign-unit", incident="i1", unit="t1", choice={"slot": "bls"})


def test_the_reach_of_every_role_is_decided() -> None:
    assert {role: grant.scope for role, grant in GRANTS.items()} == SCOPE


@pytest.mark.parametrize("agency", ["tamarack", ""], ids=["another agency", "no agency"])
@pytest.mark.parametrize("role", OF_AGENCIES)
async def test_no_command_reaches_what_is_anothers(office: Office, agency: str, role: Role) -> None:
    """Every command of the role, about Meridian's unit, incident, call and record."""
    client = await office.client(of(agency, role))
    for name in sorted(MAY[role]):
        answer = await client.post(f"/api/v1/{route_of(name)}", json=body_of(name, role))
        allowed = name in IN_COMMON and agency != ""
        assert (answer.status_code != 403) == allowed, (name, answer.text)


async def test_a_supervisor_commands_their_own_units_on_their_own_incidents(office: Office) -> None:
    theirs, ours = of("tamarack", Role.SUPERVISOR), STAFF[Role.SUPERVISOR]
    await office.did(theirs, "dispatch/take-out-of-service", unit="t1", reason="brakes")
    await office.did(theirs, "dispatch/return-to-service", unit="t1")
    note = {"incident": "i1", "text": "two patients"}
    refused = await office.give(theirs, "dispatch/note-incident", **note)
    assert refused.status_code == 403
    assert "units of tamarack and what one of them has a part in" in refused.json()["error"]["text"]
    await send_t1(office)
    await office.did(theirs, "dispatch/note-incident", **note)
    await office.did(ours, "dispatch/note-incident", **note)
    cancel = {"incident": "i1", "reason": "stood down"}
    for who, unit, assignment in ((theirs, "m1", "i1/1"), (ours, "t1", "i1/2")):
        answer = await office.give(who, "dispatch/cancel-assignment", unit=unit, assignment=assignment, **cancel)
        assert answer.status_code == 403, "a unit on the same incident is still its own agency's"
    await office.did(theirs, "dispatch/cancel-assignment", unit="t1", assignment="i1/2", **cancel)


async def test_what_is_sent_together_must_all_be_ones_own(office: Office) -> None:
    """Else one's own unit would carry another's along."""
    both = {"incident": "i1", "units": ["m2", "t1"], "choices": [{"slot": "als"}, {"slot": "bls"}]}
    assert (await office.give(STAFF[Role.SUPERVISOR], "dispatch/send-plan", **both)).status_code == 403
    own = {"incident": "i1", "units": ["m2"], "choices": [{"slot": "als"}]}
    await office.did(STAFF[Role.SUPERVISOR], "dispatch/send-plan", **own)


async def test_a_unit_is_diverted_only_between_ones_own_incidents(office: Office) -> None:
    await office.did(Role.DISPATCHER, "dispatch/open-incident", incident="i2", location=PLACE, level=1)
    await office.did(Role.DISPATCHER, "dispatch/assign-unit", incident="i1", unit="m2", choice={"slot": "als"})
    divert = {"incident": "i1", "unit": "m2", "assignment": "i1/2", "to": "i2", "choice": {"slot": "als"}}
    refused = await office.give(STAFF[Role.SUPERVISOR], "dispatch/divert-unit", reason="nearer", **divert)
    assert refused.status_code == 403, "nobody of the agency has a part in i2: the centre sends"
    await office.did(Role.DISPATCHER, "dispatch/divert-unit", reason="nearer", **divert)


async def test_an_incident_may_be_begun_but_not_around_a_call_that_is_anothers(office: Office) -> None:
    theirs = of("tamarack", Role.SUPERVISOR)
    await office.did(theirs, "dispatch/open-incident", incident="flagged-down", location=PLACE)
    answer = await office.give(theirs, "dispatch/open-incident", incident="other", location=PLACE, call="k1")
    assert answer.status_code == 403
    answer = await office.give(theirs, "dispatch/link-incidents", incident="flagged-down", other="i1")
    assert answer.status_code == 403


async def test_an_admin_makes_units_of_their_own_agency(office: Office) -> None:
    theirs = of("tamarack", Role.ADMIN)
    place = {"call_sign": "X", "kind": "ambulance", "skill": "emt", "post": "p1"}
    for unit, agency in (("m1", "tamarack"), ("m1", "meridian"), ("x9", "meridian")):
        answer = await office.give(theirs, "dispatch/register-unit", unit=unit, agency=agency, **place)
        assert answer.status_code == 403, (unit, agency)
    await office.did(theirs, "dispatch/register-unit", unit="x9", agency="tamarack", **place)


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.DISPATCHER])
async def test_the_centre_serves_every_agency(office: Office, role: Role) -> None:
    """Whichever agency pays them."""
    centre = of("centre", role)
    await office.did(centre, "dispatch/note-incident", incident="i1", text="seen")
    told = await office.ask(centre, "views")
    assert all(secret in told.text for secret in SECRETS)
    assert (await office.ask(centre, "timeline/incident", incident="i1")).status_code == 200


async def rows(office: Office, who: Person, view: str) -> dict[str, Any]:
    answer = await office.ask(who, "views", names=view)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["board"]["views"][view]
    return found


@pytest.mark.parametrize("role", OF_AGENCIES)
async def test_every_board_shows_of_others_what_was_decided(office: Office, role: Role) -> None:
    boards = office.here.desk.boards.rows
    assert set(boards) == set(OTHERS_SEE), "decide in OTHERS_SEE what an agency sees of others' rows of a new view"
    theirs, ours = of("tamarack", role), STAFF[role]
    for view in GRANTS[role].views:
        seen, own = await rows(office, theirs, view), await rows(office, ours, view)
        if OTHERS_SEE[view] == "nothing":
            assert not seen, view
            assert len(own) == len(boards[view]) > 0, view
        else:
            assert seen.keys() == own.keys() == boards[view].keys(), view
        assert not any(secret in str(seen) for secret in SECRETS), view


async def test_a_board_shows_more_once_a_unit_of_ones_own_has_a_part(office: Office) -> None:
    theirs = of("tamarack", Role.SUPERVISOR)
    assert "location" not in (await rows(office, theirs, "incidents"))["i1"]
    await send_t1(office)
    assert (await rows(office, theirs, "incidents"))["i1"]["location"]["label"] == PLACE["label"]
    units = await rows(office, theirs, "units")
    assert units["t1"]["assignments"][0]["label"] == PLACE["label"]
    assert "label" not in units["m1"]["assignments"][0], "what M1 does is Meridian's"
    assert not await rows(office, theirs, "records"), "the chart is M1's"


async def test_a_screen_that_is_open_is_told_when_a_row_becomes_its_own(office: Office) -> None:
    hub, audience = office.here.hub, audience_of(of("tamarack", Role.SUPERVISOR), "incidents,records")
    before = hub.place
    await send_t1(office)
    told = hub.since(before, audience)
    assert told is not None
    assert told[1] is not None
    assert str(PLACE["label"]).encode() in told[1]
    before = hub.place
    entries = [{"path": "ePatient.03", "value": "SECRETNAME"}]
    await office.did(Role.CREW, "care/chart-elements", record=RECORD, entries=entries)
    told = hub.since(before, audience)
    assert told is not None
    assert b"SECRET" not in (told[1] or b"")


NULL, NOT_THERE = "null", "404"
OTHERS_ARE_TOLD = {
    "dispatch/recommendation": NULL,
    "dispatch/route": NULL,
    "handoff/destinations": NULL,
    "timeline/incident": NOT_THERE,
    "care/record": NOT_THERE,
    "care/check": NOT_THERE,
    "care/record.xml": NOT_THERE,
}
QUESTION = {"incident": "i1", "to_incident": "i1", "unit": "t1", "assignment": "i1/1", "record": RECORD}


@pytest.mark.parametrize("role", OF_AGENCIES)
async def test_no_question_tells_of_what_is_anothers(office: Office, role: Role) -> None:
    office.here.desk.posts["p1"] = ("post", (9.5, 47.1))
    for who, foreign in ((of("tamarack", role), True), (STAFF[role], False)):
        for path, told in OTHERS_ARE_TOLD.items():
            answer = await office.ask(who, path, **QUESTION)
            if answer.status_code == 403:
                continue
            assert not foreign or str(answer.status_code if told == NOT_THERE else answer.text) == told, path
            assert foreign or answer.status_code in (200, 409), (path, answer.text)
        recent = await office.ask(who, "timeline/recent")
        if recent.status_code == 200:
            assert bool(recent.json()["incidents"]) == (not foreign)
        records = await office.ask(who, "care/records", incident="i1")
        if records.status_code == 200:
            assert bool(records.json()["records"]) == (not foreign)


async def test_the_medical_director_reads_their_own_agencys_records_alone(office: Office) -> None:
    """On an incident of both, each agency's chart is its own."""
    await send_t1(office)
    theirs = of("tamarack", Role.MEDICAL_DIRECTOR)
    assert (await office.ask(theirs, "timeline/incident", incident="i1")).status_code == 200
    assert (await office.ask(theirs, "care/record", record=RECORD)).status_code == 404
    crew = Person(id="crew-t1", name="T1", role=Role.CREW, agency="tamarack", unit="t1")
    chart = str(uuid4())
    await office.did(crew, "care/open-record", record=chart, incident="i1", assignment="i1/2", unit="t1")
    assert (await office.ask(theirs, "care/record", record=chart)).status_code == 200
    assert (await office.ask(STAFF[Role.MEDICAL_DIRECTOR], "care/record", record=chart)).status_code == 404


def test_who_works_for_an_agency_is_added_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without one they could do nothing and would not know why."""
    secret = tmp_path / "password"
    secret.write_text("correct horse battery", "utf-8")
    parser = ArgumentParser()
    user.configure(parser)
    for role in Role:
        place = ["--unit", "m1", "--facility", "h1", "--data", str(tmp_path), "--password-file", str(secret)]
        args = ["add", role.value, "--role", role.value, *place]
        assert (user.run(parser.parse_args(args)) == 0) == (role not in OF_AGENCIES)
        assert ("needs --agency" in capsys.readouterr().err) == (role in OF_AGENCIES)
        assert user.run(parser.parse_args([*args, "--agency", "meridian"])) == 0
