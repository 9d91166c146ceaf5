"""How the kernels of this package are compiled."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numpy.typing import NDArray

from goldenhour.kernel.machine_code import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Bytes = NDArray[Any]
"""An array of uint8 inside of a kernel, where an element is a plain number."""
Ints = NDArray[Any]
"""An array of int64 likewise."""


def native(function: Kernel) -> Kernel:
    """To machine code, once per installation. Every index is checked, for the documents come from strangers.

    A kernel works only in arrays that it is given and allocates nothing, so numba's counting of references to them,
    which took two thirds of the time, is left out (`_nrt`).
    """
    return cast(Kernel, njit(nogil=True, boundscheck=True, _nrt=False)(function))
