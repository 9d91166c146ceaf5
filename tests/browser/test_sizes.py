"""At every size people work at, with work on the desks and names that are too long: nothing is cut, covered or lost.

Zoom of 200 % is a window of half the size with twice the pixels; the smallest desk is 1366x768 at 200 %.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.conftest import Sit, Start
from browser.crowd import INCIDENTS, LONG_STREET, LONG_UNIT, UNITS, a_crowd
from browser.demo_server import Demo
from browser.desk import Desk
from browser.keyboard import keys, tab_to, write
from browser.scene import Scene

FITS = Path(__file__).with_name("fits.js").read_text()
LONG_WORDS = "severe crushing pain between the shoulder blades since yesterday, pale, sweating, keeps vomiting"

TARGET_PX = 44

DESKS = [(1920, 1080), (1366, 768), (960, 540), (683, 384)]
SIZES = [
    *[("dispatcher", "/dispatch?incident=:incident", *size) for size in DESKS],
    *[("dispatcher", "/dispatch", *size) for size in ((1366, 768), (683, 384))],
    *[("call_taker", "/calls", *size) for size in DESKS[1:]],
    *[("ed-st-anne", "/hospital", *size) for size in (DESKS[0], DESKS[2], DESKS[3])],
    *[("supervisor", "/timeline/:incident", *size) for size in (DESKS[0], DESKS[3])],
    ("supervisor", "/timeline", 683, 384),
    ("dispatcher", "/map", 1200, 900),
    ("dispatcher", "/", 683, 384),
    ("crew-m1", "/crew", 1180, 820),
    ("crew-m1", "/crew", 820, 1180),
    ("crew-m1", "/crew", 390, 844),
    ("crew-m1", "/crew", 195, 422),
    ("ed-st-anne", "/hospital", 390, 844),
    ("planner", "/", 390, 844),
]


@pytest.fixture(scope="module")
def worked(start_demo: Start) -> Demo:
    return start_demo()


@pytest.fixture(scope="module")
def incidents() -> dict[str, str]:
    """The incident of the scene, once it is laid out."""
    return {}


@pytest.fixture
def incident(sit: Sit, worked: Demo, incidents: dict[str, str]) -> str:
    """A busy incident with words that are too long."""
    if not incidents:
        scene = Scene(sit, worked)
        incidents["busy"] = busy = scene.working_day(unit="m1", hospital="st-anne")
        scene.dispatch(
            "locate-incident", {"incident": busy, "location": scene.place(3, LONG_STREET), "confirmed": True}
        )
        scene.dispatch("note-incident", {"incident": busy, "text": LONG_WORDS})
        scene.dispatch("note-hazard", {"incident": busy, "text": LONG_WORDS, "hold": True})
        scene.sent(busy, "m7", "en_route")
    return incidents["busy"]


@pytest.mark.parametrize(("person", "path", "width", "height"), SIZES)
def test_everything_fits(
    sit: Sit, worked: Demo, incident: str, person: str, path: str, width: int, height: int
) -> None:
    size = {"width": width, "height": height}
    desk = sit(worked, person, path.replace(":incident", incident), viewport=size, reduced_motion="reduce")
    desk.context.set_default_timeout(60_000)
    settled(desk)
    assert not misfits(desk), "\n".join(misfits(desk))


def settled(desk: Desk) -> None:
    """The page is there with its rows."""
    expect(desk.page.get_by_role("main")).to_be_visible()
    expect(desk.page.locator(".skeleton")).to_have_count(0)
    desk.page.wait_for_function("() => document.fonts.status === 'loaded'")
    if desk.page.locator(".link").count():
        desk.is_live()


def misfits(desk: Desk) -> list[str]:
    desk.page.evaluate(FITS)
    found: list[str] = desk.page.evaluate("misfits()")
    return found


def test_at_double_size_a_dispatcher_can_choose_send_and_go_back(sit: Sit, worked: Demo, incident: str) -> None:
    desk = sit(worked, "dispatcher", "/dispatch", viewport={"width": 683, "height": 384})
    desk.is_live()
    page = desk.page
    page.locator(f'[data-key="{incident}"]').click()
    detail = page.get_by_role("article", name="Incident")
    expect(detail).to_be_visible()
    expect(detail.get_by_role("tab", name="Times")).to_be_attached()
    page.get_by_role("button", name="Back to the lists").click()
    expect(page.locator(f'[data-key="{incident}"]')).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Map").click()
    expect(opened.value.get_by_role("main")).to_be_visible()


@pytest.fixture(scope="module")
def crowded(start_demo: Start) -> Iterator[Demo]:
    return start_demo(before=a_crowd)


def test_300_units_and_1000_incidents_can_be_worked(sit: Sit, crowded: Demo) -> None:
    desk = sit(crowded, "dispatcher", "/dispatch", viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    desk.is_live()
    page = desk.page
    listed = page.get_by_role("listbox", name="Incidents").get_by_role("option")
    expect(listed).to_have_count(INCIDENTS)
    expect(page.get_by_role("listbox", name="Units", exact=True).get_by_role("option")).to_have_count(UNITS)
    assert not misfits(desk), "\n".join(misfits(desk))

    keys(page, "g", "End")
    expect(listed.last).to_be_focused()
    expect(listed.last).to_be_in_viewport()
    keys(page, "Home", "Enter")
    expect(page.get_by_role("article", name="Incident")).to_be_visible()
    number = page.get_by_role("article", name="Incident").get_attribute("aria-label")
    assert number
    keys(page, "/")
    write(page, f"note {number.removeprefix('Incident ')} all units hold")
    keys(page, "Enter")
    expect(page.get_by_role("article").get_by_text("all units hold")).to_be_visible()
    write(page, "unit meridian")
    keys(page, "Enter")
    expect(page.get_by_role("article", name=f"Unit {LONG_UNIT}")).to_be_visible()
    assert not misfits(desk), "\n".join(misfits(desk))


def test_a_phone_at_double_size_holds_the_crew_page(sit: Sit, quiet: Demo) -> None:
    """With nothing to do, and on the way with the route beside it."""
    scene = Scene(sit, quiet)
    scene.free("m1")
    desk = sit(quiet, "crew-m1", "/crew", viewport={"width": 195, "height": 422})
    settled(desk)
    assert not misfits(desk), "\n".join(misfits(desk))
    part = scene.sent(scene.incident(5, label=LONG_STREET), "m1", "en_route")
    expect(desk.page.get_by_role("list").filter(has_text="Depart on")).to_be_visible()
    assert not misfits(desk), "\n".join(misfits(desk))
    scene.over(part, "en_route")


def test_every_control_of_the_crew_can_be_hit_with_gloves(sit: Sit, quiet: Demo) -> None:
    Scene(sit, quiet).free("m1")
    desk = sit(quiet, "crew-m1", "/crew", viewport={"width": 390, "height": 844}, has_touch=True)
    desk.is_live()
    expect(desk.page.get_by_role("button", name="Go off duty")).to_be_visible()
    desk.page.locator("summary", has_text="Menu").click()
    expect(desk.page.get_by_role("button", name="Sign out")).to_be_visible()
    small = desk.page.evaluate(
        """least => [...document.querySelectorAll('button, input, select, summary, a')]
            .map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 1 && (box.height < least || box.width < least))
            .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)""",
        TARGET_PX,
    )
    assert small == []


def test_the_menu_of_a_narrow_window_is_worked_with_keys(sit: Sit, quiet: Demo) -> None:
    desk = sit(quiet, "crew-m1", "/crew", viewport={"width": 390, "height": 844})
    desk.is_live()
    page = desk.page
    menu = page.locator("summary", has_text="Menu")
    dark = page.get_by_role("button", name="Dark theme")
    expect(dark).to_be_hidden()
    tab_to(page, menu)
    keys(page, "Enter")
    tab_to(page, dark)
    keys(page, "Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(dark).to_be_hidden()
    tab_to(page, menu)
    keys(page, "Enter", "Escape")
    expect(page.get_by_role("button", name="Light theme")).to_be_hidden()
    expect(menu).to_be_focused()
