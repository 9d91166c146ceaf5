"""Hard filters: which units may be sent at all, and why the others may not."""

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, Reason, UnitStatus
from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers


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
    if (capabilities & required) != required:
        return Reason.LACKS_CAPABILITY.value
    if status == UnitStatus.AT_POST.value:
        reason = Reason.AT_POST.value
    elif status == UnitStatus.MOBILE.value:
        reason = Reason.MOBILE.value
    elif status == UnitStatus.EN_ROUTE.value:
        if not numbers.divert[committed_level, level]:
            return Reason.COMMITTED.value
        reason = Reason.DIVERTIBLE.value
    elif status >= UnitStatus.ON_SCENE.value:
        return Reason.WITH_PATIENT.value
    elif status == UnitStatus.ON_BREAK.value:
        if level > numbers.break_level:
            return Reason.ON_BREAK.value
        reason = Reason.BREAK_INTERRUPTED.value
    elif status == UnitStatus.OUT_OF_SERVICE.value:
        return Reason.OUT_OF_SERVICE.value
    else:
        return Reason.OFF_DUTY.value
    if until_off_s < numbers.end_guard_s[level]:
        return Reason.END_OF_SHIFT.value
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
        if reason >= FIRST_CANDIDATE:
            count += 1
    return count
