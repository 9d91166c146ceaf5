"""The golden thread by hand: one emergency from the call to the bed, four people, each with the keyboard alone."""

import re

from playwright.sync_api import Locator, Page, expect

from browser.conftest import Sit
from browser.demo_server import Demo
from browser.desk import Desk
from browser.keyboard import arrive, keys, tab_to, write
from browser.keyboard_chart import chart_the_patient, sign_the_chart, the_document_is_valid

WORDS = "pressure on my chest, sweating"
CALLER = "Ada Miller"
NUMBER = "555-0142"
NOTE = "side door, code 4711"


def test_the_golden_thread_with_the_keyboard_alone(sit: Sit, quiet: Demo) -> None:
    dispatcher = sit(quiet, "dispatcher", "/dispatch")
    taker = sit(quiet, "call_taker", "/calls")
    for desk in (dispatcher, taker):
        desk.is_live()

    incident = take_the_call(taker)
    unit, other = who_is_to_go(dispatcher, incident["id"])
    crew = sit(quiet, f"crew-{unit}", "/crew", viewport={"width": 1180, "height": 820}, has_touch=True)
    crew.is_live()
    send(dispatcher, incident, other)
    sees_the_help(taker, unit)

    work_to_the_patient(crew, incident)
    chart_the_patient(crew)
    facility = choose_the_hospital(crew)
    hospital = sit(quiet, f"ed-{facility}", "/hospital")
    hospital.is_live()
    pre_alert(crew)
    accept_with_a_bed(hospital)
    hand_over(crew, hospital)
    the_document_is_valid(sign_the_chart(crew))
    close(dispatcher, incident, other)
    the_time_line_tells_it(dispatcher, unit)


def take_the_call(taker: Desk) -> dict[str, str]:
    """F4, where, callback, what, awake, breathing, send: in the order of the form. The incident's row."""
    page = taker.page
    address = an_address(taker)
    keys(page, "F4")
    where = page.get_by_role("combobox", name="Where is it?")
    expect(where).to_be_focused()
    write(page, address)
    expect(offers(page, "Where is it?").filter(has_text=address).first).to_be_visible()
    keys(page, "Enter")
    expect(page.get_by_role("button", name="Confirm place")).to_be_focused()
    keys(page, "Enter")
    expect(page.get_by_text("✓ confirmed")).to_be_visible()
    expect(page.get_by_role("textbox", name="Call back on")).to_be_focused()
    write(page, NUMBER)
    keys(page, "Tab")
    write(page, CALLER)
    keys(page, "Tab")
    expect(page.get_by_role("combobox", name="What happened?")).to_be_focused()
    write(page, "chest")
    expect(offers(page, "What happened?").filter(has_text="Chest").first).to_be_visible()
    keys(page, "Enter", "Tab")
    write(page, WORDS)
    keys(page, "Tab", "y")
    expect(
        page.get_by_role("radiogroup", name="Is the patient awake?").get_by_role("radio", name="Yes Y")
    ).to_be_checked()
    keys(page, "Tab", "n")
    expect(
        page.get_by_role("radiogroup", name=re.compile("breathing")).get_by_role("radio", name="No N")
    ).to_be_checked()
    expect(page.get_by_role("button", name=re.compile("Send help now"))).to_have_attribute("aria-disabled", "false")
    keys(page, "Control+Enter")
    pill = page.get_by_text(re.compile(r"^incident \d+$"))
    expect(pill).to_be_visible()
    tab_to(page, page.get_by_role("textbox", name="Note"))
    write(page, NOTE)
    keys(page, "Enter")
    expect(page.get_by_role("listitem").filter(has_text=NOTE)).to_be_visible()
    number = pill.inner_text().removeprefix("incident ")
    return next(row for row in taker.view("incidents").values() if row["number"] == number)


def offers(page: Page, field: str) -> Locator:
    """What a field that narrows as one types offers now."""
    return page.get_by_role("listbox", name=field).get_by_role("option")


def an_address(desk: Desk) -> str:
    """An address in the middle of the county, as the geocoder writes it."""
    lon, lat = desk.ask("/api/v1/region")["centre"]
    return str(desk.ask(f"/api/v1/places/reverse?lon={lon}&lat={lat}")["found"]["label"])


def who_is_to_go(dispatcher: Desk, incident: str) -> tuple[str, str]:
    """The ambulance that the plan proposes, and a free unit that it does not propose."""
    found = dispatcher.ask(f"/api/v1/dispatch/recommendation?incident={incident}")
    units = dispatcher.view("units")
    proposed = [one["unit"] for one in found["proposal"]]
    ambulance = next(one for one in proposed if units[one]["kind"] == "ambulance")
    other = next(one["unit"] for one in found["candidates"] if one["usable"] and one["unit"] not in proposed)
    return ambulance, other


def send(dispatcher: Desk, incident: dict[str, str], other: str) -> None:
    """The plan with Enter, another unit through the command line."""
    page = dispatcher.page
    number = incident["number"]
    keys(page, "g")
    expect(page.get_by_role("listbox", name="Incidents").get_by_role("option").first).to_be_focused()
    arrive(page, lambda: page.locator(f'[data-key="{incident["id"]}"]'), "ArrowDown")
    keys(page, "Enter")
    button = page.get_by_role("button", name=re.compile(r"^Send [A-Z]+\d+"))
    expect(button).to_be_focused()
    keys(page, "Enter")
    expect(page.locator(".effect")).to_contain_text(f"sent to {number}")
    sign = dispatcher.view("units")[other]["call_sign"]
    keys(page, "/")
    expect(page.get_by_role("combobox", name="Command line")).to_be_focused()
    write(page, f"send {sign.lower()} {number} second crew wanted")
    expect(page.locator(".effect")).to_contain_text(f"→ {number}")
    keys(page, "Enter")
    expect(page.locator(".effect")).to_contain_text(f"{sign}")
    expect(page.get_by_role("article", name=f"Incident {number}").get_by_text(sign, exact=True).first).to_be_visible()
    keys(page, "Escape")


def sees_the_help(taker: Desk, unit: str) -> None:
    """The call taker can say who is coming."""
    expect(taker.page.locator(".about").get_by_text(unit.upper(), exact=True).first).to_be_visible()


def work_to_the_patient(crew: Desk, incident: dict[str, str]) -> None:
    page = crew.page
    expect(page.get_by_role("alert").filter(has_text="New assignment")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    for status, then in (("Acknowledge", "En route"), ("En route", "On scene"), ("On scene", "At patient")):
        report(crew, status, then)
    report(crew, "At patient", "Choose a hospital")


def report(crew: Desk, status: str, then: str) -> None:
    """The next status by its key, when the big button says so; then the button says what comes after."""
    big = crew.page.locator("button.next")
    expect(big).to_contain_text(status)
    keys(crew.page, "n")
    expect(big).to_contain_text(then)


def choose_the_hospital(crew: Desk) -> str:
    """STEMI, and the hospital that is suggested first. Its id."""
    page = crew.page
    keys(page, "2")
    tab_to(page, page.get_by_role("button", name="STEMI"))
    keys(page, "Space")
    expect(page.get_by_role("button", name="STEMI")).to_have_attribute("aria-pressed", "true")
    tab_to(page, page.get_by_role("textbox", name="In a few words"))
    write(page, WORDS)
    first = page.get_by_role("region", name="Hospital").get_by_role("listitem").first.get_by_role("button")
    expect(first.locator(".rank")).to_have_text("1")
    tab_to(page, first)
    keys(page, "Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    name = first.locator("strong").inner_text()
    return next(key for key, row in crew.view("facilities").items() if row["name"] == name)


def pre_alert(crew: Desk) -> None:
    keys(crew.page, "p")
    expect(crew.page.get_by_text("not accepted yet")).to_be_visible()


def accept_with_a_bed(hospital: Desk) -> None:
    page = hospital.page
    row = page.get_by_role("listbox", name="Patients on the way").get_by_role("option")
    expect(row).to_contain_text("STEMI")
    keys(page, "p", "Enter")
    expect(page.get_by_role("complementary", name=re.compile("Patient from"))).to_be_visible()
    keys(page, "a")
    expect(page.get_by_text(re.compile("accepted [0-9]"))).to_be_visible()
    keys(page, "b")
    expect(page.get_by_role("textbox", name=re.compile("^Bed"))).to_be_focused()
    write(page, "cath 2")
    keys(page, "Enter")
    expect(row).to_contain_text("bed cath 2")


def hand_over(crew: Desk, hospital: Desk) -> None:
    page = crew.page
    expect(page.get_by_text("bed cath 2")).to_be_visible()
    big = page.locator("button.next")
    expect(big).to_contain_text("Leaving scene to")
    keys(page, "n")
    report(crew, "At destination", "Sign the transfer of care")
    keys(page, "n")
    tab_to(page, page.get_by_label("Handed over by"))
    write(page, "Kim Cole")
    keys(page, "Enter")
    expect(page.get_by_text(re.compile("^Crew: Kim Cole"))).to_be_visible()

    page = hospital.page
    tab_to(page, page.get_by_role("textbox", name=re.compile("takes over")))
    write(page, "Dr Imai")
    keys(page, "Enter")
    expect(page.get_by_text("No patient is on the way")).to_be_visible()

    expect(big).to_contain_text("Back in service")
    keys(crew.page, "n")
    expect(crew.page.get_by_text("No assignment.")).to_be_visible()


def close(dispatcher: Desk, incident: dict[str, str], other: str) -> None:
    page = dispatcher.page
    number = incident["number"]
    done = page.locator(".effect")
    keys(page, "/")
    for unit in still_on(dispatcher, incident["id"]):
        write(page, f"cancel {unit} {number}")
        expect(done).to_contain_text("stands down")
        keys(page, "Enter")
        expect(done).not_to_contain_text("stands down:")
    write(page, f"close {number} patient transported")
    keys(page, "Enter")
    expect(page.get_by_text("This one is closed.")).to_be_visible()


def still_on(dispatcher: Desk, incident: str) -> list[str]:
    row = dispatcher.view("incidents")[incident]
    ended = {"back_in_service", "cancelled", "diverted", "home"}
    return [one["call_sign"].lower() for one in row["assignments"] if one["status"] not in ended]


def the_time_line_tells_it(dispatcher: Desk, unit: str) -> None:
    page = dispatcher.page
    keys(page, "Escape", "Escape")
    tab_to(page, page.get_by_role("link", name="Its time line"))
    keys(page, "Enter")
    expect(page.get_by_role("heading", name=re.compile(r"Incident \d+: \d+ of \d+ entries"))).to_be_visible()
    told = page.get_by_role("listitem")
    for words in (NOTE, "Kim Cole", "Dr Imai", "cath 2"):
        expect(told.filter(has_text=words).first).to_be_visible()
    for person in ("call_taker", "dispatcher", f"crew-{unit}"):
        expect(told.filter(has_text=person).first).to_be_visible()
