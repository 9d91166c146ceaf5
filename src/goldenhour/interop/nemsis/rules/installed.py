"""Where an agency's copy of the official schemas and rules lives, and what is in it.

The official files have no licence that would let us ship them, so each agency installs its own. Any layout is
understood that holds `EMSDataSet_v3.xsd` (and its DEM and State siblings) and Schematron files (`*.sch`).
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec

from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet

HOME_VARIABLE = "GOLDENHOUR_NEMSIS"
MANIFEST = "manifest.json"
NOT_RULES = ("pretest", "sample", "development", "include", "template", "utilit")


class SchemasMissing(LookupError):
    """No usable copy of the official material is at the place."""


class SchemasDamaged(RuntimeError):
    """The installed copy is not what was installed."""


@dataclass(frozen=True, kw_only=True)
class SchemaFolder:
    """A copy of the official material: the XSD that each data set starts at, and every rule file."""

    root: Path
    xsd: dict[DataSet, Path]
    rules: tuple[Path, ...]

    def rules_for(self, data_set: DataSet) -> tuple[Path, ...]:
        """The rule files that concern a data set; a file that names none concerns all."""
        return tuple(path for path in self.rules if concerns(path, data_set))


def home() -> Path:
    """Where `goldenhour nemsis install` puts things: GOLDENHOUR_NEMSIS, else the user's data folder."""
    given = os.environ.get(HOME_VARIABLE)
    if given:
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "goldenhour" / "nemsis"


def resolve(given: Path | None) -> SchemaFolder:
    """The folder named on the command line, else the installed one. Raises SchemasMissing or SchemasDamaged."""
    if given is not None:
        return find_schemas(given)
    root = home()
    if not root.is_dir():
        raise SchemasMissing(
            f"no NEMSIS schemas are installed at {root}: run `goldenhour nemsis install PATH` with your copy of the "
            f"official download, set {HOME_VARIABLE}, or give --schemas DIR"
        )
    folder = find_schemas(root)
    verify(root)
    return folder


def find_schemas(root: Path) -> SchemaFolder:
    """What a folder holds. Raises SchemasMissing when it lacks schemas or lacks rules."""
    if not root.is_dir():
        raise SchemasMissing(f"{root} is not a folder")
    xsd = {data_set: path for data_set in DATA_SETS if (path := _entry_schema(root, f"{data_set}DataSet_v3.xsd"))}
    if not xsd:
        raise SchemasMissing(f"{root} holds no EMSDataSet_v3.xsd, DEMDataSet_v3.xsd or StateDataSet_v3.xsd")
    files = sorted(root.rglob("*.sch"), key=_official_first)
    rules = _distinct(path for path in files if not _is_set_apart(path, root))
    folder = SchemaFolder(root=root, xsd=xsd, rules=rules)
    for data_set in xsd:
        if not folder.rules_for(data_set):
            raise SchemasMissing(f"{root} has the XSD of the {data_set} data set but no Schematron rules for it")
    return folder


def concerns(rule_file: Path, data_set: DataSet) -> bool:
    """Whether a rule file is about a data set, by the schema id inside or else by its file name."""
    head = rule_file.read_bytes()[:4096].decode("utf-8", "replace")
    identity = head.partition("<sch:schema")[2].partition(">")[0] or head.partition("<schema")[2].partition(">")[0]
    named = [name for name in DATA_SETS if f"{name}DataSet" in identity]
    named = named or [name for name in DATA_SETS if name.lower() in rule_file.stem.lower()]
    return not named or data_set in named


def verify(root: Path) -> None:
    """Compare an installed folder with the sums taken when it was installed; raises SchemasDamaged."""
    manifest = root / MANIFEST
    if not manifest.is_file():
        return
    expected = msgspec.json.decode(manifest.read_bytes(), type=dict[str, str])
    for name, digest in expected.items():
        path = root / name
        if not path.is_file():
            raise SchemasDamaged(f"{path} is gone; install the schemas again")
        if sha256(path.read_bytes()).hexdigest() != digest:
            raise SchemasDamaged(f"{path} is not the file that was installed; install the schemas again")


def _entry_schema(root: Path, name: str) -> Path | None:
    """The full (not the national) schema of that name, nearest to the root."""
    found = sorted(root.rglob(name), key=lambda path: ("national" in _parts(path, root), len(path.parts), path))
    return found[0] if found else None


def _is_set_apart(path: Path, root: Path) -> bool:
    return any(word in _parts(path, root) for word in NOT_RULES)


def _official_first(path: Path) -> tuple[bool, Path]:
    return path.parent.name in ("state", "agency"), path


def _parts(path: Path, root: Path) -> str:
    return str(path.relative_to(root).parent).lower()


def _distinct(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Without exact copies."""
    kept: dict[str, Path] = {}
    for path in paths:
        kept.setdefault(sha256(path.read_bytes()).hexdigest(), path)
    return tuple(kept.values())
