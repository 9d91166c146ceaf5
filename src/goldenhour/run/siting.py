"""Site posts and units: MCLP, p-median, MEXCLP, DDSM, the hypercube over travel seconds; search and q in the twin."""

import argparse
import sys
from pathlib import Path

import msgspec
import numpy as np

from goldenhour.geo.jemss import BadCity, BadRaster
from goldenhour.geo.region.survey import BadRegion
from goldenhour.geo.roads import BadRoads
from goldenhour.planning.siting import (
    BadSiting,
    Limits,
    Objective,
    Plan,
    Standing,
    climb,
    ddsm,
    group_cover,
    hypercube,
    mclp,
    mexclp,
    moves,
    pmedian,
    prefer,
    screen,
    worth_by_kind,
)
from goldenhour.planning.siting.mip import TIME_LIMIT, Answer
from goldenhour.planning.siting.quick.greedy import greedy_cover
from goldenhour.planning.siting.reading import SitingTable, read_table
from goldenhour.planning.study.scenario import BadScenario
from goldenhour.planning.twin.ground.town import BadTown
from goldenhour.run.studies import searching


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the models as sub-verbs."""
    models = parser.add_subparsers(dest="model", required=True, metavar="MODEL")
    for name, words in (
        ("mclp", "posts that cover the most demand in time"),
        ("pmedian", "posts with the least mean response, or the most lives saved"),
        ("mexclp", "units placed for the greatest expected cover though each is busy a fraction q of the time"),
        ("hypercube", "units placed by local search over how busy each would be and who would answer whom"),
        ("ddsm", "where idle units should stand now: demand covered twice, little driving"),
    ):
        model = models.add_parser(name, help=words, description=words)
        model.add_argument(
            "--travel",
            type=Path,
            required=True,
            metavar="FILE",
            help="csv, parquet or npz: demand x site seconds, a column `weight`; see planning/README.md",
        )
        model.add_argument(
            "--time-limit", type=float, default=60.0, metavar="S", help="stop the solver after S seconds"
        )
        model.add_argument("--gap", type=float, default=1e-6, help="stop within this part of the bound")
        model.add_argument("--json", action="store_true", help="machine-readable output")
        OPTIONS[name](model)
    searching.configure(models)


def _mclp_options(model: argparse.ArgumentParser) -> None:
    model.add_argument("--posts", type=int, required=True)
    model.add_argument("--target", type=float, required=True, metavar="S", help="seconds of travel in time")
    model.add_argument("--keep", action="append", default=[], metavar="SITE", help="a post that must stay (repeat)")


def _pmedian_options(model: argparse.ArgumentParser) -> None:
    model.add_argument("--posts", type=int, required=True)
    model.add_argument("--objective", choices=("mean", "survival"), default="mean")
    model.add_argument("--delay", type=float, default=0.0, metavar="S", help="seconds before the wheels turn")


def _mexclp_options(model: argparse.ArgumentParser) -> None:
    model.add_argument("--units", type=int, required=True)
    model.add_argument("--target", type=float, required=True, metavar="S", help="seconds of travel in time")
    model.add_argument("--q", type=float, required=True, help="busy fraction of a unit, between 0 and 1")


def _ddsm_options(model: argparse.ArgumentParser) -> None:
    model.add_argument("--units", type=Path, required=True, metavar="FILE", help="unit x site seconds, same sites")
    model.add_argument("--near", type=float, required=True, metavar="S")
    model.add_argument("--far", type=float, required=True, metavar="S")
    model.add_argument("--alpha", type=float, required=True, help="part of demand to be within --near")
    model.add_argument("--cost-per-s", type=float, default=0.0, help="demand given up to spare a second of driving")


def _hypercube_options(model: argparse.ArgumentParser) -> None:
    model.add_argument("--units", type=int, required=True)
    model.add_argument("--service", type=float, required=True, metavar="S", help="mean seconds a unit is out per call")
    model.add_argument("--objective", choices=("share", "mean", "survival"), default="share")
    model.add_argument("--target", type=float, default=480.0, metavar="S", help="seconds of travel in time")
    model.add_argument("--delay", type=float, default=0.0, metavar="S", help="seconds before the wheels turn")


OPTIONS = {
    "mclp": _mclp_options,
    "pmedian": _pmedian_options,
    "mexclp": _mexclp_options,
    "hypercube": _hypercube_options,
    "ddsm": _ddsm_options,
}


def run(args: argparse.Namespace) -> int:
    """0 with a plan (proven or flagged), 1 when there is none, 2 for input that cannot be used."""
    try:
        if args.model in IN_THE_TWIN:
            return IN_THE_TWIN[args.model](args)
        table = read_table(args.travel)
        limits = Limits(time_s=args.time_limit, gap=args.gap)
        answer = MODELS[args.model](table, args, limits)
    except BAD_INPUT as error:
        print(f"siting: {error}", file=sys.stderr)
        return 2
    _print(answer, as_json=args.json)
    return 0 if answer["units_at"] is not None else 1


Plain = dict[str, object]


def _mclp(table: SitingTable, args: argparse.Namespace, limits: Limits) -> Plain:
    fixed = np.zeros(len(table.sites), dtype=np.int64)
    for name in args.keep:
        fixed[table.site(name)] = 1
    return _named(table, mclp(table.demand, args.posts, target_s=args.target, fixed=fixed, limits=limits))


def _pmedian(table: SitingTable, args: argparse.Namespace, limits: Limits) -> Plain:
    objective = Objective(kind=args.objective, delay_s=args.delay)
    served = pmedian(objective.cost(table.demand.travel_s), table.demand.weights, args.posts, limits=limits)
    return {**_named(table, served.answer), "beyond": served.beyond, "objective": args.objective}


def _mexclp(table: SitingTable, args: argparse.Namespace, limits: Limits) -> Plain:
    return _named(table, mexclp(table.demand, args.units, target_s=args.target, q=args.q, limits=limits))


def _hypercube(table: SitingTable, args: argparse.Namespace, limits: Limits) -> Plain:
    """Weights are calls per hour; from MEXCLP's greedy plan to a local optimum of the screened worth."""
    demand = table.demand
    objective = Objective(kind=args.objective, target_s=args.target, delay_s=args.delay)
    preferences = prefer(demand.travel_s, demand.weights)
    worth = worth_by_kind(objective, demand.travel_s, preferences)

    def screened(plan: Plan) -> float:
        return screen(preferences, worth, np.array(plan), service_s=args.service)

    busy = min(0.9, demand.total * args.service / 3600 / max(args.units, 1))
    room = np.full(demand.sites, max(args.units, 0))
    first = greedy_cover(group_cover(demand, args.target), args.units, q=busy, most_at=room)
    path = climb(
        tuple(np.repeat(np.arange(demand.sites), first).tolist()), lambda plan: moves(plan, demand.sites), screened
    )
    found = hypercube(preferences, np.array(path[-1]), service_s=args.service)
    return {
        "model": "hypercube",
        "status": "local_optimum" if found.settled else "unsettled",
        "units_at": {table.sites[s]: path[-1].count(s) for s in sorted(set(path[-1]))},
        "objective": args.objective,
        "value": screened(path[-1]),
        "from_value": screened(path[0]),
        "steps": len(path) - 1,
        "busy": [round(float(b), 4) for b in found.busy],
        "waits": found.waits,
        "note": "an approximation: simulate the plan before it is lived",
    }


def _ddsm(table: SitingTable, args: argparse.Namespace, limits: Limits) -> Plain:
    units = read_table(args.units)
    if units.sites != table.sites:
        raise BadSiting(
            f"{args.units.name} has the sites {', '.join(units.sites[:5])}; those of {args.travel.name} are wanted"
        )
    rules = Standing(near_s=args.near, far_s=args.far, alpha=args.alpha, cost_per_s=args.cost_per_s)
    found = ddsm(table.demand, units.demand.travel_s, rules=rules, limits=limits)
    rest = {name: value for name, value in msgspec.to_builtins(found).items() if name not in ("answer", "post_of")}
    posts = (
        None
        if found.post_of is None
        else dict(zip(units.names, (table.sites[post] for post in found.post_of), strict=True))
    )
    return {**_named(table, found.answer), "post_of": posts, **rest}


IN_THE_TWIN = {"search": searching.search, "tune-q": searching.tune}
BAD_INPUT = (BadSiting, BadScenario, BadCity, BadRaster, BadRegion, BadRoads, BadTown)
MODELS = {"mclp": _mclp, "pmedian": _pmedian, "mexclp": _mexclp, "hypercube": _hypercube, "ddsm": _ddsm}


def _named(table: SitingTable, answer: Answer) -> Plain:
    plain: Plain = msgspec.to_builtins(answer)
    at = plain["units_at"]
    if isinstance(at, list):
        plain["units_at"] = {site: n for site, n in zip(table.sites, at, strict=True) if n}
    if answer.status == TIME_LIMIT:
        plain["note"] = "; ".join(note for note in (answer.note, _unproven(answer)) if note)
    return plain


def _unproven(answer: Answer) -> str:
    """How far a plan that was cut short may be off its bound."""
    late = "not proven best: the time ran out (--time-limit)"
    if answer.bound is None or answer.value is None or not np.isfinite(answer.bound) or not answer.value > 0:
        return f"{late}, and nothing is known of how much better a plan may be"
    return f"{late}, and a plan up to {abs(answer.bound - answer.value) / answer.value:.2%} better may exist"


def _print(answer: Plain, *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(answer).decode())
        return
    for name, value in answer.items():
        if isinstance(value, dict):
            print(f"{name}: " + ", ".join(f"{key} {item}" for key, item in value.items()))
        elif value not in (None, ""):
            print(f"{name}: {value:.6g}" if isinstance(value, float) else f"{name}: {value}")
