"""A rule's context (an XSLT match pattern) as instructions that ask whether an element matches."""

from dataclasses import dataclass

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.compiled.asserts.assembler import Label
from goldenhour.interop.nemsis.rules.compiled.asserts.scope import THE_NODE, Scope
from goldenhour.interop.nemsis.rules.compiled.asserts.translate import Translator
from goldenhour.interop.nemsis.rules.xpath import Binary, Expression, Literal, Path, Step, Unsupported, read


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One alternative of a context: the word of the name it ends in (or ANY, NOBODY), whether a match needs the element
    to have an attribute, and the path to ask about."""

    name: int
    needs_attribute: bool
    path: Path
    steps: tuple[Step, ...]


def branches(context: str, translator: Translator) -> tuple[Branch, ...]:
    """The alternatives of a context. Raises Unsupported."""
    return tuple(_branch(alternative, translator) for alternative in _alternatives(read(context)))


def ask(branch: Branch, translator: Translator, *, yes: Label, no: Label) -> None:
    """Instructions that go on at `yes` if the element that the machine stands at, which has the name of the branch,
    matches it, and at `no` if not. Raises Unsupported."""
    _ask(branch, len(branch.steps) - 1, THE_NODE, translator, yes=yes, no=no)


def _alternatives(expression: Expression) -> list[Expression]:
    if isinstance(expression, Binary) and expression.operator in ("|", "union"):
        return [*_alternatives(expression.left), *_alternatives(expression.right)]
    return [expression]


def _branch(expression: Expression, translator: Translator) -> Branch:
    path = expression if isinstance(expression, Path) else Path(False, (expression,), (False,))
    steps = []
    for part in path.parts:
        if not isinstance(part, Step) or part.axis != "child" or part.test == "node()":
            raise Unsupported("a context that does not end in an element is left to Saxon")
        steps.append(part)
    if not steps:
        raise Unsupported("the document node as context is left to Saxon")
    return Branch(
        name=translator.names.element(steps[-1].test),
        needs_attribute=any(_implies_attribute(predicate) for predicate in steps[-1].predicates),
        path=path,
        steps=tuple(steps),
    )


def _ask(branch: Branch, place: int, node: int, translator: Translator, *, yes: Label, no: Label) -> None:
    """The same for the path up to the step at `place`, asked of `node`, which has the name of that step."""
    step, code = branch.steps[place], translator.code
    scope = Scope(node=node)
    positions = [i for i, p in enumerate(step.predicates) if isinstance(p, Literal) and isinstance(p.value, int)]
    counted = step.predicates[: positions[-1] + 1] if positions else ()
    if counted:
        _ask_position(Step("child", step.test, counted), node, translator, no=no)
    for predicate in step.predicates[len(counted) :]:
        if translator.kind(predicate, scope) == "number":
            raise Unsupported("such a position is left to Saxon")
        passes = code.label()
        translator.truth(predicate, scope, yes=passes, no=no)
        code.here(passes)
    above = code.element()
    if place == 0:
        if branch.path.root and not branch.path.deep[0]:
            code.emit(ops.FIRST, ops.PARENT_ELEMENT, node, ops.ANY, above, otherwise=yes)
            code.jump(no)
        else:
            code.jump(yes)
        return
    axis = ops.ANCESTOR if branch.path.deep[place] else ops.PARENT_ELEMENT
    name = translator.names.element(branch.steps[place - 1].test)
    top, following = code.label(), code.label()
    code.emit(ops.FIRST, axis, node, name, above, otherwise=no)
    code.here(top)
    _ask(branch, place - 1, above, translator, yes=yes, no=following)
    code.here(following)
    code.emit(ops.ANOTHER, axis, node, name, above, otherwise=no)
    code.jump(top)


def _ask_position(step: Step, node: int, translator: Translator, *, no: Label) -> None:
    """Go on at `no` unless the element is where the step, which ends in a position or has one, comes to from its
    parent."""
    code = translator.code
    parent, outermost, found = code.element(), code.label(), code.label()
    code.emit(ops.FIRST, ops.PARENT_ELEMENT, node, ops.ANY, parent, otherwise=outermost)

    def is_node(register: int) -> None:
        differs = code.label()
        code.emit(ops.IS_ELEMENT, register, node, otherwise=differs)
        code.jump(found)
        code.here(differs)

    translator.step(step, parent, Scope(node=parent), is_node)
    code.jump(no)
    code.here(outermost)
    code.emit(ops.UNSURE)
    code.here(found)


def _implies_attribute(predicate: Expression) -> bool:
    if isinstance(predicate, Step):
        return predicate.axis == "attribute"
    if isinstance(predicate, Binary) and predicate.operator in ("=", "!=", "<", "<=", ">", ">="):
        return _implies_attribute(predicate.left) or _implies_attribute(predicate.right)
    if isinstance(predicate, Binary) and predicate.operator == "and":
        return _implies_attribute(predicate.left) or _implies_attribute(predicate.right)
    return False
