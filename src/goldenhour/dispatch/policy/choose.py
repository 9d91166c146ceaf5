"""Whom to send: who is there soonest, with what an agency is willing to pay to spare crews and keep cover."""

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, Reason
from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers


@compiled
def cost_s(travel_s: float, capabilities: int, required: int, reason: int, numbers: PolicyNumbers) -> float:
    """What a candidate is ranked by: travel time, plus the seconds an agency pays to spare scarce crews and diverts."""
    cost = travel_s
    if (capabilities & numbers.scarce & ~required) != 0:
        cost += numbers.spare_s
    if reason == Reason.DIVERTIBLE.value:
        cost += numbers.divert_gain_s
    return cost


@compiled
def choose_unit(
    travel_s: NDArray[np.float64],
    capabilities: NDArray[np.uint32],
    cover_loss: NDArray[np.float64],
    required: int,
    numbers: PolicyNumbers,
    why: NDArray[np.uint8],
) -> int:
    """The unit to send, or -1; `why[chosen]` becomes NEAREST, SPARES_SCARCE or KEEPS_COVER.

    `why` comes from `screen_units`; `travel_s` [n] is the time until the unit would be with the patient, turnout
    included, read only for candidates; inf marks UNREACHABLE. `cover_loss` [n] is the demand left uncovered when the
    unit goes (`loss_of_leaving`), read only when numbers.cover_slack_s > 0. Ties go to the lower index.

    A caller may put a lower bound in place of a travel time as long as another candidate's exact cost is
    smaller than that bound by more than cover_slack_s: the choice is the same.
    """
    best = -1
    least = np.inf
    quickest_s = np.inf
    for unit in range(len(travel_s)):
        if why[unit] < FIRST_CANDIDATE:
            continue
        seconds = travel_s[unit]
        if not seconds < np.inf:
            why[unit] = Reason.UNREACHABLE.value
            continue
        cost = cost_s(seconds, capabilities[unit], required, why[unit], numbers)
        if cost < least:
            least = cost
            best = unit
        quickest_s = min(quickest_s, seconds)
    if best < 0:
        return -1
    reason = Reason.NEAREST.value if travel_s[best] <= quickest_s else Reason.SPARES_SCARCE.value
    if numbers.cover_slack_s > 0.0:
        nearest = best
        latest = least + numbers.cover_slack_s
        for unit in range(len(travel_s)):
            if why[unit] < FIRST_CANDIDATE:
                continue
            cost = cost_s(travel_s[unit], capabilities[unit], required, why[unit], numbers)
            if cost <= latest and cover_loss[unit] < cover_loss[best]:
                best = unit
        if best != nearest:
            reason = Reason.KEEPS_COVER.value
    why[best] = reason
    return best


@compiled
def rank_units(
    travel_s: NDArray[np.float64],
    capabilities: NDArray[np.uint32],
    required: int,
    numbers: PolicyNumbers,
    why: NDArray[np.uint8],
    order: NDArray[np.int64],
) -> int:
    """Write the candidates' indices into `order` by rising cost and return how many there are.

    `why` as `screen_units` or `choose_unit` left it; units without a finite travel time are left out.
    """
    count = 0
    for unit in range(len(travel_s)):
        if why[unit] < FIRST_CANDIDATE or not travel_s[unit] < np.inf:
            continue
        cost = cost_s(travel_s[unit], capabilities[unit], required, why[unit], numbers)
        place = count
        while place > 0:
            above = order[place - 1]
            if cost_s(travel_s[above], capabilities[above], required, why[above], numbers) <= cost:
                break
            order[place] = above
            place -= 1
        order[place] = unit
        count += 1
    return count
