"""What compiled schemas and rules refer to by number: words, sets of words, automata and numbers."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.interop.nemsis.rules.compiled.forms import runs
from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints, native
from goldenhour.interop.nemsis.rules.compiled.patterns import Automaton
from goldenhour.interop.nemsis.rules.compiled.words import Vocabulary, Words


class Tables(NamedTuple):
    """`sets[set, word // 8]` holds a bit for each word; `moves` and `accepts` all automata one after the other, an
    automaton being known by its first state."""

    words: Words
    sets: Bytes
    moves: Ints
    accepts: NDArray[np.bool_]
    numbers: Ints


class Constants:
    """Collects constants while schemas and rules are compiled; the same one comes in once."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self._sets: dict[frozenset[int], int] = {}
        self._numbers: dict[int, int] = {}
        self._starts: dict[str, int] = {}
        self._moves: list[NDArray[np.int64]] = []
        self._accepts: list[NDArray[np.bool_]] = []
        self._states = 0

    def one_of(self, words: Iterable[str]) -> int:
        """The number of a set of words."""
        members = frozenset(self.vocabulary.number(word) for word in words)
        return self._sets.setdefault(members, len(self._sets))

    def number(self, value: int) -> int:
        """The place of a number."""
        return self._numbers.setdefault(value, len(self._numbers))

    def automaton(self, key: str, automaton: Automaton) -> int:
        """The first state of an automaton; `key` tells it from others."""
        if key not in self._starts:
            self._starts[key] = self._states
            moves = automaton.moves
            self._moves.append(np.where(moves < 0, -1, moves + self._states).astype(np.int64))
            self._accepts.append(automaton.accepts)
            self._states += len(moves)
        return self._starts[key]

    def arrays(self) -> Tables:
        """All of them."""
        sets = np.zeros((max(1, len(self._sets)), len(self.vocabulary) // 8 + 1), np.uint8)
        for members, number in self._sets.items():
            for word in members:
                sets[number, word >> 3] |= 1 << (word & 7)
        return Tables(
            words=self.vocabulary.arrays(),
            sets=sets,
            moves=np.concatenate([np.zeros((0, 128), np.int64), *self._moves]),
            accepts=np.concatenate([np.zeros(0, np.bool_), *self._accepts]),
            numbers=np.array([*self._numbers, 0], np.int64),
        )


@native
def is_one_of(tables: Tables, number: int, word: int) -> bool:
    """Whether the set has the word (which may be UNKNOWN)."""
    return word >= 0 and (tables.sets[number, word >> 3] >> (word & 7)) & 1 == 1


@native
def is_accepted(tables: Tables, text: Bytes, start: int, size: int, automaton: int) -> bool:
    """Whether the automaton takes the text, which for this has to be ASCII."""
    state = runs(text, start, size, tables.moves, automaton)
    return state >= 0 and tables.accepts[state]
