"""Solve a mixed integer programme with HiGHS and say honestly how it ended."""

from dataclasses import dataclass

import highspy
import msgspec
import numpy as np
from scipy import sparse

from goldenhour.planning.siting.cover import BadSiting, Bools, Floats

INF = highspy.kHighsInf

OPTIMAL, WITHIN_GAP, TIME_LIMIT, INFEASIBLE, NO_ANSWER = (
    "optimal",
    "within_gap",
    "time_limit",
    "infeasible",
    "no_answer",
)
PROVEN_GAP = 1e-6


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Stop when the answer is within `gap` of the bound, or after `time_s`."""

    time_s: float = 60.0
    gap: float = 1e-6
    threads: int = 1

    def __post_init__(self) -> None:
        if not self.time_s > 0 or not 0 <= self.gap < 1 or self.threads < 1:
            raise BadSiting(
                f"limits of {self.time_s} s, gap {self.gap}, {self.threads} threads: "
                "a time above 0, a gap from 0 to below 1 and at least one thread are wanted"
            )


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a siting model found.

    `status`: "optimal"; "within_gap" (as near the bound as was asked); "time_limit" (the best found so far, `gap`
    says how far it may be off); "infeasible" or "no_answer" (nothing to show: `units_at` and `value` are None).
    `units_at` is the number of units per site; `share` the part of demand that `value` stands for where it is one.
    """

    model: str
    status: str
    units_at: list[int] | None = None
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    share: float | None = None
    groups: int = 0
    note: str = ""

    @property
    def usable(self) -> bool:
        return self.units_at is not None

    @property
    def proven(self) -> bool:
        return self.status == OPTIMAL


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Maximise `offset` + `gain` . v over `least` <= v <= `most`, `whole` are integers,
    subject to `rows_low` <= `rows` v <= `rows_high`."""

    gain: Floats
    rows: sparse.csr_matrix
    rows_low: Floats
    rows_high: Floats
    least: Floats
    most: Floats
    whole: Bools
    offset: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Solved:
    """`values` is None when there is nothing to show; `value` and `bound` are of `gain` . v."""

    status: str
    values: Floats | None
    value: float
    bound: float
    gap: float
    run_s: float = 0.0


def solve(programme: Programme, limits: Limits, *, start: Floats | None = None) -> Solved:
    """Run HiGHS from `start`, a complete feasible assignment where one is known."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its stubs leave this one out
    for option, value in (
        ("output_flag", False),
        ("time_limit", limits.time_s),
        ("mip_rel_gap", limits.gap),
        ("mip_abs_gap", 0.0),
        ("threads", limits.threads),
    ):
        highs.setOptionValue(option, value)
    if highs.passModel(_model(programme)) == highspy.HighsStatus.kError:
        raise BadSiting("the solver refused the model")
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solution.value_valid = True
        highs.setSolution(solution)
    highs.run()
    return _solved(highs, limits)


def _model(programme: Programme) -> highspy.HighsLp:
    rows, columns = programme.rows.shape
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.offset_ = programme.offset
    lp.col_cost_ = programme.gain
    lp.col_lower_, lp.col_upper_ = programme.least, programme.most
    lp.row_lower_, lp.row_upper_ = programme.rows_low, programme.rows_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = programme.rows.indptr
    lp.a_matrix_.index_ = programme.rows.indices
    lp.a_matrix_.value_ = programme.rows.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[whole] for whole in programme.whole.astype(int)]
    return lp


def _solved(highs: highspy.Highs, limits: Limits) -> Solved:
    ended, info, run_s = highs.getModelStatus(), highs.getInfo(), highs.getRunTime()
    if ended in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Solved(status=INFEASIBLE, values=None, value=-INF, bound=-INF, gap=INF, run_s=run_s)
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solved(status=NO_ANSWER, values=None, value=-INF, bound=bound, gap=INF, run_s=run_s)
    gap = float(info.mip_gap)
    return Solved(
        status=verdict(gap, limits),
        values=np.array(highs.getSolution().col_value),
        value=float(info.objective_function_value),
        bound=bound,
        gap=gap,
        run_s=run_s,
    )


def verdict(gap: float, limits: Limits) -> str:
    """How an answer that is off its bound by at most `gap` is to be called."""
    if gap <= PROVEN_GAP:
        return OPTIMAL
    return WITHIN_GAP if gap <= limits.gap else TIME_LIMIT
