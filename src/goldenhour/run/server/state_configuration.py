"""What a state wants collected: its State data set and the defined lists, read from the agency's own folders."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from goldenhour.care.record.collect import EVERYTHING, Collect, ListedCode, LowestLevel, from_state
from goldenhour.interop.nemsis.defined_lists import FOLDER, BadList, read_lists
from goldenhour.interop.nemsis.document.plain_xml import XmlRefused
from goldenhour.interop.nemsis.document.read_xml import read_document

SCOPE: Final = Path("care/scope.yaml")
"""In the content: the lowest level of each medication and procedure, where the state does not say who may use it."""


class Practice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int
    medications: tuple[LowestLevel, ...]
    procedures: tuple[LowestLevel, ...]
    approved_by: str | None = None


class BadState(ValueError):
    """The State data set or a list cannot be used; the text says which file and why."""


def collected(content: Path, data: Path | None = None) -> Collect:
    """What `state.xml` in the data folder asks for, else `care/state.xml` of the content; everything without one.

    With the lists of `lists/` there (`Impression.csv`, …), and the content's scope of practice. Raises BadState: a
    state's configuration that is there but cannot be read must not be passed over."""
    places = [*([] if data is None else [data]), content / "care"]
    states = [place / "state.xml" for place in places if (place / "state.xml").is_file()]
    folders = [place / FOLDER for place in places if (place / FOLDER).is_dir()]
    collect = _read(states[0]) if states else EVERYTHING
    if lists := _lists(folders[0]) if folders else {}:
        collect = replace(collect, lists=lists)
    if (content / SCOPE).is_file():
        practice = _practice(content / SCOPE)
        collect = replace(
            collect, lowest_for_medications=practice.medications, lowest_for_procedures=practice.procedures
        )
    return collect


def _practice(path: Path) -> Practice:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=Practice)
    except (OSError, msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise BadState(f"{path}: {fault}") from None


def _read(path: Path) -> Collect:
    try:
        document = read_document(path.read_bytes())
    except (OSError, XmlRefused) as fault:
        raise BadState(f"{path}: {fault}") from None
    if document.data_set != "StateDataSet":
        raise BadState(f"{path} is an {document.data_set}; a StateDataSet says what is collected")
    return from_state(document.tree)


def _lists(folder: Path) -> dict[str, tuple[ListedCode, ...]]:
    try:
        return read_lists(folder)
    except BadList as fault:
        raise BadState(str(fault)) from None
