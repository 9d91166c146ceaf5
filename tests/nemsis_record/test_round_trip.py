"""XML to tree and back: nothing is lost, and nothing hostile gets in."""

import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from goldenhour.care.record.tree import Document
from goldenhour.interop.nemsis.document import plain_xml
from goldenhour.interop.nemsis.document.plain_xml import NEMSIS, XmlRefused
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.sameness import difference
from goldenhour.interop.nemsis.document.stream import read_reports
from goldenhour.interop.nemsis.document.tags import _remembered
from goldenhour.interop.nemsis.document.turns import turns
from goldenhour.interop.nemsis.document.write_xml import TreeUnwritable, write_document
from nemsis_record.made_documents import made_document

LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


def canonical(xml: bytes) -> bytes:
    """Canonical XML without comments, instructions, layout and schemaLocation: an oracle that is not ours."""
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, remove_blank_text=True)
    root = etree.fromstring(xml, parser)
    for node in root.iter():
        node.attrib.pop(LOCATION, None)
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, method="c14n"))


def test_every_official_document_comes_back_the_same(official_documents: list[Path]) -> None:
    for path in official_documents:
        before = path.read_bytes()
        after = write_document(read_document(before))
        assert canonical(after) == canonical(before), path.name
        assert difference(before, after) is None


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["EMSDataSet", "DEMDataSet", "StateDataSet"]), st.integers(0), st.floats(0, 1))
def test_any_valid_document_comes_back_the_same(
    schemas: dict[str, etree.XMLSchema], data_set: str, seed: int, fullness: float
) -> None:
    made = made_document(data_set, seed, fullness=fullness)
    xml = write_document(made)
    schemas[data_set].assertValid(etree.fromstring(xml))
    assert read_document(xml) == made
    assert canonical(write_document(read_document(xml))) == canonical(xml)


@settings(max_examples=12, deadline=None)
@given(st.integers(0), st.randoms())
def test_a_tree_in_any_order_is_written_in_schema_order(seed: int, chance: random.Random) -> None:
    made = made_document("EMSDataSet", seed, fullness=0.3)
    assert write_document(Document(data_set="EMSDataSet", tree=_shuffled(made.tree, chance))) == write_document(made)


def _shuffled(value: object, chance: random.Random) -> object:
    """The same tree with the children of every group in another order."""
    if isinstance(value, list):
        return [_shuffled(each, chance) for each in value]
    if not isinstance(value, dict) or "v" in value or "nil" in value:
        return value
    items = [(key, each if key == "a" else _shuffled(each, chance)) for key, each in value.items()]
    chance.shuffle(items)
    return dict(items)


def header(
    inside: str, *, root: str = f'xmlns="{NEMSIS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
) -> bytes:
    return f"<EMSDataSet {root}><Header><DemographicGroup>{inside}</DemographicGroup></Header></EMSDataSet>".encode()


def demographic_group(xml: bytes) -> dict[str, object]:
    return read_document(xml).tree["Header"][0]["DemographicGroup"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<dAgency.01>a&amp;b&#233;&lt;&#x1F691;</dAgency.01>", "a&bé<🚑"),
        ("<dAgency.01><![CDATA[<b>&amp;]]></dAgency.01>", "<b>&amp;"),
        ("<dAgency.01>a<!-- not here -->b</dAgency.01>", "ab"),
        ("<dAgency.01>a<?not here?>b</dAgency.01>", "ab"),
        ("<!-- < --><dAgency.01>x</dAgency.01><!-- <dAgency.02>y</dAgency.02> -->", "x"),
        ("<dAgency.01 >x</dAgency.01\n>", "x"),
        ("<dAgency.01>  spaced\tout \n</dAgency.01>", "  spaced\tout \n"),
        ("<dAgency.01>\u00a0</dAgency.01>", "\u00a0"),
        ("<dAgency.01>a>b</dAgency.01>", "a>b"),
        ("<dAgency.01>line\r\nend</dAgency.01>", "line\nend"),
        ("<dAgency.01>kept&#13;</dAgency.01>", "kept\r"),
        ("<dAgency.01></dAgency.01>", ""),
        ("<dAgency.01/>", ""),
    ],
)
def test_text_is_read_as_xml_says_however_it_is_written(inside: str, expected: str) -> None:
    xml = header(inside)
    assert demographic_group(xml)["dAgency.01"] == expected
    assert difference(xml, write_document(read_document(xml))) is None


@pytest.mark.parametrize(
    "xml",
    [
        header("<dAgency.01>é</dAgency.01>").decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?>'
        + header("<dAgency.01>é</dAgency.01>").decode().encode("latin-1"),
        b"\xef\xbb\xbf" + header("<dAgency.01>é</dAgency.01>"),
    ],
)
def test_other_encodings_are_understood(xml: bytes) -> None:
    assert demographic_group(xml)["dAgency.01"] == "é"


def test_a_prefix_for_the_nemsis_namespace_is_understood() -> None:
    prefixed = (
        f'<n:EMSDataSet xmlns:n="{NEMSIS}"><n:Header><n:DemographicGroup><n:dAgency.01>x</n:dAgency.01>'
        "</n:DemographicGroup></n:Header></n:EMSDataSet>"
    )
    assert demographic_group(prefixed.encode()) == {"dAgency.01": "x"}


@pytest.mark.parametrize(
    "inside",
    [
        "<dAgency.04>09</dAgency.04><dAgency.01>x</dAgency.01>",
        "<dAgency.01>x</dAgency.01><dAgency.01>y</dAgency.01>",
        "<dAgency.01>x</dAgency.01><odd a='1'><dAgency.02 b='>'>y</dAgency.02></odd><dAgency.04>09</dAgency.04>",
        "<eTimes.05>x</eTimes.05>",
    ],
)
def test_what_has_no_place_comes_back_where_it_stood(inside: str) -> None:
    xml = header(inside)
    assert "stray" in demographic_group(xml)
    assert difference(xml, write_document(read_document(xml))) is None


BILLION_LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (BILLION_LAUGHS.encode() + header("<dAgency.01>&b;</dAgency.01>"), "DOCTYPE"),
        (OUTSIDE.encode() + header("<dAgency.01>&a;</dAgency.01>"), "DOCTYPE"),
        (b'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">' + header(""), "DOCTYPE"),
        (header("<dAgency.01>&nbsp;</dAgency.01>"), "well-formed"),
        (header("<dAgency.01>x</dAgency.02>"), "well-formed"),
        (header("<dAgency.01>x"), "well-formed"),
        (header("<dAgency.01>]]></dAgency.01>"), "well-formed"),
        (header("<dAgency.01>\x0b</dAgency.01>"), "well-formed"),
        (header("<dAgency.01>&#11;</dAgency.01>"), "well-formed"),
        (header("<dAgency.01>a & b</dAgency.01>"), "well-formed"),
        (header("<dAgency.01 a='1' a='2'>x</dAgency.01>"), "well-formed"),
        (header("<dAgency.01 a=1>x</dAgency.01>"), "well-formed"),
        (header("") + header(""), "well-formed"),
        (header("") + b"text", "well-formed"),
        (b"", "well-formed"),
        (header("text<dAgency.01>x</dAgency.01>"), "text"),
        (header("<dAgency.01>x</dAgency.01>\u00a0"), "text"),
        (header("", root=""), "namespace"),
        (header("", root='xmlns="http://example.org"'), "namespace"),
        (b"<other/>", "namespace"),
        (header("<x xmlns='urn:other'/>"), "namespace"),
        (header("<dAgency.01 xmlns:o='urn:o' o:a='1'>x</dAgency.01>"), "namespace"),
        (header("<a>" * 300 + "</a>" * 300), "depth"),
        (header("<dAgency.01>" + "x" * 70_000_000 + "</dAgency.01>"), "bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_or_broken_xml_is_refused_with_the_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(XmlRefused, match=reason):
        read_document(xml)


LONG = 3_000_000


@pytest.mark.parametrize(
    "xml",
    [
        b" " * LONG + b"?",
        b"<!--" + b"-" * LONG,
        b"<!-- -->" * (LONG // 8),
        b"<EMSDataSet" + b" " * LONG + b"!",
        b"<EMSDataSet " + b"a" * LONG,
        b"<EMSDataSet" + b" a=''" * (LONG // 5) + b"!",
        header("<dAgency.01" + " " * LONG + "!>"),
        header("<dAgency.01 " + "a" * LONG + ">"),
        header("<dAgency.01>" + "&" * LONG + "</dAgency.01>"),
        header("<" * LONG),
    ],
    ids=map(str, range(10)),
)
def test_long_nonsense_is_refused_as_fast_as_it_is_read(xml: bytes) -> None:
    with pytest.raises(XmlRefused):
        read_document(xml)


def test_ordinary_documents_need_no_second_reading(
    official_documents: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise AssertionError("read twice")

    monkeypatch.setattr(plain_xml, "made_plain", refused)
    for path in official_documents:
        if "FailXsd" not in path.name and "STATE" not in path.name.upper():  # those have a style sheet instruction
            read_document(path.read_bytes())


def test_what_a_stranger_sends_is_not_remembered() -> None:
    long = "x" * 5_000
    before = _remembered.cache_info().currsize
    for number in range(50):
        read_document(header(f"<dAgency.01 a='{long}{number}'>x</dAgency.01>"))
    assert _remembered.cache_info().currsize <= before + 2
    assert all(len(turn) < 3_000 for turn in turns("EMSDataSet", "3.5.1")._learnt)


def test_characters_that_xml_cannot_carry_are_not_written() -> None:
    for text in ("\x00", "a\x0bb", "\ud83d", "\uffff"):
        tree = {"Header": [{"DemographicGroup": {"dAgency.01": text}}]}
        with pytest.raises(TreeUnwritable):
            write_document(Document(data_set="EMSDataSet", tree=tree))


def test_a_name_the_data_set_does_not_have_is_not_written() -> None:
    with pytest.raises(TreeUnwritable, match=r"Header has no eTimes\.05"):
        write_document(Document(data_set="EMSDataSet", tree={"Header": [{"eTimes.05": "x"}]}))


class Endless:
    """A document of `count` reports that exists only as it is read."""

    def __init__(self, official: Path, count: int) -> None:
        xml = (official / "pretest/full/2025-EMS-3-MVC_v351.xml").read_bytes()
        first, last = xml.index(b"<PatientCareReport"), xml.index(b"</Header>")
        self.parts = iter([xml[:first], *[xml[first:last]] * count, xml[last:]])

    def read(self, _size: int = -1) -> bytes:
        return next(self.parts, b"")


def test_reports_are_read_one_by_one_as_the_whole_document_reads(official_documents: list[Path]) -> None:
    for path in official_documents:
        document = read_document(path.read_bytes())
        if document.data_set != "EMSDataSet":
            continue
        headers = document.tree["Header"]
        expected = [
            ({k: v for k, v in header.items() if k != "PatientCareReport"}, report)
            for header in headers
            for report in header["PatientCareReport"]
        ]
        with path.open("rb") as file:
            assert [(r.header, r.tree) for r in read_reports(file)] == expected


def test_many_reports_share_a_header_and_keep_their_order(official: Path) -> None:
    found = list(read_reports(Endless(official, 30)))  # type: ignore[arg-type]
    assert [report.position for report in found] == list(range(30))
    assert all(report.header["DemographicGroup"] for report in found)
    assert not any(report.fault for report in found)


def test_a_report_that_never_ends_is_refused(official: Path) -> None:
    with pytest.raises(XmlRefused, match="without an end"):
        list(read_reports(io.BytesIO(header("<dAgency.01>" + "x" * 900_000)), max_report_bytes=100_000))


@pytest.mark.parametrize("start", [BILLION_LAUGHS, OUTSIDE])
def test_a_stream_with_a_doctype_is_refused(start: str) -> None:
    with pytest.raises(XmlRefused, match="DOCTYPE"):
        list(read_reports(io.BytesIO(start.encode() + header("<dAgency.01>x</dAgency.01>"))))
