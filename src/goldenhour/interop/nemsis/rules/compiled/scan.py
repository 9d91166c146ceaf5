"""Lay out the bytes of a document flat, if it is plain and well formed: anything else is somebody else's case.

Plain is: UTF-8 (checked before), one default namespace and xsi however often declared, names that the vocabulary knows,
no document type, no CDATA section, no processing instruction, no reference but to characters and the five that XML
brings, comments between elements only. What plain documents may not have (a reference to nothing, an attribute twice,
text beside elements) ends the scan at that byte.
"""

import numpy as np

from goldenhour.interop.nemsis.rules.compiled.forms import is_space
from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints, native
from goldenhour.interop.nemsis.rules.compiled.page import (
    A_NAME,
    A_SIZE,
    A_TEXT,
    A_WORD,
    ATTRIBUTE_COUNT,
    ATTRIBUTES,
    ELEMENTS,
    END,
    FIRST_ATTRIBUTE,
    HAS_COMMENT,
    INNER,
    INNER_END,
    IS_NIL,
    KNOWS_XSI,
    NAME,
    NEXT,
    PARENT,
    PREVIOUS,
    SIZE,
    TAG,
    TEXT,
    WORD,
    Page,
)
from goldenhour.interop.nemsis.rules.compiled.words import (
    EMPTY,
    NEMSIS_URI,
    NIL,
    SCHEMA_LOCATION,
    TRUE,
    XMLNS,
    XMLNS_XSI,
    XSI_URI,
    Words,
    word_at,
)

DEPTH = 64
TAB, LINE_FEED, RETURN, SPACE = 9, 10, 13, 32
BANG, QUOTE, NUMBER_SIGN, AMPERSAND, APOSTROPHE = 33, 34, 35, 38, 39
DASH, SLASH, SEMICOLON, LESS, EQUALS, GREATER, QUESTION, BRACKET = 45, 47, 59, 60, 61, 62, 63, 93


@native
def scan(words: Words, page: Page, begin: int, stop: int) -> tuple[int, int]:
    """Fill the page from `page.text[begin:stop]`, the root element and what is around it. Gives the number of
    elements and the end of the text in use; or no elements and the place where the document ceased to be plain. There
    have to be `stop - begin` bytes free behind `stop`."""
    text, elements = page.text, page.elements
    place, count, used = begin, 0, stop
    current, depth = -1, 0
    while True:
        start, plain = place, True
        while place < stop and is_space(text[place]):
            if text[place] == RETURN:
                plain = False
            place += 1
        blank = place == stop or text[place] == LESS
        while place < stop and text[place] != LESS:
            byte = text[place]
            if byte > SPACE:
                if byte == AMPERSAND:
                    plain = False
                elif byte == GREATER and place - start >= 2 and text[place - 1] == BRACKET == text[place - 2]:
                    return 0, place
            elif byte == RETURN:
                plain = False
            elif byte != SPACE and byte != LINE_FEED and byte != TAB:
                return 0, place
            place += 1
        if place == stop:
            return (count, used) if blank and count and current < 0 else (0, place)
        if place + 2 >= stop or (not blank and current < 0):
            return 0, place
        following = text[place + 1]
        if following == SLASH:
            if current < 0:
                return 0, place
            row = elements[current]
            if current == count - 1:
                if row[HAS_COMMENT]:
                    return 0, place
                row[TEXT], row[SIZE] = start, place - start
                if not plain:
                    size = resolve(text, start, place, used)
                    if size < 0:
                        return 0, place
                    row[TEXT], row[SIZE] = used, size
                    used += size
                row[WORD] = word_at(words, text, row[TEXT], row[SIZE])
            elif not blank:
                return 0, place
            row[INNER_END], row[END] = place, count
            place = _end_tag(words, text, place + 2, stop, row[NAME])
            if place < 0:
                return 0, start
            current, depth = row[PARENT], depth - 1
            continue
        if not blank:
            return 0, place
        if following == BANG:
            place = _comment(text, place, stop)
            if place < 0:
                return 0, start
            if current >= 0:
                elements[current, HAS_COMMENT] = 1
            continue
        if (current < 0 and count) or count == ELEMENTS or depth == DEPTH:
            return 0, place
        place = _start_tag(words, page, place + 1, stop, count, current)
        if place < 0:
            return 0, start
        _attach(elements, count, current)
        count += 1
        if text[place - 2] == SLASH:
            row = elements[count - 1]
            row[TEXT], row[SIZE], row[WORD], row[END], row[INNER_END] = place, 0, EMPTY, count, place
        else:
            current, depth = count - 1, depth + 1


@native
def _attach(elements: Ints, row: int, parent: int) -> None:
    """Put the element among the children of the parent; it is the last one so far."""
    elements[row, PARENT], elements[row, NEXT], elements[row, PREVIOUS], elements[row, HAS_COMMENT] = parent, -1, -1, 0
    if parent < 0 or parent == row - 1:
        return
    before = row - 1
    while elements[before, PARENT] != parent:
        before = elements[before, PARENT]
    elements[before, NEXT], elements[row, PREVIOUS] = row, before


@native
def _start_tag(words: Words, page: Page, place: int, stop: int, row: int, parent: int) -> int:
    """Read a start tag from its name on. Gives the place after it, -1 if it is not plain; an empty element's tag is
    told by the byte before its end."""
    text, element = page.text, page.elements[row]
    start = place
    while place < stop and not _ends_name(text[place]):
        place += 1
    element[NAME], element[TAG] = word_at(words, text, start, place - start), start
    attributes = 0 if row == 0 else page.elements[row - 1, FIRST_ATTRIBUTE] + page.elements[row - 1, ATTRIBUTE_COUNT]
    element[FIRST_ATTRIBUTE], element[IS_NIL] = attributes, 0
    if element[NAME] <= XSI_URI:
        return -1
    declares, declares_xsi, uses_xsi = False, False, False
    while True:
        spaced = place
        while place < stop and is_space(text[place]):
            place += 1
        if place + 1 >= stop:
            return -1
        if text[place] == GREATER or (text[place] == SLASH and text[place + 1] == GREATER):
            break
        start = place
        while place < stop and not _ends_name(text[place]):
            place += 1
        name = word_at(words, text, start, place - start)
        value = _value(text, place, stop)
        if start == spaced or name <= EMPTY or value < 0:
            return -1
        first = place + 2
        place = value + 1
        word = word_at(words, text, first, value - first)
        if name == XMLNS:
            if declares or word != NEMSIS_URI:
                return -1
            declares = True
        elif name == XMLNS_XSI:
            if declares_xsi or word != XSI_URI:
                return -1
            declares_xsi = True
        else:
            if (name == SCHEMA_LOCATION and row > 0) or attributes == ATTRIBUTES:
                return -1
            uses_xsi = uses_xsi or name in (NIL, SCHEMA_LOCATION)
            for earlier in range(element[FIRST_ATTRIBUTE], attributes):
                if page.attributes[earlier, A_NAME] == name:
                    return -1
            if name == NIL:
                if word != TRUE:
                    return -1
                element[IS_NIL] = 1
            attribute = page.attributes[attributes]
            attribute[A_NAME], attribute[A_TEXT], attribute[A_SIZE], attribute[A_WORD] = (
                name, first, value - first, word,
            )  # fmt: skip
            attributes += 1
    element[KNOWS_XSI] = declares_xsi or (parent >= 0 and page.elements[parent, KNOWS_XSI])
    if (parent < 0 and not declares) or (uses_xsi and not element[KNOWS_XSI]):
        return -1
    element[ATTRIBUTE_COUNT] = attributes - element[FIRST_ATTRIBUTE]
    place += 2 if text[place] == SLASH else 1
    element[INNER] = place
    return place


@native
def _value(text: Bytes, place: int, stop: int) -> int:
    """The place of the closing quote of `="value"`; -1 where the value is not plain text on one line."""
    if place + 2 >= stop or text[place] != EQUALS:
        return -1
    quote = text[place + 1]
    if quote != QUOTE and quote != APOSTROPHE:
        return -1
    place += 2
    while place < stop and text[place] != quote:
        byte = text[place]
        if byte < SPACE or byte in (LESS, GREATER, AMPERSAND):
            return -1
        place += 1
    return place if place < stop else -1


@native
def _end_tag(words: Words, text: Bytes, place: int, stop: int, name: int) -> int:
    """The place after an end tag, from its name on; -1 if it closes anything but `name`."""
    begin, size = words.spans[name, 0], words.spans[name, 1]
    if place + size >= stop:
        return -1
    for offset in range(size):
        if text[place + offset] != words.text[begin + offset]:
            return -1
    place += size
    while place < stop and is_space(text[place]):
        place += 1
    return place + 1 if place < stop and text[place] == GREATER else -1


@native
def _comment(text: Bytes, place: int, stop: int) -> int:
    """The place after a comment; -1 if it is none, or not well formed."""
    if place + 6 >= stop or text[place + 2] != DASH or text[place + 3] != DASH:
        return -1
    place += 4
    while place + 2 < stop:
        byte = text[place]
        if byte == DASH and text[place + 1] == DASH:
            return place + 3 if text[place + 2] == GREATER else -1
        if byte < SPACE and not is_space(byte):
            return -1
        place += 1
    return -1


@native
def resolve(text: Bytes, place: int, stop: int, out: int) -> int:
    """Write `text[place:stop]` at `out` with its references resolved and its line ends as line feeds. Gives the
    size, never more than was read; -1 for a reference that is not well formed or not to one of XML's own."""
    first = out
    while place < stop:
        byte = text[place]
        place += 1
        if byte == RETURN:
            byte = np.uint8(LINE_FEED)
            if place < stop and text[place] == LINE_FEED:
                place += 1
        elif byte == AMPERSAND:
            end = place
            while end < stop and end < place + 9 and text[end] != SEMICOLON:
                end += 1
            if end == stop or text[end] != SEMICOLON:
                return -1
            character = _character(text, place, end)
            if character < 0:
                return -1
            place = end + 1
            if character > 127:
                out = _encode(text, character, out)
                continue
            byte = np.uint8(character)
        text[out] = byte
        out += 1
    return out - first


@native
def _character(text: Bytes, place: int, end: int) -> int:
    """The character that `text[place:end]`, between & and ;, refers to; -1 for none that XML allows."""
    size = end - place
    if size >= 2 and text[place] == NUMBER_SIGN:
        base = 16 if text[place + 1] == 120 else 10
        place += 2 if base == 16 else 1
        value = 0
        if place == end:
            return -1
        for at in range(place, end):
            digit = text[at] - 48
            if base == 16 and digit > 9:
                digit = (text[at] | 32) - 87
                if digit < 10:
                    return -1
            if digit < 0 or digit >= base:
                return -1
            value = value * base + digit
        if value in (TAB, LINE_FEED, RETURN):
            return value
        allowed = SPACE <= value < 0xD800 or 0xE000 <= value < 0xFFFE or 0x10000 <= value < 0x110000
        return value if allowed else -1
    if size == 2 and text[place + 1] == 116:  # lt, gt
        return LESS if text[place] == 108 else GREATER if text[place] == 103 else -1
    if size == 3 and text[place] == 97 and text[place + 1] == 109 and text[place + 2] == 112:  # amp
        return AMPERSAND
    if size == 4 and text[place + 1] == 117 and text[place + 2] == 111 and text[place + 3] == 116:  # quot
        return QUOTE if text[place] == 113 else -1
    if size == 4 and text[place] == 97 and text[place + 1] == 112 and text[place + 2] == 111 and text[place + 3] == 115:
        return APOSTROPHE
    return -1


@native
def _encode(text: Bytes, character: int, out: int) -> int:
    """Write a character beyond ASCII as UTF-8; a reference to it is longer. Gives the place after it."""
    if character < 0x800:
        text[out] = 0xC0 | (character >> 6)
    else:
        if character < 0x10000:
            text[out] = 0xE0 | (character >> 12)
        else:
            text[out], text[out + 1] = 0xF0 | (character >> 18), 0x80 | ((character >> 12) & 63)
            out += 1
        text[out + 1] = 0x80 | ((character >> 6) & 63)
        out += 1
    text[out + 1] = 0x80 | (character & 63)
    return out + 2


@native
def _ends_name(byte: int) -> bool:
    return byte <= SPACE or byte in (EQUALS, GREATER, SLASH)
