"""How long things take: a distribution in the words of a scenario file, drawn from one seeded stream."""

import math
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Z90: Final = 1.2815515655446004  # 90th percentile of the standard normal


class Spread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Seconds. Exactly one of: `always`; `mean` (exponential, or gamma with a `shape` above 0); `median` with `p90`
    (log-normal); `low` with `high` (even)."""

    always: float | None = None
    mean: float | None = None
    shape: float | None = None
    median: float | None = None
    p90: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        given = {name for name in self.__struct_fields__ if getattr(self, name) is not None}
        wanted = ({"always"}, {"mean"}, {"mean", "shape"}, {"median", "p90"}, {"low", "high"})
        if given not in wanted:
            raise ValueError(
                "a duration is one of {always: s}, {mean: s}, {mean: s, shape: k}, {median: s, p90: s}, "
                f"{{low: s, high: s}}; not {{{', '.join(sorted(given))}}}"
            )
        values = {name: float(getattr(self, name)) for name in given}
        if any(not math.isfinite(value) or value < 0 for value in values.values()):
            raise ValueError(f"a duration is seconds of zero or more, not {values}")
        if values.get("median", 1) <= 0 or values.get("shape", 1) <= 0:
            raise ValueError("a median and a shape must be above zero")
        if values.get("p90", math.inf) < values.get("median", 0) or values.get("high", math.inf) < values.get("low", 0):
            raise ValueError(f"the larger number comes second: {values}")

    def draw(self, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        """n durations in seconds."""
        if self.always is not None:
            return np.full(n, float(self.always))
        if self.mean is not None:
            shape = self.shape or 1.0
            return rng.standard_gamma(shape, n) * (self.mean / shape)
        if self.median is not None and self.p90 is not None:
            sigma = math.log(self.p90 / self.median) / Z90
            return np.asarray(self.median * np.exp(sigma * rng.standard_normal(n)))
        assert self.low is not None
        assert self.high is not None
        return rng.uniform(self.low, self.high, n)

    @property
    def average(self) -> float:
        """The mean in seconds."""
        if self.always is not None:
            return self.always
        if self.mean is not None:
            return self.mean
        if self.median is not None and self.p90 is not None:
            return self.median * math.exp((math.log(self.p90 / self.median) / Z90) ** 2 / 2)
        assert self.low is not None
        assert self.high is not None
        return (self.low + self.high) / 2
