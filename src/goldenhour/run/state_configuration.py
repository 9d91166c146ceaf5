"""What a state wants collected: its State data set, read from the agency's own folders."""

from pathlib import Path

from goldenhour.care.record.collect import EVERYTHING, Collect, from_state
from goldenhour.interop.nemsis.plain_xml import XmlRefused
from goldenhour.interop.nemsis.read_xml import read_document


class BadState(ValueError):
    """The State data set cannot be used; the text says which file and why."""


def collected(content: Path, data: Path | None = None) -> Collect:
    """What `state.xml` in the data folder asks for, else `care/state.xml` of the content; everything without one.

    Raises BadState: a state's configuration that is there but cannot be read must not be passed over."""
    places = [*([] if data is None else [data / "state.xml"]), content / "care" / "state.xml"]
    for path in places:
        if path.is_file():
            return _read(path)
    return EVERYTHING


def _read(path: Path) -> Collect:
    try:
        document = read_document(path.read_bytes())
    except (OSError, XmlRefused) as fault:
        raise BadState(f"{path}: {fault}") from None
    if document.data_set != "StateDataSet":
        raise BadState(f"{path} is an {document.data_set}; a StateDataSet says what is collected")
    return from_state(document.tree)
