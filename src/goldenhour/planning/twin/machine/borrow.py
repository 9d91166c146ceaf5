"""Arrays without a reference count, for compiled code that only works on what its caller holds."""

from collections.abc import Callable
from typing import Any, cast

from numba.core.cgutils import get_null_value
from numba.extending import intrinsic


def _uncounted(_typing, array):  # type: ignore[no-untyped-def]
    def make(context, builder, _signature, arguments):  # type: ignore[no-untyped-def]
        view = context.make_array(array)(context, builder, arguments[0])
        view.meminfo = get_null_value(view.meminfo.type)  # type: ignore[no-untyped-call]
        view.parent = get_null_value(view.parent.type)  # type: ignore[no-untyped-call]
        return view._getvalue()

    return array(array), make


borrow: Callable[[Any], Any] = cast(Any, intrinsic(_uncounted))
"""The same array, not counted. Compiled code counts references with an atomic operation at every hand-over, which was
three quarters of the engine's time. The caller must hold the array for as long as the result is used."""
