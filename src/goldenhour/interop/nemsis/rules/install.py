"""Put an agency's own copy of the official material, or its state's rules, where the system finds it."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from goldenhour.interop.nemsis.rules.installed import (
    MANIFEST,
    SchemaFolder,
    SchemasMissing,
    find_schemas,
)
from goldenhour.interop.nemsis.rules.report import DATA_SETS
from goldenhour.interop.nemsis.rules.schematron import read_rules
from goldenhour.interop.nemsis.rules.xsd import Schema

RuleOwner = Literal["state", "agency"]
UNPACKED_LIMIT_BYTES = 512 << 20


class InstallRefused(ValueError):
    """The material cannot be installed; the reason is for a person."""


def install_official(source: Path, *, home: Path) -> SchemaFolder:
    """Copy XSDs and national rules out of a folder or zip archive, compile each once, and only then replace what
    was installed before; rules of state and agency stay. Raises InstallRefused, SchemasMissing, SchemaRefused
    or RulesRefused, and then nothing has changed."""
    with _opened(source) as root:
        found = find_schemas(root)
        for data_set, entry in found.xsd.items():
            Schema(entry)
            for rules in found.rules_for(data_set):
                read_rules(rules)
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent, prefix=".installing-") as made:
            new = Path(made) / "new"
            _copy_official(found, new)
            if (home / "rules").is_dir():
                shutil.copytree(home / "rules", new / "rules", dirs_exist_ok=True)
            _write_manifest(new)
            find_schemas(new)
            if home.exists():
                home.rename(Path(made) / "old")
            new.rename(home)
    return find_schemas(home)


def install_rules(sources: list[Path], *, owner: RuleOwner, home: Path) -> tuple[Path, ...]:
    """Add rule files of a state or an agency; a file of the same name is replaced. Raises RulesRefused or
    InstallRefused."""
    if not home.is_dir():
        raise InstallRefused(f"install the official schemas first; {home} is not there yet")
    files: list[Path] = []
    for source in sources:
        files += sorted(source.rglob("*.sch")) if source.is_dir() else [source]
    if not files:
        raise InstallRefused("there is no Schematron file (.sch) in what was named")
    for path in files:
        read_rules(path)
    target = home / "rules" / owner
    target.mkdir(parents=True, exist_ok=True)
    placed = tuple(Path(shutil.copyfile(path, target / path.name)) for path in files)
    _write_manifest(home)
    return placed


def _copy_official(found: SchemaFolder, new: Path) -> None:
    (new / "xsd").mkdir(parents=True)
    (new / "schematron").mkdir()
    for folder in sorted({entry.parent for entry in found.xsd.values()}):
        for path in sorted(folder.glob("*.xsd")):
            shutil.copyfile(path, new / "xsd" / path.name)
    for path in found.rules:
        target = new / "schematron" / path.name
        if target.exists():
            raise InstallRefused(f"two different rule files are named {path.name}; install the second as a state's")
        shutil.copyfile(path, target)
    for path in sorted(found.root.glob("**/pretest/fail/*.xml")):
        (new / "pretest" / "fail").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, new / "pretest" / "fail" / path.name)
    if set(found.xsd) != set(DATA_SETS):
        missing = ", ".join(name for name in DATA_SETS if name not in found.xsd)
        raise InstallRefused(f"{found.root} lacks the schema of: {missing}")


def _write_manifest(root: Path) -> None:
    sums = {
        str(path.relative_to(root)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    (root / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(sums)))


@contextmanager
def _opened(source: Path) -> Iterator[Path]:
    """A folder as it is, an archive unpacked for as long as it is needed."""
    if source.is_dir():
        yield source
        return
    if not zipfile.is_zipfile(source):
        raise SchemasMissing(f"{source} is neither a folder nor a zip archive")
    with tempfile.TemporaryDirectory() as made, zipfile.ZipFile(source) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT_BYTES:
            raise InstallRefused(f"{source} unpacks to more than {UNPACKED_LIMIT_BYTES >> 20} MB")
        archive.extractall(made)
        yield Path(made)
