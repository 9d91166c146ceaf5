"""What stands against a signature, what may stay with a reason, and what a signed chart still takes."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from browser.agency_server import DISPATCHER, PASSWORD, AgencyServer
from browser.charting import sign_on
from browser.conftest import Sit
from browser.desk import Desk
from browser.keyboard import keys, tab_to, write
from browser.official import case_file, report_of
from browser.test_chart_cases import everything_sent, the_record
from browser.test_crew_offline import TABLET, sent_out
from goldenhour.care.record.dictionary import Element
from goldenhour.care.record.tree import Tree, identified, scope
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.safe_xml import parse
from goldenhour.interop.nemsis.rules.installed import find_schemas
from goldenhour.interop.nemsis.rules.xsd import Schema

UNIT = "m6"
EN_ROUTE_BEFORE_NOTIFIED = "2024-10-14T06:00:00"
BLOOD_SNOMED = "71493000"
GIVEN = "eMedications.MedicationGroup"
MISTAKEN = re.compile("Aspirin.* 324 ")


def test_an_error_blocks_a_warning_stays_with_a_reason_and_later_words_are_an_addendum(
    sit: Sit, agency: AgencyServer, shared: Path
) -> None:
    report = report_of(case_file(shared / "nemsis", "5-CPMIH"))
    crew = sit(agency, f"crew-{UNIT}", "/crew", password=PASSWORD, viewport=TABLET)
    crew.is_live()
    page = crew.page
    sign_on(page, report)
    incident = sent_out(sit(agency, DISPATCHER, "/", password=PASSWORD), UNIT)
    page.get_by_role("button", name="Begin the chart").click()
    record = the_record(crew, incident)
    charted_before(crew, record, report)
    expect(page.get_by_role("button", name=re.compile(r"^Missing \d+, sign$"))).to_be_visible()

    an_error_blocks(page)
    another_by_the_rules(page)
    a_warning_asks_why(page)
    lock(page)
    told = download(page, shared)
    assert told["eTimes"]["eTimes.05"].startswith(EN_ROUTE_BEFORE_NOTIFIED)

    amend(page)
    expect(page.get_by_text("Kim Cole: read again with glasses")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Age: 47 \(was \d+\)"))).to_be_visible()
    given = len(told["eMedications"][GIVEN])
    add_what_was_forgotten_by_keys(page)
    expect(page.get_by_text("Kim Cole: forgot the aspirin")).to_be_visible()
    expect(page.get_by_text(re.compile("^Added: Aspirin.* 324 .*Oral"))).to_be_visible()
    amended = download(page, shared)
    assert amended["ePatient"]["ePatient.AgeGroup"]["ePatient.15"] == "47"
    assert [one["eMedications.03"]["v"] for one in amended["eMedications"][GIVEN]][given:] == ["1191"]
    find_it_again(page)
    take_out_again(page)
    expect(page.get_by_text(re.compile("^Taken out: Aspirin.* 324"))).to_be_visible()
    assert len(download(page, shared)["eMedications"][GIVEN]) == given

    reasons = ["read again with glasses", "forgot the aspirin", "it was another patient"]
    addenda = crew.ask(f"/api/v1/care/record?record={record}")["addenda"]
    assert [one["reason"] for one in addenda] == reasons
    history = crew.ask(f"/api/v1/timeline/incident?incident={incident}")
    told_of = [str(one) for one in history["entries"] if "amended" in str(one).lower()]
    assert len(told_of) == len(reasons)
    assert any("Aspirin" in one and "taken out" in one for one in told_of)


def charted_before(crew: Desk, record: str, report: Tree) -> None:
    """The case without the screen, to set the scene: but for the crew and the time in service again."""
    entries: list[dict[str, Any]] = []
    for section in scope().root.children:
        if section.name in ("eRecord", "eCrew") or section.name not in report or isinstance(section, Element):
            continue
        collect(crew, record, section, identified(report)[section.name], entries)
    kept = [one for one in entries if one["path"] != "eTimes.13"]
    crew.command("care", "chart-elements", {"record": record, "entries": kept})


def collect(crew: Desk, record: str, group: Any, here: Tree, entries: list[dict[str, Any]]) -> None:
    for child in group.children:
        found = here.get(child.name)
        if found is None:
            continue
        if isinstance(child, Element):
            entries.append({"path": child.name, "value": found})
        elif not child.many:
            collect(crew, record, child, found, entries)
        else:
            for each in found:
                content = {key: value for key, value in each.items() if key != "id"}
                asked = {"record": record, "path": child.name, "group": f"r{each['id']}", "content": content}
                crew.command("care", "add-group", asked)


def finish(page: Page) -> None:
    """The part of the chart where one signs, and the full check."""
    page.get_by_role("button", name=re.compile("^Missing .*, sign$")).click()
    page.get_by_role("button", name=re.compile("^Check ")).click()
    expect(page.get_by_text(re.compile("^Nothing stands against locking|^[0-9]+ to correct"))).to_be_visible()


def an_error_blocks(page: Page) -> None:
    """A mandatory time is missing: said in words, with the way to its field."""
    finish(page)
    page.get_by_label("Your name").fill("Kim Cole")
    expect(page.get_by_role("button", name="Sign and lock")).to_be_disabled()
    expect(page.get_by_text("Correct the errors, then check again.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Error: Unit Back in Service Date.Time is mandatory")).click()
    field = at(page, "eTimes.13")
    expect(field.locator("input")).to_be_focused()
    field.locator("input").fill("2024-10-14T10:25:00")
    at(page, "eTimes.05").locator("input").fill(EN_ROUTE_BEFORE_NOTIFIED)
    everything_sent(page)


def another_by_the_rules(page: Page) -> None:
    """A SNOMED code said to be RxNorm: an ERROR of the national rules, found in the repeat where it stands."""
    page.get_by_role("navigation", name="Pages of the chart").get_by_role("button", name="Medications").click()
    given = page.locator('[id^="at-eMedications.MedicationGroup["][data-element="eMedications.03"]')
    before = given.locator(".control input").input_value()
    code = given.locator(".control > .pick input")
    code.fill(BLOOD_SNOMED)
    page.get_by_role("listbox").get_by_role("option").first.click()
    kind = given.locator('[data-attribute="CodeType"] select')
    expect(kind).to_have_value("9924005")
    kind.select_option("9924003")
    everything_sent(page)
    finish(page)
    expect(page.get_by_role("button", name="Sign and lock")).to_be_disabled()
    page.get_by_role("button", name=re.compile("^Error: Medication Administered should be a code")).click()
    expect(code).to_be_focused()
    code.fill(before)
    page.get_by_role("listbox").get_by_role("option").first.click()
    everything_sent(page)


def a_warning_asks_why(page: Page) -> None:
    finish(page)
    expect(page.get_by_text("Nothing stands against locking.")).to_be_visible()
    expect(page.get_by_text(re.compile("^Warning: Unit En Route Date.Time should not be earlier"))).to_be_visible()
    page.get_by_label("Your name").fill("Kim Cole")
    sign = page.get_by_role("button", name="Sign and lock")
    expect(sign).to_be_disabled()
    expect(page.get_by_text("Give a reason for each warning that stays.")).to_be_visible()
    for why in page.get_by_role("textbox", name="Why it may stay").all():
        why.fill("the clock of the tablet was wrong")
    expect(sign).to_be_enabled()


def lock(page: Page) -> None:
    page.get_by_role("button", name="Sign and lock").click()
    expect(page.get_by_text(re.compile("^Locked .* signed by Kim Cole"))).to_be_visible()
    expect(page.get_by_text(re.compile("let stand: the clock of the tablet was wrong")).first).to_be_visible()


def amend(page: Page) -> None:
    page.get_by_role("button", name="Add an addendum").click()
    page.get_by_role("button", name="Sections").click()
    page.get_by_role("navigation", name="Pages of the chart").get_by_role("button", name="Patient").click()
    age = at(page, "ePatient.15").locator("input")
    age.fill("47")
    age.blur()
    sign_addendum(page, "read again with glasses")


def add_what_was_forgotten_by_keys(page: Page) -> None:
    """With nothing but keys: a medication on the pad; its wrong code type is an error of the rules."""
    page.get_by_role("button", name="Time line").focus()
    keys(page, "Enter")
    expect(page.get_by_role("group", name="Enter")).to_have_count(0)
    keys(page, "a")
    expect(page.get_by_text(re.compile("^Addendum: 0 changes"))).to_be_focused()
    keys(page, "g")
    tab_to(page, page.get_by_role("combobox", name="Medication, by name or RxNorm code"))
    write(page, "aspirin")
    keys(page, "Enter")
    tab_to(page, page.get_by_role("textbox", name="Dose"))
    write(page, "324")
    tab_to(page, page.get_by_role("button", name="Oral", exact=True))
    keys(page, "Space")
    tab_to(page, page.get_by_role("button", name="Enter", exact=True))
    keys(page, "Enter")
    line = page.locator(".story li.medication").filter(has_text="not signed").get_by_role("button").first
    tab_to(page, line)
    keys(page, "Enter")
    kind = page.locator('.story [data-element="eMedications.03"] [data-attribute="CodeType"] select')
    kind.select_option("9924005")
    sign = page.get_by_role("button", name="Sign the addendum…")
    sign.focus()
    keys(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Check the amended record"))
    keys(page, "Enter")
    error = page.get_by_role("button", name=re.compile("^Error: Medication Administered should be a SNOMED code"))
    tab_to(page, error)
    expect(page.get_by_role("button", name="Sign the addendum")).to_be_disabled()
    keys(page, "Enter")
    page.locator('[id^="at-eMedications.MedicationGroup["] [data-attribute="CodeType"] select').last.select_option(
        "9924003"
    )
    sign_addendum(page, "forgot the aspirin")


def find_it_again(page: Page) -> None:
    """Away from the chart and back: it is off the boards, and is found among the locked ones."""
    page.get_by_role("tab", name=re.compile("^Call")).click()
    expect(page.get_by_role("tab", name="Locked chart")).to_have_count(0)
    page.get_by_role("button", name="Locked charts").click()
    page.get_by_role("list", name="Locked charts").get_by_role("button").first.click()
    expect(page.get_by_text("What was forgotten is added as an addendum.")).to_be_visible()


def take_out_again(page: Page) -> None:
    page.get_by_role("button", name="Add an addendum").click()
    page.locator(".story li.medication").filter(has_text=MISTAKEN).get_by_role("button").first.click()
    page.get_by_role("button", name="Remove this entry").click()
    page.get_by_role("button", name="Remove with this addendum").click()
    expect(page.locator(".story li.medication").filter(has_text=MISTAKEN)).to_have_count(0)
    sign_addendum(page, "it was another patient")


def sign_addendum(page: Page, reason: str) -> None:
    """The check, a reason for what stays, the name; the addendum is with the server."""
    page.get_by_role("button", name="Sign the addendum…").click()
    page.get_by_label("Why the record is amended").fill(reason)
    page.get_by_label("Your name").fill("Kim Cole")
    page.get_by_role("button", name="Check the amended record").click()
    expect(page.get_by_text("Nothing stands against this addendum.")).to_be_visible()
    for why in page.get_by_role("textbox", name="Why it may stay").all():
        why.fill("it is so")
    page.get_by_role("button", name="Sign the addendum").click()
    everything_sent(page)


def download(page: Page, shared: Path) -> Tree:
    """The document as it comes out now; valid by the official schema."""
    with page.expect_download() as told:
        page.get_by_role("link", name="NEMSIS document").click()
    document = Path(told.value.path()).read_bytes()
    assert Schema(find_schemas(shared / "nemsis").xsd["EMS"]).faults(parse(document)) == ()
    report: Tree = read_document(document).tree["Header"][0]["PatientCareReport"][0]
    return report


def at(page: Page, path: str) -> Locator:
    return page.locator(f'[id="at-{path}"]')
