"""Write one XPath expression as instructions.

An expression is written in one of three ways: as a search (`each`: what the caller writes, for every item), as a search
for atomic values (`atoms`), or as a test with two ways out (`truth`). A variable stands for its expression.
"""

from collections.abc import Callable
from dataclasses import replace

from goldenhour.interop.nemsis.rules.compiled.asserts import comparisons, functions, ops
from goldenhour.interop.nemsis.rules.compiled.asserts.assembler import Assembler, Label
from goldenhour.interop.nemsis.rules.compiled.asserts.names import Names
from goldenhour.interop.nemsis.rules.compiled.asserts.scope import (
    FIRST_ONE,
    TEXTUAL,
    THE_DOCUMENT,
    Item,
    Kind,
    Scope,
    is_single,
)
from goldenhour.interop.nemsis.rules.compiled.forms import MILLION
from goldenhour.interop.nemsis.rules.compiled.tables import Constants
from goldenhour.interop.nemsis.rules.compiled.words import EMPTY
from goldenhour.interop.nemsis.rules.xpath import (
    Binary,
    Call,
    Castable,
    Choice,
    Expression,
    Filter,
    Literal,
    Path,
    Quantified,
    Sequence,
    Step,
    Unsupported,
    Variable,
)

Body = Callable[[Item], None]
_AXES = {
    "child": ops.CHILD, "descendant": ops.DESCENDANT, "descendant-or-self": ops.DESCENDANT_OR_SELF, "self": ops.SELF,
    "parent": ops.PARENT_ELEMENT, "ancestor": ops.ANCESTOR, "ancestor-or-self": ops.ANCESTOR_OR_SELF,
    "preceding-sibling": ops.PRECEDING_SIBLING, "following-sibling": ops.FOLLOWING_SIBLING,
    "preceding": ops.PRECEDING, "following": ops.FOLLOWING,
}  # fmt: skip


class Translator:
    """Translates the expressions of one rule file; calls are left to `functions`."""

    def __init__(self, code: Assembler, names: Names, constants: Constants) -> None:
        self.code = code
        self.names = names
        self.constants = constants

    def truth(self, expression: Expression, scope: Scope, *, yes: Label, no: Label) -> None:
        """Go on at `yes` or at `no` by the effective boolean value. Raises Unsupported."""
        match expression:
            case Variable(name) if name in scope.lets:
                self.truth(*scope.let(name), yes=yes, no=no)
            case Binary("and" | "or" as operator, left, right):
                more = self.code.label()
                self.truth(left, scope, yes=more if operator == "and" else yes, no=no if operator == "and" else more)
                self.code.here(more)
                self.truth(right, scope, yes=yes, no=no)
            case Binary(operator) if comparisons.is_comparison(operator):
                comparisons.compare(self, expression, scope, yes=yes)
                self.code.jump(no)
            case Choice(condition, then, otherwise):
                first, second = self.code.label(), self.code.label()
                self.truth(condition, scope, yes=first, no=second)
                self.code.here(first)
                self.truth(then, scope, yes=yes, no=no)
                self.code.here(second)
                self.truth(otherwise, scope, yes=yes, no=no)
            case Quantified():
                self._quantified(expression, scope, yes=yes, no=no)
            case Castable():
                comparisons.castable(self, expression, scope, yes=yes, no=no)
            case Call(name) if functions.kind(name) == "boolean":
                functions.test(self, expression, scope, yes=yes, no=no)
            case _:
                self._existence(expression, scope, yes=yes, no=no)

    def each(self, expression: Expression, scope: Scope, body: Body) -> None:
        """What `body` writes, for every item of the value. Raises Unsupported."""
        match expression:
            case Literal(str() as value):
                register = self.code.string()
                self.code.emit(ops.CONSTANT, self.constants.vocabulary.number(value), register)
                body(Item(kind="string", register=register))
            case Literal(value):
                body(Item(kind="number", register=self.constant(int(value * MILLION))))
            case Variable(name) if name in scope.items:
                body(scope.items[name])
            case Variable(name) if name in scope.lets:
                self.each(*scope.let(name), body)
            case Sequence(items):
                for item in items:
                    self.each(item, scope, body)
            case Binary("|" | "union", left, right):
                if self.kind(left, scope) != "element" or self.kind(right, scope) != "element":
                    raise Unsupported("a union of anything but elements is left to Saxon")
                self.each(left, scope, body)
                self.each(right, scope, body)
            case Binary("+", left, right):
                functions.later(self, left, right, scope, body)
            case Call():
                functions.value(self, expression, scope, body)
            case Path():
                self._path(expression, scope, body)
            case Step() | Filter():
                self._path(Path(False, (expression,), (False,)), scope, body)
            case _:
                raise Unsupported(f"{expression} is left to Saxon")

    def atoms(self, expression: Expression, scope: Scope, body: Body) -> None:
        """What `body` writes, for every item of the atomised value: strings, numbers or times."""

        def atom(item: Item) -> None:
            if item.kind == "element":
                register = self.code.string()
                self.code.emit(ops.TEXT, item.register, register)
                item = Item(kind="string", register=register)
            elif item.kind == "attribute":
                item = replace(item, kind="string")
            body(item)

        self.each(expression, scope, atom)

    def scalar(self, expression: Expression, scope: Scope) -> int:
        """The register of the one string that the value is; the empty string for none; unsure for more."""
        if expression == Step("self", "node()"):
            found: list[Item] = []
            self.atoms(expression, scope, found.append)
            return found[0].register
        register = self.code.string()
        self.code.emit(ops.CONSTANT, EMPTY, register)
        self._at_most_one(expression, scope, register)
        return register

    def optional(self, expression: Expression, scope: Scope, body: Body) -> None:
        """What `body` writes, for the one string that the value is; nothing for none; unsure for more."""
        if self.kind(expression, scope) in TEXTUAL and is_single(expression, scope):
            self.atoms(expression, scope, body)
            return
        register, done = self.code.string(), self.code.label()
        seen = self._at_most_one(expression, scope, register)
        self.code.emit(ops.COMPARE, seen, ops.EQUAL, self.constant(MILLION), otherwise=done)
        body(Item(kind="string", register=register))
        self.code.here(done)

    def constant(self, value: int) -> int:
        """A register with that number."""
        register = self.code.number()
        self.code.emit(ops.SET, register, self.constants.number(value))
        return register

    def once(self, seen: int) -> None:
        """Unsure if this is come by a second time; `seen` counts."""
        first, again = self.code.label(), self.code.label()
        self.code.emit(ops.COMPARE, seen, ops.EQUAL, self.constant(0), otherwise=again)
        self.code.jump(first)
        self.code.here(again)
        self.code.emit(ops.UNSURE)
        self.code.here(first)
        self.code.emit(ops.COUNT, seen)

    def kind(self, expression: Expression, scope: Scope) -> Kind:
        """What the items of the value are ("string" for a mixture of strings and nodes). Raises Unsupported."""
        match expression:
            case Literal(value):
                return "string" if isinstance(value, str) else "number"
            case Variable(name) if name in scope.items:
                return scope.items[name].kind
            case Variable(name) if name in scope.lets:
                return self.kind(*scope.let(name))
            case Sequence(items):
                kinds = {self.kind(item, scope) for item in items}
                if len(kinds) <= 1:
                    return kinds.pop() if kinds else "element"
                if kinds <= {*TEXTUAL}:
                    return "string"
            case Binary("|" | "union"):
                return "element"
            case Binary("+"):
                return "time"
            case Binary() | Castable() | Quantified() | Choice():
                return "boolean"
            case Call(name, _):
                return functions.kind(name)
            case Step(axis, _, _):
                return "attribute" if axis == "attribute" else "element"
            case Path(_, parts, _) if parts:
                return self.kind(parts[-1], scope)
            case Filter(source, _):
                return self.kind(source, scope)
        raise Unsupported(f"{expression} is left to Saxon")

    def step(self, step: Step, origin: int, scope: Scope, body: Callable[[int], None], *, deep: bool = False) -> None:
        """What `body` writes, for the register of every element that the step comes to from `origin`."""
        code, done, following = self.code, self.code.label(), self.code.label()
        if step.test == "node()":
            if deep or step.axis not in ("self", "parent"):
                raise Unsupported(f"{step.axis}::node() is left to Saxon")
            register = origin
            if step.axis == "parent":
                register = code.element()
                code.emit(ops.PARENT, origin, register)
            self._predicates(step.predicates, register, scope, following, {})
            body(register)
            code.here(following)
            return
        if step.axis not in _AXES or (deep and (step.axis != "child" or _has_position(step.predicates))):
            raise Unsupported(f"such a step on the axis {step.axis} is left to Saxon")
        axis, name = ops.DESCENDANT if deep else _AXES[step.axis], self.names.element(step.test)
        register, top = code.element(), code.label()
        predicates = step.predicates
        if predicates[-1:] == FIRST_ONE:  # no need to count: the first that comes so far is it
            predicates = predicates[:-1]
        counters = {place: self.constant(0) for place, p in enumerate(predicates) if _is_position(p)}
        code.emit(ops.FIRST, axis, origin, name, register, otherwise=done)
        code.here(top)
        self._predicates(predicates, register, scope, following, counters)
        body(register)
        if _has_position(step.predicates[-1:]):
            code.jump(done)
        code.here(following)
        code.emit(ops.ANOTHER, axis, origin, name, register, otherwise=done)
        code.jump(top)
        code.here(done)

    def _predicates(
        self, predicates: tuple[Expression, ...], node: int, scope: Scope, fails: Label, counters: dict[int, int]
    ) -> None:
        for place, predicate in enumerate(predicates):
            if isinstance(predicate, Literal) and isinstance(predicate.value, int) and place in counters:
                self.code.emit(ops.COUNT, counters[place])
                wanted = self.constant(predicate.value * MILLION)
                self.code.emit(ops.COMPARE, counters[place], ops.EQUAL, wanted, otherwise=fails)
                continue
            if self.kind(predicate, scope) == "number":
                raise Unsupported("such a position is left to Saxon")
            passes = self.code.label()
            self.truth(predicate, scope.at(node), yes=passes, no=fails)
            self.code.here(passes)

    def _path(self, path: Path, scope: Scope, body: Body) -> None:
        if not path.parts:
            raise Unsupported("the document node is left to Saxon")

        def on(place: int, node: int | None) -> None:
            part, deep, is_last = path.parts[place], path.deep[place], place == len(path.parts) - 1
            if not isinstance(part, Step):
                if deep or (path.root and place == 0):
                    raise Unsupported("an expression below // is left to Saxon")
                inner = scope if node is None else scope.at(node)
                self._expression(part, inner, body if is_last else lambda item: on(place + 1, _element(item)))
                return
            if node is None:
                raise Unsupported("a path from nowhere is left to Saxon")
            if part.axis == "attribute":
                if not is_last or part.predicates or deep:
                    raise Unsupported("such an attribute step is left to Saxon")
                self._attribute(part, node, body)
                return

            def found(register: int) -> None:
                if is_last:
                    body(Item(kind="element", register=register))
                else:
                    on(place + 1, register)

            self.step(part, node, scope, found, deep=deep)

        on(0, THE_DOCUMENT if path.root else scope.node)

    def _expression(self, part: Expression, scope: Scope, body: Body) -> None:
        """A part of a path that is no step, perhaps with predicates."""
        if not isinstance(part, Filter):
            self.each(part, scope, body)
            return
        if _has_position(part.predicates):
            raise Unsupported("a position in a sequence is left to Saxon")

        def passing(item: Item) -> None:
            fails = self.code.label()
            self._predicates(part.predicates, _element(item), scope, fails, {})
            body(item)
            self.code.here(fails)

        self.each(part.source, scope, passing)

    def _attribute(self, step: Step, node: int, body: Body) -> None:
        register, absent = self.code.string(), self.code.label()
        self.code.emit(ops.ATTRIBUTE, node, self.names.attribute(step.test), register, otherwise=absent)
        body(Item(kind="attribute", register=register))
        self.code.here(absent)

    def _at_most_one(self, expression: Expression, scope: Scope, register: int) -> int:
        """Put the one string of the value into the register; gives the register of how many there are."""
        if self.kind(expression, scope) not in TEXTUAL:
            raise Unsupported(f"a function of text applied to {expression} is left to Saxon")
        seen, only_one = self.constant(0), is_single(expression, scope)

        def keep(item: Item) -> None:
            if only_one:
                self.code.emit(ops.COUNT, seen)
            else:
                self.once(seen)
            self.code.emit(ops.COPY, item.register, register)

        self.atoms(expression, scope, keep)
        return seen

    def _existence(self, expression: Expression, scope: Scope, *, yes: Label, no: Label) -> None:
        kind = self.kind(expression, scope)
        if kind in ("element", "attribute"):
            self.each(expression, scope, lambda item: self.code.jump(yes))
        elif kind == "string" and isinstance(expression, Call | Literal | Variable):
            self.code.emit(ops.IS, self.scalar(expression, scope), EMPTY, otherwise=yes)
        elif kind == "number" and isinstance(expression, Call | Literal):
            zero = self.constant(0)
            self.each(
                expression,
                scope,
                lambda item: self.code.emit(ops.COMPARE, item.register, ops.EQUAL, zero, otherwise=yes),
            )
        else:
            raise Unsupported(f"{expression} as a condition is left to Saxon")
        self.code.jump(no)

    def _quantified(self, expression: Quantified, scope: Scope, *, yes: Label, no: Label) -> None:
        def satisfied(item: Item) -> None:
            bound = replace(item, kind="string") if item.kind == "attribute" else item
            visible = scope.without(expression.variable)
            inner = replace(visible, items={**visible.items, expression.variable: bound})
            following = self.code.label()
            self.truth(
                expression.condition, inner,
                yes=following if expression.every else yes, no=no if expression.every else following,
            )  # fmt: skip
            self.code.here(following)

        if self.kind(expression.source, scope) not in TEXTUAL:
            raise Unsupported("such a quantifier is left to Saxon")
        self.each(expression.source, scope, satisfied)
        self.code.jump(yes if expression.every else no)

    def constants_of(self, expression: Expression, scope: Scope) -> tuple[str, ...] | None:
        """The strings of a value that does not depend on the document; None for any other."""
        match expression:
            case Literal(str() as value):
                return (value,)
            case Variable(name) if name in scope.lets and name not in scope.items:
                return self.constants_of(*scope.let(name))
            case Sequence(items):
                found = [self.constants_of(item, scope) for item in items]
                return None if None in found else tuple(text for texts in found for text in texts or ())
        return None


def _element(item: Item) -> int:
    if item.kind != "element":
        raise Unsupported(f"a path from a {item.kind} is left to Saxon")
    return item.register


def _is_position(predicate: Expression) -> bool:
    return isinstance(predicate, Literal) and isinstance(predicate.value, int)


def _has_position(predicates: tuple[Expression, ...]) -> bool:
    return any(_is_position(predicate) for predicate in predicates)
