"""What a translated expression is: Python source, and what is known about its value."""

from dataclasses import dataclass, field
from typing import Literal

from goldenhour.interop.nemsis.rules.native.xpath import Unsupported

Kind = Literal["elements", "attributes", "strings", "numbers", "times", "durations", "boolean"]


@dataclass(frozen=True, kw_only=True)
class Code:
    """A translated expression. `text` is a Python list or tuple of values (for "boolean": a bool). Where more is
    known: `node` names the one element, `maybe` is an element or None, `one` is the one string or number,
    `optional` a string or None, `literals` are constants, `lazy` goes through the values one by one. Times and
    durations never hold more than one value."""

    kind: Kind
    text: str
    node: str | None = None
    maybe: str | None = None
    one: str | None = None
    optional: str | None = None
    literals: tuple[str, ...] | None = None
    lazy: str | None = None


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where an expression stands: the Python name of its context node and the variables it may use."""

    node: str
    variables: dict[str, Code] = field(default_factory=dict)


def element(name: str) -> Code:
    return Code(kind="elements", text=f"({name},)", node=name)


def boolean(text: str) -> Code:
    return Code(kind="boolean", text=text)


def string(one: str) -> Code:
    return Code(kind="strings", text=f"({one},)", one=one)


def each(code: Code) -> str:
    """What to loop over."""
    return code.lazy or code.text


def scalar(code: Code) -> str:
    if code.kind != "strings":
        raise Unsupported(f"a function of text applied to {code.kind} is left to Saxon")
    return code.one or f"one({code.text})"


def integer(code: Code) -> str:
    if code.kind != "numbers" or code.one is None:
        raise Unsupported("a computed length is left to Saxon")
    return code.one
