"""Makes the README's pictures from a running demo: `python tests/browser/pictures.py http://127.0.0.1:8911`."""

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from browser.conftest import ARGUMENTS
from browser.desk import Desk
from browser.test_journey import take_the_call

OUT = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDEST = 1600
COLOURS = 256
MAP_DRAWN_MS = 6_000
"""A map says nothing to the page when it is drawn; a picture is made by hand and looked at."""
DESKTOP = {"width": 1920, "height": 1080}
TABLET = {"width": 1180, "height": 820}


def main(address: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as started:
        path = os.environ.get("GOLDENHOUR_CHROMIUM") or shutil.which("chromium")
        browser = started.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        draw(browser, address)
        browser.close()


def draw(browser: Browser, address: str) -> None:
    """Dispatch last sees what the others chose: the busiest incident, crew and hospital of this moment."""
    look = Desk.open(browser, address, "supervisor", "/")
    incidents = list(look.view("incidents").values())
    busiest = max(incidents, key=lambda row: (len(row["assignments"]), -(row["level"] or 5)))
    facilities = look.view("facilities")
    hospital = max(facilities, key=lambda one: facilities[one]["coming"] + facilities[one]["offloading"])
    units = [row for row in look.view("units").values() if row["kind"] == "ambulance" and not row["mutual_aid"]]
    working = [row for row in units if row["assignments"]]
    crew = next((row for row in working if row["status"] in ("on_scene", "at_patient", "left_scene")), working[0])
    look.leave()
    picture(browser, address, ("hospital", f"ed-{hospital}", "/hospital"), DESKTOP)
    picture(browser, address, ("crew", f"crew-{crew['id']}", "/crew"), TABLET)
    picture(browser, address, ("timeline", "supervisor", f"/timeline/{busiest['id']}"), DESKTOP)
    picture(browser, address, ("dispatch", "dispatcher", f"/dispatch?incident={busiest['id']}"), DESKTOP)
    picture(browser, address, ("calls", "call_taker", "/calls"), DESKTOP)


def picture(browser: Browser, address: str, what: tuple[str, str, str], size: dict[str, int]) -> None:
    name, person, path = what
    desk = Desk.open(browser, address, person, path, viewport=size)
    page = desk.page
    if name != "timeline":
        desk.is_live()
    if name == "calls":
        take_the_call(desk)
    expect(page.locator(".skeleton")).to_have_count(0)
    page.wait_for_timeout(MAP_DRAWN_MS)
    save(Image.open(BytesIO(page.screenshot())), OUT / f"{name}.png")
    desk.leave()


def save(shot: Any, path: Path) -> None:
    """Small enough for a README: at most 1600 wide, a palette of 256 that keeps rare colours: they are the levels."""
    image = shot.convert("RGB")
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1])
