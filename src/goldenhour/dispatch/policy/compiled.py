"""The one way kernel functions are compiled: machine code, cached on disk, typed for the reader."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a decision and inline it into compiled callers, so the twin pays no call for asking the desk's rule."""
    return cast(Callable[P, R], numba.njit(cache=True, forceinline=True, error_model="numpy", nogil=True)(function))
