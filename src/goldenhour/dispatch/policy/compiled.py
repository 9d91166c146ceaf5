"""The one way kernel functions are compiled: inlined, typed for the reader."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from goldenhour.kernel.machine_code import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a decision and inline it into compiled callers, so the twin pays no call for asking the desk's rule."""
    return cast(Callable[P, R], njit(forceinline=True, error_model="numpy", nogil=True)(function))
