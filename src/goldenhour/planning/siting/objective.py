"""What a plan is good for: share in target, mean response, or lives; each as a value per demand point and site.

Higher is better for all three, so that one search serves them all; the mean is therefore negative seconds.
"""

from typing import Literal

import msgspec
import numpy as np

from goldenhour.planning.siting.cover import BadSiting, Floats, Ints
from goldenhour.planning.siting.mexclp import check_busy

S_PER_MIN = 60.0

Kind = Literal["share", "mean", "survival"]


class Survival(msgspec.Struct, frozen=True, kw_only=True):
    """Probability to survive cardiac arrest by minutes from collapse, never below 0.

    Linear: s = `at_once` - `per_min` t. Larsen 1993: s = 0.67 - 0.023 t_CPR - 0.011 t_defib - 0.021 t_ACLS; with
    one crew that brings all three at t it is 0.67 - 0.055 t. Logistic (`logit` set): s = 1 / (1 + e^(a + b t)).
    """

    at_once: float = 0.67
    per_min: float = 0.023 + 0.011 + 0.021
    logit: tuple[float, float] | None = None

    def at(self, response_s: Floats) -> Floats:
        """Survival for each response in seconds from collapse; 0 where nobody comes (inf)."""
        minutes = response_s / S_PER_MIN
        if self.logit is None:
            return np.asarray(np.maximum(0.0, self.at_once - self.per_min * minutes))
        a, b = self.logit
        with np.errstate(over="ignore"):
            return np.asarray(1.0 / (1.0 + np.exp(a + b * minutes)))


LARSEN = Survival()
DE_MAIO = Survival(logit=(0.679, 0.262))  # De Maio 2003, as Erkut 2008 uses it


def larsen_split(cpr_s: Floats, defib_s: Floats, acls_s: Floats) -> Floats:
    """Larsen's three terms where bystander, first responder and advanced crew come at different times."""
    lost = 0.023 * cpr_s + 0.011 * defib_s + 0.021 * acls_s
    return np.asarray(np.maximum(0.0, 0.67 - lost / S_PER_MIN))


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """`delay_s` is what passes before the wheels turn (call handling and turnout), counted in mean and survival;
    for survival, `mix` is the share of calls per curve (of complaints), adding to 1 at most: the rest counts 0.
    """

    kind: Kind = "share"
    target_s: float = 480.0
    delay_s: float = 0.0
    mix: tuple[tuple[float, Survival], ...] = ((1.0, LARSEN),)

    def __post_init__(self) -> None:
        parts = [part for part, _ in self.mix]
        if not self.target_s > 0 or self.delay_s < 0 or min(parts, default=0) < 0 or sum(parts) > 1 + 1e-9:
            raise BadSiting("a target above 0, a delay from 0 and parts of calls that add to at most 1 are wanted")

    def value(self, travel_s: Floats) -> Floats:
        """Worth of a response from each site, shape as `travel_s`; -inf for the mean where no road leads."""
        if self.kind == "share":
            return np.asarray((travel_s <= self.target_s).astype(np.float64))
        if self.kind == "mean":
            return -(travel_s + self.delay_s)
        return np.asarray(sum(part * curve.at(travel_s + self.delay_s) for part, curve in self.mix))

    def cost(self, travel_s: Floats) -> Floats:
        """The same as a cost from 0 for the p-median."""
        if self.kind == "mean":
            return travel_s + self.delay_s
        return 1.0 - self.value(travel_s)


def expected_value(objective: Objective, travel_s: Floats, weights: Floats, units_at: Ints, *, q: float) -> float:
    """Mean worth over demand when the k-th nearest unit answers with (1-q) q^(k-1), given that one is free.

    With "share" this is MEXCLP's expected cover over its value with nobody busy ever at once; see `hypercube` for
    units that are busy in different measure.
    """
    check_busy(q)
    site_of = np.repeat(np.arange(len(units_at)), units_at)
    if not len(site_of):
        raise BadSiting("no units to send")
    nearest = np.take_along_axis(travel_s[:, site_of], np.argsort(travel_s[:, site_of], axis=1), axis=1)
    chance = (1 - q) * q ** np.arange(len(site_of))
    return float(weights @ (objective.value(nearest) @ (chance / chance.sum())) / weights.sum())
