"""Two plans on the same days: what differs, how surely, and the same answer whenever asked."""

import math
import threading

import numpy as np
import pytest

from goldenhour.planning.siting import BadSiting
from goldenhour.planning.whatif import compare, replications_for, what_if

Figures = dict[str, float]


def day(better_by: float, replication: int) -> Figures:
    """Days differ by much, plans by little; high-priority calls come in every second replication only."""
    luck = float(np.random.default_rng(replication).normal(0, 0.1))
    own = float(np.random.default_rng([replication, round(better_by * 1000)]).normal(0, 0.002))
    high = 0.9 + better_by if replication % 2 else math.nan
    return {"in_time": 0.6 + luck + better_by + own, "mean_s": 500 - 100 * better_by + own, "in_time.high": high}


def test_a_small_gain_shows_through_the_luck_of_the_days() -> None:
    answer = what_if(0.0, 0.02, day, replications=16)
    in_time, mean_s, high = answer.effects
    assert (in_time.figure, in_time.verdict) == ("in_time", "more")
    assert in_time.difference is not None
    assert in_time.difference.low < 0.02 < in_time.difference.high
    assert in_time.difference.high - in_time.difference.low < 0.01
    assert mean_s.verdict == "less"
    assert high.difference is not None
    assert high.difference.replications == 8


def test_no_change_is_the_same_to_the_last_figure() -> None:
    assert {effect.verdict for effect in what_if(0.01, 0.01, day, replications=4).effects} == {"same"}


def test_too_small_a_gain_stays_open() -> None:
    def noisy(better_by: float, replication: int) -> Figures:
        noise = np.random.default_rng([replication, round(better_by * 1e6)]).normal(0, 0.1)
        return {"in_time": 0.5 + better_by + float(noise)}

    (effect,) = what_if(0.0, 0.001, noisy, replications=8).effects
    assert effect.verdict == "open"


def test_a_figure_seen_once_has_no_interval() -> None:
    before: list[Figures] = [{"rare": 1.0}, {"rare": math.nan}]
    after: list[Figures] = [{"rare": 2.0}, {"rare": 3.0}]
    (effect,) = compare(before, after)
    assert effect.difference is None
    assert (effect.before, effect.after, effect.verdict) == (1.0, 2.0, "open")


def test_unpaired_replications_are_refused() -> None:
    with pytest.raises(BadSiting, match="cannot be paired"):
        compare([{"a": 1.0}], [])


def test_replications_run_side_by_side() -> None:
    """Both workers must be inside a replication at once for the barrier to open."""
    both_there = threading.Barrier(2)

    def play(plan: str, replication: int) -> Figures:
        both_there.wait(timeout=30)
        return {"x": float(replication)}

    assert what_if("a", "b", play, replications=4, workers=2).replications == 4


def test_an_error_in_a_replication_is_not_lost() -> None:
    def play(plan: str, replication: int) -> Figures:
        raise ZeroDivisionError(f"replication {replication}")

    with pytest.raises(ZeroDivisionError, match="replication 0"):
        what_if("a", "b", play, replications=2)


@pytest.mark.parametrize(("calls", "wanted"), [(2_000, 64), (30_000, 20), (600_000, 8)])
def test_replications_follow_from_the_calls_not_from_the_clock(calls: float, wanted: int) -> None:
    assert replications_for(calls) == wanted


def test_nothing_to_replicate_is_refused() -> None:
    with pytest.raises(BadSiting, match="without calls"):
        replications_for(0)
    with pytest.raises(BadSiting, match="at least two"):
        what_if("a", "b", lambda plan, replication: {}, replications=1)
