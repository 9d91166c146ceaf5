"""The State data set on the crew's screen: what it asks for, which codes it takes, its hospitals, its own elements."""

import re

from playwright.sync_api import Locator, Page, expect

from browser.agency_server import DISPATCHER, PASSWORD, AgencyServer
from browser.charting import added, sign_on
from browser.conftest import Sit
from browser.test_chart_cases import everything_sent, the_record
from browser.test_crew_offline import TABLET, sent_out

UNIT = "m7"
CREW = {
    "eCrew": {
        "eCrew.CrewGroup": [
            {"id": "1", "eCrew.01": "42257", "eCrew.02": "9925007", "eCrew.03": ["2403011"]},
            {"id": "2", "eCrew.01": "42258", "eCrew.02": "9925005", "eCrew.03": ["2403013"]},
        ]
    }
}
"""A paramedic and an EMT."""


def test_the_states_choices_reach_the_chart_and_the_board_counts_what_the_screen_shows(
    sit: Sit, agency: AgencyServer
) -> None:
    crew = sit(agency, f"crew-{UNIT}", "/crew", password=PASSWORD, viewport=TABLET)
    crew.is_live()
    page = crew.page
    sign_on(page, CREW)
    incident = sent_out(sit(agency, DISPATCHER, "/", password=PASSWORD), UNIT)
    page.get_by_role("button", name="Begin the chart").click()
    record = the_record(crew, incident)
    everything_sent(page)

    page.get_by_role("button", name=re.compile(r"^Missing \d+, sign$")).click()
    asked = page.get_by_role("heading", name=re.compile(r"^The state asks for \d+$"))
    expect(asked).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Scene Cross Street"))).to_be_visible()

    page.get_by_role("button", name="Sections").click()
    levels_are_the_states(page)
    its_hospital_fills_in_the_address(page)
    its_own_element_refines_a_code(page)
    everything_sent(page)

    shown = page.get_by_role("button", name=re.compile(r"^Missing \d+, sign$"))
    expect(shown).to_have_text(f"Missing {crew.view('records')[record]['missing']}, sign")
    chart = crew.ask(f"/api/v1/care/record?record={record}")
    assert len(chart["missing"]) == crew.view("records")[record]["missing"]
    destination = chart["tree"]["eDisposition"]["eDisposition.DestinationGroup"]
    assert destination["eDisposition.02"] == "070033"
    assert destination["eDisposition.03"] == "24 Hospital Avenue"
    (shot,) = chart["tree"]["eHistory"]["eHistory.ImmunizationsGroup"]
    assert shot["eHistory.10"] == "9910027"
    (result,) = chart["tree"]["eCustomResults"]["eCustomResults.ResultsGroup"]
    assert (result["eCustomResults.02"], result["eCustomResults.03"]) == ("eHistory.10", shot["id"])

    what_an_emt_gave_beyond_the_states_list(page)
    chart = crew.ask(f"/api/v1/care/record?record={record}")
    (given,) = chart["tree"]["eMedications"]["eMedications.MedicationGroup"]
    assert (given["eMedications.10"], given["eMedications.11"]) == ("9905005", "9918001")
    told = crew.ask(f"/api/v1/care/check?record={record}")["failed"]
    (scope,) = [one for one in told if one["id"] == "golden-hour-scope"]
    assert scope["role"] == "WARNING"
    assert scope["path"] == f"eMedications.MedicationGroup[{given['id']}]/eMedications.03"
    page.get_by_role("button", name=re.compile(r"^Missing \d+, sign$")).click()
    page.get_by_role("button", name="Check the whole record").click()
    expect(page.get_by_role("button", name=re.compile("^Warning: Fentanyl.* is beyond the scope of"))).to_be_visible()


def what_an_emt_gave_beyond_the_states_list(page: Page) -> None:
    """The paramedic's list has fentanyl; the EMT's has it after the others, marked, and it is charted as it was."""
    page.get_by_role("button", name="Time line").click()
    page.get_by_role("button", name=re.compile("^Medication")).click()
    pad = page.get_by_role("form", name="Medication given")
    medication = pad.get_by_role("combobox", name="Medication, by name or RxNorm code")
    medication.fill("fentanyl")
    offered = page.get_by_role("listbox").get_by_role("option").first
    expect(offered).to_contain_text("Fentanyl")
    expect(offered).not_to_contain_text("beyond")
    medication.press("Escape")
    pad.get_by_role("radio", name="EMT", exact=True).click()
    medication.fill("fentanyl")
    expect(offered).to_contain_text("beyond EMT")
    offered.click()
    expect(pad.get_by_text("Beyond EMT, by the state's list.")).to_be_visible()
    pad.get_by_role("button", name="On-Line (Remote Verbal Order)").click()
    pad.get_by_label("Dose").fill("50")
    pad.get_by_role("button", name="Intravenous (IV)", exact=True).click()
    pad.get_by_role("button", name="Enter", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Fentanyl.* 50"))).to_be_visible()
    everything_sent(page)


def levels_are_the_states(page: Page) -> None:
    """Licensure levels that the state does not have are not offered."""
    find(page, "Crew Member Level")
    level = page.locator('[data-element="eCrew.02"]').first
    offered = level.get_by_role("button")
    expect(offered.filter(has_text="Community Paramedicine")).to_be_visible()
    expect(offered.filter(has_text="Student")).to_have_count(0)


def its_hospital_fills_in_the_address(page: Page) -> None:
    find(page, "Destination City")
    pick = page.get_by_role("group", name="Facility of the state’s list")
    pick.get_by_role("button", name="Danbury Hospital").click()
    expect(page.locator('[id="f-eDisposition.03"]')).to_have_value("24 Hospital Avenue")


def its_own_element_refines_a_code(page: Page) -> None:
    """COVID-19 is the state's; what NEMSIS calls it is charted with it."""
    find(page, "Immunization Year")
    identity = added(page.locator('[id="at-eHistory.ImmunizationsGroup"]'))
    own = field(page, f"eHistory.ImmunizationsGroup[{identity}]/custom:eHistory.10")
    own.get_by_role("button", name="COVID-19").click()
    expect(own.get_by_role("button", name="COVID-19")).to_have_attribute("aria-pressed", "true")
    code = field(page, f"eHistory.ImmunizationsGroup[{identity}]/eHistory.10")
    expect(code.locator(".control input")).not_to_have_value("")


def find(page: Page, words: str) -> None:
    """By the search for a field; it leads to the field, or to where its group is added."""
    search = page.get_by_role("combobox", name="Find a field")
    search.fill(words)
    page.keyboard.press("Enter")
    expect(search).not_to_be_focused()


def field(page: Page, path: str) -> Locator:
    return page.locator(f'[id="at-{path}"]')
