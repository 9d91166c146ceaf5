"""How the engine's parts are compiled: called from other compiled code only, so without a face towards Python, which
would take longer to compile than the parts themselves."""

from collections.abc import Callable
from typing import Any, Final

import numba

OPTIONS: Final = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
compile_with: Final[Any] = numba.njit


def inner(function: Callable[..., Any]) -> Any:
    """A part of the engine, called."""
    return compile_with(**OPTIONS)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A part of the engine on the way of every call, copied into its callers."""
    return compile_with(**OPTIONS, forceinline=True)(function)
