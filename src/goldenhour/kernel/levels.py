"""Response levels and crew levels, as the field names them."""

from enum import IntEnum, StrEnum
from typing import Final


class Level(IntEnum):
    """Response level of an incident (domain/clinical.md section 2): our own scale, L1 is the most urgent."""

    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4
    L5 = 5


class Mode(StrEnum):
    """How a unit drives: lights and siren, or with the traffic."""

    HOT = "hot"
    COLD = "cold"


class Skill(StrEnum):
    """Levels of the National EMS Scope of Practice Model 2019 (DOT HS 812 666), lowest first."""

    EMR = "emr"
    EMT = "emt"
    AEMT = "aemt"
    PARAMEDIC = "paramedic"


SKILL_RANK: Final = {skill: rank for rank, skill in enumerate(Skill)}

MODE_OF_LEVEL: Final = {
    Level.L1: Mode.HOT,
    Level.L2: Mode.HOT,
    Level.L3: Mode.HOT,
    Level.L4: Mode.COLD,
    Level.L5: Mode.COLD,
}
"""Default driving mode per level; of an L3's units only the first drives hot (domain/clinical.md section 2)."""

NEMSIS_EMD_DETERMINANT: Final = {
    Level.L1: "2305001",
    Level.L2: "2305003",
    Level.L3: "2305003",
    Level.L4: "2305005",
    Level.L5: "2305007",
}
"""eDispatch.05 dispatch priority of each level (domain/clinical.md section 2)."""
