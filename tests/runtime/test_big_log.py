"""The log that the restart benchmark measures is a sound one."""

from pathlib import Path

from goldenhour.chain.content import Content, default_folder
from goldenhour.chain.desk import Desk
from goldenhour.chain.registry import REGISTRY
from goldenhour.run.bench.big_log import STAY_OPEN, write_big_log
from goldenhour.runtime.clocks import WallClock
from goldenhour.runtime.replay import Replay
from goldenhour.storage.sqlite import SqliteStore


async def test_the_big_log_replays_and_fills_the_boards(tmp_path: Path) -> None:
    await write_big_log(tmp_path / "big", facts=14_000)
    desk = Desk(store=SqliteStore(tmp_path / "big"), clock=WallClock(), content=Content(default_folder()))
    await desk.start()
    assert desk.runtime.seq >= 14_000
    assert len(desk.boards.rows["incidents"]) == STAY_OPEN
    assert len(desk.boards.rows["units"]) == 300
    assert (await Replay(REGISTRY, desk.runtime.store).run()).shown == ()
    await desk.stop()
