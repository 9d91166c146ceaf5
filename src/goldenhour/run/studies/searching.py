"""`siting search` and `siting tune-q`: improve a place's plan by playing it in the twin."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from goldenhour.planning.siting import BadSiting, Difference, Effort
from goldenhour.planning.siting.search import TunedQ
from goldenhour.planning.study.memory import default_cache
from goldenhour.planning.study.replicate import setting_of
from goldenhour.planning.study.scenario import POLICIES, Scenario, read_scenario, with_settings
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.study.study import Study, prepare
from goldenhour.planning.whatif.improve import GOALS, TRY_FIRST, Improved, Report, Trial, better_homes, better_q

Models = Any  # argparse's sub-parsers have no public type


def configure(models: Models) -> None:
    """Add both to the siting verb."""
    words = "which unit should wait at which post: local search in the twin, on the same days for every trial"
    homes = models.add_parser("search", help=words, description=words)
    _place(homes)
    homes.add_argument("--time-limit", type=float, default=120.0, metavar="S", help="stop searching after S seconds")
    homes.add_argument("--plays", type=int, default=5_000, metavar="N", help="replications in all (default 5000)")
    words = "how busy q should say units are, for dmexclp and moveup: tried in the twin against sending everybody home"
    q = models.add_parser("tune-q", help=words, description=words)
    _place(q)
    q.add_argument("--replications", type=int, default=20, metavar="R", help="per q tried (default 20)")


def _place(parser: argparse.ArgumentParser) -> None:
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--city", type=Path, metavar="DIR", help="a JEMSS city directory")
    place.add_argument("--region", type=Path, metavar="DIR", help="a region bundle")
    parser.add_argument("--scenario", type=Path, metavar="FILE", help="YAML: what is changed from the place as it is")
    parser.add_argument("--policy", choices=POLICIES, help="whom to send and where to wait")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE", help="q=0.3, …")
    parser.add_argument("--objective", choices=GOALS, default="share", help="share in target, mean or survival")
    parser.add_argument("--level", type=int, metavar="L", help="judge by the calls of this level only")
    parser.add_argument("--days", type=float, default=14.0, metavar="D", help="length of a replication (default 14)")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def search(args: argparse.Namespace) -> int:
    """Exit code 0, also when nothing better was found. Raises BadSiting and BadScenario."""
    if not args.time_limit > 0 or args.plays < 20:
        raise BadSiting("--time-limit is seconds above 0, --plays at least 20")
    setting, study, trial = _asked(args)
    until = time.perf_counter() + args.time_limit
    with _progress("searching") as report:
        found = better_homes(
            setting,
            study,
            trial,
            effort=Effort(evaluations=args.plays),
            stop=lambda: time.perf_counter() > until,
            report=report,
        )
    if args.json:
        _print_json(msgspec.to_builtins(found) | {"notes": list(study.notes)})
    else:
        _print_homes(found)
    return 0


def tune(args: argparse.Namespace) -> int:
    """Exit code 0, also when no q is surely better than none."""
    if args.replications < 2:
        raise BadSiting("--replications: at least two are wanted")
    setting, study, trial = _asked(args)
    with _progress("trying q") as report:
        found = better_q(setting, study, trial, replications=args.replications, report=report)
    if args.json:
        _print_json({"trial": trial, **msgspec.to_builtins(found), "notes": list(study.notes)})
    else:
        _print_q(found, trial)
    return 0


def _asked(args: argparse.Namespace) -> tuple[Setting, Study, Trial]:
    city, region = (str(path.resolve()) if path else None for path in (args.city, args.region))
    setting = setting_of(city, region, str(default_cache()))
    scenario = read_scenario(args.scenario) if args.scenario else Scenario()
    scenario = with_settings(scenario, [*args.settings, "sample_minutes=0"], policy=args.policy)
    trial = Trial(goal=args.objective, level=args.level, days=args.days, seed=args.seed)
    return setting, prepare(setting, scenario), trial


@contextmanager
def _progress(words: str) -> Iterator[Report]:
    """A bar on stderr that is told how many plays are done."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print_json(answer: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(answer)).decode())


ENDED = {
    "local_optimum": f"none of the {TRY_FIRST} most promising moves and exchanges is surely better",
    "budget": "the plays are used up; more might be found with --plays",
    "stopped": "the time is up; more might be found with --time-limit",
}


def _print_homes(found: Improved) -> None:
    console = Console()
    if not found.moved:
        console.print(f"Nothing surely better was found in {found.plays} plays: {ENDED[found.ended]}.")
        return
    table = Table("unit", "from", "to")
    for one in found.moved:
        table.add_row(one.unit, one.was, one.home)
    console.print(table)
    assert found.confirmed is not None
    console.print(f"{_worth(found.trial)}: {_difference(found.trial, found.confirmed)} on days the search has not seen")
    console.print(f"{found.plays} plays; {ENDED[found.ended]}")


def _print_q(found: TunedQ, trial: Trial) -> None:
    console = Console()
    table = Table("q", _worth(trial), "against none")
    for one in found.tried:
        table.add_row(f"{one.q:g}", f"{one.worth:.4g}", _difference(trial, one.against_none))
    console.print(table)
    if found.best is None:
        console.print("No q is surely better than sending freed units home.")
    else:
        console.print(f"q {found.best.q:g}: {_difference(trial, found.best.against_none)} on days not seen before")


def _worth(trial: Trial) -> str:
    words = {"share": "share in target", "mean": "mean response (negative: shorter is more)", "survival": "survival"}
    return words[trial.goal] + (f", level {trial.level}" if trial.level else "")


def _difference(trial: Trial, gap: Difference) -> str:
    half = (gap.high - gap.low) / 2
    if trial.goal == "mean":
        return f"{gap.mean:+.1f} ± {half:.1f} s"
    return f"{100 * gap.mean:+.2f} ± {100 * half:.2f} pp"
