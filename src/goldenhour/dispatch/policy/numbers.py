"""The numbers an agency sets once and every decision reads."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goldenhour.dispatch.policy.codes import Capability

LEVELS = 6  # indices 0..5, 0 unused, so that a level is its own index


class PolicyNumbers(NamedTuple):
    """All tunable numbers of the kernel, in one tuple that compiled code can read.

    divert: bool[6, 6], whether a unit en route to [from level] may be taken for [to level].
    divert_gain_s: how much sooner than any free unit a diverted one must arrive.
    scarce: capabilities worth sparing; spare_s: seconds one accepts to leave a unit with an unneeded scarce
    capability free. cover_slack_s: how much later than the nearest a unit may arrive to keep cover (0: never).
    end_guard_s: f64[6], no new incident of that level when less than this of the shift is left.
    break_level: incidents of this level or more urgent interrupt a break (0: none do).
    promote_s: f64[6], a waiting incident of that level is treated as one level more urgent after each such wait.
    swap_gain_s: f64[6], seconds a freed unit must save to take over an incident of that level (inf: never).
    q: chance that a unit is busy, for expected coverage (DMEXCLP, Jagtenberg 2015), in (0, 1).
    move_gain: smallest gain in covered demand (share of all) worth moving a waiting unit.
    """

    divert: NDArray[np.bool_]
    divert_gain_s: float
    scarce: int
    spare_s: float
    cover_slack_s: float
    end_guard_s: NDArray[np.float64]
    break_level: int
    promote_s: NDArray[np.float64]
    swap_gain_s: NDArray[np.float64]
    q: float
    move_gain: float


def policy_numbers(
    *,
    divert: Mapping[int, tuple[int, ...]] | None = None,
    divert_gain_s: float = 0.0,
    scarce: int = Capability.PARAMEDIC,
    spare_s: float = 0.0,
    cover_slack_s: float = 0.0,
    end_guard_s: Mapping[int, float] | None = None,
    break_level: int = 2,
    promote_s: Mapping[int, float] | None = None,
    swap_gain_s: Mapping[int, float] | None = None,
    q: float = 0.3,
    move_gain: float = 0.01,
) -> PolicyNumbers:
    """Numbers from plain values; per-level mappings leave out levels that keep the neutral value.

    `divert` maps a level to the less urgent levels one may divert from, e.g. {1: (3, 4, 5)}. Errors: ValueError on
    q outside (0, 1), a level outside 1..5, a divert from an equal or more urgent level, a negative number.
    """
    if not 0.0 < q < 1.0:
        raise ValueError(f"q is the chance that a unit is busy and must lie between 0 and 1, not {q}")
    for name, number in {
        "divert_gain_s": divert_gain_s,
        "spare_s": spare_s,
        "cover_slack_s": cover_slack_s,
        "move_gain": move_gain,
    }.items():
        if not number >= 0.0:
            raise ValueError(f"{name} must be zero or more, not {number}")
    matrix = np.zeros((LEVELS, LEVELS), np.bool_)
    for to_level, sources in (divert or {}).items():
        for from_level in sources:
            if not 1 <= to_level < from_level < LEVELS:
                raise ValueError(f"a unit is diverted to a more urgent level, not from {from_level} to {to_level}")
            matrix[from_level, to_level] = True
    return PolicyNumbers(
        divert=matrix,
        divert_gain_s=float(divert_gain_s),
        scarce=int(scarce),
        spare_s=float(spare_s),
        cover_slack_s=float(cover_slack_s),
        end_guard_s=_per_level("end_guard_s", end_guard_s, neutral=0.0),
        break_level=int(break_level),
        promote_s=_per_level("promote_s", promote_s, neutral=np.inf),
        swap_gain_s=_per_level("swap_gain_s", swap_gain_s, neutral=np.inf),
        q=float(q),
        move_gain=float(move_gain),
    )


def _per_level(name: str, given: Mapping[int, float] | None, *, neutral: float) -> NDArray[np.float64]:
    row = np.full(LEVELS, neutral)
    for level, seconds in (given or {}).items():
        if not 1 <= level < LEVELS or not seconds >= 0.0:
            raise ValueError(f"{name} takes seconds of zero or more for levels 1 to 5, not {seconds} for {level}")
        row[level] = seconds
    return row
