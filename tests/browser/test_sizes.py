"""Nothing is cut off at the sizes people work at; gloves find every button of the crew's page."""

from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Sit
from browser.demo_server import Demo
from browser.desk import Desk

TARGET_PX = 44

SIZES = [
    ("dispatcher", "/dispatch", 1920, 1080),
    ("dispatcher", "/dispatch", 1366, 768),
    ("dispatcher", "/dispatch", 960, 540),  # 1920x1080 at 200 % zoom
    ("call_taker", "/calls", 1366, 768),
    ("call_taker", "/calls", 960, 540),
    ("crew-m1", "/crew", 1180, 820),
    ("crew-m1", "/crew", 390, 844),
    ("crew-m1", "/crew", 195, 422),
    ("ed-st-anne", "/hospital", 1920, 1080),
    ("ed-st-anne", "/hospital", 960, 540),
]


@pytest.mark.parametrize(("person", "path", "width", "height"), SIZES)
def test_nothing_is_wider_than_the_window(
    sit: Sit, quiet: Demo, person: str, path: str, width: int, height: int
) -> None:
    desk = sit(quiet, person, path, viewport={"width": width, "height": height})
    desk.is_live()
    expect(desk.page.locator(".skeleton")).to_have_count(0)
    wide = desk.page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= width, f"{path} is {wide} px wide in a window of {width}: {widest(desk)}"


def test_every_control_of_the_crew_can_be_hit_with_gloves(sit: Sit, quiet: Demo) -> None:
    desk = sit(quiet, "crew-m1", "/crew", viewport={"width": 390, "height": 844}, has_touch=True)
    desk.is_live()
    expect(desk.page.get_by_role("button", name="Go off duty")).to_be_visible()
    small = desk.page.evaluate(
        """least => [...document.querySelectorAll('main button, main input, main select, main summary, main a')]
            .map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
            .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)""",
        TARGET_PX,
    )
    assert small == []


def widest(desk: Desk) -> Any:
    """What sticks out, for whoever has to mend it."""
    return desk.page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
    )
