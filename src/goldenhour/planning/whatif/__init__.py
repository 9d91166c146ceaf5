"""What if: a changed plan against the plan as it is, on the same days; what the map shows; the log of runs."""

from goldenhour.planning.whatif.compare import Effect, compare
from goldenhour.planning.whatif.cover_map import CoverMap, cover_map
from goldenhour.planning.whatif.heat import HeatGrid, heat_grid
from goldenhour.planning.whatif.run_log import LoggedRun, RunLog, Unreadable, inputs_hash
from goldenhour.planning.whatif.trial import WhatIf, replications_for, what_if

__all__ = [
    "CoverMap",
    "Effect",
    "HeatGrid",
    "LoggedRun",
    "RunLog",
    "Unreadable",
    "WhatIf",
    "compare",
    "cover_map",
    "heat_grid",
    "inputs_hash",
    "replications_for",
    "what_if",
]
