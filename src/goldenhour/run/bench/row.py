"""One measured line of a benchmark."""

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`value` in `unit`; `goal` is the promise in words of the same unit ("<= 15"), `baseline` what it was
    measured against in the same run (None where there is none), `ok` whether the promise held."""

    name: str
    value: float
    unit: str
    goal: str
    baseline: float | None = None
    ok: bool
