"""What a crew enters is kept on the device: through a lost server, a reload, and until the server has it."""

import time
from uuid import uuid4

from playwright.sync_api import expect

from browser.conftest import Sit, Start
from browser.desk import Desk

TABLET = {"width": 1180, "height": 820}
LINK_IS_DOWN = ("net::", "Failed to load resource", "Failed to fetch")


def sent_out(dispatcher: Desk, unit: str) -> str:
    """An incident to which this unit was sent; its id."""
    incident = str(uuid4())
    lon, lat = dispatcher.ask("/api/v1/region")["centre"]
    place = {"label": "12 Mill Lane", "lon": lon, "lat": lat, "source": "typed"}
    dispatcher.command(
        "dispatch", "open-incident", {"incident": incident, "location": place, "level": 2, "complaint": "chest_pain"}
    )
    dispatcher.command("dispatch", "assign-unit", {"incident": incident, "unit": unit, "choice": {"slot": "als"}})
    return incident


def test_an_entry_made_without_a_server_survives_a_reload_and_is_sent(sit: Sit, start_demo: Start) -> None:
    demo = start_demo()
    dispatcher = sit(demo, "dispatcher", "/dispatch")
    dispatcher.is_live()
    crew = sit(demo, "crew-m1", "/crew", viewport=TABLET)
    crew.is_live()
    incident = sent_out(dispatcher, "m1")
    page = crew.page
    big = page.locator("button.next")
    expect(big).to_contain_text("Acknowledge")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from here on the worker answers
    expect(big).to_contain_text("Acknowledge")
    page.wait_for_function("() => localStorage.getItem('gh-crew-memory')?.includes('12 Mill Lane')")

    dispatcher.expected = LINK_IS_DOWN
    crew.expected = (*LINK_IS_DOWN, "Error")  # the map says no more of a tile it cannot fetch
    demo.kill()
    big.click()
    expect(page.get_by_text("1 waiting")).to_be_visible()
    expect(big).to_contain_text("En route")
    page.reload()
    expect(page.get_by_text("1 waiting")).to_be_visible()
    expect(page.get_by_text("12 Mill Lane").first).to_be_visible()
    expect(big).to_contain_text("En route")
    big.click()
    expect(page.get_by_text("2 waiting")).to_be_visible()

    back_at = time.time() * 1000
    demo.start()
    expect(page.get_by_text("All sent")).to_be_visible(timeout=60_000)
    crew.expected = LINK_IS_DOWN
    times = dispatcher.view("incidents")[incident]["assignments"][0]["times"]
    assert times["notified"] < times["en_route"] < back_at, "the time is when the crew said it, not when it was sent"
