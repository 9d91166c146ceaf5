"""Every name and every constant that schemas and rules mention, numbered: a document is compared by numbers.

The text of all words lies at the front of the buffer that a document is copied into, so that a constant is a span
of bytes like any other text.
"""

from typing import NamedTuple

import numpy as np

from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints, native
from goldenhour.interop.nemsis.rules.report import NEMSIS

XSI = "http://www.w3.org/2001/XMLSchema-instance"
EMPTY, XMLNS, XMLNS_XSI, SCHEMA_LOCATION, NIL, TRUE, NEMSIS_URI, XSI_URI = range(8)
_FIRST_WORDS = ("", "xmlns", "xmlns:xsi", "xsi:schemaLocation", "xsi:nil", "true", NEMSIS, XSI)
UNKNOWN = -1


class Words(NamedTuple):
    """The words as arrays: `text` all of them one after the other (bytes), `spans[number]` = start and size, `slots` an
    open hash table of numbers (a power of two long, -1 where free), `longest` the size of the longest in bytes."""

    text: Bytes
    spans: Ints
    slots: Ints
    longest: int


class Vocabulary:
    """Numbers for words, given in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        for word in _FIRST_WORDS:
            self.number(word)

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, word: str) -> int:
        """The number of a word, a new one if it has none yet."""
        return self._numbers.setdefault(word, len(self._numbers))

    def arrays(self) -> Words:
        """The words so far."""
        encoded = [word.encode() for word in self._numbers]
        ends = np.cumsum([len(word) for word in encoded])
        spans = np.array([(end - len(word), len(word)) for end, word in zip(ends, encoded, strict=True)], np.int64)
        text = np.frombuffer(b"".join(encoded), np.uint8).copy()
        slots = np.full(1 << (4 * len(encoded)).bit_length(), UNKNOWN, np.int64)
        for number, word in enumerate(encoded):
            place = _hash(np.frombuffer(word, np.uint8).copy(), 0, len(word)) & (len(slots) - 1)
            while slots[place] != UNKNOWN:
                place = (place + 1) & (len(slots) - 1)
            slots[place] = number
        return Words(text=text, spans=spans, slots=slots, longest=max(map(len, encoded)))


@native
def _hash(text: Bytes, start: int, size: int) -> int:
    """Of the size, the first two bytes and the last four: names and codes differ there."""
    value = size
    for place in range(start, start + min(size, 2)):
        value = value * 31 + text[place]
    for place in range(start + max(0, size - 4), start + size):
        value = value * 31 + text[place]
    return value ^ (value >> 15)


@native
def word_at(words: Words, text: Bytes, start: int, size: int) -> int:
    """The number of the word that is `text[start : start + size]`, UNKNOWN if it is none."""
    if size > words.longest:
        return UNKNOWN
    last = len(words.slots) - 1
    slot = _hash(text, start, size) & last
    while True:
        number: int = words.slots[slot]
        if number == UNKNOWN:
            return UNKNOWN
        if words.spans[number, 1] == size:
            begin = words.spans[number, 0]
            same = True
            for offset in range(size):
                if words.text[begin + offset] != text[start + offset]:
                    same = False
                    break
            if same:
                return number
        slot = (slot + 1) & last
