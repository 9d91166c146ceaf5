"""Hard filters: which units may be sent at all, and why the others may not."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, Reason, UnitStatus
from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers

PLAIN_REASON: Final = np.array(
    [
        Reason.OFF_DUTY,
        Reason.OUT_OF_SERVICE,
        Reason.ON_BREAK,
        Reason.AT_POST,
        Reason.MOBILE,
        Reason.COMMITTED,
        Reason.WITH_PATIENT,
        Reason.WITH_PATIENT,
        Reason.WITH_PATIENT,
    ],
    np.int64,
)
"""By UnitStatus, before levels, capabilities and shifts are looked at."""


@compiled
def screen_unit(
    status: int,
    capabilities: int,
    committed_level: int,
    until_off_s: float,
    required: int,
    level: int,
    numbers: PolicyNumbers,
) -> int:
    """The `Reason` one unit may (AT_POST, MOBILE, BREAK_INTERRUPTED, DIVERTIBLE) or may not be sent."""
    # tables and flat conditions: statuses are as good as random, and a mispredicted branch costs more than all of this
    reason: int = PLAIN_REASON[status]
    if (status == UnitStatus.EN_ROUTE.value) & (numbers.divert[committed_level, level] != 0):
        reason = Reason.DIVERTIBLE.value
    if (status == UnitStatus.ON_BREAK.value) & (level <= numbers.break_level):
        reason = Reason.BREAK_INTERRUPTED.value
    if (reason >= FIRST_CANDIDATE) & (until_off_s < numbers.end_guard_s[level]):
        reason = Reason.END_OF_SHIFT.value
    if (capabilities & required) != required:
        reason = Reason.LACKS_CAPABILITY.value
    return reason


@compiled
def screen_units(
    status: NDArray[np.uint8],
    capabilities: NDArray[np.uint32],
    committed_level: NDArray[np.uint8],
    until_off_s: NDArray[np.float64],
    required: int,
    level: int,
    numbers: PolicyNumbers,
    why: NDArray[np.uint8],
) -> int:
    """Write each unit's `Reason` into `why` and return how many may be sent.

    All arrays are [n], one entry per unit: `status` a UnitStatus, `capabilities` a Capability mask,
    `committed_level` the level of the incident an EN_ROUTE unit goes to (else 0), `until_off_s` seconds left of the
    shift (inf when it has no end). `required` is the mask the plan slot asks for, `level` the incident's, 1..5.
    """
    count = 0
    for unit in range(len(status)):
        reason = screen_unit(
            status[unit],
            capabilities[unit],
            committed_level[unit],
            until_off_s[unit],
            required,
            level,
            numbers,
        )
        why[unit] = reason
        count += reason >= FIRST_CANDIDATE
    return count
