"""Plans of several units: transport, first responder, supervisor, each place filled by its own best unit."""

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.choose import choose_unit
from goldenhour.dispatch.policy.codes import FIRST_CANDIDATE, Reason
from goldenhour.dispatch.policy.compiled import compiled
from goldenhour.dispatch.policy.numbers import PolicyNumbers
from goldenhour.dispatch.policy.screen import screen_units


@compiled
def fill_plan(
    travel_s: NDArray[np.float64],
    status: NDArray[np.uint8],
    capabilities: NDArray[np.uint32],
    committed_level: NDArray[np.uint8],
    until_off_s: NDArray[np.float64],
    cover_loss: NDArray[np.float64],
    slots: NDArray[np.uint32],
    sooner_s: NDArray[np.float64],
    sent_s: float,
    level: int,
    numbers: PolicyNumbers,
    chosen: NDArray[np.int64],
    why_slot: NDArray[np.uint8],
    why: NDArray[np.uint8],
) -> int:
    """Fill the plan's k places in order and return how many required places stay empty.

    `slots` u32[k] is the capability mask of each place. `sooner_s` f64[k]: negative for a place that is always
    filled; otherwise the place (a first responder) is filled only by a unit that arrives at least that much sooner
    than every unit already chosen, and than the first of those already sent, who is there in `sent_s` (inf: nobody
    was; 0: is there, or was). Unit arrays are [n] as in `screen_units` and `choose_unit`; `why` is scratch and
    ends with the last place's reasons. Writes `chosen` i64[k] (-1: nobody) and `why_slot` u8[k]: NEAREST,
    SPARES_SCARCE, KEEPS_COVER, SLOT_LACKING or SLOT_NOT_NEEDED.
    """
    lacking = 0
    first_s = sent_s
    for slot in range(len(slots)):
        screen_units(status, capabilities, committed_level, until_off_s, slots[slot], level, numbers, why)
        for earlier in range(slot):
            if chosen[earlier] >= 0:
                why[chosen[earlier]] = Reason.ALREADY_IN_PLAN.value
        if sooner_s[slot] >= 0.0:
            _drop_later(travel_s, first_s - sooner_s[slot], why)
        unit = choose_unit(travel_s, capabilities, cover_loss, slots[slot], numbers, why)
        chosen[slot] = unit
        if unit >= 0:
            why_slot[slot] = why[unit]
            first_s = min(first_s, travel_s[unit])
        elif sooner_s[slot] >= 0.0 and first_s < np.inf:
            why_slot[slot] = Reason.SLOT_NOT_NEEDED.value
        else:
            why_slot[slot] = Reason.SLOT_LACKING.value
            lacking += 1
    return lacking


@compiled
def _drop_later(travel_s: NDArray[np.float64], latest_s: float, why: NDArray[np.uint8]) -> None:
    for unit in range(len(travel_s)):
        if why[unit] >= FIRST_CANDIDATE and travel_s[unit] > latest_s:
            why[unit] = Reason.SLOT_NOT_NEEDED.value
