"""Working a page with nothing but keys. Nothing here clicks."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

FAR = 150
"""No control of a page may be further away than so many tabs."""


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def write(page: Page, text: str) -> None:
    """Into whatever has the focus, key by key."""
    page.keyboard.type(text)


def tab_to(page: Page, target: Locator) -> None:
    """Tab until the focus is there."""
    expect(target).to_be_visible()
    arrive(page, lambda: target, "Tab")


def arrive(page: Page, target: Callable[[], Locator], key: str) -> None:
    """Press `key` until the target has the focus."""
    for _ in range(FAR):
        if target().evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{FAR} times {key} do not lead to {target()}")
