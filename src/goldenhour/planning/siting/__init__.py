"""Siting: where posts and units should stand, by exact models, quick screens and search in the twin."""

from goldenhour.planning.siting.cover import BadSiting, CoverGroups, Demand, group_cover
from goldenhour.planning.siting.ddsm import MoveUp, Standing, ddsm
from goldenhour.planning.siting.hypercube import Preferences, Screened, hypercube, prefer, screen, worth_by_kind
from goldenhour.planning.siting.mclp import mclp
from goldenhour.planning.siting.mexclp import mexclp
from goldenhour.planning.siting.mip import Answer, Limits
from goldenhour.planning.siting.moveup import Level, compliance_table, dmexclp, nested_table
from goldenhour.planning.siting.objective import DE_MAIO, LARSEN, Objective, Survival, expected_value
from goldenhour.planning.siting.pmedian import Served, pmedian
from goldenhour.planning.siting.search import (
    Difference,
    Effort,
    Found,
    Plan,
    climb,
    local_search,
    moves,
    paired,
    tune_q,
)

__all__ = [
    "DE_MAIO",
    "LARSEN",
    "Answer",
    "BadSiting",
    "CoverGroups",
    "Demand",
    "Difference",
    "Effort",
    "Found",
    "Level",
    "Limits",
    "MoveUp",
    "Objective",
    "Plan",
    "Preferences",
    "Screened",
    "Served",
    "Standing",
    "Survival",
    "climb",
    "compliance_table",
    "ddsm",
    "dmexclp",
    "expected_value",
    "group_cover",
    "hypercube",
    "local_search",
    "mclp",
    "mexclp",
    "moves",
    "nested_table",
    "paired",
    "pmedian",
    "prefer",
    "screen",
    "tune_q",
    "worth_by_kind",
]
