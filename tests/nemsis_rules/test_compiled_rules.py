"""The compiled rules say what Saxon says: on every official case and on documents changed at random."""

import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.compiled.check import Answer, CompiledCheck
from goldenhour.interop.nemsis.rules.installed import SchemaFolder
from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet
from goldenhour.interop.nemsis.rules.saxon import SaxonRules
from goldenhour.interop.nemsis.rules.schematron import read_rules
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.interop.nemsis.rules.xpath import Unsupported, read
from goldenhour.interop.nemsis.rules.xsd import Schema

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MUTANTS = 100


@pytest.fixture(scope="module")
def programs(folder: SchemaFolder) -> dict[DataSet, CompiledCheck]:
    return {name: CompiledCheck(folder.xsd[name], [read_rules(folder.rules_for(name)[0])]) for name in DATA_SETS}


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_every_national_rule_and_type_is_translated(
    folder: SchemaFolder, programs: dict[DataSet, CompiledCheck], data_set: DataSet
) -> None:
    checks = read_rules(folder.rules_for(data_set)[0]).checks
    assert programs[data_set].untranslated == ()
    assert programs[data_set].not_understood == ()
    assert len(checks) == {"EMS": 194, "DEM": 19, "State": 31}[data_set]


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_every_official_case_fails_the_same_rules(
    official: Path, programs: dict[DataSet, CompiledCheck], data_set: DataSet
) -> None:
    cases = sorted((official / "samples" / "schematron" / data_set / "xml").glob("*.xml"))
    assert cases
    for case in cases:
        svrl = etree.parse(case.parent.parent / "svrl" / case.name)
        expected = {e.get("id") for e in svrl.iter("{*}failed-assert", "{*}successful-report")}
        assert programs[data_set].failed(case.read_bytes()) == expected, case.name
        assert programs[data_set].answer(case.read_bytes()) is (Answer.FAILING if expected else Answer.CLEAN), case.name


def test_on_records_changed_at_random_it_and_saxon_agree(
    official: Path, folder: SchemaFolder, tiers: Tiers, programs: dict[DataSet, CompiledCheck]
) -> None:
    schema = Schema(folder.xsd["EMS"])
    compared, failing = 0, set()
    for mutant in mutants(official, schema):
        mine = programs["EMS"].failed(mutant)
        theirs = tiers.check(mutant, path="").report
        assert theirs.xsd == ()
        if mine is None:
            continue
        assert mine == {f.id for f in theirs.failed}, mutant.decode()
        compared += 1
        failing |= mine
    assert compared > MUTANTS * 0.9, "unsure must stay rare"
    assert len(failing) > 30, "the changes have to reach many rules for this to mean anything"


def mutants(official: Path, schema: Schema) -> Iterator[bytes]:
    """Schema-valid EMS records with a few elements emptied, doubled, removed, or given another's value."""
    chance = random.Random(20250403)
    sources = [*sorted(official.glob("pretest/full/*EMS*.xml")), *sorted(official.glob("samples/valid/EMS/*.xml"))]
    parsed = [safe_xml.parse(path.read_bytes()) for path in sources]
    values: dict[str, list[str]] = {}
    for root in parsed:
        for leaf in root.iter("{*}*"):
            if not len(leaf) and leaf.text:
                values.setdefault(leaf.tag, []).append(leaf.text)
    for _ in range(MUTANTS):
        root = chance.choice(parsed)
        for _ in range(chance.randint(2, 12)):
            changed = deepcopy(root)
            change(changed, values, chance)
            root = root if schema.faults(changed) else changed
        yield etree.tostring(root)


def change(root: etree._Element, values: dict[str, list[str]], chance: random.Random) -> None:
    leaf = chance.choice([e for e in root.iter("{*}*") if not len(e)])
    kind = chance.randrange(5)
    if kind == 0:
        leaf.text = chance.choice(values.get(leaf.tag, [leaf.text]))
    elif kind == 1:
        leaf.text = None
        leaf.set(f"{XSI}nil", "true")
        leaf.set(chance.choice(["NV", "PN"]), chance.choice(["7701001", "7701003", "8801023", "8801029"]))
    elif kind == 2:
        leaf.addnext(deepcopy(leaf))
    elif kind == 3:
        leaf.getparent().remove(leaf)
    else:
        for name in ("NV", "PN", f"{XSI}nil"):
            leaf.attrib.pop(name, None)


RULES = """
<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="nem" uri="http://www.nemsis.org"/>
  <pattern id="p"><rule context="{context}"><assert id="a" role="[ERROR]" test="{test}">No.</assert></rule></pattern>
</schema>
"""


def program(tmp_path: Path, *, context: str, test: str) -> CompiledCheck:
    path = tmp_path / "one.sch"
    path.write_text(RULES.format(context=context, test=test.replace("<", "&lt;").replace('"', "&quot;")))
    return CompiledCheck(None, [read_rules(path)], names=("a", "b", "c", "d"))


def document(inside: str) -> str:
    return f'<a xmlns="http://www.nemsis.org" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{inside}</a>'


@pytest.mark.parametrize(
    ("test", "xml", "fails"),
    [
        ("nem:b = ('1', '2')", "<b>2</b>", False),
        ("nem:b = ('1', '2')", "<b>3</b>", True),
        ("nem:b != '1'", "<b>1</b>", True),
        ("nem:b != '1'", "<b>1</b><b>2</b>", False),
        ("nem:b != '1'", "", True),
        ("not(nem:b != '1')", "", False),
        ("count(nem:b) = 2", "<b/><b/>", False),
        ("nem:b[2] = 'y'", "<b>x</b><b>y</b>", False),
        ("nem:b[. = 'y'][1]/@k = '1'", "<b>x</b><b k='1'>y</b>", False),
        ("every $e in nem:b satisfies $e/@k", "<b k=''/><b/>", True),
        ("some $e in nem:b satisfies normalize-space($e) = 'a b'", "<b>  a \n b </b>", False),
        ("if (nem:b) then nem:c else true()", "<b/>", True),
        (
            "xs:dateTime(nem:b) < xs:dateTime(nem:c)",
            "<b>2025-01-01T10:00:00+01:00</b><c>2025-01-01T09:30:00Z</c>",
            None,
        ),
        (
            "xs:dateTime(nem:b) < xs:dateTime(nem:c)",
            "<b>2025-01-01T10:00:00+01:00</b><c>2025-01-01T09:30:00+00:00</c>",
            False,
        ),
        ("xs:dateTime(nem:b) < xs:dateTime(nem:c)", "<b>2025-01-01T10:00:00+01:00</b>", True),
        ("nem:b castable as xs:integer", "<b> 12 </b>", False),
        ("nem:b castable as xs:integer", "<b>12.0</b>", True),
        ("starts-with(nem:b, nem:c)", "<b>ab</b>", False),
        ("starts-with(nem:b, nem:c)", "<b>ab</b><b>ab</b>", None),
        ("matches(nem:b, '^[0-9]{2,7}$')", "<b>12\n</b>", True),
        ("substring(nem:b, 1, 2) = 'ab'", "<b>abc</b>", False),
        (".//nem:d = 'deep'", "<b><d>deep</d></b>", False),
        ("nem:b/string() = 'x'", "<b>x</b>", False),
        ("nem:d/preceding-sibling::*[1] = 'x'", "<b>y</b><c>x</c><d/>", False),
        ("nem:b | nem:c", "<c/>", False),
        ("count(nem:b | nem:b) = 1", "<b/>", False),
        ("nem:b castable as xs:integer", "<b>1</b><b>2</b>", True),
        ("nem:b castable as xs:integer", "", True),
        ("nem:b castable as xs:decimal", "<b>-0.50</b>", False),
        ("nem:b castable as xs:decimal", "<b>1e3</b>", True),
        ("xs:decimal(nem:b) <= 1.5", "<b>1.50</b>", False),
        ("xs:decimal(nem:b) <= 1.5", "<b>x</b>", None),
        ("xs:decimal(nem:b) <= 1.5", "", True),
        ("string-length(nem:b) = 3", "<b>a&#xe9;b</b>", False),
        ("upper-case(nem:b) = 'AB'", "<b>aB</b>", False),
        ("lower-case(nem:b) = 'ab'", "<b>\u00c4</b>", None),
        ("concat(nem:b, '-', nem:c) = 'x-y'", "<b>x</b><c>y</c>", False),
        ("contains(nem:b, nem:c) and ends-with(nem:b, nem:c)", "<b>abcab</b><c>ab</c>", False),
        ("contains(nem:b, nem:c)", "<b>abc</b>", False),
        ("substring(nem:b, 0, 2) = 'a'", "<b>abc</b>", False),
        ("substring(nem:b, 2) = '\u00e9c'", "<b>a\u00e9c</b>", False),
        ("substring(nem:b, 9) = ''", "<b>abc</b>", False),
        ("nem:c = '1  2'", "<c>1<d/>  2</c>", None),
        ("nem:c = ' x y '", "<c> <d>x</d> <d>y</d> </c>", False),
        ("normalize-space(nem:c) = 'x y'", "<c>\r\n <d>x</d>\r\n<d>y&#10;</d></c>", False),
        ("nem:c = 'x'", "<c><!-- no --><d>x</d></c>", None),
        ("nem:b = 'a&amp;b'", "<b>a&amp;b</b>", False),
        ("every $e in nem:b satisfies (some $f in nem:c satisfies $e = $f)", "<b>1</b><b>2</b><c>2</c><c>1</c>", False),
        ("every $e in nem:b satisfies (some $f in nem:c satisfies $e = $f)", "<b>1</b><b>2</b><c>2</c><c>3</c>", True),
        ("some $e in (nem:b, nem:c) satisfies $e != '1'", "<b>1</b><c>1</c>", True),
        ("//nem:d[. = 'x']/ancestor::nem:a", "<c><d>x</d></c>", False),
        ("nem:d/preceding::nem:b = '1' and nem:d/following::nem:b = '2'", "<c><b>1</b></c><d/><c><b>2</b></c>", False),
        ("nem:d/preceding::nem:b = '2'", "<c><b>1</b></c><d/><c><b>2</b></c>", True),
        ("nem:c/descendant-or-self::nem:c/self::nem:c/nem:d", "<c><d/></c>", False),
        ("local-name(nem:b/following-sibling::*[1]) = 'c'", "<b/><c/><d/>", False),
        ("local-name(nem:d/preceding-sibling::*[2]) = 'b'", "<b/><c/><d/>", False),
        ("local-name(nem:b) = 'b'", "<b/><b/>", None),
        ("@k eq 'x' or empty(@k)", "", False),
        ("nem:b/@k != '1'", "<b k='1'/><b k='2'/>", False),
        ("nem:b/@k != '1'", "<b/>", True),
        ("matches(nem:b, '^(S|T[0-9])$')", "<b>T7</b>", False),
        ("matches(nem:b, 'b+c?$')", "<b>abb</b>", False),
        ("matches(nem:b, '^[^x]')", "<b>\u00e9</b>", None),
        (
            "xs:dateTime(nem:b) < current-dateTime() + xs:dayTimeDuration('P1DT1H')",
            "<b> 2025-01-01T10:00:00.5-00:00\n</b>",
            False,
        ),
        ("/nem:a", "", False),
        ("/nem:b", "", True),
        ("../nem:a", "", None),
        ("nem:b[1]/following-sibling::nem:b[1] = nem:b[2]", "<b>1</b><c/><b>2</b>", False),
    ],
)
def test_an_expression_means_what_xpath_means(
    tmp_path: Path, folder: SchemaFolder, test: str, xml: str, fails: bool | None
) -> None:
    """`None`: it must be unsure and leave it to Saxon."""
    rules = program(tmp_path, context="nem:a", test=test)
    assert rules.untranslated == ()
    found = rules.failed(document(xml).encode())
    assert found == (None if fails is None else frozenset({"a"} if fails else ()))
    if found is not None:
        official = SaxonRules((read_rules(tmp_path / "one.sch"),)).check(document(xml))
        assert bool(official) == fails


@pytest.mark.parametrize(
    "test",
    [
        "doc('x')",
        "nem:b[last()]",
        "for $x in nem:b return $x",
        "$unknown = 1",
        "matches(., '\\p{L}')",
        "position() = 1",
        "count(nem:d//..) = 1",
        "xs:dateTime(nem:b) > current-dateTime() - xs:dayTimeDuration('PT1H')",
        "nem:b >= '1'",
        "count(nem:b[count(nem:c) = 1]) = 1",
        "(nem:b, nem:c)[1] = 'x'",
        "nem:b = 1",
        "@* = 'x'",
    ],
)
def test_what_cannot_be_translated_is_listed_and_goes_to_saxon(tmp_path: Path, test: str) -> None:
    rules = program(tmp_path, context="nem:a", test=test)
    assert rules.untranslated == ("a",)
    assert rules.answer(document("").encode()) is Answer.UNSURE
    other = document("").replace("<a ", "<b ").replace("</a>", "</b>").encode()
    assert rules.answer(other) is Answer.CLEAN, "a document that does not come to the check is judged"


def test_a_context_that_cannot_be_translated_takes_its_pattern_along(tmp_path: Path) -> None:
    rules = program(tmp_path, context="nem:a[last()]", test="true()")
    assert rules.untranslated == ("a",)
    assert rules.answer(document("").encode()) is Answer.UNSURE


@pytest.mark.parametrize("expression", ["1 +", "a b", "'open", "@", "a[", "##"])
def test_what_is_no_xpath_is_refused(expression: str) -> None:
    with pytest.raises(Unsupported):
        read(expression)
