"""The written forms of numbers, times and binary data: read exactly, or not at all.

Numbers are millionths, times microseconds since 1970, dates days since 1970. NOT_READ stands for what is not
of the form, and for what is but is so rare that others may judge it (24:00:00, twenty digits, years before 1000).
"""

from goldenhour.interop.nemsis.rules.compiled.native import Bytes, Ints, native

NOT_READ = -(1 << 62)
MILLION = 1_000_000
DIGITS = 12
_DAY_S = 86_400
_DASH, _PLUS, _DOT, _COLON, _T = 45, 43, 46, 58, 84
_EQUALS, _SLASH = 61, 47


@native
def decimal_at(text: Bytes, start: int, size: int) -> tuple[int, int, int]:
    """A number in millionths, with the digits before and after its point."""
    place, stop = start, start + size
    negative = size > 0 and text[place] == _DASH
    if size > 0 and (negative or text[place] == _PLUS):
        place += 1
    value, whole, fraction = 0, 0, 0
    while place < stop and 48 <= text[place] <= 57:
        value = value * 10 + (text[place] - 48)
        whole += 1
        place += 1
        if whole > DIGITS:
            return NOT_READ, 0, 0
    if place < stop:
        if text[place] != _DOT or whole == 0 or place + 1 == stop:
            return NOT_READ, 0, 0
        place += 1
        while place < stop and 48 <= text[place] <= 57 and fraction < 6:
            value = value * 10 + (text[place] - 48)
            fraction += 1
            place += 1
    if place < stop or whole == 0:
        return NOT_READ, 0, 0
    for _ in range(6 - fraction):
        value *= 10
    return -value if negative else value, whole, fraction


@native
def whole_at(text: Bytes, start: int, size: int) -> int:
    """A whole number of up to 18 digits, as it is (not in millionths)."""
    signed = size > 0 and (text[start] == _DASH or text[start] == _PLUS)
    first = start + 1 if signed else start
    value = _digits(text, first, start + size - first)
    if value < 0 or not 0 < start + size - first <= 18:
        return NOT_READ
    return -value if text[start] == _DASH else value


@native
def _digits(text: Bytes, start: int, size: int) -> int:
    """A number of exactly so many digits, -1 if it is none."""
    value = 0
    for place in range(start, start + size):
        if not 48 <= text[place] <= 57:
            return -1
        value = value * 10 + (text[place] - 48)
    return value


@native
def date_at(text: Bytes, start: int, size: int) -> int:
    """The days from 1970 to `yyyy-mm-dd` (by the civil calendar; no time zone)."""
    if size != 10 or text[start + 4] != _DASH or text[start + 7] != _DASH:
        return NOT_READ
    year, month, day = _digits(text, start, 4), _digits(text, start + 5, 2), _digits(text, start + 8, 2)
    if year < 1000 or not 1 <= month <= 12 or day < 1:
        return NOT_READ
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 30 if month in (4, 6, 9, 11) else 31
    if month == 2:
        last = 29 if leap else 28
    if day > last:
        return NOT_READ
    # years begin in March, so that the leap day comes last
    shifted = year - 1 if month <= 2 else year
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + of_year - 719_468


@native
def moment_at(text: Bytes, start: int, size: int) -> int:
    """The microseconds from 1970 to `yyyy-mm-ddThh:mm:ss[.ffffff]+hh:mm`."""
    if size < 25 or text[start + 10] != _T or text[start + 13] != _COLON or text[start + 16] != _COLON:
        return NOT_READ
    day = date_at(text, start, 10)
    hour, minute, second = _digits(text, start + 11, 2), _digits(text, start + 14, 2), _digits(text, start + 17, 2)
    if day == NOT_READ or not 0 <= hour <= 23 or not 0 <= minute <= 59 or not 0 <= second <= 59:
        return NOT_READ
    place, fraction = start + 19, 0
    if text[place] == _DOT:
        digits = size - 26
        if not 1 <= digits <= 6:
            return NOT_READ
        fraction = _digits(text, place + 1, digits)
        if fraction < 0:
            return NOT_READ
        for _ in range(6 - digits):
            fraction *= 10
        place += 1 + digits
    if start + size - place != 6 or text[place + 3] != _COLON or (text[place] != _DASH and text[place] != _PLUS):
        return NOT_READ
    ahead_h, ahead_min = _digits(text, place + 1, 2), _digits(text, place + 4, 2)
    if not 0 <= ahead_h <= 13 or not 0 <= ahead_min <= 59:
        return NOT_READ
    ahead_s = (ahead_h * 60 + ahead_min) * 60
    if text[place] == _DASH:
        ahead_s = -ahead_s
    return (day * _DAY_S + (hour * 60 + minute) * 60 + second - ahead_s) * MILLION + fraction


@native
def base64_bytes(text: Bytes, start: int, size: int) -> int:
    """How many bytes are written there in base 64; NOT_READ if it is not of that form."""
    sextets, padding, last = 0, 0, 0
    for place in range(start, start + size):
        byte = text[place]
        if is_space(byte):
            continue
        if byte == _EQUALS:
            padding += 1
            continue
        last = _sextet(byte)
        if last < 0 or padding:
            return NOT_READ
        sextets += 1
    if padding > 2 or (sextets + padding) % 4 or (padding == 1 and last & 3) or (padding == 2 and last & 15):
        return NOT_READ
    return (sextets + padding) // 4 * 3 - padding


@native
def _sextet(byte: int) -> int:
    if 65 <= byte <= 90:
        return byte - 65
    if 97 <= byte <= 122:
        return byte - 71
    if 48 <= byte <= 57:
        return byte + 4
    return 62 if byte == _PLUS else 63 if byte == _SLASH else -1


@native
def trimmed(text: Bytes, start: int, size: int) -> tuple[int, int]:
    """The start and the size without the XML white space around."""
    while size > 0 and is_space(text[start]):
        start, size = start + 1, size - 1
    while size > 0 and is_space(text[start + size - 1]):
        size -= 1
    return start, size


@native
def is_space(byte: int) -> bool:
    """Whether it is XML's white space."""
    return byte in (32, 10, 9, 13)


@native
def characters_at(text: Bytes, start: int, size: int) -> int:
    """How many characters the UTF-8 text has."""
    count = 0
    for place in range(start, start + size):
        if text[place] & 0xC0 != 0x80:
            count += 1
    return count


@native
def runs(text: Bytes, start: int, size: int, moves: Ints, state: int) -> int:
    """The state that an automaton comes to from `state`, by `moves[state, byte]`; -1 as soon as there is no move or the
    text is not ASCII."""
    for place in range(start, start + size):
        byte = text[place]
        if byte > 127:
            return -1
        state = moves[state, byte]
        if state < 0:
            return -1
    return state


@native
def is_ascii(text: Bytes, start: int, size: int) -> bool:
    """Whether the text is ASCII."""
    most = 0
    for place in range(start, start + size):
        most |= text[place]
    return most < 128
