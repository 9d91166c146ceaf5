"""A rule's context (an XSLT match pattern) as a Python condition on a node."""

from dataclasses import dataclass

from goldenhour.interop.nemsis.rules.native.codes import Scope
from goldenhour.interop.nemsis.rules.native.translate import Translator
from goldenhour.interop.nemsis.rules.native.xpath import Binary, Expression, Literal, Path, Step, Unsupported, read


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One alternative of a context: the name it ends in (None: any), whether a match needs the node to have an
    attribute, and the rest as a condition on `n`."""

    tag: str | None
    needs_attribute: bool
    condition: str


def branches(context: str, translator: Translator) -> list[Branch]:
    """The alternatives of a context. Raises Unsupported."""
    return [_branch(alternative, translator) for alternative in _alternatives(read(context))]


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
    last = steps[-1]
    conditions = _predicates(last, "n", translator)
    conditions += _above(steps[:-1], path, "n", translator)
    tag = translator.tag(last.test)
    if tag is not None and tag.startswith("{*}"):
        conditions.insert(0, f"local[n.tag] == {tag[3:]!r}")
        tag = None
    return Branch(
        tag=tag,
        needs_attribute=any(_implies_attribute(predicate) for predicate in last.predicates),
        condition=" and ".join(conditions) or "True",
    )


def _above(steps: list[Step], path: Path, below: str, translator: Translator) -> list[str]:
    """The conditions on the ancestors that the path to the left of `below` asks for."""
    place = len(steps)
    if place == 0:
        return [f"{below}.getparent() is None"] if path.root and not path.deep[0] else []
    step = steps[-1]
    tag = translator.tag(step.test) or "*"
    node = translator.new_name()
    source = f"parents({below}, {tag!r})"
    if path.deep[place]:
        is_plain = tag != "*" and not tag.startswith("{*}")
        source = f"above({below}.getparent(), {tag!r}, m)" if is_plain else f"{below}.iterancestors({tag!r})"
    conditions = [*_predicates(step, node, translator), *_above(steps[:-1], path, node, translator)]
    return [f"any({' and '.join(conditions) or 'True'} for {node} in {source})"]


def _predicates(step: Step, node: str, translator: Translator) -> list[str]:
    """The predicates as conditions on a node: a position counts among the siblings that pass what stands
    before it."""
    scope = Scope(node=node)
    positions = [i for i, p in enumerate(step.predicates) if isinstance(p, Literal) and isinstance(p.value, int)]
    conditions = []
    for predicate in step.predicates:
        if isinstance(predicate, Literal):
            continue
        if translator.value(predicate, scope).kind == "numbers":
            raise Unsupported("a computed position is left to Saxon")
        conditions.append(translator.truth(predicate, scope))
    if positions:
        test = repr(translator.tag(step.test) or "*")
        counted = step.predicates[: positions[-1] + 1]
        name = translator.new_name()
        if positions == [len(counted) - 1] and counted[-1] == Literal(1):
            passing = translator.filtered(f"siblings({node}, {test}, m)", counted[:-1], scope)
            conditions.append(f"next(iter({passing})) is {node}")
        else:
            candidates = translator.filtered(f"siblings({node}, {test}, m)", counted, scope)
            conditions.append(f"any({name} is {node} for {name} in {candidates})")
    return conditions


def _implies_attribute(predicate: Expression) -> bool:
    if isinstance(predicate, Step):
        return predicate.axis == "attribute"
    if isinstance(predicate, Binary) and predicate.operator in ("=", "!=", "<", "<=", ">", ">="):
        return _implies_attribute(predicate.left) or _implies_attribute(predicate.right)
    if isinstance(predicate, Binary) and predicate.operator == "and":
        return _implies_attribute(predicate.left) or _implies_attribute(predicate.right)
    return False
