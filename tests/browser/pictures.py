"""Makes the README's pictures from a running demo: `python tests/browser/pictures.py http://127.0.0.1:8911`.

Best after some minutes of `./goldenhour demo --rate 2`: with patients on the way and charts begun.
"""

import os
import shutil
import sys
from collections import Counter
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
PLANNED_MS = 300_000
"""On a new machine the simulator is compiled first."""
DESKTOP = {"width": 1920, "height": 1080}
LAPTOP = {"width": 1366, "height": 768}
TABLET = {"width": 1180, "height": 820}
UPRIGHT = {"width": 1180, "height": 960}
WITH_THE_PATIENT = ("at_patient", "left_scene")


def main(address: str, wanted: list[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as started:
        path = os.environ.get("GOLDENHOUR_CHROMIUM") or shutil.which("chromium")
        browser = started.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for name, (person, page, size) in chosen(browser, address).items():
            if not wanted or name in wanted:
                picture(browser, address, (name, person, page), size)
        browser.close()


def chosen(browser: Browser, address: str) -> dict[str, tuple[str, str, dict[str, int]]]:
    """Whom to look at: the busiest incident and hospital of this moment, and a crew whose chart is begun."""
    look = Desk.open(browser, address, "dispatcher", "/sign-in")
    incidents = look.view("incidents").values()
    busiest = max(incidents, key=lambda row: (sum(one["active"] for one in row["assignments"]), -(row["level"] or 5)))
    handovers = look.view("handovers").values()
    now = look.ask("/api/v1/views?names=desk")["now"]
    coming = Counter(row["facility"] for row in handovers if (row["eta_at"] or 0) > now or row["arrived_at"])
    hospital = coming.most_common(1)[0][0]
    charted = {row["assignment"]: row for row in look.view("records").values()}
    units = look.view("units").values()
    working = [(row, charted[one["id"]]) for row in units for one in row["assignments"] if one["id"] in charted]
    crew, chart = max(
        working, key=lambda each: (each[0]["status"] in WITH_THE_PATIENT, len(each[1].get("patient", "")))
    )
    told = chart["incident"]
    correct_a_time(look, told)
    look.leave()
    return {
        "hospital": (f"ed-{hospital}", "/hospital", LAPTOP),
        "crew": (f"crew-{crew['id']}", "/crew", TABLET),
        "chart": (f"crew-{crew['id']}", "/crew", UPRIGHT),
        "timeline": ("supervisor", f"/timeline/{told}", DESKTOP),
        "dispatch": ("dispatcher", f"/dispatch?incident={busiest['id']}", DESKTOP),
        "calls": ("call_taker", "/calls", DESKTOP),
        "planning": ("planner", "/planning", LAPTOP),
    }


def correct_a_time(dispatcher: Desk, incident: str) -> None:
    """Half a minute, as a dispatcher would after listening to the radio once more."""
    one = dispatcher.view("incidents")[incident]["assignments"][0]
    part = {"incident": incident, "unit": one["unit"], "assignment": one["id"]}
    to = one["times"]["en_route"] - 30_000
    why = {"moment": "en_route", "to": max(to, one["times"]["notified"]), "reason": "from the radio log"}
    dispatcher.command("dispatch", "correct-time", {**part, **why})


def picture(browser: Browser, address: str, what: tuple[str, str, str], size: dict[str, int]) -> None:
    name, person, path = what
    desk = Desk.open(browser, address, person, path, viewport=size)
    page = desk.page
    if name not in ("timeline", "planning"):
        desk.is_live()
    if name == "calls":
        take_the_call(desk)
    elif name == "chart":
        page.get_by_role("tablist", name="Parts of the call").get_by_role("tab").nth(2).click()
        expect(page.locator(".part li").first).to_be_visible()
    elif name == "timeline":
        page.locator("details summary").first.click()
    elif name == "planning":
        ask_what_if(desk)
    expect(page.locator(".skeleton")).to_have_count(0)
    page.wait_for_timeout(MAP_DRAWN_MS)
    save(Image.open(BytesIO(page.screenshot())), OUT / f"{name}.png")
    desk.leave()


def ask_what_if(desk: Desk) -> None:
    """A unit more at the first post."""
    page = desk.page
    expect(page.locator("#post")).to_be_visible(timeout=PLANNED_MS)
    page.get_by_role("button", name="Add ALS", exact=True).click()
    page.get_by_role("button", name="What if?").click()
    expect(page.get_by_role("table", name="Differences with their intervals")).to_be_visible(timeout=PLANNED_MS)


def save(shot: Any, path: Path) -> None:
    """Small enough for a README: at most 1600 wide, a palette of 256 that keeps rare colours: they are the levels."""
    image = shot.convert("RGB")
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
