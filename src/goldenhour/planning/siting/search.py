"""Local search whose judge is passed in, the twin as a rule, with common random numbers.

Two plans are tried on the same days, so their difference is far less noisy than either. A move is taken when the
lower end of the interval of the paired difference is above 0; while it is open, more days are simulated. What wins a
search has been lucky too, so the winner is tried once more against the start on days that the search has not seen.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec
import numpy as np
from scipy.special import stdtrit

from goldenhour.planning.siting.cover import BadSiting, Floats, Ints

Plan = tuple[int, ...]
Judge = Callable[[Plan, range], Floats]
"""Worth of a plan in each of the replications numbered by the range, higher is better; the same number must stand for
the same calls whatever the plan."""

Ended = Literal["local_optimum", "budget", "stopped"]

NEGLIGIBLE = 1e-9  # part of the worth by which a plan must be better to be taken
FRESH = 1_000_000  # numbers of the days that only the last trial sees


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Mean paired difference with its two-sided interval at `level` over `replications`."""

    mean: float
    low: float
    high: float
    replications: int
    level: float


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that was taken, and by how much it beat the one before."""

    plan: Plan
    gain: Difference


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`ended`: "local_optimum" (no neighbour is surely better), "budget" (evaluations ran out) or "stopped".

    `confirmed` is best against start on fresh replications: the figure to quote; None when nothing was taken.
    """

    start: Plan
    best: Plan
    steps: list[Step]
    evaluations: int
    ended: Ended
    confirmed: Difference | None


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """Replications per trial grow from `first` to `most` by doubling; `evaluations` bounds the replications in all."""

    first: int = 5
    most: int = 40
    evaluations: int = 5_000
    level: float = 0.95

    def __post_init__(self) -> None:
        if not 2 <= self.first <= self.most or self.evaluations < 2 * self.first or not 0 < self.level < 1:
            raise BadSiting("2 <= first <= most replications, a budget of at least two trials and a level in 0..1")


def paired(better: Floats, than: Floats, *, level: float = 0.95) -> Difference:
    """Student's interval of the mean paired difference."""
    off = np.asarray(better) - np.asarray(than)
    if off.ndim != 1 or len(off) < 2:
        raise BadSiting("at least two paired replications are wanted")
    mean = float(off.mean())
    half = float(stdtrit(len(off) - 1, (1 + level) / 2) * off.std(ddof=1) / np.sqrt(len(off)))
    return Difference(mean=mean, low=mean - half, high=mean + half, replications=len(off), level=level)


class _Trials:
    """Remembers what each plan was worth in each replication, and counts what was spent."""

    def __init__(self, judge: Judge, stop: Callable[[], bool]) -> None:
        self.judge, self.known, self.spent = judge, dict[Plan, Floats](), 0
        self._stop, self.stopped = stop, False

    def over(self) -> bool:
        """Whether somebody wants the search to end; asked before each trial and remembered."""
        self.stopped = self.stopped or self._stop()
        return self.stopped

    def worth(self, plan: Plan, replications: int) -> Floats:
        seen = self.known.get(plan, np.empty(0))
        if len(seen) < replications:
            more = np.asarray(self.judge(plan, range(len(seen), replications)), dtype=np.float64)
            if more.shape != (replications - len(seen),) or not np.isfinite(more).all():
                raise BadSiting(f"the judge of plan {plan} must give one finite number per replication")
            self.spent += len(more)
            seen = np.concatenate([seen, more])
            self.known[plan] = seen
        return seen[:replications]

    def compare(self, plan: Plan, with_plan: Plan, effort: Effort) -> Difference:
        replications = effort.first
        while True:
            found = paired(self.worth(plan, replications), self.worth(with_plan, replications), level=effort.level)
            open_still = found.low <= 0 < found.high
            if not open_still or replications >= effort.most or self.spent >= effort.evaluations or self.over():
                return found
            replications = min(2 * replications, effort.most)


def moves(plan: Plan, sites: int, *, classes: Ints | None = None, most_at: Ints | None = None) -> list[Plan]:
    """Plans one step away: one unit at another site, or two units of different class that change places.

    `plan` is the site of each unit; units of one class are alike, so plans that only rename them come once.
    """
    kind = np.zeros(len(plan), dtype=np.int64) if classes is None else classes
    seen = {_alike(plan, kind)}
    found: list[Plan] = []

    def offer(changed: Plan) -> None:
        key = _alike(changed, kind)
        fits = most_at is None or (np.bincount(changed, minlength=sites) <= most_at).all()
        if key not in seen and fits:
            seen.add(key)
            found.append(changed)

    for unit in range(len(plan)):
        for site in range(sites):
            offer((*plan[:unit], site, *plan[unit + 1 :]))
    for a in range(len(plan)):
        for b in range(a + 1, len(plan)):
            if kind[a] != kind[b]:
                swapped = list(plan)
                swapped[a], swapped[b] = plan[b], plan[a]
                offer(tuple(swapped))
    return found


def _alike(plan: Plan, kind: Ints) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(zip(kind.tolist(), plan, strict=True)))


def climb(start: Plan, neighbours: Callable[[Plan], Iterable[Plan]], worth: Callable[[Plan], float]) -> list[Plan]:
    """The plans from `start` to a local optimum by the best neighbour each time, for a judge without chance."""
    path, best = [start], worth(start)
    while True:
        tried = [(worth(plan), plan) for plan in neighbours(path[-1])]
        top = max(tried, default=(best, start), key=lambda one: one[0])
        if top[0] <= best + NEGLIGIBLE * abs(best):
            return path
        best = top[0]
        path.append(top[1])


def local_search(
    start: Plan,
    neighbours: Callable[[Plan], Iterable[Plan]],
    judge: Judge,
    *,
    effort: Effort | None = None,
    screen: Callable[[Plan], float] | None = None,
    try_first: int = 20,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Climb from `start`. With a `screen` (the hypercube, say) only the `try_first` most promising neighbours are
    judged in each round; without it all are, in the order given. `stop` is asked before each trial."""
    effort = effort or Effort()
    trials, best, steps = _Trials(judge, stop or _never), start, list[Step]()
    ended: Ended = "budget"
    while trials.spent < effort.evaluations:
        candidates = list(neighbours(best))
        if screen is not None:
            candidates = sorted(candidates, key=screen, reverse=True)[:try_first]
        step = _first_surely_better(trials, best, candidates, effort)
        if step is None:
            if trials.stopped:
                ended = "stopped"
            elif trials.spent < effort.evaluations:
                ended = "local_optimum"
            break
        steps.append(step)
        best = step.plan
    return Found(
        start=start,
        best=best,
        steps=steps,
        evaluations=trials.spent,
        ended=ended,
        confirmed=_confirm(judge, best, start, effort) if steps else None,
    )


def _first_surely_better(trials: _Trials, best: Plan, candidates: list[Plan], effort: Effort) -> Step | None:
    for candidate in candidates:
        if trials.spent >= effort.evaluations or trials.over():
            return None
        gain = trials.compare(candidate, best, effort)
        if gain.low > 0:
            return Step(plan=candidate, gain=gain)
    return None


def _never() -> bool:
    return False


def _confirm(judge: Judge, best: Plan, start: Plan, effort: Effort) -> Difference:
    fresh = range(FRESH, FRESH + effort.most)
    return paired(judge(best, fresh), judge(start, fresh), level=effort.level)


class TriedQ(msgspec.Struct, frozen=True, kw_only=True):
    """A busy fraction, its mean worth, and its paired difference to not moving up at all."""

    q: float
    worth: float
    against_none: Difference


class TunedQ(msgspec.Struct, frozen=True, kw_only=True):
    """`best` is None where no q is surely better than none: a mistuned q is worse than none."""

    tried: list[TriedQ]
    best: TriedQ | None


def tune_q(
    judge: Callable[[float | None, range], Floats],
    *,
    replications: int = 20,
    grid: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    finer: int = 2,
    level: float = 0.95,
) -> TunedQ:
    """Try q on a grid, then `finer` times halve the step round the best; `judge(None, ...)` is the rule without q.

    The winner's interval is from fresh replications.
    """
    if not grid or not all(0 < q < 1 for q in grid) or list(grid) != sorted(set(grid)):
        raise BadSiting("a rising grid of q, each more than 0 and less than 1, is wanted")
    days = range(replications)
    none = judge(None, days)
    worth = {q: judge(q, days) for q in grid}
    step = float(min(np.diff(grid), default=min(grid[0], 1 - grid[0])))
    for _ in range(finer):
        step = step / 2
        top = max(worth, key=lambda q: float(worth[q].mean()))
        for q in (round(top - step, 6), round(top + step, 6)):
            if 0 < q < 1 and q not in worth:
                worth[q] = judge(q, days)
    tried = [
        TriedQ(q=q, worth=float(w.mean()), against_none=paired(w, none, level=level)) for q, w in sorted(worth.items())
    ]
    top = max(worth, key=lambda q: float(worth[q].mean()))
    fresh = range(FRESH, FRESH + replications)
    seen = judge(top, fresh)
    last = TriedQ(q=top, worth=float(seen.mean()), against_none=paired(seen, judge(None, fresh), level=level))
    return TunedQ(tried=tried, best=last if last.against_none.low > 0 else None)
