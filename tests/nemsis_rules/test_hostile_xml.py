"""XML is hostile until proven otherwise."""

from pathlib import Path

import pytest

from goldenhour.interop.nemsis.document import safe_xml
from goldenhour.interop.nemsis.rules.tiers import Tiers

BILLION = (
    '<!DOCTYPE a [<!ENTITY b "xxxxxxxxxx">'
    + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><a>&b9;</a>"
)


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>', "document type"),
        (b'<?xml version="1.0"?><!-- x --><!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', "document type"),
        (BILLION.encode(), "document type"),
        (BILLION.encode("utf-16"), "document type"),
        (b"<!DOCTYPE a><a/>".decode().encode("utf-16-be"), "document type"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "utf-7"),
        (b"<a>" * 33 + b"</a>" * 33, "deeper than 32"),
        (b"<a>" * 5000 + b"</a>" * 5000, "well-formed"),
        (b"<a>&undefined;</a>", "well-formed"),
        (b"", "well-formed"),
        (b"<a/><a/>", "well-formed"),
        (b"\x00\x01\x02", "well-formed"),
    ],
)
def test_an_attack_is_refused_with_its_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(safe_xml.HostileXml, match=reason):
        safe_xml.parse(xml)


def test_size_has_a_limit() -> None:
    limits = safe_xml.Limits(size_bytes=100)
    assert safe_xml.parse(b"<a>%s</a>" % (b"x" * 90), limits=limits).text
    with pytest.raises(safe_xml.HostileXml, match="at most 100"):
        safe_xml.parse(b"<a>%s</a>" % (b"x" * 100), limits=limits)


def test_honest_encodings_are_read() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le"):
        assert safe_xml.parse("<a>Zürich</a>".encode(encoding)).text == "Zürich"
    latin = '<?xml version="1.0" encoding="ISO-8859-1"?><a>Zürich</a>'.encode("latin-1")
    assert safe_xml.parse(latin).text == "Zürich"


def test_bare_reading_leaves_values_alone() -> None:
    root = safe_xml.parse(b"<a>\n <b> </b>\n <c>x</c>\n</a>", bare=True)
    assert (root.text, root[0].text, root[1].text) == (None, " ", "x")
    root = safe_xml.parse(b"<a><!-- x --><b>  <!-- y --></b><c>1<!-- z -->2</c></a>", bare=True)
    assert (len(root), root[0].text, root[1].text) == (2, "  ", "12")


def test_a_stream_refuses_a_document_type_too(tmp_path: Path) -> None:
    path = tmp_path / "s.xml"
    for head in (b"", b"<!--%s-->" % (b"-x" * 4000)):
        path.write_bytes(head + b'<!DOCTYPE a [<!ENTITY e "v">]><a><b/></a>')
        with pytest.raises(safe_xml.HostileXml, match="document type"):
            list(safe_xml.iterate(path, tags=("b",)))


def test_a_hostile_document_is_reported_as_not_valid(tiers: Tiers) -> None:
    for xml in (BILLION.encode(), b"", b"<html/>", b"\xff\xfe\x00"):
        report = tiers.check(xml, path="x").report
        assert not report.valid
        assert len(report.xsd) == 1
