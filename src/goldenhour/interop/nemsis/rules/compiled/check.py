"""The compiled check of one data set: bytes in, an answer out that is either sure or none."""

import re
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import numpy as np

from goldenhour.interop.nemsis.rules.compiled.asserts import machine, ops
from goldenhour.interop.nemsis.rules.compiled.asserts.machine import Registers
from goldenhour.interop.nemsis.rules.compiled.asserts.program import Program
from goldenhour.interop.nemsis.rules.compiled.page import ELEMENTS, Page, new_page
from goldenhour.interop.nemsis.rules.compiled.scan import scan
from goldenhour.interop.nemsis.rules.compiled.schema.fit import SURE, doubtful
from goldenhour.interop.nemsis.rules.compiled.schema.shape import SchemaReader
from goldenhour.interop.nemsis.rules.compiled.tables import Constants
from goldenhour.interop.nemsis.rules.schematron import RuleSet
from goldenhour.runtime.clocks import WallClock

SIZE_BYTES = 4 << 20
"""A larger document is no case for the compiled check; records have 20 to 100 KB."""
_ROOM_BYTES = 1 << 16
_HEAD = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml[ ]version=(?:"1\.0"|'1\.0')(?:[ ]encoding=(?:"UTF-8"|'UTF-8'|"utf-8"|'utf-8'))?
    (?:[ ]standalone=(?:"yes"|'yes'|"no"|'no'))?[ ]?\?>)?""",
    re.VERBOSE,
)


class Answer(Enum):
    """What the compiled check says of a document. All but CLEAN mean: ask lxml and Saxon."""

    CLEAN = "valid by the XSD, and no rule fails"
    NOT_PLAIN = "not well formed, or of a form that is left to others"
    DOUBTFUL = "not surely valid by the XSD"
    FAILING = "a rule fails"
    UNSURE = "a rule came to something that is left to Saxon"


class CompiledCheck:
    """The XSD and the rule sets of one data set, compiled (in half a second; in half a minute when an installation does
    it for the first time, because then the kernels are, too). Without a schema, documents of any shape are run through
    the rules; `names` are elements that such a document may have besides those that the rules mention.

    Not to be shared between threads: it lays out one document at a time in memory of its own.
    """

    def __init__(self, schema: Path | None, rule_sets: Sequence[RuleSet], *, names: Sequence[str] = ()) -> None:
        constants = Constants()
        reader = None if schema is None else SchemaReader(schema, constants)
        program = Program(rule_sets, constants)
        known = {constants.vocabulary.number(name) for name in names}
        self._code = program.code(frozenset(known) | (reader.names if reader else frozenset()))
        self._shape = None if reader is None else reader.shape
        self._tables = constants.arrays()
        self._check_ids = tuple(program.checks)
        self._clock = WallClock()  # as Saxon's current-dateTime() is the machine's
        self._words_end = len(self._tables.words.text)
        self._page = self._new_page(1 << 18)
        self._registers = Registers(
            elements=np.full(ops.REGISTERS, -1, np.int64),
            numbers=np.zeros(ops.REGISTERS, np.int64),
            strings=np.zeros((ops.REGISTERS, 3), np.int64),
            marks=np.zeros(ELEMENTS, np.int64),
            failed=np.zeros(max(1, self._code.checks), np.bool_),
            tally=np.zeros(3, np.int64),
        )
        self.untranslated = program.untranslated
        """Checks that only Saxon can do; a document that meets one is unsure."""
        self.not_understood = () if reader is None else reader.untranslated
        """Types of the XSD that only its engine can judge; a document that has one is doubtful."""
        self._warm()

    def answer(self, xml: bytes) -> Answer:
        """What is sure about a document."""
        count, used = self._lay_out(xml)
        if count == 0:
            return Answer.NOT_PLAIN
        if self._shape is not None and doubtful(self._tables, self._shape, self._page, count) != SURE:
            return Answer.DOUBTFUL
        failures = self._run(count, used)
        if failures is None:
            return Answer.UNSURE
        return Answer.FAILING if failures else Answer.CLEAN

    def is_clean(self, xml: bytes) -> bool:
        """Whether the document surely is valid by the XSD and fails no check."""
        return self.answer(xml) is Answer.CLEAN

    def failed(self, xml: bytes) -> frozenset[str] | None:
        """The ids of the failed checks, whatever the XSD says; None when unsure."""
        count, used = self._lay_out(xml)
        if count == 0 or self._run(count, used) is None:
            return None
        return frozenset(self._check_ids[number] for number in np.flatnonzero(self._registers.failed))

    def _lay_out(self, xml: bytes) -> tuple[int, int]:
        """Scan the document onto the page: the number of its elements (0: not plain) and the end of the text in use."""
        size = len(xml)
        if size > SIZE_BYTES or not _is_legal_text(xml):
            return 0, 0
        begin, end = self._words_end, self._words_end + size
        if end + size + _ROOM_BYTES > len(self._page.text):
            self._page = self._new_page(2 * (end + size + _ROOM_BYTES))
        self._page.text[begin:end] = np.frombuffer(xml, np.uint8)
        head = _HEAD.match(xml)
        assert head is not None, "every part of the pattern may be missing"
        count, used = scan(self._tables.words, self._page, begin + head.end(), end)
        return count, used

    def _run(self, count: int, used: int) -> int | None:
        """How many checks failed; None when unsure."""
        self._registers.failed[:] = False
        state, failures = machine.run(
            self._tables, self._code, self._page, self._registers, count, used, self._clock.now() * 1000
        )
        return int(failures) if state == machine.SURE else None

    def _warm(self) -> None:
        """Take every kernel once, so that the first document does not wait for its compilation."""
        count, used = self._lay_out(b"<!-- -->")
        if self._shape is not None:
            doubtful(self._tables, self._shape, self._page, count)
        self._run(count, used)

    def _new_page(self, text_bytes: int) -> Page:
        page = new_page(self._words_end + text_bytes)
        page.text[: self._words_end] = self._tables.words.text
        return page


def _is_legal_text(xml: bytes) -> bool:
    """Whether it is UTF-8 without the two characters at its end that XML does not allow; scanning sees to the rest."""
    if xml.isascii():
        return True
    try:
        xml.decode()
    except UnicodeDecodeError:
        return False
    return b"\xef\xbf\xbe" not in xml and b"\xef\xbf\xbf" not in xml
