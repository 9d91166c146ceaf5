"""A dispatcher's hands: what Enter does, and that the screen does not take the focus from what is typed."""

import re

from playwright.sync_api import Route, expect

from browser.conftest import Sit
from browser.demo_server import Demo
from browser.keyboard import arrive, keys, write
from browser.scene import Scene


def test_whoever_types_keeps_the_focus_when_there_is_something_to_send(sit: Sit, quiet: Demo) -> None:
    scene = Scene(sit, quiet)
    incident = scene.incident(1)
    desk = sit(quiet, "dispatcher", "/dispatch")
    desk.is_live()
    page = desk.page
    held: list[Route] = []
    page.route("**/dispatch/recommendation*", lambda route: held.append(route))
    keys(page, "g")
    arrive(page, lambda: page.locator(f'[data-key="{incident}"]'), "ArrowDown")
    with page.expect_request("**/dispatch/recommendation*"):
        keys(page, "Enter")
    keys(page, "/")
    write(page, "note ")
    page.route("**/dispatch/recommendation*", lambda route: route.continue_())
    for route in held:
        route.continue_()
    send = page.get_by_role("button", name=re.compile(r"^Send [A-Z]+\d+"))
    expect(send).to_have_attribute("aria-disabled", "false")
    expect(page.get_by_role("combobox", name="Command line")).to_be_focused()
    scene.clear()  # else the world's dispatcher sends somebody, as soon as no person is at the desk


def test_when_all_units_are_clear_closing_comes_first(sit: Sit, quiet: Demo) -> None:
    scene = Scene(sit, quiet)
    incident = scene.incident(2)
    part = scene.sent(incident, "m2", "on_scene")
    scene.dispatch("report-status", {**part, "status": "back_in_service", "outcome": "treated and released"})
    desk = sit(quiet, "dispatcher", f"/dispatch?incident={incident}")
    desk.is_live()
    page = desk.page
    row = page.locator(f'[data-key="{incident}"]')
    expect(row).to_contain_text("all clear, to be closed")
    expect(page.get_by_label("Outcome")).to_have_value("treated and released")
    expect(page.get_by_role("button", name=re.compile("^Send [A-Z]+\\d"))).to_have_count(0)

    keys(page, "a")
    expect(page.get_by_role("listbox", name="Candidates")).to_be_visible()
    keys(page, "Escape")
    page.get_by_role("heading", name="Chest pain").click()
    keys(page, "Enter")
    expect(row).to_have_count(0)
    expect(page.locator(".effect")).to_contain_text("closed: treated and released")
