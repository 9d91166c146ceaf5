"""Comparisons of XPath, as instructions."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.asserts.assembler import Label
from goldenhour.interop.nemsis.rules.compiled.asserts.scope import TEXTUAL, Item, Scope, is_single
from goldenhour.interop.nemsis.rules.compiled.forms import MILLION
from goldenhour.interop.nemsis.rules.xpath import Binary, Castable, Expression, Unsupported

if TYPE_CHECKING:
    from goldenhour.interop.nemsis.rules.compiled.asserts.translate import Translator

_RELATIONS = {
    "=": ops.EQUAL, "!=": ops.UNEQUAL, "<": ops.LESS, "<=": ops.LESS_OR_EQUAL, ">": ops.GREATER,
    ">=": ops.GREATER_OR_EQUAL,
}  # fmt: skip
_VALUE_RELATIONS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def is_comparison(operator: str) -> bool:
    """Whether it is one of = != < <= > >= eq ne lt le gt ge."""
    return operator in _RELATIONS or operator in _VALUE_RELATIONS


def compare(t: "Translator", comparison: Binary, scope: Scope, *, yes: Label) -> None:
    """Go on at `yes` if any pair of values compares so, else with the next instruction."""
    operator, left, right = comparison.operator, comparison.left, comparison.right
    if operator in _VALUE_RELATIONS:
        if not (is_single(left, scope) and is_single(right, scope)):
            raise Unsupported(f"the operator {operator} is left to Saxon here")
        operator = _VALUE_RELATIONS[operator]
    kinds = {"string" if (kind := t.kind(side, scope)) in TEXTUAL else kind for side in (left, right)}
    if len(kinds) > 1 or not kinds <= {"string", "number", "time"}:
        raise Unsupported(f"comparing {sorted(kinds)} is left to Saxon")
    if kinds != {"string"}:
        _pairs(t, left, right, scope, lambda a, b: (ops.COMPARE, a, _RELATIONS[operator], b), yes=yes)
        return
    if operator not in ("=", "!="):
        raise Unsupported("the order of strings is left to Saxon")
    constants = t.constants_of(right, scope)
    if constants is None:
        left, right, constants = right, left, t.constants_of(left, scope)
    if constants is not None:
        found = constants
        t.atoms(right if left is comparison.right else left, scope,
                   lambda item: _against(t, item.register, operator, found, yes=yes))  # fmt: skip
        return
    _pairs(t, left, right, scope, lambda a, b: (ops.SAME, a, b), yes=yes, negated=operator == "!=")


def _pairs(
    t: "Translator", left: Expression, right: Expression, scope: Scope, test: Callable[[int, int], tuple[int, ...]],
    *, yes: Label, negated: bool = False,
) -> None:  # fmt: skip
    def compare(a: Item, b: Item) -> None:
        differs = t.code.label()
        t.code.emit(*test(a.register, b.register), otherwise=yes if negated else differs)
        if not negated:
            t.code.jump(yes)
        t.code.here(differs)

    t.atoms(left, scope, lambda a: t.atoms(right, scope, lambda b: compare(a, b)))


def _against(t: "Translator", register: int, operator: str, constants: tuple[str, ...], *, yes: Label) -> None:
    """Compare a string with constants."""
    words = sorted({t.constants.vocabulary.number(text) for text in constants})
    if operator == "!=":
        if len(words) == 1:
            t.code.emit(ops.IS, register, words[0], otherwise=yes)
        elif words:
            t.code.jump(yes)
        return
    differs = t.code.label()
    if len(words) == 1:
        t.code.emit(ops.IS, register, words[0], otherwise=differs)
    else:
        t.code.emit(ops.AMONG, register, t.constants.one_of(constants), otherwise=differs)
    t.code.jump(yes)
    t.code.here(differs)


def castable(t: "Translator", expression: Castable, scope: Scope, *, yes: Label, no: Label) -> None:
    """`operand castable as type`: go on at `yes` or at `no`. Raises Unsupported."""
    operand, name = expression.operand, expression.type
    operation = {"xs:integer": ops.IS_INTEGER, "xs:decimal": ops.IS_DECIMAL}.get(name)
    if operation is None or t.kind(operand, scope) not in TEXTUAL:
        raise Unsupported(f"such a castable as {name} is left to Saxon")
    register, seen = t.code.string(), t.constant(0)

    def keep(item: Item) -> None:
        t.code.emit(ops.COMPARE, seen, ops.EQUAL, t.constant(0), otherwise=no)
        t.code.emit(ops.COUNT, seen)
        t.code.emit(ops.COPY, item.register, register)

    t.atoms(operand, scope, keep)
    t.code.emit(ops.COMPARE, seen, ops.EQUAL, t.constant(MILLION), otherwise=no)
    t.code.emit(operation, register, otherwise=no)
    t.code.jump(yes)
