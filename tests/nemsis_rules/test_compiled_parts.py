"""The parts of the compiled check, each against the library that knows: the scan against lxml, patterns against
libxml2's and Python's, numbers and times against Python's own."""

import base64
import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from goldenhour.interop.nemsis.rules.compiled import forms, page, patterns
from goldenhour.interop.nemsis.rules.compiled.native import Bytes
from goldenhour.interop.nemsis.rules.compiled.scan import scan
from goldenhour.interop.nemsis.rules.compiled.words import UNKNOWN, Vocabulary, word_at
from goldenhour.interop.nemsis.rules.xpath import Unsupported

NEMSIS, XSI = "http://www.nemsis.org", "http://www.w3.org/2001/XMLSchema-instance"
NAMES = ("a", "b", "eRecord", "eRecord.01", "x-y")
DOCUMENTS, SPOILT_EACH = 250, 12
EARLIEST, LATEST = (datetime.fromisoformat(text) for text in ("1000-01-02", "9999-12-30"))

UNHURRIED = settings(deadline=None)
"""The first example may have to compile a kernel."""


def array(text: str | bytes) -> Bytes:
    return np.frombuffer(text.encode() if isinstance(text, str) else text, np.uint8).copy()


class Laid:
    """Lays documents out, and reads them back as a tree to compare with lxml's."""

    def __init__(self) -> None:
        vocabulary = Vocabulary()
        for name in (*NAMES, "k", "key"):
            vocabulary.number(name)
        self.words = vocabulary.arrays()
        self.page = page.new_page(1 << 16)
        self.page.text[: len(self.words.text)] = self.words.text

    def tree(self, xml: bytes) -> object:
        """(name, attributes, text, children) of the root; None when the document is not plain."""
        begin = len(self.words.text)
        self.page.text[begin : begin + len(xml)] = array(xml)
        count, used = scan(self.words, self.page, begin, begin + len(xml))
        assert used <= begin + 2 * len(xml)
        if not count:
            return None
        rows = self.page.elements[:count]
        assert rows[0, page.PARENT] == -1
        assert rows[0, page.END] == count
        return self._element(0)

    def _element(self, row: int) -> object:
        element = self.page.elements[row]
        first = element[page.FIRST_ATTRIBUTE]
        attributes = {}
        for place in range(first, first + element[page.ATTRIBUTE_COUNT]):
            name, start, size, word = self.page.attributes[place]
            attributes[self._word(name)] = self._text(start, size)
            assert word == word_at(self.words, self.page.text, start, size)
        children = []
        child, before = row + 1, -1
        while child < element[page.END]:
            assert self.page.elements[child, page.PARENT] == row
            assert self.page.elements[child, page.PREVIOUS] == before
            children.append(self._element(child))
            if before >= 0:
                assert self.page.elements[before, page.NEXT] == child
            before, child = child, int(self.page.elements[child, page.END])
        text = "" if children else self._text(element[page.TEXT], element[page.SIZE])
        return self._word(element[page.NAME]), attributes, text, children

    def _word(self, number: int) -> str:
        start, size = self.words.spans[number]
        return self._text(start, size)

    def _text(self, start: int, size: int) -> str:
        return bytes(self.page.text[start : start + size]).decode()


def of_lxml(element: etree._Element) -> object:
    """The same of lxml's tree."""
    attributes = {name.replace(f"{{{XSI}}}", "xsi:"): value for name, value in element.attrib.items()}
    children = [of_lxml(child) for child in element if isinstance(child.tag, str)]
    return etree.QName(element).localname, attributes, "" if children else element.text or "", children


def written(chance: random.Random) -> bytes:
    """A plain document in some dress."""

    def space() -> str:
        return chance.choice(("", "", " ", "\n  ", "\r\n", "\t", "<!-- c & < -->", "\n<!---->\n"))

    def gap() -> str:
        return chance.choice(("", " ", "\n"))

    def text() -> str:
        whole = "".join(
            chance.choice(("x", "1", " ", "\n", "\r\n", "&", "<", "é", "€", "🚑", "]]", "0")) for _ in range(6)
        )
        as_is = escape(whole[: chance.randrange(7)], {"1": "&#49;", "é": "&#xE9;"} if chance.random() < 0.5 else {})
        return as_is + chance.choice(("", "&quot;", "&apos;", "&#x1F691;", "&#10;"))

    def attributes() -> str:
        found = chance.sample(["k", "key", "xsi:nil"], chance.choice((0, 0, 1, 2)))
        return "".join(
            f"{chance.choice((' ', chr(10)))}{name}="
            + quoteattr("true" if name == "xsi:nil" else chance.choice(("", "7701003", "it's", "é")))
            for name in found
        )

    def element(depth: int) -> str:
        name = chance.choice(NAMES)
        opening = f"<{name}{declared if depth == 0 else ''}{attributes()}{gap()}"
        if depth > 0 and chance.random() < 0.2:
            return f"{opening}/>"
        if depth > 3 or (depth > 0 and chance.random() < 0.4):
            return f"{opening}>{text()}</{name}{gap()}>"
        inside = "".join(element(depth + 1) + space() for _ in range(chance.randrange(1, 4)))
        return f"{opening}>{space()}{inside}</{name}>"

    declared = f' xmlns="{NEMSIS}"  xmlns:xsi="{XSI}"'
    return f"{space()}{element(0)}{space()}".encode()


def test_a_document_is_laid_out_as_lxml_reads_it_and_a_spoilt_one_is_not_taken_for_another() -> None:
    laid, chance = Laid(), random.Random(11)
    taken_though_spoilt = 0
    for _ in range(DOCUMENTS):
        xml = written(chance)
        assert laid.tree(xml) == of_lxml(etree.fromstring(xml)), xml
        for _ in range(SPOILT_EACH):
            spoilt = bytearray(xml)
            place = chance.randrange(len(spoilt))
            chance.choice(SPOILS)(spoilt, place, chance)
            found = laid.tree(bytes(spoilt)) if is_text(bytes(spoilt)) else None
            if found is None:
                continue
            taken_though_spoilt += 1
            assert found == of_lxml(etree.fromstring(bytes(spoilt))), bytes(spoilt)
    assert taken_though_spoilt > DOCUMENTS


def is_text(xml: bytes) -> bool:
    """Scanning takes UTF-8 for granted; `CompiledCheck` sees to it first."""
    try:
        return not re.search("[\ufffe\uffff]", xml.decode())
    except UnicodeDecodeError:
        return False


SPOILS = (
    lambda xml, place, chance: xml.__setitem__(place, chance.choice(b"<>/&;'\"= \n\r!-?[]:0axk\x00")),
    lambda xml, place, chance: xml.insert(place, chance.choice(b"<>/&;'\"= \n\r!-?[]:0axk\x00")),
    lambda xml, place, chance: xml.__delitem__(slice(place, place + chance.choice((1, 1, 2, 9)))),
    lambda xml, place, chance: xml.__setitem__(slice(place, place), xml[place : place + chance.randrange(20)]),
    lambda xml, place, chance: xml.__delitem__(slice(place, None)),
)


CONSTRUCTS = (
    "a", "ab|c", "(ab|c)d", "a?b*c+", "a{3}", "a{2,}", "a{1,3}b", "(a{0,2}b){2}", "[a-c]", "[^a-c]x", r"[\-a]", "[a-]",
    r"\d{2}\.\d", r"a\+b", ".+@.+", "(|a)b", "()", r"(\+|-)?(90(\.[0]{1,6})?|([1-8][0-9]|[0-9])(\.[0-9]{1,6})?)",
    r"\s*x", "[0-9A-HJ-NP-Z]{3,7}", "((a|b)*c)+",
)  # fmt: skip


@pytest.mark.parametrize("pattern", CONSTRUCTS)
def test_a_pattern_takes_what_libxml2_takes(pattern: str) -> None:
    compare_with_libxml2(pattern, seed=len(pattern))


def test_every_pattern_of_the_schemas_takes_what_libxml2_takes(shared: Path) -> None:
    found = {
        facet.get("value")
        for path in (shared / "nemsis/xsd/full").glob("*.xsd")
        for facet in etree.parse(path).iter("{http://www.w3.org/2001/XMLSchema}pattern")
    }
    assert len(found) > 15
    for pattern in found:
        compare_with_libxml2(pattern, seed=1)


def compare_with_libxml2(pattern: str, *, seed: int) -> None:
    automaton, chance = patterns.automaton(pattern), random.Random(seed)
    schema = etree.XMLSchema(
        etree.fromstring(
            f'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="v"><s:simpleType>'
            f'<s:restriction base="s:string"><s:pattern value={quoteattr(pattern)}/></s:restriction>'
            f"</s:simpleType></s:element></s:schema>"
        )
    )
    element = etree.Element("v")
    accepted = 0
    for text in texts(automaton, chance):
        element.text = text
        takes = accepts(automaton, text)
        assert takes == schema.validate(element), (pattern, text)
        accepted += takes
    assert accepted


def texts(automaton: patterns.Automaton, chance: random.Random) -> list[str]:
    """Walks through the automaton, some of them spoilt, and some that are no walk."""
    printable = [9, 10, *range(32, 127)]
    found = ["", "a", "ab", "0"]
    for _ in range(60):
        state, text = 0, ""
        for _ in range(chance.choice((1, 3, 6, 12, 40))):
            moves = [byte for byte in printable if automaton.moves[state, byte] >= 0]
            if not moves:
                break
            byte = chance.choice(moves)
            state, text = int(automaton.moves[state, byte]), text + chr(byte)
            if automaton.accepts[state] and chance.random() < 0.5:
                break
        found.append(text)
        place = chance.randrange(len(text) + 1)
        found.append(text[:place] + chr(chance.choice(printable)) + text[place + chance.randrange(2) :])
    return found


def accepts(automaton: patterns.Automaton, text: str) -> bool:
    state = forms.runs(array(text), 0, len(text.encode()), automaton.moves, 0)
    return state >= 0 and bool(automaton.accepts[state])


@pytest.mark.parametrize("pattern", ["^[0-9]{2,7}$", "^(S|T(0\\d|1[0-4]))", "b+c?$", "a.c", "^$", "^a|b$|c", "x{2}"])
def test_searching_finds_what_python_finds(pattern: str) -> None:
    automaton, chance = patterns.searching(pattern), random.Random(2)
    python = re.compile(re.sub(r"\$", r"\\Z", pattern), re.ASCII)
    for _ in range(400):
        text = "".join(chance.choice("abcxST01234 \n") for _ in range(chance.randrange(9)))
        assert accepts(automaton, text) == bool(python.search(text)), text


@pytest.mark.parametrize(
    "pattern", [r"\p{L}", r"[a-z-[aeiou]]", "a{2}{3}", "(a", "a)", "[", "é", r"\i", "a**", "a{9999}", "x$y"]
)
def test_what_is_beyond_the_shared_constructs_is_refused(pattern: str) -> None:
    with pytest.raises(Unsupported):
        patterns.searching(pattern)


@UNHURRIED
@given(
    st.datetimes(min_value=EARLIEST, max_value=LATEST),
    st.integers(-839, 839),
    st.booleans(),
)
def test_a_time_is_read_as_python_reads_it(naive: datetime, ahead_min: int, fraction: bool) -> None:
    sign, ahead = ("-" if ahead_min < 0 else "+"), abs(ahead_min)
    moment = naive if fraction else naive.replace(microsecond=0)
    text = f"{moment.isoformat()}{sign}{ahead // 60:02}:{ahead % 60:02}"
    expected = (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert forms.moment_at(array(text), 0, len(text)) == expected
    day = text[:10]
    assert forms.date_at(array(day), 0, 10) == (date.fromisoformat(day) - date(1970, 1, 1)).days


@settings(UNHURRIED, max_examples=300)
@given(st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?[+-]\d\d:\d\d|[-+.:TZ0-9]{0,30}", fullmatch=True))
def test_what_is_read_as_a_time_is_one(text: str) -> None:
    if forms.moment_at(array(text), 0, len(text.encode())) != forms.NOT_READ:
        assert datetime.fromisoformat(text).utcoffset() is not None


@UNHURRIED
@given(st.from_regex(r"[+-]?\d{0,14}(\.\d{0,8})?|[-+.e0-9 ]{0,9}", fullmatch=True))
def test_a_number_is_read_exactly_or_not_at_all(text: str) -> None:
    size = len(text.encode())
    value, _, _ = forms.decimal_at(array(text), 0, size)
    if value != forms.NOT_READ:
        assert Decimal(value) == Decimal(text) * 1_000_000
    whole = forms.whole_at(array(text), 0, size)
    if whole != forms.NOT_READ:
        assert whole == int(text)
        assert re.fullmatch(r"[+-]?\d+", text, re.ASCII)
    elif re.fullmatch(r"[+-]?\d{1,12}", text, re.ASCII):
        raise AssertionError(f"{text} is a whole number")


@UNHURRIED
@given(st.binary(max_size=20), st.integers(0, 3))
def test_base_64_is_measured(content: bytes, at: int) -> None:
    text = base64.b64encode(content).decode()
    assert forms.base64_bytes(array(text), 0, len(text)) == len(content)
    broken = f"{text[:at]}\n {text[at:]}\n"
    assert forms.base64_bytes(array(broken), 0, len(broken)) == len(content)
    assert text == "" or forms.base64_bytes(array(text[:-1]), 0, len(text) - 1) == forms.NOT_READ


def test_words_are_found_by_their_bytes() -> None:
    vocabulary = Vocabulary()
    words = ["eVitals.06", "é", "9924003", *(f"w{n}" for n in range(3000))]
    numbers = [vocabulary.number(word) for word in words]
    arrays = vocabulary.arrays()
    for word, number in zip(words, numbers, strict=True):
        text = array(f"<{word}>")
        assert word_at(arrays, text, 1, len(text) - 2) == number
        assert word_at(arrays, text, 0, len(text)) == UNKNOWN
