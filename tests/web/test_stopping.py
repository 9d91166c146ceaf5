"""Ctrl-C ends a server in order: what was begun is carried through, the log is closed, nobody is left behind."""

from pathlib import Path

import psutil

from browser.demo_server import Demo


def test_ctrl_c_closes_the_log_and_ends_the_planner(county: Path, tmp_path: Path) -> None:
    demo = Demo(data=tmp_path / "demo", region=county)
    demo.start()
    assert demo.process is not None
    helpers = psutil.Process(demo.process.pid).children(recursive=True)
    assert (demo.data / "log.sqlite-wal").exists()
    assert demo.stop() == 0, demo.said()
    assert not (demo.data / "log.sqlite-wal").exists(), "SQLite takes it away when the log is closed"
    _, left = psutil.wait_procs(helpers, timeout=10)
    assert left == []
