"""Read the XPath 2.0 that rule files use, as a tree of small records."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn


class Unsupported(ValueError):
    """An expression beyond the subset; its check has to be left to Saxon."""


@dataclass(frozen=True)
class Literal:
    """A string or a number."""

    value: str | int | Decimal


@dataclass(frozen=True)
class Variable:
    """`$name`."""

    name: str


@dataclass(frozen=True)
class Sequence:
    """`(a, b, ...)`, also the empty one."""

    items: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: "tuple[Expression, ...]"


@dataclass(frozen=True)
class Binary:
    """`or and = != < <= > >= eq ne lt le gt ge + - |` between two expressions."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Castable:
    """`expression castable as type`."""

    operand: "Expression"
    type: str


@dataclass(frozen=True)
class Quantified:
    """`some|every $variable in source satisfies condition`."""

    every: bool
    variable: str
    source: "Expression"
    condition: "Expression"


@dataclass(frozen=True)
class Choice:
    """`if (condition) then a else b`."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True)
class Step:
    """One step of a path: axis, name test (`prefix:local`, `*`, `*:local`) and predicates."""

    axis: str
    test: str
    predicates: "tuple[Expression, ...]" = ()


@dataclass(frozen=True)
class Path:
    """Steps, or expressions standing in for a step. `root`: starts at the document. `deep[i]`: `//` before
    part i."""

    root: bool
    parts: "tuple[Step | Expression, ...]"
    deep: tuple[bool, ...]


@dataclass(frozen=True)
class Filter:
    """An expression with predicates: `(...)[...]`."""

    source: "Expression"
    predicates: "tuple[Expression, ...]" = field(default=())


Expression = Literal | Variable | Sequence | Call | Binary | Castable | Quantified | Choice | Step | Path | Filter

_TOKEN = re.compile(
    r"""\s*(?:\(:.*?:\)\s*)*(?:
      (?P<string>"(?:[^"]|"")*"|'(?:[^']|'')*')
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<name>(?:[A-Za-z_][\w.-]*|\*):(?:[A-Za-z_][\w.-]*|\*)(?!:)|[A-Za-z_][\w.-]*)
    | (?P<symbol>::|//|\.\.|!=|<=|>=|<<|>>|[()\[\]/@.,|$=<>+*-])
    | (?P<end>$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_AXES = {
    "child", "attribute", "self", "parent", "ancestor", "ancestor-or-self", "descendant", "descendant-or-self",
    "preceding", "preceding-sibling", "following", "following-sibling",
}  # fmt: skip
_COMPARISONS = {"=", "!=", "<", "<=", ">", ">=", "eq", "ne", "lt", "le", "gt", "ge"}


def read(expression: str) -> Expression:
    """The expression as a tree. Raises Unsupported."""
    reader = _Reader(expression)
    tree = reader.sequence()
    reader.expect("")
    return tree


class _Reader:
    """Recursive descent over the tokens of one expression; each method reads one level of precedence."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while True:
            found = _TOKEN.match(text, position)
            if found is None:
                raise Unsupported(f"cannot read {text[position : position + 20]!r}")
            kind = str(found.lastgroup)
            if kind == "end":
                break
            self._tokens.append((kind, found[kind]))
            position = found.end()
        self._at = 0

    def expect(self, symbol: str) -> None:
        if self._value() != symbol or (symbol and self._kind() == "string"):
            self._refuse(f"expected {symbol or 'the end'}")
        self._at += 1

    def sequence(self) -> Expression:
        items = [self._single()]
        while self._take(","):
            items.append(self._single())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _single(self) -> Expression:
        if self._value() in ("some", "every") and self._value(1) == "$":
            return self._quantified()
        if self._value() == "if" and self._value(1) == "(":
            self._at += 2
            condition = self.sequence()
            self.expect(")")
            self.expect("then")
            then = self._single()
            self.expect("else")
            return Choice(condition, then, self._single())
        if self._value() == "for" and self._value(1) == "$":
            self._refuse("for-expressions are left to Saxon")
        return self._chain(("or",), lambda: self._chain(("and",), self._comparison))

    def _quantified(self) -> Expression:
        every = self._next() == "every"
        self.expect("$")
        variable = self._next()
        self.expect("in")
        source = self._single()
        self.expect("satisfies")
        return Quantified(every, variable, source, self._single())

    def _comparison(self) -> Expression:
        left = self._additive()
        if self._kind() != "string" and self._value() in _COMPARISONS:
            operator = self._next()
            return Binary(operator, left, self._additive())
        return left

    def _additive(self) -> Expression:
        return self._chain(("+", "-"), lambda: self._chain(("|", "union"), self._castable))

    def _castable(self) -> Expression:
        operand = self._path()
        if self._value() == "castable" and self._value(1) == "as":
            self._at += 2
            return Castable(operand, self._next())
        if self._value() in ("cast", "treat", "instance"):
            self._refuse("types are left to Saxon")
        return operand

    def _chain(self, operators: tuple[str, ...], operand: Callable[[], Expression]) -> Expression:
        left = operand()
        while self._kind() != "string" and self._value() in operators:
            left = Binary(self._next(), left, operand())
        return left

    def _path(self) -> Expression:
        root = self._value() in ("/", "//") and self._kind() == "symbol"
        parts: list[Step | Expression] = []
        deep: list[bool] = []
        if root:
            is_deep = self._next() == "//"
            if not self._starts_step():
                return Path(True, (), ())
            deep.append(is_deep)
        else:
            deep.append(False)
        parts.append(self._step())
        while self._kind() == "symbol" and self._value() in ("/", "//"):
            deep.append(self._next() == "//")
            parts.append(self._step())
        if not root and len(parts) == 1:
            return parts[0]
        return Path(root, tuple(parts), tuple(deep))

    def _starts_step(self) -> bool:
        return self._kind() == "name" or self._value() in ("*", ".", "..", "@", "(")

    def _step(self) -> Step | Expression:
        kind, value = self._kind(), self._value()
        if kind == "symbol" and value == "@":
            self._at += 1
            return Step("attribute", self._name_test(), self._predicates())
        if kind == "symbol" and value in (".", ".."):
            self._at += 1
            return Step("self" if value == "." else "parent", "node()", self._predicates())
        if kind == "name" and value in _AXES and self._value(1) == "::":
            self._at += 2
            return Step(value, self._name_test(), self._predicates())
        if (kind == "symbol" and value == "*") or (kind == "name" and self._value(1) != "("):
            return Step("child", self._name_test(), self._predicates())
        source = self._primary()
        predicates = self._predicates()
        return Filter(source, predicates) if predicates else source

    def _name_test(self) -> str:
        kind, value = self._kind(), self._next()
        if kind != "name" and value != "*":
            self._refuse("expected a name")
        if self._value() == "(":
            self._at += 1
            self.expect(")")
            if value != "node":
                self._refuse(f"{value}() is left to Saxon")
            return "node()"
        return value

    def _predicates(self) -> tuple[Expression, ...]:
        found = []
        while self._kind() == "symbol" and self._take("["):
            found.append(self.sequence())
            self.expect("]")
        return tuple(found)

    def _primary(self) -> Expression:
        kind, value = self._kind(), self._next()
        if kind == "string":
            return Literal(value[1:-1].replace(value[0] * 2, value[0]))
        if kind == "number":
            return Literal(Decimal(value) if "." in value else int(value))
        if value == "$":
            return Variable(self._next())
        if value == "(":
            if self._take(")"):
                return Sequence(())
            inner = self.sequence()
            self.expect(")")
            return inner
        if kind == "name" and self._take("("):
            arguments: list[Expression] = []
            if not self._take(")"):
                arguments.append(self._single())
                while self._take(","):
                    arguments.append(self._single())
                self.expect(")")
            return Call(value, tuple(arguments))
        self._refuse(f"did not expect {value!r}")

    def _take(self, symbol: str) -> bool:
        if self._kind() == "string" or self._value() != symbol:
            return False
        self._at += 1
        return True

    def _next(self) -> str:
        value = self._value()
        self._at += 1
        return value

    def _value(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._tokens[place][1] if place < len(self._tokens) else ""

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "end"

    def _refuse(self, why: str) -> NoReturn:
        raise Unsupported(f"{why}, in {self._text!r}")
