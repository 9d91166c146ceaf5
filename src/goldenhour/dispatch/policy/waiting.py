"""Which waiting incident a freed unit takes."""

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers


@compiled
def queue_level(level: int, waited_s: float, numbers: PolicyNumbers) -> int:
    """The level a waiting incident counts as: one more urgent after each numbers.promote_s[level] waited."""
    step_s = numbers.promote_s[level]
    if not waited_s >= step_s:
        return level
    if step_s <= 0.0:
        return 1
    return max(1, level - int(min(waited_s / step_s, 5.0)))


@compiled
def choose_waiting(
    level: NDArray[np.uint8],
    waited_s: NDArray[np.float64],
    required: NDArray[np.uint32],
    capabilities: int,
    numbers: PolicyNumbers,
) -> int:
    """The waiting incident a unit with these capabilities takes, or -1: most urgent first, then longest waiting.

    Arrays are [m], one entry per waiting incident; `required` is the mask of the place still to fill.
    """
    best = -1
    best_level = 0
    for incident in range(len(level)):
        if (capabilities & required[incident]) != required[incident]:
            continue
        urgency = queue_level(level[incident], waited_s[incident], numbers)
        if best < 0 or urgency < best_level or (urgency == best_level and waited_s[incident] > waited_s[best]):
            best = incident
            best_level = urgency
    return best
