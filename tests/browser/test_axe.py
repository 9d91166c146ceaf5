"""Axe finds nothing: every page, both themes, with a lively county on it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser.conftest import Sit
from browser.demo_server import Demo
from browser.desk import Desk

AXE = Path(__file__).resolve().parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TABLET = {"width": 1180, "height": 820}

PAGES = [
    ("", "/sign-in"),
    ("", "/gallery"),
    ("dispatcher", "/"),
    ("call_taker", "/calls"),
    ("dispatcher", "/dispatch"),
    ("dispatcher", "/map"),
    ("crew", "/crew"),
    ("hospital", "/hospital"),
    ("supervisor", "/timeline"),
    ("supervisor", "/timeline/:incident"),
    ("planner", "/planning"),
    ("planner", "/dictionary"),
]


@pytest.mark.parametrize(("role", "path"), PAGES, ids=[f"{role or 'nobody'} {path}" for role, path in PAGES])
def test_axe_finds_nothing(sit: Sit, lively: Demo, role: str, path: str) -> None:
    # Axe is put into the page as a script, which the content policy would rightly refuse.
    watcher = sit(lively, "supervisor", "/dispatch")
    first = watcher.page.get_by_text(re.compile(r"^\d{4}$")).first
    expect(first).to_be_visible(timeout=120_000)  # somebody has to fall ill first
    busy = busy_people(watcher)
    desk = sit(lively, busy.get(role, role), path.replace(":incident", busy["incident"]), bypass_csp=True)
    settled(desk, skeletons=path == "/gallery")
    found: list[str] = []
    for theme in ("dark", "light"):
        desk.page.evaluate("name => { document.documentElement.dataset.theme = name }", theme)
        found += [f"{theme}: {one}" for one in violations(desk)]
    assert not found, "\n".join(found)


def busy_people(watcher: Desk) -> dict[str, str]:
    """A crew with an assignment, a hospital with a patient coming (or any), the longest incident."""
    incidents = watcher.view("incidents").values()
    units = [row for row in watcher.view("units").values() if row["kind"] == "ambulance" and not row["mutual_aid"]]
    crew = next((row for row in units if row["assignments"]), units[0])
    facilities = watcher.view("facilities")
    hospital = max(facilities, key=lambda one: facilities[one]["coming"])
    oldest = min(incidents, key=lambda row: row["opened_at"])
    return {"crew": f"crew-{crew['id']}", "hospital": f"ed-{hospital}", "incident": oldest["id"]}


def settled(desk: Desk, *, skeletons: bool) -> None:
    """The page is there, with its rows; the gallery shows skeletons for good."""
    expect(desk.page.get_by_role("main")).to_be_visible()
    if not skeletons:
        expect(desk.page.locator(".skeleton")).to_have_count(0)


def violations(desk: Desk) -> list[str]:
    page = desk.page
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=AXE)
    answer: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES
    )
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node['html'][:150]} {node.get('failureSummary', '')[:250]}"
        for one in answer["violations"]
        for node in one["nodes"][:3]
    ]
