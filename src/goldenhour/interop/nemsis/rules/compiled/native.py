"""How the kernels of this package are compiled."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from numba import njit
from numpy.typing import NDArray

_njit: Final[Any] = njit
Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Bytes = NDArray[Any]
"""An array of uint8 inside of a kernel, where an element is a plain number."""
Ints = NDArray[Any]
"""An array of int64 likewise."""

_SOURCES = sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))).hexdigest()


def native(function: Kernel) -> Kernel:
    """To machine code, once per installation. Every index is checked, for the documents come from strangers.

    A kernel works only in arrays that it is given and allocates nothing, so numba's counting of references to them,
    which took two thirds of the time, is left out (`_nrt`). Numba keeps a compiled kernel until the file that it stands
    in changes, though it holds kernels of other files, too; here it is kept until any file of the package changes.
    """
    kernel = _njit(cache=True, nogil=True, boundscheck=True, _nrt=False)(function)
    kernel._cache._cache_file._source_stamp = _SOURCES
    return cast(Kernel, kernel)
