"""Make schema-valid documents of any data set from the dictionary: NOT values, pertinent negatives, repeats, custom
elements, correlation ids, attachments. The same seed makes the same document."""

import base64
import random
import re
import re._constants as regex
import re._parser as regex_parser
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from goldenhour.care.record.checks import needs_value
from goldenhour.care.record.dictionary import Attribute, Dictionary, Element, Group, ValueType, load
from goldenhour.care.record.tree import Document, Leaf, Tree

_TEXT = "abcXYZ 0189.,;:'\"&<>/()-_éü漢\t\n"


def made_document(data_set: str, seed: int, *, fullness: float = 0.5) -> Document:
    """A valid document; `fullness` 0..1 is how much of what may be left out is there."""
    maker = _Maker(load(), random.Random(seed), fullness)
    return Document(data_set=data_set, tree=maker.group(load().data_sets[data_set].root))


def made_value(facets: ValueType, chance: random.Random) -> str:
    """A valid lexical value of a type."""
    if facets.codes:
        return chance.choice(list(facets.codes))
    match facets.base:
        case "dateTime":
            zone = timezone(timedelta(minutes=15 * chance.randint(-48, 56)))
            moment = datetime(1950, 1, 3, tzinfo=UTC) + timedelta(seconds=chance.randint(0, 3_000_000_000))
            return moment.astimezone(zone).isoformat()
        case "date":
            return (datetime(1900, 1, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 54_000))).date().isoformat()
        case "base64Binary":
            return base64.b64encode(chance.randbytes(chance.randint(1, 40))).decode()
        case "string":
            return _text(facets, chance)
        case _:
            return _number(facets, chance)


def _number(facets: ValueType, chance: random.Random) -> str:
    if facets.pattern is not None:
        return _matching(facets.pattern, chance)
    least = float(facets.minimum) if facets.minimum is not None else 1.0
    most = float(facets.maximum) if facets.maximum is not None else 10.0 ** (facets.total_digits or 9) - 1
    if facets.base != "decimal":
        return str(chance.randint(int(least), int(most)))
    places = min(facets.fraction_digits if facets.fraction_digits is not None else 2, 3)
    whole = min(most, 10.0 ** ((facets.total_digits or 12) - places) - 1)
    return f"{chance.uniform(least, whole):.{chance.randint(0, places)}f}"


def _text(facets: ValueType, chance: random.Random) -> str:
    shortest = facets.length or facets.min_length or 1
    longest = facets.length or facets.max_length or 40
    if facets.pattern is not None:
        for _ in range(200):
            text = _matching(facets.pattern, chance)
            if shortest <= len(text) <= longest:
                return text
        raise AssertionError(f"nothing made matches {facets}")
    size = chance.randint(shortest, min(longest, shortest + 30))
    return "".join(chance.choice(_TEXT) for _ in range(size))


def _matching(pattern: str, chance: random.Random) -> str:
    return _said(regex_parser.parse(pattern), chance)


def _said(parsed: object, chance: random.Random) -> str:
    """Random text that a parsed regular expression matches."""
    out = []
    for kind, what in parsed:  # type: ignore[attr-defined]
        match kind:
            case regex.LITERAL:
                out.append(chr(what))
            case regex.ANY:
                out.append(chance.choice("abcABC019-_"))
            case regex.IN:
                out.append(_one_of(what, chance))
            case regex.SUBPATTERN:
                out.append(_said(what[-1], chance))
            case regex.BRANCH:
                out.append(_said(chance.choice(what[1]), chance))
            case regex.MAX_REPEAT:
                least, most, inner = what
                times = chance.randint(least, min(int(most), least + 6))
                out.append("".join(_said(inner, chance) for _ in range(times)))
            case _:
                raise AssertionError(f"the sampler does not know {kind}")
    return "".join(out)


def _one_of(choices: list[tuple[object, object]], chance: random.Random) -> str:
    kind, what = chance.choice(choices)
    if kind is regex.LITERAL:
        return chr(what)  # type: ignore[arg-type]
    if kind is regex.RANGE:
        return chr(chance.randint(*what))  # type: ignore[misc]
    assert (kind, what) == (regex.CATEGORY, regex.CATEGORY_DIGIT)
    return chance.choice("0123456789")


class _Maker:
    def __init__(self, dictionary: Dictionary, chance: random.Random, fullness: float) -> None:
        self.dictionary, self.chance, self.fullness = dictionary, chance, fullness

    def group(self, group: Group) -> Tree:
        attributes = self._attributes(group.attributes)
        tree: Tree = {"a": attributes} if attributes else {}
        for child in group.children:
            times = self._times(child)
            if not times:
                continue
            if isinstance(child, Group):
                made = [self.group(child) for _ in range(times)]
            else:
                made = [self._leaf(child) for _ in range(times)]
            tree[child.name] = made if child.many else made[0]
        return tree

    def _times(self, node: Element | Group) -> int:
        if node.min == 0 and self.chance.random() > self.fullness:
            return 0
        return self.chance.choice((1, 1, 2, 3)) if node.many else 1

    def _leaf(self, element: Element) -> Leaf:
        attributes = self._attributes(element.attributes)
        extra = {"a": attributes} if attributes else {}
        roll = self.chance.random()
        if element.pertinent_negatives and roll < 0.2:
            code = self.chance.choice(element.pertinent_negatives)
            if not needs_value(element, code):
                return {"nil": True, "pn": code, **extra}
            return {"v": self._value(element), "pn": code, **extra}
        if element.not_values and element.nillable and roll < 0.4:
            return {"nil": True, "nv": self.chance.choice(element.not_values), **extra}
        return {"v": self._value(element), **extra} if extra else self._value(element)

    def _value(self, element: Element) -> str:
        return made_value(self.dictionary.types[element.type], self.chance)

    def _attributes(self, attributes: tuple[Attribute, ...]) -> dict[str, str]:
        made = {}
        for attribute in attributes:
            if not attribute.required and self.chance.random() > self.fullness / 2:
                continue
            if attribute.type == "UUID":
                made[attribute.name] = str(UUID(int=self.chance.getrandbits(128), version=4))
            else:
                text = made_value(self.dictionary.types[attribute.type], self.chance)
                made[attribute.name] = re.sub(r"[\t\n]", " ", text)
        return made
