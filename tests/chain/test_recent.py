"""The list of incidents of late: the same after a restart as before it, whatever the log's length."""

from pathlib import Path

import pytest

from goldenhour.chain.desk import Desk
from goldenhour.chain.questions import recent
from goldenhour.chain.questions.recent import Recent
from goldenhour.chain.registry import REGISTRY
from goldenhour.dispatch import commands as c
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId
from goldenhour.runtime.store import Changes, Outage
from world.simulated import a_desk, some_hours

BOSS = Actor(id="kim", role="dispatcher", agency="test")


async def begun_again(desk: Desk, county: Path) -> Recent:
    """What a desk that starts now on the same log would list."""
    other = a_desk(county, desk.runtime.store)
    await other.boards.seed(desk.runtime.store)
    await other.recent.read_back(desk.runtime.store, REGISTRY)
    return other.recent


async def test_closed_incidents_are_still_listed_after_a_restart(county: Path) -> None:
    async with some_hours(county, seed=7, hours=3, rate=4) as desk:
        before = desk.recent.incidents()
        closed = [one for one in before if one.closed_at is not None]
        assert len(closed) > 5
        assert (await begun_again(desk, county)).incidents() == before


async def test_the_newest_are_kept_when_there_are_too_many(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with some_hours(county, seed=7, hours=3, rate=4) as desk:
        ends = sorted(one.closed_at for one in desk.recent.incidents() if one.closed_at is not None)
        monkeypatch.setattr(recent, "MOST_REMEMBERED", 4)
        monkeypatch.setattr(recent, "AT_ONCE", 50)
        again = await begun_again(desk, county)
        assert sorted(one.closed_at for one in again.incidents() if one.closed_at is not None) == ends[-4:]


async def test_an_incident_that_was_opened_again_is_listed_once_and_open(county: Path) -> None:
    async with some_hours(county, seed=7, hours=2, rate=4) as desk:
        closed = next(one for one in desk.recent.incidents() if one.closed_at is not None)
        wish = c.ReopenIncident(incident=closed.id, reason="closed by mistake")
        await desk.submit(wish, command_id=CommandId("6b8f4b1e-5a4a-4f0e-9a7e-2f1d5f0a7c11"), by=BOSS)
        for listed in (desk.recent, await begun_again(desk, county)):
            (line,) = [one for one in listed.incidents() if one.id == closed.id]
            assert line.closed_at is None


async def test_a_store_that_is_away_for_a_moment_is_asked_again(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with some_hours(county, seed=7, hours=2, rate=4) as desk:
        store = desk.runtime.store
        reading, failures = store.changes, iter((True, True))

        async def changes(after_seq: int, limit: int = 1000) -> Changes:
            if next(failures, False):
                raise Outage("the disk is away")
            return await reading(after_seq, limit)

        monkeypatch.setattr(store, "changes", changes)
        monkeypatch.setattr(recent, "PAUSE_S", 0.0)
        assert (await begun_again(desk, county)).incidents() == desk.recent.incidents()
        assert next(failures, None) is None, "the outage was met"
