"""Write instructions, with labels for places not yet known and registers given out as needed."""

from typing import NewType

import numpy as np
from numpy.typing import NDArray

from goldenhour.interop.nemsis.rules.compiled.asserts import ops
from goldenhour.interop.nemsis.rules.xpath import Unsupported

Label = NewType("Label", int)


class Assembler:
    """The instructions so far. The first two registers of elements are taken: see `scope`."""

    def __init__(self) -> None:
        self._rows: list[list[int]] = []
        self._places: list[int | None] = []
        self._registers = {"element": 2, "number": 0, "string": 0}

    def __len__(self) -> int:
        return len(self._rows)

    def label(self) -> Label:
        """A place to jump to, not yet known."""
        self._places.append(None)
        return Label(len(self._places) - 1)

    def here(self, label: Label) -> None:
        """The label is the next instruction."""
        self._places[label] = len(self._rows)

    def free_registers(self) -> None:
        """A new rule begins: nothing is kept from the last."""
        self._registers = {"element": 2, "number": 0, "string": 0}

    def element(self) -> int:
        """A new register for an element."""
        return self._new("element")

    def number(self) -> int:
        """A new register for a number or a time."""
        return self._new("number")

    def string(self) -> int:
        """A new register for a string."""
        return self._new("string")

    def emit(self, operation: int, *arguments: int, otherwise: Label | None = None) -> None:
        """An instruction that goes on at `otherwise` where it does not hold."""
        padded = [*arguments, 0, 0, 0, 0][:4]
        self._rows.append([operation, *padded, -1 if otherwise is None else otherwise])

    def jump(self, label: Label) -> None:
        """Go on there."""
        self.emit(ops.JUMP, otherwise=label)

    def mark(self) -> tuple[int, int]:
        """Where things stand, for `drop_since`."""
        return len(self._rows), len(self._places)

    def drop_since(self, mark: tuple[int, int]) -> None:
        """Take back what was written after the mark; it turned out not to be translatable."""
        del self._rows[mark[0] :]
        del self._places[mark[1] :]

    def rows(self) -> NDArray[np.int64]:
        """All instructions with their labels resolved; a jump to a jump goes where that one leads."""
        rows = [list(row) for row in self._rows]
        for row in rows:
            if row[ops.ELSE] >= 0:
                place = self._places[row[ops.ELSE]]
                assert place is not None, "a label was never placed"
                row[ops.ELSE] = place
        for row in rows:
            while row[ops.ELSE] >= 0 and rows[row[ops.ELSE]][ops.OPERATION] == ops.JUMP:
                row[ops.ELSE] = rows[row[ops.ELSE]][ops.ELSE]
        return np.array(rows or [[ops.STOP, 0, 0, 0, 0, -1]], np.int64)

    def _new(self, kind: str) -> int:
        number = self._registers[kind]
        if number == ops.REGISTERS:
            raise Unsupported("an expression of too many parts is left to Saxon")
        self._registers[kind] = number + 1
        return number
