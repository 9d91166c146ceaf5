"""A demo of the county, a Chromium, and desks in it: one browser context for each person."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from browser.agency_server import AgencyServer, agency_server
from browser.demo_server import Demo
from browser.desk import Desk
from goldenhour.run.server.ui_build import ensure_ui

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def screens() -> None:
    """The screens as they are now, built once."""
    ensure_ui()


Start = Callable[..., Demo]


@pytest.fixture(scope="session")
def start_demo(county: Path, screens: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a demo of its own: `start_demo(rate=1, speed=10)`, on the log that `before(log, region)` wrote, if given.

    All are ended with the session.
    """
    started: list[Demo] = []

    def start(before: Callable[[Path, Path], None] | None = None, **how: Any) -> Demo:
        demo = Demo(data=tmp_path_factory.mktemp("demo"), region=county, **how)
        if before is not None:
            before(demo.data / "log.sqlite", county)
        started.append(demo)
        demo.start()
        return demo

    yield start
    for demo in started:
        assert demo.stop() == 0, demo.said()


@pytest.fixture(scope="session")
def quiet(start_demo: Start) -> Demo:
    """A demo in which nobody rings, in real time: what happens there, a test did."""
    return start_demo()


@pytest.fixture(scope="session")
def lively(start_demo: Start) -> Demo:
    """A demo with its whole world, ten times as fast."""
    return start_demo(rate=2, speed=10)


@pytest.fixture(scope="session")
def agency(
    county: Path, shared: Path, screens: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AgencyServer]:
    """A real installation with the official schemas, rules and State data set; crews m1 to m9 may sign in."""
    data = tmp_path_factory.mktemp("agency")
    units = [f"m{number}" for number in range(1, 10)]
    server = agency_server(data=data, region=county, official=shared / "nemsis", units=units)
    server.start()
    yield server
    assert server.stop() == 0, server.said()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium that the gate found."""
    path = os.environ.get("GOLDENHOUR_CHROMIUM") or shutil.which("chromium")
    assert path, "no Chromium: ./goldenhour test finds or installs one, or set GOLDENHOUR_CHROMIUM"
    started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
    yield started
    started.close()


Sit = Callable[..., Desk]


@pytest.fixture
def sit(browser: Browser) -> Iterator[Sit]:
    """`sit(demo, "dispatcher", "/dispatch")`: a person of the demo at a screen. Nothing may go wrong unseen there."""
    desks: list[Desk] = []

    def begin(demo: Demo, person: str, path: str = "/", **context: Any) -> Desk:
        desk = Desk.open(browser, demo.address, person, path, **context)
        desks.append(desk)
        return desk

    yield begin
    faults = [f"{desk.person}: {fault}" for desk in desks for fault in desk.faults]
    for desk in desks:
        desk.leave()
    assert not faults, "\n".join(faults)
