"""The Schematron compiler, on small rule files: every feature of the standard that rule files use."""

from pathlib import Path

import pytest

from goldenhour.interop.nemsis.rules.saxon import SaxonRules
from goldenhour.interop.nemsis.rules.schematron import RulesRefused, read_rules

HEAD = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"'
    ' queryBinding="xslt2"'
)


def failing(
    tmp_path: Path, body: str, xml: str, *, attributes: str = "", phase: str = "#DEFAULT"
) -> list[tuple[str, str]]:
    path = tmp_path / "rules.sch"
    path.write_text(f"{HEAD} {attributes}>{body}</schema>")
    return [(f.id, f.text) for f in SaxonRules((read_rules(path, phase=phase),)).check(xml)]


def test_only_the_first_matching_rule_of_a_pattern_fires(tmp_path: Path) -> None:
    body = """<pattern id="p"><rule context="b[@x]"><report id="r" test="false()">-</report></rule>
      <rule context="b"><assert id="a" test="false()">no</assert></rule></pattern>
      <pattern id="q"><rule context="b"><assert id="z" test="false()">every</assert></rule></pattern>"""
    assert failing(tmp_path, body, "<a><b x=''/><b/></a>") == [("a", "no"), ("z", "every"), ("z", "every")]


def test_a_report_that_holds_is_a_finding(tmp_path: Path) -> None:
    body = """<pattern><rule context="b"><report id="r" test=". = 1">
      is <value-of select="."/> in <name/></report></rule></pattern>"""
    assert failing(tmp_path, body, "<a><b>1</b><b>2</b></a>") == [("r", "is 1 in b")]


def test_variables_of_schema_pattern_and_rule_are_seen_where_they_should(tmp_path: Path) -> None:
    body = """<let name="x" value="'schema'"/>
      <pattern id="p"><let name="x" value="'pattern'"/><let name="y" value="concat($x, '!')"/>
        <rule context="b[. = $x]"><let name="z" value="concat($y, '?')"/>
          <assert id="a" test="$x = 'no'"><value-of select="$z"/></assert></rule></pattern>
      <pattern id="q"><rule context="b">
        <assert id="s" test="false()"><value-of select="$x"/> '$x'</assert></rule></pattern>"""
    assert failing(tmp_path, body, "<a><b>pattern</b></a>") == [("a", "pattern!?"), ("s", "schema '$x'")]


def test_abstract_patterns_and_rules_are_filled_in(tmp_path: Path) -> None:
    body = """<pattern abstract="true" id="t"><rule context="$place"><assert id="a" test="$most &gt;= count($what)">
        at most $most</assert></rule></pattern>
      <pattern is-a="t" id="i"><param name="place" value="a"/>
        <param name="what" value="b"/><param name="most" value="1"/></pattern>
      <pattern id="p"><rule abstract="true" id="base"><assert id="e" test="@k">needs k</assert></rule>
        <rule context="b"><extends rule="base"/></rule></pattern>"""
    assert [f[0] for f in failing(tmp_path, body, "<a><b k=''/><b/></a>")] == ["a", "e"]


def test_a_phase_chooses_patterns(tmp_path: Path) -> None:
    body = """<phase id="lock"><active pattern="late"/></phase>
      <pattern id="early"><rule context="a"><assert id="e" test="false()">e</assert></rule></pattern>
      <pattern id="late"><rule context="a"><assert id="l" test="false()">l</assert></rule></pattern>"""
    assert [f[0] for f in failing(tmp_path, body, "<a/>")] == ["e", "l"]
    assert [f[0] for f in failing(tmp_path, body, "<a/>", phase="lock")] == ["l"]
    assert [f[0] for f in failing(tmp_path, body, "<a/>", attributes='defaultPhase="lock"')] == ["l"]
    with pytest.raises(RulesRefused, match="no phase"):
        failing(tmp_path, body, "<a/>", phase="other")


def test_parts_may_stand_in_files_beside_it_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "part.xml").write_text(
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron" id="p">'
        '<rule context="a"><assert id="i" test="false()">x</assert></rule></pattern>'
    )
    assert [f[0] for f in failing(tmp_path, '<include href="part.xml"/>', "<a/>")] == ["i"]
    for outside in ("/etc/passwd", "../part.xml", "https://example.org/part.xml", "missing.xml"):
        with pytest.raises(RulesRefused, match="not a file beside it"):
            failing(tmp_path, f'<include href="{outside}"/>', "<a/>")


def test_attributes_text_and_the_document_can_be_a_context(tmp_path: Path) -> None:
    body = """<pattern><rule context="@k"><assert id="attribute" test="false()">x</assert></rule></pattern>
      <pattern><rule context="text()"><assert id="text" test="false()">x</assert></rule></pattern>
      <pattern><rule context="/"><assert id="document" test="false()">x</assert></rule></pattern>"""
    assert [f[0] for f in failing(tmp_path, body, "<a k=''>t</a>")] == ["attribute", "text", "document"]


def test_functions_and_keys_of_xslt_come_along(tmp_path: Path) -> None:
    body = """<ns prefix="f" uri="urn:f"/><xsl:key name="k" match="b" use="@id"/>
      <xsl:function name="f:twice" xmlns:f="urn:f"><xsl:param name="n"/><xsl:sequence select="2 * $n"/></xsl:function>
      <pattern><rule context="a">
        <assert id="a" test="f:twice(2) = 5 or not(key('k', 'x'))">no</assert></rule></pattern>"""
    assert failing(tmp_path, body, "<a><b id='x'/></a>") == [("a", "no")]


def test_a_test_that_breaks_is_a_failure_with_its_reason_and_the_others_still_run(tmp_path: Path) -> None:
    body = """<pattern><rule context="a">
      <assert id="broken" role="[WARNING]" test="xs:dateTime(.) = xs:dateTime(.)">x</assert>
      <assert id="other" test="false()">y</assert></rule></pattern>"""
    found = failing(tmp_path, body, "<a>yesterday</a>")
    assert [f[0] for f in found] == ["broken", "other"]
    assert "could not be evaluated" in found[0][1]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"{HEAD}/>", "no patterns"),
        (f'{HEAD}><pattern id="p"/></schema>', "no asserts"),
        (f'{HEAD}><pattern><rule><assert test="1">x</assert></rule></pattern></schema>', "no context"),
        (f'{HEAD}><pattern><rule context="a"><assert>x</assert></rule></pattern></schema>', "no test"),
        (
            f'{HEAD}><pattern><rule context="a"><assert test="1" diagnostics="d">x</assert></rule></pattern></schema>',
            "diagnostic d",
        ),
        (f'{HEAD}><pattern is-a="t"/></schema>', "no abstract pattern"),
        (f'{HEAD}><xsl:import href="x"/></schema>', "xsl:import"),
        (f'{HEAD}><pattern><rule context="a"><assert test="1"', "truncated"),
        (HEAD.replace("xslt2", "xslt") + "/>", "queryBinding"),
        ("<a/>", "not ISO Schematron"),
    ],
)
def test_a_rule_file_that_cannot_be_trusted_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "rules.sch"
    path.write_text(content)
    with pytest.raises(RulesRefused, match=reason):
        read_rules(path)


def test_rules_that_do_not_compile_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesRefused, match="does not compile"):
        failing(
            tmp_path,
            '<pattern><rule context="a"><assert id="a" test="no-such-function()">x</assert></rule></pattern>',
            "<a/>",
        )
