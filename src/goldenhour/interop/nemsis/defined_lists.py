"""The defined and suggested lists that NEMSIS publishes as CSV files: an agency's copies are read, and put in place.

They give words to codes of RxNorm, SNOMED CT and ICD-10-CM, which the data set does not list.
"""

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec

from goldenhour.care.record.collect import ListedCode
from goldenhour.care.record.dictionary import Element, load
from goldenhour.care.record.values import type_checker

LISTS: Final = {
    "CauseOfInjury": ("eInjury.01",),
    "EnvironmentalFoodAllergy": ("eHistory.07",),
    "Impression": ("eSituation.11", "eSituation.12"),
    "IncidentLocationType": ("eScene.09",),
    "MedicalSurgicalHistory": ("eHistory.08",),
    "Medication": ("eMedications.03", "eHistory.12"),
    "MedicationAllergy": ("eHistory.06",),
    "PatientActivity": ("eSituation.17",),
    "Procedure": ("eProcedures.03",),
    "Symptom": ("eSituation.09", "eSituation.10"),
}
"""Each list by the name of its file, and the elements it is for."""

FOLDER: Final = "lists"
"""Where they lie in a server's data folder."""

MOST_BYTES: Final = 16 << 20
"""No list is a hundredth as large; what is larger is not a list."""


class BadList(ValueError):
    """A file is no list that can be used; the text says which and why."""


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """One list that was put in place: for which elements, how many codes, whether it took an older one's place, and
    the lines that no chart could use (the published lists have such slips)."""

    name: str
    elements: tuple[str, ...]
    codes: int
    path: str
    replaced: bool
    left_out: tuple[str, ...] = ()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of what was named: lists in place, and files of a folder or archive that are nobody's list."""

    installed: tuple[Installed, ...]
    left_aside: tuple[str, ...]


def read_lists(folder: Path) -> dict[str, tuple[ListedCode, ...]]:
    """The lists in a folder, by element. Raises BadList; a file of another name is nobody's list and said to be so."""
    found: dict[str, tuple[ListedCode, ...]] = {}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in LISTS:
            raise BadList(f"{path} is no list that is known here; there are {', '.join(LISTS)}")
        body = _bytes(path)
        found |= {number: _listed(body, str(path), load().ems.element(number)).codes for number in LISTS[path.stem]}
    return found


def install_lists(sources: Iterable[Path], *, data: Path) -> Taken:
    """Puts lists out of folders, zip archives and CSV files into a data folder. All are read before any is written: one
    that cannot be used raises BadList, and then nothing has changed. A list of the same name is replaced."""
    bodies: dict[str, tuple[str, bytes]] = {}
    aside: list[str] = []
    for said, name, body in _found(sources, aside):
        if name in bodies and bodies[name][1] != body:
            raise BadList(f"{said} and {bodies[name][0]} are two different lists of one name; name only one of them")
        bodies[name] = said, body
    if not bodies:
        names = ", ".join(f"{name}.csv" for name in LISTS)
        raise BadList(f"there is no list in what was named; they are called {names}")
    read = {name: _listed(body, said, load().ems.element(LISTS[name][0])) for name, (said, body) in bodies.items()}
    target = data / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    return Taken(
        installed=tuple(
            Installed(
                name=name,
                elements=LISTS[name],
                codes=len(read[name].codes),
                left_out=read[name].left_out,
                path=str(target / f"{name}.csv"),
                replaced=_put(target / f"{name}.csv", bodies[name][1]),
            )
            for name in sorted(bodies)
        ),
        left_aside=tuple(aside),
    )


def _found(sources: Iterable[Path], aside: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """(what it is called in messages, the list's name, its bytes); files that are no list are named in `aside`."""
    for source in sources:
        if source.is_dir():
            for path in sorted(source.rglob("*.csv")):
                if path.stem in LISTS:
                    yield str(path), path.stem, _bytes(path)
                else:
                    aside.append(str(path))
        elif source.suffix.lower() == ".zip":
            yield from _members(source, aside)
        elif not source.is_file():
            raise BadList(f"{source} is not there; name a folder, a zip archive or lists (.csv)")
        elif source.stem not in LISTS:
            raise BadList(f"{source} is no list that is known here; there are {', '.join(LISTS)}")
        else:
            yield str(source), source.stem, _bytes(source)


def _members(source: Path, aside: list[str]) -> Iterator[tuple[str, str, bytes]]:
    try:
        with zipfile.ZipFile(source) as archive:
            for member in archive.infolist():
                path = PurePosixPath(member.filename)
                said = f"{source}: {member.filename}"
                if path.suffix != ".csv" or path.name.startswith("."):
                    continue
                if path.stem not in LISTS:
                    aside.append(said)
                elif member.file_size > MOST_BYTES:
                    raise BadList(f"{said} is larger than {MOST_BYTES >> 20} MB and no list")
                else:
                    yield said, path.stem, archive.read(member)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as fault:
        raise BadList(f"{source} cannot be unpacked: {fault}") from None


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadList(f"{path} is larger than {MOST_BYTES >> 20} MB and no list")
        return path.read_bytes()
    except OSError as fault:
        raise BadList(f"{path} cannot be read: {fault.strerror}") from None


def _put(path: Path, body: bytes) -> bool:
    """There whole or not at all, also for a server that starts meanwhile; whether another stood there."""
    replaced = path.exists()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as file:
        file.write(body)
    os.chmod(file.name, 0o644)
    Path(file.name).replace(path)
    return replaced


@dataclass(frozen=True)
class _Listed:
    codes: tuple[ListedCode, ...]
    left_out: tuple[str, ...]


def _listed(body: bytes, said: str, element: Element) -> _Listed:
    """The codes of a list, and the lines whose codes the element does not take; a list of mostly such is another's."""
    types, wrong = _code_types(element), type_checker(element.type)
    codes: dict[str, ListedCode] = {}
    left_out: list[str] = []
    try:
        rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
        for row in rows:
            code, label = row["Value"], row["SuggestedLabel"] or row["SourceLabel"]
            if code and (fault := wrong(code)) is not None:
                left_out.append(f"line {rows.line_num}: {code!r} cannot be a code of {element.label}: {fault}")
            elif code:
                code_type = types.get(row["CodeType"].partition("-")[0])
                codes[code] = ListedCode(code=code, label=label, code_type=code_type)
    except (UnicodeDecodeError, csv.Error, KeyError, AttributeError) as fault:
        raise BadList(f"{said} is not a list of NEMSIS (Value, CodeType, SuggestedLabel): {fault}") from None
    if len(left_out) > len(codes):
        raise BadList(f"{said}, {left_out[0]}, nor can {len(left_out) - 1} others; is it another list?")
    if not codes:
        raise BadList(f"{said} holds no code")
    return _Listed(tuple(codes.values()), tuple(left_out))


def _code_types(element: Element) -> dict[str, str]:
    """The codes of an element's CodeType attribute by their first word ("SNOMED", "RxNorm", "ICD"); most have none."""
    types = [load().value_type(one).codes for one in element.attributes if one.name == "CodeType"]
    return {words.partition("-")[0]: code for codes in types for code, words in codes.items()}
