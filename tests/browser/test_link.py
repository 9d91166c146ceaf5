"""The live link survives: a server that dies, a laptop that sleeps; two tabs share one connection."""

import re
import sqlite3
from uuid import uuid4

from playwright.sync_api import expect

from browser.conftest import Sit, Start
from browser.demo_server import Demo
from browser.desk import Desk
from browser.scene import Scene

DOWN = ("net::", "Failed to load resource")
BANNER = re.compile(r"Link down since \d\d:\d\d:\d\d")


def ring(desk: Desk) -> str:
    """A call begins, without the screen; its id."""
    call = str(uuid4())
    desk.command("call-taking", "ring-call", {"call": call, "line": "desk"})
    return call


def test_a_server_that_is_killed_and_comes_back(sit: Sit, start_demo: Start) -> None:
    demo = start_demo()
    desk = sit(demo, "call_taker", "/calls")
    desk.expected = DOWN
    desk.is_live()
    before = ring(desk)
    shown = desk.page.locator(f'[data-key="{before}"]')
    expect(shown).to_be_visible()
    desk.page.evaluate("() => { window.sameDocument = true }")

    demo.kill()
    banner = desk.page.get_by_role("alert").filter(has_text=BANNER)
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(re.compile(r"What is shown is \d+:\d\d old"))
    expect(shown).to_be_visible()

    demo.start()
    expect(banner).to_be_hidden(timeout=30_000)
    desk.is_live()
    expect(shown).to_be_visible()
    after = ring(desk)
    expect(desk.page.locator(f'[data-key="{after}"]')).to_be_visible()
    assert desk.page.evaluate("() => window.sameDocument"), "the page was loaded again"


def test_a_laptop_that_sleeps(sit: Sit, quiet: Demo) -> None:
    sleeper = sit(quiet, "call_taker", "/calls")
    sleeper.expected = DOWN
    sleeper.is_live()
    awake = sit(quiet, "call_taker", "/calls")
    awake.is_live()

    cdp = sleeper.context.new_cdp_session(sleeper.page)
    cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
    meanwhile = ring(awake)
    expect(awake.page.locator(f'[data-key="{meanwhile}"]')).to_be_visible()
    cdp.send("Page.setWebLifecycleState", {"state": "active"})

    expect(sleeper.page.locator(f'[data-key="{meanwhile}"]')).to_be_visible()
    sleeper.is_live()


def test_tabs_share_one_connection(sit: Sit, quiet: Demo) -> None:
    desk = sit(quiet, "dispatcher", "/dispatch")
    desk.is_live()
    second = desk.context.new_page()
    desk.watch(second)
    asked: list[str] = []
    second.on("request", lambda request: asked.append(request.url))
    second.goto("/map")
    expect(second.locator(".link.up")).to_be_visible()
    call = ring(desk)
    expect(desk.page.locator(f'[data-key="{call}"]')).to_be_visible()
    assert asked, "the tab was watched"
    assert not [url for url in asked if "/api/v1/live" in url], "the tab opened a connection of its own"


def test_a_log_that_cannot_be_written_is_said_on_every_screen_and_nothing_is_lost(sit: Sit, start_demo: Start) -> None:
    demo = start_demo()
    scene = Scene(sit, demo)
    incident = scene.incident(1)
    desk = sit(demo, "dispatcher", f"/dispatch?incident={incident}")
    others = [sit(demo, "call_taker", "/calls"), sit(demo, "ed-st-anne", "/hospital"), sit(demo, "crew-m1", "/crew")]
    for one in (desk, *others):
        one.is_live()
    page = desk.page
    page.get_by_role("textbox", name="Note").fill("gate code 4711")

    with sqlite3.connect(demo.data / "log.sqlite", isolation_level=None) as another:
        another.execute("BEGIN IMMEDIATE")  # somebody else's program holds the log
        page.get_by_role("button", name="Write").click()
        for one in (desk, *others[:2]):
            banner = one.page.get_by_role("alert").filter(has_text=re.compile(r"cannot write since \d\d:\d\d:\d\d"))
            expect(banner).to_contain_text("Nothing you enter now is kept until this ends")
        expect(others[2].page.get_by_role("alert")).to_contain_text("waits on this device")
        another.execute("ROLLBACK")

    for one in (desk, *others):
        expect(one.page.get_by_role("alert").filter(has_text="cannot write")).to_have_count(0)
    expect(page.get_by_role("article").get_by_text("gate code 4711")).to_be_visible()
