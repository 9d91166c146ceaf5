"""One person at one screen: a browser context, signed in, whose every error is kept."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

DESKTOP = {"width": 1920, "height": 1080}
WAIT_MS = 45_000
expect.set_options(timeout=WAIT_MS)

LIVE = ".link.up"
"""The dot of the top bar while the link is up."""


@dataclass
class Desk:
    """`faults`: console errors, uncaught errors, content policy violations, answers of 500 and above."""

    person: str
    context: BrowserContext
    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of console texts that this test causes on purpose (a server that is down)."""

    @classmethod
    def open(
        cls,
        browser: Browser,
        address: str,
        person: str,
        path: str = "/",
        *,
        signed_in: bool = True,
        password: str = "",
        **context: Any,
    ) -> "Desk":
        """Signs in as one of the demo's people, or with a password ("" or signed_in=False: nobody); opens a page."""
        context.setdefault("viewport", DESKTOP)
        opened = browser.new_context(base_url=address, **context)
        opened.set_default_timeout(WAIT_MS)
        if person and signed_in:
            who = {"user": person, "password": password} if password else {"demo_role": person}
            answer = opened.request.post("/api/v1/session", data=who)
            assert answer.ok, answer.text()
        page = opened.new_page()
        desk = cls(person=person, context=opened, page=page, address=address)
        desk.watch(page)
        page.goto(path)
        return desk

    def sign_in(self) -> None:
        """As this one of the demo's people, without the screen."""
        answer = self.context.request.post("/api/v1/session", data={"demo_role": self.person})
        assert answer.ok, answer.text()

    def watch(self, page: Page) -> None:
        """Keeps what goes wrong on a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: uncaught {error}"))
        page.on("response", self._response)

    def is_live(self) -> None:
        """Waits until the link is up."""
        expect(self.page.locator(LIVE)).to_be_visible()

    def ask(self, path: str) -> Any:
        """The server's answer to a read as this person."""
        answer = self.context.request.get(path)
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"
        return answer.json()

    def view(self, name: str) -> dict[str, Any]:
        """The rows of a live view, by key, as the server has them now."""
        rows: dict[str, Any] = self.ask(f"/api/v1/views?names={name}")["board"]["views"][name]
        return rows

    def command(self, part: str, name: str, fields: dict[str, Any]) -> Any:
        """Gives a command as this person, without the screen: to set a scene."""
        token = next(one["value"] for one in self.context.cookies() if one["name"] == "gh_csrf")
        answer = self.context.request.post(
            f"/api/v1/{part}/{name}", data={**fields, "command": str(uuid4())}, headers={"X-CSRF-Token": token}
        )
        assert answer.ok, f"{name}: {answer.status} {answer.text()}"
        return answer.json()

    def leave(self) -> None:
        self.context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in self.expected):
            self.faults.append(f"{message.location.get('url', '')}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 and "net::" not in self.expected:
            self.faults.append(f"{response.status} {response.url}")
