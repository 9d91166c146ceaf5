"""Regular expressions of schemas and rules as automata over ASCII, for the constructs that both languages share.

A construct beyond them (Unicode categories, subtraction, back-references, laziness) raises Unsupported.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goldenhour.interop.nemsis.rules.xpath import Unsupported

_ASCII = frozenset(range(128))
_ESCAPES = {
    "d": frozenset(range(48, 58)),
    "s": frozenset(map(ord, " \t\n\r")),
    "n": frozenset({10}),
    "r": frozenset({13}),
    "t": frozenset({9}),
}
_LITERAL_ESCAPES = frozenset(r"\|.?*+(){}[]-^$")
_SPECIAL = frozenset(r"\|.?*+(){}[]^$")
REPEATS, STATES = 1000, 4000


@dataclass(frozen=True, kw_only=True)
class Automaton:
    """`moves[state, byte]` is the next state or -1; it starts in state 0; `accepts[state]`."""

    moves: NDArray[np.int64]
    accepts: NDArray[np.bool_]


@dataclass
class _Net:
    """A nondeterministic automaton: per state its moves (characters, target) and its free moves."""

    moves: list[list[tuple[frozenset[int], int]]] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        if len(self.free) > STATES:
            raise Unsupported("the pattern is too large")
        self.moves.append([])
        self.free.append([])
        return len(self.free) - 1


def automaton(pattern: str) -> Automaton:
    """The automaton that accepts the texts that are, as a whole, of the pattern (as an XSD facet means it)."""
    return _build(pattern, searching=False)


def searching(pattern: str) -> Automaton:
    """The automaton that accepts the texts that have the pattern somewhere in them (as XPath's matches() means it);
    ^ and $ are the start and the end of the text where they begin or end an alternative outside of all brackets."""
    return _build(pattern, searching=True)


def _build(pattern: str, *, searching: bool) -> Automaton:
    net = _Net()
    start, end = net.state(), net.state()
    reader = _Reader(pattern, net)
    for branch, from_start, to_end in reader.whole(anchors=searching):
        first, last = branch
        entry = start
        if searching and not from_start:
            entry = net.state()
            net.free[start].append(entry)
            net.moves[entry].append((_ASCII, entry))
        net.free[entry].append(first)
        exit_state = end
        if searching and not to_end:
            exit_state = net.state()
            net.moves[exit_state].append((_ASCII, exit_state))
            net.free[exit_state].append(end)
        net.free[last].append(exit_state)
    return _determined(net, start, end)


def _determined(net: _Net, start: int, end: int) -> Automaton:
    """The same by sets of states."""
    first = _closure(net, {start})
    numbers = {first: 0}
    table: list[list[int]] = []
    for states in (queue := [first]):
        row = [-1] * 128
        for byte in range(128):
            after = {target for s in states for chars, target in net.moves[s] if byte in chars}
            if after:
                reached = _closure(net, after)
                if reached not in numbers:
                    numbers[reached] = len(numbers)
                    queue.append(reached)
                row[byte] = numbers[reached]
        table.append(row)
        if len(numbers) > STATES:
            raise Unsupported("the pattern is too large")
    return Automaton(moves=np.array(table, np.int64), accepts=np.array([end in states for states in queue]))


def _closure(net: _Net, states: set[int]) -> frozenset[int]:
    found = set(states)
    open_states = list(states)
    while open_states:
        for target in net.free[open_states.pop()]:
            if target not in found:
                found.add(target)
                open_states.append(target)
    return frozenset(found)


class _Reader:
    """Recursive descent over a pattern; each piece becomes a pair of states of the net, its entry and its exit."""

    def __init__(self, pattern: str, net: _Net) -> None:
        self._text = pattern
        self._at = 0
        self._net = net

    def whole(self, *, anchors: bool) -> list[tuple[tuple[int, int], bool, bool]]:
        """The alternatives of the whole pattern, each with whether ^ begins and $ ends it."""
        found = []
        while True:
            from_start = anchors and self._take("^")
            branch = self._sequence()
            to_end = anchors and self._take("$")
            found.append((branch, from_start, to_end))
            if not self._take("|"):
                break
        if self._at < len(self._text):
            self._refuse()
        return found

    def _sequence(self) -> tuple[int, int]:
        first = last = self._net.state()
        while self._at < len(self._text) and self._text[self._at] not in "|)$":
            begin = self._at
            piece = self._atom()
            least, most = self._quantifier()
            end = self._at
            copies = [piece]
            for _ in range(max(least, most or 1, 1) - 1):
                self._at = begin
                copies.append(self._atom())
            self._at = end
            last = self._repeated(last, copies, least, most)
        return first, last

    def _repeated(self, last: int, copies: list[tuple[int, int]], least: int, most: int | None) -> int:
        exit_state = self._net.state()
        for number, (first, end) in enumerate(copies):
            if number >= least:
                self._net.free[last].append(exit_state)
            self._net.free[last].append(first)
            last = end
        if most == 0:
            raise Unsupported("a pattern that repeats nothing")
        if most is None:
            self._net.free[last].append(copies[-1][0])
        self._net.free[last].append(exit_state)
        return exit_state

    def _quantifier(self) -> tuple[int, int | None]:
        """(least, most) repetitions."""
        if self._take("?"):
            found: tuple[int, int | None] = (0, 1)
        elif self._take("*"):
            found = (0, None)
        elif self._take("+"):
            found = (1, None)
        elif self._take("{"):
            least, comma, most = self._until("}").partition(",")
            if not least.isdecimal() or (most and not most.isdecimal()):
                self._refuse()
            found = (int(least), (int(most) if most else None) if comma else int(least))
        else:
            return 1, 1
        if self._at < len(self._text) and self._text[self._at] in "?*+{":
            self._refuse()
        if max(found[0], found[1] or 0) > REPEATS or (found[1] is not None and found[1] < found[0]):
            self._refuse()
        return found

    def _atom(self) -> tuple[int, int]:
        if self._take("("):
            first, last = self._net.state(), self._net.state()
            while True:
                begin, end = self._sequence()
                self._net.free[first].append(begin)
                self._net.free[end].append(last)
                if not self._take("|"):
                    break
            if not self._take(")"):
                self._refuse()
            return first, last
        first, last = self._net.state(), self._net.state()
        self._net.moves[first].append((self._characters(), last))
        return first, last

    def _characters(self) -> frozenset[int]:
        if self._take("."):
            return _ASCII - {10, 13}
        if self._take("["):
            return self._class()
        if self._take("\\"):
            return self._escape()
        character = self._text[self._at]
        if character in _SPECIAL or not character.isascii():
            self._refuse()
        self._at += 1
        return frozenset({ord(character)})

    def _class(self) -> frozenset[int]:
        negated = self._take("^")
        found: set[int] = set()
        while not self._take("]"):
            low = self._class_item()
            if len(low) == 1 and self._text[self._at : self._at + 1] == "-" and self._text[self._at + 1 :][:1] != "]":
                self._at += 1
                high = self._class_item()
                if len(high) != 1 or max(high) < max(low):
                    self._refuse()
                low = frozenset(range(max(low), max(high) + 1))
            found |= low
        return _ASCII - found if negated else frozenset(found)

    def _class_item(self) -> frozenset[int]:
        if self._take("\\"):
            return self._escape()
        character = self._text[self._at : self._at + 1]
        if not character or character in "[^" or not character.isascii():
            self._refuse()
        self._at += 1
        return frozenset({ord(character)})

    def _escape(self) -> frozenset[int]:
        character = self._text[self._at : self._at + 1]
        self._at += 1
        if character in _ESCAPES:
            return _ESCAPES[character]
        if not character or character not in _LITERAL_ESCAPES:
            self._refuse()
        return frozenset({ord(character)})

    def _until(self, sign: str) -> str:
        end = self._text.find(sign, self._at)
        if end < 0:
            self._refuse()
        found, self._at = self._text[self._at : end], end + 1
        return found

    def _take(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += 1
        return True

    def _refuse(self) -> None:
        raise Unsupported(f"the pattern {self._text!r} at {self._at}")
