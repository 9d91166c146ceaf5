"""Running numbers: each day's book counts what is written into it, so that no two incidents share a number."""

from typing import Any, Final

import msgspec

from goldenhour.kernel.facts import Happened
from goldenhour.kernel.parts import EntityKind, Part


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """How many numbers were given out."""

    last: int = 0

    @property
    def is_open(self) -> bool:
        return False


def next_number(book: Book | None) -> int:
    """The number that the next one gets: 1 in a new book."""
    return 1 if book is None else book.last + 1


def _one_more(book: Any, happened: Happened) -> Book:
    return Book(last=next_number(book))


NUMBERING: Final = Part(
    name="kernel",
    facts=(),
    entities=(EntityKind(kind="book", shape=Book, fold=_one_more),),
    decisions={},
)
