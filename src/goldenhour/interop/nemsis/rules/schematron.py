"""A Schematron rule file (ISO/IEC 19757-3, query binding xslt2) as patterns, rules and checks.

Reading resolves inclusions, abstract rules, abstract patterns and phases, so that what comes out is flat: a
`RuleSet` that `stylesheet.py` turns into XSLT and `compiled` into code of its own. A file that says something we do not
understand is refused; skipping it would make records valid by accident.
"""

import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml

SCH = "http://purl.oclc.org/dsdl/schematron"
XSL = "http://www.w3.org/1999/XSL/Transform"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
QUERY_BINDINGS = ("xslt2", "xslt3", "xpath2", "xpath3")
FOREIGN_ALLOWED = frozenset({"key", "function", "variable", "param"})
INCLUSION_DEPTH = 8


class RulesRefused(ValueError):
    """A rule file that cannot be used: not Schematron, truncated, empty, or beyond what is supported."""


@dataclass(frozen=True, kw_only=True)
class Let:
    """A named value: an expression, or (`body`) the element whose content is the value."""

    name: str
    value: str | None
    body: etree._Element


@dataclass(frozen=True, kw_only=True)
class Check:
    """One `assert` (fails when its test is false) or `report` (fails when its test is true)."""

    is_assert: bool
    id: str
    role: str
    test: str
    message: etree._Element
    diagnostics: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The checks for every node that matches `context` and no earlier rule of the same pattern."""

    id: str
    context: str
    lets: tuple[Let, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Rules of which at most one applies to a node: the first whose context matches."""

    id: str
    title: str
    lets: tuple[Let, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """A rule file, flat. `namespaces` is prefix -> URI; `foreign` the XSLT declarations it brings along."""

    name: str
    id: str
    title: str
    version: str
    namespaces: dict[str, str]
    lets: tuple[Let, ...]
    foreign: tuple[etree._Element, ...]
    patterns: tuple[Pattern, ...]
    diagnostics: dict[str, etree._Element]
    properties: dict[str, etree._Element]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of every rule, in document order."""
        return tuple(check for pattern in self.patterns for rule in pattern.rules for check in rule.checks)


def read_rules(path: Path, *, phase: str = "#DEFAULT") -> RuleSet:
    """The rules of a file. Raises RulesRefused naming the file and what is wrong with it."""
    try:
        schema = safe_xml.parse(path.read_bytes())
    except OSError as fault:
        raise RulesRefused(f"{path}: cannot be read: {fault.strerror}") from None
    except safe_xml.HostileXml as fault:
        raise RulesRefused(f"{path}: {fault}; the file may be truncated") from None
    try:
        return _read_schema(schema, path=path, phase=phase)
    except RulesRefused as fault:
        raise RulesRefused(f"{path}: {fault}") from None


def _read_schema(schema: etree._Element, *, path: Path, phase: str) -> RuleSet:
    if schema.tag != _sch("schema"):
        raise RulesRefused("is not ISO Schematron (no schema element in its namespace)")
    binding = schema.get("queryBinding", "xslt")
    if binding not in QUERY_BINDINGS:
        raise RulesRefused(f"has queryBinding {binding}; accepted are {', '.join(QUERY_BINDINGS)}")
    _include(schema, base=path.resolve(), home=path.resolve().parent, depth=0)
    _extend_rules(schema)
    patterns = [_instantiate(pattern, schema) for pattern in schema.findall(_sch("pattern"))]
    active, phase_lets = _phase(schema, phase)
    rule_set = RuleSet(
        name=path.stem,
        id=schema.get("id", path.stem),
        title=_text(schema.find(_sch("title"))),
        version=schema.get("schemaVersion", ""),
        namespaces={ns.get("prefix"): ns.get("uri") for ns in schema.findall(_sch("ns"))},
        lets=_lets(schema) + phase_lets,
        foreign=_foreign(schema),
        patterns=tuple(
            _read_pattern(pattern)
            for pattern in patterns
            if pattern.get("abstract") != "true" and (active is None or pattern.get("id") in active)
        ),
        diagnostics=_by_id(schema, "diagnostics", "diagnostic"),
        properties=_by_id(schema, "properties", "property"),
    )
    _refuse_if_hollow(rule_set)
    return rule_set


def _refuse_if_hollow(rule_set: RuleSet) -> None:
    """A rule set that checks nothing would call every record valid."""
    if not rule_set.patterns:
        raise RulesRefused("has no patterns: it would call every document valid")
    if not rule_set.checks:
        raise RulesRefused("has patterns but no asserts or reports: it would call every document valid")
    for check in rule_set.checks:
        for name in check.diagnostics:
            if name not in rule_set.diagnostics:
                raise RulesRefused(f"{check.id} refers to the diagnostic {name}, which is not there")


def _read_pattern(pattern: etree._Element) -> Pattern:
    rules = []
    for number, rule in enumerate(pattern.findall(_sch("rule")), 1):
        if rule.get("abstract") == "true":
            continue
        identity = rule.get("id") or f"{pattern.get('id', 'pattern')}_rule_{number}"
        context = rule.get("context")
        if not context:
            raise RulesRefused(f"rule {identity} has no context")
        rules.append(Rule(id=identity, context=context, lets=_lets(rule), checks=_checks(rule, identity)))
    return Pattern(
        id=pattern.get("id", ""), title=_text(pattern.find(_sch("title"))), lets=_lets(pattern), rules=tuple(rules)
    )


def _checks(rule: etree._Element, rule_id: str) -> tuple[Check, ...]:
    checks = []
    for number, check in enumerate(rule.iterchildren(_sch("assert"), _sch("report")), 1):
        test = check.get("test")
        if not test:
            raise RulesRefused(f"a check of rule {rule_id} has no test")
        checks.append(
            Check(
                is_assert=check.tag == _sch("assert"),
                id=check.get("id") or f"{rule_id}_{number}",
                role=check.get("role") or rule.get("role") or "",
                test=test,
                message=check,
                diagnostics=tuple(check.get("diagnostics", "").split()),
                properties=tuple(check.get("properties", "").split()),
            )
        )
    return tuple(checks)


def _include(element: etree._Element, *, base: Path, home: Path, depth: int) -> None:
    """Replace each `include` (and `extends href`) by what it names: a file below `home`, part after '#'."""
    if depth > INCLUSION_DEPTH:
        raise RulesRefused(f"includes files more than {INCLUSION_DEPTH} deep")
    for place in [*element.iter(_sch("include")), *element.iter(_sch("extends"))]:
        reference = place.get("href")
        if reference is None:
            continue
        file_name, _, fragment = reference.partition("#")
        source = (base.parent / file_name).resolve()
        if not source.is_relative_to(home) or not source.is_file():
            raise RulesRefused(f"includes {reference}, which is not a file beside it")
        try:
            included = safe_xml.parse(source.read_bytes())
        except safe_xml.HostileXml as fault:
            raise RulesRefused(f"includes {source.name}, which {fault}") from None
        if fragment:
            found = [e for e in included.iter() if e.get(XML_ID) == fragment or e.get("id") == fragment]
            if not found:
                raise RulesRefused(f"includes {reference}, but {source.name} has no part of that name")
            included = found[0]
        _include(included, base=source, home=home, depth=depth + 1)
        parts = list(included) if place.tag == _sch("extends") else [included]
        _replace(place, [deepcopy(part) for part in parts])


def _extend_rules(schema: etree._Element) -> None:
    abstract = {rule.get("id"): rule for rule in schema.iter(_sch("rule")) if rule.get("abstract") == "true"}
    for _ in range(INCLUSION_DEPTH):
        places = list(schema.iter(_sch("extends")))
        if not places:
            return
        for place in places:
            base = abstract.get(place.get("rule"))
            if base is None:
                raise RulesRefused(f"a rule extends {place.get('rule')}, which is no abstract rule of this file")
            _replace(place, [deepcopy(part) for part in base if isinstance(part.tag, str)])
    raise RulesRefused("abstract rules extend each other in a circle")


def _instantiate(pattern: etree._Element, schema: etree._Element) -> etree._Element:
    """A pattern that is an instance of an abstract one, with its parameters put in; any other as it is."""
    origin = pattern.get("is-a")
    if origin is None:
        return pattern
    template = next(
        (p for p in schema.findall(_sch("pattern")) if p.get("id") == origin and p.get("abstract") == "true"), None
    )
    if template is None:
        raise RulesRefused(f"pattern {pattern.get('id')} is-a {origin}, which is no abstract pattern of this file")
    instance = deepcopy(template)
    del instance.attrib["abstract"]
    instance.set("id", pattern.get("id", origin))
    values = {param.get("name"): param.get("value") for param in pattern.findall(_sch("param"))}
    names = "|".join(sorted(map(re.escape, values), key=len, reverse=True))
    if names:
        reference = re.compile(rf"\$({names})(?![\w.-])")
        for element in instance.iter(etree.Element):
            for name, text in element.attrib.items():
                element.set(name, reference.sub(lambda found: values[found[1]], text))
    return instance


def _phase(schema: etree._Element, phase: str) -> tuple[set[str] | None, tuple[Let, ...]]:
    """(ids of the active patterns or None for all of them, the phase's own lets)."""
    name = schema.get("defaultPhase", "#ALL") if phase == "#DEFAULT" else phase
    if name == "#ALL":
        return None, ()
    for element in schema.findall(_sch("phase")):
        if element.get("id") == name:
            return {a.get("pattern") for a in element.findall(_sch("active"))}, _lets(element)
    raise RulesRefused(f"has no phase {name}")


def _lets(parent: etree._Element) -> tuple[Let, ...]:
    return tuple(Let(name=let.get("name"), value=let.get("value"), body=let) for let in parent.findall(_sch("let")))


def _foreign(schema: etree._Element) -> tuple[etree._Element, ...]:
    found = []
    for element in schema.iterchildren(f"{{{XSL}}}*"):
        kind = etree.QName(element).localname
        if kind not in FOREIGN_ALLOWED:
            raise RulesRefused(f"brings xsl:{kind}; accepted are xsl:{', xsl:'.join(sorted(FOREIGN_ALLOWED))}")
        found.append(element)
    if next(schema.iter(f"{{{XSL}}}result-document"), None) is not None:
        raise RulesRefused("brings xsl:result-document, which writes files")
    return tuple(found)


def _by_id(schema: etree._Element, group: str, kind: str) -> dict[str, etree._Element]:
    return {element.get("id"): element for element in schema.iterfind(f"{_sch(group)}/{_sch(kind)}")}


def _replace(place: etree._Element, parts: list[etree._Element]) -> None:
    parent = place.getparent()
    index = parent.index(place)
    parent[index : index + 1] = parts


def _text(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _sch(name: str) -> str:
    return f"{{{SCH}}}{name}"
