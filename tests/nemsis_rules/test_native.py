"""The rules as Python say what Saxon says: on every official case and on documents changed at random."""

import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from goldenhour.interop.nemsis import safe_xml
from goldenhour.interop.nemsis.rules.installed import SchemaFolder
from goldenhour.interop.nemsis.rules.native.program import NativeRules
from goldenhour.interop.nemsis.rules.native.xpath import Unsupported, read
from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet
from goldenhour.interop.nemsis.rules.saxon import SaxonRules
from goldenhour.interop.nemsis.rules.schematron import read_rules
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.interop.nemsis.rules.xsd import Schema

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MUTANTS = 100


@pytest.fixture(scope="module")
def programs(folder: SchemaFolder) -> dict[DataSet, NativeRules]:
    return {name: NativeRules(read_rules(folder.rules_for(name)[0])) for name in DATA_SETS}


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_every_national_rule_is_translated(
    folder: SchemaFolder, programs: dict[DataSet, NativeRules], data_set: DataSet
) -> None:
    checks = read_rules(folder.rules_for(data_set)[0]).checks
    assert programs[data_set].untranslated == ()
    assert len(checks) == {"EMS": 194, "DEM": 19, "State": 31}[data_set]


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_every_official_case_fails_the_same_rules(
    official: Path, programs: dict[DataSet, NativeRules], data_set: DataSet
) -> None:
    cases = sorted((official / "samples" / "schematron" / data_set / "xml").glob("*.xml"))
    assert cases
    for case in cases:
        svrl = etree.parse(case.parent.parent / "svrl" / case.name)
        expected = {e.get("id") for e in svrl.iter("{*}failed-assert", "{*}successful-report")}
        root = safe_xml.parse(case.read_bytes(), bare=True)
        assert programs[data_set].failed(root) == expected, case.name


def test_on_records_changed_at_random_python_and_saxon_agree(
    official: Path, folder: SchemaFolder, tiers: Tiers, programs: dict[DataSet, NativeRules]
) -> None:
    schema = Schema(folder.xsd["EMS"])
    compared, failing = 0, set()
    for mutant in mutants(official, schema):
        mine = programs["EMS"].failed(safe_xml.parse(mutant, bare=True))
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


def program(tmp_path: Path, *, context: str, test: str) -> NativeRules:
    path = tmp_path / "one.sch"
    path.write_text(RULES.format(context=context, test=test.replace("<", "&lt;").replace('"', "&quot;")))
    return NativeRules(read_rules(path))


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
    ],
)
def test_an_expression_means_what_xpath_means(
    tmp_path: Path, folder: SchemaFolder, test: str, xml: str, fails: bool | None
) -> None:
    """`None`: the Python side must be unsure and leave it to Saxon."""
    rules = program(tmp_path, context="nem:a", test=test)
    assert rules.untranslated == ()
    document = f'<a xmlns="http://www.nemsis.org">{xml}</a>'
    found = rules.failed(etree.fromstring(document))
    assert found == (None if fails is None else frozenset({"a"} if fails else ()))
    if found is not None:
        official = SaxonRules((read_rules(tmp_path / "one.sch"),)).check(document)
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
    ],
)
def test_what_cannot_be_translated_is_listed_and_goes_to_saxon(tmp_path: Path, test: str) -> None:
    rules = program(tmp_path, context="nem:a", test=test)
    assert rules.untranslated == ("a",)
    assert not rules.finds_nothing(etree.fromstring('<a xmlns="http://www.nemsis.org"/>'))


def test_a_context_that_cannot_be_translated_takes_its_pattern_along(tmp_path: Path) -> None:
    assert program(tmp_path, context="nem:a[last()]", test="true()").untranslated == ("a",)


@pytest.mark.parametrize("expression", ["1 +", "a b", "'open", "@", "a[", "##"])
def test_what_is_no_xpath_is_refused(expression: str) -> None:
    with pytest.raises(Unsupported):
        read(expression)
