"""Ask the processor for memory ahead of time: the engine waits for memory more than for anything else."""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]  # has no stubs
from numba.core import types
from numba.core.cgutils import get_item_pointer
from numba.extending import intrinsic

READ, KEEP, DATA = 0, 3, 1  # arguments of llvm.prefetch


def _ask(_typing, array, index):  # type: ignore[no-untyped-def]
    def make(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        held = context.make_array(array)(context, builder, arguments[0])
        place = [builder.extract_value(arguments[1], i) for i in range(array.ndim)]
        pointer = get_item_pointer(context, builder, array, held, place)  # type: ignore[no-untyped-call]
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        fetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        )
        builder.call(fetch, [builder.bitcast(pointer, byte), *(number(n) for n in (READ, KEEP, DATA))])
        return context.get_dummy_value()

    return types.void(array, index), make


prefetch: Callable[[Any, Any], None] = cast(Any, intrinsic(_ask))
"""prefetch(array, (i, j, …)): start loading the cache line of that entry; nothing is read and nothing can fail."""
