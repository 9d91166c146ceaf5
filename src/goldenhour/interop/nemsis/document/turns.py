"""The fast way to read plain text: learn each turn of the tags once, then only follow.

Cut at every `</`, a document falls into pieces such as `eTimes.03>⏎ <eTimes.05>2026-…`: what closes, what opens, and
a value. All but the value is the same in record after record, so each such *turn* is looked up as a whole. A turn is
held against the dictionary when it is learnt: what opens must be what closes' next sibling in schema order, or below
it. Names are unique in a data set, so that holds wherever the turn is met; following one only checks that what
closes is what is open. Anything unusual raises NotPlain, and the text is read with care instead (`read_xml`).
"""

import re
from functools import cache
from typing import Any

from goldenhour.care.record.tree import Tree
from goldenhour.interop.nemsis.document.layout import Layout, layouts
from goldenhour.interop.nemsis.document.plain_xml import NotPlain
from goldenhour.interop.nemsis.document.tags import leaf_with, parsed_head, unescaped

_MOST_TURNS, _LONGEST_LEARNT = 20_000, 2_000
_COMMENT = re.compile(r"!--(?:(?!--)[^<>])*--")

_Attributes = dict[str, str] | None
_Passed = tuple[str, bool, bool, bool, dict[str, Any]]
"""A group that opens, or a leaf that closes itself: its name, whether it may repeat, whether it repeats the one before,
whether it is a group, and what stands there (copied at each use)."""

_Turn = tuple[str, bool, tuple[_Passed, ...], str | None, bool, bool, _Attributes, str]
"""What closes, whether that is a group, what is passed, the leaf that opens (or None), whether it may repeat, whether
it repeats the one before, its attributes, what has to close next. Plain tuples: one is unpacked per element."""


class Turns:
    """The turns of one data set, learnt as they are met."""

    def __init__(self, known: dict[str, Layout]) -> None:
        self._known = known
        self._parents = {child: name for name, node in known.items() for child in node[3] or ()}
        self._learnt: dict[str, _Turn] = {}

    def follow(self, text: str, root: str, tree: Tree) -> None:
        """Fill `tree`, the group `root`, from what follows its opening tag, to the end of the text.

        Raises NotPlain when the text is not plain, not closed, or holds what has no place there."""
        learnt, has_references = self._learnt, "&" in text
        beside: Tree = {}
        above, here, expected = [beside], tree, f"?{root}"
        for piece in f"?{root}>{text}".split("</"):
            before, _, value = piece.rpartition(">")
            turn = learnt.get(before) or self._learn(before)
            closes, is_group, passed, name, many, again, attributes, following = turn
            if closes != expected or not above:
                raise NotPlain(f"{closes} closes where {expected} is open")
            if is_group:
                here = above.pop()
            for each, each_many, each_again, opens, empty in passed:
                stands = empty.copy()
                if "a" in empty:
                    stands["a"] = empty["a"].copy()
                if not each_many:
                    here[each] = stands
                elif each_again:
                    here[each].append(stands)
                else:
                    here[each] = [stands]
                if opens:
                    above.append(here)
                    here = stands
            if name is None:
                if value and not value.isspace():
                    raise NotPlain(f"text stands beside {closes}")
            else:
                if has_references and "&" in value:
                    value = unescaped(value)
                leaf = value if attributes is None else leaf_with(value, attributes.copy())
                if not many:
                    here[name] = leaf
                elif again:
                    here[name].append(leaf)
                else:
                    here[name] = [leaf]
            expected = following
        if closes != root or above or beside:
            raise NotPlain(f"the text does not end where {root} does")

    def _learn(self, before: str) -> _Turn:
        """The turn that stands before a value, held against the dictionary."""
        closing, *heads = before.split("<")
        closes, mark, between = closing.partition(">")
        if heads and (not mark or between.strip()):
            raise NotPlain(f"text follows {closes}")
        closes = closes.rstrip()
        parent, last, is_group = self._where(closes)
        passed: list[_Passed] = []
        opened: tuple[str | None, bool, bool, _Attributes] = (None, False, False, None)
        for place, head in enumerate(heads):
            is_final = place == len(heads) - 1
            tag, _, after = (head, ">", "") if is_final else head.partition(">")
            if after.strip():
                raise NotPlain(f"text follows <{tag}>")
            if _COMMENT.fullmatch(tag):
                continue
            name, pairs, is_empty = parsed_head(tag)
            child = None if parent is None else (self._known[parent][3] or {}).get(name)
            if child is None or child[0] < last or (child[0] == last and not child[2]):
                raise NotPlain(f"{name} has no place here in {parent}")
            again, attributes = child[0] == last, dict(pairs) or None
            if child[3] is not None and not is_empty:
                passed.append((name, child[2], again, True, {"a": attributes} if attributes else {}))
                parent, last = name, -1
            elif child[3] is None and is_empty and attributes:
                passed.append((name, child[2], again, False, _leaf_of(attributes)))
                last = child[0]
            elif child[3] is None and is_final:
                opened = (name, child[2], again, attributes)
            else:
                raise NotPlain(f"{name} is not read in passing")
        turn = (closes, is_group, tuple(passed), *opened, opened[0] or parent or "")
        if len(before) <= _LONGEST_LEARNT:
            if len(self._learnt) >= _MOST_TURNS:
                self._learnt.clear()
            self._learnt[before] = turn
        return turn

    def _where(self, closes: str) -> tuple[str | None, int, bool]:
        """The group we are in once `closes` is closed, the place of the last child there, whether it was a group."""
        if closes.startswith("?"):
            return closes[1:], -1, False
        if closes not in self._known:
            raise NotPlain(f"{closes} is not known")
        return self._parents.get(closes), self._known[closes][0], self._known[closes][3] is not None


@cache
def turns(data_set: str, version: str) -> Turns:
    """The turns of a data set of a NEMSIS version, shared by all who read it."""
    return Turns(layouts(data_set, version))


def _leaf_of(attributes: dict[str, str]) -> dict[str, Any]:
    leaf = leaf_with("", attributes)
    assert isinstance(leaf, dict)
    return leaf
