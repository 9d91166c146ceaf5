"""Rule sets as one program: which elements to look at, and what to ask of each.

An element meets, for each pattern, the rules that could match its name, one after the other until one does; that is
Schematron's "first matching rule of a pattern". What cannot be translated is an instruction to be unsure, at its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.asserts.assembler import Assembler, Label
from goldenhour.interop.nemsis.rules.compiled.asserts.contexts import Branch, ask, branches
from goldenhour.interop.nemsis.rules.compiled.asserts.machine import Code
from goldenhour.interop.nemsis.rules.compiled.asserts.names import Names
from goldenhour.interop.nemsis.rules.compiled.asserts.scope import THE_NODE, Scope
from goldenhour.interop.nemsis.rules.compiled.asserts.translate import Translator
from goldenhour.interop.nemsis.rules.compiled.tables import Constants
from goldenhour.interop.nemsis.rules.schematron import Let, Pattern, Rule, RuleSet
from goldenhour.interop.nemsis.rules.xpath import Path, Step, Unsupported, read

XS = "http://www.w3.org/2001/XMLSchema"
_ANYWHERE = Branch(
    name=ops.ANY,
    needs_attribute=False,
    path=Path(False, (Step("child", "*"),), (False,)),
    steps=(Step("child", "*"),),
)


@dataclass(frozen=True, kw_only=True)
class _Chained:
    """A rule of a pattern. None in place of the rule: who comes here is unsure."""

    branches: tuple[Branch, ...]
    rule: Rule | None
    scope: Scope
    translator: Translator

    def of(self, word: int) -> tuple[Branch, ...]:
        """The alternatives that could match elements of that name."""
        return tuple(branch for branch in self.branches if branch.name in (ops.ANY, word))


class Program:
    """The code of rule sets. `checks` are the ids of the checks by their numbers; `untranslated` those that only Saxon
    can do; `names` the elements that the rules mention."""

    def __init__(self, rule_sets: Iterable[RuleSet], constants: Constants) -> None:
        self._code = Assembler()
        self._constants = constants
        self._bodies: dict[int, Label] = {}
        self._patterns: list[list[_Chained]] = []
        self.checks: list[str] = []
        self.untranslated: tuple[str, ...] = ()
        names: set[int] = set()
        for rules in rule_sets:
            own = Names({"xs": XS, **rules.namespaces}, constants.vocabulary)
            translator = Translator(self._code, own, constants)
            scope = _with_lets(rules.lets, Scope(node=None))
            self._patterns += [self._chain(pattern, translator, scope) for pattern in rules.patterns]
            names |= own.elements
        self.names = frozenset(names)

    def code(self, names: frozenset[int]) -> Code:
        """The program for documents of elements of those names (words of the vocabulary, which has to be complete)."""
        known = names | self.names
        words = len(self._constants.vocabulary)
        starts: dict[tuple[int, tuple[tuple[int, tuple[Branch, ...]], ...]], int] = {}
        entries: list[tuple[int, bool]] = []
        entry_of = np.zeros(words + 1, np.int64)
        for word in range(words):
            entry_of[word] = len(entries)
            if word not in known:
                continue
            for number, chain in enumerate(self._patterns):
                possible = [(place, found) for place, rule in enumerate(chain) if (found := rule.of(word))]
                while possible and (rule := chain[possible[-1][0]].rule) is not None and not rule.checks:
                    possible.pop()
                if not possible:
                    continue
                key = number, tuple(possible)
                if key not in starts:
                    starts[key] = len(self._code)
                    self._write_chain(chain, possible)
                needs_attribute = all(branch.needs_attribute for _, found in possible for branch in found)
                entries.append((starts[key], needs_attribute))
        entry_of[words] = len(entries)
        rows = self._code.rows()
        return Code(
            code=rows,
            entries=np.array(entries or [(0, False)], np.int64),
            entry_of=entry_of,
            checks=len(self.checks),
        )

    def _chain(self, pattern: Pattern, translator: Translator, scope: Scope) -> list[_Chained]:
        """The rules in order. If one context cannot be translated, nobody knows which rule applies from there on."""
        chain: list[_Chained] = []
        for place, rule in enumerate(pattern.rules):
            try:
                if pattern.lets:
                    raise Unsupported("variables of a pattern are left to Saxon")
                found = branches(rule.context, translator)
                self._tried(found, translator)
            except Unsupported:
                self.untranslated += tuple(check.id for later in pattern.rules[place:] for check in later.checks)
                chain.append(_Chained(branches=(_ANYWHERE,), rule=None, scope=scope, translator=translator))
                break
            chain.append(_Chained(branches=found, rule=rule, scope=scope, translator=translator))
        for chained in chain:
            if chained.rule is not None and chained.rule.checks:
                self._write_rule(chained.rule, chained)
        return chain

    def _tried(self, found: tuple[Branch, ...], translator: Translator) -> None:
        """Whether the questions of the context can be written at all. Raises Unsupported."""
        mark = self._code.mark()
        try:
            for branch in found:
                ask(branch, translator, yes=self._code.label(), no=self._code.label())
        finally:
            self._code.drop_since(mark)
            self._code.free_registers()

    def _write_chain(self, chain: list[_Chained], possible: list[tuple[int, tuple[Branch, ...]]]) -> None:
        self._code.free_registers()
        stop = self._code.label()
        for place, found in possible:
            chained = chain[place]
            if chained.rule is None:
                self._code.emit(ops.UNSURE)
                break
            body = self._bodies.get(id(chained.rule), stop)
            for branch in found:
                differs = self._code.label()
                ask(branch, chained.translator, yes=body, no=differs)
                self._code.here(differs)
        self._code.here(stop)
        self._code.emit(ops.STOP)

    def _write_rule(self, rule: Rule, chained: _Chained) -> None:
        """The checks of a rule, to be run for an element that matches it."""
        label = self._code.label()
        self._bodies[id(rule)] = label
        self._code.here(label)
        scope = _with_lets(rule.lets, replace(chained.scope, node=THE_NODE))
        for check in rule.checks:
            self._code.free_registers()
            number = len(self.checks)
            self.checks.append(check.id)
            mark = self._code.mark()
            passes, fails = self._code.label(), self._code.label()
            try:
                yes, no = (passes, fails) if check.is_assert else (fails, passes)
                chained.translator.truth(read(check.test), scope, yes=yes, no=no)
                self._code.here(fails)
                self._code.emit(ops.FAIL, number)
                self._code.here(passes)
            except Unsupported:
                self._code.drop_since(mark)
                self.untranslated += (check.id,)
                self._code.emit(ops.UNSURE)
        self._code.emit(ops.STOP)


def _with_lets(lets: tuple[Let, ...], scope: Scope) -> Scope:
    """The scope with the variables; one that cannot be read means nothing, and who uses it is not translated."""
    for let in lets:
        plain = scope.without(let.name)
        try:
            if let.value is None:
                raise Unsupported("a variable with content is left to Saxon")
            scope = replace(plain, lets={**plain.lets, let.name: (read(let.value), plain)})
        except Unsupported:
            scope = plain
    return scope
