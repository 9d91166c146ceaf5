"""Boards that followed the log equal boards made anew from the store, and all of them tell the same."""

from pathlib import Path

import msgspec
import pytest

from goldenhour.chain.desk import Desk
from goldenhour.dispatch.state import Incident, Unit
from goldenhour.kernel.instants import later
from goldenhour.runtime.boards import Boards
from goldenhour.runtime.replay import Replay
from goldenhour.world.world import World
from world.simulated import a_desk, loaded, some_hours


async def made_anew(desk: Desk, county: Path) -> Boards:
    """The boards of a desk that starts now on the same log; telemetry is no part of the log, so it is copied."""
    other = a_desk(county, desk.runtime.store)
    other.positions.newest.update(desk.positions.newest)
    await other.boards.seed(desk.runtime.store)
    return other.boards


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_followed_boards_equal_boards_made_anew(county: Path, seed: int) -> None:
    async with some_hours(county, seed=seed, hours=2, rate=3) as desk:
        again = await made_anew(desk, county)
        assert again.seq == desk.boards.seq == desk.runtime.seq
        assert len(desk.boards.rows["incidents"]) > 3
        for kind in ("call", "incident", "unit", "facility", "handover", "record"):
            assert again.open.all(kind) == desk.boards.open.all(kind), kind
        for view in desk.boards.rows.keys() - {"desk", "health", "positions"}:
            followed, anew = desk.boards.rows[view], again.rows[view]
            assert followed.keys() == anew.keys(), (view, seed)
            for key, row in followed.items():
                assert _without_ages(row) == _without_ages(anew[key]), (view, key, seed)


def _without_ages(row: msgspec.Struct) -> object:
    """Without what follows telemetry rather than the log: expected arrivals and ages of positions."""
    plain = msgspec.to_builtins(row)
    for one in (plain, *plain.get("assignments", ())):
        one.pop("eta_at", None)
        one.pop("position_age_s", None)
    return plain


@pytest.mark.parametrize("seed", [4, 5])
async def test_at_every_moment_all_views_tell_the_same_of_a_unit(county: Path, seed: int) -> None:
    """Checked after every change of a simulated hour: unit board, incident board, and the entities behind them."""
    checked = 0

    def check(seq: int, _: object) -> None:
        nonlocal checked
        units, incidents = desk.boards.rows["units"], desk.boards.rows["incidents"]
        bound = {
            (one.unit, one.id, one.status)
            for row in incidents.values()
            for one in row.assignments  # type: ignore[attr-defined]
            if one.active
        }
        told = {
            (row.id, one.id, one.status)  # type: ignore[attr-defined]
            for row in units.values()
            for one in row.assignments  # type: ignore[attr-defined]
        }
        assert bound == told, (seq, seed)
        checked += 1

    async with some_hours(county, seed=seed, hours=0.01) as desk:
        desk.boards.listen(check)
        world = World(desk, loaded(county)[0], seed=seed + 100, rate=4, report_every_s=600)
        await world.begin()
        await world.run_until(later(desk.clock.now(), 3600))
        assert checked > 100


async def test_a_simulated_log_replays_without_a_difference(county: Path) -> None:
    async with some_hours(county, seed=6, hours=1.5, rate=3) as desk:
        found = await Replay(desk.runtime.registry, desk.runtime.store).run()
        assert found.differences == 0, found.shown
        assert found.facts == desk.runtime.seq


async def test_units_and_incidents_agree_on_the_entities_too(county: Path) -> None:
    async with some_hours(county, seed=7, hours=2, rate=3) as desk:
        units: dict[str, Unit] = desk.boards.open.all("unit")
        incidents: dict[str, Incident] = desk.boards.open.all("incident")
        told = {(one.id, part.id) for one in units.values() for part in one.assignments}
        bound = {(part.unit, part.id) for one in incidents.values() for part in one.active}
        assert told == bound
