"""Addenda through the API: checked like a lock before they are signed, refused in words for what they bring."""

from typing import Any

import pytest
from msgspec.structs import replace

from goldenhour.care.record.tree import groups_at
from goldenhour.care.state import Record
from goldenhour.chain.access import Role
from goldenhour.chain.record_checks import Checked, Failure, OwnChecksOnly
from web.office import RECORD, STAFF, Office

GIVEN = "eMedications.MedicationGroup"
FENTANYL = {"path": GIVEN, "group": "m1", "content": {"eMedications.03": "4337"}}
OXYGEN = {"path": GIVEN, "group": "m2", "content": {"eMedications.03": "7806"}}
OLD = Failure(id="state-1", role="ERROR", text="A rule that came after the lock.", field="eTimes.03")


class NoFentanyl(OwnChecksOnly):
    """Rules of a state: one that every record fails by now, and one that fentanyl without a dose fails."""

    async def check(self, record: Record) -> Checked:
        found = await super().check(record)
        given = groups_at(record.tree, GIVEN)
        undosed = [one for one in given if one["eMedications.03"] == "4337" and "eMedications.DosageGroup" not in one]
        path = f"{GIVEN}[m1]/eMedications.05"
        failed = [Failure(id="dose", role="ERROR", text="Fentanyl has a dose.", field="eMedications.05", path=path)]
        late = [Failure(id="late", role="WARNING", text="Oxygen has a time.", field="eMedications.01")]
        oxygen = any(one["eMedications.03"] == "7806" for one in given)
        return replace(found, ready=False, failed=(OLD, *(failed if undosed else ()), *(late if oxygen else ())))


@pytest.fixture
async def locked(office: Office) -> Office:
    await office.work()
    await office.did(Role.CREW, "care/lock-record", record=RECORD, signed_by="Kim")
    office.here.desk.record_checks = NoFentanyl()
    return office


async def ask(office: Office, **draft: Any) -> Any:
    client = await office.client(STAFF[Role.CREW])
    return await client.post("/api/v1/care/check-addendum", json={"record": RECORD, **draft})


async def test_an_addendum_is_checked_before_it_is_signed_for_what_it_brings(locked: Office) -> None:
    told = (await ask(locked, added=[FENTANYL])).json()
    assert (told["ready"], [one["id"] for one in told["failed"]]) == (False, ["dose"])
    told = (await ask(locked, added=[OXYGEN])).json()
    assert (told["ready"], [one["id"] for one in told["failed"]]) == (True, ["late"])
    chart = (await locked.ask(Role.CREW, "care/record", record=RECORD)).json()
    assert chart["addenda"] == [], "asking changes nothing"


async def test_one_that_cannot_be_is_refused_while_it_is_checked(locked: Office) -> None:
    answer = await ask(locked, removed=["eVitals.VitalGroup[v9]"])
    assert (answer.status_code, answer.json()["error"]["rule"]) == (409, "care.remove.unknown")
    answer = await ask(locked, added=[{"path": GIVEN}])
    assert (answer.status_code, answer.json()["error"]["rule"]) == (422, "web.invalid")


async def test_an_error_that_it_brings_refuses_it_and_what_stood_before_does_not(locked: Office) -> None:
    signed = {"record": RECORD, "signed_by": "Kim", "reason": "forgot it"}
    answer = await locked.give(Role.CREW, "care/amend-record", added=[FENTANYL], **signed)
    assert answer.status_code == 409
    refused = answer.json()["refused"]
    assert refused["rule"] == "care.amend.errors"
    assert "Fentanyl has a dose. Correct" in refused["text"]
    assert OLD.text not in refused["text"]

    dose = {"path": f"{GIVEN}[m1]/eMedications.05", "value": "50"}
    await locked.did(Role.CREW, "care/amend-record", added=[FENTANYL], entries=[dose], **signed)
    accepted = [{"check": "late", "reason": "nobody looked at the clock"}]
    await locked.did(Role.CREW, "care/amend-record", added=[OXYGEN], accepted=accepted, **signed)
    await locked.did(Role.CREW, "care/amend-record", removed=[f"{GIVEN}[m2]"], **signed)

    chart = (await locked.ask(Role.CREW, "care/record", record=RECORD)).json()
    (given,) = chart["tree"]["eMedications"][GIVEN]
    assert (given["eMedications.03"], given["eMedications.DosageGroup"]["eMedications.05"]) == ("4337", "50")
    first, second, third = chart["addenda"]
    assert first["added"][0]["content"] == FENTANYL["content"]
    assert second["accepted"] == accepted
    assert third["removed"] == [{"path": f"{GIVEN}[m2]", "content": OXYGEN["content"]}]
    history = (await locked.ask(Role.CREW, "timeline/incident", incident="i1")).json()
    assert any("taken out" in one["text"] for one in history["entries"]), history
