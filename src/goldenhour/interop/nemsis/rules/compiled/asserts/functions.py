"""The functions of XPath that rules use, as instructions."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from goldenhour.interop.nemsis.rules.compiled import patterns
from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.asserts.assembler import Label
from goldenhour.interop.nemsis.rules.compiled.asserts.scope import THE_NODE, Item, Kind, Scope, is_single
from goldenhour.interop.nemsis.rules.compiled.forms import MILLION
from goldenhour.interop.nemsis.rules.compiled.words import EMPTY
from goldenhour.interop.nemsis.rules.xpath import Call, Expression, Literal, Step, Unsupported

if TYPE_CHECKING:
    from goldenhour.interop.nemsis.rules.compiled.asserts.translate import Translator

_KINDS: dict[str, Kind] = {
    "current": "element", "count": "number", "string-length": "number", "xs:decimal": "number", "xs:dateTime": "time",
    "current-dateTime": "time", "true": "boolean", "false": "boolean", "not": "boolean", "boolean": "boolean",
    "exists": "boolean", "empty": "boolean", "starts-with": "boolean", "ends-with": "boolean", "contains": "boolean",
    "matches": "boolean", "string": "string", "xs:string": "string", "normalize-space": "string",
    "upper-case": "string", "lower-case": "string", "substring": "string", "concat": "string", "local-name": "string",
    "xs:dayTimeDuration": "duration",
}  # fmt: skip
_TESTS = {"starts-with": ops.STARTS, "ends-with": ops.ENDS, "contains": ops.CONTAINS}
_MADE = {"normalize-space": ops.NORMAL, "upper-case": ops.UPPER, "lower-case": ops.LOWER}
_READ = {"xs:dateTime": (ops.MOMENT, "time"), "xs:decimal": (ops.DECIMAL, "number")}
_SELF = Step("self", "node()")
_DAY_TIME = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)

Body = Callable[[Item], None]


def kind(name: str) -> Kind:
    """What a function gives. Raises Unsupported."""
    if name not in _KINDS:
        raise Unsupported(f"the function {name} is left to Saxon")
    return _KINDS[name]


def test(t: "Translator", call: Call, scope: Scope, *, yes: Label, no: Label) -> None:
    """A function that is true or false: go on at `yes` or at `no`."""
    match call.name, call.arguments:
        case (("true" | "false"), ()):
            t.code.jump(yes if call.name == "true" else no)
        case (("not" | "boolean"), (argument,)):
            t.truth(argument, scope, yes=no if call.name == "not" else yes, no=yes if call.name == "not" else no)
        case (("exists" | "empty"), (argument,)) if t.kind(argument, scope) != "boolean":
            t.each(argument, scope, lambda item: t.code.jump(yes if call.name == "exists" else no))
            t.code.jump(no if call.name == "exists" else yes)
        case (("starts-with" | "ends-with" | "contains"), (text, part)):
            t.code.emit(_TESTS[call.name], t.scalar(text, scope), t.scalar(part, scope), otherwise=no)
            t.code.jump(yes)
        case "matches", (text, Literal(str() as pattern)):
            automaton = t.constants.automaton(f"somewhere {pattern}", patterns.searching(pattern))
            t.code.emit(ops.MATCHES, t.scalar(text, scope), automaton, otherwise=no)
            t.code.jump(yes)
        case _:
            raise Unsupported(f"{call.name} with such arguments is left to Saxon")


def value(t: "Translator", call: Call, scope: Scope, body: Body) -> None:
    """A function that gives a value: what `body` writes, for that."""
    match call.name, call.arguments:
        case "current", ():
            body(Item(kind="element", register=THE_NODE))
        case "count", (argument,):
            body(Item(kind="number", register=_count(t, argument, scope)))
        case "current-dateTime", ():
            register = t.code.number()
            t.code.emit(ops.NOW, register)
            body(Item(kind="time", register=register))
        case (("xs:dateTime" | "xs:decimal"), (argument,)):
            t.optional(argument, scope, lambda item: body(_read(t, call.name, item)))
        case "xs:string", (argument,):
            t.optional(argument, scope, body)
        case "string-length", ((_,) | ()):
            register = t.code.number()
            t.code.emit(ops.LENGTH, _text(t, call, scope), register)
            body(Item(kind="number", register=register))
        case "local-name", ((_,) | ()):
            body(Item(kind="string", register=_local_name(t, call.arguments[0] if call.arguments else _SELF, scope)))
        case "string", ((_,) | ()):
            body(Item(kind="string", register=_text(t, call, scope)))
        case (("normalize-space" | "upper-case" | "lower-case"), ((_,) | ())):
            body(_made(t, _MADE[call.name], _text(t, call, scope)))
        case "substring", (text, Literal(int() as start)):
            body(_made(t, ops.SUBSTRING, t.scalar(text, scope), start, -1))
        case "substring", (text, Literal(int() as start), Literal(int() as length)):
            body(_made(t, ops.SUBSTRING, t.scalar(text, scope), start, length))
        case "concat", (first, *others) if others:
            register = t.scalar(first, scope)
            for other in others:
                longer = t.code.string()
                t.code.emit(ops.JOIN, register, t.scalar(other, scope), longer)
                register = longer
            body(Item(kind="string", register=register))
        case _:
            raise Unsupported(f"{call.name} with such arguments is left to Saxon")


def later(t: "Translator", left: Expression, right: Expression, scope: Scope, body: Body) -> None:
    """A time and a constant duration."""
    if not isinstance(right, Call) or right.name != "xs:dayTimeDuration" or t.kind(left, scope) != "time":
        raise Unsupported("such a sum is left to Saxon")
    constants = t.constants_of(right.arguments[0], scope) if len(right.arguments) == 1 else None
    found = _DAY_TIME.fullmatch(constants[0]) if constants and len(constants) == 1 else None
    if found is None or not any(found.groups()):
        raise Unsupported("such a duration is left to Saxon")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    duration = t.constant((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * MILLION)

    def add(item: Item) -> None:
        register = t.code.number()
        t.code.emit(ops.ADD, item.register, duration, register)
        body(Item(kind="time", register=register))

    t.each(left, scope, add)


def _text(t: "Translator", call: Call, scope: Scope) -> int:
    return t.scalar(call.arguments[0] if call.arguments else _SELF, scope)


def _made(t: "Translator", operation: int, source: int, *numbers: int) -> Item:
    register = t.code.string()
    t.code.emit(operation, source, register, *numbers)
    return Item(kind="string", register=register)


def _read(t: "Translator", name: str, item: Item) -> Item:
    operation, kind_read = _READ[name]
    register = t.code.number()
    t.code.emit(operation, item.register, register)
    return Item(kind="time" if kind_read == "time" else "number", register=register)


def _local_name(t: "Translator", argument: Expression, scope: Scope) -> int:
    if t.kind(argument, scope) != "element":
        raise Unsupported("local-name of anything but an element is left to Saxon")
    register, seen = t.code.string(), None if is_single(argument, scope) else t.constant(0)
    t.code.emit(ops.CONSTANT, EMPTY, register)

    def name(item: Item) -> None:
        if seen is not None:
            t.once(seen)
        t.code.emit(ops.LOCAL_NAME, item.register, register)

    t.each(argument, scope, name)
    return register


def _count(t: "Translator", argument: Expression, scope: Scope) -> int:
    kind_counted = t.kind(argument, scope)
    if kind_counted not in ("element", "string") or scope.counting:
        raise Unsupported(f"such a count of {kind_counted} is left to Saxon")
    register, mark = t.constant(0), t.code.number()
    t.code.emit(ops.NEW_MARK, mark)

    def add(item: Item) -> None:
        counted = t.code.label()
        if item.kind == "element":
            t.code.emit(ops.MARK, item.register, mark, otherwise=counted)
        t.code.emit(ops.COUNT, register)
        t.code.here(counted)

    t.each(argument, replace(scope, counting=True), add)
    return register
