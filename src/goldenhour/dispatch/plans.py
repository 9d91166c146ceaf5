"""Response plans: which places an incident's level asks to be filled, and the numbers the decision kernel weighs by."""

from functools import cache
from typing import Final

import msgspec

from goldenhour.dispatch.facts import UnitKind
from goldenhour.dispatch.policy import Capability, PolicyNumbers, policy_numbers
from goldenhour.dispatch.state import Unit
from goldenhour.kernel.ids import PlanId
from goldenhour.kernel.levels import Level, Skill

CAPABILITY_WORDS: Final = {capability.name.lower(): capability for capability in Capability if capability.name}
"""The words a plan may use: emr, emt, aemt, paramedic, transport, supervise, rescue, …"""

_OF_SKILL: Final = {
    Skill.EMR: Capability.EMR,
    Skill.EMT: Capability.EMR | Capability.EMT,
    Skill.AEMT: Capability.EMR | Capability.EMT | Capability.AEMT,
    Skill.PARAMEDIC: Capability.EMR | Capability.EMT | Capability.AEMT | Capability.PARAMEDIC,
}

MOST_TURNOUT_S: Final = 3600.0
"""A volunteer crew may need many minutes; more than an hour is a slip of the pen."""


class Slot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place in a plan: what a unit must be able to do to fill it. Negative `sooner_s`: always filled."""

    id: str
    name: str
    needs: tuple[str, ...]
    sooner_s: float = -1.0
    optional: bool = False

    @property
    def mask(self) -> int:
        """The capabilities as the decision kernel's bit mask. Raises KeyError for an unknown word."""
        mask = 0
        for word in self.needs:
            mask |= CAPABILITY_WORDS[word].value
        return mask


class ResponsePlan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which slots an incident of these levels asks for; with `complaints`, only for those."""

    id: str
    name: str
    levels: tuple[Level, ...]
    slots: tuple[str, ...]
    complaints: tuple[str, ...] = ()

    @property
    def plan_id(self) -> PlanId:
        return PlanId(self.id)


class Flight(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a helicopter takes: from being asked until it is in the air, then a straight line at this speed.

    The defaults are assumptions that an agency replaces with what its air ambulance promises.
    """

    lift_off_s: float = 480.0
    cruise_kmh: float = 220.0


class PolicySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agency's numbers for the decision kernel (see `policy_numbers`), and what it expects of its units.

    `turnout_s`: from notified to en route, of a unit that waits at its post, by kind; a kind left out rolls at once.
    `q`: share of its time that a unit is busy, by which the cover that others would give is weighed.
    """

    divert: dict[Level, tuple[Level, ...]] = {}
    divert_gain_s: float = 0.0
    spare_s: float = 0.0
    cover_slack_s: float = 0.0
    cover_within_s: float = 480.0
    q: float = 0.3
    turnout_s: dict[UnitKind, float] = {}
    helicopter: Flight = Flight()

    def expected_turnout_s(self, kind: UnitKind) -> float:
        """What passes before a unit of this kind that waits at its post has left it; a helicopter's is its lift-off."""
        return self.helicopter.lift_off_s if kind is UnitKind.HELICOPTER else self.turnout_s.get(kind, 0.0)

    def check(self) -> None:
        """Raises ValueError in plain words for numbers that cannot be."""
        self.numbers()
        for kind, seconds in self.turnout_s.items():
            if kind is UnitKind.HELICOPTER:
                raise ValueError("a helicopter's turnout is its lift_off_s, under helicopter")
            if not 0.0 <= seconds <= MOST_TURNOUT_S:
                raise ValueError(f"turnout_s of {kind.value} is {seconds:g}; 0 to {MOST_TURNOUT_S:g} s are expected")
        if not 0.0 <= self.helicopter.lift_off_s <= MOST_TURNOUT_S:
            raise ValueError(f"lift_off_s is {self.helicopter.lift_off_s:g}; 0 to {MOST_TURNOUT_S:g} s are expected")
        if not 50.0 <= self.helicopter.cruise_kmh <= 500.0:
            raise ValueError(f"cruise_kmh is {self.helicopter.cruise_kmh:g}; 50 to 500 km/h are expected")
        if not self.cover_within_s > 0.0:
            raise ValueError(f"cover_within_s is {self.cover_within_s:g}; more than 0 s is expected")

    def numbers(self) -> PolicyNumbers:
        return policy_numbers(
            divert={int(to): tuple(int(one) for one in sources) for to, sources in self.divert.items()},
            divert_gain_s=self.divert_gain_s,
            spare_s=self.spare_s,
            cover_slack_s=self.cover_slack_s,
            q=self.q,
        )


def capabilities_of(unit: Unit) -> int:
    """What a unit can do, from its crew's level, its kind, and what it says of itself.

    A helicopter fills no place in a plan: it is asked for, with weather and landing zone in mind.
    """
    return _capabilities(unit.skill, unit.kind, unit.capabilities)


@cache
def _capabilities(skill: Skill, kind: UnitKind, words: tuple[str, ...]) -> int:
    mask = _OF_SKILL[skill]
    if kind is UnitKind.HELICOPTER:
        return 0
    if kind is UnitKind.AMBULANCE:
        mask |= Capability.TRANSPORT
    if kind is UnitKind.SUPERVISOR:
        mask |= Capability.SUPERVISE
    for word in words:
        mask |= CAPABILITY_WORDS.get(word, Capability(0))
    return mask.value
