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


class PolicySettings(msgspec.Struct, frozen=True, kw_only=True):
    """The agency's numbers for the decision kernel (see `policy_numbers`)."""

    divert: dict[Level, tuple[Level, ...]] = {}
    divert_gain_s: float = 0.0
    spare_s: float = 0.0
    cover_slack_s: float = 0.0
    cover_within_s: float = 480.0

    def numbers(self) -> PolicyNumbers:
        return policy_numbers(
            divert={int(to): tuple(int(one) for one in sources) for to, sources in self.divert.items()},
            divert_gain_s=self.divert_gain_s,
            spare_s=self.spare_s,
            cover_slack_s=self.cover_slack_s,
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
