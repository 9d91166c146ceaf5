"""A planner's session with the server: the plan as it is, a changed one on the map, and what the change does."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from goldenhour.chain.access import Role
from goldenhour.chain.content import default_folder
from goldenhour.geo import county
from goldenhour.planning.study.scenario import read_scenario
from goldenhour.run.server.planner import TwinPlanner
from goldenhour.run.server.planning_process import FELL_OVER
from web.office import STAFF, Office, an_office

POST = "US 163 north"


@pytest.fixture(scope="module")
def meridian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("planning") / "county"
    county.build(1, out)
    return out


@pytest.fixture(scope="module")
def planner(meridian: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    one = TwinPlanner(meridian, tmp_path_factory.mktemp("runs"), default_folder())
    yield one
    one.close()


@pytest.fixture
async def office(planner: TwinPlanner) -> AsyncIterator[Office]:
    async with an_office() as one:
        one.here.planner = planner
        yield one


async def asked(office: Office, path: str, **body: Any) -> httpx.Response:
    return await (await office.client(STAFF[Role.PLANNER])).post(f"/api/v1/planning/{path}", json=body)


async def answered(office: Office, begun: dict[str, Any]) -> dict[str, Any]:
    async with asyncio.timeout(300):
        while begun["state"] == "running":
            await asyncio.sleep(0.05)
            begun = (await office.ask(Role.PLANNER, "planning/run", run=begun["run"])).json()
    return begun


async def the_plan(office: Office) -> dict[str, Any]:
    answer = await office.ask(Role.PLANNER, "planning/base")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def based_at(plan: dict[str, Any], unit: str, home: str) -> dict[str, Any]:
    return {**plan, "units": [{**one, "home": home} if one["name"] == unit else one for one in plan["units"]]}


async def test_the_plan_as_it_is_has_every_unit_and_all_demand(office: Office) -> None:
    base = await the_plan(office)
    assert sum(len(post["units"]) for post in base["map"]["posts"]) == len(base["plan"]["units"]) == 20
    assert base["map"]["heat"]["calls_total"] == pytest.approx(base["calls_per_day"])
    assert len(base["map"]["cover"]["hours"]) == 24


async def test_a_moved_post_takes_its_units_with_it_and_leaves_nothing_behind(office: Office) -> None:
    base = await the_plan(office)
    there = {post["name"]: post for post in base["map"]["posts"]}
    target = there[POST]
    moved = {"name": "Station 4 Tolliver", "lon": target["lon"], "lat": target["lat"]}
    found = (await asked(office, "map", plan={**base["plan"], "posts": [moved]})).json()
    assert [post["name"] for post in found["posts"]] == list(there)
    now = next(post for post in found["posts"] if post["name"] == "Station 4 Tolliver")
    assert (now["lon"], now["lat"]) == pytest.approx((target["lon"], target["lat"]), abs=0.01)
    assert now["units"] == there["Station 4 Tolliver"]["units"]


async def test_a_unit_by_day_only_is_on_the_map_by_day_only(office: Office) -> None:
    plan = (await the_plan(office))["plan"]
    units = [*plan["units"], {"name": "A1", "home": POST, "kind": "als", "start": "07:00", "end": "19:00"}]
    found = (await asked(office, "map", plan={**plan, "units": units}, day="wed")).json()
    post = next(one for one in found["posts"] if one["name"] == POST)
    assert post["on_duty"] == [0] * 7 + [1] * 12 + [0] * 5


async def test_a_what_if_is_a_paired_difference_kept_and_remembered(office: Office, planner: TwinPlanner) -> None:
    plan = (await the_plan(office))["plan"]
    fewer = [one for one in plan["units"] if one["name"] not in ("M1", "M2", "M3", "M4", "M5")]
    changed = {**plan, "name": "five ambulances fewer", "units": fewer}
    begun = await asked(office, "what-if", plan=changed, weeks=4)
    assert begun.status_code == 202, begun.text
    run = await answered(office, begun.json())
    effects = {one["figure"]: one for one in run["effects"]}
    assert effects["in_time"]["verdict"] == "less"
    assert effects["utilisation"]["verdict"] == "more"
    assert {f"{what} L{level}" for what in ("p50_s", "p90_s", "in_time") for level in range(1, 6)} <= set(effects)
    for one in effects.values():
        if one["difference"]:
            assert one["difference"]["low"] <= one["difference"]["mean"] <= one["difference"]["high"]
    again = (await asked(office, "what-if", plan=changed, weeks=4)).json()
    assert (again["state"], again["remembered"], again["effects"]) == ("done", True, run["effects"])
    listed = (await office.ask(Role.PLANNER, "planning/runs")).json()["runs"]
    assert [one["run"] for one in listed] == [run["run"]]


async def test_the_plan_as_it_is_against_itself_is_the_same(office: Office) -> None:
    plan = (await the_plan(office))["plan"]
    run = await answered(office, (await asked(office, "what-if", plan=plan, weeks=2)).json())
    assert {one["verdict"] for one in run["effects"]} == {"same"}


async def test_a_suggested_post_covers_more_on_the_map_by_what_was_said(office: Office) -> None:
    base = await the_plan(office)
    plan = base["plan"]
    once = (await asked(office, "suggest", plan=plan)).json()["once"]
    assert once["covered_gain"] > 0
    posts = [] if once["post"] else [{"name": "suggested", "lon": once["lon"], "lat": once["lat"]}]
    units = [*plan["units"], {"name": "A1", "home": once["post"] or "suggested"}]
    found = (await asked(office, "map", plan={**plan, "posts": posts, "units": units})).json()
    gain = found["cover"]["hours"][0]["within"][0] - base["map"]["cover"]["hours"][0]["within"][0]
    assert gain == pytest.approx(once["covered_gain"], abs=0.005)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"q": 1.5}, "above 0 and below 1"),
        ({"q": 0.0}, "above 0 and below 1"),
        ({"units": []}, "no unit"),
        ({"units": [{"name": "M1", "home": "nowhere"}]}, "there is no station nowhere"),
        ({"units": [{"name": "M1", "home": POST, "start": "07:00"}]}, "not both"),
        ({"units": [{"name": "M1", "home": POST, "start": "7h", "end": "19:00"}]}, "HH:MM"),
        ({"units": [{"name": "M1", "home": POST}] * 2}, "same name"),
        ({"posts": [{"name": "at sea", "lon": 0.0, "lat": 0.0}]}, "off the network"),
        ({"policy": "furthest"}, "furthest"),
        ({"calls_per_day": -1}, "calls_per_day"),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_plain_words(
    office: Office, change: dict[str, Any], words: str
) -> None:
    answer = await asked(office, "what-if", plan={**(await the_plan(office))["plan"], **change})
    assert answer.status_code == 422
    assert words in answer.json()["error"]["text"]


async def test_an_unknown_run_and_a_run_of_one_week_are_refused(office: Office) -> None:
    assert (await office.ask(Role.PLANNER, "planning/run", run="../../etc/passwd")).status_code == 404
    answer = await asked(office, "what-if", plan=(await the_plan(office))["plan"], weeks=1)
    assert answer.json()["error"]["rule"] == "planning.weeks"


def test_the_example_scenario_of_the_documents_can_be_read() -> None:
    scenario = read_scenario(Path(__file__).parents[2] / "docs" / "scenario.yaml")
    assert scenario.stations
    assert scenario.units[0].shifts[0].breaks


async def searched(office: Office, **body: Any) -> dict[str, Any]:
    begun = await asked(office, "search", **body)
    assert begun.status_code == 202, begun.text
    answer: dict[str, Any] = begun.json()
    async with asyncio.timeout(300):
        while answer["state"] == "running":
            await asyncio.sleep(0.05)
            answer = (await office.ask(Role.PLANNER, "planning/searching")).json()
    return answer


async def test_a_search_finds_the_homes_that_a_what_if_then_confirms(office: Office) -> None:
    """Everybody at the county's edge: there is something to find, and the simulator agrees when it is asked anew."""
    base = await the_plan(office)
    crowded = {**base["plan"], "units": [{**one, "home": POST} for one in base["plan"]["units"]]}
    answer = await searched(office, plan=crowded, goal="share")
    assert (answer["state"], answer["over"]) == ("done", "homes"), answer
    found = answer["found"]
    assert found["moved"]
    assert found["confirmed"]["low"] > 0
    homes = {one["unit"]: one["home"] for one in found["moved"]}
    better = {**crowded, "units": [{**one, "home": homes.get(one["name"], POST)} for one in crowded["units"]]}
    mapped = (await asked(office, "map", plan=better)).json()
    was = (await asked(office, "map", plan=crowded)).json()
    assert mapped["cover"]["hours"][8]["within"][0] > was["cover"]["hours"][8]["within"][0]


async def test_q_is_tuned_only_where_it_decides_something(office: Office) -> None:
    plan = (await the_plan(office))["plan"]
    refused = await searched(office, plan=plan, over="q")
    assert refused["state"] == "refused"
    assert "choose dmexclp or moveup" in refused["text"]
    answer = await searched(office, plan={**plan, "policy": "dmexclp"}, over="q")
    assert answer["state"] == "done"
    tried = answer["found"]["tried"]
    assert [one["q"] for one in tried] == sorted(one["q"] for one in tried)
    assert len(tried) == 13


async def test_preparing_is_told_until_it_is_done(meridian: Path, tmp_path: Path) -> None:
    fresh = TwinPlanner(meridian, tmp_path, default_folder())
    try:
        assert fresh.ready() == {"done": 0, "total": 0}
        fresh.begin()
        base = await fresh.base()
        assert base["plan"].units
        async with asyncio.timeout(300):
            while (far := fresh.ready())["done"] < 4:
                assert far["done"] <= far["total"]
                await asyncio.sleep(0.05)
        assert await fresh.runs() == [], "what was played to warm up is not a run of the planner's"
    finally:
        fresh.close()


async def test_a_planner_that_falls_over_says_so_and_starts_anew(meridian: Path, tmp_path: Path) -> None:
    before = set(psutil.Process().children())
    fresh = TwinPlanner(meridian, tmp_path, default_folder())
    try:
        async with an_office() as office:
            office.here.planner = fresh
            plan = (await the_plan(office))["plan"]
            begun = await asked(office, "what-if", plan={**plan, "policy": "moveup"}, weeks=64)
            for process in set(psutil.Process().children()) - before:
                process.kill()
            ended = await answered(office, begun.json())
            assert (ended["state"], ended["text"]) == ("refused", FELL_OVER)
            again = await asked(office, "map", plan=plan)
            assert again.status_code == 200, again.text
    finally:
        fresh.close()


async def test_the_present_plan_is_that_of_the_content_the_server_runs_with(
    office: Office, meridian: Path, tmp_path: Path
) -> None:
    """Another agency: two minutes more of turnout and no diverts. The page's plan and its answers are others then."""
    content = tmp_path / "content"
    shutil.copytree(default_folder(), content)
    plans = content / "dispatch" / "response_plans.yaml"
    said = plans.read_text("utf-8")
    for was, now in (
        ("ambulance: 60", "ambulance: 180"),
        ("divert: {1: [3, 4, 5], 2: [4, 5]}", "divert: {}"),
        ("q: 0.3", "q: 0.55"),
    ):
        assert was in said
        said = said.replace(was, now)
    plans.write_text(said, "utf-8")
    ours = await the_plan(office)
    fewer = [one for one in ours["plan"]["units"] if one["name"] != "M3"]
    changed = {**ours["plan"], "policy": "closest", "units": fewer}
    here = await answered(office, (await asked(office, "what-if", plan=changed, weeks=2)).json())
    other = TwinPlanner(meridian, tmp_path / "runs", content)
    mine, office.here.planner = office.here.planner, other
    try:
        theirs = await the_plan(office)
        there = await answered(office, (await asked(office, "what-if", plan=changed, weeks=2)).json())
    finally:
        office.here.planner = mine
        other.close()
    assert (ours["plan"]["policy"], theirs["plan"]["policy"]) == ("redispatch", "closest")
    assert (ours["plan"]["q"], theirs["plan"]["q"]) == (0.3, 0.55)
    assert here["run"] != there["run"]
    later = _before(there, "p50_s L3") - _before(here, "p50_s L3")
    assert 60 < later < 240, "two minutes more of turnout"


def _before(run: dict[str, Any], figure: str) -> float:
    (found,) = (one for one in run["effects"] if one["figure"] == figure)
    return float(found["before"])
