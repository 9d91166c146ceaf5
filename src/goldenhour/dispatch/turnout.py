"""What passes before a unit rolls: its turnout, or what is left of it once the crew has been told."""

from typing import Final

from goldenhour.dispatch.facts import Moment
from goldenhour.dispatch.state import Unit
from goldenhour.kernel.instants import SECOND_MS, Instant

WAITING: Final = frozenset({"available", Moment.RESERVED, Moment.SCHEDULED})
"""Statuses of a unit that nobody has told to go."""

TURNING_OUT: Final = frozenset({Moment.NOTIFIED, Moment.ACKNOWLEDGED})
"""Statuses of a crew that has been told and does not roll yet."""


def turnout_left_s(unit: Unit, *, at_post: bool, told_at: Instant | None, now: Instant, expected_s: float) -> float:
    """Seconds until the unit would roll, as far as one can expect: none for one that is on the road.

    `told_at` is when a crew that turns out was notified (None: not known, so that its whole turnout is left).
    """
    if not at_post:
        return 0.0
    if unit.status in WAITING:
        return expected_s
    if unit.status in TURNING_OUT:
        gone_s = 0.0 if told_at is None else (now - told_at) / SECOND_MS
        return max(0.0, expected_s - gone_s)
    return 0.0
