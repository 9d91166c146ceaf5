"""XPath's functions on text, on spans of the page's text."""

from goldenhour.interop.nemsis.rules.compiled.forms import is_space
from goldenhour.interop.nemsis.rules.compiled.native import Bytes, native
from goldenhour.interop.nemsis.rules.compiled.scan import resolve

_LESS, _GREATER, _SLASH, _BANG, _DASH, _QUESTION, _SPACE = 60, 62, 47, 33, 45, 63, 32


@native
def same(text: Bytes, left: int, right: int, size: int) -> bool:
    """Whether two spans of that size are the same."""
    offset = 0
    while offset < size and text[left + offset] == text[right + offset]:
        offset += 1
    return offset == size


@native
def contains(text: Bytes, start: int, size: int, part: int, length: int) -> bool:
    """Whether the span of `length` at `part` occurs in the one of `size` at `start`."""
    last = start + size - length
    while start <= last and not same(text, start, part, length):
        start += 1
    return start <= last


@native
def joined(text: Bytes, left: int, left_size: int, right: int, right_size: int, out: int) -> int:
    """Write both spans at `out`; gives the place after them."""
    for offset in range(left_size):
        text[out + offset] = text[left + offset]
    out += left_size
    for offset in range(right_size):
        text[out + offset] = text[right + offset]
    return out + right_size


@native
def recased(text: Bytes, start: int, size: int, out: int, upper: bool) -> None:
    """Write the ASCII span at `out` in upper or lower case."""
    first = 97 if upper else 65
    for offset in range(size):
        byte = text[start + offset]
        text[out + offset] = byte ^ 32 if first <= byte < first + 26 else byte


@native
def normal(text: Bytes, start: int, size: int, free: int) -> tuple[int, int, int]:
    """normalize-space(): the start and the size of the result, and the end of the text in use. What is in order
    already stays where it is; the rest is written at `free` (the size is -1 where there is no room)."""
    while size > 0 and is_space(text[start]):
        start, size = start + 1, size - 1
    while size > 0 and is_space(text[start + size - 1]):
        size -= 1
    in_order, after_space = True, False
    for place in range(start, start + size):
        space = is_space(text[place])
        if space and (after_space or text[place] != _SPACE):
            in_order = False
            break
        after_space = space
    if in_order:
        return start, size, free
    if free + size > len(text):
        return start, -1, free
    out, after_space = free, False
    for place in range(start, start + size):
        space = is_space(text[place])
        if not space:
            text[out] = text[place]
            out += 1
        elif not after_space:
            text[out] = _SPACE
            out += 1
        after_space = space
    return free, out - free, out


@native
def substring(text: Bytes, start: int, size: int, first: int, length: int) -> tuple[int, int]:
    """The characters from number `first` (the first is 1) on, at most `length` of them (-1: all): start and size."""
    stop = start + size
    most = size if length < 0 else max(0, length + min(first, 1) - 1)
    begin, place, number = stop, start, 0
    while place < stop:
        if text[place] & 0xC0 != 0x80:
            number += 1
            if number == max(first, 1):
                begin = place
            if number == max(first, 1) + most:
                stop = place
                break
        place += 1
    begin = min(begin, stop)
    return begin, stop - begin


@native
def text_inside(text: Bytes, place: int, stop: int, free: int) -> int:
    """Write at `free` the text of an element that has others inside, and give its size; -1 where there is a comment or
    no room. The tags were read before: no attribute has a > in it."""
    out = free
    while place < stop:
        if text[place] == _LESS:
            if text[place + 1] == _BANG:
                return -1
            while text[place] != _GREATER:
                place += 1
            place += 1
            continue
        begin = place
        while place < stop and text[place] != _LESS:
            place += 1
        if out + place - begin > len(text):
            return -1
        size = resolve(text, begin, place, out)
        if size < 0:
            return -1
        out += size
    return out - free
