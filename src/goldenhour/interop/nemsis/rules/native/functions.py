"""XPath functions on text and time, as Python source."""

import re
from collections.abc import Callable

from goldenhour.interop.nemsis.rules.native.codes import Code, boolean, integer, scalar, string
from goldenhour.interop.nemsis.rules.native.xpath import Unsupported

Constant = Callable[[str], str]
"""Gives the name of a module-level constant for its source."""

_PLAIN_REGEX = re.compile(r"(?:[\w\s^$|(){},*+?/:\[\]-]|\\[d.\-()\[\]{}*+?^$|/\\])*")


def translate_call(name: str, arguments: list[Code], constant: Constant) -> Code:
    """A function applied to atomised arguments. Raises Unsupported."""
    function = _FUNCTIONS.get((name, len(arguments)))
    if function is None:
        raise Unsupported(f"the function {name} with {len(arguments)} arguments is left to Saxon")
    return function(arguments, constant)


def _matches(codes: list[Code], constant: Constant) -> Code:
    """matches(value, 'pattern') for patterns that mean the same in XPath and in Python."""
    value, pattern = codes
    if pattern.literals is None or len(pattern.literals) != 1:
        raise Unsupported("a computed pattern is left to Saxon")
    expression = pattern.literals[0]
    if not _PLAIN_REGEX.fullmatch(expression) or "-[" in expression or "(?" in expression:
        raise Unsupported(f"the pattern {expression!r} is left to Saxon")
    python = re.sub(r"(?<!\\)\$", r"\\Z", expression)
    search = constant(f"re.compile({python!r}).search")
    return boolean(f"({search}({scalar(value)}) is not None)")


def _time(code: Code) -> Code:
    if code.kind != "strings":
        raise Unsupported(f"xs:dateTime of {code.kind} is left to Saxon")
    if code.one is not None:
        one = f"microseconds({code.one})"
        return Code(kind="times", text=f"({one},)", one=one)
    return Code(kind="times", text=f"date_times({code.text})")


def _duration(code: Code, constant: Constant) -> Code:
    text = f"durations({code.text})"
    return Code(kind="durations", text=text if code.literals is None else constant(text))


_FUNCTIONS: dict[tuple[str, int], Callable[[list[Code], Constant], Code]] = {
    ("string", 0): lambda c, k: string(scalar(c[0])),
    ("string", 1): lambda c, k: string(scalar(c[0])),
    ("normalize-space", 0): lambda c, k: string(f"normalize_space({c[0].text})"),
    ("normalize-space", 1): lambda c, k: string(f"normalize_space({(scalar(c[0]), c[0].text)[1]})"),
    ("upper-case", 1): lambda c, k: string(f"{scalar(c[0])}.upper()"),
    ("lower-case", 1): lambda c, k: string(f"{scalar(c[0])}.lower()"),
    ("starts-with", 2): lambda c, k: boolean(f"{scalar(c[0])}.startswith({scalar(c[1])})"),
    ("ends-with", 2): lambda c, k: boolean(f"{scalar(c[0])}.endswith({scalar(c[1])})"),
    ("contains", 2): lambda c, k: boolean(f"({scalar(c[1])} in {scalar(c[0])})"),
    ("substring", 2): lambda c, k: string(f"substring({c[0].text}, {integer(c[1])})"),
    ("substring", 3): lambda c, k: string(f"substring({c[0].text}, {integer(c[1])}, {integer(c[2])})"),
    ("concat", 2): lambda c, k: string(f"({scalar(c[0])} + {scalar(c[1])})"),
    ("concat", 3): lambda c, k: string(f"({scalar(c[0])} + {scalar(c[1])} + {scalar(c[2])})"),
    ("string-length", 1): lambda c, k: Code(kind="numbers", text=f"(len({scalar(c[0])}),)", one=f"len({scalar(c[0])})"),
    ("matches", 2): lambda c, k: _matches(c, k),
    ("xs:dateTime", 1): lambda c, k: _time(c[0]),
    ("xs:decimal", 1): lambda c, k: Code(kind="numbers", text=f"decimals({c[0].text})"),
    ("xs:dayTimeDuration", 1): lambda c, k: _duration(c[0], k),
    ("xs:string", 1): lambda c, k: string(scalar(c[0])),
}  # fmt: skip
