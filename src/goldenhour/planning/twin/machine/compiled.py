"""How the engine's parts are compiled: called from other compiled code only, so without a face towards Python, which
would take longer to compile than the parts themselves."""

from collections.abc import Callable
from typing import Any, Final

from goldenhour.kernel.machine_code import njit

OPTIONS: Final = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


def inner(function: Callable[..., Any]) -> Any:
    """A part of the engine, called: for what is rare, since handing on the arrays of a town takes longer than most
    decisions."""
    return njit(**OPTIONS)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A part of the engine on the way of every call, copied into its callers."""
    return njit(**OPTIONS, forceinline=True)(function)
