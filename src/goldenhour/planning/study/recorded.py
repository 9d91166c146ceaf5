"""A recorded log of calls, as CSV: what is known is taken, what is not is drawn."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goldenhour.planning.study.days import fill_durations, in_order
from goldenhour.planning.study.scenario import BadScenario, Scenario
from goldenhour.planning.study.setting import Setting
from goldenhour.planning.twin.arrays import CALL

NEEDED = ("time", "lon", "lat")
KNOWN = ("level", "dispatch_delay_s", "turnout_s", "on_scene_s", "handover_s", "support_s")
FAR_M = 2000.0


def read_recorded(
    path: Path, setting: Setting, scenario: Scenario, *, seed: int, replication: int = 0
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """(CALL records, notes). Columns: time (ISO 8601), lon, lat; optional level (1, 2, …), transport (0 or 1),
    dispatch_delay_s, turnout_s, on_scene_s, handover_s, support_s. Time 0 is midnight before the first call.

    Raises BadScenario naming the line; calls farther than 2 km from any road are left out, and a note says how many.
    """
    rows = _rows(path)
    records = np.zeros(len(rows), CALL)
    times = np.array([_instant(path, line, row["time"]) for line, row in rows])
    first = np.floor(times.min() / 86_400.0) * 86_400.0
    records["arrival_s"] = times - first
    place = np.array([[_number(path, line, row, k, None) for k in ("lon", "lat")] for line, row in rows])
    records["node"], records["off_m"] = setting.index.nearest(place[:, 0], place[:, 1])
    top = len(setting.levels)
    records["level"] = [_level(path, line, row, top) for line, row in rows]
    fill_durations(setting, scenario, records, seed=seed, replication=replication)
    _take_known(path, rows, records)
    near = records["off_m"] <= FAR_M
    notes = (
        ()
        if near.all()
        else (f"{path.name}: {int((~near).sum())} of {len(rows)} calls are outside the region; left out",)
    )
    if not near.any():
        raise BadScenario(f"{path}: no call lies within {FAR_M / 1000:g} km of a road of {setting.name}")
    return in_order(records[near][np.argsort(records["arrival_s"][near], kind="stable")]), notes


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise BadScenario(f"{path} has no column {', '.join(missing)}; time, lon and lat are needed")
            rows = list(enumerate(reader, start=2))
    except (OSError, UnicodeDecodeError) as fault:
        raise BadScenario(f"{path} cannot be read: {fault}") from fault
    if not rows:
        raise BadScenario(f"{path} holds no call")
    return rows


def _instant(path: Path, line: int, text: str | None) -> float:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError as fault:
        raise BadScenario(f"{path}, line {line}: time {text!r}; ISO 8601 is expected") from fault
    return (at.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 local wall clock, as written


def _number(path: Path, line: int, row: dict[str, str], name: str, least: float | None) -> float:
    try:
        value = float(row[name])
    except (TypeError, ValueError) as fault:
        raise BadScenario(f"{path}, line {line}: {name} is {row[name]!r}; a number is expected") from fault
    if not np.isfinite(value) or (least is not None and value < least):
        wanted = "a finite number" if least is None else f"{least:g} or more"
        raise BadScenario(f"{path}, line {line}: {name} is {value:g}; {wanted} is expected")
    return value


def _level(path: Path, line: int, row: dict[str, str], top: int) -> int:
    if not row.get("level"):
        return min(2, top)
    level = _number(path, line, row, "level", None)
    if level not in range(1, top + 1):
        raise BadScenario(f"{path}, line {line}: level is {level:g}; 1 to {top} is expected")
    return int(level)


def _take_known(path: Path, rows: list[tuple[int, dict[str, str]]], records: NDArray[Any]) -> None:
    for i, (line, row) in enumerate(rows):
        for name in KNOWN[1:]:
            if row.get(name):
                value = _number(path, line, row, name, 0.0)
                if name == "dispatch_delay_s":
                    records["ready_s"][i] = records["arrival_s"][i] + value
                else:
                    records[name][i] = value
        if row.get("transport"):
            records["transport"][i] = _number(path, line, row, "transport", 0.0) > 0
