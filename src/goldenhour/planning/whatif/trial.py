"""Try a changed plan against the plan as it is: paired replications on all cores, answered with intervals."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

import msgspec

from goldenhour.planning.siting import BadSiting
from goldenhour.planning.whatif.compare import Effect, Figures, compare

P = TypeVar("P")
Play = Callable[[P, int], Figures]
"""Figures of a plan in the replication of that number; the same number is the same calls whatever the plan."""

Progress = Callable[[int, int], None]
"""Called with how many plays are done, and of how many."""

CALLS_IN_TIME = 600_000  # per plan: at 300 thousand calls a second and core, 4 s for both plans on one core
FEWEST, MOST = 8, 64


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """Effects of the change over `replications` paired runs; `level` of their intervals."""

    replications: int
    level: float
    effects: list[Effect]


def replications_for(calls_per_replication: float) -> int:
    """How many replications an answer in seconds affords, so that the number does not depend on how fast the machine
    happens to be: the same question gets the same answer."""
    if not calls_per_replication > 0:
        raise BadSiting("a replication without calls says nothing")
    return int(min(MOST, max(FEWEST, CALLS_IN_TIME // calls_per_replication)))


def silent(done: int, total: int) -> None:
    """Report to nobody."""


def what_if(
    before: P,
    after: P,
    play: Play[P],
    *,
    replications: int,
    level: float = 0.95,
    workers: int = 2,
    progress: Progress = silent,
) -> WhatIf:
    """Play both plans through the same replications on `workers` threads; `play` must leave the interpreter free
    (compiled with nogil, as the twin is) for them to run side by side. An error in a replication is raised here."""
    if replications < 2 or workers < 1:
        raise BadSiting("at least two replications and one worker are wanted")
    numbers = range(replications)
    with ThreadPoolExecutor(workers) as pool:
        first = [pool.submit(play, before, number) for number in numbers]
        second = [pool.submit(play, after, number) for number in numbers]
        for done, _ in enumerate(as_completed([*first, *second]), start=1):
            progress(done, 2 * replications)
        one, other = [done.result() for done in first], [done.result() for done in second]
    return WhatIf(replications=replications, level=level, effects=compare(one, other, level=level))
