"""Simulate days of calls under a plan: response times, use of units, cover; compare plans on the same days."""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from goldenhour.geo.jemss import BadCity, BadRaster
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import BadRoads
from goldenhour.planning.siting import BadSiting
from goldenhour.planning.study.files import write_json, write_plots, write_tables
from goldenhour.planning.study.memory import default_cache
from goldenhour.planning.study.replicate import (
    Recipe,
    Replication,
    average,
    calls_of,
    interval,
    replicate_all,
    setting_of,
)
from goldenhour.planning.study.results import CLOCKS
from goldenhour.planning.study.scenario import POLICIES, BadScenario, Scenario, read_scenario, with_settings
from goldenhour.planning.study.study import prepare
from goldenhour.planning.twin.ground.town import BadTown
from goldenhour.planning.whatif import Effect, compare
from goldenhour.run.studies.recorded_calls import calls_of_store, recorded_calls

BAD_INPUT = (BadScenario, BadCity, BadRaster, BadRegion, BadRoads, BadSiting, BadTown, OSError)


def configure(parser: argparse.ArgumentParser) -> None:
    """`run` one plan, `compare` two on the same days, or write the `calls` of a live system's log."""
    verbs = parser.add_subparsers(dest="twin_verb", required=True, metavar="VERB")
    one = verbs.add_parser("run", help="simulate one plan")
    _common(one)
    one.add_argument("--scenario", type=Path, metavar="FILE", help="YAML: what is changed from the place as it is")
    one.add_argument("--policy", choices=POLICIES, help="whom to send and where to wait (default: closest)")
    one.add_argument("--replications", type=int, default=1, metavar="R", help="differently seeded runs (default 1)")
    one.add_argument("--out", type=Path, metavar="DIR", help="write results.json, Parquet tables and plots there")
    two = verbs.add_parser("compare", help="simulate two plans on the same calls, and the difference with its interval")
    two.add_argument("before", metavar="A", help=f"a scenario file, or a policy ({', '.join(POLICIES)})")
    two.add_argument("after", metavar="B", help="the other; a policy may have numbers, as in dmexclp:q=0.4")
    _common(two)
    two.add_argument("--replications", type=int, default=10, metavar="R", help="paired runs (default 10)")
    two.add_argument("--level", type=float, default=0.95, help="of the intervals (default 0.95)")
    two.add_argument("--out", type=Path, metavar="FILE", help="write the comparison as JSON there")
    calls = verbs.add_parser("calls", help="write a live system's incidents as recorded calls (CSV)")
    calls.add_argument("--store", required=True, metavar="ADDRESS", help="sqlite:FILE or postgresql://…")
    calls.add_argument("--region", type=Path, metavar="DIR", help="whose clock the times are told by (default: UTC)")
    calls.add_argument("--out", type=Path, metavar="FILE.csv", help="default: standard output")


def _common(parser: argparse.ArgumentParser) -> None:
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--city", type=Path, metavar="DIR", help="a JEMSS city directory, as it lies there")
    place.add_argument("--region", type=Path, metavar="DIR", help="a region bundle")
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--calls", type=int, metavar="N", help="simulate this many calls")
    length.add_argument("--days", type=float, metavar="D", help="simulate this many days")
    length.add_argument(
        "--calls-from",
        metavar="FILE.csv|STORE",
        help="simulate recorded calls: a CSV (time, lon, lat, …), or a live system's log (sqlite:FILE, postgresql://…)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the calls (default 1)")
    parser.add_argument("--set", dest="settings", action="append", default=[], metavar="KEY=VALUE", help="q=0.3, …")
    parser.add_argument("--dask", metavar="tcp://…", help="run replications on this Dask scheduler")
    parser.add_argument("--workers", type=int, metavar="W", help="processes here (default: all cores)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where travel tables and results are kept")
    parser.add_argument("--no-cache", action="store_true", help="simulate afresh, keep nothing")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; 2 for input that cannot be used."""
    try:
        if args.twin_verb == "calls":
            return _calls(args)
        if args.replications < 1 or (args.workers or 1) < 1 or args.seed < 0:
            raise BadScenario("replications and workers are counted from 1, seeds from 0")
        if args.calls_from:
            cache = None if args.no_cache else args.cache or default_cache()
            args.calls_from = str(recorded_calls(args.calls_from, region=args.region, cache=cache))
        return _compare(args) if args.twin_verb == "compare" else _run(args)
    except BAD_INPUT as fault:
        said = f"{fault.filename} cannot be read: {fault.strerror}" if isinstance(fault, OSError) else str(fault)
        print(f"goldenhour twin: {said}", file=sys.stderr)
        return 2


def _calls(args: argparse.Namespace) -> int:
    text = calls_of_store(args.store, region=args.region)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _run(args: argparse.Namespace) -> int:
    begun = time.perf_counter()
    scenario = read_scenario(args.scenario) if args.scenario else Scenario()
    scenario = with_settings(scenario, args.settings, policy=args.policy)
    recipe = _recipe(args, scenario)
    played = _replicate(args, [recipe])[0]
    answer = _answer(recipe, played) | {"total_s": time.perf_counter() - begun}
    if args.out:
        _write(args.out, recipe, answer)
    if args.json:
        _print_json(answer)
    else:
        _print_run(answer)
    return 0


def _compare(args: argparse.Namespace) -> int:
    if args.replications < 2:
        raise BadScenario("a comparison needs at least two replications")
    if not 0.5 <= args.level < 1:
        raise BadScenario("--level lies between 0.5 and 1")
    plans = [_plan(text, args.settings) for text in (args.before, args.after)]
    before, after = _replicate(args, [_recipe(args, plan) for plan in plans])
    effects = compare([_known(one.figures) for one in before], [_known(one.figures) for one in after], level=args.level)
    answer = {
        "before": args.before,
        "after": args.after,
        "replications": args.replications,
        "level": args.level,
        "calls": sum(one.calls for one in before),
        "seed": args.seed,
        "effects": effects,
        "clocks": CLOCKS,
        "notes": list(dict.fromkeys(note for one in (*before, *after) for note in one.notes)),
    }
    if args.out:
        write_json(args.out, answer)
    if args.json:
        _print_json(answer)
    else:
        _print_effects(args.before, args.after, effects)
    return 0


def _plan(text: str, settings: list[str]) -> Scenario:
    """A scenario file, or policy[:key=value,…]."""
    name, _, numbers = text.partition(":")
    if name in POLICIES:
        return with_settings(Scenario(name=text), [*settings, *(numbers.split(",") if numbers else [])], policy=name)
    if not Path(text).is_file():
        raise BadScenario(f"{text!r} is neither a scenario file nor a policy ({', '.join(POLICIES)})")
    return with_settings(read_scenario(Path(text)), settings)


def _recipe(args: argparse.Namespace, scenario: Scenario) -> Recipe:
    cache = None if args.no_cache else args.cache or default_cache()
    return Recipe(
        scenario=scenario,
        city=str(args.city.resolve()) if args.city else None,
        region=str(args.region.resolve()) if args.region else None,
        calls=args.calls,
        days=args.days,
        recorded=args.calls_from,
        seed=args.seed,
        cache=str(cache) if cache else None,
    )


def _replicate(args: argparse.Namespace, recipes: list[Recipe]) -> list[list[Replication]]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=args.replications * len(recipes))
        return replicate_all(
            recipes,
            args.replications,
            dask=args.dask,
            workers=args.workers,
            progress=lambda done, _: bar.update(task, completed=done),
        )


def _answer(recipe: Recipe, played: list[Replication]) -> dict[str, Any]:
    """The first replication's results, or the mean of several leaf by leaf, with intervals of the figures."""
    fresh = [one for one in played if not one.remembered]
    wall_s = sum(one.wall_s for one in fresh)
    answer = {
        **average([one.results for one in played]),
        "calls": sum(one.calls for one in played),
        "wall_s": wall_s,
        "calls_per_s": sum(one.calls for one in fresh) / wall_s if fresh else None,
        "remembered": len(played) - len(fresh),
        "replications": len(played),
        "seed": recipe.seed,
        "scenario": msgspec.to_builtins(recipe.scenario),
        "policy": recipe.scenario.policy.name,
        "clocks": CLOCKS,
        "notes": list(dict.fromkeys(note for one in played for note in one.notes)),
    }
    if len(played) > 1:
        names = played[0].figures
        answer["intervals"] = {name: interval([_number(one.figures[name]) for one in played]) for name in names}
    return answer


def _known(figures: dict[str, float | None]) -> dict[str, float]:
    return {name: _number(value) for name, value in figures.items()}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _write(folder: Path, recipe: Recipe, answer: dict[str, Any]) -> None:
    """Tables and plots are of the first replication."""
    setting = setting_of(recipe.city, recipe.region, recipe.cache)
    study = prepare(setting, recipe.scenario)
    calls, _ = calls_of(recipe, setting, 0)
    outcome = study.play(calls)
    write_json(folder / "results.json", answer)
    write_tables(folder, study, calls, outcome)
    write_plots(folder, study, calls, outcome)


def _print_json(answer: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(answer)).decode())


def _print_run(answer: dict[str, Any]) -> None:
    console = Console()
    table = Table("priority", "calls", "mean", "median", "90 %", "in time")
    for name, row in [*answer["by_priority"].items(), ("all", answer)]:
        table.add_row(
            name,
            f"{row['calls']:,.0f}",
            *(_clock(row[key]) for key in ("mean_s", "p50_s", "p90_s")),
            "–" if row["in_time"] is None else f"{row['in_time']:.1%}",
        )
    console.print(table)
    console.print(
        f"units busy {answer['utilisation']:.1%} of their duty, "
        f"{answer['queue']['waited_share'] or 0:.1%} of the calls waited, {answer['diverted']:,.0f} diverts, "
        f"{answer['relocations']:,.0f} relocations"
    )
    if answer["calls_per_s"]:
        console.print(f"{answer['calls']:,} calls in {answer['wall_s']:.2f} s")
    else:
        console.print(f"{answer['calls']:,} calls, remembered from before")
    for note in answer["notes"]:
        console.print(f"note: {note}", style="yellow")


def _clock(seconds: float | None) -> str:
    return "–" if seconds is None else f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _print_effects(before: str, after: str, effects: list[Effect]) -> None:
    console = Console()
    table = Table("figure", before, after, "difference", "interval", "")
    for effect in effects:
        gap = effect.difference
        table.add_row(
            effect.figure,
            "–" if effect.before is None else f"{effect.before:.4g}",
            "–" if effect.after is None else f"{effect.after:.4g}",
            "–" if gap is None else f"{gap.mean:+.4g}",
            "–" if gap is None else f"{gap.low:+.4g} … {gap.high:+.4g}",
            effect.verdict,
        )
    console.print(table)
