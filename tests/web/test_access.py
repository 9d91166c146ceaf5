"""The access table: default deny, decided for every command, view and question; own unit, own hospital; what is hidden.

`MAY` and the tables below are written by hand from the field's rules, apart from `chain/access.py`, so that a change
there, or a new command that nobody decided on, fails here.
"""

from itertools import product
from uuid import uuid4

import msgspec
import pytest

from goldenhour.chain.access import GRANTS, OWNED_VIEWS, Person, Role
from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.privacy import phi_fields
from goldenhour.web.commands import SHELL_FILLS, kebab
from web.office import COMPLAINT, PLACE, RECORD, STAFF, Office, an_office

CALLS = """RingCall AnswerCall OfferLocation ConfirmLocation TakeCallback TakeComplaint AnswerLifeQuestions SetCallLevel
    NoteCall NoteCallHazard RequestHelp LinkCall TransferCall AbandonCall EndCall"""
TIMES = "ReportStatus CorrectTime WithdrawStatus"
DESK = """OpenIncident LocateIncident SetComplaint SetLevel NoteHazard NoteIncident LinkCaller LinkIncidents
    CountPatients RequestAgency MoveAgencyRequest AcknowledgeAlarm CloseIncident ReopenIncident AssignUnit SendPlan
    DivertUnit CancelAssignment ChangeDestination GoOnDuty GoOffDuty TakeOutOfService ReturnToService PostUnit"""
CREW = """ChangeDestination NoteIncident NoteHazard CountPatients GoOnDuty GoOffDuty TakeOutOfService ReturnToService
    PreAlert UpdateCondition AnswerHospital RedirectHandover ArriveAtFacility SignTransfer WithdrawHandover
    OpenRecord ChartElements AddGroup RemoveGroup LockRecord AmendRecord"""

MAY = {
    Role.CALL_TAKER: {*CALLS.split(), "NoteIncident", "NoteHazard", "LinkCaller", "CountPatients"},
    Role.DISPATCHER: {*DESK.split(), *TIMES.split(), *CALLS.split()},
    Role.CREW: {*TIMES.split(), *CREW.split()},
    Role.HOSPITAL: set(
        ["SetFacilityStatus", "AcceptPatient", "AskCrew", "ArriveAtFacility", "AssignBed", "SignTransfer"]
    ),
    Role.SUPERVISOR: {*DESK.split(), *TIMES.split()},
    Role.MEDICAL_DIRECTOR: set(),
    Role.PLANNER: set(),
    Role.ADMIN: {"RegisterUnit", "RegisterFacility"},
}  # fmt: skip
ONLY_THE_CHAIN = {"RelateToIncident", "ImportRecord"}
"""Commands that reactions and the command line give and no person may."""

ALL_VIEWS = {"calls", "incidents", "units", "positions", "facilities", "handovers", "records", "desk", "health"}
SEES = {
    Role.CALL_TAKER: {"calls", "incidents", "units", "positions", "desk", "health"},
    Role.DISPATCHER: ALL_VIEWS,
    Role.CREW: {"incidents", "units", "positions", "facilities", "handovers", "records", "health"},
    Role.HOSPITAL: {"facilities", "handovers", "positions", "health"},
    Role.SUPERVISOR: ALL_VIEWS,
    Role.MEDICAL_DIRECTOR: ALL_VIEWS,
    Role.PLANNER: {"incidents", "units", "positions", "facilities", "desk", "health"},
    Role.ADMIN: {"units", "positions", "facilities", "desk", "health"},
}
EVERYBODY = set(Role)
PLANNERS = {Role.PLANNER, Role.SUPERVISOR, Role.ADMIN}
WHO_ASKS = {
    "places/search": EVERYBODY,
    "places/reverse": EVERYBODY,
    "region": EVERYBODY,
    "region/map.pmtiles": EVERYBODY,
    "content": EVERYBODY,
    "dispatch/route": EVERYBODY,
    "dispatch/recommendation": {Role.DISPATCHER, Role.SUPERVISOR},
    "call-taking/duplicates": {Role.CALL_TAKER, Role.DISPATCHER},
    "handoff/destinations": {Role.DISPATCHER, Role.SUPERVISOR, Role.CREW},
    "timeline/incident": {Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR, Role.CREW, Role.MEDICAL_DIRECTOR},
    "timeline/recent": {Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR, Role.CREW, Role.MEDICAL_DIRECTOR},
    "care/record": {Role.CREW, Role.SUPERVISOR, Role.MEDICAL_DIRECTOR},
    "care/records": {Role.CREW, Role.SUPERVISOR, Role.MEDICAL_DIRECTOR},
    "care/check": {Role.CREW, Role.SUPERVISOR, Role.MEDICAL_DIRECTOR},
    "care/record.xml": {Role.CREW, Role.SUPERVISOR, Role.MEDICAL_DIRECTOR},
    "care/dictionary": EVERYBODY,
    "planning/ready": PLANNERS,
    "planning/base": PLANNERS,
    "planning/searching": PLANNERS,
    "planning/runs": PLANNERS,
    "planning/run": PLANNERS,
    "views": EVERYBODY,
    "live": EVERYBODY,
    "session": EVERYBODY,
}
QUESTION = {
    "q": "mill", "lon": "9.5", "lat": "47.1", "incident": "i1", "unit": "m1", "call": "k1", "assignment": "i1/1",
    "record": RECORD, "to_incident": "i1",
}  # fmt: skip
POSTED = {
    **dict.fromkeys(["planning/map", "planning/suggest", "planning/what-if", "planning/search"], PLANNERS),
    "care/check-addendum": WHO_ASKS["care/check"],
}
"""Questions too long for an address, and who may ask them; here of what is not there."""
OPEN_TO_STRANGERS = {"/", "/{path}", "/api/v1/session", "/api/v1/session/roles", "/api/v1/schema/openapi.json"}


def route_of(command: str) -> str:
    (decision,) = (one for one in REGISTRY.decisions.values() if one.command.__name__ == command)
    return f"{kebab(decision.part)}/{kebab(command)}"


EVERY_COMMAND = sorted(command.__name__ for command in REGISTRY.decisions)

VALID = {
    "tree": {},
    "header": {},
    "choice": {"slot": "als"}, "choices": [{"slot": "als"}], "units": ["m1"], "location": PLACE, "crew": [],
    "entries": [], "accepted": [], "level": 2, "awake": "yes", "breathing": "yes", "kind": "ambulance",
    "skill": "emt", "status": "en_route", "moment": "en_route", "to": 0, "count": 1, "state": "sent", "side": "crew",
    "lon": 9.5, "lat": 47.1, "record": RECORD, "handover": "w1", "incident": "i1", "unit": "m1", "facility": "h1",
    "assignment": "i1/1", "call": "k1", "complaint": COMPLAINT, "agency": "meridian",
    "other": "i1",
}  # fmt: skip
OTHERWISE = {
    "SetFacilityStatus": {"status": "open"},
    "TransferCall": {"to": "x"},
    "DivertUnit": {"to": "i1"},
    "MoveAgencyRequest": {"state": "en_route"},
}


def body_of(command: str, role: Role) -> dict[str, object]:
    """A body of the right types about the role's own unit or hospital; whether it makes sense is not the question."""
    (decision,) = (one for one in REGISTRY.decisions.values() if one.command.__name__ == command)
    needed = [
        field.encode_name
        for field in msgspec.structs.fields(decision.command)
        if field.required and field.name not in SHELL_FILLS
    ]
    body: dict[str, object] = {name: VALID.get(name, "x") for name in needed}
    body |= OTHERWISE.get(command, {})
    if role is Role.HOSPITAL and command == "SignTransfer":
        body["side"] = "hospital"
    return body | {"command": str(uuid4())}


def test_every_command_has_been_decided_on() -> None:
    decided = set().union(*MAY.values()) | ONLY_THE_CHAIN
    undecided = {name for name in EVERY_COMMAND if name not in decided}
    assert not undecided, "say in MAY which roles may give these, or that only the chain does"
    assert decided <= set(EVERY_COMMAND)
    assert set(MAY) == set(Role) == set(GRANTS)


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_may_give_its_commands_and_no_other(role: Role) -> None:
    """Over HTTP, every command of the registry, about the role's own unit and hospital while they work."""
    async with an_office() as office:
        await office.work()
        client = await office.client(STAFF[role])
        for name in EVERY_COMMAND:
            answer = await client.post(f"/api/v1/{route_of(name)}", json=body_of(name, role))
            assert answer.status_code in (200, 403, 409), (name, answer.text)
            assert (answer.status_code != 403) == (name in MAY[role]), (name, answer.text)
            if answer.status_code == 403:
                assert answer.json()["error"]["rule"] == "access.command"


async def test_strangers_may_give_and_ask_nothing(office: Office) -> None:
    stranger = office.stranger()
    for name in EVERY_COMMAND:
        answer = await stranger.post(f"/api/v1/{route_of(name)}", json=body_of(name, Role.ADMIN))
        assert (answer.status_code, answer.json()["error"]["rule"]) == (401, "access.signed_out"), name
    for path in WHO_ASKS:
        answer = await stranger.get(f"/api/v1/{path}", params=QUESTION)
        assert (answer.status_code, answer.json()["error"]["rule"]) == (401, "access.signed_out"), path


def test_no_route_is_forgotten_here(office: Office) -> None:
    known = {f"/api/v1/{route_of(name)}" for name in EVERY_COMMAND} | {
        f"/api/v1/{path}" for path in (*WHO_ASKS, *POSTED)
    }
    routes = {route.path for route in office.app.routes if "schema" not in route.path}
    forgotten = {path.replace(":path", "") for path in routes} - known - OPEN_TO_STRANGERS
    assert not forgotten, "say in WHO_ASKS which roles may ask these"


@pytest.mark.parametrize(("role", "path"), list(product(Role, POSTED)))
async def test_long_questions_are_asked_by_those_who_may(office: Office, role: Role, path: str) -> None:
    body = {"record": RECORD} if path.startswith("care/") else {"plan": {}}
    answer = await (await office.client(STAFF[role])).post(f"/api/v1/{path}", json=body)
    assert answer.status_code == (404 if role in POSTED[path] else 403), answer.text
    assert (await office.stranger().post(f"/api/v1/{path}", json=body)).status_code == 401


@pytest.mark.parametrize(("role", "path"), list(product(Role, sorted(set(WHO_ASKS) - {"live"}))))
async def test_each_role_may_ask_its_questions_and_no_other(office: Office, role: Role, path: str) -> None:
    await office.units()
    answer = await office.ask(role, path, **QUESTION)
    assert answer.status_code != 500, answer.text
    assert (answer.status_code != 403) == (role in WHO_ASKS[path]), answer.text


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_sees_its_views_and_no_other(office: Office, role: Role) -> None:
    assert set(office.here.desk.boards.rows) == ALL_VIEWS, "decide in SEES who sees a new view"
    everything = (await office.ask(role, "views")).json()
    assert set(everything["board"]["views"]) == SEES[role]
    for view in ALL_VIEWS:
        answer = await office.ask(role, "views", names=view)
        assert answer.status_code == (200 if view in SEES[role] else 403), view
    assert (await office.ask(role, "views", names="nonsense")).status_code == 403


@pytest.mark.parametrize("role", list(Role))
async def test_who_may_not_see_patients_sees_none_of_their_data(role: Role) -> None:
    async with an_office() as office:
        await office.work()
        seen = (await office.ask(role, "views")).text
        told = (await office.ask(role, "timeline/incident", incident="i1")).text
        chart = (await office.ask(role, "care/record", record=RECORD)).text
        if role in (Role.PLANNER, Role.ADMIN):
            for text in (seen, told, chart):
                assert "SECRET" not in text
                assert PLACE["label"] not in text
                assert "555-0100" not in text
        else:
            assert "SECRET" in seen + told + chart, "the test would miss a leak"


async def test_every_marked_field_is_left_out_of_a_planners_rows() -> None:
    async with an_office() as office:
        await office.work()
        views = (await office.ask(Role.PLANNER, "views")).json()["board"]["views"]
        for name, rows in office.here.desk.boards.rows.items():
            for key, row in rows.items():
                if name in views:
                    assert not phi_fields(type(row)) & set(views[name][key]), name


async def test_reading_patient_data_is_written_down() -> None:
    async with an_office() as office:
        await office.work()
        before = len(office.here.accounts.reads())
        reads = [
            ("views", {}, "boards"),
            ("timeline/incident", {"incident": "i1"}, "timeline"),
            ("care/record", {"record": RECORD}, "record"),
            ("care/records", {"incident": "i1"}, "record"),
            ("care/check", {"record": RECORD}, "record"),
        ]
        for path, query, _ in reads:
            assert (await office.ask(Role.MEDICAL_DIRECTOR, path, **query)).status_code == 200, path
        rows = office.here.accounts.reads()[before:]
        assert [(row[1], row[2], row[3]) for row in rows] == [
            ("medical_director", "medical_director", what) for _, _, what in reads
        ]
        assert {row[4] for row in rows[1:]} == {"i1", RECORD}
        await office.ask(Role.PLANNER, "views")
        assert len(office.here.accounts.reads()) == before + len(reads), "nothing of patients was shown"


M2 = Person(id="crew2", name="Crew 2", role=Role.CREW, agency="meridian", unit="m2")
H2 = Person(id="ed2", name="ED 2", role=Role.HOSPITAL, agency="hospital", facility="h2")
ROVING = Person(id="crew0", name="Crew without a unit", role=Role.CREW, agency="meridian")
HOMELESS = Person(id="ed0", name="ED without a hospital", role=Role.HOSPITAL, agency="hospital")
OURS = {"incident": "i1", "assignment": "i1/1"}


@pytest.mark.parametrize("who", [M2, ROVING], ids=["another crew", "a crew without a unit"])
async def test_a_crew_works_only_on_what_is_its_own(who: Person) -> None:
    async with an_office() as office:
        await office.work()
        other = "0f9619ff-8b86-4d01-b42d-00cf4fc964fe"
        wishes: list[tuple[str, dict[str, object]]] = [
            ("dispatch/report-status", {**OURS, "unit": "m1", "status": "left_scene"}),
            ("dispatch/report-status", {**OURS, "unit": "m2", "status": "left_scene"}),
            ("dispatch/note-incident", {"incident": "i1", "text": "not mine"}),
            ("dispatch/count-patients", {"incident": "i1", "count": 3}),
            ("dispatch/take-out-of-service", {"unit": "m1", "reason": "brakes"}),
            ("handoff/update-condition", {"handover": "w1", "level": 1}),
            ("handoff/withdraw-handover", {"handover": "w1", "reason": "not mine"}),
            ("handoff/pre-alert", {**OURS, "handover": "w2", "facility": "h1", "unit": "m2", "level": 1}),
            ("care/open-record", {**OURS, "record": other, "unit": "m2"}),
            ("care/chart-elements", {"record": RECORD, "entries": []}),
            ("care/lock-record", {"record": RECORD, "signed_by": "me"}),
            ("care/amend-record", {"record": RECORD, "signed_by": "me", "reason": "r"}),
        ]
        for command, fields in wishes:
            assert (await office.give(who, command, **fields)).status_code == 403, command
        for path, query in [
            ("timeline/incident", {"incident": "i1"}),
            ("care/record", {"record": RECORD}),
            ("care/check", {"record": RECORD}),
        ]:
            assert (await office.ask(who, path, **query)).status_code == 404, path
        assert (await office.ask(who, "care/records", incident="i1")).json() == {"records": []}


@pytest.mark.parametrize("who", [H2, HOMELESS], ids=["another hospital", "staff without a hospital"])
async def test_a_hospital_works_only_on_what_is_its_own(who: Person) -> None:
    async with an_office() as office:
        await office.work()
        for command, fields in [
            ("handoff/accept-patient", {"handover": "w1"}),
            ("handoff/ask-crew", {"handover": "w1", "question": "allergies?"}),
            ("handoff/assign-bed", {"handover": "w1", "bed": "3"}),
            ("handoff/sign-transfer", {"handover": "w1", "side": "hospital", "name": "n"}),
            ("handoff/set-facility-status", {"facility": "h1", "status": "open"}),
        ]:
            assert (await office.give(who, command, **fields)).status_code == 403, command


async def test_each_side_signs_only_for_itself() -> None:
    async with an_office() as office:
        await office.work()
        signed = {"handover": "w1", "name": "n"}
        assert (await office.give(Role.CREW, "handoff/sign-transfer", side="hospital", **signed)).status_code == 403
        assert (await office.give(Role.HOSPITAL, "handoff/sign-transfer", side="crew", **signed)).status_code == 403


SEES_OWN = {
    STAFF[Role.CREW].id: (STAFF[Role.CREW], True),
    M2.id: (M2, False),
    ROVING.id: (ROVING, False),
    STAFF[Role.HOSPITAL].id: (STAFF[Role.HOSPITAL], True),
    H2.id: (H2, False),
    HOMELESS.id: (HOMELESS, False),
}


@pytest.mark.parametrize(("who", "sees"), SEES_OWN.values(), ids=SEES_OWN)
async def test_boards_of_patients_show_a_crew_and_a_hospital_their_own(who: Person, sees: bool) -> None:
    async with an_office() as office:
        await office.work()
        views = (await office.ask(who, "views")).json()["board"]["views"]
        for name in OWNED_VIEWS & set(views):
            assert bool(views[name]) == sees, name


async def test_a_crew_amends_its_chart_after_it_was_locked() -> None:
    """A locked chart is off the boards; it is still the crew's own, and nobody else's."""
    async with an_office() as office:
        await office.work()
        await office.did(Role.CREW, "care/lock-record", record=RECORD, signed_by="Kim")
        assert office.here.desk.boards.open.get("record", RECORD) is None
        amend = {"record": RECORD, "signed_by": "Kim", "reason": "forgot the allergy"}
        assert (await office.give(M2, "care/amend-record", **amend)).status_code == 403
        assert (await office.give(Role.CREW, "care/amend-record", **amend)).status_code == 200


async def test_what_the_desk_fills_in_is_not_taken_from_a_client(office: Office) -> None:
    await office.work()
    for command, fields in [
        ("care/chart-elements", {"record": RECORD, "entries": [], "source": "dispatch"}),
        ("care/lock-record", {"record": RECORD, "signed_by": "K", "errors": []}),
        ("care/amend-record", {"record": RECORD, "signed_by": "K", "reason": "r", "errors": []}),
        ("dispatch/open-incident", {"incident": "i9", "book": "b"}),
    ]:
        role = Role.DISPATCHER if command.startswith("dispatch") else Role.CREW
        answer = await office.give(role, command, **fields)
        assert (answer.status_code, answer.json()["error"]["rule"]) == (422, "web.invalid"), command
