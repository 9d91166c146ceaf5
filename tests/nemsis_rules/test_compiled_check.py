"""What the compiled check calls clean is clean: held against lxml and Saxon on everything that can be made of the
official documents, and the other way round, it is sure of the official documents that are clean."""

import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from lxml import etree

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.compiled.check import SIZE_BYTES, Answer, CompiledCheck
from goldenhour.interop.nemsis.rules.installed import SchemaFolder
from goldenhour.interop.nemsis.rules.report import DATA_SETS, DataSet
from goldenhour.interop.nemsis.rules.resident.records import records
from goldenhour.interop.nemsis.rules.schematron import read_rules
from goldenhour.interop.nemsis.rules.tiers import Tiers
from goldenhour.interop.nemsis.rules.xsd import Schema

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CHANGED, FLIPPED = 1500, 3000
SHOWN_TO_SAXON = 5
"""One in so many of the changed documents that are called clean is shown to Saxon, which takes its time."""


@pytest.fixture(scope="module")
def checks(folder: SchemaFolder) -> dict[DataSet, CompiledCheck]:
    return {name: CompiledCheck(folder.xsd[name], [read_rules(folder.rules_for(name)[0])]) for name in DATA_SETS}


@pytest.fixture(scope="module")
def by_schema(folder: SchemaFolder) -> dict[DataSet, CompiledCheck]:
    return {name: CompiledCheck(folder.xsd[name], ()) for name in DATA_SETS}


@pytest.fixture(scope="module")
def schemas(folder: SchemaFolder) -> dict[DataSet, Schema]:
    return {name: Schema(folder.xsd[name]) for name in DATA_SETS}


def documents_of(official: Path, data_set: DataSet) -> list[Path]:
    found = [
        *official.glob(f"samples/valid/{data_set}/*.xml"),
        *official.glob(f"samples/schematron/{data_set}/xml/*.xml"),
        *official.glob(f"pretest/*/*-{data_set.upper()}-*.xml"),
    ]
    assert len(found) > 20
    return sorted(found)


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_it_is_sure_of_every_official_document_that_is_clean_and_of_no_other(
    official: Path, tiers: Tiers, checks: dict[DataSet, CompiledCheck], data_set: DataSet
) -> None:
    sure = 0
    for path in documents_of(official, data_set):
        xml = path.read_bytes()
        report = tiers.check(xml, path="").report
        clean = not report.xsd and not report.failed
        left_to_others = xml.count(b"<?") > 1
        assert (checks[data_set].answer(xml) is Answer.CLEAN) == (clean and not left_to_others), path.name
        sure += clean and not left_to_others
    assert sure >= {"EMS": 12, "DEM": 10, "State": 8}[data_set]


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_every_official_document_that_the_xsd_accepts_is_accepted(
    official: Path, by_schema: dict[DataSet, CompiledCheck], schemas: dict[DataSet, Schema], data_set: DataSet
) -> None:
    for path in documents_of(official, data_set):
        xml = path.read_bytes()
        valid = not schemas[data_set].faults(safe_xml.parse(xml, bare=True))
        answer = by_schema[data_set].answer(xml)
        assert (answer is Answer.CLEAN) == (valid and xml.count(b"<?") < 2), path.name


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_of_changed_documents_it_is_sure_only_where_all_others_are(
    official: Path, tiers: Tiers, checks: dict[DataSet, CompiledCheck], by_schema: dict[DataSet, CompiledCheck],
    schemas: dict[DataSet, Schema], data_set: DataSet,
) -> None:  # fmt: skip
    chance = random.Random(3)
    sources = [safe_xml.parse(path.read_bytes()) for path in documents_of(official, data_set)[::7]]
    sources += [safe_xml.parse(path.read_bytes()) for path in official.glob(f"pretest/full/*-{data_set.upper()}-*.xml")]
    values = _values(sources)
    valid_and_sure, valid, clean = 0, 0, 0
    for _ in range(CHANGED if data_set == "EMS" else CHANGED // 5):
        root = deepcopy(chance.choice(sources))
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            chance.choice(CHANGES)(root, chance, values)
        xml = etree.tostring(root)
        faults = schemas[data_set].faults(safe_xml.parse(xml, bare=True))
        is_valid, says = not faults, by_schema[data_set].answer(xml)
        assert is_valid or says is not Answer.CLEAN, faults
        valid += is_valid
        valid_and_sure += is_valid and says is Answer.CLEAN
        if checks[data_set].answer(xml) is Answer.CLEAN:
            clean += 1
            assert is_valid, faults
            if clean % SHOWN_TO_SAXON == 0:
                assert tiers.check(xml, path="").report.failed == ()
    assert valid_and_sure > 0.9 * valid > 20, "it has to be sure of nearly all that is valid"
    assert clean > 5


def test_of_documents_with_a_byte_or_two_changed_it_is_sure_only_where_lxml_is(
    official: Path, by_schema: dict[DataSet, CompiledCheck], schemas: dict[DataSet, Schema]
) -> None:
    chance = random.Random(5)
    sources = [path.read_bytes() for path in documents_of(official, "EMS")[::11]]
    sure = 0
    for _ in range(FLIPPED):
        xml = bytearray(chance.choice(sources))
        for _ in range(chance.choice((1, 1, 2))):
            place = chance.randrange(len(xml))
            SPOILING[chance.randrange(len(SPOILING))](xml, place, chance)
        if by_schema["EMS"].answer(bytes(xml)) is Answer.CLEAN:
            sure += 1
            assert schemas["EMS"].faults(safe_xml.parse(bytes(xml), bare=True)) == (), bytes(xml)
    assert sure > FLIPPED / 20, "many changes (inside of text) leave a document valid"


def test_a_value_of_any_kind_is_accepted_only_where_the_xsd_does(
    official: Path, by_schema: dict[DataSet, CompiledCheck], schemas: dict[DataSet, Schema]
) -> None:
    """Every leaf and attribute of the fullest documents, with values that lie at the edges of their types."""
    chance = random.Random(7)
    sure = doubted = 0
    for path in (*official.glob("pretest/full/*-EMS-3-*.xml"), *official.glob("samples/valid/EMS/*NoRepeat-1.xml")):
        root = safe_xml.parse(path.read_bytes(), bare=True)
        for leaf in [e for e in root.iter("{*}*") if not len(e)]:
            kept, attributes = leaf.text, dict(leaf.attrib)
            for value in (*chance.sample(EDGES, 4), _nearly(kept or "", chance)):
                if attributes and chance.random() < 0.3:
                    leaf.set(chance.choice(list(attributes)), value)
                else:
                    leaf.text = value
                xml = etree.tostring(root, encoding="utf-8")
                valid = not schemas["EMS"].faults(safe_xml.parse(xml, bare=True))
                says = by_schema["EMS"].answer(xml)
                assert valid or says is not Answer.CLEAN, (leaf.tag, value)
                sure += says is Answer.CLEAN
                doubted += valid and says is not Answer.CLEAN
                leaf.text = kept
                for name, was in attributes.items():
                    leaf.set(name, was)
    assert sure > 500
    assert doubted < 0.1 * sure


@pytest.mark.parametrize(
    "spoil",
    [
        lambda xml: xml.replace(b"<EMSDataSet", b"<!DOCTYPE EMSDataSet><EMSDataSet"),
        lambda xml: xml.replace(b"<eRecord>", b"<?target data?><eRecord>"),
        lambda xml: xml.replace(b'xmlns="http://www.nemsis.org"', b'xmlns="http://www.nemsis.com"'),
        lambda xml: xml.replace(b'xmlns="http://www.nemsis.org"', b""),
        lambda xml: xml.replace(b"<eRecord>", b'<eRecord xmlns="">'),
        lambda xml: xml.replace(b"<eRecord>", b'<eRecord xmlns:n="http://www.nemsis.org">'),
        lambda xml: xml.replace(b"<eRecord>", b'<eRecord xmlns:xsi="http://www.nemsis.org">'),
        lambda xml: xml.replace(b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"', b""),
        lambda xml: xml.replace(b"<eRecord>", b'<eRecord xsi:type="eRecord">'),
        lambda xml: xml.replace(b"<eRecord>", b"<eRecord>stray"),
        lambda xml: xml.replace(b"<eRecord>", b"<eRecord><![CDATA[ ]]>"),
        lambda xml: xml.replace(b"<eRecord>", b"<eRecord>&nbsp;"),
        lambda xml: xml.replace(b"</eRecord>", b"</eRecord>\x00"),
        lambda xml: xml.replace(b"</eRecord>", b"</eRecord>\xff"),
        lambda xml: xml.replace(b"</eRecord>", b"</eRecord><!-- -- -->"),
        lambda xml: xml.replace(b"</eRecord>", b"</eRecord"),
        lambda xml: xml + b"<EMSDataSet/>",
        lambda xml: xml + b"x",
        lambda xml: xml.rstrip()[:-1],
        lambda xml: b" " + xml,
        lambda xml: xml.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"'),
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: xml + b" " * SIZE_BYTES,
        lambda xml: b"<a>" * 5000,
        lambda xml: b"<EMSDataSet>" * 5000,
        lambda xml: b"<",
        lambda xml: b"",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_others(
    official: Path, by_schema: dict[DataSet, CompiledCheck], spoil: Callable[[bytes], bytes]
) -> None:
    xml = (official / "pretest/full/2025-EMS-1-Overdose_v351.xml").read_bytes()
    assert by_schema["EMS"].answer(xml) is Answer.CLEAN
    changed = spoil(xml)
    assert changed != xml
    assert by_schema["EMS"].answer(changed) in (Answer.NOT_PLAIN, Answer.DOUBTFUL)
    assert by_schema["EMS"].answer(xml) is Answer.CLEAN, "one document leaves nothing behind for the next"


def test_plain_is_plain_in_every_dress(official: Path, by_schema: dict[DataSet, CompiledCheck]) -> None:
    path = official / "pretest/full/2025-EMS-1-Overdose_v351.xml"
    xml = path.read_bytes()
    for changed in (
        xml.replace(b"\n", b"\r\n"),
        xml.replace(b"<eRecord>", b"<!-- <eRecord> & so on -->\n<eRecord  >"),
        xml.replace(b'"', b"'"),
        xml.replace(b"<eRecord>", b'<eRecord xmlns="http://www.nemsis.org">'),
        b"".join(record.xml for record in records(path)),
        xml.partition(b"?>")[2].lstrip(),
        b"\xef\xbb\xbf" + xml,
        xml + b"\n<!-- end -->\n",
        etree.tostring(safe_xml.parse(xml, bare=True)),
        etree.tostring(safe_xml.parse(xml, bare=True), encoding="UTF-8", pretty_print=True),
    ):
        assert changed != xml
        assert by_schema["EMS"].answer(changed) is Answer.CLEAN, changed[:200]


Values = dict[str, list[str]]


def _values(sources: list[etree._Element]) -> Values:
    values: Values = {"": []}
    for root in sources:
        for leaf in root.iter("{*}*"):
            if not len(leaf) and leaf.text:
                values.setdefault(leaf.tag, []).append(leaf.text)
                values[""].append(leaf.text)
    return values


def _any(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice(list(root.iter("{*}*"))[1:])


def _leaf(root: etree._Element, chance: random.Random) -> etree._Element:
    return chance.choice([e for e in root.iter("{*}*") if not len(e)])


def _remove(root: etree._Element, chance: random.Random, values: Values) -> None:
    found = _leaf(root, chance) if chance.random() < 0.8 else _any(root, chance)
    found.getparent().remove(found)


def _double(root: etree._Element, chance: random.Random, values: Values) -> None:
    found = _any(root, chance)
    found.addnext(deepcopy(found))


def _swap(root: etree._Element, chance: random.Random, values: Values) -> None:
    found = _any(root, chance)
    following = found.getnext()
    if following is not None:
        following.addnext(found)


def _move(root: etree._Element, chance: random.Random, values: Values) -> None:
    found, place = _leaf(root, chance), _leaf(root, chance)
    place.addnext(deepcopy(found))


def _rename(root: etree._Element, chance: random.Random, values: Values) -> None:
    _leaf(root, chance).tag = _leaf(root, chance).tag


def _same_kind(root: etree._Element, chance: random.Random, values: Values) -> None:
    leaf = _leaf(root, chance)
    leaf.text = chance.choice(values.get(leaf.tag, [""]))


def _other_kind(root: etree._Element, chance: random.Random, values: Values) -> None:
    _leaf(root, chance).text = chance.choice([*EDGES, *values[""]])


def _nearly_same(root: etree._Element, chance: random.Random, values: Values) -> None:
    leaf = _leaf(root, chance)
    leaf.text = _nearly(leaf.text or "", chance)


def _shift(root: etree._Element, chance: random.Random, values: Values) -> None:
    times = [e for e in root.iter("{*}*") if e.text and len(e.text) == 25 and e.text[10] == "T"]
    if times:
        leaf = chance.choice(times)
        leaf.text = f"{leaf.text[:11]}{chance.randrange(24):02}:{chance.randrange(60):02}{leaf.text[16:]}"


def _nil(root: etree._Element, chance: random.Random, values: Values) -> None:
    leaf = _leaf(root, chance)
    leaf.text = None
    leaf.set(f"{XSI}nil", chance.choice(["true", "true", "true", "1", "false"]))
    leaf.set(chance.choice(["NV", "PN"]), chance.choice(["7701001", "7701003", "7701005", "8801023", "8801029", "1"]))


def _attribute(root: etree._Element, chance: random.Random, values: Values) -> None:
    leaf = _leaf(root, chance)
    if leaf.attrib and chance.random() < 0.5:
        del leaf.attrib[chance.choice(list(leaf.attrib))]
    else:
        name = chance.choice(["NV", "PN", "CorrelationID", "CodeType", "UUID", "ETCO2Type", f"{XSI}nil"])
        leaf.set(name, chance.choice(["7701001", "8801015", "9924003", "true", "abc", ""]))


CHANGES = (
    _remove, _double, _swap, _move, _rename, _same_kind, _same_kind, _other_kind, _nearly_same, _shift, _shift, _nil,
    _attribute,
)  # fmt: skip


def _nearly(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return chance.choice((
        text[:place] + text[place + 1 :],
        text[:place] + chance.choice("0123456789 \n\tAZaz.:-+,@é") + text[place:],
        text[:place] + chance.choice("0123456789AZaz.:-+") + text[place + 1 :],
        f" {text}", f"{text}\n", text * 2, text[::-1],
    ))  # fmt: skip


EDGES = (
    "", " ", "0", "-1", "+1", "1.0", "01", "1e3", "1.", ".5", "-0", "00000000000000000001", "999999999999999999999",
    "0.1234567", "123456.5", "100", "101", "1000000", "NaN", "INF", "2025-02-29", "2024-02-29", "2025-13-01",
    "2050-01-01", "2050-01-02", "1889-12-31", "1890-01-01", "2025-01-01Z", "2025-01-01+01:00", "-2025-01-01",
    "2025-01-01T24:00:00+00:00", "2025-01-01T23:59:60+00:00", "2025-01-01T10:00:00Z", "2025-01-01T10:00:00",
    "2025-01-01T10:00:00.1234567+00:00", "2025-01-01T10:00:00.5+14:00", "2025-01-01T10:00:00+14:01",
    "2025-01-01T10:00:00-13:59", "1950-01-01T00:00:00-00:00", "1949-12-31T23:59:59.9+00:00",
    "2050-01-01T00:00:00+00:00", "2050-01-01T00:00:01+00:00", " 2025-01-01T10:00:00+00:00 ",
    "2025-01-01 10:00:00+00:00", "AAAA", "AAA=", "AA==", "AB==", "A===", "AAAAA", "AA A=", "AAAA=", "A\nAAA", "=AAA",
    "a@b", "@", "é@ü", "High", "Low", "P", "90,180", "90.1,0", "-90.000000,+180.0", "+1 555 555 0100", "555-555-0100",
    "R73.9", "S09.90", "Z88.0", "12345-6789", "K1A 0B1", "8f5bfbb0-2d2f-4b8a-9f5e-0123456789ab", "7701003", "9922005",
    "x" * 255, "x" * 256, "é" * 255, "é" * 256, "\u20ac\U0001f691", "a&b<c>", "]]>", "\x7f", "\x85", "\ufffd",
)  # fmt: skip

SPOILING: tuple[Callable[[bytearray, int, random.Random], object], ...] = (
    lambda xml, place, chance: xml.__setitem__(place, chance.randrange(256)),
    lambda xml, place, chance: xml.__setitem__(place, chance.choice(b"<>/&;'\"= \n\r\t!-?[]:0aA")),
    lambda xml, place, chance: xml.__delitem__(slice(place, place + chance.choice((1, 1, 1, 5, 100)))),
    lambda xml, place, chance: xml.insert(place, chance.choice(b"<>/&;'\"= \n\r\t!-?[]:0aA\xc3\xa9\x00")),
    lambda xml, place, chance: xml.__setitem__(
        slice(place, place),
        chance.choice((b"<!-- x -->", b"&amp;", b"&#65;", b"&#x20ac;", b"&#0;", b"&x;", b"<a/>", b"]]>", b"\r\n", b"  ",
                       b"<![CDATA[x]]>", b"<?x y?>", b"\xc3\xa9", b"\xef\xbf\xbe", b"\xed\xa0\x80")),
    ),
    lambda xml, place, chance: xml.__delitem__(slice(place, None)),
    lambda xml, place, chance: xml.__setitem__(slice(place, place + 30), xml[place : place + 30] * 2),
)  # fmt: skip
