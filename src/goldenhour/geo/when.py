"""How much slower or faster the roads are at each hour of the week than the times in the road graph say."""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from goldenhour.geo.roads import MODES


class WeekHour(NamedTuple):
    """An hour of the week in local time: weekday 0 (Monday) to 6, hour 0 to 23."""

    weekday: int
    hour: int


class HourFactors:
    """Travel time factors by mode, weekday and hour: f32[2, 7, 24]; 1 is the road graph's own time, 1.3 is 30 % slower.

    A trip takes the factor of the hour it starts in.
    """

    def __init__(self, factor: ArrayLike) -> None:
        table = np.asarray(factor, np.float32)
        if table.shape == (7, 24):
            table = np.broadcast_to(table, (len(MODES), 7, 24))
        if table.shape != (len(MODES), 7, 24):
            raise ValueError(f"hour factors have shape {table.shape}; expected (7, 24) or ({len(MODES)}, 7, 24)")
        if not (np.isfinite(table).all() and (table > 0).all()):
            raise ValueError("hour factors must be numbers above 0")
        self.table: NDArray[np.float32] = np.ascontiguousarray(table)

    @classmethod
    def even(cls) -> Self:
        """The same at every hour."""
        return cls(np.ones((7, 24)))

    def at(self, mode: int, when: WeekHour | None) -> float:
        """The factor, 1.0 when no hour is given."""
        if when is None:
            return 1.0
        if not (0 <= when.weekday < 7 and 0 <= when.hour < 24):
            raise ValueError(f"{when} is no hour of the week: weekday 0..6 from Monday, hour 0..23")
        return float(self.table[mode, when.weekday, when.hour])
