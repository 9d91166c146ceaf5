"""What an expression refers to while it is translated."""

from dataclasses import dataclass, field, replace
from typing import Literal

from goldenhour.interop.nemsis.rules.xpath import Call, Expression, Path, Step, Variable
from goldenhour.interop.nemsis.rules.xpath import Literal as Constant

Kind = Literal["element", "attribute", "string", "number", "time", "duration", "boolean"]
TEXTUAL: tuple[Kind, ...] = ("element", "attribute", "string")
"""Kinds whose atomic value is a string."""
THE_NODE, THE_DOCUMENT = 0, 1
"""Registers of elements: what the rule is about, and what is above the outermost element."""

FIRST_ONE = (Constant(1),)
"""The predicate [1]."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item while the machine runs: what it is, and its register (an attribute's holds the value)."""

    kind: Kind
    register: int


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where an expression stands: the register of its context node (None: it has none), variables bound to items, and
    variables that stand for expressions, each with the scope that it was written in. Inside of what is being counted,
    nothing else can be."""

    node: int | None
    items: dict[str, Item] = field(default_factory=dict)
    lets: "dict[str, tuple[Expression, Scope]]" = field(default_factory=dict)
    counting: bool = False

    def at(self, node: int) -> "Scope":
        """The same at another node."""
        return replace(self, node=node)

    def let(self, name: str) -> "tuple[Expression, Scope]":
        """The expression that a variable stands for, and its scope."""
        expression, scope = self.lets[name]
        return expression, replace(scope, counting=self.counting)

    def without(self, name: str) -> "Scope":
        """The same where the variable means nothing that is understood."""
        return replace(
            self,
            items={key: item for key, item in self.items.items() if key != name},
            lets={key: let for key, let in self.lets.items() if key != name},
        )


def is_single(expression: Expression, scope: Scope) -> bool:
    """Whether the value surely is at most one item."""
    match expression:
        case Constant() | Call():
            return True
        case Variable(name):
            return name in scope.items
        case Step(axis, test, predicates):
            by_axis = axis == "attribute" or (axis in ("self", "parent") and test == "node()")
            return predicates[-1:] == FIRST_ONE or (not predicates and by_axis)
        case Path(False, parts, deep):
            return not any(deep) and all(is_single(part, scope) for part in parts)
    return False
