"""Names in rules as numbers of the vocabulary."""

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.words import XSI, Vocabulary
from goldenhour.interop.nemsis.rules.report import NEMSIS
from goldenhour.interop.nemsis.rules.xpath import Unsupported


class Names:
    """Resolves the prefixes of one rule file. A plain document has elements of one namespace only."""

    def __init__(self, namespaces: dict[str, str], vocabulary: Vocabulary) -> None:
        self._namespaces = namespaces
        self._vocabulary = vocabulary
        self.elements: set[int] = set()
        """Every element that a rule mentions."""

    def element(self, test: str) -> int:
        """The word of a name test, ANY, or NOBODY for names of other namespaces. Raises Unsupported."""
        if test == "*":
            return ops.ANY
        prefix, _, name = test.rpartition(":")
        if name == "*" or (prefix and prefix != "*" and prefix not in self._namespaces):
            raise Unsupported(f"the name {test} is left to Saxon")
        if prefix != "*" and self._namespaces.get(prefix) != NEMSIS:
            return ops.NOBODY
        word = self._vocabulary.number(name)
        self.elements.add(word)
        return word

    def attribute(self, test: str) -> int:
        """The word of an attribute's name, NOBODY for one that a plain document does not have. Raises Unsupported."""
        prefix, _, name = test.rpartition(":")
        if "*" in test or (prefix and prefix not in self._namespaces):
            raise Unsupported(f"the attribute {test} is left to Saxon")
        if prefix:
            return self._vocabulary.number(f"xsi:{name}") if self._namespaces[prefix] == XSI else ops.NOBODY
        return self._vocabulary.number(name)
