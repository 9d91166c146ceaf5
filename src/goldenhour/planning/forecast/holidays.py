"""Days that break the week's pattern. Fixed and floating holidays of the United States (5 U.S.C. 6103) and the
days beside them that call centres know; another country passes its own table of day -> name."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

Holidays = Callable[[int], dict[date, str]]

MONDAY, THURSDAY = 0, 3


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last_monday_of_may(year: int) -> date:
    end = date(year, 5, 31)
    return end - timedelta(days=end.weekday())


def us_holidays(year: int) -> dict[date, str]:
    """Holidays of one year and their neighbours; a later name wins where two meet."""
    thanksgiving = _nth(year, 11, THURSDAY, 4)
    fixed = {
        "New Year's Day": (1, 1),
        "day after New Year": (1, 2),
        "Saint Patrick's Day": (3, 17),
        "eve of Independence Day": (7, 3),
        "Independence Day": (7, 4),
        "day after Independence Day": (7, 5),
        "Halloween": (10, 31),
        "Veterans Day": (11, 11),
        "Christmas Eve": (12, 24),
        "Christmas Day": (12, 25),
        "day after Christmas": (12, 26),
        "New Year's Eve": (12, 31),
    }
    floating = {
        "Martin Luther King Day": _nth(year, 1, MONDAY, 3),
        "Washington's Birthday": _nth(year, 2, MONDAY, 3),
        "Memorial Day": _last_monday_of_may(year),
        "Labor Day": _nth(year, 9, MONDAY, 1),
        "Columbus Day": _nth(year, 10, MONDAY, 2),
        "Thanksgiving": thanksgiving,
        "day after Thanksgiving": thanksgiving + timedelta(days=1),
    }
    days = {date(year, month, day): name for name, (month, day) in fixed.items()}
    return days | {day: name for name, day in floating.items()}


def no_holidays(year: int) -> dict[date, str]:
    """Where no table is known."""
    return {}


def holiday_names(days: Iterable[date], holidays: Holidays) -> list[str | None]:
    """The holiday of each day, None on ordinary days."""
    days = list(days)
    known = {year: holidays(year) for year in {day.year for day in days}}
    return [known[day.year].get(day) for day in days]
