"""Every command that a role may give can be given from a page that is offered to it, and no page offers another's.

Read from the screens' sources: a page reaches the modules it imports; a command is given where its part and name stand
together (`run('handoff', 'assign-bed', …)`), and a dispatcher's wish where the function that makes it is called.
"""

import re
from pathlib import Path

import pytest

from goldenhour.chain.access import GRANTS, Role
from goldenhour.chain.registry import REGISTRY
from goldenhour.web.commands import kebab

SCREENS = Path(__file__).resolve().parents[2] / "ui" / "src"

NOT_ON_A_SCREEN = {
    "LinkCaller": "linking a call to an incident (LinkCall) gives it by itself",
    "RedirectHandover": "choosing another hospital (ChangeDestination) gives it by itself",
    "RegisterUnit": "the agency's places.yaml says which units there are, taken over at each start",
    "RegisterFacility": "the agency's places.yaml says which hospitals there are, taken over at each start",
}
"""Granted, for other programs through the API, but on no screen: command -> why."""

PAGES = {
    Role.CALL_TAKER: ("calls/CallsPage.svelte",),
    Role.DISPATCHER: ("dispatch/DispatchPage.svelte", "calls/CallsPage.svelte"),
    Role.SUPERVISOR: ("dispatch/DispatchPage.svelte",),
    Role.CREW: ("crew/CrewPage.svelte",),
    Role.HOSPITAL: ("hospital/HospitalPage.svelte",),
    Role.MEDICAL_DIRECTOR: ("dispatch/DispatchPage.svelte", "timeline/RecentPage.svelte"),
    Role.PLANNER: ("planning/PlanningPage.svelte",),
    Role.ADMIN: ("planning/PlanningPage.svelte",),
}

ELSEWHERE = {
    # What a call taker notes about an incident goes through the call, and reaches the incident by itself.
    (Role.CALL_TAKER, "NoteIncident"): "NoteCall",
    (Role.CALL_TAKER, "NoteHazard"): "NoteCallHazard",
    (Role.CALL_TAKER, "CountPatients"): "NoteCall",
    (Role.CREW, "ArriveAtFacility"): "ReportStatus",  # "at destination" tells the hospital by itself
}

IMPORTED = re.compile(r"""(?:from|import\()\s*['"](\.[^'"]+)['"]""")
GIVEN = re.compile(r"""['"](call-taking|dispatch|care|handoff)['"],\s*['"]([a-z-]+)['"]""")
CHARTED = re.compile(r"""\bthis\.give\(\s*['"]([a-z]+-[a-z-]+)['"]""")
MADE = re.compile(r"""\bdispatch\(\s*['"]([a-z-]+)['"]""")
FUNCTION = re.compile(r"^(?:export )?(?:function|const) (\w+)", re.MULTILINE)

TABLE_OF_PAGES = "pages.ts"
WISHES = "dispatch/wishes.ts"


def reached_from(page: str) -> set[str]:
    """The source files that a page loads, itself among them."""
    found, todo = set(), [SCREENS / page]
    while todo:
        file = todo.pop()
        name = str(file.relative_to(SCREENS))
        if name in found:
            continue
        found.add(name)
        if name == TABLE_OF_PAGES:
            continue
        for path in IMPORTED.findall(file.read_text()):
            near = (file.parent / path).resolve()
            ways = (near, near.with_name(f"{near.name}.ts"), near.with_name(f"{near.name}.svelte.ts"))
            todo += [way for way in ways if way.is_file() and way.suffix in (".ts", ".svelte")][:1]
    return found


def given_from(page: str) -> set[str]:
    """The commands that a page can give, as they stand in addresses."""
    files = reached_from(page)
    texts = {name: (SCREENS / name).read_text() for name in files}
    others = "\n".join(text for name, text in texts.items() if name != WISHES)
    given = {name for text in texts.values() for _, name in GIVEN.findall(text)}
    given |= {name for text in texts.values() for name in CHARTED.findall(text)}
    return given | {name for wish, names in wishes().items() if f"wish.{wish}(" in others for name in names}


def wishes() -> dict[str, set[str]]:
    """What each of a dispatcher's wishes gives, the way back among it."""
    text = (SCREENS / WISHES).read_text()
    starts = [*FUNCTION.finditer(text)]
    ends = [one.start() for one in starts[1:]] + [len(text)]
    made = {one[1]: set(MADE.findall(text[one.start() : end])) for one, end in zip(starts, ends, strict=True)}
    return {name: names | (made["unsend"] if name in ("send", "sendPlan") else set()) for name, names in made.items()}


ADDRESS = {decision.command.__name__: kebab(decision.command.__name__) for decision in REGISTRY.decisions.values()}


@pytest.mark.parametrize("role", list(Role))
def test_every_command_of_a_role_is_reachable_from_its_pages(role: Role) -> None:
    given = set().union(*(given_from(page) for page in PAGES[role]))
    wanted = {one.__name__ for one in GRANTS[role].commands} - set(NOT_ON_A_SCREEN)
    missing = {name for name in wanted if ADDRESS[ELSEWHERE.get((role, name), name)] not in given}
    assert not missing, "no page of this role gives these: build it, or say in NOT_ON_A_SCREEN why not"


def test_what_is_said_to_be_on_no_screen_is_on_none() -> None:
    given = set().union(*(given_from(page) for pages in PAGES.values() for page in pages))
    assert {name for name in NOT_ON_A_SCREEN if ADDRESS[name] in given} == set()
    granted = {one.__name__ for grant in GRANTS.values() for one in grant.commands}
    assert set(NOT_ON_A_SCREEN) <= granted


def test_no_screen_gives_a_command_that_does_not_exist() -> None:
    given = set().union(*(given_from(page) for pages in PAGES.values() for page in pages))
    assert given - set(ADDRESS.values()) == set()
    assert len(given) > 40, "the sources are read"


def test_every_page_is_looked_at() -> None:
    listed = set(re.findall(r"import\('\./([^']+)'\)", (SCREENS / "pages.ts").read_text()))
    with_commands = {page for page in listed if given_from(page)}
    assert with_commands <= {page for pages in PAGES.values() for page in pages}
