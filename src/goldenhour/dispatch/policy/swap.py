"""Swaps: a unit that becomes free nearer than the one already on its way."""

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.codes import Reason
from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers


@compiled
def offer_swap(
    freed_travel_s: NDArray[np.float64],
    remaining_s: NDArray[np.float64],
    level: NDArray[np.uint8],
    required: NDArray[np.uint32],
    capabilities: int,
    numbers: PolicyNumbers,
    why: NDArray[np.uint8],
) -> int:
    """The responding assignment a freed unit should take over, or -1; urgent levels first, then the largest saving.

    Arrays are [m], one entry per unit on its way without a patient: the freed unit's travel time to that incident,
    the responding unit's remaining time, the incident's level and the capabilities its place asks for. Writes `why`
    u8[m]: LACKS_CAPABILITY, NO_GAIN (saves less than numbers.swap_gain_s[level]), MOBILE (possible), NEAREST (offered).
    """
    best = -1
    for incident in range(len(remaining_s)):
        if (capabilities & required[incident]) != required[incident]:
            why[incident] = Reason.LACKS_CAPABILITY.value
            continue
        saving_s = remaining_s[incident] - freed_travel_s[incident]
        if not saving_s >= numbers.swap_gain_s[level[incident]] or saving_s <= 0.0:
            why[incident] = Reason.NO_GAIN.value
            continue
        why[incident] = Reason.MOBILE.value
        if (
            best < 0
            or level[incident] < level[best]
            or (level[incident] == level[best] and saving_s > remaining_s[best] - freed_travel_s[best])
        ):
            best = incident
    if best >= 0:
        why[best] = Reason.NEAREST.value
    return best
