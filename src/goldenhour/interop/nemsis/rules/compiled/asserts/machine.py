"""Run the code of the rules over a page."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.asserts.axes import NONE, another, first
from goldenhour.interop.nemsis.rules.compiled.asserts.strings import (
    contains,
    joined,
    normal,
    recased,
    same,
    substring,
    text_inside,
)
from goldenhour.interop.nemsis.rules.compiled.forms import (
    MILLION,
    NOT_READ,
    characters_at,
    decimal_at,
    is_ascii,
    moment_at,
    trimmed,
)
from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints, native
from goldenhour.interop.nemsis.rules.compiled.page import (
    A_NAME,
    A_SIZE,
    A_TEXT,
    A_WORD,
    ATTRIBUTE_COUNT,
    END,
    FIRST_ATTRIBUTE,
    INNER,
    INNER_END,
    NAME,
    PARENT,
    SIZE,
    TAG,
    TEXT,
    WORD,
    Page,
)
from goldenhour.interop.nemsis.rules.compiled.tables import Tables, is_accepted, is_one_of
from goldenhour.interop.nemsis.rules.compiled.words import EMPTY, UNKNOWN, word_at

START, LENGTH, IS_WORD = range(3)
"""Columns of a string register: its span of the text, and its word, UNKNOWN or NOT_LOOKED_UP."""
NOT_LOOKED_UP = -2
MOST_JUMPS = 10_000_000
"""Jumps (some seconds) after which a document is left to Saxon: no rule of sense takes as many. Every loop has one."""
JUMPS, MARKS, FAILURES = range(3)
SURE, GIVEN_UP = 0, 1
DONE = -1


class Code(NamedTuple):
    """`entries[entry_of[word] : entry_of[word + 1]]` are, for elements of that name, the rows of `code` to start at,
    each with whether it is for elements with attributes only; `checks` is how many checks there are."""

    code: Ints
    entries: Ints
    entry_of: Ints
    checks: int


class Registers(NamedTuple):
    """What the machine works with: the registers (see `ops`), `marks[element]`, `failed[check]`, and its `tally` of
    JUMPS taken, MARKS given out and FAILURES found."""

    elements: Ints
    numbers: Ints
    strings: Ints
    marks: Ints
    failed: NDArray[np.bool_]
    tally: Ints


@native
def run(
    tables: Tables, code: Code, page: Page, registers: Registers, count: int, used: int, now_us: int
) -> tuple[int, int]:
    """SURE and how many checks failed (each noted in `failed`, which has to come in empty), or GIVEN_UP and the row of
    the code where. `used` is the end of the text in use; behind it strings are made."""
    registers.marks[:count] = 0
    registers.tally[:] = 0
    for row in range(count):
        name = page.elements[row, NAME]
        for entry in range(code.entry_of[name], code.entry_of[name + 1]):
            if code.entries[entry, 1] and page.elements[row, ATTRIBUTE_COUNT] == 0:
                continue
            registers.elements[0] = row
            at = _run_rule(tables, code, page, registers, count, used, now_us, code.entries[entry, 0])
            if at >= 0:
                return GIVEN_UP, at
    return SURE, registers.tally[FAILURES]


@native
def _run_rule(
    tables: Tables, code: Code, page: Page, registers: Registers, count: int, used: int, now_us: int, at: int
) -> int:
    """From the row `at` to its STOP: DONE, or the row that was unsure."""
    elements, numbers, strings = registers.elements, registers.numbers, registers.strings
    text, rows, instructions = page.text, page.elements, code.code
    tally, free = registers.tally, used
    while True:
        op, a, b = instructions[at, ops.OPERATION], instructions[at, ops.A], instructions[at, ops.B]
        holds = True
        if op == ops.STOP:
            return DONE
        if op == ops.UNSURE:
            return at
        if op == ops.FAIL:
            tally[FAILURES] += 1
            registers.failed[a] = True
        elif op == ops.JUMP:
            holds = False
            tally[JUMPS] += 1
            if tally[JUMPS] > MOST_JUMPS:
                return at
        elif op == ops.FIRST:
            d = instructions[at, ops.D]
            elements[d] = first(rows, count, a, elements[b], instructions[at, ops.C])
            holds = elements[d] != NONE
        elif op == ops.ANOTHER:
            d = instructions[at, ops.D]
            elements[d] = another(rows, count, a, elements[b], instructions[at, ops.C], elements[d])
            holds = elements[d] != NONE
        elif op == ops.PARENT:
            if elements[a] <= 0:
                return at
            elements[b] = rows[elements[a], PARENT]
        elif op == ops.IS_ELEMENT:
            holds = elements[a] == elements[b]
        elif op == ops.HAS or op == ops.ATTRIBUTE:
            place = _attribute(page, elements[a], b)
            holds = place >= 0
            if holds and op == ops.ATTRIBUTE:
                c = instructions[at, ops.C]
                strings[c, START], strings[c, LENGTH] = page.attributes[place, A_TEXT], page.attributes[place, A_SIZE]
                strings[c, IS_WORD] = page.attributes[place, A_WORD]
        elif op == ops.TEXT:
            row = elements[a]
            if row < 0:
                return at
            if rows[row, END] == row + 1:
                strings[b, START], strings[b, LENGTH] = rows[row, TEXT], rows[row, SIZE]
                strings[b, IS_WORD] = rows[row, WORD]
            else:
                size = text_inside(text, rows[row, INNER], rows[row, INNER_END], free)
                if size < 0:
                    return at
                strings[b, START], strings[b, LENGTH], strings[b, IS_WORD] = free, size, NOT_LOOKED_UP
                free += size
        elif op == ops.LOCAL_NAME:
            word = rows[elements[a], NAME]
            strings[b, START], strings[b, LENGTH] = rows[elements[a], TAG], tables.words.spans[word, 1]
            strings[b, IS_WORD] = word
        elif op == ops.CONSTANT:
            strings[b, START], strings[b, LENGTH] = tables.words.spans[a, 0], tables.words.spans[a, 1]
            strings[b, IS_WORD] = a
        elif op == ops.COPY:
            for column in range(3):
                strings[b, column] = strings[a, column]
        elif op == ops.IS or op == ops.AMONG:
            if strings[a, IS_WORD] == NOT_LOOKED_UP:
                strings[a, IS_WORD] = word_at(tables.words, text, strings[a, START], strings[a, LENGTH])
            word = strings[a, IS_WORD]
            holds = word == b if op == ops.IS else is_one_of(tables, b, word)
        elif op == ops.COMPARE:
            holds = _compare(numbers[a], b, numbers[instructions[at, ops.C]])
        elif op == ops.SET:
            numbers[a] = tables.numbers[b]
        elif op == ops.ADD:
            numbers[instructions[at, ops.C]] = numbers[a] + numbers[b]
        elif op == ops.COUNT:
            numbers[a] += MILLION
        elif op == ops.NOW:
            numbers[a] = now_us
        elif op == ops.MOMENT or op == ops.DECIMAL:
            start, size = trimmed(text, strings[a, START], strings[a, LENGTH])
            numbers[b] = moment_at(text, start, size) if op == ops.MOMENT else decimal_at(text, start, size)[0]
            if numbers[b] == NOT_READ:
                return at
        elif op == ops.NEW_MARK:
            tally[MARKS] += 1
            numbers[a] = tally[MARKS]
        elif op == ops.MARK:
            holds = registers.marks[elements[a]] != numbers[b]
            registers.marks[elements[a]] = numbers[b]
        elif op == ops.LENGTH:
            numbers[b] = characters_at(text, strings[a, START], strings[a, LENGTH]) * MILLION
        else:
            c, d = instructions[at, ops.C], instructions[at, ops.D]
            answer, free = _strings(tables, text, strings, op, a, b, c, d, free)
            if answer < 0:
                return at
            holds = answer > 0
        at = at + 1 if holds else instructions[at, ops.ELSE]


@native
def _strings(
    tables: Tables, text: Bytes, strings: Ints, op: int, a: int, b: int, c: int, d: int, free: int
) -> tuple[int, int]:
    """The instructions on strings: 1 (or 0 where a test does not hold, -1 where unsure) and the end of the text in
    use."""
    start, size = strings[a, START], strings[a, LENGTH]
    if op == ops.SAME or op == ops.STARTS or op == ops.ENDS or op == ops.CONTAINS:
        other, length = strings[b, START], strings[b, LENGTH]
        if op == ops.SAME:
            return (1 if size == length and same(text, start, other, size) else 0), free
        if op == ops.STARTS:
            return (1 if size >= length and same(text, start, other, length) else 0), free
        if op == ops.ENDS:
            return (1 if size >= length and same(text, start + size - length, other, length) else 0), free
        return (1 if contains(text, start, size, other, length) else 0), free
    if op == ops.MATCHES:
        if not is_ascii(text, start, size):
            return -1, free
        return (1 if is_accepted(tables, text, start, size, b) else 0), free
    if op == ops.IS_INTEGER or op == ops.IS_DECIMAL:
        start, size = trimmed(text, start, size)
        value, _, fraction = decimal_at(text, start, size)
        if value == NOT_READ and size > 0 and _could_be_number(text, start, size):
            return -1, free
        return (1 if value != NOT_READ and (op == ops.IS_DECIMAL or fraction == 0) else 0), free
    if op == ops.NORMAL:
        start, size, free = normal(text, start, size, free)
        if size < 0:
            return -1, free
        return _made(strings, b, start, size, free)
    if op == ops.SUBSTRING:
        start, size = substring(text, start, size, c, d)
        return _made(strings, b, start, size, free)
    if op == ops.JOIN:
        if size + strings[b, LENGTH] + free > len(text):
            return -1, free
        begin = free
        free = joined(text, start, size, strings[b, START], strings[b, LENGTH], free)
        return _made(strings, c, begin, free - begin, free)
    if not is_ascii(text, start, size) or free + size > len(text):
        return -1, free
    recased(text, start, size, free, op == ops.UPPER)
    return _made(strings, b, free, size, free + size)


@native
def _made(strings: Ints, register: int, start: int, size: int, free: int) -> tuple[int, int]:
    strings[register, START], strings[register, LENGTH] = start, size
    strings[register, IS_WORD] = NOT_LOOKED_UP if size > 0 else EMPTY
    return 1, free


@native
def _attribute(page: Page, row: int, name: int) -> int:
    """The row of the element's attribute of that name, UNKNOWN if it has none."""
    if row < 0:
        return UNKNOWN
    begin = page.elements[row, FIRST_ATTRIBUTE]
    for place in range(begin, begin + page.elements[row, ATTRIBUTE_COUNT]):
        if page.attributes[place, A_NAME] == name:
            return place
    return UNKNOWN


@native
def _compare(left: int, relation: int, right: int) -> bool:
    if relation == ops.EQUAL:
        return left == right
    if relation == ops.UNEQUAL:
        return left != right
    if relation == ops.LESS:
        return left < right
    if relation == ops.LESS_OR_EQUAL:
        return left <= right
    return left > right if relation == ops.GREATER else left >= right


@native
def _could_be_number(text: Bytes, start: int, size: int) -> bool:
    """Whether it is of signs, digits and points only: then a number longer than we read, or of a rarer form."""
    for place in range(start, start + size):
        byte = text[place]
        if not (48 <= byte <= 57 or byte == 43 or byte == 45 or byte == 46):
            return False
    return True
