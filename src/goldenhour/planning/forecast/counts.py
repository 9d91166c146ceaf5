"""Calls counted per local hour and zone: the series that every forecast starts from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

HOURS_A_DAY = 24
HOURS_A_WEEK = 168

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class BadSeries(ValueError):
    """The series cannot be forecast from; the text says where it is wrong and what would be accepted."""


@dataclass(frozen=True, kw_only=True)
class HourlyCounts:
    """`calls` is (days x 24, zones), local clock, whole days from `first_day`; NaN is "not observed", never 0.

    `clock_h` is how many real hours each local hour lasts: 1, but 0 and 2 where the clocks change.
    """

    zones: tuple[str, ...]
    first_day: date
    calls: Floats
    clock_h: Floats

    def __post_init__(self) -> None:
        hours, zones = self.calls.shape
        if hours == 0 or hours % HOURS_A_DAY or self.clock_h.shape != (hours,):
            raise BadSeries(f"whole days of 24 hours are wanted, got {hours} hours")
        if zones != len(self.zones):
            raise BadSeries(f"{zones} columns of calls for {len(self.zones)} zones")
        if np.isinf(self.calls).any() or (self.calls < 0).any():
            raise BadSeries("calls are counted: negative or infinite numbers are refused")

    @property
    def days(self) -> int:
        return len(self.calls) // HOURS_A_DAY

    @property
    def dates(self) -> list[date]:
        return [self.first_day + timedelta(days=d) for d in range(self.days)]

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def total(self) -> Floats:
        """Calls of all zones per hour; NaN where any zone was not observed."""
        return np.asarray(self.calls.sum(axis=1))

    def day(self, index: int) -> date:
        return self.first_day + timedelta(days=index)

    def day_index(self, day: date) -> int:
        return (day - self.first_day).days

    def until(self, day: date) -> "HourlyCounts":
        """The days before `day`."""
        stop = self.day_index(day) * HOURS_A_DAY
        return HourlyCounts(
            zones=self.zones,
            first_day=self.first_day,
            calls=self.calls[:stop],
            clock_h=self.clock_h[:stop],
        )

    def since(self, day: date) -> "HourlyCounts":
        """The days from `day` on; all of them if the series starts later."""
        start = max(0, self.day_index(day))
        return HourlyCounts(
            zones=self.zones,
            first_day=self.first_day + timedelta(days=start),
            calls=self.calls[start * HOURS_A_DAY :],
            clock_h=self.clock_h[start * HOURS_A_DAY :],
        )

    def extended(self, days: int, timezone: str | None = None) -> "HourlyCounts":
        """The same series with `days` more days not yet observed."""
        extra = np.full((days * HOURS_A_DAY, len(self.zones)), np.nan)
        after = self.last_day + timedelta(days=1)
        return HourlyCounts(
            zones=self.zones,
            first_day=self.first_day,
            calls=np.concatenate([self.calls, extra]),
            clock_h=np.concatenate([self.clock_h, clock_hours(after, days, timezone)]),
        )


def clock_hours(first_day: date, days: int, timezone: str | None) -> Floats:
    """Real hours in each local hour: 1, but 0 in spring and 2 in autumn where the clocks change."""
    hours = np.ones(days * HOURS_A_DAY)
    if timezone is None:
        return hours
    zone = ZoneInfo(timezone)
    midnights = [datetime.combine(first_day + timedelta(days=d), time(), zone) for d in range(days + 1)]
    for day, (start, end) in enumerate(pairwise(t.astimezone(UTC) for t in midnights)):
        real_h = int((end - start).total_seconds() // 3600)
        if real_h == HOURS_A_DAY:
            continue
        begin = day * HOURS_A_DAY
        hours[begin : begin + HOURS_A_DAY] = 0
        for h in range(real_h):
            hours[begin + (start + timedelta(hours=h)).astimezone(zone).hour] += 1
    return hours


def count_calls(instants_ms: Ints, zone_of_call: Ints, *, zones: tuple[str, ...], timezone: str) -> HourlyCounts:
    """Count calls (instants in ms UTC, zone index each) per local hour, from the first whole day to the last.

    The first and the last day of a log are seldom whole, so both are left out.
    """
    if len(instants_ms) != len(zone_of_call):
        raise BadSeries(f"{len(instants_ms)} instants for {len(zone_of_call)} zones")
    if len(instants_ms) == 0:
        raise BadSeries("no calls to count")
    if (zone_of_call < 0).any() or (zone_of_call >= len(zones)).any():
        raise BadSeries(f"a call lies outside the {len(zones)} zones")
    zone = ZoneInfo(timezone)
    hour_utc, which = np.unique(instants_ms // 3_600_000, return_inverse=True)
    local = [datetime.fromtimestamp(int(h) * 3600, UTC).astimezone(zone) for h in hour_utc]
    first = min(local).date() + timedelta(days=1)
    days = (max(local).date() - first).days
    if days < 1:
        raise BadSeries("the calls span less than one whole day")
    slot = np.array([(t.date() - first).days * HOURS_A_DAY + t.hour for t in local], dtype=np.int64)[which]
    calls = np.zeros((days * HOURS_A_DAY, len(zones)))
    inside = (slot >= 0) & (slot < len(calls))
    np.add.at(calls, (slot[inside], zone_of_call[inside]), 1)
    return HourlyCounts(zones=zones, first_day=first, calls=calls, clock_h=clock_hours(first, days, timezone))
