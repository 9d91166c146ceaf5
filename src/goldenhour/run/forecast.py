"""Forecast calls per zone and hour; back-test the forecast on held-out days."""

import argparse
import sys
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import msgspec
from rich.console import Console
from rich.table import Table

from goldenhour.planning.forecast import (
    Backtest,
    anomalies,
    backtest,
    bands,
    fit,
    predict,
    predict_ahead,
    read_hourly,
)
from goldenhour.planning.forecast.anomaly import WHOLE_NAME
from goldenhour.planning.forecast.backtest import Score
from goldenhour.planning.forecast.counts import HOURS_A_DAY, BadSeries, HourlyCounts
from goldenhour.planning.forecast.holidays import Holidays, no_holidays, us_holidays
from goldenhour.planning.forecast.intervals import with_whole

HOLIDAYS: dict[str, Holidays] = {"us": us_holidays, "none": no_holidays}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs."""
    verbs = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    test = verbs.add_parser("backtest", help="hold out the last year and score the forecast on it")
    _common(test)
    test.add_argument(
        "--from",
        dest="first",
        type=date.fromisoformat,
        metavar="DAY",
        help="first held-out day (default: 1 January of the last year in the file)",
    )
    test.add_argument("--lead-days", type=int, default=1, help="days between what is known and the forecast")
    ahead = verbs.add_parser("run", help="forecast the days after the file ends")
    _common(ahead)
    ahead.add_argument("--days", type=int, default=7, help="days ahead, 1 to 28")
    odd = verbs.add_parser("anomalies", help="list hours and spells outside their bounds in the last days")
    _common(odd)
    odd.add_argument("--days", type=int, default=28, help="last days to look at")


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE.csv[.gz]",
        help="`time` or year,month,day,hour; then a column per zone, or `zone` and `calls`",
    )
    parser.add_argument("--timezone", help="for example America/New_York: hours the clock skips or repeats")
    parser.add_argument("--holidays", choices=sorted(HOLIDAYS), default="us")
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def run(args: argparse.Namespace) -> int:
    """0 when done, 2 when the file or a number cannot be used."""
    try:
        counts = _read(args.file, args.timezone)
        return {"backtest": _backtest, "run": _ahead, "anomalies": _anomalies}[args.action](counts, args)
    except BadSeries as error:
        print(f"forecast: {error}", file=sys.stderr)
        return 2


def _read(path: Path, timezone: str | None) -> HourlyCounts:
    try:
        return read_hourly(path, timezone=timezone)
    except OSError as error:
        raise BadSeries(f"{path} cannot be read: {error.strerror}") from error
    except ZoneInfoNotFoundError as error:
        raise BadSeries(f"{timezone!r} is not a time zone; names like America/New_York are") from error


def _backtest(counts: HourlyCounts, args: argparse.Namespace) -> int:
    first = args.first or date(counts.last_day.year, 1, 1)
    result = backtest(counts, first, lead_days=args.lead_days, holidays=HOLIDAYS[args.holidays])
    if args.json:
        print(msgspec.json.encode(result).decode())
    else:
        _show(result)
    return 0


def _show(result: Backtest) -> None:
    table = Table(title=f"{result.first_held_out} to {result.last_held_out}, {result.lead_days} day(s) ahead")
    for name in ("", "calls/h", "RMSE", "baseline", "last week", "4 weeks", "Poisson floor", "in 80 %", "in 95 %"):
        table.add_column(name, justify="left" if name == "" else "right")
    for score in (result.whole, *result.zones):
        table.add_row(score.of, *(f"{value:.2f}" for value in _figures(score)))
    Console().print(table)


def _figures(score: Score) -> tuple[float, ...]:
    return (
        score.mean_calls,
        score.rmse,
        score.rmse_baseline,
        score.rmse_last_week,
        score.rmse_four_weeks,
        score.poisson_floor,
        100 * score.inside_80,
        100 * score.inside_95,
    )


def _ahead(counts: HourlyCounts, args: argparse.Namespace) -> int:
    mean, phi = predict_ahead(counts, args.days, timezone=args.timezone, holidays=HOLIDAYS[args.holidays])
    series = with_whole(mean)
    wide, wider = bands(series, phi)
    names = (*counts.zones, WHOLE_NAME)
    rows = [
        {
            "day": counts.day(counts.days + hour // HOURS_A_DAY).isoformat(),
            "hour": hour % HOURS_A_DAY,
            "zone": name,
            "mean": round(float(series[hour, z]), 3),
            "low_80": int(wide.low[hour, z]),
            "high_80": int(wide.high[hour, z]),
            "low_95": int(wider.low[hour, z]),
            "high_95": int(wider.high[hour, z]),
        }
        for hour in range(len(series))
        for z, name in enumerate(names)
    ]
    _print_rows(rows, as_json=args.json)
    return 0


def _anomalies(counts: HourlyCounts, args: argparse.Namespace) -> int:
    if not 1 <= args.days < counts.days:
        raise BadSeries(f"--days {args.days}: 1 to {counts.days - 1} are in the file")
    first = counts.day(counts.days - args.days)
    model = fit(counts.until(first), holidays=HOLIDAYS[args.holidays])
    mean = predict(model, counts)[-args.days * HOURS_A_DAY :]
    found = anomalies(counts.since(first), mean, model.dispersion)
    _print_rows([msgspec.to_builtins(one) for one in found], as_json=args.json)
    return 0


def _print_rows(rows: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode(rows).decode())
        return
    if not rows:
        print("nothing out of bounds")
        return
    print(",".join(rows[0]))
    for row in rows:
        print(",".join(str(value) for value in row.values()))
