"""From a complaint and the two life questions to a response level. The medical director's rules come as data."""

from typing import Final

import msgspec

from goldenhour.call_taking.facts import Said
from goldenhour.kernel.levels import Level


class ComplaintRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A complaint type of the content pack: its name, its NEMSIS eDispatch.01 code, and the level it begins with.

    `not_awake` is the level once the patient is not awake, where that differs from the general rule.
    """

    id: str
    name: str
    nemsis: str
    default_level: Level
    family: str = ""
    not_awake: Level | None = None
    stage: bool = False
    words: tuple[str, ...] = ()


ARREST_REASON: Final = "not awake and not breathing normally"


def not_confirmed(said: Said | None) -> bool:
    """Unknown counts as no (No-No-Go, domain/clinical.md section 2); a question not yet asked does not."""
    return said in (Said.NO, Said.UNKNOWN)


def suggested_level(rule: ComplaintRule | None, awake: Said | None, breathing: Said | None) -> tuple[Level, str] | None:
    """The level these answers call for and why, or None while nothing is known.

    Universal upgraders (domain/clinical.md section 2): not awake and not breathing normally is L1; not awake alone,
    or not breathing normally alone, is at least L2.
    """
    if not_confirmed(awake) and not_confirmed(breathing):
        return Level.L1, ARREST_REASON
    reached: list[tuple[Level, str]] = []
    if rule is not None:
        reached.append((rule.default_level, f"{rule.name}: default level"))
        if not_confirmed(awake) and rule.not_awake is not None:
            reached.append((rule.not_awake, f"{rule.name}: not awake"))
    if not_confirmed(awake):
        reached.append((Level.L2, "not awake"))
    if not_confirmed(breathing):
        reached.append((Level.L2, "not breathing normally"))
    return min(reached, key=lambda found: found[0]) if reached else None
