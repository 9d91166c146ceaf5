"""Read hourly counts from CSV, plain or gzipped, wide (a column per zone) or long (a row per zone and hour).

The hour is a column `time` (also `datetime`, `timestamp`; ISO 8601, local clock) or the four columns
`year, month, day, hour`. Wide: every other numeric column is a zone; `total`, `num_calls` or `calls` is
their sum and is checked against them, or is the only series. Long: columns `zone` and `calls`.
Columns without a name or named `Unnamed: ...`, as spreadsheets leave them, are left out.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

import numpy as np

from goldenhour.planning.forecast.counts import HOURS_A_DAY, BadSeries, HourlyCounts, clock_hours

TIME_NAMES = ("time", "datetime", "timestamp", "date_time")
TOTAL_NAMES = ("total", "num_calls", "calls")
PARTS = ("year", "month", "day", "hour")
WHOLE = "all"

Cell = tuple[date, int, str, float]


def read_hourly(path: Path, *, timezone: str | None = None) -> HourlyCounts:
    """The series in the file; hours that are not in it stay NaN. Raises BadSeries with the line at fault."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            return _assemble(list(_cells(file)), timezone)
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadSeries(f"{path.name} is not a readable CSV file: {error}") from error


def _cells(file: TextIO) -> Iterator[Cell]:
    reader = csv.reader(file)
    header = [name.strip() for name in next(reader, [])]
    lower = [name.lower() for name in header]
    when = _time_columns(lower)
    if "zone" in lower:
        zone_at, calls_at = lower.index("zone"), _find(lower, TOTAL_NAMES)
        if calls_at is None:
            raise BadSeries("a file with a column `zone` needs a column `calls`")
        for line, row in _rows(reader, len(header)):
            day, hour = _moment(row, when, line)
            yield day, hour, row[zone_at].strip(), _count(row[calls_at], line)
        return
    total_at = _find(lower, TOTAL_NAMES)
    skip = {*when, total_at}
    zones = [(i, name) for i, name in enumerate(header) if i not in skip and name and not name.startswith("Unnamed")]
    if not zones and total_at is None:
        raise BadSeries("no column of calls: name one `calls`, or one column per zone")
    for line, row in _rows(reader, len(header)):
        day, hour = _moment(row, when, line)
        if not zones and total_at is not None:
            yield day, hour, WHOLE, _count(row[total_at], line)
            continue
        counts = [_count(row[i], line) for i, _ in zones]
        if total_at is not None and sum(counts) != _count(row[total_at], line):
            raise BadSeries(f"line {line}: {header[total_at]} is {row[total_at]}, its zones add to {sum(counts):g}")
        yield from ((day, hour, name, n) for (_, name), n in zip(zones, counts, strict=True))


def _rows(reader: Iterable[list[str]], width: int) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(reader, start=2):
        if not row:
            continue
        if len(row) != width:
            raise BadSeries(f"line {line}: {len(row)} fields, the header has {width}")
        yield line, row


def _find(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in wanted if name in names), None)


def _time_columns(names: list[str]) -> list[int]:
    time_at = _find(names, TIME_NAMES)
    if time_at is not None:
        return [time_at]
    if all(part in names for part in PARTS):
        return [names.index(part) for part in PARTS]
    raise BadSeries(
        f"no time: a column {', '.join(TIME_NAMES)} or the columns {', '.join(PARTS)} are wanted, "
        f"found {', '.join(names[:8]) or 'an empty file'}"
    )


def _moment(row: list[str], columns: list[int], line: int) -> tuple[date, int]:
    try:
        if len(columns) == 1:
            moment = datetime.fromisoformat(row[columns[0]].strip())
            return moment.date(), moment.hour
        year, month, day, hour = (int(row[i]) for i in columns)
        return date(year, month, day), time(hour).hour
    except ValueError as error:
        raise BadSeries(f"line {line}: {' '.join(row[i] for i in columns)!r} is not an hour: {error}") from error


def _count(text: str, line: int) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise BadSeries(f"line {line}: {text!r} is not a count of calls") from error
    if not (0 <= value < float("inf")) or value != int(value):
        raise BadSeries(f"line {line}: {text!r} is not a count of calls (0, 1, 2, ...)")
    return value


def _assemble(cells: list[Cell], timezone: str | None) -> HourlyCounts:
    if not cells:
        raise BadSeries("the file has no hours")
    zones = tuple(dict.fromkeys(zone for _, _, zone, _ in cells))
    column = {zone: i for i, zone in enumerate(zones)}
    first, last = min(c[0] for c in cells), max(c[0] for c in cells)
    days = (last - first).days + 1
    calls = np.full((days * HOURS_A_DAY, len(zones)), np.nan)
    for day, hour, zone, count in cells:
        at = (day - first).days * HOURS_A_DAY + hour, column[zone]
        if not np.isnan(calls[at]):
            raise BadSeries(f"{day} {hour:02d}:00 {zone} is there twice; one row per hour and zone is wanted")
        calls[at] = count
    return HourlyCounts(zones=zones, first_day=first, calls=calls, clock_h=clock_hours(first, days, timezone))
