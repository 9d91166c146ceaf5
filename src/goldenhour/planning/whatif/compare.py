"""Two plans figure by figure over the same replications: before, after, and the paired difference with its interval."""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from goldenhour.planning.siting import BadSiting, Difference, paired

Figures = dict[str, float]
"""One replication's figures by name; NaN where the replication has none (no call of that priority, say)."""

Verdict = Literal["more", "less", "open", "same"]


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """Means of a figure under both plans, and after less before with its interval.

    `verdict`: "more" or "less" when the interval lies on one side of 0, "open" when it does not, "same" when every
    replication gave the same. `difference` is None, and the verdict open, where fewer than two replications have it.
    """

    figure: str
    before: float | None
    after: float | None
    difference: Difference | None
    verdict: Verdict


def compare(before: Sequence[Figures], after: Sequence[Figures], *, level: float = 0.95) -> list[Effect]:
    """One effect per figure that both plans have, in the order of the first replication that names it.

    Replication i of both must be of the same days. A replication without the figure on either side is left out of it.
    """
    if len(before) != len(after):
        raise BadSiting(f"{len(before)} replications before and {len(after)} after cannot be paired")
    names = dict.fromkeys(name for figures in before for name in figures)
    there = {name for figures in after for name in figures}
    return [_effect(name, before, after, level) for name in names if name in there]


def _effect(name: str, before: Sequence[Figures], after: Sequence[Figures], level: float) -> Effect:
    pairs = [(one.get(name, math.nan), other.get(name, math.nan)) for one, other in zip(before, after, strict=True)]
    known = np.array([pair for pair in pairs if not any(map(math.isnan, pair))]).reshape(-1, 2)
    if len(known) < 2:
        single = known[0].tolist() if len(known) else [None, None]
        return Effect(figure=name, before=single[0], after=single[1], difference=None, verdict="open")
    difference = paired(known[:, 1], known[:, 0], level=level)
    return Effect(
        figure=name,
        before=float(known[:, 0].mean()),
        after=float(known[:, 1].mean()),
        difference=difference,
        verdict=_verdict(known, difference),
    )


def _verdict(known: np.ndarray, difference: Difference) -> Verdict:
    if (known[:, 0] == known[:, 1]).all():
        return "same"
    if difference.low > 0:
        return "more"
    return "less" if difference.high < 0 else "open"
