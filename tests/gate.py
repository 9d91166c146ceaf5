"""The whole gate, in the order in which a fault is cheapest to find: `./goldenhour test`.

Lint, format, types, import contracts, the screens' own checks, then every test. A missing tool fails the gate.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> int:
    parser = argparse.ArgumentParser(prog="goldenhour test", description=__doc__)
    parser.add_argument("--only", choices=["lint", "ui", "tests"], help="one part of the gate")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, such as a path or -k NAME (after --)")
    args = parser.parse_args()
    parts = {"lint": lint, "ui": screens, "tests": lambda: tests(args.pytest)}
    for name, part in parts.items():
        if args.only in (None, name) and (code := part()) != 0:
            print(f"\ngate: {name} failed", flush=True)
            return code
    return 0


def lint() -> int:
    """Style, types, and who may import whom."""
    steps = (
        ("ruff", [str(BIN / "ruff"), "check", "src", "tests", "goldenhour"]),
        ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "src", "tests"]),
        ("types", [str(BIN / "mypy")]),
        ("imports", [str(BIN / "lint-imports"), "--no-cache"]),
    )
    return next((code for name, command in steps if (code := step(name, command)) != 0), 0)


def screens() -> int:
    """The screens: built, type-checked and unit-tested by the Node that comes as a Python package."""
    from goldenhour.run.server.ui_build import ensure_ui, find_node

    ui = ROOT / "ui"
    ensure_ui(lambda text: print(text, flush=True))
    node, npm = find_node()
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])}
    steps = [("ui check", [*npm, "run", "check"]), ("ui test", [*npm, "run", "test"])]
    if not (ui / "node_modules").is_dir():
        steps.insert(0, ("ui packages", [*npm, "ci", "--no-audit", "--no-fund"]))
    return next(
        (code for name, command in steps if (code := step(name, command, folder=ui, environment=environment)) != 0), 0
    )


def tests(arguments: list[str]) -> int:
    """Every test; the browser journeys need a Chromium, which is installed where that can be done."""
    browser = chromium()
    if browser is None:
        return 1
    environment = {**os.environ, "GOLDENHOUR_CHROMIUM": browser}
    if arguments:
        return step("tests", [sys.executable, "-m", "pytest", *arguments], environment=environment)
    pytest = [sys.executable, "-m", "pytest", "--durations", "12"]
    screens_alone = [*pytest, "tests/browser"]
    # A file's tests share what takes long to make (a played day, compiled rules), so they stay together.
    everything_else = [*pytest, "-n", "2", "--dist", "loadfile", "--ignore", "tests/browser"]
    # Journeys through a real browser wait on conditions with limits; beside two busy workers those mean little.
    return journeys(screens_alone, environment) or step("tests", everything_else, environment=environment)


def journeys(command: list[str], environment: dict[str, str]) -> int:
    """The journeys; those that failed run once more by themselves. A fault fails twice, and what failed only in the
    company of others is named: it leans on what they left behind, or on how fast the machine was."""
    if step("journeys", command, environment=environment) == 0:
        return 0
    print("\ngate: these journeys failed, as shown above, and run once more by themselves", flush=True)
    alone = [*command, "--last-failed", "--last-failed-no-failures", "none"]
    return step("journeys once more", alone, environment=environment)


def chromium() -> str | None:
    """A Chromium's path: the one named, one on the PATH, or Debian's, installed now. None, with advice, if none."""
    named = os.environ.get("GOLDENHOUR_CHROMIUM")
    if named:
        return named
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("gate: installing Chromium from Debian's packages", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, check=True, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        found = shutil.which("chromium")
    if found is None:
        print(
            "gate: no Chromium found. Install one (Debian: apt-get install chromium) or set GOLDENHOUR_CHROMIUM to "
            "the path of a Chrome or Chromium.",
            file=sys.stderr,
        )
    return found


def step(name: str, command: list[str], *, folder: Path = ROOT, environment: dict[str, str] | None = None) -> int:
    """Runs one step and says how long it took."""
    print(f"\n== {name}", flush=True)
    begun = time.monotonic()
    code = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL).returncode
    if name != "tests":
        print(f"== {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - begun:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
