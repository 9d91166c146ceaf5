"""Charting a whole report through the crew's screen as a person would: page by page, field by field.

Nothing here writes to the server but the screen itself. A report is a tree as `care.record.tree` has it.
"""

import base64
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from goldenhour.care.record.dictionary import Element, Group, load
from goldenhour.care.record.sections import CHART
from goldenhour.care.record.tree import Tree, groups_at, leaves, scope, text_of

BY_THE_PROGRAM = ("eRecord",)
"""Charted by the software itself: the report's number, the program and its version."""

WALL_CLOCK = """([at, timeZone]) =>
  new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short', timeStyle: 'medium'})
    .format(new Date(at)).replace(' ', 'T')"""
"""A moment as the clock on the agency's wall shows it: what a crew types."""

SKILL = {"9925005": "emt", "9925007": "paramedic", "9925035": "paramedic"}
"""The level one signs on with, by the crew level of the report."""

LINK = "ProcedureGroupCorrelationID"
RESULTS = "eCustomResults.ResultsGroup"


class Charting:
    """Writes one report. `standing` is what dispatch and the desk have charted already; `zone` is the agency's."""

    def __init__(self, page: Page, report: Tree, *, standing: Tree, zone: str) -> None:
        self.page, self.report, self.standing, self.zone = page, report, standing, zone
        self.groups: dict[str, str] = {}
        """Our id of a charted group, by the CorrelationID it has in the report."""
        self.links: list[tuple[str, str]] = []

    def write(self) -> None:
        """Everything the report says, and nothing it does not say."""
        self.page.get_by_role("button", name="Sections").click()
        self.page.get_by_role("button", name="Every field").click()
        sections = {child.name: child for child in scope().root.children if isinstance(child, Group)}
        for part in CHART:
            named = [name for name in part.sections if name not in (*BY_THE_PROGRAM, RESULTS.partition(".")[0])]
            if any(name in self.report or name in self.standing for name in named):
                self.open_page(part.title)
            for name in named:
                self.write_group(sections[name], self.report.get(name, {}), self.standing.get(name, {}), "")
        if self.links:
            self.open_page("Airway")
        for path, correlation in self.links:
            place = self.page.locator(f'[id="at-{path}@{LINK}"] select')
            place.select_option(self.groups[correlation])

    def open_page(self, title: str) -> None:
        pages = self.page.get_by_role("navigation", name="Pages of the chart")
        pages.get_by_role("button", name=re.compile(f"^{re.escape(title)}")).click()

    def write_group(self, group: Group, wanted: Tree, standing: Tree, prefix: str) -> None:
        for child in group.children:
            says, stands = wanted.get(child.name), standing.get(child.name)
            path = f"{prefix}{child.name}"
            if isinstance(child, Element):
                if says is None and stands is not None:
                    self.take_out(child, path, stands)
                elif says is not None and not same(says, stands):
                    self.write_element(child, says, path, stands)
            elif child.many:
                self.write_repeats(child, says or [], stands or [], path)
            elif says or stands:
                self.write_group(child, says or {}, stands or {}, prefix)

    def write_repeats(self, group: Group, wanted: list[Tree], standing: list[Tree], path: str) -> None:
        """Into the repeats that stand there, then into new ones; what is too many is removed."""
        place = self.page.locator(f'[id="at-{path}"]')
        expect(place.locator("> .repeat")).to_have_count(len(standing))
        for each in standing[len(wanted) :]:
            self.remove(place, f"{path}[{each['id']}]")
        for at, each in enumerate(wanted):
            stands = standing[at] if at < len(standing) else {"id": added(place)}
            here = f"{path}[{stands['id']}]"
            self.write_group(group, each, stands, f"{here}/")
            self.write_custom(each.get("a", {}).get("CorrelationID"), f"{here}/")
            if "CorrelationID" in each.get("a", {}):
                self.groups[each["a"]["CorrelationID"]] = stands["id"]
            if LINK in each.get("a", {}):
                self.links.append((here, each["a"][LINK]))

    def remove(self, place: Locator, path: str) -> None:
        one = place.locator("> .repeat").filter(has=self.page.locator(f'[id^="at-{path}/"]'))
        one.get_by_role("button", name="Remove", exact=True).first.click()
        one.get_by_role("button", name=re.compile("^Remove this")).click()
        expect(one).to_have_count(0)

    def write_custom(self, correlation: str | None, prefix: str) -> None:
        """What the state's own elements say of a group."""
        for result in groups_at(self.report, RESULTS):
            if correlation is not None and text_of(result.get("eCustomResults.03")) == correlation:
                field = self.page.locator(f'[id="at-{prefix}custom:{text_of(result["eCustomResults.02"])}"]')
                for leaf in leaves(result["eCustomResults.01"]):
                    self.write_custom_value(field, text_of(leaf) or "")

    def write_custom_value(self, field: Locator, text: str) -> None:
        few = field.locator(".few button")
        if few.count():
            few.first.click()
            expect(few.first).to_have_attribute("aria-pressed", "true")
        else:
            typed(field.locator(".control > input"), text)

    def field(self, path: str) -> Locator:
        return self.page.locator(f'[id="at-{path}"]')

    def write_element(self, element: Element, value: Any, path: str, stands: Any) -> None:
        field = self.field(path)
        if element.many:
            self.take_out(element, path, stands)
        for at, leaf in enumerate(leaves(value)):
            told = {"v": leaf} if isinstance(leaf, str) else leaf
            if not told.get("nil"):
                self.write_value(field, element, told["v"])
            if mark := told.get("nv") or told.get("pn"):
                say_not(field, mark)
            chips = field.locator(".many > li")
            if element.many:
                expect(chips).to_have_count(at + 1)
            beside = chips.nth(at) if element.many else field.locator(".control")
            for name, text in told.get("a", {}).items():
                if not name.endswith("CorrelationID"):
                    write_attribute(beside.locator(f'[data-attribute="{name}"]'), text)

    def write_value(self, field: Locator, element: Element, text: str) -> None:
        facets = load().value_type(element)
        control = field.locator(".control > .pick input, .control > .when input, .control > input, .control > textarea")
        few = field.locator(".control > .few")
        if few.count():
            few.get_by_role("button", name=facets.codes[text], exact=True).click()
        elif control.get_attribute("role") == "combobox":
            self.look_up(control, facets.codes, text)
        elif facets.base == "base64Binary":
            kept = {"name": "attached", "mimeType": "image/jpeg", "buffer": base64.b64decode(text)}
            control.set_input_files(files=kept)  # type: ignore[arg-type]  # a FilePayload
        elif facets.base == "dateTime":
            control.fill(self.page.evaluate(WALL_CLOCK, [text, self.zone]))
        else:
            typed(control, text)

    def look_up(self, control: Locator, codes: dict[str, str], text: str) -> None:
        """By the words of a code where they are its own, else by the code."""
        words = codes.get(text, text)
        control.fill(words if list(codes.values()).count(words) <= 1 else text)
        offered = self.page.get_by_role("listbox").get_by_role("option")
        wanted = offered.filter(has_text=re.compile("As typed")) if not codes else offered
        if wanted.count():
            wanted.first.click()
        else:
            control.press("Enter")

    def take_out(self, element: Element, path: str, stands: Any) -> None:
        """What stands in a field."""
        field = self.field(path)
        if element.many:
            chips = field.locator(".many > li")
            expect(chips).to_have_count(len(leaves(stands)))
            for left in range(len(leaves(stands)), 0, -1):
                chips.last.get_by_role("button", name=re.compile("^Take out")).click()
                expect(chips).to_have_count(left - 1)
            return
        button = field.get_by_role("button", name=f"Take out {element.label}", exact=True)
        if button.count():
            button.click()
        else:
            typed(field.locator(".control input, .control textarea").first, "")


def sign_on(page: Page, report: Tree) -> None:
    """The crew of the report at the beginning of its shift; names are ours, a report has only numbers."""
    members = groups_at(report, "eCrew.CrewGroup")
    rows = page.get_by_role("group", name=re.compile("^Crew member"))
    while rows.count() < len(members):
        page.get_by_role("button", name="Add a person").click()
    while rows.count() > len(members):
        page.get_by_role("button", name=re.compile("^Remove crew member")).last.click()
    for place, member in enumerate(members):
        row = rows.nth(place)
        row.get_by_label("Name").fill(f"Person {place + 1}")
        row.get_by_label("Licence or staff number").fill(str(text_of(member["eCrew.01"])))
        row.get_by_label("Level").select_option(SKILL[str(text_of(member["eCrew.02"]))])
    page.get_by_role("button", name="Go on duty").click()
    expect(page.get_by_text("No assignment. The next one comes up here by itself.")).to_be_visible()


def typed(control: Locator, text: str) -> None:
    control.fill(text)
    control.blur()


def added(place: Locator) -> str:
    """One more repeat of a group; the id the page gave it."""
    repeats = place.locator("> .repeat")
    before = repeats.count()
    place.locator("> header").get_by_role("button", name="Add").click()
    expect(repeats).to_have_count(before + 1)
    first = repeats.last.locator('[id^="at-"]').first.get_attribute("id") or ""
    return str(re.findall(r"\[(\w+)\]", first)[-1])


def write_attribute(control: Locator, text: str) -> None:
    expect(control).to_be_visible()
    if control.locator("select").count():
        control.locator("select").select_option(text)
    else:
        typed(control.locator("input"), text)


def say_not(field: Locator, code: str) -> None:
    """A NOT value or a pertinent negative."""
    dictionary = load()
    words = dictionary.not_values.get(code) or dictionary.pertinent_negatives[code]
    field.get_by_role("button", name="Not…").click()
    field.locator(".nots").get_by_role("button", name=words, exact=True).click()


def same(wanted: Any, standing: Any) -> bool:
    """Whether this stands there already. What links groups is ours to say."""
    return standing is not None and [_plain(one) for one in leaves(wanted)] == [_plain(one) for one in leaves(standing)]


def _plain(leaf: Any) -> Any:
    return {"v": leaf} if isinstance(leaf, str) else leaf
