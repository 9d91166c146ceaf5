"""Find the documents behind what a person names: files, folders, zip archives, standard input."""

import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from goldenhour.interop.nemsis.document.safe_xml import LIMITS
from goldenhour.interop.nemsis.rules.resident.wire import Document

UNPACKED_RATIO = 200
"""XML packs about 7 to 1; a member that unpacks to 200 times its size is an attack, not a record."""
UNPACKED_FREE_BYTES = 1 << 20
WORTH_COMPILING_BYTES = 8 << 20
"""Some 250 records: what Saxon does in the second or two that loading the compiled check takes a worker."""


class NoDocuments(LookupError):
    """What was named is not there, or holds no document."""


class Unreadable(ValueError):
    """A document that was found cannot be read; the reason is for a person."""


def documents(paths: Iterable[str]) -> Iterator[Document]:
    """Every XML document in the order named, folders and archives in the order of their names; only standard
    input (`-`) is read already, the others by `read`. Raises NoDocuments."""
    for name in paths:
        path = Path(name)
        if name == "-":
            xml = sys.stdin.buffer.read(LIMITS.size_bytes + 1)
            yield Document(path="-", xml=xml, size_bytes=len(xml))
        elif path.is_dir():
            yield from _in_folder(path)
        elif not path.is_file():
            raise NoDocuments(f"{name} is not there; give an XML file, a folder, a zip archive, or - for input")
        else:
            yield from _in_file(path)


def read(document: Document) -> bytes:
    """The bytes of a document. Raises Unreadable."""
    try:
        if document.xml is not None:
            return document.xml
        if document.archive is not None:
            return _read_member(document.archive, document.member)
        return Path(document.path).read_bytes()
    except OSError as fault:
        raise Unreadable(f"The file cannot be read: {fault.strerror}.") from None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as fault:
        raise Unreadable(f"The archive cannot be unpacked: {fault}.") from None


def are_bulk(found: Iterable[Document]) -> bool:
    """Whether there is so much to check that the compiled check is worth its loading."""
    return sum(document.size_bytes for document in found) >= WORTH_COMPILING_BYTES


def _in_folder(folder: Path) -> Iterator[Document]:
    """An archive in it that cannot be read is a document that cannot be: the others are checked all the same."""
    found = [p for p in sorted(folder.rglob("*")) if _is_document(p.name, (".xml", ".zip")) and p.is_file()]
    if not found:
        raise NoDocuments(f"{folder} holds no .xml or .zip file")
    for path in found:
        try:
            yield from _in_file(path)
        except NoDocuments:
            yield Document(path=str(path), archive=str(path), member="", size_bytes=path.stat().st_size)


def _is_document(name: str, endings: tuple[str, ...]) -> bool:
    """By its name; what a Mac puts beside each file in an archive (`._name`) is not one."""
    own = name.rpartition("/")[2]
    return own.lower().endswith(endings) and not own.startswith("._")


def _in_file(path: Path) -> Iterator[Document]:
    if path.suffix.lower() != ".zip":
        yield Document(path=str(path), size_bytes=path.stat().st_size)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if _is_document(m.filename, (".xml",))]
    except zipfile.BadZipFile as fault:
        raise NoDocuments(f"{path} is not a readable zip archive: {fault}") from None
    if not members:
        raise NoDocuments(f"{path} holds no .xml file")
    for member in sorted(members, key=lambda m: m.filename):
        yield Document(
            path=f"{path}/{member.filename}",
            archive=str(path),
            member=member.filename,
            size_bytes=member.file_size,
        )


def _read_member(archive: str, name: str) -> bytes:
    """A member, never unpacking more than it honestly declares nor more than a document may have."""
    opened = _archive(archive)
    if not name:
        raise Unreadable("The archive holds no .xml file.")
    member = opened.getinfo(name)
    if member.file_size > max(UNPACKED_FREE_BYTES, UNPACKED_RATIO * member.compress_size):
        raise Unreadable(f"It would unpack to more than {UNPACKED_RATIO} times its size; that is no record.")
    with opened.open(member) as stream:
        return stream.read(LIMITS.size_bytes + 1)


@lru_cache(maxsize=2)
def _archive(path: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)
