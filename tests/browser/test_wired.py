"""Every control is wired: whatever a person of each role can see and use on a page has an effect when it is used.

Nobody lists the controls here. A crawl takes what the page offers, newest first, uses it, and looks whether the page
around it, its address, the focus or the log changed (TicketsCAD 51: "controls nobody finds, buttons that do nothing").
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Download, ElementHandle, Page
from playwright.sync_api import Error as PlaywrightError

from browser.conftest import Sit, Start
from browser.demo_server import Demo
from browser.desk import Desk
from browser.scene import Scene

SCRIPT = Path(__file__).with_name("controls.js").read_text()
READY_WITHIN_MS = 240_000
"""On a new machine the planner compiles its simulator first, at the lowest priority."""
EFFECT_WITHIN_MS = 2_500
USED_WITHIN_MS = 5_000
AT_MOST = 150
"""Controls of one page that are used, the newest first: a chart has hundreds, made alike from the dictionary."""
REFUSED = "status of 409"
"""A refusal is an effect; the browser logs it as a failed load."""
BAD_PLAN = "status of 422"
"""The planner's refusal of a plan that cannot be, such as a q of 2; the page says it in words beside the plan."""
BEYOND = ("status of 403", "status of 404")
"""Of another agency's units, and of incidents that only those are on: a wish is refused and a time line not shown, in
words beside the control."""
AN_AGENCYS = ("supervisor", "medical_director")
SIGNED_OUT = "status of 401"
"""What comes of signing out, which is a control like any other."""

TYPED = {"number": "2", "time": "23:45", "date": "2026-01-31", "datetime-local": "2026-01-31T13:45:00"}
DESKTOP = {"width": 1120, "height": 700}
"""Wide enough for every column; the map, which a machine without a graphics card draws slowly, is small."""
TABLET = {"width": 1180, "height": 820}

READ_LATER = {
    "Plan | button | As it is": "takes back changes of the plan; without any there is nothing to take back",
    "Plan | text | Name of a new post": "read when a place for the post is pointed at on the map",
    "Plan | select | Judge by": "read when the plan is asked about",
}
"""Controls whose effect shows only with another: control -> why."""

THERE = {"/planning": "#post"}
"""What a page shows when it is ready to be used, where that is later than its `main`: the plan is prepared first."""

PAGES = [
    ("", "/sign-in"),
    ("call_taker", "/"),
    ("call_taker", "/calls"),
    ("dispatcher", "/"),
    ("dispatcher", "/calls"),
    ("dispatcher", "/dispatch"),
    ("dispatcher", "/map"),
    ("crew-m1", "/crew"),
    ("ed-st-anne", "/hospital"),
    ("supervisor", "/dispatch"),
    ("supervisor", "/timeline"),
    ("supervisor", "/timeline/:incident"),
    ("medical_director", "/dispatch"),
    ("medical_director", "/dictionary"),
    ("planner", "/planning"),
    ("admin", "/"),
]


@pytest.fixture(scope="module")
def worked(start_demo: Start) -> Demo:
    """A demo of this file's own: using every control of it would disturb others."""
    return start_demo()


@pytest.mark.parametrize(("person", "path"), PAGES, ids=[f"{person or 'nobody'} {path}" for person, path in PAGES])
def test_every_control_has_an_effect(sit: Sit, worked: Demo, person: str, path: str) -> None:
    incident = Scene(sit, worked).working_day(unit="m1", hospital="st-anne")
    size = TABLET if path == "/crew" else DESKTOP
    desk = sit(worked, person, "/sign-in", signed_in=bool(person), viewport=size)
    beyond = BEYOND if person in AN_AGENCYS and path == "/dispatch" else ()
    desk.expected = (REFUSED, SIGNED_OUT, *beyond, *([BAD_PLAN] if path == "/planning" else []))
    desk.context.add_init_script(SCRIPT)
    crawl = Crawl(desk, path.replace(":incident", incident))
    crawl.all()
    dead = [one for one in crawl.dead if one not in READ_LATER]
    assert not dead, "\n".join(["these do nothing:", *dead])
    assert not crawl.covered, "\n".join(["these cannot be clicked:", *crawl.covered])
    assert len(crawl.used) >= 3, crawl.used


@dataclass
class Crawl:
    """Uses everything that a page offers, once."""

    desk: Desk
    path: str
    used: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """Control -> the one after whose use it appeared first, "" for those of the open page."""

    @property
    def page(self) -> Page:
        return self.desk.page

    def all(self) -> None:
        self.page.on("popup", self.note)
        self.page.on("download", self.note)
        self.page.on("dialog", lambda dialog: dialog.dismiss())
        self.open()
        last = ""
        while len(self.used) < AT_MOST:
            offered = self.offered(last)
            here = [one for one in offered if one["key"] not in self.used]
            if not here:
                pending = [key for key in self.seen if key not in self.used]
                if not pending:
                    return
                self.open()
                self.reach(pending[-1])
                here = [one for one in self.offered(last) if one["key"] == pending[-1]]
                if not here:
                    self.used.append(pending[-1])  # what it belonged to is over
                    continue
            one = min(here, key=lambda each: (each["out"], each["leaves"], -list(self.seen).index(each["key"])))
            last = one["key"]
            self.used.append(last)
            self.use(one)

    def note(self, what: Page | Download) -> None:
        """A window or a file came of it."""
        self.opened.append(what.url)
        if isinstance(what, Page):
            what.close()

    def open(self) -> None:
        self.page.goto(self.path)
        self.page.locator(THERE.get(self.path, "main")).wait_for(timeout=READY_WITHIN_MS)
        self.quiet()

    def offered(self, after: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate("wired.keys()")
        for one in reversed(found):
            self.seen.setdefault(one["key"], after)
        return found

    def reach(self, key: str) -> None:
        """Use again what brought a control forth, from the open page on."""
        for one in reversed(list(self.before(key))):
            handle = self.find(one)
            if handle is not None:
                with suppress(PlaywrightError):  # gone again: then what is sought is not there, either
                    self.put(handle, one.split(" | ")[1])
                self.quiet()

    def before(self, key: str) -> Iterator[str]:
        opener = self.seen[key]
        for _ in range(6):
            if not opener:
                return
            yield opener
            opener = self.seen[opener]

    def find(self, key: str) -> ElementHandle | None:
        return self.page.evaluate_handle("key => wired.find(key)", key).as_element()

    def use(self, one: dict[str, Any]) -> None:
        before = len(self.opened)
        for attempt in (1, 2):
            handle = self.find(one["key"])
            if handle is None:
                break  # what it belonged to is over
            shown = self.map_shown() if one["map"] else b""
            try:
                self.page.evaluate("one => { wired.before(one) }", handle)
                self.put(handle, one["role"])
                wired = self.effect(handle, one, shown)
                if not wired and one["role"] == "search":
                    handle.fill("nothing like it")  # what fitted all may fit none
                    wired = self.effect(handle, one, shown)
                if not wired and len(self.opened) == before:
                    self.dead.append(one["key"])
                break
            except PlaywrightError as error:
                if attempt == 2 and any(cause in str(error) for cause in ("intercepts pointer events", "Timeout")):
                    self.covered.append(f"{one['key']}: {str(error)[:600]}")
                self.page.keyboard.press("Escape")  # a list that was opened above it
        if one["out"] and self.desk.person:
            self.page.wait_for_url("**/sign-in*")
            self.desk.sign_in()
        if urlsplit(self.page.url).path != self.path:
            self.open()
        else:
            self.quiet()

    def put(self, handle: ElementHandle, role: str) -> None:
        """Use a control as its kind is used."""
        match role:
            case "select":
                options = handle.evaluate("one => [...one.options].map(each => each.value)")
                now = handle.evaluate("one => one.value")
                handle.select_option(next((each for each in reversed(options) if each != now), now))
            case "range":
                handle.press("ArrowLeft")
            case (
                "text"
                | "combobox"
                | "search"
                | "tel"
                | "number"
                | "time"
                | "date"
                | "datetime-local"
                | "textarea"
                | "password"
            ):
                handle.fill(TYPED.get(role, "mill"), timeout=USED_WITHIN_MS)
                handle.dispatch_event("change")  # as leaving the field does
            case _:
                self.click(handle)

    def click(self, handle: ElementHandle) -> None:
        """With the mouse, where the control is; what lies above it is in its way."""
        where = handle.evaluate("one => wired.spot(one)")
        if where is None:
            raise PlaywrightError("something intercepts pointer events")
        self.page.mouse.click(where["x"], where["y"])

    def effect(self, handle: ElementHandle, one: dict[str, Any], shown: bytes) -> bool:
        try:
            self.page.wait_for_function(
                "one => wired.changed(one) || wired.read(one)", arg=handle, timeout=EFFECT_WITHIN_MS, polling=50
            )
            return True
        except PlaywrightError as error:
            if "Timeout" not in str(error):
                return True  # the page is another one
        if one["map"] and self.map_shown() != shown:
            return True
        # What is on already may stay on: another of its group is off, and is used too.
        return bool(one["on"])

    def map_shown(self) -> bytes:
        return self.page.locator(".maplibregl-map").first.screenshot()

    def quiet(self) -> None:
        """Until the page says the same twice: what the last control led to is there."""
        self.page.wait_for_function(
            """() => {
                const said = document.body.outerHTML.replace(/[\\d.,:–-]+/g, '#') + wired.posted;
                const same = said === wired.said;
                wired.said = said;
                return same;
            }""",
            polling=80,
            timeout=10_000,
        )
