"""Seeded chance, one stream for each purpose, so that asking one more question changes nothing elsewhere."""

import math
from random import Random
from uuid import UUID


class Chance:
    """Streams by name. The same seed and name give the same numbers on every machine and under every hash seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, Random] = {}

    def stream(self, purpose: str) -> Random:
        """The stream of a purpose that goes on, such as the arrival of emergencies."""
        if purpose not in self._streams:
            self._streams[purpose] = self.fresh(purpose)
        return self._streams[purpose]

    def fresh(self, *about: str) -> Random:
        """A stream of its own about one thing, such as how one crew works one assignment."""
        return Random(f"{self.seed}:{':'.join(about)}")

    def uuid(self, *about: str) -> str:
        """A UUID of version 4 made from the seed and what it is about."""
        return str(UUID(int=self.fresh("uuid", *about).getrandbits(128), version=4))


def lognormal_s(random: Random, median_s: float, spread: float) -> float:
    """A duration whose logarithm is normal: half lie below `median_s`; `spread` is the log's standard deviation."""
    return median_s * math.exp(random.gauss(0.0, spread))
