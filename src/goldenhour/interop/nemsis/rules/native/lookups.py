"""Lookups that many rules share: the text at `anchor/child/child`, remembered for each document."""

from collections.abc import Callable

from goldenhour.interop.nemsis.rules.native.codes import Code, Scope
from goldenhour.interop.nemsis.rules.native.xpath import Path, Step

_RISING = ("self", "parent", "ancestor", "ancestor-or-self")


class Lookups:
    """The functions generated so far (`functions`: their source), one for each distinct path."""

    def __init__(self, tag: Callable[[str], str | None]) -> None:
        self._tag = tag
        self._numbers: dict[tuple[str, ...], int] = {}
        self.functions: list[str] = []

    def shared(self, path: Path, scope: Scope) -> Code | None:
        """The path as a call of a shared function, if it is a plain one: from this node, its parents or a named
        ancestor down by child steps without predicates."""
        steps = [part for part in path.parts if isinstance(part, Step) and not part.predicates]
        if path.root or any(path.deep) or len(steps) != len(path.parts):
            return None
        rising = 0
        while rising < len(steps) and steps[rising].axis in _RISING:
            rising += 1
        below = steps[rising:]
        if not below or any(step.axis != "child" or "*" in step.test or step.test == "node()" for step in below):
            return None
        tags = tuple(str(self._tag(step.test)) for step in below)
        return self._from(steps[:rising], tags, scope.node)

    def _from(self, rising: list[Step], tags: tuple[str, ...], anchor: str) -> Code | None:
        for place, step in enumerate(rising):
            if step.axis in ("self", "parent") and step.test == "node()":
                anchor = anchor if step.axis == "self" else f"{anchor}.getparent()"
            elif step.axis in ("ancestor", "ancestor-or-self") and place == len(rising) - 1 and "*" not in step.test:
                name = self._tag(step.test)
                if name is None or step.test == "node()":
                    return None
                start = anchor if step.axis == "ancestor-or-self" else f"{anchor}.getparent()"
                return Code(kind="strings", text=f"a{self._below_ancestor((name, *tags))}({start}, m)")
            else:
                return None
        return Code(kind="strings", text=f"d{self._below(tags)}({anchor}, m)")

    def _below(self, tags: tuple[str, ...]) -> int:
        number = self._numbers.get(tags)
        if number is None:
            number = self._numbers[tags] = len(self._numbers)
            names = [f"x{i}" for i in range(1, len(tags) + 1)]
            pairs = zip(["anchor", *names], names, tags, strict=False)
            loops = " ".join(f"for {name} in kids({over}, m).get({tag!r}, ())" for over, name, tag in pairs)
            self.functions.append(
                f"def d{number}(anchor, m):\n"
                f"    found = m.get(({number}, anchor))\n"
                f"    if found is None:\n"
                f"        found = m[{number}, anchor] = [text({names[-1]}) {loops}] if anchor is not None else []\n"
                f"    return found"
            )
        return number

    def _below_ancestor(self, tags: tuple[str, ...]) -> int:
        key = ("ancestor", *tags)
        number = self._numbers.get(key)
        if number is None:
            below = self._below(tags[1:])
            number = self._numbers[key] = len(self._numbers)
            self.functions.append(
                f"def a{number}(anchor, m):\n"
                f"    found = above(anchor, {tags[0]!r}, m)\n"
                f"    return d{below}(found[0], m) if len(found) == 1 else [t for x in found for t in d{below}(x, m)]"
            )
        return number
