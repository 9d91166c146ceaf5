"""A crew's charting with nothing but keys: what was measured and given, what it is, where it ended, the signature."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.desk import Desk
from browser.keyboard import keys, tab_to, write
from goldenhour.interop.nemsis.document.safe_xml import parse
from goldenhour.interop.nemsis.rules.installed import find_schemas
from goldenhour.interop.nemsis.rules.tiers import Tiers

VITALS = {"Heart rate": "104", "Systolic": "148", "Diastolic": "92", "Respirations": "22", "SpO₂": "93"}
OFFICIAL = Path(os.environ.get("GOLDENHOUR_SHARED", Path(__file__).parents[3] / "shared")) / "nemsis"
"""The developers' copy of schemas and rules; a clone has none, and then the document is only read."""


def chart_the_patient(crew: Desk) -> None:
    """Vital signs, a medication, the impression and the unit's disposition, each where a crew enters it."""
    page = crew.page
    tab_to(page, page.get_by_role("button", name="Begin the chart"))
    keys(page, "Enter")
    expect(page.get_by_role("button", name="Vital signs")).to_be_visible()
    measured(page)
    given(page)
    tab_to(page, page.get_by_role("button", name="Sections"))
    keys(page, "Enter")
    find(page, "Provider's Primary Impression")
    impression = page.locator('[data-element="eSituation.11"] input')
    expect(impression).to_be_focused()
    write(page, "chest pain")
    keys(page, "Enter")
    expect(impression).to_have_value("Chest pain")
    find(page, "Unit Disposition")
    contact = page.locator('[data-element="eDisposition.27"]').get_by_role("button", name="Patient Contact Made")
    tab_to(page, contact)
    keys(page, "Space")
    expect(contact).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("All sent")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Time line"))
    keys(page, "Enter")
    story = page.locator(".story")
    expect(story.get_by_text("HR 104, BP 148/92, RR 22, SpO₂ 93 %")).to_be_visible()
    expect(story.get_by_text(re.compile("Aspirin 324 .*Oral"))).to_be_visible()


def measured(page: Page) -> None:
    keys(page, "v")
    for name, value in VITALS.items():
        tab_to(page, page.get_by_role("textbox", name=re.compile(f"^{name}")))
        write(page, value)
    keys(page, "Enter")
    expect(page.get_by_role("form", name="Vital signs")).to_have_count(0)


def given(page: Page) -> None:
    keys(page, "g")
    tab_to(page, page.get_by_role("combobox", name="Medication, by name or RxNorm code"))
    write(page, "aspirin")
    keys(page, "Enter")
    tab_to(page, page.get_by_label("Dose"))
    write(page, "324")
    tab_to(page, page.get_by_role("group", name="Route").get_by_role("button", name="Oral"))
    keys(page, "Space")
    tab_to(page, page.get_by_role("button", name="Enter", exact=True))
    keys(page, "Enter")
    expect(page.get_by_role("form", name="Medication given")).to_have_count(0)


def find(page: Page, words: str) -> None:
    """To a field by its name."""
    tab_to(page, page.get_by_role("combobox", name="Find a field"))
    write(page, words)
    keys(page, "Enter")


def sign_the_chart(crew: Desk) -> bytes:
    """After the call: the full check, a name, the lock, and the document as it leaves."""
    page = crew.page
    tab_to(page, page.get_by_role("tab", name=re.compile(r"patient 1$", re.IGNORECASE)))
    keys(page, "Enter")
    tab_to(page, page.get_by_role("button", name=re.compile(r"^Missing \d+, sign$")))
    keys(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Check the whole record"))
    keys(page, "Enter")
    expect(page.get_by_text("Nothing stands against locking.")).to_be_visible()
    for why in page.get_by_role("textbox", name="Why it may stay").all():
        tab_to(page, why)
        write(page, "nobody could say")
    tab_to(page, page.get_by_label("Your name"))
    write(page, "Kim Cole")
    keys(page, "Enter")
    expect(page.get_by_text(re.compile("^Locked .* signed by Kim Cole"))).to_be_visible()
    tab_to(page, page.get_by_role("link", name="NEMSIS document"))
    with page.expect_download() as told:
        keys(page, "Enter")
    return Path(told.value.path()).read_bytes()


def the_document_is_valid(document: bytes) -> None:
    """By the official schema, and without an ERROR by the official rules."""
    assert parse(document).tag.endswith("EMSDataSet")
    for words in (b"1191", b"R07.9", b"<eVitals.10>104<"):
        assert words in document
    if not OFFICIAL.is_dir():
        return
    report = Tiers(find_schemas(OFFICIAL)).check(document, path="journey.xml", expected="EMS").report
    assert report.valid, report
