"""A rule set as one Python program: which elements to look at, and what to ask of each.

An element meets, for each pattern, the chain of rules that could match its name, as `if ... elif ...`; that is
Schematron's "first matching rule of a pattern". Patterns whose contexts all end in names look only at elements of
those names; patterns with contexts such as `*[@PN]` look at the elements that have attributes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree

from goldenhour.interop.nemsis.rules.native import runtime
from goldenhour.interop.nemsis.rules.native.codes import Code, Scope
from goldenhour.interop.nemsis.rules.native.contexts import Branch, branches
from goldenhour.interop.nemsis.rules.native.translate import Translator
from goldenhour.interop.nemsis.rules.native.xpath import Unsupported, read
from goldenhour.interop.nemsis.rules.schematron import Check, Let, Pattern, Rule, RuleSet
from goldenhour.runtime.clocks import WallClock

Handler = Callable[[etree._Element, dict[object, Any], int, etree._Element, Callable[[str], None]], None]
_OF_NODE = re.compile(r"(?<!\w)(?:text\(n\)|local\[n\.tag\]|n\.getparent\(\)|n\.get\('[^']*'\))")
_OF_RULE = re.compile(r"(?<!\w)(?:microseconds\(text\(n\)\)|[ad]\d+\((?:n|n\.getparent\(\)), m\))")
_with_attributes = etree.XPath("//*/@*/..")


@dataclass(frozen=True, kw_only=True)
class _Compiled:
    """A rule in Python: what it matches and the lines to run on a match (none: it only keeps later rules off)."""

    branches: list[Branch]
    lines: list[str]

    def condition(self, tag: str | None) -> str | None:
        """When the rule matches an element of that name (None: any name that no rule mentions)."""
        found = [b.condition for b in self.branches if b.tag is None or b.tag == tag]
        if not found:
            return None
        return "True" if "True" in found else " or ".join(f"({condition})" for condition in found)


class NativeRules:
    """The compiled program of a rule set. `untranslated` lists the checks that only Saxon can do."""

    def __init__(self, rules: RuleSet) -> None:
        self.untranslated: tuple[str, ...] = ()
        self._clock = WallClock()  # as Saxon's current-dateTime() is the machine's
        self._translator = Translator({"xs": "http://www.w3.org/2001/XMLSchema", **rules.namespaces})
        self._constants = _constant_lets(rules.lets, self._translator)
        self._functions: list[str] = []
        self._names: dict[str, str] = {}
        compiled = [chain for pattern in rules.patterns if (chain := self._pattern(pattern))]
        named = [chain for chain in compiled if all(b.tag for rule in chain for b in rule.branches)]
        general = [chain for chain in compiled if not all(b.tag for rule in chain for b in rule.branches)]
        by_attribute = [c for c in general if all(b.tag or b.needs_attribute for r in c for b in r.branches)]
        anywhere = [chain for chain in general if chain not in by_attribute]
        by_name_only = [
            [_Compiled(branches=[b for b in r.branches if b.tag and not b.needs_attribute], lines=r.lines) for r in c]
            for c in by_attribute
        ]
        tables = [self._table(named, by_name_only), self._table(by_attribute, []), self._table(anywhere, [])]
        defaults = [self._handler(None, by_attribute, []), self._handler(None, anywhere, [])]
        self.source = "\n\n".join([*self._translator.preamble, *self._functions])
        space: dict[str, Any] = {**vars(runtime), "islice": islice, "re": re}
        exec(compile(self.source, f"<{rules.name} as Python>", "exec"), space)
        self._by_name, self._by_attribute, self._anywhere = (
            {tag: space[name] for tag, name in table.items()} for table in tables
        )
        self._any_attribute, self._any = (None if name is None else space[name] for name in defaults)

    def failed(self, root: etree._Element) -> frozenset[str] | None:
        """The ids of the failed checks; None when unsure (then only Saxon can tell). `root` must come from a
        schema-valid document parsed without comments and processing instructions."""
        found: set[str] = set()
        memo: dict[object, Any] = {}
        now = self._clock.now() * 1000
        fail = found.add
        try:
            by_name = self._by_name
            held = list(root.iter(*by_name)) if by_name else []  # lxml makes a Python object once while it is held
            for node in held:
                by_name[node.tag](node, memo, now, root, fail)
            if self._by_attribute or self._any_attribute:
                special, general = self._by_attribute, self._any_attribute
                for node in _with_attributes(root):
                    handler = special.get(node.tag, general)
                    if handler is not None:
                        handler(node, memo, now, root, fail)
            if self._anywhere or self._any:
                special, general = self._anywhere, self._any
                for node in root.iter("*"):
                    handler = special.get(node.tag, general)
                    if handler is not None:
                        handler(node, memo, now, root, fail)
        except runtime.Unsure:
            return None
        return frozenset(found)

    def finds_nothing(self, root: etree._Element) -> bool:
        """Whether every check was translated and surely none fails."""
        return not self.untranslated and self.failed(root) == frozenset()

    def _pattern(self, pattern: Pattern) -> list[_Compiled]:
        """The rules in order; if one context cannot be translated, which rule applies is unknown from there on."""
        chain: list[_Compiled] = []
        lost = False
        for rule in pattern.rules:
            try:
                if lost or pattern.lets:
                    raise Unsupported("the pattern has its own variables or an untranslated context")
                found = branches(rule.context, self._translator)
            except Unsupported:
                lost = True
                self.untranslated += tuple(check.id for check in rule.checks)
                continue
            chain.append(_Compiled(branches=found, lines=self._rule(rule)))
        while chain and not chain[-1].lines:
            chain.pop()
        return chain

    def _rule(self, rule: Rule) -> list[str]:
        lines: list[str] = []
        bound: set[str] = set()
        variables = dict(self._constants)
        for check in rule.checks:
            try:
                lines += self._bind_lets(rule, check, variables, bound)
                truth = self._translator.truth(read(check.test), Scope(node="n", variables=variables))
            except Unsupported:
                self.untranslated += (check.id,)
                continue
            if truth == ("True" if check.is_assert else "False"):
                continue
            fails = f"not {truth}" if check.is_assert else truth
            lines.append(f"if {fails}: fail({check.id!r})")
        return _asked_once(lines, _OF_RULE, "r")

    def _bind_lets(self, rule: Rule, check: Check, variables: dict[str, Code], bound: set[str]) -> list[str]:
        """Assignments for the rule's variables that the check is first to use."""
        wanted = set(re.findall(r"\$([\w.-]+)", check.test))
        for let in reversed(rule.lets):
            if let.name in wanted and let.value is not None:
                wanted |= set(re.findall(r"\$([\w.-]+)", let.value))
        lines = []
        for let in rule.lets:
            if let.name not in wanted or let.name in bound:
                continue
            if let.value is None:
                raise Unsupported("a variable with content is left to Saxon")
            code = self._translator.value(read(let.value), Scope(node="n", variables=variables))
            name = self._translator.new_name()
            lines.append(f"{name} = {code.text}")
            variables[let.name] = Code(kind=code.kind, text=name)
            bound.add(let.name)
        return lines

    def _table(self, chains: list[list[_Compiled]], extra: list[list[_Compiled]]) -> dict[str, str]:
        """Element name -> name of the function with all its chains; `extra` is for elements without attributes."""
        tags = {b.tag for chain in [*chains, *extra] for rule in chain for b in rule.branches if b.tag}
        handlers = {tag: self._handler(tag, chains, extra) for tag in sorted(tags)}
        return {tag: name for tag, name in handlers.items() if name is not None}

    def _handler(self, tag: str | None, chains: list[list[_Compiled]], extra: list[list[_Compiled]]) -> str | None:
        body: list[str] = []
        for chain in chains:
            body += _chain_lines(chain, tag)
        for chain in extra:
            lines = _chain_lines(chain, tag)
            if lines:
                body += ["if not n.attrib:", *(f"    {line}" for line in lines)]
        if not body:
            return None
        name = f"h{len(self._functions)}"
        text = "\n".join(f"    {line}" for line in _asked_once(body, _OF_NODE, "q"))
        self._functions.append(f"def {name}(n, m, now, root, fail):\n{text}")
        return name


def _chain_lines(chain: list[_Compiled], tag: str | None) -> list[str]:
    """The rules that could match an element of that name, as if ... elif ...; nothing when none has a check."""
    possible = [(condition, rule.lines) for rule in chain if (condition := rule.condition(tag)) is not None]
    while possible and not possible[-1][1]:
        possible.pop()
    lines: list[str] = []
    word = "if"
    for condition, body in possible:
        lines.append(f"{word} {condition}:")
        lines += [f"    {line}" for line in body or ["pass"]]
        word = "elif"
        if condition == "True":
            break
    return lines


def _asked_once(lines: list[str], questions: re.Pattern[str], letter: str) -> list[str]:
    """The lines with each question that they ask more than once asked first and its answer kept."""
    body = "\n".join(lines)
    kept = []
    repeated = [question for question in sorted(set(questions.findall(body))) if body.count(question) > 1]
    for number, question in enumerate(repeated):
        kept.append(f"{letter}{number} = {question}")
        body = body.replace(question, f"{letter}{number}")
    return [*kept, *body.splitlines()]


def _constant_lets(lets: tuple[Let, ...], translator: Translator) -> dict[str, Code]:
    """The variables of the whole rule set that are constants; the others are left to Saxon where used."""
    constants = {}
    for let in lets:
        try:
            code = translator.value(read(let.value or ""), Scope(node="root"))
        except Unsupported:
            continue
        if code.literals is not None or (code.one is not None and code.kind == "numbers"):
            constants[let.name] = code
    return constants
