"""Write one XPath expression as a Python expression over lxml elements.

Names in generated code: `n` the node of the rule (XPath's current()), `m` the memo of one document, `now` the
current time in microseconds, `root` the document's element; every path step gets a variable of its own.
"""

from dataclasses import replace

from goldenhour.interop.nemsis.rules.native.codes import Code, Scope, boolean, each, element
from goldenhour.interop.nemsis.rules.native.functions import translate_call
from goldenhour.interop.nemsis.rules.native.lookups import Lookups
from goldenhour.interop.nemsis.rules.native.xpath import (
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

_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_VALUE_COMPARISONS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class Translator:
    """Translates the expressions of one rule set; constants and shared lookups collect in `preamble`."""

    def __init__(self, namespaces: dict[str, str]) -> None:
        self._namespaces = namespaces
        self._names = 0
        self._constants: dict[str, str] = {}
        self._lookups = Lookups(self.tag)

    @property
    def preamble(self) -> list[str]:
        """The source of the constants and shared functions that the expressions use."""
        return [*(f"{name} = {source}" for source, name in self._constants.items()), *self._lookups.functions]

    def truth(self, expression: Expression, scope: Scope) -> str:
        """The effective boolean value as a Python expression."""
        code = self.value(expression, scope)
        if code.kind == "boolean":
            return code.text
        if code.optional is not None and code.kind == "attributes":
            return f"({code.optional} is not None)"
        if code.kind in ("elements", "attributes"):
            return f"bool({code.text})"
        if code.one is not None:
            return f"bool({code.one})"
        return f"truth({code.text})"

    def value(self, expression: Expression, scope: Scope) -> Code:
        """The value, with its kind. Raises Unsupported."""
        match expression:
            case Literal(str() as value):
                return Code(kind="strings", text=f"({value!r},)", one=repr(value), literals=(value,))
            case Literal(value):
                return Code(kind="numbers", text=f"({value!r},)", one=repr(value))
            case Variable(name):
                if name not in scope.variables:
                    raise Unsupported(f"the variable ${name} is left to Saxon")
                return scope.variables[name]
            case Sequence(items):
                return self._sequence(items, scope)
            case Binary():
                return self._binary(expression, scope)
            case Castable(operand, name):
                return self._castable(operand, name, scope)
            case Quantified():
                return self._quantified(expression, scope)
            case Choice(condition, then, otherwise):
                a, b = self.truth(then, scope), self.truth(otherwise, scope)
                return boolean(f"({a} if {self.truth(condition, scope)} else {b})")
            case Call(name, arguments):
                return self._call(name, arguments, scope)
            case Step() | Filter():
                return self._path(Path(False, (expression,), (False,)), scope)
            case Path():
                return self._path(expression, scope)
        raise Unsupported(f"{expression} is left to Saxon")

    def strings(self, expression: Expression, scope: Scope) -> Code:
        """The atomised value: strings stay, nodes become their text."""
        shared = self._lookups.shared(expression, scope) if isinstance(expression, Path) else None
        return shared or self._atoms(self.value(expression, scope))

    def tag(self, test: str) -> str | None:
        """The name test as lxml has it; None for any element. Raises Unsupported for unknown prefixes."""
        if test == "*":
            return None
        prefix, _, name = test.rpartition(":")
        if prefix == "*":
            return "{*}" + name
        if not prefix:
            return name
        if prefix not in self._namespaces or name == "*":
            raise Unsupported(f"the name {test} is left to Saxon")
        return f"{{{self._namespaces[prefix]}}}{name}"

    def attribute(self, test: str) -> str:
        """The attribute name as lxml has it."""
        if "*" in test:
            raise Unsupported("attribute wildcards are left to Saxon")
        return str(self.tag(test))

    def constant(self, source: str) -> str:
        """The name of a module-level constant with that source."""
        if source not in self._constants:
            self._constants[source] = f"K{len(self._constants)}"
        return self._constants[source]

    def new_name(self) -> str:
        """A Python name not used before."""
        self._names += 1
        return f"x{self._names}"

    def _atoms(self, code: Code) -> Code:
        if code.kind == "elements":
            if code.node is not None:
                one = f"text({code.node})"
                return Code(kind="strings", text=f"({one},)", one=one)
            return Code(kind="strings", text=f"texts({code.text})")
        if code.kind == "attributes":
            return replace(code, kind="strings")
        return code

    def _sequence(self, items: tuple[Expression, ...], scope: Scope) -> Code:
        parts = [self.value(item, scope) for item in items]
        if not parts:
            return Code(kind="strings", text="()", literals=())
        kinds = {part.kind for part in parts}
        if kinds == {"strings"} and all(part.literals is not None for part in parts):
            literals = tuple(value for part in parts for value in part.literals or ())
            return Code(kind="strings", text=repr(literals), literals=literals)
        if kinds != {"elements"}:
            parts = [self._atoms(part) for part in parts]
            kinds = {part.kind for part in parts}
        if len(kinds) > 1 or kinds == {"boolean"}:
            raise Unsupported("a sequence of mixed types is left to Saxon")
        items_text = ", ".join(part.one or f"*{part.text}" for part in parts)
        return Code(kind=parts[0].kind, text=f"({items_text},)")

    def _binary(self, expression: Binary, scope: Scope) -> Code:
        operator = expression.operator
        if operator in ("and", "or"):
            return boolean(f"({self.truth(expression.left, scope)} {operator} {self.truth(expression.right, scope)})")
        if operator in ("|", "union"):
            return self._sequence((expression.left, expression.right), scope)
        left, right = self.strings(expression.left, scope), self.strings(expression.right, scope)
        if operator == "+" and left.kind == "times" and right.kind == "durations":
            return Code(kind="times", text=f"total({left.text}, {right.text})")
        if operator in _FLIPPED:
            return self._compare(left, operator, right)
        if operator in _VALUE_COMPARISONS and left.one is not None and right.one is not None:
            return self._compare(left, _VALUE_COMPARISONS[operator], right)
        raise Unsupported(f"the operator {operator} is left to Saxon here")

    def _compare(self, left: Code, operator: str, right: Code) -> Code:
        if left.kind != right.kind or left.kind in ("boolean", "durations"):
            raise Unsupported(f"comparing {left.kind} with {right.kind} is left to Saxon")
        if left.literals is not None and right.literals is None:
            left, operator, right = right, _FLIPPED[operator], left
        if left.kind == "strings" and right.literals is not None and operator in ("=", "!="):
            return boolean(self._compare_with_constants(left, operator, right.literals))
        python = "==" if operator == "=" else operator
        if left.one is not None and right.one is not None:
            return boolean(f"({left.one} {python} {right.one})")
        if operator == "=" and left.one is not None:
            return boolean(f"({left.one} in {right.text})")
        if operator == "=" and right.one is not None:
            return boolean(f"({right.one} in {left.text})")
        if left.kind == "times" and left.one is not None:
            moment = self.new_name()
            return boolean(f"(bool({moment} := {right.text}) and {left.one} {python} {moment}[0])")
        return boolean(f"any_pair({left.text}, {operator!r}, {right.text})")

    def _compare_with_constants(self, left: Code, operator: str, constants: tuple[str, ...]) -> str:
        if operator == "!=" and len(constants) != 1:
            return f"any_pair({left.text}, '!=', {constants!r})"
        if operator == "!=":
            if left.one is not None:
                return f"({left.one} != {constants[0]!r})"
            if left.optional is not None:
                return f"({left.optional} not in (None, {constants[0]!r}))"
            return f"any_differs({left.text}, {constants[0]!r})"
        chosen = self.constant(f"frozenset({sorted(set(constants))!r})") if len(constants) > 1 else ""
        scalar = left.one or left.optional
        if scalar is not None:
            return f"({scalar} in {chosen})" if chosen else f"({scalar} == {''.join(constants)!r})"
        if chosen:
            return f"(not {chosen}.isdisjoint({left.text}))"
        return f"({constants[0]!r} in {left.text})" if constants else "False"

    def _castable(self, operand: Expression, name: str, scope: Scope) -> Code:
        if name not in ("xs:integer", "xs:decimal"):
            raise Unsupported(f"castable as {name} is left to Saxon")
        code = self.strings(operand, scope)
        if code.kind != "strings":
            raise Unsupported("castable on typed values is left to Saxon")
        return boolean(f"castable({code.text}, {name.removeprefix('xs:')!r})")

    def _quantified(self, expression: Quantified, scope: Scope) -> Code:
        source = self.value(expression.source, scope)
        name = self.new_name()
        if source.kind == "elements":
            variable = Code(kind="elements", text=f"({name},)", node=name)
        elif source.kind in ("strings", "attributes"):
            variable = Code(kind="strings", text=f"({name},)", one=name)
        else:
            raise Unsupported(f"quantifying over {source.kind} is left to Saxon")
        inner = replace(scope, variables={**scope.variables, expression.variable: variable})
        condition = self.truth(expression.condition, inner)
        word = "all" if expression.every else "any"
        return boolean(f"{word}({condition} for {name} in {each(source)})")

    def _call(self, name: str, arguments: tuple[Expression, ...], scope: Scope) -> Code:
        if name == "current" and not arguments:
            return Code(kind="elements", text="(n,)", node="n")
        if name in ("true", "false") and not arguments:
            return boolean(name.capitalize())
        if name in ("not", "boolean") and len(arguments) == 1:
            return boolean(f"({'not ' if name == 'not' else ''}{self.truth(arguments[0], scope)})")
        if name in ("exists", "empty", "count") and len(arguments) == 1:
            return self._cardinality(name, self.value(arguments[0], scope))
        if name == "current-dateTime" and not arguments:
            return Code(kind="times", text="(now,)", one="now")
        if name == "local-name" and len(arguments) <= 1:
            return self._local_name(self.value(arguments[0], scope) if arguments else element(scope.node))
        codes = [self.strings(argument, scope) for argument in arguments]
        return translate_call(name, codes or [self._atoms(element(scope.node))], self.constant)

    def _cardinality(self, name: str, code: Code) -> Code:
        if code.kind == "boolean":
            raise Unsupported("counting booleans is left to Saxon")
        if name == "count":
            counted = f"set({code.text})" if code.kind == "elements" else code.text
            one = f"len({counted})"
            return Code(kind="numbers", text=f"({one},)", one=one)
        return boolean(f"({'not ' if name == 'empty' else ''}bool({code.text}))")

    def _local_name(self, code: Code) -> Code:
        if code.kind != "elements":
            raise Unsupported("local-name of anything but an element is left to Saxon")
        one = f"one([local[e.tag] for e in {code.text}])"
        if code.node is not None:
            one = f"local[{code.node}.tag]"
        elif code.maybe is not None:
            one = f"name_or_none({code.maybe})"
        return Code(kind="strings", text=f"({one},)", one=one)

    def _path(self, path: Path, scope: Scope) -> Code:
        if path.root and not path.parts:
            raise Unsupported("the document node is left to Saxon")
        node: str | None = scope.node
        loops: list[str] = []
        code = Code(kind="elements", text=f"({scope.node},)", node=scope.node)
        for place, (part, deep) in enumerate(zip(path.parts, path.deep, strict=True)):
            if code.kind != "elements":
                raise Unsupported("a step below something that is no element is left to Saxon")
            at_root = path.root and place == 0
            code = self._part(part, deep=deep, at_root=at_root, scope=replace(scope, node=str(node)))
            if code.node is not None and not loops:
                node = code.node
                continue
            variable = self.new_name()
            if code.kind == "boolean":
                raise Unsupported("a yes or no inside a path is left to Saxon")
            loops.append(f"for {variable} in {each(code)}")
            node = variable
        if not loops:
            return code
        if len(loops) == 1:
            return code
        found = f"{node} {' '.join(loops)}"
        return Code(kind=code.kind, text=f"[{found}]", lazy=f"({found})")

    def _part(self, part: Step | Expression, *, deep: bool, at_root: bool, scope: Scope) -> Code:
        """One part of a path, seen from `scope.node`."""
        if isinstance(part, Filter):
            filtered = self.value(part.source, scope)
            if filtered.kind != "elements":
                raise Unsupported("filtering values is left to Saxon")
            return self._selected(filtered.text, part.predicates, scope, positional=not deep)
        if not isinstance(part, Step):
            if deep or at_root:
                raise Unsupported("an expression below // is left to Saxon")
            return self.value(part, scope)
        if part.axis == "attribute":
            return self._attribute(part, deep=deep, at_root=at_root, scope=scope)
        if part.axis == "self" and part.test == "node()" and not part.predicates and not deep and not at_root:
            return element(scope.node)
        source = self._axis(part, deep=deep, at_root=at_root, node=scope.node)
        return self._selected(source, part.predicates, scope, positional=not deep)

    def _selected(self, source: str, predicates: tuple[Expression, ...], scope: Scope, *, positional: bool) -> Code:
        if not positional and any(isinstance(predicate, Literal) for predicate in predicates):
            raise Unsupported("a position below // is left to Saxon")
        elements = self.filtered(source, predicates, scope)
        maybe = None
        if predicates == (Literal(1),) and source.startswith(scope.node):
            maybe = _NEIGHBOURS.get(source.removeprefix(scope.node), "next({source}, None)").format(
                node=scope.node, source=source
            )
        return Code(kind="elements", text=f"[*{elements}]", maybe=maybe, lazy=elements)

    def filtered(self, source: str, predicates: tuple[Expression, ...], scope: Scope) -> str:
        """The elements of a Python iterable that pass the predicates, in order."""
        for predicate in predicates:
            if isinstance(predicate, Literal) and isinstance(predicate.value, int):
                source = f"islice({source}, {predicate.value - 1}, {predicate.value})"
                continue
            name = self.new_name()
            inner = replace(scope, node=name)
            if self.value(predicate, inner).kind == "numbers":
                raise Unsupported("a computed position is left to Saxon")
            source = f"({name} for {name} in {source} if {self.truth(predicate, inner)})"
        return source

    def _attribute(self, step: Step, *, deep: bool, at_root: bool, scope: Scope) -> Code:
        if step.predicates or at_root:
            raise Unsupported("such an attribute step is left to Saxon")
        name = self.attribute(step.test)
        if deep:
            x = self.new_name()
            return Code(
                kind="attributes",
                text=f"[{x}.get({name!r}) for {x} in {scope.node}.iter('*') if {name!r} in {x}.attrib]",
            )
        optional = f"{scope.node}.get({name!r})"
        return Code(kind="attributes", text=f"optional({optional})", optional=optional)

    def _axis(self, step: Step, *, deep: bool, at_root: bool, node: str) -> str:
        """The elements of an axis in its own order, as a Python iterable."""
        if step.test == "node()":
            if step.axis == "parent" and not deep and not at_root:
                return f"up({node})"
            if step.axis != "self" or deep or at_root:
                raise Unsupported(f"{step.axis}::node() is left to Saxon")
            return f"({node},)"
        tag = self.tag(step.test)
        name = repr("*" if tag is None else tag)
        if at_root:
            if step.axis != "child":
                raise Unsupported("such a step at the document is left to Saxon")
            return f"root.iter({name})" if deep else f"named((root,), {name})"
        if deep:
            if step.axis != "child":
                raise Unsupported(f"//{step.axis}:: is left to Saxon")
            return f"{node}.iterdescendants({name})"
        simple = _AXES.get(step.axis)
        if tag is not None and not tag.startswith("{*}"):
            simple = _NAMED_AXES.get(step.axis, simple)
        if simple is None:
            raise Unsupported(f"the axis {step.axis} is left to Saxon")
        return simple.format(node=node, name=name)


_AXES = {
    "child": "{node}.iterchildren({name})",
    "ancestor": "{node}.iterancestors({name})",
    "ancestor-or-self": "self_and_above({node}, {name})",
    "descendant": "{node}.iterdescendants({name})",
    "descendant-or-self": "{node}.iter({name})",
    "preceding-sibling": "{node}.itersiblings({name}, preceding=True)",
    "following-sibling": "{node}.itersiblings({name})",
    "preceding": "preceding({node}, {name})",
    "following": "following({node}, {name})",
    "self": "named(({node},), {name})",
    "parent": "named(up({node}), {name})",
}
# Finding elements of one name through lxml costs 1 to 2.5 us each time, so each document remembers what was found.
_NAMED_AXES = {
    "child": "kids({node}, m).get({name}, ())",
    "ancestor": "above({node}.getparent(), {name}, m)",
    "ancestor-or-self": "above({node}, {name}, m)",
}

_NEIGHBOURS = {
    ".itersiblings('*', preceding=True)": "{node}.getprevious()",
    ".itersiblings('*')": "{node}.getnext()",
}
