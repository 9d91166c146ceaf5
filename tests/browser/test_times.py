"""A time that was entered wrongly or not at all: put right by mouse, by keyboard and on the command line."""

import re

from playwright.sync_api import expect

from browser.conftest import Sit
from browser.demo_server import Demo
from browser.desk import Desk
from browser.keyboard import keys, tab_to, write
from browser.scene import Scene


def times_of(desk: Desk, incident: str) -> dict[str, int]:
    times: dict[str, int] = desk.view("incidents")[incident]["assignments"][0]["times"]
    return times


def minutes_before(desk: Desk, at: int, minutes: int) -> str:
    """The clock time so many minutes before an instant, as the screen shows times."""
    shown: str = desk.page.evaluate(
        "([at, zone]) => new Date(at).toLocaleTimeString('en-GB', {timeZone: zone})",
        [at - minutes * 60_000, desk.ask("/api/v1/region")["timezone"]],
    )
    return shown


def test_times_are_corrected_and_entered_late(sit: Sit, quiet: Demo) -> None:
    scene = Scene(sit, quiet)
    incident = scene.incident(2, ago_s=600)
    scene.sent(incident, "m6", "en_route")
    desk = sit(quiet, "dispatcher", f"/dispatch?incident={incident}")
    desk.is_live()
    page = desk.page
    before = times_of(desk, incident)
    number = desk.view("incidents")[incident]["number"]
    earlier = minutes_before(desk, before["notified"], 2)

    # by mouse: a time that is there
    page.get_by_role("tab", name="Times").click()
    page.get_by_role("button", name="M6 notified").click()
    page.get_by_label("M6 notified at").fill(earlier)
    page.get_by_label("Why it is corrected").fill("from the radio log")
    page.get_by_role("button", name="Correct", exact=True).click()
    expect(page.get_by_role("button", name=f"M6 notified: {earlier}")).to_be_visible()
    assert before["notified"] - times_of(desk, incident)["notified"] in range(120_000, 121_000)

    # by keyboard: one that nobody reported
    now = minutes_before(desk, before["en_route"], 0)
    tab_to(page, page.get_by_role("button", name="M6 on scene: enter late"))
    keys(page, "Enter")
    expect(page.get_by_label("M6 on scene at")).to_be_focused()
    write(page, now)
    keys(page, "Enter")
    expect(page.get_by_role("button", name=f"M6 on scene: {now}")).to_be_visible()

    # on the command line
    keys(page, "/")
    write(page, f"time m6 en {earlier[:5]} read from the pager")
    expect(page.locator(".effect")).to_contain_text(f"M6 en route at {earlier[:5]}")
    keys(page, "Enter")
    expect(page.locator(".effect")).to_contain_text("time of “en route” corrected")

    # the old and the new stay visible
    line = sit(quiet, "supervisor", f"/timeline/{incident}").page
    expect(line.get_by_role("heading", name=re.compile(f"Incident {number}"))).to_be_visible()
    entry = line.get_by_role("listitem").filter(has_text=re.compile("M6 notified", re.IGNORECASE))
    entry.get_by_text("Corrected once").click()
    expect(entry).to_contain_text("from the radio log")
