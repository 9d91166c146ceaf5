"""The banner's row: trouble with the log is seen at once, its end by itself, and whatever falls behind it is named."""

from pathlib import Path

import pytest

from depot.until import until
from goldenhour.chain import desk as desk_module
from goldenhour.chain.views.health import KEY, LAG_S, HealthRow, HealthView
from goldenhour.dispatch import commands as c
from goldenhour.kernel.facts import Actor
from goldenhour.kernel.ids import CommandId, UnitId
from goldenhour.kernel.instants import Instant, later
from goldenhour.runtime.boards import Open
from goldenhour.runtime.clocks import JumpingClock
from goldenhour.runtime.health import Health
from goldenhour.runtime.store import Appended, Batch, Outage
from goldenhour.storage.memory import MemoryStore
from world.simulated import a_desk

NOON = Instant(1_767_600_000_000)
BOSS = Actor(id="kim", role="dispatcher", agency="test")


class Places:
    """How far the log and its followers are."""

    head = 10
    followed = 10


def a_view() -> tuple[HealthView, Places, JumpingClock]:
    clock, places = JumpingClock(NOON), Places()
    view = HealthView(Health(clock), clock, head=lambda: places.head, followed=lambda: places.followed)
    return view, places, clock


def test_who_is_behind_for_a_moment_is_not_reported() -> None:
    view, places, clock = a_view()
    places.head = 20
    assert view.row(KEY, Open(())).behind_since is None
    clock.jump_to(later(NOON, LAG_S - 1))
    assert view.row(KEY, Open(())).behind_since is None
    places.followed = 20
    clock.jump_to(later(NOON, LAG_S + 10))
    assert view.row(KEY, Open(())).behind_since is None


def test_who_stays_behind_is_reported_with_since_when_and_no_longer_when_caught_up() -> None:
    view, places, clock = a_view()
    places.head = 20
    view.row(KEY, Open(()))
    clock.jump_to(later(NOON, LAG_S))
    assert view.row(KEY, Open(())).behind_since == NOON
    places.head = 30  # the log goes on; the follower has still not seen what it missed
    assert view.row(KEY, Open(())).behind_since == NOON
    places.followed = 30
    assert view.row(KEY, Open(())).behind_since is None


def test_a_log_that_always_grows_is_not_mistaken_for_a_lag() -> None:
    view, places, clock = a_view()
    for second in range(30):
        places.head, places.followed = 11 + second, 10 + second  # one fact is always under way
        clock.jump_to(later(NOON, second))
        assert view.row(KEY, Open(())).behind_since is None


async def test_a_disk_that_is_full_is_shown_and_the_end_of_it_too(
    county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "COUNT_EVERY_S", 0.01)
    store = FullAtTimes()
    desk = a_desk(county, store)
    desk.runtime._patience_s = 0.05
    await desk.start()
    shown = desk.boards.rows["health"]
    await until(lambda: shown.get(KEY) == HealthRow(trouble="", since=None, behind_since=None))
    store.full = True
    unit = UnitId(next(iter(desk.boards.open.all("unit"))))
    command = c.TakeOutOfService(unit=unit, reason="mechanical")
    with pytest.raises(Outage):
        await desk.submit(command, command_id=CommandId("6b8f4b1e-5a4a-4f0e-9a7e-2f1d5f0a7c11"), by=BOSS)
    await until(lambda: "disk is full" in shown[KEY].trouble)
    assert shown[KEY].since is not None
    store.full = False
    await until(lambda: shown[KEY].trouble == "")  # nobody had to try again for it
    await desk.stop()


class FullAtTimes(MemoryStore):
    full = False

    async def append(self, batch: Batch) -> Appended:
        if self.full:
            raise Outage("the disk is full")
        return await super().append(batch)

    async def set_position(self, consumer: str, seq: int) -> None:
        if self.full:
            raise Outage("the disk is full")
        await super().set_position(consumer, seq)
