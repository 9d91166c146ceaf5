"""A rule set as one XSLT stylesheet that turns a document into an SVRL report.

One mode per pattern, one template per rule (earlier rules first), one `xsl:try` per check: a test that raises an
error is reported as failed with the reason, never passed over. Every report ends with a `finished` mark, written by
a template that has to match like any rule, so a run that was cut short or matched nothing is told from a clean one.
Parameter `all` (boolean): also write the fired rules, as a complete SVRL has them.
"""

import re
from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from goldenhour.interop.nemsis.rules.schematron import SCH, XSL, Check, Let, Pattern, Rule, RuleSet, RulesRefused

SVRL = "http://purl.oclc.org/dsdl/svrl"
XS = "http://www.w3.org/2001/XMLSchema"
OURS = "urn:goldenhour:nemsis:rules"
ERR = "http://www.w3.org/2005/xqt-errors"

_LITERAL = re.compile(r"""('[^']*'|"[^"]*")""")
_STEP_BEYOND_ELEMENTS = re.compile(r"@|attribute\s*\(|attribute\s*::|text\s*\(|node\s*\(|comment\s*\(|instruction\s*\(")
_ENDS_IN_NAME = re.compile(r"(?:^|/|\s)(?:[\w.-]+:|\*:)?([A-Za-z_][\w.-]*)\s*$")
_PATHS = """
<x:x xmlns:x="urn:x" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="/" mode="schematron-get-full-path schematron-select-full-path">/</xsl:template>
  <xsl:template match="*" mode="schematron-get-full-path schematron-select-full-path">
    <xsl:apply-templates select="parent::*" mode="schematron-get-full-path"/>
    <xsl:value-of select="if (namespace-uri() = '') then concat('/', local-name(), '[')
      else concat('/*:', local-name(), '[namespace-uri()=''', namespace-uri(), '''][')"/>
    <xsl:value-of select="1 + count(preceding-sibling::*[node-name() = node-name(current())])"/>
    <xsl:text>]</xsl:text>
  </xsl:template>
  <xsl:template match="@*" mode="schematron-get-full-path schematron-select-full-path">
    <xsl:apply-templates select="parent::*" mode="schematron-get-full-path"/>
    <xsl:value-of select="if (namespace-uri() = '') then concat('/@', name())
      else concat('/@*[local-name()=''', local-name(), ''' and namespace-uri()=''', namespace-uri(), ''']')"/>
  </xsl:template>
  <xsl:template match="text() | comment() | processing-instruction()"
                mode="schematron-get-full-path schematron-select-full-path">
    <xsl:apply-templates select="parent::*" mode="schematron-get-full-path"/>
    <xsl:text>/node()</xsl:text>
  </xsl:template>
</x:x>
"""


def compile_stylesheet(rules: RuleSet) -> bytes:
    """The stylesheet (XSLT 3.0, UTF-8) of a rule set."""
    namespaces = {"xs": XS, **rules.namespaces, "xsl": XSL, "svrl": SVRL, "gh-rules": OURS, "gh-err": ERR}
    sheet = etree.Element(_xsl("stylesheet"), {"version": "3.0"}, nsmap=namespaces)
    sheet.set("exclude-result-prefixes", "#all")
    _add(sheet, "output", method="xml", indent="no")
    _add(sheet, "param", **{"name": "all", "select": "false()", "as": "xs:boolean"})
    for let in rules.lets:
        sheet.append(_variable(let, kind="param"))
    for declaration in rules.foreign:
        sheet.append(_detached(declaration))
    for element in etree.fromstring(_PATHS):
        sheet.append(element)
    for name in ("schematron-get-full-path", "schematron-select-full-path"):
        _add(sheet, "mode", **{"name": name, "on-no-match": "deep-skip"})
    _add(sheet, "key", name="gh-rules:named", match="*", use="local-name()")
    sheet.append(_entry(rules))
    for number, pattern in enumerate(rules.patterns, 1):
        _add_pattern(sheet, pattern, number=number, rules=rules)
    _add(sheet, "mode", **{"name": "gh-rules:finish", "on-no-match": "deep-skip"})
    _add(_add(sheet, "template", match="/*", mode="gh-rules:finish"), "element", name="gh-rules:finished")
    etree.cleanup_namespaces(sheet, keep_ns_prefixes=list(namespaces))
    return bytes(etree.tostring(sheet, encoding="UTF-8"))


def _entry(rules: RuleSet) -> etree._Element:
    template = etree.Element(_xsl("template"), match="/")
    output = etree.SubElement(template, _svrl("schematron-output"), title=rules.title, schemaVersion=rules.version)
    for prefix, uri in rules.namespaces.items():
        etree.SubElement(output, _svrl("ns-prefix-in-attribute-values"), uri=uri, prefix=prefix)
    for number, pattern in enumerate(rules.patterns, 1):
        etree.SubElement(output, _svrl("active-pattern"), id=pattern.id, name=pattern.title)
        _add(output, "apply-templates", select=_nodes_to_try(pattern), mode=f"gh-rules:p{number}")
    _add(output, "apply-templates", select="/*", mode="gh-rules:finish")
    return template


def _nodes_to_try(pattern: Pattern) -> str:
    """The nodes that a rule of the pattern could match, in document order: by name where every context ends in
    a name (an index built once per document finds them), else all elements, or all nodes."""
    names = set()
    for rule in pattern.rules:
        for path in _without_predicates(rule.context).split("|"):
            found = _ENDS_IN_NAME.search(path)
            if found is None:
                beyond = _STEP_BEYOND_ELEMENTS.search(_without_predicates(rule.context))
                return "(/, //(node() | @*))" if beyond else "(/, //*)"
            names.add(found[1])
    quoted = ", ".join(f"'{name}'" for name in sorted(names))
    return f"key('gh-rules:named', ({quoted}))"


def _add_pattern(sheet: etree._Element, pattern: Pattern, *, number: int, rules: RuleSet) -> None:
    """Pattern variables become global (a context may use them) under a name of their own, and are bound again
    under their plain name inside each rule, where XSLT scoping does the rest."""
    mode = f"gh-rules:p{number}"
    _add(sheet, "mode", **{"name": mode, "on-no-match": "deep-skip"})
    own = {let.name: f"gh-rules:p{number}.{let.name}" for let in pattern.lets}
    for let in pattern.lets:
        value = None if let.value is None else _rename(let.value, own)
        sheet.append(_variable(Let(name=own[let.name], value=value, body=let.body)))
    for place, rule in enumerate(pattern.rules):
        priority = str(len(pattern.rules) - place)
        template = _add(sheet, "template", match=_rename(rule.context, own), mode=mode, priority=priority)
        for name, renamed in own.items():
            _add(template, "variable", name=name, select=f"${renamed}")
        _add_rule(template, rule, rules=rules)


def _add_rule(template: etree._Element, rule: Rule, *, rules: RuleSet) -> None:
    for let in rule.lets:
        template.append(_variable(let))
    fired = _add(template, "if", test="$all")
    etree.SubElement(fired, _svrl("fired-rule"), context=_plain(rule.context), id=rule.id)
    for check in rule.checks:
        attempt = _add(template, "try")
        held = f"not(({check.test}))" if check.is_assert else f"boolean(({check.test}))"
        _add_finding(_add(attempt, "if", test=held), check, rules=rules)
        broken = _add(attempt, "catch", errors="*")
        failed = _finding_element(broken, check)
        _add(_attribute(failed, "gh-rules:broken"), "value-of", select="$gh-err:description")
        etree.SubElement(failed, _svrl("text"))


def _add_finding(parent: etree._Element, check: Check, *, rules: RuleSet) -> None:
    failed = _finding_element(parent, check)
    _copy_message(check.message, etree.SubElement(failed, _svrl("text")))
    for name in check.diagnostics:
        reference = etree.SubElement(failed, _svrl("diagnostic-reference"), diagnostic=name)
        _copy_message(rules.diagnostics[name], reference)
    for name in check.properties:
        if name in rules.properties:
            reference = etree.SubElement(failed, _svrl("property-reference"), property=name)
            _copy_message(rules.properties[name], reference)


def _finding_element(parent: etree._Element, check: Check) -> etree._Element:
    kind = "failed-assert" if check.is_assert else "successful-report"
    failed = etree.SubElement(parent, _svrl(kind), test=_plain(check.test), id=check.id)
    if check.role:
        failed.set("role", _plain(check.role))
    for name in ("flag", "see"):
        if check.message.get(name):
            failed.set(name, _plain(check.message.get(name)))
    location = _attribute(failed, "location")
    _add(location, "apply-templates", select=".", mode="schematron-get-full-path")
    return failed


def _copy_message(source: etree._Element, target: etree._Element) -> None:
    """Text with its Schematron inserts (`value-of`, `name`, emphasis) and embedded XSLT, as instructions."""
    _add_text(target, source.text)
    for part in source:
        if isinstance(part.tag, str):
            _copy_part(part, target)
        _add_text(target, part.tail)


def _copy_part(part: etree._Element, target: etree._Element) -> None:
    name = etree.QName(part)
    if name.namespace == XSL:
        target.append(_detached(part))
    elif name.namespace != SCH:
        _copy_message(part, _literal(part, target))
    elif name.localname == "value-of":
        _add(target, "value-of", select=part.get("select"))
    elif name.localname == "name":
        path = part.get("path")
        _add(target, "value-of", select=f"name({path})" if path else "name()")
    elif name.localname in ("emph", "dir", "span"):
        _copy_message(part, target)
    else:
        raise RulesRefused(f"has {name.localname} inside a message, which is not understood")


def _literal(part: etree._Element, target: etree._Element) -> etree._Element:
    """A literal result element: its attributes are value templates in XSLT, plain text in Schematron."""
    copy = etree.SubElement(target, part.tag, nsmap=part.nsmap)
    for name, value in part.attrib.items():
        copy.set(name, value)
    return copy


def _variable(let: Let, *, kind: str = "variable") -> etree._Element:
    variable = etree.Element(_xsl(kind), name=let.name)
    if let.value is not None:
        variable.set("select", let.value)
    else:
        _copy_message(let.body, variable)
    return variable


def _attribute(parent: etree._Element, name: str) -> etree._Element:
    return _add(parent, "attribute", name=name)


def _add(parent: etree._Element, instruction: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _xsl(instruction), attributes)


def _add_text(target: etree._Element, text: str | None) -> None:
    if text:
        _add(target, "text").text = text


def _detached(element: etree._Element) -> etree._Element:
    copy = deepcopy(element)
    copy.tail = None
    return copy


def _rename(expression: str, names: dict[str, str]) -> str:
    """The expression with `$name` replaced outside string literals."""
    if not names:
        return expression
    pieces: Iterable[str] = _LITERAL.split(expression)
    reference = re.compile(r"\$(" + "|".join(map(re.escape, names)) + r")(?![\w.:-])")
    return "".join(
        piece if piece[:1] in ("'", '"') else reference.sub(lambda found: "$" + names[found[1]], piece)
        for piece in pieces
    )


def _without_predicates(expression: str) -> str:
    text = _LITERAL.sub("''", expression)
    while (shorter := re.sub(r"\[[^\[\]]*\]", "", text)) != text:
        text = shorter
    return text


def _plain(text: str) -> str:
    """Text as it has to stand in an attribute value template."""
    return text.replace("{", "{{").replace("}", "}}")


def _xsl(name: str) -> str:
    return f"{{{XSL}}}{name}"


def _svrl(name: str) -> str:
    return f"{{{SVRL}}}{name}"
