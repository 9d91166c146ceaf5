"""Answer a planner's question: one scenario against another, week by week of the same calls, remembered in the log."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldenhour import __version__
from goldenhour.planning.siting import BadSiting
from goldenhour.planning.study.days import DAY_S, draw_calls
from goldenhour.planning.study.results import figures
from goldenhour.planning.study.scenario import Scenario
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import Study, prepare
from goldenhour.planning.whatif.compare import Figures
from goldenhour.planning.whatif.run_log import LoggedRun, RunLog, inputs_hash
from goldenhour.planning.whatif.trial import Progress, WhatIf, replications_for, silent, what_if

WEEK_DAYS = 7
WEEK_S = WEEK_DAYS * DAY_S

Weeks = list[NDArray[Any]]
Prepare = Callable[[Setting, Scenario], Study]
"""`prepare`, or something that remembers what it prepared."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`after` against `before` on one setting. `weeks` None takes as many as an answer in seconds affords."""

    before: Scenario
    after: Scenario
    seed: int = 1
    weeks: int | None = None
    level: float = 0.95


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`what_if` over `weeks` simulated weeks of about `calls_per_week`; `remembered` when it comes from the log."""

    inputs_hash: str
    remembered: bool
    weeks: int
    calls_per_week: float
    what_if: WhatIf
    notes_before: list[str]
    notes_after: list[str]


def ask(
    setting: Setting,
    question: Question,
    *,
    workers: int = 2,
    progress: Progress = silent,
    prepare: Prepare = prepare,
) -> Answer:
    """Simulate both scenarios. Raises BadScenario where one names what the setting has not."""
    before, after = prepare(setting, question.before), prepare(setting, question.after)
    per_day = question.before.calls_per_day
    per_week = WEEK_DAYS * (setting.calls_per_day if per_day is None else per_day)
    weeks = replications_for(per_week) if question.weeks is None else question.weeks
    if weeks < 2:
        raise BadSiting("at least two weeks are wanted: one says nothing about chance")
    calls = [_weeks(setting, scenario, weeks, question.seed) for scenario in (question.before, question.after)]
    number = {id(before): calls[0], id(after): calls[1]}

    def play(study: Study, week: int) -> Figures:
        these = number[id(study)][week]
        return figures(study, these, study.play(these))

    found = what_if(before, after, play, replications=weeks, level=question.level, workers=workers, progress=progress)
    return Answer(
        inputs_hash=question_hash(setting, question),
        remembered=False,
        weeks=weeks,
        calls_per_week=sum(map(len, calls[0])) / weeks,
        what_if=found,
        notes_before=list(before.notes),
        notes_after=list(after.notes),
    )


def question_hash(setting: Setting, question: Question) -> str:
    """What decides the answer: the place, both scenarios, the draw and this version of the software."""
    return inputs_hash(__version__, setting.fingerprint, question)


def ask_or_remember(
    setting: Setting,
    question: Question,
    log: RunLog,
    *,
    at: int,
    workers: int = 2,
    progress: Progress = silent,
    prepare: Prepare = prepare,
) -> Answer:
    """The answer of an earlier run with the same inputs, or a new one, kept in the log at instant `at`."""
    wanted = question_hash(setting, question)
    known = log.answered(wanted)
    if known is not None:
        return msgspec.structs.replace(msgspec.convert(known.results, Answer), remembered=True)
    answer = ask(setting, question, workers=workers, progress=progress, prepare=prepare)
    log.keep(
        LoggedRun(
            at=at,
            name=f"{setting.name}: {question.after.name} against {question.before.name}",
            inputs_hash=wanted,
            inputs={"setting": setting.name, **msgspec.to_builtins(question, str_keys=True)},
            results=msgspec.to_builtins(answer),
        )
    )
    return answer


def _weeks(setting: Setting, scenario: Scenario, weeks: int, seed: int) -> Weeks:
    """One long draw cut into weeks that each begin at 0: drawing them one by one would cost more than playing them."""
    calls = draw_calls(setting, scenario, seed=seed, days=float(weeks * WEEK_DAYS))
    week = (calls["arrival_s"] // WEEK_S).astype(np.int64)
    found: Weeks = []
    for number in range(weeks):
        these = calls[week == number].copy()
        if not len(these):
            raise BadSiting(f"a week without a call: {setting.name} is too quiet to compare plans by the week")
        these["arrival_s"] -= number * WEEK_S
        these["ready_s"] -= number * WEEK_S
        found.append(these)
    return found
